"""Compiled matching of the closest pairs where no tie decides: neighbours in the sorted list, nearest first."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.queue_kernel import pop_first, sift_up

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def chain_neighbours(
    available: Flags, width: float, value: Floats, kind: Integers
) -> tuple[Integers, Integers, Floats, Integers, Integers]:
    """Chain the available units and list every neighbouring pair of opposite arms.

    Parameters
    ----------
    available : bool (n,)
    width : float64
        Largest distance allowed, inclusive.
    value, kind : (n,)
        All units by stratum and distance: distance, and twice the stratum, plus 1 for the treated.

    Returns
    -------
    before, after : int64 (n,)
        The available units on both sides; −1 and n at the ends.
    gap : float64 (pairs,)
    lower, upper : int64 (pairs,)
        The two units, ascending.
    """
    n = value.size
    before = np.empty(n, np.int64)
    after = np.empty(n, np.int64)
    gap = np.empty(n)
    lower = np.empty(n, np.int64)
    upper = np.empty(n, np.int64)
    n_pairs = 0
    last = -1
    for i in range(n):
        if not available[i]:
            continue
        before[i] = last
        after[i] = n
        if last >= 0:
            after[last] = i
            if kind[last] ^ kind[i] == 1 and value[i] - value[last] <= width:
                gap[n_pairs] = value[i] - value[last]
                lower[n_pairs] = last
                upper[n_pairs] = i
                n_pairs += 1
        last = i
    return before, after, gap[:n_pairs], lower[:n_pairs], upper[:n_pairs]


@njit(cache=True, nogil=True)
def take_closest(
    available: Flags,
    before: Integers,
    after: Integers,
    width: float,
    value: Floats,
    kind: Integers,
    gap: Floats,
    lower: Integers,
    upper: Integers,
    order: Integers,
) -> tuple[Integers, Integers, bool]:
    """Take the closest pair, then the next, until none is left: one round.

    Pairs that stand side by side from the start come in their order; those that become neighbours when the units
    between them are taken wait in a queue of their own, which stays short.

    Parameters
    ----------
    available, before, after
        As `chain_neighbours` takes and gives them; changed in place. Afterwards those are available who go on to the
        next round: the matched treated and the controls still free.
    width, value, kind, gap, lower, upper
        As there.
    order : int64 (pairs,)
        Pairs by gap, ties as listed.

    Returns
    -------
    link_treated, link_control : int64 (links,)
        Places in the sorted list, in the order taken; meaningless when tied.
    tied : bool
    """
    n = value.size
    link_treated = np.empty(n // 2, np.int64)
    link_control = np.empty(n // 2, np.int64)
    matched = np.zeros(n, np.bool_)
    later = [(0.0, 0, 0) for _ in range(0)]
    n_links = 0
    place = 0
    while place < order.size or len(later) > 0:
        if place < order.size and (
            len(later) == 0 or (gap[order[place]], lower[order[place]]) < (later[0][0], later[0][1])
        ):
            pair = order[place]
            apart, a, b = gap[pair], lower[pair], upper[pair]
            place += 1
        else:
            apart, a, b = later[0]
            pop_first(later)
        if matched[a] or matched[b]:
            continue
        p = before[a]
        q = after[b]
        if _compete(apart, a, b, p, q, value, kind):
            return link_treated[:0], link_control[:0], True
        matched[a] = True
        matched[b] = True
        a_is_treated = kind[a] & 1 == 1
        link_treated[n_links] = a if a_is_treated else b
        link_control[n_links] = b if a_is_treated else a
        n_links += 1
        if p >= 0:
            after[p] = q
        if q < n:
            before[q] = p
        if p >= 0 and q < n and kind[p] ^ kind[q] == 1 and value[q] - value[p] <= width:
            later.append((value[q] - value[p], p, q))
            sift_up(later, len(later) - 1)
    for i in range(n):
        available[i] = available[i] and matched[i] == (kind[i] & 1 == 1)
    return link_treated[:n_links], link_control[:n_links], False


@njit(cache=True, nogil=True)
def _compete(gap: float, a: int, b: int, p: int, q: int, value: Floats, kind: Integers) -> bool:
    # Whether a unit beside the pair (a, b) is exactly as near to one of the two as they are to each other. Two
    # controls on the same side are no such case: the nearer in the list is taken.
    if p >= 0 and kind[p] >> 1 == kind[a] >> 1:
        if kind[p] != kind[a] and value[a] - value[p] == gap:
            return True
        if kind[p] & 1 == 1 and value[b] - value[p] == gap:
            return True
    if q < value.size and kind[q] >> 1 == kind[b] >> 1:
        if kind[q] != kind[b] and value[q] - value[b] == gap:
            return True
        if kind[q] & 1 == 1 and value[q] - value[a] == gap:
            return True
    return False
