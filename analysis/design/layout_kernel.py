"""Compiled walk along the sorted patients: where each stands, and how near the other arm is."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@njit(cache=True, nogil=True)
def rank_rows(order: Integers) -> Integers:
    """Place of each row in an order."""
    rank = np.empty_like(order)
    for place in range(order.size):
        rank[order[place]] = place
    return rank


@njit(cache=True, nogil=True)
def number_focal(focal: NDArray[np.bool_], order: Integers) -> Integers:
    """Number of each focal patient in row order, from 0, at her place in an order; what partners get means nothing."""
    number = np.empty(order.size, np.int32)
    n_focal = 0
    for row in range(order.size):
        number[row] = n_focal
        n_focal += focal[row]
    at_place = np.empty(order.size, np.int64)
    for place in range(order.size):
        at_place[place] = number[order[place]]
    return at_place


@njit(cache=True, nogil=True)
def find_places(
    value: Floats, focal: NDArray[np.bool_], stratum: Integers, number: Integers
) -> tuple[Integers, Integers, Integers, Floats]:
    """Numbers of the partners, and the partners round each focal patient.

    Parameters
    ----------
    value, focal, stratum : (n,)
        Of all patients by stratum and value.
    number : int64 (n,)
        Of focal patients in row order from 0; those of partners are filled in, in the sorted order from 1.

    Returns
    -------
    left, first, last : int64 (t,)
        For each focal patient in row order the partner before it, and the first and last partner of its stratum.
    nearest : float64 (n,)
        Distance of each patient in the sorted order to the nearest of the other arm in its stratum; infinite where there
        is none.
    """
    n = value.size
    n_focal = np.count_nonzero(focal)
    left = np.empty(n_focal, np.int64)
    first = np.empty(n_focal, np.int64)
    last = np.empty(n_focal, np.int64)
    nearest = np.empty(n)
    n_partners = 0
    start = 0
    while start < n:
        before = n_partners
        # The last value met of either arm; none yet.
        value_focal = -np.inf
        value_partner = -np.inf
        end = start
        while end < n and stratum[end] == stratum[start]:
            if focal[end]:
                left[number[end]] = n_partners
                nearest[end] = value[end] - value_partner
                value_focal = value[end]
            else:
                n_partners += 1
                number[end] = n_partners
                nearest[end] = value[end] - value_focal
                value_partner = value[end]
            end += 1
        value_focal = np.inf
        value_partner = np.inf
        for place in range(end - 1, start - 1, -1):
            if focal[place]:
                first[number[place]] = before + 1
                last[number[place]] = n_partners
                nearest[place] = min(nearest[place], value_partner - value[place])
                value_focal = value[place]
            else:
                nearest[place] = min(nearest[place], value_focal - value[place])
                value_partner = value[place]
        start = end
    return left, first, last, nearest
