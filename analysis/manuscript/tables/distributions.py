"""How the values of a column lie, before a table says of it a mean or a median."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_SKEWED = 1.0
"""Beyond this skewness a mean and an SD mislead."""

FEW_NUMBERS = 10
"""A column of no more whole numbers than this is a score or a count."""


def skewness(values: ArrayLike) -> float:
    """The third central moment over the 1.5th power of the second, 0 where nothing varies.

    Examples
    --------
    >>> round(skewness([1.0, 1.0, 1.0, 5.0]), 3), skewness([2.0, 2.0])
    (1.155, 0.0)
    """
    array = np.asarray(values, dtype=np.float64)
    centred = array - array.mean()
    spread = float((centred**2).mean())
    return 0.0 if spread <= (1e-12 * float(np.abs(array).max())) ** 2 else float((centred**3).mean()) / spread**1.5


def is_told_by_median(values: ArrayLike) -> bool:
    """Whether a column is told by its median: it is skewed beyond ±1, or takes no more than ten whole numbers.

    Parameters
    ----------
    values : array_like of float
        The known values of all patients before the design.

    Examples
    --------
    >>> is_told_by_median([5, 6, 7, 5]), is_told_by_median([1.5, 2.5, 3.5]), is_told_by_median([0.5, 0.5, 0.5, 9.5])
    (True, False, True)
    """
    array = np.asarray(values, dtype=np.float64)
    whole = bool((array == np.round(array)).all()) and np.unique(array).size <= FEW_NUMBERS
    return whole or abs(skewness(array)) > MOST_SKEWED


def quartiles(values: ArrayLike, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """First quartile, median and third quartile under weights.

    Parameters
    ----------
    values : (n,) array_like of float
        At least one.
    weights : (n,) array_like of float, optional
        ≥ 0; equal when absent. Their scale does not matter, and weights of one change nothing.

    Returns
    -------
    (3,) array of float
        The smallest value up to which a quarter, a half, three quarters of the weight lie, and where it is that part
        exactly the mean of that value and the next: definition 2 of Hyndman & Fan 1996
        (doi:10.1080/00031305.1996.10473566), which is also that of SAS.

    Examples
    --------
    >>> quartiles([1, 2, 3, 4]).tolist(), quartiles([1, 2, 3], [1.0, 1.0, 3.0]).tolist()
    ([1.5, 2.5, 3.5], [2.0, 3.0, 3.0])
    """
    array = np.asarray(values, dtype=np.float64)
    weight = np.ones(array.size) if weights is None else np.asarray(weights, dtype=np.float64)
    order = np.argsort(array[weight > 0], kind="stable")
    array, weight = array[weight > 0][order], weight[weight > 0][order]
    reached = np.cumsum(weight) / weight.sum()
    found = []
    for part in (0.25, 0.5, 0.75):
        place = min(int(np.searchsorted(reached, part - 1e-12)), array.size - 1)
        halfway = abs(reached[place] - part) <= 1e-12 and place + 1 < array.size
        found.append(float(array[place] + array[place + 1]) / 2 if halfway else float(array[place]))
    return np.array(found)
