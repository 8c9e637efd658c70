"""A column with its type, spread from its different cells to its rows, and what was noticed on the way."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.cohort.cells.calendar import FORMS, LATEST_YEAR, OLDEST_YEAR
from analysis.cohort.cells.date_column import DateColumn, days_in_numbers, may_be_days
from analysis.cohort.cells.number_column import NumberColumn, flags
from analysis.cohort.cells.writing import merge_spellings

NUMERIC_MISSING_MARKS: tuple[str, ...] = (".", "-")
"""Marks that mean a missing value only among numbers and dates; elsewhere they may be labels."""

NoticedCode = Literal[
    "above_limit",
    "below_limit",
    "thousands_separators",
    "unit",
    "mixed_units",
    "doubtful_thousands",
    "missing_words",
    "date_form",
    "day_first",
    "month_first",
    "two_digit_years",
    "ambiguous_dates",
    "impossible_dates",
    "partial_dates",
    "never_dates",
    "text_among_dates",
    "merged_labels",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """Something noticed about the cells of a column while it was read.

    Attributes
    ----------
    code : str
        What it is.
    count : int
        How many cells.
    detail : str
        The unit, the form of the dates, or what told the order of day and month.
    """

    code: NoticedCode
    count: int
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TypedColumn:
    """A column as read.

    Attributes
    ----------
    values : pandas.Series
        float64 (NaN missing), datetime64[ns] (NaT missing) or object of str (None missing).
    n_marked : int
        Cells read as missing because of a mark, blanks not counted.
    decimal_comma : bool
        True when 1,5 was read as one and a half.
    noticed : tuple of Noticed
        What a person should know of how the cells were read.
    """

    values: pd.Series
    n_marked: int = 0
    decimal_comma: bool = False
    noticed: tuple[Noticed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextCells:
    """The cells of a column of text, each different one once.

    Attributes
    ----------
    distinct : pyarrow array of string
        The k different cells in the order of the file, blanks left out.
    codes : (n, ) array of int32
        For each row the position of its cell in ``distinct``, -1 for a blank.
    counts : (k, ) array of int
        Rows of each cell.
    is_mark : (k, ) array of bool
        True for a mark that is missing in every column.
    """

    distinct: pa.Array
    codes: NDArray[np.int32]
    counts: NDArray[np.int64]
    is_mark: NDArray[np.bool_]

    @property
    def present(self) -> pa.Array:
        """The different cells that are no marks."""
        return self.distinct.filter(pa.array(~self.is_mark))


def as_numbers(cells: TextCells, numbers: NumberColumn, name: str) -> TypedColumn:
    """Give a column whose cells are all numbers, marks or words for a value that was not measured.

    Parameters
    ----------
    cells : TextCells
        The column.
    numbers : NumberColumn
        Of the cells that are no marks.
    name : str
        The column's name, which may say that the numbers are days.

    Returns
    -------
    TypedColumn
        float64, or dates.
    """
    bare = not numbers.limit.any() and not numbers.unit
    dates = days_in_numbers(np.unique(numbers.values[numbers.is_number]), name) if bare else None
    if dates is not None:
        days = pd.Index(np.unique(numbers.values[numbers.is_number])).get_indexer(numbers.values)
        return _of_days(cells, numbers, dates, days)
    counts = cells.counts[~cells.is_mark]
    n_dots, noticed = _words(cells, numbers.is_word)
    found = {
        "above_limit": counts[numbers.limit > 0].sum(),
        "below_limit": counts[numbers.limit < 0].sum(),
        "thousands_separators": counts[numbers.is_grouped].sum(),
    }
    noticed += [Noticed(code=code, count=int(count)) for code, count in found.items() if count]  # type: ignore[arg-type]
    if numbers.unit:
        noticed.append(Noticed(code="unit", count=int(counts[numbers.has_unit].sum()), detail=numbers.unit))
    return TypedColumn(
        values=pd.Series(_spread(_placed(numbers.values, cells, np.nan), cells.codes, np.nan)),
        n_marked=_n_marked(cells) + n_dots,
        decimal_comma=numbers.decimal_comma,
        noticed=tuple(noticed),
    )


def _n_marked(cells: TextCells) -> int:
    return int(cells.counts[cells.is_mark].sum())


def _words(cells: TextCells, is_word: NDArray[np.bool_]) -> tuple[int, list[Noticed]]:
    """Cells with a dot or a dash, which are marks among numbers, and what other words say "not measured"."""
    counts = cells.counts[~cells.is_mark]
    dots = flags(pc.is_in(cells.present, value_set=pa.array(NUMERIC_MISSING_MARKS))) & is_word
    words = int(counts[is_word & ~dots].sum())
    return int(counts[dots].sum()), [Noticed(code="missing_words", count=words)] if words else []


def _placed(values: NDArray[Any], cells: TextCells, missing: object) -> NDArray[Any]:
    """Values of the cells that are no marks, among all different cells."""
    placed = np.full(len(cells.distinct), missing, dtype=values.dtype)
    placed[~cells.is_mark] = values
    return placed


def _spread(values: NDArray[Any], codes: NDArray[np.int32], missing: object) -> NDArray[Any]:
    """Values of the different cells, at every row; -1 is a missing cell."""
    padded = np.empty(len(values) + 1, dtype=values.dtype)
    padded[:-1] = values
    padded[-1] = missing
    return padded[codes]


def _of_days(cells: TextCells, numbers: NumberColumn, dates: DateColumn, days: NDArray[np.intp]) -> TypedColumn:
    """A column of numbers that are days: the dates of the numbers, at the cells that hold them."""
    is_day = days >= 0
    spread = DateColumn(
        status="dates",
        values=np.where(is_day, dates.values[days], np.datetime64("NaT", "ns")),
        kind=np.where(is_day, dates.kind[days], "none"),
        form=np.where(is_day, dates.form[days], ""),
        order=None,
        order_from=None,
    )
    return as_dates(cells, spread)


def as_dates(cells: TextCells, dates: DateColumn) -> TypedColumn:
    """Give a column whose cells are all dates, or known to be none.

    Parameters
    ----------
    cells : TextCells
        The column.
    dates : DateColumn
        Of the cells that are no marks.

    Returns
    -------
    TypedColumn
        datetime64[ns].
    """
    n_dots, noticed = _words(cells, dates.kind == "none")
    counts = cells.counts[~cells.is_mark]
    return TypedColumn(
        values=pd.Series(
            _spread(_placed(dates.values, cells, np.datetime64("NaT", "ns")), cells.codes, np.datetime64("NaT", "ns"))
        ),
        n_marked=_n_marked(cells) + n_dots,
        noticed=(*noticed, *_date_notices(dates, counts)),
    )


def _date_notices(dates: DateColumn, counts: NDArray[np.int64]) -> list[Noticed]:
    noticed = []
    forms = {form: int(counts[(dates.form == form) & (dates.kind == "date")].sum()) for form in FORMS}
    used = {form: count for form, count in forms.items() if count}
    if len(used) > 1 or {"day_number", "era", "compact"} & set(used):
        noticed += [Noticed(code="date_form", count=count, detail=FORMS[form]) for form, count in used.items()]
    if dates.order is not None and dates.order_from is not None:
        noticed.append(Noticed(code=dates.order, count=used.get(dates.order, 0), detail=dates.order_from))
    short = sum(count for form, count in used.items() if form.endswith("short"))
    if short:
        noticed.append(Noticed(code="two_digit_years", count=short))
    for kind in ("impossible", "partial", "never"):
        count = int(counts[dates.kind == kind].sum())
        if count:
            noticed.append(Noticed(code=f"{kind}_dates", count=count))  # type: ignore[arg-type]
    return noticed


def as_labels_of(cells: TextCells, numbers: NumberColumn | None = None, dates: DateColumn | None = None) -> TypedColumn:
    """Give a column that stays text, with labels that are spelt differently made one.

    Parameters
    ----------
    cells : TextCells
        The column.
    numbers : NumberColumn, optional
        What its cells are as numbers, where some are.
    dates : DateColumn, optional
        What its cells are as dates, where most are.

    Returns
    -------
    TypedColumn
        object of str. Among cells that are mostly numbers, dots, dashes and words for a value that was not measured
        are missing.
    """
    noticed: list[Noticed] = []
    missing, n_dots = cells.is_mark.copy(), 0
    counts = cells.counts[~cells.is_mark]
    if numbers is not None and dates is None:
        if numbers.mostly:
            n_dots, noticed = _words(cells, numbers.is_word)
            missing[np.flatnonzero(~cells.is_mark)[numbers.is_word]] = True
        noticed += _why_no_numbers(numbers, counts)
    if dates is not None:
        is_fault = np.isin(dates.kind.astype(str), ["impossible", "other"])
        code: NoticedCode = "ambiguous_dates" if dates.status == "ambiguous" else "text_among_dates"
        count = counts.sum() if dates.status == "ambiguous" else counts[is_fault].sum()
        noticed.append(Noticed(code=code, count=int(count)))
    labels = np.empty(len(cells.distinct), dtype=object)
    labels[:] = pc.utf8_normalize(cells.distinct, form="NFC").to_pylist()  # one word typed on two systems is one label
    n_merged = _merge(labels, missing, cells.counts)
    if n_merged:
        noticed.append(Noticed(code="merged_labels", count=n_merged))
    labels[missing] = None
    return TypedColumn(
        values=pd.Series(_spread(labels, cells.codes, None), dtype=object),
        n_marked=_n_marked(cells) + n_dots,
        noticed=tuple(noticed),
    )


def _why_no_numbers(numbers: NumberColumn, counts: NDArray[np.int64]) -> list[Noticed]:
    """Two units, or commas that may be thousands, where nothing else keeps the column from being numeric."""
    if numbers.n_units > 1 and (numbers.is_number | numbers.is_word | numbers.has_unit).all():
        return [Noticed(code="mixed_units", count=int(counts[numbers.has_unit].sum()))]
    doubtful = numbers.is_doubtful
    if doubtful.any() and (numbers.is_number | numbers.is_word | doubtful).all():
        return [Noticed(code="doubtful_thousands", count=int(counts[doubtful].sum()))]
    return []


def _merge(labels: NDArray[np.object_], missing: NDArray[np.bool_], counts: NDArray[np.int64]) -> int:
    """Replace spellings by the commonest one, in place; the number of cells that changed."""
    kept = np.flatnonzero(~missing)
    chosen = merge_spellings(labels[kept].tolist(), counts[kept])
    if chosen is None:
        return 0
    merged = labels[kept][chosen]
    changed = merged != labels[kept]
    labels[kept] = merged
    return int(counts[kept][changed].sum())


def of_values(values: pd.Series, name: str) -> TypedColumn:
    """Look at a column that is already one of numbers or dates: its numbers may be days, its dates no days.

    Parameters
    ----------
    values : pandas.Series
        float64, datetime64 or anything else, which is left alone.
    name : str
        The column's name.

    Returns
    -------
    TypedColumn
        Excel's day numbers and numbers such as 20220714 as dates, dates of years such as 1900 and 9999 as missing.
    """
    if values.dtype.kind == "f":
        return _days_of(values, name)
    if values.dtype.kind == "M":
        years = values.dt.year
        never = (years < OLDEST_YEAR) | (years > LATEST_YEAR)
        if never.any():
            noticed = Noticed(code="never_dates", count=int(never.sum()))
            return TypedColumn(values=values.mask(never), noticed=(noticed,))
    return TypedColumn(values=values)


def _days_of(values: pd.Series, name: str) -> TypedColumn:
    numbers = values.to_numpy(dtype=np.float64)
    if np.isnan(numbers).all() or not may_be_days(numbers, name):
        return TypedColumn(values=values)
    codes, distinct = pd.factorize(numbers, use_na_sentinel=True)
    dates = days_in_numbers(np.asarray(distinct, dtype=np.float64), name)
    if dates is None:
        return TypedColumn(values=values)
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    spread = pd.Series(_spread(dates.values, codes.astype(np.int32), np.datetime64("NaT", "ns")), index=values.index)
    return replace(TypedColumn(values=spread), noticed=tuple(_date_notices(dates, counts)))
