"""Numbers that are decimals but for rounding, as the decimals they are."""

from math import isclose

ROUNDING = 1e-12
"""Sums over a million patients leave less than this of their value to chance."""

PLACES = 6
"""Decimals beyond what any table prints."""


def settle_decimal(value: float) -> float:
    """The decimal of a few places that a computed number stands for; the number itself where it stands for none.

    How many patients of equal weight an arm is worth is a fraction of small whole numbers, and now and then one that ends
    in a 5. Summed one way it comes out just above, another way just below, and would be printed differently.

    Parameters
    ----------
    value : float
        Finite.

    Returns
    -------
    float
        Within 1e-12 of the value, relatively.

    Examples
    --------
    >>> settle_decimal(12.250000000000002), settle_decimal(8 / 3)
    (12.25, 2.6666666666666665)
    """
    decimal = round(value, PLACES)
    return decimal if isclose(decimal, value, rel_tol=ROUNDING) else value
