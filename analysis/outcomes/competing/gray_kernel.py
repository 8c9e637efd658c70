"""Compiled loop behind Gray's test: its score and variance in two arms, stratum by stratum."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def gray_sums(
    cause: NDArray[np.int64],
    treated: NDArray[np.bool_],
    starts: NDArray[np.int64],
    run_stratum: NDArray[np.int64],
    interest: int,
) -> tuple[float, float, float]:
    """Observed and expected events of the treated arm, and the variance of their difference, summed over strata."""
    observed, expected, variance = 0.0, 0.0, 0.0
    first, n_runs = 0, starts.shape[0] - 1
    while first < n_runs:
        end = first + 1
        while end < n_runs and run_stratum[end] == run_stratum[first]:
            end += 1
        at_risk, mine, other = _counts(cause, treated, starts, first, end, interest)
        part = _one_stratum(at_risk, mine, other)
        observed += part[0]
        expected += part[1]
        variance += part[2]
        first = end
    return observed, expected, variance


@njit(cache=True, nogil=True)
def _counts(
    cause: NDArray[np.int64], treated: NDArray[np.bool_], starts: NDArray[np.int64], first: int, end: int, interest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Patients at risk, events of the cause and of the others, at each time in each arm."""
    at_risk, mine, other = np.zeros((2, end - first)), np.zeros((2, end - first)), np.zeros((2, end - first))
    left = np.zeros(2)
    for g in range(end - 1, first - 1, -1):
        for i in range(starts[g], starts[g + 1]):
            arm = 1 if treated[i] else 0
            left[arm] += 1.0
            if cause[i] == interest:
                mine[arm, g - first] += 1.0
            elif cause[i] != 0:
                other[arm, g - first] += 1.0
        at_risk[0, g - first], at_risk[1, g - first] = left[0], left[1]
    return at_risk, mine, other


@njit(cache=True, nogil=True)
def _one_stratum(
    at_risk: NDArray[np.float64], mine: NDArray[np.float64], other: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Forward once for curves and score, then backward, where the variance needs what is still to come.

    ``exposure`` is the number at risk over the event-free share, in each arm; ``pooled`` the incidence of the cause
    in both arms together, ``ahead`` the part of the score's compensator that lies after a time.
    """
    n_times = at_risk.shape[1]
    exposure, before, after = np.zeros((2, n_times)), np.zeros((2, n_times)), np.zeros((2, n_times))
    pooled_before, pooled_after, steps = np.zeros(n_times), np.zeros(n_times), np.zeros(n_times)
    free, incidence, pooled = np.ones(2), np.zeros(2), 0.0
    observed, expected = 0.0, 0.0
    for g in range(n_times):
        subdistribution = np.zeros(2)
        for a in range(2):
            before[a, g] = free[a]
            if at_risk[a, g] > 0.0:
                exposure[a, g] = at_risk[a, g] / free[a]
                subdistribution[a] = exposure[a, g] * (1.0 - incidence[a])
                incidence[a] += free[a] * mine[a, g] / at_risk[a, g]
                free[a] *= (at_risk[a, g] - mine[a, g] - other[a, g]) / at_risk[a, g]
            after[a, g] = free[a]
        events = mine[0, g] + mine[1, g]
        pooled_before[g] = pooled
        if events > 0.0:
            observed += mine[1, g]
            expected += events * subdistribution[1] / (subdistribution[0] + subdistribution[1])
            steps[g] = events / (exposure[0, g] + exposure[1, g])
            pooled += steps[g]
        pooled_after[g] = pooled
    variance, ahead = 0.0, 0.0
    for g in range(n_times - 1, -1, -1):
        both = exposure[0, g] + exposure[1, g]
        contrast = exposure[0, g] * exposure[1, g] / both
        events = mine[0, g] + mine[1, g]
        for a in range(2):
            if exposure[a, g] == 0.0:
                continue
            ratio = (1.0 - pooled_after[g]) / after[a, g] if after[a, g] > 0.0 else 0.0
            if events > 0.0:
                spread = both * before[a, g]
                tied = (events - 1.0) / (spread - 1.0) if events > 1.0 and spread > 1.0 else 0.0
                own = contrast + (1.0 - ratio) * ahead
                variance += own * own * steps[g] / exposure[a, g] * (1.0 - tied)
            if other[a, g] > 0.0:
                tied = (other[a, g] - 1.0) / (at_risk[a, g] - 1.0) if at_risk[a, g] > 1.0 else 0.0
                variance += (ratio * ahead / exposure[a, g]) ** 2 * other[a, g] * (1.0 - tied)
        # Once an arm is empty nothing is compared, and the pooled incidence of the other may run past 1.
        if events > 0.0 and contrast > 0.0 and pooled_before[g] < 1.0:
            ahead += contrast * steps[g] / (1.0 - pooled_before[g])
    return observed, expected, variance
