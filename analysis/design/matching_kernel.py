"""Compiled walks of nearest-neighbour matching: arrays in, links out.

Controls are numbered 1..m by stratum, then by their place in the sorted list of all units; 0 and m + 1 are
sentinels. Two disjoint-set forests answer "next free control on the left" and "on the right" in almost constant
time, so that a control that is gone is never walked over twice.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def match_in_order(
    walk, ratio, reuse, width, distance, rank, left_of, first, last, control_distance, control_rank
):
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
def find_root(parent, i):
    """Root of ``i`` in a disjoint-set forest, halving the path on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def _nearer(t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank):
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
    ratio, width, distance, rank, left_of, first, last, control_distance, control_rank
):
    """Links taken when, in each round, the closest pair still available goes first.

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
    gaps = np.empty(n_treated, np.float64)
    alive = np.ones(n_treated, np.bool_)
    met_left = rank.copy()
    met_right = rank.copy()
    for _ in range(ratio):
        heap = [(0.0, 0, 0) for _ in range(0)]
        for t in range(n_treated):
            if alive[t]:
                a = find_root(left, left_of[t])
                b = find_root(right, left_of[t] + 1)
                choice[t], gaps[t] = _nearer(t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank)
                if choice[t] == 0 or gaps[t] > width:
                    alive[t] = False
                else:
                    heap.append((gaps[t], t, t))
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
            choice[t], gaps[t] = _nearer(t, a, b, distance, met_left, met_right, first, last, control_distance, control_rank)
            if choice[t] == 0 or gaps[t] > width:
                alive[t] = False
                _pop(heap)
            else:
                turn -= 1
                heap[0] = (gaps[t], turn, t)
                _sift_down(heap, 0)
    return link_treated[:n_links], link_control[:n_links]


@njit(cache=True, nogil=True)
def _heapify(heap):
    for i in range(len(heap) // 2 - 1, -1, -1):
        _sift_down(heap, i)


@njit(cache=True, nogil=True)
def _pop(heap):
    tail = heap.pop()
    if len(heap) > 0:
        heap[0] = tail
        _sift_down(heap, 0)


@njit(cache=True, nogil=True)
def _sift_down(heap, i):
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
