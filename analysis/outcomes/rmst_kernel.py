"""Compiled loops behind the restricted mean: the area under a curve, its variance, its influence by cluster."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.outcomes.survival_kernel import ProductLimit


@njit(cache=True, nogil=True)
def remaining_area(time: NDArray[np.float64], curve: ProductLimit, horizon: float) -> tuple[float, NDArray[np.float64]]:
    """Area under the curve up to the horizon, and the part of it after each distinct time (0 past the horizon)."""
    after = np.zeros(time.shape[0])
    area = 0.0
    until = horizon
    for g in range(time.shape[0] - 1, -1, -1):
        if time[g] >= horizon:
            continue
        area += curve.survival[g] * (until - time[g])
        after[g] = area
        until = time[g]
    return area + until, after


@njit(cache=True, nogil=True)
def area_and_influence(
    robust: bool,
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    curve: ProductLimit,
    horizon: float,
) -> tuple[float, NDArray[np.float64]]:
    """Area under the curve up to the horizon and its influences by cluster, whose squares sum to its variance.

    Without clusters there is one, Greenwood's standard error.
    """
    times = np.empty(curve.survival.shape[0])
    for g in range(times.shape[0]):
        times[g] = time[starts[g]]
    area, after = remaining_area(times, curve, horizon)
    if not robust:
        return area, np.full(1, np.sqrt(greenwood_area_variance(curve, after)))
    influence = np.zeros(n_clusters)
    add_influence(influence, 1.0, event, weights, cluster, starts, curve, after)
    return area, influence


@njit(cache=True, nogil=True)
def influence_errors(
    treated: NDArray[np.float64], control: NDArray[np.float64], per_treated: float, per_control: float, together: bool
) -> tuple[float, float, float, float]:
    """Standard errors of both areas, of their difference, and of that of each over its ``per``.

    ``together`` says that entries of both arms are of one cluster, and differ as one.
    """
    first, second, difference, relative = 0.0, 0.0, 0.0, 0.0
    for c in range(treated.shape[0]):
        first += treated[c] * treated[c]
        second += control[c] * control[c]
        difference += (treated[c] - control[c]) ** 2
        relative += (treated[c] / per_treated - control[c] / per_control) ** 2
    if not together:
        difference = first + second
        relative = first / per_treated**2 + second / per_control**2
    return np.sqrt(first), np.sqrt(second), np.sqrt(difference), np.sqrt(relative)


@njit(cache=True, nogil=True)
def greenwood_area_variance(curve: ProductLimit, after: NDArray[np.float64]) -> float:
    """Variance of the area: squared remaining areas times the steps of Greenwood's sum."""
    variance = 0.0
    for g in range(after.shape[0]):
        if curve.n_events[g] > 0 and curve.survivors[g] > 0.0:
            died = curve.at_risk[g] - curve.survivors[g]
            variance += after[g] * after[g] * died / (curve.at_risk[g] * curve.survivors[g])
    return variance


@njit(cache=True, nogil=True)
def add_influence(
    scores: NDArray[np.float64],
    sign: float,
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    starts: NDArray[np.int64],
    curve: ProductLimit,
    after: NDArray[np.float64],
) -> None:
    """Add each patient's weighted influence on the area, times the sign, to the score of their cluster."""
    hazard = 0.0
    for g in range(after.shape[0]):
        step = 0.0
        # Once nobody is left the curve is 0 and no weight can move it.
        if curve.n_events[g] > 0 and curve.survivors[g] > 0.0:
            died = curve.at_risk[g] - curve.survivors[g]
            step = after[g] / curve.survivors[g]
            hazard += after[g] * died / (curve.at_risk[g] * curve.survivors[g])
        for i in range(starts[g], starts[g + 1]):
            influence = hazard - step if event[i] else hazard
            scores[cluster[i]] += sign * weights[i] * influence
