"""Compiled loop behind comparisons within matched sets: the log-rank sums, and each kind of risk set once."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

SMALL = 8
"""Risk sets with fewer patients than this in each arm are counted by kind; larger ones hardly ever recur."""


@njit(cache=True, nogil=True)
def stratum_sums(
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    starts: NDArray[np.int64],
    stratum: NDArray[np.int64],
    n_strata: int,
) -> tuple[float, float, float, NDArray[np.float64], NDArray[np.int64]]:
    """Observed and expected events of the treated arm and their variance, and the risk sets with an event in them.

    Patients come in order of time, ``starts`` telling who is tied; each counts once. Only risk sets of both arms are
    handed back, as the others say nothing of a ratio. Those with the same counts come once, with all counts multiplied
    by how many there are: that is their weight in a likelihood. Their rows are the first fields of ``RiskSets``; the last
    array is the number of events, not multiplied.
    """
    begin, packed = _by_stratum(event, treated, starts, stratum, n_strata)
    kinds = np.zeros((SMALL, SMALL, SMALL, SMALL), dtype=np.int64)
    large = np.empty((4, event.shape[0]))
    n_large = 0
    observed, expected, variance = 0.0, 0.0, 0.0
    for s in range(n_strata):
        in_treated, in_control = 0, 0
        for place in range(begin[s], begin[s + 1]):
            in_treated += packed[place] & 1
        in_control = begin[s + 1] - begin[s] - in_treated
        place = begin[s]
        while place < begin[s + 1]:
            run = packed[place] >> 2
            left_treated, left_control, died_treated, died_control = 0, 0, 0, 0
            while place < begin[s + 1] and packed[place] >> 2 == run:
                arm, died = packed[place] & 1, (packed[place] >> 1) & 1
                left_treated += arm
                left_control += 1 - arm
                died_treated += arm * died
                died_control += (1 - arm) * died
                place += 1
            deaths = died_treated + died_control
            if deaths > 0:
                n = in_treated + in_control
                share = in_treated / n
                observed += died_treated
                expected += deaths * share
                if n > 1:
                    variance += deaths * share * (1.0 - share) * (n - deaths) / (n - 1.0)
                if in_treated < SMALL and in_control < SMALL:
                    kinds[in_treated, in_control, died_treated, died_control] += 1
                elif in_treated > 0 and in_control > 0:
                    large[0, n_large], large[1, n_large] = in_treated, in_control
                    large[2, n_large], large[3, n_large] = died_treated, died_control
                    n_large += 1
            in_treated -= left_treated
            in_control -= left_control
    sets, n_events = _risk_sets(kinds, large[:, :n_large])
    return observed, expected, variance, sets, n_events


@njit(cache=True, nogil=True)
def _by_stratum(
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    starts: NDArray[np.int64],
    stratum: NDArray[np.int64],
    n_strata: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each stratum begins, and its patients in order of time: run of ties, event and arm in one number."""
    n = stratum.shape[0]
    begin = np.zeros(n_strata + 1, dtype=np.int64)
    for i in range(n):
        begin[stratum[i] + 1] += 1
    for s in range(n_strata):
        begin[s + 1] += begin[s]
    place = begin.copy()
    packed = np.empty(n, dtype=np.int64)
    for g in range(starts.shape[0] - 1):
        for i in range(starts[g], starts[g + 1]):
            packed[place[stratum[i]]] = (g << 2) | (int(event[i]) << 1) | int(treated[i])
            place[stratum[i]] += 1
    return begin, packed


@njit(cache=True, nogil=True)
def _risk_sets(kinds: NDArray[np.int64], large: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The kinds of both arms that occur, each weighted by how often, then the large ones."""
    n_kinds = 0
    for count in kinds.ravel():
        if count > 0:
            n_kinds += 1
    counts = np.empty((4, n_kinds + large.shape[1]))
    n_events = np.empty(counts.shape[1], dtype=np.int64)
    place = 0
    for a in range(1, SMALL):
        for b in range(1, SMALL):
            for c in range(a + 1):
                for d in range(b + 1):
                    times = kinds[a, b, c, d]
                    if times > 0:
                        counts[0, place], counts[1, place] = a * times, b * times
                        counts[2, place], counts[3, place] = c * times, d * times
                        n_events[place] = c + d
                        place += 1
    for g in range(large.shape[1]):
        counts[:, place] = large[:, g]
        n_events[place] = np.int64(large[2, g] + large[3, g])
        place += 1
    return counts[:, :place].copy(), n_events[:place].copy()
