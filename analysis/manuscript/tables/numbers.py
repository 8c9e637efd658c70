"""Numbers of columns whose unit is not known: as many decimals as they were noted with."""

from math import ceil, floor, inf, log10

import numpy as np
from numpy.typing import NDArray

from charts.style import format_number, format_ratio

MOST_DECIMALS = 2
"""A mean with more decimals than this tells nothing, unless the column itself varies by less than a tenth."""

LARGEST_RATIO = 99_999
"""A ratio beyond it is said to be beyond it."""


def format_value(value: float, decimals: int) -> str:
    """A number with so many decimals in the number style in force, without a sign before a zero.

    Examples
    --------
    >>> format_value(1234.56, 1), format_value(-0.04, 1), format_value(-0.01234, 4)
    ('1,234.6', '0.0', '−0.0123')
    """
    return format_number(round(value, decimals) + 0.0, f",.{decimals}f")


def noted_decimals(values: NDArray[np.float64]) -> int:
    """With how many decimals a column was noted, at most three.

    Examples
    --------
    >>> noted_decimals(np.array([1.0, 2.0])), noted_decimals(np.array([1.25, 2.5]))
    (0, 2)
    """
    return next((places for places in range(3) if np.allclose(values, np.round(values, places), atol=1e-9)), 3)


def mean_decimals(values: NDArray[np.float64]) -> int:
    """Decimals of a mean: one more than the column was noted with, at most two, more where it varies by less than 0.1.

    Examples
    --------
    >>> mean_decimals(np.array([61.0, 70.0])), mean_decimals(np.array([0.001, 0.002, 0.004]))
    (1, 4)
    """
    usual = min(noted_decimals(values) + 1, MOST_DECIMALS)
    spread = float(np.std(values))
    return max(usual, ceil(-log10(spread)) + 1) if 0 < spread < 0.1 else usual


def quartile_decimals(values: NDArray[np.float64], quartiles: NDArray[np.float64]) -> int:
    """Decimals of quartiles: those the column was noted with, one more where a quartile lies halfway between two values.

    Examples
    --------
    >>> quartile_decimals(np.array([1.0, 2.0]), np.array([1.0, 1.5, 2.0]))
    1
    """
    noted = noted_decimals(values)
    exact = np.allclose(quartiles, np.round(quartiles, noted), atol=1e-9)
    return min(noted + (0 if exact else 1), max(MOST_DECIMALS, mean_decimals(values)))


def format_plain(value: float) -> str:
    """A number of the settings, such as a milestone, as short as it can be written.

    Examples
    --------
    >>> format_plain(12.0), format_plain(1.5)
    ('12', '1.5')
    """
    decimals = len(f"{value:.6f}".rstrip("0").partition(".")[2])
    return format_value(value, decimals)


def significant_decimals(value: float, digits: int = 2) -> int:
    """Decimals that show so many significant digits, none of a number that has them before the mark.

    Examples
    --------
    >>> significant_decimals(0.0142), significant_decimals(2.3), significant_decimals(203.03)
    (3, 1, 0)
    """
    return 0 if value == 0 else max(0, digits - 1 - floor(log10(abs(value))))


def table_ratio(ratio: float | None) -> str:
    """A ratio as `format_ratio` prints it, one of a hundred thousand and more only as ``>99,999``.

    Limits of a model that hardly converges can have twenty digits, which no column holds and nobody reads.

    Examples
    --------
    >>> table_ratio(0.796), table_ratio(1e21), table_ratio(None)
    ('0.80', '>99,999', '–')
    """
    if ratio is not None and LARGEST_RATIO < ratio < inf:
        return f">{format_number(LARGEST_RATIO, ',.0f')}"
    return format_ratio(ratio)
