"""Times from one unit to another, with one length for a month everywhere."""

import numpy as np
from numpy.typing import NDArray

from analysis.phrases import phrase
from analysis.settings import TimeUnit

DAYS: dict[TimeUnit, float] = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}
"""The days of each unit: a year is 365.25 days, leap years counted in, and has 12 equal months."""

DECIMALS: dict[str, int] = {"days": 0, "weeks": 1, "months": 1, "years": 2}
"""Decimals of a printed time: a tenth of a year is five weeks, a tenth of a day is nothing that anybody noted."""


UNIT_NAMES: dict[str, str] = {
    "days": phrase("days"),
    "weeks": phrase("weeks"),
    "months": phrase("months"),
    "years": phrase("years"),
}
"""Each unit as a reader is told it."""

ONE_UNIT: dict[TimeUnit, str] = {
    "days": phrase("day", "unit"),
    "weeks": phrase("week", "unit"),
    "months": phrase("month", "unit"),
    "years": phrase("year", "unit"),
}
"""One of each."""


def convert_times(time: NDArray[np.float64], written: TimeUnit, wanted: TimeUnit) -> NDArray[np.float64]:
    """Give times in another unit.

    Parameters
    ----------
    time : (n, ) array of float
        In the unit ``written``; missing and infinite values stay as they are.
    written, wanted : {"days", "weeks", "months", "years"}
        The two units.

    Returns
    -------
    (n, ) array of float
        In the unit ``wanted``, not rounded; the same array when the units are equal.

    Examples
    --------
    >>> convert_times(np.array([0.5, 2.0]), "years", "months").tolist()
    [6.0, 24.0]
    """
    if written == wanted:
        return time
    if DAYS[written] > DAYS[wanted]:
        return time * (DAYS[written] / DAYS[wanted])
    return time / (DAYS[wanted] / DAYS[written])


def describe_conversion(written: TimeUnit, wanted: TimeUnit) -> str:
    """Say by which length one unit was turned into the other.

    Parameters
    ----------
    written, wanted : {"days", "weeks", "months", "years"}
        Two different units.

    Returns
    -------
    str
        The larger unit in terms of the smaller one.

    Examples
    --------
    >>> describe_conversion("days", "months")
    '1 month = 30.4375 days'
    """
    larger, smaller = (written, wanted) if DAYS[written] > DAYS[wanted] else (wanted, written)
    return phrase(
        "1 {larger} = {length:.7g} {smaller}",
        larger=ONE_UNIT[larger],
        length=DAYS[larger] / DAYS[smaller],
        smaller=UNIT_NAMES[smaller],
    )


def time_decimals(time_unit: str) -> int:
    """How many decimals a time is printed with.

    Parameters
    ----------
    time_unit : str
        As in the study file.

    Returns
    -------
    int
        One where the unit is none of the study file's.

    Examples
    --------
    >>> [time_decimals(unit) for unit in ("days", "weeks", "months", "years")]
    [0, 1, 1, 2]
    """
    return DECIMALS.get(time_unit, 1)


def time_words(time: float, unit: str) -> str:
    """A time with its unit, which one of them makes singular.

    Parameters
    ----------
    time : float
        In ``unit``.
    unit : str
        Such as ``months``.

    Returns
    -------
    str

    Examples
    --------
    >>> time_words(1.0, "years"), time_words(2.5, "years")
    ('1 year', '2.5 years')
    """
    names = ONE_UNIT if time == 1 else UNIT_NAMES
    return phrase("{time:g} {unit}", time=time, unit=next((name for key, name in names.items() if key == unit), unit))
