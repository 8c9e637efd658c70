"""Dates as SAS, SPSS and Stata store them: numbers since an epoch, and a format that says which."""

import re
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

StatisticalFormat: TypeAlias = Literal["sas", "xpt", "spss", "stata"]
DateUnit: TypeAlias = Literal["day", "second", "millisecond", "week", "month", "quarter", "half", "time", "time_ms"]

_SAS_DAYS = re.compile(
    r"(DATE|DAY|DDMMYY[BCDNPS]?|DOWNAME|E8601DA|B8601DA|IS8601DA|EURDFDD|EURDFDE|EURDFWDX|JULDAY|JULIAN|MINGUO"
    r"|MMDDYY[BCDNPS]?|MMYY[CDNPS]?|MONNAME|MONTH|MONYY|NENGO|NLDATE\w*|QTRR?|WEEKDATE|WEEKDATX|WORDDATE|WORDDATX"
    r"|YEAR|YYMM[CDNPS]?|YYMMDD[BCDNPS]?|YYMON|YYQR?[CDNPS]?|YYWEEK\w*|WEEK[UVW])[0-9.]*"
)
_SAS_SECONDS = re.compile(
    r"(DATETIME|DATEAMPM|DTDATE|DTMONYY|DTWKDATX|DTYEAR|DTYYQC|E8601D[TNZX]|B8601D[TNZX]|IS8601D[TN]|MDYAMPM|NLDATM\w*)[0-9.]*"
)
_SAS_TIME = re.compile(r"(TIME|TIMEAMPM|HHMM|HOUR|MMSS|TOD|E8601T[MZ]|B8601T[MZ]|IS8601TM|NLTIME|NLTIMAP)[0-9.]*")
_SPSS_SECONDS = re.compile(r"(DATE|ADATE|EDATE|SDATE|JDATE|QYR|MOYR|WKYR|DATETIME|YMDHMS)[0-9.]*")
_SPSS_TIME = re.compile(r"(D?TIME|MTIME)[0-9.]*")
_STATA: dict[str, DateUnit] = {"d": "day", "c": "millisecond", "w": "week", "m": "month", "q": "quarter", "h": "half"}
_SECONDS_FROM_1582 = 12_219_379_200
"""From 14 October 1582, where SPSS begins to count, to 1970."""
_SECONDS_FROM_1960 = 315_619_200
_CLOCK = np.datetime64("1677-09-22", "ms"), np.datetime64("2262-04-11", "ms")
"""What nanoseconds in 64 bits can tell."""
_LARGEST_SECONDS = 3e11
"""About ten thousand years: beyond it a number is no date, whatever its format says."""


def date_unit(file_format: StatisticalFormat, display: str | None) -> DateUnit | None:
    """Tell from a column's display format whether its numbers are dates.

    Parameters
    ----------
    file_format : {"sas", "xpt", "spss", "stata"}
        Whose file it is.
    display : str or None
        The display format, such as ``DATE9.``, ``DATETIME20`` or ``%td``.

    Returns
    -------
    str or None
        What the numbers count; None for plain numbers.

    Examples
    --------
    >>> date_unit("stata", "%tdDD/NN/CCYY"), date_unit("sas", "BEST12.")
    ('day', None)
    """
    name = (display or "").strip().upper()
    if file_format == "stata":
        found = re.match(r"%-?(?:T([A-Z])|(D))", name)
        if found is None:
            return None
        letter = (found.group(1) or "d").lower()
        if letter == "c" and not re.search("[DNMYJ]", name[3:]) and len(name) > 3:
            return "time_ms"  # only hours and minutes are displayed
        return _STATA.get(letter)
    if file_format == "spss":
        return _matching(name, {"second": _SPSS_SECONDS, "time": _SPSS_TIME})
    return _matching(name, {"second": _SAS_SECONDS, "day": _SAS_DAYS, "time": _SAS_TIME})


def _matching(name: str, patterns: dict[DateUnit, re.Pattern[str]]) -> DateUnit | None:
    return next((unit for unit, pattern in patterns.items() if pattern.fullmatch(name)), None)


def as_dates(numbers: NDArray[np.float64], unit: DateUnit, file_format: StatisticalFormat) -> pa.Array | pd.Series:
    """Turn numbers since an epoch into dates.

    Weeks, months, quarters and half-years become their first day. Dates that a nanosecond clock cannot hold (year
    9999 for "never") become text, and so do times of day.

    Parameters
    ----------
    numbers : (n, ) array of float
        NaN where missing.
    unit : str
        As from `date_unit`.
    file_format : {"sas", "xpt", "spss", "stata"}
        Whose epoch it is.

    Returns
    -------
    pandas.Series or pyarrow array of string
        datetime64[ns], text, or the numbers themselves where they cannot be dates.

    Examples
    --------
    >>> as_dates(np.array([0.0, 60.0]), "day", "stata").dt.strftime("%Y-%m-%d").tolist()
    ['1960-01-01', '1960-03-01']
    """
    present = np.isfinite(numbers)
    if unit in ("time", "time_ms"):
        return _times(numbers / 1000 if unit == "time_ms" else numbers, present)
    seconds = np.zeros(len(numbers))
    seconds[present] = _seconds(numbers[present], unit)
    seconds[present] -= _SECONDS_FROM_1582 if file_format == "spss" else _SECONDS_FROM_1960
    if np.abs(seconds[present]).max(initial=0.0) > _LARGEST_SECONDS:
        return pd.Series(numbers)
    milliseconds = np.round(seconds * 1000).astype(np.int64).astype("datetime64[ms]")
    milliseconds[~present] = np.datetime64("NaT")
    inside = (milliseconds >= _CLOCK[0]) & (milliseconds <= _CLOCK[1])
    if not inside[present].all():
        days = milliseconds.astype("datetime64[D]")
        return pa.array([str(day) if there else None for day, there in zip(days, present, strict=True)], pa.string())
    return pd.Series(milliseconds.astype("datetime64[ns]"))


def _seconds(numbers: NDArray[np.float64], unit: DateUnit) -> NDArray[np.float64]:
    """Seconds since the epoch of the file; periods count from 1960."""
    if unit == "second":
        return numbers
    if unit == "millisecond":
        return numbers / 1000
    whole = np.clip(np.floor(numbers), -200_000, 5_000_000)
    if unit == "day":
        return whole * 86_400
    per_year = {"week": 52, "month": 12, "quarter": 4, "half": 2}[unit]
    years, rest = np.divmod(whole.astype(np.int64), per_year)
    start = (years - 10).astype("datetime64[Y]")  # numpy counts from 1970
    if unit == "week":
        days = start.astype("datetime64[D]") + 7 * rest
    else:
        days = (start.astype("datetime64[M]") + rest * (12 // per_year)).astype("datetime64[D]")
    return days.astype(np.int64) * 86_400.0 + _SECONDS_FROM_1960


def _times(seconds: NDArray[np.float64], present: NDArray[np.bool_]) -> pa.Array:
    codes, distinct = pd.factorize(np.where(present, np.round(seconds), np.nan), use_na_sentinel=True)
    texts = np.array([*map(_clock, distinct), None], dtype=object)
    return pa.array(texts[codes], type=pa.string())


def _clock(seconds: float) -> str:
    sign, whole = ("-" if seconds < 0 else ""), int(abs(seconds))
    return f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
