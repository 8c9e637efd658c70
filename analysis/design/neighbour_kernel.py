"""Compiled matching of the closest pairs where no tie decides: a queue of neighbours in the sorted list."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.queue_kernel import Queue, heapify, pop_first, sift_up

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def match_closest_untied(
    ratio: int, width: float, value: Floats, stratum: Integers, is_treated: Flags, number: Integers
) -> tuple[Integers, Integers, bool]:
    """Links taken when the closest pair goes first, for data in which no tie decides who is matched.

    Without ties the closest available pair always stands side by side among the units still available,
    so a queue of neighbouring pairs suffices. It stops as soon as two units compete at exactly equal distances.

    Parameters
    ----------
    ratio, width
        As in `matching_kernel.match_in_order`.
    value, stratum, is_treated, number : (n,)
        All units by stratum and distance: distance, stratum, arm, and number within the arm.

    Returns
    -------
    link_treated, link_control : int64 (links,)
        In the order taken; meaningless when tied.
    tied : bool
        True when the order of equally distant units matters; `matching_kernel.match_closest` then decides.
    """
    n = value.size
    link_treated = np.empty(n * ratio, np.int64)
    link_control = np.empty(n * ratio, np.int64)
    n_links = 0
    available = np.ones(n, np.bool_)
    before = np.empty(n, np.int64)
    after = np.empty(n, np.int64)
    for _ in range(ratio):
        heap = _link_neighbours(available, before, after, width, value, stratum, is_treated)
        matched = np.zeros(n, np.bool_)
        while len(heap) > 0:
            gap, a, b = heap[0]
            pop_first(heap)
            if matched[a] or matched[b]:
                continue
            p = before[a]
            q = after[b]
            if _compete(gap, a, b, p, q, value, stratum, is_treated):
                return link_treated[:0], link_control[:0], True
            matched[a] = True
            matched[b] = True
            link_treated[n_links] = number[a] if is_treated[a] else number[b]
            link_control[n_links] = number[b] if is_treated[a] else number[a]
            n_links += 1
            if p >= 0:
                after[p] = q
            if q < n:
                before[q] = p
            if p < 0 or q >= n or stratum[p] != stratum[q] or is_treated[p] == is_treated[q]:
                continue
            if value[q] - value[p] <= width:
                heap.append((value[q] - value[p], p, q))
                sift_up(heap, len(heap) - 1)
        # The matched treated go on to the next round; so do the controls still free.
        for i in range(n):
            available[i] = available[i] and matched[i] == is_treated[i]
    return link_treated[:n_links], link_control[:n_links], False


@njit(cache=True, nogil=True)
def _link_neighbours(
    available: Flags,
    before: Integers,
    after: Integers,
    width: float,
    value: Floats,
    stratum: Integers,
    is_treated: Flags,
) -> Queue:
    # Chains the available units and queues every neighbouring pair of opposite arms.
    n = value.size
    heap = [(0.0, 0, 0) for _ in range(0)]
    last = -1
    for i in range(n):
        if not available[i]:
            continue
        before[i] = last
        after[i] = n
        if last >= 0:
            after[last] = i
            if stratum[last] == stratum[i] and is_treated[last] != is_treated[i] and value[i] - value[last] <= width:
                heap.append((value[i] - value[last], last, i))
        last = i
    heapify(heap)
    return heap


@njit(cache=True, nogil=True)
def _compete(gap: float, a: int, b: int, p: int, q: int, value: Floats, stratum: Integers, is_treated: Flags) -> bool:
    # Whether a unit beside the pair (a, b) is exactly as near to one of the two as they are to each other. Two
    # controls on the same side are no such case: the nearer in the list is taken.
    if p >= 0 and stratum[p] == stratum[a]:
        if is_treated[p] != is_treated[a] and value[a] - value[p] == gap:
            return True
        if is_treated[p] and value[b] - value[p] == gap:
            return True
    if q < value.size and stratum[q] == stratum[b]:
        if is_treated[q] != is_treated[b] and value[q] - value[b] == gap:
            return True
        if is_treated[q] and value[q] - value[a] == gap:
            return True
    return False
