"""Compiled matching on the distance between rows of covariates, among the controls that calipers allow.

Controls are numbered as in `matching_kernel`, by stratum and by one sorted number, the key: the propensity distance,
whose caliper leaves a window of candidates, or without it one column of the covariates, which no pair can be closer
than. Each unit keeps a short list of its nearest free controls, made anew only once all on it are taken, so that
memory grows with the number of units alone.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.matching_kernel import find_root, within_limits
from analysis.design.queue_kernel import heapify, pop_first, sift_down

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@njit(cache=True, nogil=True)
def match_metric_in_order(
    walk: Integers,
    ratio: int,
    reuse: bool,
    keep: int,
    width: float,
    bounded: bool,
    row: Floats,
    control_row: Floats,
    control_number: Integers,
    key: Floats,
    left_of: Integers,
    first: Integers,
    last: Integers,
    control_key: Floats,
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
) -> tuple[Integers, Integers, Floats]:
    """Links taken when units choose one after the other, one control per unit and round.

    Parameters
    ----------
    walk, ratio, reuse
        As in `matching_kernel.match_in_order`.
    keep : int64
        Controls on a unit's list, at least 1; with ``reuse`` at least ``ratio``.
    width : float64
        Largest difference of keys allowed, inclusive; infinite for none.
    bounded : bool
        Whether the difference of keys is a lower bound of the distance of rows.
    row, control_row : (t, p), (m + 2, p)
        The covariates.
    control_number : (m + 2,)
        Decides between controls at exactly the same distance: the lower wins.
    key, left_of, first, last, control_key, column, control_column, column_limit
        As `distance` and the rest in `matching_kernel.match_in_order`.

    Returns
    -------
    link_treated, link_control : int64 (links,)
        In the order taken.
    link_square : float64 (links,)
        Squared distance of each link.
    """
    m = control_key.size - 2
    left = np.arange(m + 2)
    right = np.arange(m + 2)
    link_treated = np.empty(walk.size * ratio, np.int64)
    link_control = np.empty(walk.size * ratio, np.int64)
    link_square = np.empty(walk.size * ratio, np.float64)
    near = np.empty((walk.size, keep), np.int64)
    square = np.empty((walk.size, keep), np.float64)
    n_near = np.full(walk.size, keep, np.int64)
    place = np.full(walk.size, keep, np.int64)
    active = walk.copy()
    n_active = walk.size
    n_links = 0
    for _ in range(ratio):
        kept = 0
        for i in range(n_active):
            t = active[i]
            while place[t] < n_near[t] and left[near[t, place[t]]] != near[t, place[t]]:
                place[t] += 1
            if place[t] == keep:
                n_near[t] = _list_nearest(
                    t, near[t], square[t], left, right, width, bounded, row, control_row, control_number,
                    key, left_of, first, last, control_key, column, control_column, column_limit,
                )  # fmt: skip
                place[t] = 0
            if place[t] == n_near[t]:
                continue
            chosen = near[t, place[t]]
            link_treated[n_links] = t
            link_control[n_links] = chosen
            link_square[n_links] = square[t, place[t]]
            n_links += 1
            place[t] += 1
            if not reuse:
                left[chosen] = chosen - 1
                right[chosen] = chosen + 1
            active[kept] = t
            kept += 1
        n_active = kept
    return link_treated[:n_links], link_control[:n_links], link_square[:n_links]


@njit(cache=True, nogil=True)
def match_metric_closest(
    ratio: int,
    keep: int,
    width: float,
    bounded: bool,
    row: Floats,
    control_row: Floats,
    control_number: Integers,
    key: Floats,
    left_of: Integers,
    first: Integers,
    last: Integers,
    control_key: Floats,
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
) -> tuple[Integers, Integers, Floats]:
    """Links taken when, in each round, the closest pair still available goes first.

    A unit whose control is gone when its turn comes looks for the next nearest and re-enters the queue before
    the units at an equal distance. Arguments and returns as in `match_metric_in_order`.
    """
    m = control_key.size - 2
    left = np.arange(m + 2)
    right = np.arange(m + 2)
    n_treated = key.size
    link_treated = np.empty(n_treated * ratio, np.int64)
    link_control = np.empty(n_treated * ratio, np.int64)
    link_square = np.empty(n_treated * ratio, np.float64)
    near = np.empty((n_treated, keep), np.int64)
    square = np.empty((n_treated, keep), np.float64)
    n_near = np.full(n_treated, keep, np.int64)
    place = np.full(n_treated, keep, np.int64)
    active = np.ones(n_treated, np.bool_)
    n_links = 0
    for _ in range(ratio):
        heap = [(0.0, 0, 0) for _ in range(0)]
        for t in range(n_treated):
            # Enters before all others, until she knows how far her nearest control is.
            if active[t]:
                heap.append((-1.0, t, t))
        heapify(heap)
        turn = 0
        while len(heap) > 0:
            gap, _, t = heap[0]
            if gap >= 0.0:
                c = near[t, place[t]]
                if left[c] == c:
                    left[c] = c - 1
                    right[c] = c + 1
                    link_treated[n_links] = t
                    link_control[n_links] = c
                    link_square[n_links] = gap
                    n_links += 1
                    pop_first(heap)
                    continue
            while place[t] < n_near[t] and left[near[t, place[t]]] != near[t, place[t]]:
                place[t] += 1
            if place[t] == keep:
                n_near[t] = _list_nearest(
                    t, near[t], square[t], left, right, width, bounded, row, control_row, control_number,
                    key, left_of, first, last, control_key, column, control_column, column_limit,
                )  # fmt: skip
                place[t] = 0
            active[t] = place[t] < n_near[t]
            if not active[t]:
                pop_first(heap)
                continue
            entry = t
            if gap >= 0.0:
                turn -= 1
                entry = turn
            heap[0] = (square[t, place[t]], entry, t)
            sift_down(heap, 0)
    return link_treated[:n_links], link_control[:n_links], link_square[:n_links]


@njit(cache=True, nogil=True)
def _list_nearest(
    t: int,
    near: Integers,
    square: Floats,
    left: Integers,
    right: Integers,
    width: float,
    bounded: bool,
    row: Floats,
    control_row: Floats,
    control_number: Integers,
    key: Floats,
    left_of: Integers,
    first: Integers,
    last: Integers,
    control_key: Floats,
    column: Floats,
    control_column: Floats,
    column_limit: Floats,
) -> int:
    # Walks outwards by key over the free controls and keeps the nearest rows, sorted; returns how many.
    n = 0
    a = find_root(left, left_of[t])
    b = find_root(right, left_of[t] + 1)
    while True:
        gap_a = key[t] - control_key[a] if a >= first[t] else np.inf
        gap_b = control_key[b] - key[t] if b <= last[t] else np.inf
        gap = min(gap_a, gap_b)
        if gap == np.inf or gap > width or (bounded and n == near.size and gap * gap > square[n - 1]):
            return n
        if gap_a <= gap_b:
            c = a
            a = find_root(left, a - 1)
        else:
            c = b
            b = find_root(right, b + 1)
        if not within_limits(column[t], control_column[c], column_limit):
            continue
        limit = square[n - 1] if n == near.size else np.inf
        total = 0.0
        for k in range(row.shape[1]):
            total += (row[t, k] - control_row[c, k]) ** 2
            if total > limit:
                break
        if total > limit or (n == near.size and total == limit and control_number[c] > control_number[near[n - 1]]):
            continue
        if n < near.size:
            n += 1
        i = n - 1
        while i > 0 and (
            square[i - 1] > total or (square[i - 1] == total and control_number[near[i - 1]] > control_number[c])
        ):
            square[i] = square[i - 1]
            near[i] = near[i - 1]
            i -= 1
        square[i] = total
        near[i] = c
