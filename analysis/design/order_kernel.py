"""Compiled walks over values in ascending order."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def settle_ties(values: NDArray[np.float64], order: NDArray[np.int64]) -> None:
    """Put equal values in the order of their rows.

    Parameters
    ----------
    values : float64 (n,)
    order : int64 (n,)
        Rows by ascending value; changed in place.
    """
    n = order.size
    start = 0
    while start < n:
        value = values[order[start]]
        end = start + 1
        ascending = True
        while end < n and values[order[end]] == value:
            ascending = ascending and order[end - 1] < order[end]
            end += 1
        if not ascending:
            order[start:end].sort()
        start = end


@njit(cache=True, nogil=True)
def count_wins(values: NDArray[np.float64], order: NDArray[np.int64], treated: NDArray[np.bool_]) -> tuple[float, int]:
    """Pairs of a treated patient and a control in which the treated has the larger value, ties counting half.

    Parameters
    ----------
    values : float64 (n,)
    order : int64 (n,)
        Rows by ascending value.
    treated : bool (n,)

    Returns
    -------
    wins : float64
        Exact below 2**53.
    n_treated : int64
    """
    n = order.size
    twice = 0
    n_treated = 0
    n_control = 0
    start = 0
    while start < n:
        value = values[order[start]]
        tied_treated = 0
        end = start
        while end < n and values[order[end]] == value:
            tied_treated += treated[order[end]]
            end += 1
        tied_control = end - start - tied_treated
        twice += tied_treated * (2 * n_control + tied_control)
        n_treated += tied_treated
        n_control += tied_control
        start = end
    return twice / 2, n_treated
