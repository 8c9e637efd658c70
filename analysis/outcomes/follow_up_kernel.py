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


FEW_TIMES = 256
MOST_TIMES = 8192
"""Distinct times, of few patients and of many, that are counted rather than sorted: their table stays in a fast cache."""

PATIENTS_PER_TIME = 16
"""How many patients must share a time, on average, for counting to be the quicker way once there are many times."""


@njit(cache=True, nogil=True)
def time_order(time: NDArray[np.float64]) -> NDArray[np.int64]:
    """The rows by time, equal times in the order given.

    Follow-up in days repeats few times, which are counted; otherwise the numbers are sorted digit by digit.
    """
    bits = (time + 0.0).view(np.uint64)  # a negative zero has other bits than zero
    code, distinct, n_distinct = _distinct_times(bits)
    return _digit_order(bits) if n_distinct < 0 else _counted_order(code, distinct[:n_distinct])


@njit(cache=True, nogil=True)
def _distinct_times(bits: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.uint64], int]:
    """For each patient the number of its time among the distinct ones, and those; −1 of them when they are many."""
    n = bits.shape[0]
    most = min(MOST_TIMES, max(FEW_TIMES, n // PATIENTS_PER_TIME))
    power = 1
    while (1 << power) < 2 * min(most, n) + 2:
        power += 1
    shift, last = np.uint64(64 - power), (1 << power) - 1
    slot_code = np.full(1 << power, -1, dtype=np.int64)
    distinct = np.empty(most, dtype=np.uint64)
    code = np.empty(n, dtype=np.int64)
    n_distinct = 0
    for i in range(n):
        slot = np.int64((bits[i] * np.uint64(0x9E3779B97F4A7C15)) >> shift)
        while slot_code[slot] >= 0 and distinct[slot_code[slot]] != bits[i]:
            slot = (slot + 1) & last
        if slot_code[slot] < 0:
            if n_distinct == most:
                return code, distinct, -1
            slot_code[slot] = n_distinct
            distinct[n_distinct] = bits[i]
            n_distinct += 1
        code[i] = slot_code[slot]
    return code, distinct, n_distinct


@njit(cache=True, nogil=True)
def _counted_order(code: NDArray[np.int64], distinct: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The rows by time, from how many patients have each time; bits of numbers of at least 0 rise with the numbers."""
    count = np.zeros(distinct.shape[0], dtype=np.int64)
    for i in range(code.shape[0]):
        count[code[i]] += 1
    place = np.empty(distinct.shape[0], dtype=np.int64)
    before = 0
    for number in np.argsort(distinct):
        place[number] = before
        before += count[number]
    order = np.empty(code.shape[0], dtype=np.int64)
    for i in range(code.shape[0]):
        order[place[code[i]]] = i
        place[code[i]] += 1
    return order


DIGIT = 11
"""Bits sorted at a time; six times cover the bits of a number."""

BUCKETS = 1 << DIGIT


@njit(cache=True, nogil=True)
def _digit_order(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The rows by their bits, digit by digit from the last; digits that all share cost nothing."""
    n = keys.shape[0]
    last = np.uint64(BUCKETS - 1)
    passes = (64 + DIGIT - 1) // DIGIT
    counts = np.zeros((passes, BUCKETS), dtype=np.int64)
    for i in range(n):
        for digit in range(passes):
            counts[digit, (keys[i] >> np.uint64(DIGIT * digit)) & last] += 1
    order, sorted_keys = np.arange(n), keys.copy()
    next_order, next_keys = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.uint64)
    for digit in range(passes):
        shift = np.uint64(DIGIT * digit)
        if counts[digit, (keys[0] >> shift) & last] == n:
            continue
        place = 0
        for bucket in range(BUCKETS):
            here = counts[digit, bucket]
            counts[digit, bucket] = place
            place += here
        for i in range(n):
            bucket = (sorted_keys[i] >> shift) & last
            there = counts[digit, bucket]
            counts[digit, bucket] = there + 1
            next_order[there], next_keys[there] = order[i], sorted_keys[i]
        order, next_order = next_order, order
        sorted_keys, next_keys = next_keys, sorted_keys
    return order


@njit(cache=True, nogil=True)
def weight_range(weights: NDArray[np.float64]) -> tuple[float, float, float]:
    """Smallest, largest and mean weight; the mean in units of the largest, as a plain sum may overflow."""
    smallest, largest = weights[0], weights[0]
    for i in range(weights.shape[0]):
        smallest, largest = min(smallest, weights[i]), max(largest, weights[i])
    total = 0.0
    for i in range(weights.shape[0]):
        total += weights[i] / largest
    return smallest, largest, largest * (total / weights.shape[0])


@njit(cache=True, nogil=True)
def arm_columns(
    arm: bool,
    rows: NDArray[np.int64],
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], float]:
    """Rows and clusters, times and weights, and events of the patients of one arm, where their ties start, and the gap."""
    n = 0
    for i in range(treated.shape[0]):
        n += treated[i] == arm
    labels, amounts = np.empty((2, n), dtype=np.int64), np.empty((2, n))
    flags = np.empty(n, dtype=np.bool_)
    place = 0
    for i in range(treated.shape[0]):
        if place == n:
            break
        # Written over by the next patient unless this one is of the arm: cheaper than a branch guessed wrongly.
        labels[0, place], labels[1, place] = rows[i], cluster[i]
        amounts[0, place], amounts[1, place] = time[i], weights[i]
        flags[place] = event[i]
        place += treated[i] == arm
    starts, gap = tie_starts(amounts[0])
    return labels, amounts, flags, starts, gap


@njit(cache=True, nogil=True)
def compared_columns(
    row: NDArray[np.int64],
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
) -> tuple[
    NDArray[np.int64],
    NDArray[np.float64],
    NDArray[np.bool_],
    NDArray[np.bool_],
    NDArray[np.float64],
    NDArray[np.int64],
    int,
    bool,
    int,
]:
    """Those of patients in order of time who have a weight, in that order.

    ``weights`` and ``cluster`` are of all patients, in the order of ``row``'s numbers. Clusters are numbered anew from 0,
    one after the other where their numbers are far apart. Last come how many numbers there are, whether each patient is
    a cluster, and how many are treated.
    """
    place, mass = np.empty(row.shape[0], dtype=np.int64), np.empty(row.shape[0])
    n = 0
    for i in range(row.shape[0]):
        place[n], mass[n] = i, weights[row[i]]
        n += mass[n] > 0.0
    own_row, own_time = np.empty(n, dtype=np.int64), np.empty(n)
    own_event, own_treated = np.empty(n, dtype=np.bool_), np.empty(n, dtype=np.bool_)
    own_weights, own_cluster = mass[:n].copy(), np.empty(n, dtype=np.int64)
    n_treated = 0
    lowest, highest = np.int64(0), np.int64(-1)
    for k in range(n):
        i = place[k]
        number = cluster[row[i]]
        own_row[k], own_time[k], own_event[k], own_treated[k] = row[i], time[i], event[i], treated[i]
        own_cluster[k] = number
        n_treated += treated[i]
        lowest = min(lowest, number) if k else number
        highest = max(highest, number) if k else number
    for k in range(n):
        own_cluster[k] -= lowest
    n_clusters = int(highest - lowest + 1)
    if n_clusters >= 4 * n and n > 0:
        n_clusters = _number_anew(own_cluster, n_clusters)
    alone = all_alone(own_cluster, n_clusters)
    return own_row, own_time, own_event, own_treated, own_weights, own_cluster, n_clusters, alone, n_treated


@njit(cache=True, nogil=True)
def _number_anew(cluster: NDArray[np.int64], n_numbers: int) -> int:
    """Number clusters in the order in which they come, in place; how many there are."""
    number = np.full(n_numbers, -1, dtype=np.int64)
    n_clusters = 0
    for k in range(cluster.shape[0]):
        if number[cluster[k]] < 0:
            number[cluster[k]] = n_clusters
            n_clusters += 1
        cluster[k] = number[cluster[k]]
    return n_clusters


@njit(cache=True, nogil=True)
def all_alone(cluster: NDArray[np.int64], n_clusters: int) -> bool:
    """Whether no two patients are of one cluster."""
    seen = np.zeros(n_clusters, dtype=np.bool_)
    for i in range(cluster.shape[0]):
        if seen[cluster[i]]:
            return False
        seen[cluster[i]] = True
    return True
