"""The different cells of a column, read as dates together: the order of day and month is the column's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.cohort.cells.calendar import (
    FIRST_DAY_NUMBER,
    LATEST_YEAR,
    OLDEST_YEAR,
    WrittenDate,
    date_of,
    full_year,
    read_date,
)
from analysis.cohort.cells.number_column import NUMBER, flags
from analysis.cohort.reading_options import DateOrder
from analysis.cohort.words.codings import name_words
from analysis.cohort.words.role_words import DATE_WORDS, ID_WORDS

MOSTLY_DATES = 0.8
"""A column of text with at least this share of dates was probably meant to be one of dates."""

FEW_IMPOSSIBLE = 0.2
"""A larger share of impossible dates says that the column is something else, or that it is read wrongly."""

ENOUGH_COMPACT = 3
"""So many different numbers that are all days of the calendar, such as 20220714, are dates by whatever name."""

MANY_WORDS = 1000
"""A column with more different words than this is not one of dates."""

_ISO = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?$"
_THREE_NUMBERS = r"^(?P<first>[0-9]{1,2}) ?[-/.] ?(?P<second>[0-9]{1,2}) ?[-/.] ?[0-9]{4}(?: .*)?$"
_DATEISH = (
    r"(?i)^['’]?\pN{1,4} ?(?:[-/.．／－–−‐년年]|st|nd|rd|th|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W|^(?:令和|平成|昭和|大正|明治)|^[rhstm] ?[0-9]{1,2}[./-]"
)
_BARE = r"^(?:[0-9]{8}|[0-9]{5}(?:\.[0-9]+)?|[0-9]{4})$"
_NAT = np.datetime64("NaT", "ns")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DateColumn:
    """What the k different cells of a column are as dates.

    Attributes
    ----------
    status : {"dates", "ambiguous", "spoilt"}
        ``dates`` when every cell is a date or known to be none; ``ambiguous`` when nothing tells day from month;
        ``spoilt`` when most cells are dates and some are text or impossible, so that the column is left as text.
    values : (k, ) array of datetime64[ns]
        NaT where there is no date; only of use when the status is ``dates``.
    kind : (k, ) array of object
        As in `WrittenDate`, ordered and short dates resolved.
    form : (k, ) array of object
        Keys of ``calendar.FORMS``, "" where there is no date.
    order : {"day_first", "month_first"} or None
        The order of day and month where it mattered.
    order_from : {"column", "file", "setting"} or None
        What told it.
    """

    status: Literal["dates", "ambiguous", "spoilt"]
    values: NDArray[np.datetime64]
    kind: NDArray[np.object_]
    form: NDArray[np.object_]
    order: DateOrder | None
    order_from: Literal["column", "file", "setting"] | None


def names_a_date(column: str) -> bool:
    """Tell whether a column's name says that it holds dates.

    Parameters
    ----------
    column : str
        A name.

    Returns
    -------
    bool
        True for ``index_date``, ``birthdate``, ``사망일``, ``登録日``.
    """
    words = name_words(column)
    return bool(DATE_WORDS.intersection(words)) or any(
        word.endswith(_DATE_ENDINGS) and word not in _NO_DATES for word in words
    )


_DATE_ENDINGS = ("date", "일자", "날짜", "일", "일시", "日付", "日", "日時")
_NO_DATES = {"update", "candidate", "mandate", "validate", "consolidate"}


def find_date_order(columns: Iterable[pa.Array]) -> DateOrder | None:
    """Find whether a file writes the day before the month, from the columns in which one of the two is above 12.

    Parameters
    ----------
    columns : iterable of pyarrow array of string
        The different cells of each column of text.

    Returns
    -------
    {"day_first", "month_first"} or None
        None where no column tells, or two disagree.
    """
    orders = {order for column in columns if (order := _own_order_of(column)) is not None}
    return orders.pop() if len(orders) == 1 else None


def _own_order_of(distinct: pa.Array) -> DateOrder | None:
    found = pc.extract_regex(distinct, _THREE_NUMBERS).drop_null()
    if len(found) == 0 or len(found) < MOSTLY_DATES * len(distinct):
        return None
    first = pc.cast(found.field("first"), pa.int32()).to_numpy(zero_copy_only=False)
    second = pc.cast(found.field("second"), pa.int32()).to_numpy(zero_copy_only=False)
    day_first, month_first = bool(((first > 12) & (second <= 12)).any()), bool(((second > 12) & (first <= 12)).any())
    if day_first == month_first:
        return None
    return "day_first" if day_first else "month_first"


def read_date_column(
    distinct: pa.Array,
    *,
    name: str = "",
    date_order: DateOrder | None = None,
    file_order: DateOrder | None = None,
) -> DateColumn | None:
    """Read the different cells of a column as dates.

    Only which different cells there are counts, neither how often nor in which order. Day and month are told apart by
    a number above 12 in the column, else by what a person said, else by the file's other columns; otherwise
    the column is ambiguous and nothing is guessed. Bare numbers (Excel's day numbers, 20220714) are dates where the
    column's name says so or where at least as many cells are written as dates.

    Parameters
    ----------
    distinct : pyarrow array of string
        The different cells, trimmed, without blanks and marks that are missing everywhere.
    name : str, optional
        The column's name.
    date_order : {"day_first", "month_first"}, optional
        What a person said.
    file_order : {"day_first", "month_first"}, optional
        What the file's other columns say.

    Returns
    -------
    DateColumn or None
        None when the column is not one of dates.
    """
    iso = read_iso_dates(distinct)
    if iso is not None:
        return iso
    if not _looks_like_dates(distinct):
        return None
    written = [read_date(text) for text in distinct.to_pylist()]
    named = names_a_date(name)
    if not _is_one_of_dates(written, named):
        return None
    order, order_from = _day_order(written, date_order, file_order)
    short_order = _short_order(written, order, date_order)
    ambiguous = (order is None and _needs_order(written)) or (
        short_order is None and any(cell.kind == "short" for cell in written)
    )
    if ambiguous:
        return _column(written, "ambiguous", None, None)
    resolved = [_resolved(cell, order, short_order) for cell in written]
    return _column(resolved, "dates" if _is_sound(resolved) else "spoilt", order, order_from)


def read_iso_dates(distinct: pa.Array) -> DateColumn | None:
    """Read cells that are nothing but dates of the calendar which begin with the year; the fast way.

    Parameters
    ----------
    distinct : pyarrow array of string
        The different cells.

    Returns
    -------
    DateColumn or None
        None when a single cell is anything else.
    """
    if len(distinct) == 0 or not flags(pc.match_substring_regex(distinct, _ISO)).all():
        return None
    hyphens = pc.replace_substring_regex(distinct, r"^(\d{4})[/.](\d+)[/.]", r"\1-\2-").to_pylist()
    parsed = pd.to_datetime(pd.Series(hyphens, dtype=object), format="ISO8601", errors="coerce")
    years = parsed.dt.year
    if parsed.isna().any() or years.min() < OLDEST_YEAR or years.max() > LATEST_YEAR:
        return None
    form = np.full(len(distinct), "hyphens", dtype=object)
    for sign, key in ((".", "dots"), ("/", "slashes")):
        form[flags(pc.match_substring(pc.utf8_slice_codeunits(distinct, 0, 5), sign))] = key
    return DateColumn(
        status="dates",
        values=parsed.to_numpy(dtype="datetime64[ns]"),
        kind=np.full(len(distinct), "date", dtype=object),
        form=form,
        order=None,
        order_from=None,
    )


def _looks_like_dates(distinct: pa.Array) -> bool:
    """A look that costs little: most of the different cells that are no short words begin as dates do."""
    begins = flags(pc.match_substring_regex(distinct, _DATEISH)) & ~flags(pc.match_substring_regex(distinct, NUMBER))
    dateish = begins | flags(pc.match_substring_regex(distinct, _BARE))
    others = distinct.filter(pa.array(~dateish))
    if len(others) <= MANY_WORDS:
        others = [text for text in others.to_pylist() if read_date(text).kind == "other"]
    return int(dateish.sum()) >= MOSTLY_DATES * (int(dateish.sum()) + len(others))


def _is_one_of_dates(written: Sequence[WrittenDate], named: bool) -> bool:
    kinds = [cell.kind for cell in written]
    n_dates = sum(kind in ("date", "ordered", "short") for kind in kinds)
    n_bare = sum(cell.kind == "date" and cell.form in ("day_number", "compact") for cell in written)
    n_other = kinds.count("other")
    if n_dates == 0 or n_dates < MOSTLY_DATES * (n_dates + n_other) or kinds.count("partial") > n_dates:
        return False
    if named:
        return True
    return n_dates - n_bare >= max(n_bare, 1) and kinds.count("short") < n_dates


def _needs_order(written: Sequence[WrittenDate]) -> bool:
    return any(cell.kind == "ordered" and cell.numbers[0] != cell.numbers[1] for cell in written)


def _day_order(
    written: Sequence[WrittenDate], date_order: DateOrder | None, file_order: DateOrder | None
) -> tuple[DateOrder | None, Literal["column", "file", "setting"] | None]:
    ordered = [cell.numbers for cell in written if cell.kind == "ordered"]
    day_first = any(first > 12 >= second for first, second, _ in ordered)
    month_first = any(second > 12 >= first for first, second, _ in ordered)
    if day_first != month_first:
        return ("day_first" if day_first else "month_first"), "column"
    if date_order is not None:
        return date_order, "setting"
    if file_order is not None and not day_first:
        return file_order, "file"
    return None, None


def _short_order(written: Sequence[WrittenDate], order: DateOrder | None, date_order: DateOrder | None) -> str | None:
    """The one order of year, month and day in which all dates with two-digit years are days of the calendar.

    Where several fit, what a person said counts, and so does 14-Jul-22 in the same column, which has the day first.
    """
    short = [cell.numbers for cell in written if cell.kind == "short"]
    possible = [
        candidate
        for candidate in _SHORT_ORDERS
        if all(date_of("short", *_SHORT_ORDERS[candidate](*numbers)).kind == "date" for numbers in short)
    ]
    if date_order in possible:
        return date_order
    if "day_first" in possible and order is None and any(cell.form == "month_name_short" for cell in written):
        return "day_first"
    if len(possible) > 1 and order is not None and "year_first" not in possible:
        return order
    return possible[0] if len(possible) == 1 else None


_SHORT_ORDERS = {
    "year_first": lambda first, second, third: (full_year(first), second, third),
    "day_first": lambda first, second, third: (full_year(third), second, first),
    "month_first": lambda first, second, third: (full_year(third), first, second),
}


def _resolved(cell: WrittenDate, order: DateOrder | None, short_order: str | None) -> WrittenDate:
    if cell.kind == "ordered":
        first, second, year = cell.numbers
        day, month = (second, first) if order == "month_first" else (first, second)
        dated = date_of(order or "day_first", year, month, day)
    elif cell.kind == "short" and short_order is not None:
        form = "short" if short_order == "year_first" else f"{short_order}_short"
        dated = date_of(form, *_SHORT_ORDERS[short_order](*cell.numbers))
    else:
        return cell
    return WrittenDate(kind=dated.kind, form=dated.form, numbers=dated.numbers, seconds=cell.seconds)


def _is_sound(resolved: Sequence[WrittenDate]) -> bool:
    kinds = [cell.kind for cell in resolved]
    n_dates, n_impossible = kinds.count("date"), kinds.count("impossible")
    return "other" not in kinds and n_impossible <= FEW_IMPOSSIBLE * (n_dates + n_impossible)


def _column(
    cells: Sequence[WrittenDate],
    status: Literal["dates", "ambiguous", "spoilt"],
    order: DateOrder | None,
    order_from: Literal["column", "file", "setting"] | None,
) -> DateColumn:
    values = np.full(len(cells), _NAT, dtype="datetime64[ns]")
    if status == "dates":
        for place, cell in enumerate(cells):
            if cell.kind == "date":
                day = np.datetime64("{:04d}-{:02d}-{:02d}".format(*cell.numbers), "ns")
                values[place] = day + np.timedelta64(round(cell.seconds * 1e9), "ns")
    kinds, forms = np.empty(len(cells), dtype=object), np.empty(len(cells), dtype=object)
    kinds[:], forms[:] = [cell.kind for cell in cells], [cell.form for cell in cells]
    is_used = any(cell.form == order for cell in cells)
    return DateColumn(
        status=status,
        values=values,
        kind=kinds,
        form=forms,
        order=order if is_used else None,
        order_from=order_from if is_used else None,
    )


def days_in_numbers(values: NDArray[np.float64], name: str) -> DateColumn | None:
    """Read a column of nothing but numbers as dates where that is what they are.

    Excel's day numbers are dates only in a column whose name says so. Numbers such as 20220714 are dates there too,
    and in any other column that is not one of ids when all of them, at least ``ENOUGH_COMPACT`` different ones, are days of
    the calendar.

    Parameters
    ----------
    values : (k, ) array of float
        Different numbers.
    name : str
        The column's name.

    Returns
    -------
    DateColumn or None
        None where the numbers are numbers.
    """
    if len(values) == 0 or not may_be_days(values, name):
        return None
    named = names_a_date(name)
    if not named and (len(values) < ENOUGH_COMPACT or ID_WORDS.intersection(name_words(name))):
        return None
    written = [read_date(str(int(value)) if value.is_integer() else repr(value)) for value in values.tolist()]
    kinds = [cell.kind for cell in written]
    if "date" not in kinds or "partial" in kinds or not _is_sound(written):
        return None
    if not named and set(kinds) != {"date"}:
        return None
    return _column(written, "dates", None, None)


def may_be_days(values: NDArray[np.float64], name: str) -> bool:
    """Tell at little cost whether a column of numbers may hold days.

    Parameters
    ----------
    values : (n, ) array of float
        Numbers, NaN among them.
    name : str
        The column's name.

    Returns
    -------
    bool
        False where `days_in_numbers` would find none.
    """
    lowest, highest = np.nanmin(values), np.nanmax(values)
    if names_a_date(name):
        return bool(lowest >= 0 and FIRST_DAY_NUMBER <= highest <= 99_999_999)
    return bool(lowest >= 1901_01_01 and highest <= 2099_12_31 and not (values % 1 > 0).any())
