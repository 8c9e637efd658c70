"""Compiled loop behind the cumulative hazard: its standard error when weights differ."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.outcomes.survival_kernel import ProductLimit


@njit(cache=True, nogil=True)
def hazard_jackknife_error(
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    curve: ProductLimit,
) -> NDArray[np.float64]:
    """Standard error of the cumulative hazard by the infinitesimal jackknife over clusters, in one pass.

    A cluster's sum of influences is ``past − drift · present``, with ``present`` its weight still at risk and
    ``past`` what its patients left behind; three running sums over clusters give the variance at every time.
    """
    present, past = np.zeros(n_clusters), np.zeros(n_clusters)
    for i in range(event.shape[0]):
        present[cluster[i]] += weights[i]
    present_square, cross, past_square = 0.0, 0.0, 0.0
    for c in range(n_clusters):
        present_square += present[c] * present[c]
    error = np.empty(curve.survival.shape[0])
    drift, before = 0.0, 0
    for g in range(error.shape[0]):
        at_risk = curve.at_risk[g]
        drift += (at_risk - curve.survivors[g]) / (at_risk * at_risk)
        before += curve.n_events[g]
        for i in range(starts[g], starts[g + 1]):
            c = cluster[i]
            present_square -= present[c] * present[c]
            cross -= present[c] * past[c]
            past_square -= past[c] * past[c]
            present[c] -= weights[i]
            past[c] += weights[i] * ((1.0 / at_risk if event[i] else 0.0) - drift)
            present_square += present[c] * present[c]
            cross += present[c] * past[c]
            past_square += past[c] * past[c]
        variance = past_square - 2.0 * drift * cross + drift * drift * present_square
        error[g] = math.sqrt(max(variance, 0.0)) if before > 0 else 0.0
    return error
