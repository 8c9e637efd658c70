"""Compiled walks of nearest-neighbour matching: arrays in, links out.

Controls are numbered 1..m by stratum, then by their place in the sorted list of all units; 0 and m + 1 are
sentinels. Two disjoint-set forests answer "next free control on the left" and "on the right" in almost constant
time, so that a control that is gone is never walked over twice.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Queue = list[tuple[float, int, int]]


@njit(cache=True, nogil=True)
def match_in_order(
    walk: Integers,
    ratio: int,
    reuse: bool,
    width: float,
    distance: Floats,
    rank: Integers,
    left_of: Integers,
    first: Integers,
    last: Integers,
    control_distance: Floats,
    control_rank: Integers,
) -> tuple[Integers, Integers]:
    """Links taken when treated units choose one after the other, one control per unit and round.

    Parameters
    ----------
    walk : int64 (t,)
        Treated units (their positions in the arrays below) in the order in which they choose.
    ratio : int64
        Rounds.
    reuse : bool
        True leaves a chosen control free for the other treated units.
    width : float64
        Largest distance allowed, inclusive; infinite for none.
    distance, rank, left_of, first, last : (t,)
        For each treated unit its distance, its rank among all units, the last control before it, and the first
        and last control of its stratum.
    control_distance, control_rank : (m + 2,)
        The same for the controls.

    Returns
    -------
    link_treated, link_control : int64 (links,)
        In the order taken.
    """
    m = control_distance.size - 2
    left = np.arange(m + 2)
    right = np.arange(m + 2)
    link_treated = np.empty(walk.size * ratio, np.int64)
    link_control = np.empty(walk.size * ratio, np.int64)
    low = left_of.copy()
    high = left_of + 1
    met_left = rank.copy()
    met_right = rank.copy()
    active = walk.copy()
    n_active = walk.size
    n_links = 0
    for _ in range(ratio):
        kept = 0
        for i in range(n_active):
            t = active[i]
            a = find_root(left, low[t])
            b = find_root(right, high[t])
            chosen, gap = _nearer(t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank)
            if chosen == 0 or gap > width:
                continue
            if not reuse:
                left[chosen] = chosen - 1
                right[chosen] = chosen + 1
            elif chosen == a:
                low[t] = a - 1
            else:
                high[t] = b + 1
            link_treated[n_links] = t
            link_control[n_links] = chosen
            n_links += 1
            active[kept] = t
            kept += 1
        n_active = kept
    return link_treated[:n_links], link_control[:n_links]


@njit(cache=True, nogil=True)
def find_root(parent: Integers, i: int) -> int:
    """Root of ``i`` in a disjoint-set forest, halving the path on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def _nearer(
    t: int,
    a: int,
    b: int,
    distance: Floats,
    met_left: Integers,
    met_right: Integers,
    first: Integers,
    last: Integers,
    control_distance: Floats,
    control_rank: Integers,
) -> tuple[int, float]:
    # Smaller distance; then fewer steps in the sorted list of all units, counted on each side from the control
    # last chosen there (at first from the unit itself); then the left. Remembers the choice for the next tie.
    gap_a = np.inf
    gap_b = np.inf
    if a >= first[t]:
        gap_a = abs(distance[t] - control_distance[a])
    if b <= last[t]:
        gap_b = abs(control_distance[b] - distance[t])
    if gap_a == np.inf and gap_b == np.inf:
        return 0, np.inf
    if gap_b < gap_a or (gap_b == gap_a and control_rank[b] - met_right[t] < met_left[t] - control_rank[a]):
        met_right[t] = control_rank[b]
        return b, gap_b
    met_left[t] = control_rank[a]
    return a, gap_a


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
        As in `match_in_order`.
    value, stratum, is_treated, number : (n,)
        All units by stratum and distance: distance, stratum, arm, and number within the arm.

    Returns
    -------
    link_treated, link_control : int64 (links,)
        In the order taken; meaningless when tied.
    tied : bool
        True when the order of equally distant units matters; `match_closest` then decides.
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
            _pop(heap)
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
                _sift_up(heap, len(heap) - 1)
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
    _heapify(heap)
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


@njit(cache=True, nogil=True)
def match_closest(
    ratio: int,
    width: float,
    distance: Floats,
    rank: Integers,
    left_of: Integers,
    first: Integers,
    last: Integers,
    control_distance: Floats,
    control_rank: Integers,
) -> tuple[Integers, Integers]:
    """Links taken when, in each round, the closest pair still available goes first; ties resolved.

    A unit whose control is gone when its turn comes looks for the next nearest and re-enters the queue before
    the units at an equal distance. Arguments and returns as in `match_in_order`, without replacement.
    """
    m = control_distance.size - 2
    left = np.arange(m + 2)
    right = np.arange(m + 2)
    n_treated = distance.size
    link_treated = np.empty(n_treated * ratio, np.int64)
    link_control = np.empty(n_treated * ratio, np.int64)
    n_links = 0
    choice = np.empty(n_treated, np.int64)
    active = np.ones(n_treated, np.bool_)
    met_left = rank.copy()
    met_right = rank.copy()
    for _ in range(ratio):
        heap = [(0.0, 0, 0) for _ in range(0)]
        for t in range(n_treated):
            if active[t]:
                a = find_root(left, left_of[t])
                b = find_root(right, left_of[t] + 1)
                choice[t], gap = _nearer(
                    t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank
                )
                active[t] = choice[t] > 0 and gap <= width
                if active[t]:
                    heap.append((gap, t, t))
        _heapify(heap)
        turn = 0
        while len(heap) > 0:
            _, _, t = heap[0]
            c = choice[t]
            if left[c] == c:
                left[c] = c - 1
                right[c] = c + 1
                link_treated[n_links] = t
                link_control[n_links] = c
                n_links += 1
                _pop(heap)
                continue
            a = find_root(left, left_of[t])
            b = find_root(right, left_of[t] + 1)
            choice[t], gap = _nearer(
                t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank
            )
            active[t] = choice[t] > 0 and gap <= width
            if active[t]:
                turn -= 1
                heap[0] = (gap, turn, t)
                _sift_down(heap, 0)
            else:
                _pop(heap)
    return link_treated[:n_links], link_control[:n_links]


@njit(cache=True, nogil=True)
def _heapify(heap: Queue) -> None:
    for i in range(len(heap) // 2 - 1, -1, -1):
        _sift_down(heap, i)


@njit(cache=True, nogil=True)
def _pop(heap: Queue) -> None:
    tail = heap.pop()
    if len(heap) > 0:
        heap[0] = tail
        _sift_down(heap, 0)


@njit(cache=True, nogil=True)
def _sift_down(heap: Queue, i: int) -> None:
    entry = heap[i]
    n = len(heap)
    child = 2 * i + 1
    while child < n:
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if not heap[child] < entry:
            break
        heap[i] = heap[child]
        i = child
        child = 2 * i + 1
    heap[i] = entry


@njit(cache=True, nogil=True)
def _sift_up(heap: Queue, i: int) -> None:
    entry = heap[i]
    while i > 0:
        parent = (i - 1) // 2
        if not entry < heap[parent]:
            break
        heap[i] = heap[parent]
        i = parent
    heap[i] = entry
