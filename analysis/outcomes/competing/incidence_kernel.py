"""Compiled loops behind cumulative incidence: risk sets by cause, the Aalen–Johansen estimate and its variances."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray


class CauseSets(NamedTuple):
    """One entry for each distinct time; the weighted amounts equal the counts where all weights are 1."""

    n_at_risk: NDArray[np.int64]
    n_events: NDArray[np.int64]  # of the cause of interest
    n_competing: NDArray[np.int64]
    n_censored: NDArray[np.int64]
    at_risk: NDArray[np.float64]
    squared_weights: NDArray[np.float64]  # sum of squared weights at risk
    survivors: NDArray[np.float64]  # weight at risk without any event, exactly 0 when everyone left had one
    died: NDArray[np.float64]  # weight with an event of the cause of interest


@njit(cache=True, nogil=True)
def cause_sets(
    cause: NDArray[np.int64], weights: NDArray[np.float64], starts: NDArray[np.int64], interest: int
) -> CauseSets:
    """Counts and risk sets, summed from the end, so that nothing is ever subtracted."""
    n_times = starts.shape[0] - 1
    n_at_risk = np.empty(n_times, dtype=np.int64)
    n_events = np.zeros(n_times, dtype=np.int64)
    n_competing = np.zeros(n_times, dtype=np.int64)
    n_censored = np.zeros(n_times, dtype=np.int64)
    at_risk = np.empty(n_times)
    squared = np.empty(n_times)
    survivors = np.empty(n_times)
    died = np.zeros(n_times)
    left, left_squared, count = 0.0, 0.0, 0
    for g in range(n_times - 1, -1, -1):
        ended = 0.0
        for i in range(starts[g], starts[g + 1]):
            left_squared += weights[i] * weights[i]
            if cause[i] == 0:
                left += weights[i]
                n_censored[g] += 1
                continue
            ended += weights[i]
            if cause[i] == interest:
                died[g] += weights[i]
                n_events[g] += 1
            else:
                n_competing[g] += 1
        count += starts[g + 1] - starts[g]
        n_at_risk[g] = count
        survivors[g] = left
        left += ended
        at_risk[g], squared[g] = left, left_squared
    return CauseSets(n_at_risk, n_events, n_competing, n_censored, at_risk, squared, survivors, died)


@njit(cache=True, nogil=True)
def aalen_johansen(sets: CauseSets) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cumulative incidence, and the share of patients without any event, at each distinct time."""
    n_times = sets.n_events.shape[0]
    incidence = np.empty(n_times)
    free = np.empty(n_times)
    total, survival = 0.0, 1.0
    for g in range(n_times):
        if sets.n_events[g] > 0:
            total += survival * sets.died[g] / sets.at_risk[g]
        if sets.n_events[g] + sets.n_competing[g] > 0:
            survival *= sets.survivors[g] / sets.at_risk[g]
        incidence[g], free[g] = total, survival
    return incidence, free


@njit(cache=True, nogil=True)
def counting_error(sets: CauseSets) -> NDArray[np.float64]:
    """Standard error of the incidence from counts: the causes as independent counting processes.

    Each cause's step at n at risk with d events has variance d (1 − (d − 1)/(n − 1))/n². Variances and covariance of
    event-free share and incidence are carried from time to time, so that nothing cancels.
    """
    n_times = sets.n_events.shape[0]
    error = np.empty(n_times)
    survival, of_survival, between, of_incidence = 1.0, 0.0, 0.0, 0.0
    for g in range(n_times):
        n, mine, other = sets.n_at_risk[g], sets.n_events[g], sets.n_competing[g]
        if mine + other > 0:
            step, rest = _step_variance(mine, n), _step_variance(other, n)
            hazard, kept = mine / n, (n - mine - other) / n
            square = survival * survival
            of_incidence += 2.0 * hazard * between + hazard * hazard * of_survival + square * step
            between = kept * (between + hazard * of_survival) - square * step
            of_survival = kept * kept * of_survival + square * (step + rest)
            survival *= kept
        error[g] = math.sqrt(max(of_incidence, 0.0))
    return error


@njit(cache=True, nogil=True)
def _step_variance(events: int, n: int) -> float:
    if events == 0:
        return 0.0
    tied = (events - 1) / (n - 1) if n > 1 else 0.0
    return events * (1.0 - tied) / (float(n) * n)


@njit(cache=True, nogil=True)
def incidence_jackknife_error(
    cause: NDArray[np.int64],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    interest: int,
    sets: CauseSets,
    incidence: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Standard error of the incidence by the infinitesimal jackknife over clusters, in one pass.

    All patients still at risk have the same influence, ``common``. Once a patient has left, theirs is
    ``level + slope · incidence``. A cluster's sum is then ``present · common + level + slope · incidence``, and six
    running sums over clusters give the variance at every time.
    """
    present, level, slope = np.zeros(n_clusters), np.zeros(n_clusters), np.zeros(n_clusters)
    for i in range(cause.shape[0]):
        present[cluster[i]] += weights[i]
    products = np.zeros(6)
    for c in range(n_clusters):
        products[0] += present[c] * present[c]
    error = np.empty(incidence.shape[0])
    common, drift, survival, before = 0.0, 0.0, 1.0, 0.0
    for g in range(incidence.shape[0]):
        at_risk = sets.at_risk[g]
        hazard = sets.died[g] / at_risk
        own, gone = survival / at_risk, drift - 1.0 / at_risk
        common += (drift - 1.0 / at_risk) * survival * hazard
        if sets.n_events[g] + sets.n_competing[g] > 0:
            if sets.survivors[g] > 0.0:
                drift += (at_risk - sets.survivors[g]) / (at_risk * sets.survivors[g])
            survival *= sets.survivors[g] / at_risk
        for i in range(starts[g], starts[g + 1]):
            c = cluster[i]
            _change(products, present[c], level[c], slope[c], -1.0)
            tilt = drift if cause[i] == 0 else gone
            here = common + (own if cause[i] == interest else 0.0)
            present[c] -= weights[i]
            level[c] += weights[i] * (here - incidence[g] * tilt)
            slope[c] += weights[i] * tilt
            _change(products, present[c], level[c], slope[c], 1.0)
        f = incidence[g]
        variance = products[0] * common * common + products[1] + products[2] * f * f
        variance += 2.0 * (products[3] * common + products[4] * common * f + products[5] * f)
        # Before the first event of the cause nothing is known to vary.
        before += sets.n_events[g]
        error[g] = math.sqrt(max(variance, 0.0)) if before > 0 else 0.0
    return error


@njit(cache=True, nogil=True)
def add_incidence_influence(
    scores: NDArray[np.float64],
    sign: float,
    cause: NDArray[np.int64],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    starts: NDArray[np.int64],
    interest: int,
    sets: CauseSets,
    incidence: NDArray[np.float64],
    last: int,
) -> None:
    """Add each patient's weighted influence on the incidence at one distinct time, times the sign, to their cluster.

    The influences are those of :func:`incidence_jackknife_error`; ``last`` is the place of the time, ≥ 0.
    """
    common, drift, survival = 0.0, 0.0, 1.0
    for g in range(last + 1):
        at_risk = sets.at_risk[g]
        own, gone = survival / at_risk, drift - 1.0 / at_risk
        common += gone * survival * sets.died[g] / at_risk
        if sets.n_events[g] + sets.n_competing[g] > 0:
            if sets.survivors[g] > 0.0:
                drift += (at_risk - sets.survivors[g]) / (at_risk * sets.survivors[g])
            survival *= sets.survivors[g] / at_risk
        since = incidence[last] - incidence[g]
        for i in range(starts[g], starts[g + 1]):
            influence = common + since * (drift if cause[i] == 0 else gone)
            if cause[i] == interest:
                influence += own
            scores[cluster[i]] += sign * weights[i] * influence
    for i in range(starts[last + 1], cause.shape[0]):
        scores[cluster[i]] += sign * weights[i] * common


@njit(cache=True, nogil=True)
def _change(products: NDArray[np.float64], present: float, level: float, slope: float, sign: float) -> None:
    products[0] += sign * present * present
    products[1] += sign * level * level
    products[2] += sign * slope * slope
    products[3] += sign * present * level
    products[4] += sign * present * slope
    products[5] += sign * level * slope
