"""Compiled passes over a covariate: means, variances and how far apart the arms' distributions are, before and after."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.sums_kernel import BLOCK, sum_products

Codes = NDArray[np.int32]


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
def level_codes(values: NDArray[np.float64], order: NDArray[np.int64]) -> tuple[NDArray[np.float64], Codes]:
    """The distinct values of a covariate, and each patient's value by its place among them.

    Parameters
    ----------
    values : float64 (n,)
    order : int64 (n,)
        Rows by ascending value.

    Returns
    -------
    levels : float64 (k,)
        Ascending.
    code : int32 (n,)
    """
    n = values.size
    levels = np.empty(n)
    code = np.empty(n, np.int32)
    k = 0
    for place in range(n):
        value = values[order[place]]
        if k == 0 or value != levels[k - 1]:
            levels[k] = value
            k += 1
        code[order[place]] = k - 1
    return levels[:k].copy(), code


@njit(cache=True, nogil=True)
def are_levels(values: NDArray[np.float64], levels: NDArray[np.float64], code: Codes) -> bool:
    """Whether each value is the one at its place among the levels."""
    if values.size != code.size:
        return False
    n_same = 0
    for i in range(values.size):
        n_same += values[i] == levels[code[i]]
    return n_same == values.size


@njit(cache=True, nogil=True)
def count_levels(code: Codes, n_levels: int, treated: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Treated and controls at each level: int64 (k, 2)."""
    counts = np.zeros((n_levels, 2), np.int64)
    for i in range(code.size):
        counts[code[i], 0 if treated[i] else 1] += 1
    return counts


@njit(cache=True, nogil=True)
def distribution_gaps(
    code: Codes, counts: NDArray[np.int64], treated: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Largest and mean absolute difference of the arms' distribution functions, unweighted and weighted.

    Weights are added up value by value, which leaves one short walk along the distinct values.

    Parameters
    ----------
    code : int32 (n,)
        Values, by their places among the distinct ones.
    counts : int64 (k, 2)
        Treated and controls with each.
    treated : bool (n,)
    weights : float64 (n,)
        Not all zero in either arm.

    Returns
    -------
    float64 (4,)
        Largest before, mean before, largest after, mean after; means over the distinct values.
    """
    n_levels = counts.shape[0]
    weighted = np.zeros((n_levels, 2))
    for i in range(code.size):
        weighted[code[i], 0 if treated[i] else 1] += weights[i]
    n_patients = np.zeros(2, np.int64)
    totals = np.zeros(2)
    for level in range(n_levels):
        for side in range(2):
            n_patients[side] += counts[level, side]
            totals[side] += weighted[level, side]
    gaps = np.zeros(4)
    seen = np.zeros(2, np.int64)
    weight = np.zeros(2)
    for level in range(n_levels):
        for side in range(2):
            seen[side] += counts[level, side]
            weight[side] += weighted[level, side]
        before = abs(seen[0] / n_patients[0] - seen[1] / n_patients[1])
        after = abs(weight[0] / totals[0] - weight[1] / totals[1])
        gaps[0] = max(gaps[0], before)
        gaps[1] += before
        gaps[2] = max(gaps[2], after)
        gaps[3] += after
    gaps[1] /= n_levels
    gaps[3] /= n_levels
    return gaps
