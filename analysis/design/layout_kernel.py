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
def find_places(
    values: Floats, focal: NDArray[np.bool_], stratum: Integers, by_stratum: Integers
) -> tuple[Integers, Integers, Integers, Integers, Integers, Floats]:
    """Numbers within the arms, and the partners round each focal patient.

    Parameters
    ----------
    values : float64 (n,)
    focal : bool (n,)
    stratum : int64 (n,)
    by_stratum : int64 (n,)
        Rows by stratum and value.

    Returns
    -------
    number : int64 (n,)
        Of focal patients in row order from 0, of partners in the sorted order from 1.
    partner_rows : int64 (m,)
        In the sorted order.
    left, first, last : int64 (t,)
        For each focal patient in row order the partner before it, and the first and last partner of its stratum.
    nearest : float64 (n,)
        Distance of each row to the nearest of the other arm in its stratum; infinite where there is none.
    """
    n = values.size
    number = np.empty(n, np.int64)
    n_focal = 0
    for row in range(n):
        if focal[row]:
            number[row] = n_focal
            n_focal += 1
    partner_rows = np.empty(n - n_focal, np.int64)
    left = np.empty(n_focal, np.int64)
    first = np.empty(n_focal, np.int64)
    last = np.empty(n_focal, np.int64)
    nearest = np.full(n, np.inf)
    n_partners = 0
    start = 0
    while start < n:
        here = stratum[by_stratum[start]]
        before = n_partners
        # The last value met of either arm; none yet.
        value_focal = -np.inf
        value_partner = -np.inf
        end = start
        while end < n and stratum[by_stratum[end]] == here:
            row = by_stratum[end]
            value = values[row]
            if focal[row]:
                left[number[row]] = n_partners
                nearest[row] = value - value_partner
                value_focal = value
            else:
                partner_rows[n_partners] = row
                n_partners += 1
                number[row] = n_partners
                nearest[row] = value - value_focal
                value_partner = value
            end += 1
        value_focal = np.inf
        value_partner = np.inf
        for place in range(end - 1, start - 1, -1):
            row = by_stratum[place]
            value = values[row]
            if focal[row]:
                first[number[row]] = before + 1
                last[number[row]] = n_partners
                nearest[row] = min(nearest[row], value_partner - value)
                value_focal = value
            else:
                nearest[row] = min(nearest[row], value_focal - value)
                value_partner = value
        start = end
    return number, partner_rows, left, first, last, nearest
