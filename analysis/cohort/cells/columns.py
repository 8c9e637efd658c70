"""Columns of text become columns of numbers, dates or labels."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.cohort.cells.date_column import read_date_column, read_iso_dates
from analysis.cohort.cells.number_column import (
    CODE,
    DECIMAL_COMMA,
    LARGEST_EXACT_INTEGER,
    LONG_CODE,
    MOSTLY_NUMERIC,
    NUMBER,
    flags,
    read_number_column,
)
from analysis.cohort.cells.typed_column import (
    NUMERIC_MISSING_MARKS,
    TextCells,
    TypedColumn,
    as_dates,
    as_labels_of,
    as_numbers,
    of_values,
)
from analysis.cohort.reading_options import DateOrder

__all__ = ["LARGEST_EXACT_INTEGER", "MOSTLY_NUMERIC", "TypedColumn"]

MISSING_MARKS: tuple[str, ...] = ("na", "n/a", "#n/a", "nan", "null")
"""Marks, in any case, that mean a missing value in every column. "None" is a label: no metastasis, no drug."""

_PROBE_ROWS = 256
_LIMIT_WITH_COMMA = r"^(?:[<>≤≥＜＞]=?|[<>]＝) ?[0-9]+(?:,[0-9]+)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """How a file writes numbers and dates.

    Attributes
    ----------
    decimal_comma : bool
        True where the file may write 1,5 for one and a half.
    comma_groups : bool
        True where the file's commas are known to be no decimal signs.
    date_order, file_order : {"day_first", "month_first"} or None
        The order of day and month as a person said it, and as the file's columns tell it.
    """

    decimal_comma: bool = False
    comma_groups: bool = False
    date_order: DateOrder | None = None
    file_order: DateOrder | None = None


_PLAIN_FILE = Conventions()


def type_column(
    text: pa.Array, *, name: str = "", conventions: Conventions = _PLAIN_FILE, infer: bool = True
) -> TypedColumn:
    """Decide what a column of text holds.

    A column is numeric when every cell that is not missing is a number, whatever sign of a limit, separators of
    thousands and unit stand around it; one word among the numbers that does not say "not measured" leaves all of it
    text. Codes with leading zeros and integers beyond 2**53 stay text. A column of dates holds nothing but dates and
    words for none, and any other holds labels, of which those that differ only in capitals, white space, width or
    Unicode form become one. Types depend only on which different cells there are, not on their rows.

    Parameters
    ----------
    text : pyarrow array of string
        Trimmed cells; blank cells are empty strings or null.
    name : str, optional
        The column's name, which may say that its numbers are days.
    conventions : Conventions, optional
        How the file writes numbers and dates.
    infer : bool
        False to keep labels labels and only look for missing marks (files that store their types).

    Returns
    -------
    TypedColumn
        Values, and what was noticed.
    """
    found = look_at(text, name=name, decimal_comma=conventions.decimal_comma, infer=infer)
    return (
        found if isinstance(found, TypedColumn) else type_cells(found, name=name, conventions=conventions, infer=infer)
    )


def look_at(text: pa.Array, *, name: str, decimal_comma: bool, infer: bool) -> TypedColumn | TextCells:
    """Take a column's numbers at once where it holds nothing else, otherwise its different cells.

    Parameters
    ----------
    text : pyarrow array of string
        Trimmed cells; blank cells are empty strings or null.
    name : str
        The column's name.
    decimal_comma, infer : bool
        As in `type_column`.

    Returns
    -------
    TypedColumn or TextCells
        The column, or what `type_cells` needs to decide about it.
    """
    blank_is_null = _blank_to_null(text)
    if infer and not decimal_comma:
        numbers = _plain_numbers(blank_is_null, name)
        if numbers is not None:
            return numbers
    coded = blank_is_null.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return TextCells(
        distinct=coded.dictionary,
        codes=codes,
        counts=np.bincount(codes[codes >= 0], minlength=len(coded.dictionary)),
        is_mark=flags(pc.is_in(pc.utf8_lower(coded.dictionary), value_set=pa.array(MISSING_MARKS))),
    )


def _blank_to_null(text: pa.Array) -> pa.Array:
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)


def _plain_numbers(text: pa.Array, name: str) -> TypedColumn | None:
    """The fast path: a column of nothing but numbers and blanks."""
    try:
        # A cast that fails takes ten times longer than one that succeeds: let it fail on a few rows.
        pc.cast(text.slice(0, _PROBE_ROWS), pa.float64())
        numbers = pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        return None
    if len(numbers) == numbers.null_count:
        return None
    values = numbers.to_numpy(zero_copy_only=False).astype(np.float64, copy=True)
    n_marked = int(np.isnan(values).sum()) - numbers.null_count  # the word NaN is a mark, not a number
    if n_marked == len(numbers) - numbers.null_count or _holds_codes(text, values):
        return None
    return replace(of_values(pd.Series(values), name), n_marked=n_marked)


def _holds_codes(text: pa.Array, values: NDArray[np.float64]) -> bool:
    finite = np.abs(values[np.isfinite(values)])
    if finite.size and finite.max() >= LARGEST_EXACT_INTEGER:
        long = pc.match_substring_regex(text, LONG_CODE)
        if pc.any(long).as_py():
            return True
    return bool(pc.any(pc.match_substring_regex(text, CODE)).as_py())


def type_cells(cells: TextCells, *, name: str, conventions: Conventions, infer: bool) -> TypedColumn:
    """Decide what a column holds from its different cells.

    Parameters
    ----------
    cells : TextCells
        As `look_at` gives them.
    name, conventions, infer
        As in `type_column`.

    Returns
    -------
    TypedColumn
        Values, and what was noticed.
    """
    present = cells.present
    if len(present) == 0:
        return as_labels_of(cells)
    if not infer:
        return _type_stored_text(cells, name, conventions)
    dates = read_iso_dates(present)
    if dates is not None:
        return as_dates(cells, dates)
    numbers = read_number_column(
        present, decimal_comma=conventions.decimal_comma, comma_groups=conventions.comma_groups
    )
    if numbers is not None and numbers.is_complete:
        return as_numbers(cells, numbers, name)
    dates = read_date_column(present, name=name, date_order=conventions.date_order, file_order=conventions.file_order)
    if dates is not None and dates.status == "dates":
        return as_dates(cells, dates)
    return as_labels_of(cells, numbers, dates)


def _type_stored_text(cells: TextCells, name: str, conventions: Conventions) -> TypedColumn:
    """Text of a file that stores types: labels by the will of whoever stored it, dates and limits for want of a type.

    Plain numbers stored as text are codes and stay labels; dates, and numbers of which some are only known to lie
    beyond a limit, could not be stored as anything but text.
    """
    dates = read_iso_dates(cells.present)
    if dates is None:
        dates = read_date_column(
            cells.present, name=name, date_order=conventions.date_order, file_order=conventions.file_order
        )
        if dates is not None and dates.status != "dates":
            dates = None
    if dates is not None and not flags(pc.match_substring_regex(cells.present, NUMBER)).any():
        return as_dates(cells, dates)
    numbers = read_number_column(cells.present, comma_groups=conventions.comma_groups)
    if numbers is not None and numbers.is_complete and np.any(numbers.limit != 0):
        return as_numbers(cells, numbers, name)
    return as_labels_of(cells)


def groups_with_commas(columns: Iterable[TextCells]) -> bool:
    """Tell whether a column holds a number such as 12,345, so that it matters what the file's commas mean.

    Parameters
    ----------
    columns : iterable of TextCells
        The file's columns of text.

    Returns
    -------
    bool
        True when one of their cells begins with such a number.
    """
    return any(
        flags(pc.match_substring_regex(cells.distinct, r"^[<>=≤≥+-]{0,2} ?[1-9][0-9]{0,2},[0-9]{3}")).any()
        for cells in columns
    )


def writes_decimal_points(columns: Iterable[pa.Array]) -> bool:
    """Tell whether a file writes 1.5 for one and a half, so that its commas are no decimal signs.

    Parameters
    ----------
    columns : iterable of pyarrow array of string
        The file's columns, trimmed.

    Returns
    -------
    bool
        True when a column holds nothing but numbers, one of them with a decimal point that cannot stand before thousands.
    """
    for column in columns:
        distinct = _blank_to_null(column).unique().drop_null()
        number = pc.match_substring_regex(distinct, r"^[+-]?[0-9]*\.?[0-9]+$")
        point = pc.match_substring_regex(distinct, r"^[+-]?[0-9]*\.([0-9]{1,2}|[0-9]{4,})$")
        mark = pc.is_in(pc.utf8_lower(distinct), value_set=pa.array(MISSING_MARKS + NUMERIC_MISSING_MARKS))
        if flags(point).any() and flags(pc.or_(number, mark)).all():
            return True
    return False


def writes_decimal_commas(columns: list[pa.Array], *, certain: bool) -> bool:
    """Tell whether a file writes 1,5 for one and a half.

    Parameters
    ----------
    columns : list of pyarrow arrays of string
        The file's columns, trimmed. Only files whose cells are not separated by commas are asked about.
    certain : bool
        True for files separated by semicolons, which spreadsheet programs write where the comma is decimal.
        Elsewhere at least one number must have a number of decimals other than three: 1,234 may be a thousand.

    Returns
    -------
    bool
        True when at least one column holds nothing but whole numbers and numbers with a comma, limits among them.
    """
    for column in columns:
        distinct = _blank_to_null(column).unique().drop_null()
        comma = distinct.filter(pc.match_substring_regex(distinct, DECIMAL_COMMA))
        if len(comma) == 0:
            continue
        number = pc.or_(
            pc.match_substring_regex(distinct, DECIMAL_COMMA), pc.match_substring_regex(distinct, r"^[+-]?[0-9]+$")
        )
        number = pc.or_(number, pc.match_substring_regex(distinct, _LIMIT_WITH_COMMA))
        mark = pc.is_in(pc.utf8_lower(distinct), value_set=pa.array(MISSING_MARKS + NUMERIC_MISSING_MARKS))
        rest = distinct.filter(pc.invert(pc.or_(number, mark)))
        unlike_thousands = not pc.all(pc.match_substring_regex(comma, r"^[+-]?[0-9]{1,3},[0-9]{3}$")).as_py()
        if len(rest) == 0 and (certain or unlike_thousands):
            return True
    return False


def numbers_in(column: pd.Series) -> NDArray[np.float64]:
    """Take what numbers a column of text has, limits and units included.

    Parameters
    ----------
    column : pandas.Series
        A column as ``type_column`` gives it.

    Returns
    -------
    (n, ) array of float
        NaN where the cell is missing or no number.
    """
    if column.dtype != object:
        return column.to_numpy(dtype=np.float64) if column.dtype.kind == "f" else np.full(len(column), np.nan)
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    found = read_number_column(pa.array(list(map(str, distinct)), type=pa.string())) if len(distinct) else None
    values = np.full(len(distinct) + 1, np.nan)
    if found is not None:
        values[:-1] = found.values
    return values[codes]


def count_numbers(column: pd.Series) -> tuple[int, int]:
    """Count how many cells of a column of text are numbers.

    Parameters
    ----------
    column : pandas.Series
        A column as ``type_column`` gives it.

    Returns
    -------
    n_numbers, n_others : int
        Cells that are numbers and cells that are neither numbers nor missing. All of a float64 column are numbers.
    """
    n_numbers = int((~np.isnan(numbers_in(column))).sum())
    return n_numbers, int(column.notna().sum()) - n_numbers
