"""Compiled walks of nearest-neighbour matching: arrays in, links out.

Controls are numbered 1..m by stratum, then by their place in the sorted list of all units; 0 and m + 1 are
sentinels. Two disjoint-set forests answer "next free control on the left" and "on the right" in almost constant
time, so that a control that is gone is never walked over twice.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.queue_kernel import heapify, pop_first, sift_down

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


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
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
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
    column, control_column, column_limit : (t, c), (m + 2, c), (c,)
        Further values and the largest difference allowed in each, inclusive; c may be 0.

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
            a = _next_left(
                t, low[t], left, width, distance, first, control_distance, column, control_column, column_limit
            )
            b = _next_right(
                t, high[t], right, width, distance, last, control_distance, column, control_column, column_limit
            )
            low[t] = a
            high[t] = b
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
def _next_left(
    t: int,
    start: int,
    left: Integers,
    width: float,
    distance: Floats,
    first: Integers,
    control_distance: Floats,
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
) -> int:
    # The next free control within all columns' limits, from start on. What was passed over stays passed over: it is
    # taken, or no match for this patient. Ends beyond the stratum or the width, where `_nearer` finds nobody.
    a = find_root(left, start)
    while a >= first[t] and distance[t] - control_distance[a] <= width:
        if within_limits(column[t], control_column[a], column_limit):
            break
        a = find_root(left, a - 1)
    return a


@njit(cache=True, nogil=True)
def _next_right(
    t: int,
    start: int,
    right: Integers,
    width: float,
    distance: Floats,
    last: Integers,
    control_distance: Floats,
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
) -> int:
    b = find_root(right, start)
    while b <= last[t] and control_distance[b] - distance[t] <= width:
        if within_limits(column[t], control_column[b], column_limit):
            break
        b = find_root(right, b + 1)
    return b


@njit(cache=True, nogil=True)
def within_limits(one: Floats, other: Floats, limit: Floats) -> bool:
    """Whether two units differ in no column by more than its limit."""
    k = 0
    while k < limit.size and abs(one[k] - other[k]) <= limit[k]:
        k += 1
    return bool(k == limit.size)


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
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
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
    low = left_of.copy()
    high = left_of + 1
    choice = np.empty(n_treated, np.int64)
    active = np.ones(n_treated, np.bool_)
    met_left = rank.copy()
    met_right = rank.copy()
    for _ in range(ratio):
        heap = [(0.0, 0, 0) for _ in range(0)]
        for t in range(n_treated):
            if active[t]:
                a = _next_left(
                    t, low[t], left, width, distance, first, control_distance, column, control_column, column_limit
                )
                b = _next_right(
                    t, high[t], right, width, distance, last, control_distance, column, control_column, column_limit
                )
                low[t] = a
                high[t] = b
                choice[t], gap = _nearer(
                    t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank
                )
                active[t] = choice[t] > 0 and gap <= width
                if active[t]:
                    heap.append((gap, t, t))
        heapify(heap)
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
                pop_first(heap)
                continue
            a = _next_left(
                t, low[t], left, width, distance, first, control_distance, column, control_column, column_limit
            )
            b = _next_right(
                t, high[t], right, width, distance, last, control_distance, column, control_column, column_limit
            )
            low[t] = a
            high[t] = b
            choice[t], gap = _nearer(
                t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank
            )
            active[t] = choice[t] > 0 and gap <= width
            if active[t]:
                turn -= 1
                heap[0] = (gap, turn, t)
                sift_down(heap, 0)
            else:
                pop_first(heap)
    return link_treated[:n_links], link_control[:n_links]


@njit(cache=True, nogil=True)
def find_reached(
    width: float,
    distance: Floats,
    rank: Integers,
    left_of: Integers,
    first: Integers,
    last: Integers,
    control_distance: Floats,
    control_rank: Integers,
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
) -> Flags:
    """Whether a unit has any control within the width and within all columns' limits. Arguments as in `match_in_order`."""
    free = np.arange(control_distance.size)
    reached = np.empty(distance.size, np.bool_)
    for t in range(distance.size):
        a = _next_left(
            t, left_of[t], free, width, distance, first, control_distance, column, control_column, column_limit
        )
        reached[t] = a >= first[t] and distance[t] - control_distance[a] <= width
        if not reached[t]:
            b = _next_right(
                t, left_of[t] + 1, free, width, distance, last, control_distance, column, control_column, column_limit
            )
            reached[t] = b <= last[t] and control_distance[b] - distance[t] <= width
    return reached
