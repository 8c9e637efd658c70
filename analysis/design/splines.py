"""Restricted cubic splines: a curved effect of a number that ends in straight lines."""

import numpy as np
from numpy.typing import NDArray

KNOT_QUANTILES: dict[int, tuple[float, ...]] = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.50, 0.725, 0.95),
    6: (0.05, 0.23, 0.41, 0.59, 0.77, 0.95),
    7: (0.025, 0.1833, 0.3417, 0.50, 0.6583, 0.8167, 0.975),
}
"""Where knots lie among the patients, by their number (Harrell 2015, Regression Modeling Strategies, section 2.4.6)."""


def spline_knots(values: NDArray[np.float64], n_knots: int) -> NDArray[np.float64]:
    """Knots of a restricted cubic spline at fixed quantiles of the values.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The covariate, complete.
    n_knots : int
        3 to 7.

    Returns
    -------
    ndarray of float64, shape (n_knots,)
        Ascending; some are equal where many patients share a value.

    Notes
    -----
    Quantiles interpolate between neighbouring values, as R's type 7. They are the same for small cohorts too: the outer
    knots are not moved to the fifth smallest and largest value.

    Examples
    --------
    >>> spline_knots(np.arange(101.0), 4).tolist()
    [5.0, 35.0, 65.0, 95.0]
    """
    knots: NDArray[np.float64] = np.quantile(values, KNOT_QUANTILES[n_knots])
    return knots


def restricted_cubic_spline(values: NDArray[np.float64], knots: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Columns that bend: cubic between the knots, straight below the first and above the last.

    With k knots t, column j = 1 … k−2 is

    ((x−t_j)₊³ − (x−t_{k−1})₊³ (t_k−t_j)/(t_k−t_{k−1}) + (x−t_k)₊³ (t_{k−1}−t_j)/(t_k−t_{k−1})) / (t_k−t_1)²

    so that every column is in the unit of x.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The covariate.
    knots : ndarray of float64, shape (k,)
        Strictly ascending.

    Returns
    -------
    list of ndarray of float64, shape (n,)
        The k − 2 columns that come beside the covariate itself.

    Notes
    -----
    The truncated power basis of Harrell 2015, Regression Modeling Strategies, 2nd edition, section 2.4.5.

    Examples
    --------
    >>> (column,) = restricted_cubic_spline(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    >>> column.tolist()  # 0; 1/4; (8 − 2)/4; then a straight line: (27 − 2·8 + 1)/4
    [0.0, 0.25, 1.5, 3.0]
    """
    first, before_last, last = knots[0], knots[-2], knots[-1]
    scale = (last - first) ** 2
    late, latest = _cubed_above(values, before_last), _cubed_above(values, last)
    columns = []
    for knot in knots[:-2]:
        bend = _cubed_above(values, knot)
        bend -= late * ((last - knot) / (last - before_last))
        bend += latest * ((before_last - knot) / (last - before_last))
        columns.append(bend / scale)
    return columns


def _cubed_above(values: NDArray[np.float64], knot: float) -> NDArray[np.float64]:
    # Two products rather than a power, whose rounding may depend on a row's place.
    above = np.maximum(values - knot, 0.0)
    cubed: NDArray[np.float64] = above * above * above
    return cubed
