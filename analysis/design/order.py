"""The order of patients by a number."""

import numpy as np
from numpy.typing import NDArray

from analysis.design.order_kernel import settle_ties


def stable_order(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rows by ascending value, equal values by row.

    The fastest sort leaves ties in no particular order; they are settled afterwards, which costs less than a stable sort.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        No NaN.

    Returns
    -------
    ndarray of int64, shape (n,)

    Examples
    --------
    >>> stable_order(np.array([2.0, 1.0, 2.0, 0.5])).tolist()
    [3, 1, 0, 2]
    """
    order = np.argsort(values).astype(np.int64, copy=False)
    settle_ties(values, order)
    return order
