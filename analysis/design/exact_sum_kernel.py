"""Compiled sums without rounding errors on the way."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

MOST_PARTS = 40
"""More parts than the range of double numbers has room for, 2098 bits in steps of 53."""


@njit(cache=True, nogil=True)
def exact_sum(values: NDArray[np.float64], centre: float, squared: bool) -> float:
    """Sum of values, or of their squared differences from a centre, rounded once at the end, to the nearest.

    The sum is kept as parts that do not overlap, the smallest first, as ``math.fsum`` does.

    Parameters
    ----------
    values : float64 (n,)
        Finite, and no sum of them overflows.
    centre : float64
        Subtracted from every value; each difference and each square is rounded as usual.
    squared : bool
        Whether the differences are squared.

    Returns
    -------
    float64

    Notes
    -----
    Shewchuk 1997, doi:10.1007/PL00009321.
    """
    parts = np.zeros(MOST_PARTS)
    n_parts = 0
    for value in values:
        x = value - centre
        if squared:
            x = x * x
        kept = 0
        for k in range(n_parts):
            y = parts[k]
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                parts[kept] = low
                kept += 1
            x = high
        parts[kept] = x
        n_parts = kept + 1
    return _rounded(parts[:n_parts])


@njit(cache=True, nogil=True)
def _rounded(parts: NDArray[np.float64]) -> float:
    # From the largest down, until a part is lost to rounding; a part beyond it may decide an exact half.
    if parts.size == 0:
        return 0.0
    place = parts.size - 1
    total = parts[place]
    low = 0.0
    while place > 0:
        place -= 1
        before = total
        total = before + parts[place]
        low = parts[place] - (total - before)
        if low != 0.0:
            break
    if place > 0 and ((low < 0.0 and parts[place - 1] < 0.0) or (low > 0.0 and parts[place - 1] > 0.0)):
        twice = 2.0 * low
        further = total + twice
        if twice == further - total:
            total = further
    return total
