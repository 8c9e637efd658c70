"""Compiled look at a covariate: how far its numbers reach in each arm."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def arm_extents(values: NDArray[np.float64], treated: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Smallest and largest value of each arm.

    Parameters
    ----------
    values : float64 (n,)
    treated : bool (n,)

    Returns
    -------
    float64 (5,)
        Values that are missing or infinite, which have no other part; smallest and largest of the treated, then of the
        controls, infinite where an arm has none.
    """
    extents = np.array([0.0, np.inf, -np.inf, np.inf, -np.inf])
    for i in range(values.size):
        value = values[i]
        if not np.isfinite(value):
            extents[0] += 1.0
        elif treated[i]:
            extents[1] = min(extents[1], value)
            extents[2] = max(extents[2], value)
        else:
            extents[3] = min(extents[3], value)
            extents[4] = max(extents[4], value)
    return extents
