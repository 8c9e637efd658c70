"""Compiled passes over a covariate: means, variances and how far apart the arms' distributions are, before and after."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.sums_kernel import BLOCK, sum_products


@njit(cache=True, nogil=True)
def total_weights(weights: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """What moments under several weightings need and no covariate changes.

    Parameters
    ----------
    weights : float64 (m, n)
        Not negative; each weighting has some above 0.

    Returns
    -------
    first : int64 (m,)
        The first patient with a weight.
    n_weighted : int64 (m,)
        Patients with a weight.
    totals : float64 (m, 2)
        Sum of weights and of their squares.
    """
    m, n = weights.shape
    first = np.full(m, -1, np.int64)
    n_weighted = np.zeros(m, np.int64)
    totals = np.zeros((m, 2))
    for k in range(m):
        row = weights[k]
        for i in range(n):
            if row[i] > 0.0:
                if first[k] < 0:
                    first[k] = i
                n_weighted[k] += 1
                totals[k, 0] += row[i]
                totals[k, 1] += row[i] * row[i]
    return first, n_weighted, totals


@njit(cache=True, nogil=True)
def weighted_moments(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    first: NDArray[np.int64],
    totals: NDArray[np.float64],
    spread: bool,
) -> NDArray[np.float64]:
    """Mean of a covariate under several weightings, and the weighted squares about it.

    Parameters
    ----------
    values : float64 (n,)
    weights, first, totals
        As `total_weights` takes and gives them.
    spread : bool
        False leaves the squares at 0.

    Returns
    -------
    float64 (m, 2)
        Mean, and sum of weight times squared difference from it.
    """
    n = values.size
    moments = np.zeros((first.size, 2))
    differences = np.empty(BLOCK)
    for k in range(first.size):
        # Measured from a value that has a weight, so that a constant column has a variance of exactly 0.
        origin = values[first[k]]
        total = 0.0
        for start in range(0, n, BLOCK):
            end = min(start + BLOCK, n)
            for i in range(start, end):
                differences[i - start] = values[i] - origin
            total += sum_products(weights[k, start:end], differences[: end - start])
        offset = total / totals[k, 0]
        moments[k, 0] = origin + offset
        for start in range(0, n if spread else 0, BLOCK):
            end = min(start + BLOCK, n)
            for i in range(start, end):
                difference = (values[i] - origin) - offset
                differences[i - start] = difference * difference
            moments[k, 1] += sum_products(weights[k, start:end], differences[: end - start])
    return moments


@njit(cache=True, nogil=True)
def distribution_gaps(
    values: NDArray[np.float64],
    order: NDArray[np.int64],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Largest and mean absolute difference of the arms' distribution functions, unweighted and weighted.

    Parameters
    ----------
    values : float64 (n,)
    order : int64 (n,)
        Rows by ascending value.
    treated : bool (n,)
    weights : float64 (n,)
        Not all zero in either arm.

    Returns
    -------
    float64 (4,)
        Largest before, mean before, largest after, mean after; means over the distinct values.
    """
    n = values.size
    n_treated = 0
    total_treated = 0.0
    total_control = 0.0
    for i in range(n):
        if treated[i]:
            n_treated += 1
            total_treated += weights[i]
        else:
            total_control += weights[i]
    n_control = n - n_treated
    gaps = np.zeros(4)
    seen_treated = 0
    seen_control = 0
    weight_treated = 0.0
    weight_control = 0.0
    n_distinct = 0
    following = values[order[0]]
    for i in range(n):
        row = order[i]
        value = following
        if treated[row]:
            seen_treated += 1
            weight_treated += weights[row]
        else:
            seen_control += 1
            weight_control += weights[row]
        # A step counts only where all patients with the same value have been passed.
        if i + 1 < n:
            following = values[order[i + 1]]
            if following == value:
                continue
        n_distinct += 1
        before = abs(seen_treated / n_treated - seen_control / n_control)
        after = abs(weight_treated / total_treated - weight_control / total_control)
        gaps[0] = max(gaps[0], before)
        gaps[1] += before
        gaps[2] = max(gaps[2], after)
        gaps[3] += after
    gaps[1] /= n_distinct
    gaps[3] /= n_distinct
    return gaps
