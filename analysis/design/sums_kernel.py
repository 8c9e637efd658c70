"""Compiled sums, added up in as many lanes as the processor has."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

BLOCK = 256
"""Numbers at a time: they stay in the processor's nearest memory from one step to the next."""


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract"})
def sum_products(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Sum of the products of two arrays of one length."""
    total = 0.0
    for i in range(one.size):
        total += one[i] * other[i]
    return total
