"""Compiled alignments of two arms along one score: the best order-preserving choice of pairs within moving windows.

Both arms are sorted. Pairs that cross can be uncrossed at no cost, so the best choice is a path through the table of
all pairs, filled row by row (Bellman). Only the cells within the windows are visited. The way back needs one byte per
cell: it is kept for a block of rows at a time, and each block is filled again from the row it started with.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Steps = NDArray[np.uint8]

BOTH, FIRST, SECOND = np.uint8(0), np.uint8(1), np.uint8(2)
"""The step into a cell: both arms move on, the row's arm only, the column's arm only."""


@njit(cache=True, nogil=True)
def queue_windows(ratio: int, before: Integers, start: Integers, end: Integers) -> tuple[Integers, Integers]:
    """How far along the other arm the best choice can reach, however wide the caliper.

    Between the two ends of a link everyone of the other arm is taken, or she would be nearer. So a link to the right
    reaches no farther than the places that can be waiting there, and to the left likewise.

    Parameters
    ----------
    ratio : int64
        Places of each patient.
    before : int64 (n,)
        Members of the other arm before each patient in the list of all, sorted by stratum and score.
    start, end : int64 (n,)
        First member of the other arm in her stratum, and the one after the last.

    Returns
    -------
    first, after : int64 (n,)
        Neither ever falls.
    """
    n = before.size
    first = np.empty(n, np.int64)
    after = np.empty(n, np.int64)
    reach = 0
    for i in range(n):
        if i == 0 or start[i] != start[i - 1] or end[i] != end[i - 1]:
            reach = before[i]
        reach = max(reach, before[i]) + ratio
        after[i] = min(reach, end[i])
    for i in range(n - 1, -1, -1):
        if i == n - 1 or start[i] != start[i + 1] or end[i] != end[i + 1]:
            reach = before[i]
        reach = min(reach, before[i]) - ratio
        first[i] = max(reach, start[i])
    return first, after


@njit(cache=True, nogil=True)
def align_places(
    ratio: int, first: Integers, after: Integers, value: Floats, other_value: Floats, block_cells: int
) -> Integers:
    """For each place of each patient the member of the other arm it gets, −1 for none.

    As many patients with at least one as possible, then as many links as possible, then the least total distance.

    Parameters
    ----------
    ratio : int64
        Places per patient.
    first, after : int64 (n,)
        Window of each patient in the other arm; neither ever falls.
    value, other_value : float64 (n,), (m,)
        Scores, ascending within a stratum.
    block_cells : int64
        Cells of which the way back is kept at a time.

    Returns
    -------
    int64 (n, ratio)
    """
    n = first.size
    chosen = np.full((n, ratio), -1, np.int64)
    worth = np.zeros(other_value.size + 1, np.int64)
    total = np.zeros(other_value.size + 1)
    sizes = (after - first + 1) * ratio
    block = _blocks(sizes, block_cells)
    # The row each block starts with, from its first column to the last one that is filled.
    saved_worth = [np.empty(0, np.int64) for _ in range(0)]
    saved_total = [np.empty(0, np.float64) for _ in range(0)]
    no_steps = np.empty(0, np.uint8)
    for b in range(block.size - 1):
        filled = _filled(block[b], first, after)
        saved_worth.append(worth[first[block[b]] : filled + 1].copy())
        saved_total.append(total[first[block[b]] : filled + 1].copy())
        if b < block.size - 2:
            _fill_places(block[b], block[b + 1], ratio, first, after, value, other_value, worth, total, no_steps)
    column = other_value.size
    for b in range(block.size - 2, -1, -1):
        low = first[block[b]]
        worth[low : low + saved_worth[b].size] = saved_worth[b]
        total[low : low + saved_total[b].size] = saved_total[b]
        steps = np.empty(sizes[block[b] : block[b + 1]].sum(), np.uint8)
        _fill_places(block[b], block[b + 1], ratio, first, after, value, other_value, worth, total, steps)
        cell = steps.size
        for i in range(block[b + 1] - 1, block[b] - 1, -1):
            for place in range(ratio - 1, -1, -1):
                cell -= after[i] - first[i] + 1
                column = min(column, after[i])
                while column > first[i]:
                    step = steps[cell + column - first[i]]
                    if step == FIRST:
                        break
                    column -= 1
                    if step == BOTH:
                        chosen[i, place] = column
                        break
    return chosen


@njit(cache=True, nogil=True)
def _filled(i: int, first: Integers, after: Integers) -> int:
    # The last column that holds a number when row i is about to be filled.
    return first[0] if i == 0 else max(after[i - 1], first[i])


@njit(cache=True, nogil=True)
def _fill_places(
    begin: int,
    stop: int,
    ratio: int,
    first: Integers,
    after: Integers,
    value: Floats,
    other_value: Floats,
    worth: Integers,
    total: Floats,
    steps: Steps,
) -> None:
    # A patient's first link is worth more than all links there can be, as whole numbers, so that no rounding decides.
    patient = first.size * ratio + 1
    cell = 0
    for i in range(begin, stop):
        filled = _filled(i, first, after)
        for column in range(filled + 1, after[i] + 1):
            worth[column] = worth[filled]
            total[column] = total[filled]
        for place in range(ratio):
            gain = patient if place == 0 else 1
            corner_worth = worth[first[i]]
            corner_total = total[first[i]]
            cell += 1
            for column in range(first[i] + 1, after[i] + 1):
                best_worth = worth[column]
                best_total = total[column]
                step = FIRST
                if worth[column - 1] > best_worth or (
                    worth[column - 1] == best_worth and total[column - 1] < best_total
                ):
                    best_worth = worth[column - 1]
                    best_total = total[column - 1]
                    step = SECOND
                new_worth = corner_worth + gain
                new_total = corner_total + abs(value[i] - other_value[column - 1])
                if new_worth > best_worth or (new_worth == best_worth and new_total < best_total):
                    best_worth = new_worth
                    best_total = new_total
                    step = BOTH
                corner_worth = worth[column]
                corner_total = total[column]
                worth[column] = best_worth
                total[column] = best_total
                if steps.size:
                    steps[cell] = step
                cell += 1
        if i + 1 < first.size:
            for column in range(after[i] + 1, first[i + 1] + 1):
                worth[column] = worth[after[i]]
                total[column] = total[after[i]]


@njit(cache=True, nogil=True)
def align_covers(
    first: Integers, after: Integers, value: Floats, other_value: Floats, block_cells: int
) -> tuple[Integers, Integers, Integers]:
    """The links of least total distance that leave nobody of either arm without one.

    Parameters
    ----------
    first, after, value, other_value, block_cells
        As in `align_places`; every window holds someone and everyone of the other arm is in a window.

    Returns
    -------
    one, other : int64 (links,)
        The two ends of each link, ascending.
    star : int64 (links,)
        Number of the set that the link belongs to, from 0.
    """
    n = first.size
    total = np.empty(other_value.size)
    block = _blocks(after - first, block_cells)
    saved = [np.empty(0, np.float64) for _ in range(0)]
    no_steps = np.empty(0, np.uint8)
    for b in range(block.size - 1):
        saved.append(total[_begin(block[b], first) : _end(block[b], after)].copy())
        if b < block.size - 2:
            _fill_covers(block[b], block[b + 1], first, after, value, other_value, total, no_steps)
    one = np.empty(n + other_value.size, np.int64)
    other = np.empty(n + other_value.size, np.int64)
    star = np.empty(n + other_value.size, np.int64)
    n_links = 0
    n_stars = 0
    i = n - 1
    j = other_value.size - 1
    for b in range(block.size - 2, -1, -1):
        low = _begin(block[b], first)
        total[low : low + saved[b].size] = saved[b]
        offset = np.zeros(block[b + 1] - block[b] + 1, np.int64)
        offset[1:] = np.cumsum(after[block[b] : block[b + 1]] - first[block[b] : block[b + 1]])
        steps = np.empty(offset[-1], np.uint8)
        _fill_covers(block[b], block[b + 1], first, after, value, other_value, total, steps)
        while i >= block[b]:
            step = steps[offset[i - block[b]] + j - first[i]]
            one[n_links] = i
            other[n_links] = j
            star[n_links] = n_stars
            n_links += 1
            if step != SECOND:
                i -= 1
            if step != FIRST:
                j -= 1
            if step == BOTH:
                n_stars += 1
    return one[:n_links][::-1].copy(), other[:n_links][::-1].copy(), n_stars - 1 - star[:n_links][::-1]


@njit(cache=True, nogil=True)
def _begin(i: int, first: Integers) -> int:
    return 0 if i == 0 else first[i - 1]


@njit(cache=True, nogil=True)
def _end(i: int, after: Integers) -> int:
    return 0 if i == 0 else after[i - 1]


@njit(cache=True, nogil=True)
def _fill_covers(
    begin: int,
    stop: int,
    first: Integers,
    after: Integers,
    value: Floats,
    other_value: Floats,
    total: Floats,
    steps: Steps,
) -> None:
    # At equal totals both arms move on: no link joins two patients who each have another one.
    cell = 0
    for i in range(begin, stop):
        row_begin = _begin(i, first)
        row_end = _end(i, after)
        corner = np.inf
        if i == 0 or row_begin < first[i] <= row_end:
            corner = 0.0 if i == 0 else total[first[i] - 1]
        left = np.inf
        for j in range(first[i], after[i]):
            above = total[j] if j < row_end else np.inf
            best = corner
            step = BOTH
            if above < best:
                best = above
                step = FIRST
            if left < best:
                best = left
                step = SECOND
            left = best + abs(value[i] - other_value[j])
            # In the first row only the very first cell begins the path.
            corner = above
            total[j] = left
            if steps.size:
                steps[cell] = step
            cell += 1


@njit(cache=True, nogil=True)
def _blocks(sizes: Integers, block_cells: int) -> Integers:
    # The first row of each block, and the number of rows: a block holds one row at least.
    starts = [0]
    cells = 0
    for i in range(sizes.size):
        if cells > 0 and cells + sizes[i] > block_cells:
            starts.append(i)
            cells = 0
        cells += sizes[i]
    starts.append(sizes.size)
    return np.array(starts)
