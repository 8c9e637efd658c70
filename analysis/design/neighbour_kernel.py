"""Compiled matching of the closest pairs where no tie decides: neighbours in the sorted list, nearest first."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.queue_kernel import pop_first, sift_up

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]

BEFORE, AFTER, LISTED, KIND = 0, 1, 2, 3
"""What is known of a unit, side by side in memory: who stands before and after it now, who stood after it when pairs were
listed, and its kind."""

TAKEN = -2
"""Stands before a unit that is matched."""


@njit(cache=True, nogil=True)
def chain_neighbours(available: Flags, width: float, value: Floats, kind: Places) -> tuple[Places, Floats, Integers]:
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
    chain : int32 (n, 4)
        For each available unit the ones on both sides, −1 and n at the ends; the one after it again; its kind.
    gap : float64 (pairs,)
    lower : int64 (pairs,)
        The unit whose neighbour after it is the other one of the pair, ascending.
    """
    n = value.size
    chain = np.empty((n, 4), np.int32)
    gap = np.empty(n)
    lower = np.empty(n, np.int64)
    n_pairs = 0
    last = -1
    for i in range(n):
        chain[i, KIND] = kind[i]
        if not available[i]:
            continue
        chain[i, BEFORE] = last
        chain[i, AFTER] = n
        chain[i, LISTED] = n
        if last >= 0:
            chain[last, AFTER] = i
            chain[last, LISTED] = i
            if kind[last] ^ kind[i] == 1 and value[i] - value[last] <= width:
                gap[n_pairs] = value[i] - value[last]
                lower[n_pairs] = last
                n_pairs += 1
        last = i
    return chain, gap[:n_pairs], lower[:n_pairs]


@njit(cache=True, nogil=True)
def take_closest(
    available: Flags, chain: Places, width: float, value: Floats, gap: Floats, lower: Integers
) -> tuple[Integers, Integers, bool]:
    """Take the closest pair, then the next, until none is left: one round.

    Pairs that stand side by side from the start come in their order; those that become neighbours when the units
    between them are taken wait in a queue of their own, which stays short.

    Parameters
    ----------
    available, chain
        As `chain_neighbours` takes and gives them; changed in place. Afterwards those are available who go on to the
        next round: the matched treated and the controls still free.
    width, value
        As there.
    gap, lower
        As there, but by gap, ties by place.

    Returns
    -------
    link_treated, link_control : int64 (links,)
        Places in the sorted list, in the order taken; meaningless when tied.
    tied : bool
    """
    n = value.size
    link_treated = np.empty(n // 2, np.int64)
    link_control = np.empty(n // 2, np.int64)
    later = [(0.0, 0, 0) for _ in range(0)]
    n_links = 0
    place = 0
    while place < gap.size or len(later) > 0:
        if place < gap.size and (len(later) == 0 or (gap[place], lower[place]) < (later[0][0], later[0][1])):
            apart, a = gap[place], int(lower[place])
            b = int(chain[a, LISTED])
            place += 1
        else:
            apart, a, b = later[0]
            pop_first(later)
        # Whoever is matched leaves the chain, so that two who still stand side by side are both free.
        if chain[a, BEFORE] == TAKEN or chain[a, AFTER] != b:
            continue
        p = int(chain[a, BEFORE])
        q = int(chain[b, AFTER])
        if _compete(apart, a, b, p, q, value, chain):
            return link_treated[:0], link_control[:0], True
        chain[a, BEFORE] = TAKEN
        chain[b, BEFORE] = TAKEN
        a_is_treated = chain[a, KIND] & 1 == 1
        link_treated[n_links] = a if a_is_treated else b
        link_control[n_links] = b if a_is_treated else a
        n_links += 1
        if p >= 0:
            chain[p, AFTER] = q
        if q < n:
            chain[q, BEFORE] = p
        if p >= 0 and q < n and chain[p, KIND] ^ chain[q, KIND] == 1 and value[q] - value[p] <= width:
            later.append((value[q] - value[p], p, q))
            sift_up(later, len(later) - 1)
    for i in range(n):
        available[i] = available[i] and (chain[i, BEFORE] == TAKEN) == (chain[i, KIND] & 1 == 1)
    return link_treated[:n_links], link_control[:n_links], False


@njit(cache=True, nogil=True)
def _compete(gap: float, a: int, b: int, p: int, q: int, value: Floats, chain: Places) -> bool:
    # Whether a unit beside the pair (a, b) is exactly as near to one of the two as they are to each other. Two
    # controls on the same side are no such case: the nearer in the list is taken.
    kind_a, kind_b = chain[a, KIND], chain[b, KIND]
    if p >= 0:
        kind = chain[p, KIND]
        if kind >> 1 == kind_a >> 1:
            if kind != kind_a and value[a] - value[p] == gap:
                return True
            if kind & 1 == 1 and value[b] - value[p] == gap:
                return True
    if q < value.size:
        kind = chain[q, KIND]
        if kind >> 1 == kind_b >> 1:
            if kind != kind_b and value[q] - value[b] == gap:
                return True
            if kind & 1 == 1 and value[q] - value[a] == gap:
                return True
    return False
