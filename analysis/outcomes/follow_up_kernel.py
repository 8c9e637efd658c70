"""Compiled loops over patients in order of time: which times are tied, and the same patients stratum by stratum."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

# R's rule for times that differ only by rounding: the square root of the smallest step above 1.
TIE_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@njit(cache=True, nogil=True)
def tie_starts(time: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """Where each run of tied times starts, with n at the end, and the gap up to which times count as tied."""
    n = time.shape[0]
    n_distinct = 1
    total = time[0]
    for i in range(1, n):
        if time[i] != time[i - 1]:
            n_distinct += 1
            total += time[i]
    gap = max(TIE_TOLERANCE, TIE_TOLERANCE * total / n_distinct)
    starts = np.empty(n_distinct + 1, dtype=np.int64)
    starts[0] = 0
    n_groups = 1
    for i in range(1, n):
        if time[i] - time[i - 1] > gap:
            starts[n_groups] = i
            n_groups += 1
    starts[n_groups] = n
    return starts[: n_groups + 1].copy(), gap


@njit(cache=True, nogil=True)
def stratum_order(
    starts: NDArray[np.int64], stratum: NDArray[np.int64], n_strata: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Patients by stratum, then time: their order, the starts of tied runs within strata, the stratum of each run."""
    n = stratum.shape[0]
    next_place = np.zeros(n_strata + 1, dtype=np.int64)
    for i in range(n):
        next_place[stratum[i] + 1] += 1
    for s in range(n_strata):
        next_place[s + 1] += next_place[s]
    order = np.empty(n, dtype=np.int64)
    run = np.empty(n, dtype=np.int64)
    for g in range(starts.shape[0] - 1):
        for i in range(starts[g], starts[g + 1]):
            place = next_place[stratum[i]]
            next_place[stratum[i]] += 1
            order[place] = i
            run[place] = g
    new_starts = np.empty(n + 1, dtype=np.int64)
    run_stratum = np.empty(n, dtype=np.int64)
    n_runs = 0
    for place in range(n):
        here = stratum[order[place]]
        if place == 0 or run[place] != run[place - 1] or here != stratum[order[place - 1]]:
            new_starts[n_runs] = place
            run_stratum[n_runs] = here
            n_runs += 1
    new_starts[n_runs] = n
    return order, new_starts[: n_runs + 1].copy(), run_stratum[:n_runs].copy()
