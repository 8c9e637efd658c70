"""Compiled loop behind the differences along a path: every term's weighted sum in both arms, in one pass."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def weighted_sums(
    values: NDArray[np.float64], treated: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Summed weights of the treated and the control arm, and of each column (a column of the result) times the weight."""
    totals, sums = np.zeros(2), np.zeros((2, values.shape[1]))
    for i in range(values.shape[0]):
        weight = weights[i]
        if weight > 0.0:
            arm = 0 if treated[i] else 1
            totals[arm] += weight
            for j in range(values.shape[1]):
                sums[arm, j] += weight * values[i, j]
    return totals, sums
