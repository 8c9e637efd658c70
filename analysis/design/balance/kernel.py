"""Compiled walk over a sorted covariate: how far apart the arms' distributions are, before and after."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def distribution_gaps(
    values: NDArray[np.float64], treated: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Largest and mean absolute difference of the arms' distribution functions, unweighted and weighted.

    Parameters
    ----------
    values : float64 (n,)
        Ascending.
    treated : bool (n,)
    weights : float64 (n,)
        Not all zero in either arm.

    Returns
    -------
    float64 (4,)
        Largest before, mean before, largest after, mean after; means over the distinct values.
    """
    n = values.size
    n_treated = 0
    total_treated = 0.0
    total_control = 0.0
    for i in range(n):
        if treated[i]:
            n_treated += 1
            total_treated += weights[i]
        else:
            total_control += weights[i]
    n_control = n - n_treated
    gaps = np.zeros(4)
    seen_treated = 0
    seen_control = 0
    weight_treated = 0.0
    weight_control = 0.0
    n_distinct = 0
    for i in range(n):
        if treated[i]:
            seen_treated += 1
            weight_treated += weights[i]
        else:
            seen_control += 1
            weight_control += weights[i]
        # A step counts only where all patients with the same value have been passed.
        if i + 1 < n and values[i + 1] == values[i]:
            continue
        n_distinct += 1
        before = abs(seen_treated / n_treated - seen_control / n_control)
        after = abs(weight_treated / total_treated - weight_control / total_control)
        gaps[0] = max(gaps[0], before)
        gaps[1] += before
        gaps[2] = max(gaps[2], after)
        gaps[3] += after
    gaps[1] /= n_distinct
    gaps[3] /= n_distinct
    return gaps
