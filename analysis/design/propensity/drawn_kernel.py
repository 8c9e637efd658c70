"""Compiled look at patients drawn from a cohort: whether their covariates overlap between the arms."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def all_overlap(
    numbers: NDArray[np.float64],
    codes: NDArray[np.int64],
    n_levels: NDArray[np.int64],
    rows: NDArray[np.int64],
    treated: NDArray[np.bool_],
) -> bool:
    """Whether both arms overlap in every number, and stand in every level of every category.

    Parameters
    ----------
    numbers : float64 (p, n)
    codes : int64 (q, n)
        Levels by number, from 0.
    n_levels : int64 (q,)
    rows : int64 (m,)
        Who was drawn.
    treated : bool (m,)
        Their arms.
    """
    for j in range(numbers.shape[0]):
        least_treated, most_treated, least_control, most_control = np.inf, -np.inf, np.inf, -np.inf
        for i in range(rows.size):
            value = numbers[j, rows[i]]
            if treated[i]:
                least_treated, most_treated = min(least_treated, value), max(most_treated, value)
            else:
                least_control, most_control = min(least_control, value), max(most_control, value)
        if not (least_treated < most_control and most_treated > least_control):
            return False
    for j in range(codes.shape[0]):
        met = np.zeros((2, n_levels[j]), np.bool_)
        for i in range(rows.size):
            met[1 if treated[i] else 0, codes[j, rows[i]]] = True
        if not met.all():
            return False
    return True
