"""Columns of text become columns of numbers, dates or labels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MISSING_MARKS: tuple[str, ...] = ("na", "n/a", "#n/a", "nan", "null")
"""Marks, in any case, that mean a missing value in every column. "None" is a label: no metastasis, no drug."""

NUMERIC_MISSING_MARKS: tuple[str, ...] = (".", "-")
"""Marks that mean a missing value only among numbers; elsewhere they may be labels."""

MOSTLY_NUMERIC = 0.8
"""A column of text with at least this share of numbers was probably meant to be numeric."""

LARGEST_EXACT_INTEGER = 2**53
"""Above this a number loses digits, so that longer codes stay text."""

_PROBE_ROWS = 256

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?(?i:inf|infinity)$"
_DECIMAL_COMMA = r"^[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?$"
_CODE = r"^[+-]?0[0-9]"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+$"
_DATE = r"^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?$"


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
    """

    values: pd.Series
    n_marked: int
    decimal_comma: bool


def type_column(text: pa.Array, *, decimal_comma: bool = False, infer: bool = True) -> TypedColumn:
    """Decide what a column of text holds.

    A column is numeric when every cell that is not missing is a number; one word among the numbers leaves all
    of it text. Thousands separators are not guessed, codes with leading zeros and integers beyond 2**53 stay text.

    Parameters
    ----------
    text : pyarrow array of string
        Trimmed cells; blank cells are empty strings or null.
    decimal_comma : bool
        True where the file may write 1,5 for one and a half.
    infer : bool
        False to keep labels labels and only look for missing marks (files that store their types).

    Returns
    -------
    TypedColumn
        Values, and what was noticed.
    """
    blank_is_null = _blank_to_null(text)
    if infer:
        numbers = _plain_numbers(blank_is_null)
        if numbers is not None and not decimal_comma:
            return numbers
    coded = blank_is_null.dictionary_encode()
    distinct, codes = coded.dictionary, _codes(coded)
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    marked = _flags(pc.is_in(pc.utf8_lower(distinct), value_set=pa.array(MISSING_MARKS)))
    if not infer:
        return _labels(distinct, codes, counts, marked)
    return _typed_distinct(distinct, codes, counts, marked, decimal_comma)


def _blank_to_null(text: pa.Array) -> pa.Array:
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, text.type), text)


def _plain_numbers(text: pa.Array) -> TypedColumn | None:
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
    return TypedColumn(values=pd.Series(values), n_marked=n_marked, decimal_comma=False)


def _holds_codes(text: pa.Array, values: np.ndarray) -> bool:
    finite = np.abs(values[np.isfinite(values)])
    if finite.size and finite.max() >= LARGEST_EXACT_INTEGER:
        long = pc.match_substring_regex(text, r"^[+-]?[0-9]{16,}$")
        if pc.any(long).as_py():
            return True
    return bool(pc.any(pc.match_substring_regex(text, _CODE)).as_py())


def _codes(coded: pa.DictionaryArray) -> np.ndarray:
    return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _flags(mask: pa.Array) -> np.ndarray:
    return mask.fill_null(False).to_numpy(zero_copy_only=False).astype(bool)


def _typed_distinct(
    distinct: pa.Array, codes: np.ndarray, counts: np.ndarray, marked: np.ndarray, decimal_comma: bool
) -> TypedColumn:
    numbers, comma = _distinct_numbers(distinct, marked, decimal_comma)
    n_numbers = int(counts[numbers].sum())
    dots = _flags(pc.is_in(distinct, value_set=pa.array(NUMERIC_MISSING_MARKS)))
    others = int(counts[~numbers & ~marked & ~dots].sum())
    if n_numbers and n_numbers >= MOSTLY_NUMERIC * (n_numbers + others):
        marked = marked | dots
    if n_numbers and (numbers | marked).all():
        values = _numbers_of(distinct, numbers, comma)
        if not _holds_codes(_as_plain(distinct.filter(pa.array(numbers)), comma), values[numbers]):
            return TypedColumn(
                values=pd.Series(_spread(values, codes, np.nan)),
                n_marked=int(counts[marked].sum()),
                decimal_comma=comma,
            )
    dates = _dates_of(distinct, marked)
    if dates is not None:
        column = pd.Series(_spread(dates, codes, np.datetime64("NaT", "ns")))
        return TypedColumn(values=column, n_marked=int(counts[marked].sum()), decimal_comma=False)
    return _labels(distinct, codes, counts, marked)


def _distinct_numbers(distinct: pa.Array, marked: np.ndarray, decimal_comma: bool) -> tuple[np.ndarray, bool]:
    """Which distinct cells are numbers, and whether they are written with a decimal comma."""
    plain = _flags(pc.match_substring_regex(distinct, _NUMBER)) & ~marked
    if not decimal_comma:
        return plain, False
    with_comma = _flags(pc.match_substring_regex(distinct, _DECIMAL_COMMA))
    if not with_comma.any():
        # In such a file 1.234 is more likely a thousand than a fraction: only a person can tell.
        dotted = _flags(pc.match_substring(distinct, "."))
        thousands = _flags(pc.match_substring_regex(distinct, _THOUSANDS))
        doubtful = dotted.any() and bool(thousands[dotted & plain].all()) and bool((dotted & plain).any())
        return (plain & ~dotted if doubtful else plain), False
    whole = plain & ~_flags(pc.match_substring(distinct, "."))
    return with_comma | whole, True


def _as_plain(distinct: pa.Array, comma: bool) -> pa.Array:
    return pc.replace_substring(distinct, ",", ".") if comma else distinct


def _numbers_of(distinct: pa.Array, numbers: np.ndarray, comma: bool) -> np.ndarray:
    values = np.full(len(distinct), np.nan)
    picked = _as_plain(distinct.filter(pa.array(numbers)), comma)
    values[numbers] = pc.cast(picked, pa.float64()).to_numpy(zero_copy_only=False)
    return values


def _dates_of(distinct: pa.Array, marked: np.ndarray) -> np.ndarray | None:
    candidates = distinct.filter(pa.array(~marked))
    if len(candidates) == 0 or not _flags(pc.match_substring_regex(candidates, _DATE)).all():
        return None
    padded = pd.Series(
        pc.replace_substring_regex(candidates, r"^(\d{4})[/.](\d+)[/.]", r"\1-\2-").to_pylist(), dtype=object
    )
    parsed = pd.to_datetime(padded, format="ISO8601", errors="coerce")
    if parsed.isna().any():
        return None
    values = np.full(len(distinct), np.datetime64("NaT", "ns"), dtype="datetime64[ns]")
    values[~marked] = parsed.to_numpy(dtype="datetime64[ns]")
    return values


def _labels(distinct: pa.Array, codes: np.ndarray, counts: np.ndarray, marked: np.ndarray) -> TypedColumn:
    labels = np.empty(len(distinct), dtype=object)
    labels[:] = pc.utf8_normalize(distinct, form="NFC").to_pylist()  # the same word typed on two systems is one label
    labels[marked] = None
    return TypedColumn(
        values=pd.Series(_spread(labels, codes, None), dtype=object),
        n_marked=int(counts[marked].sum()),
        decimal_comma=False,
    )


def _spread(values: np.ndarray, codes: np.ndarray, missing: object) -> np.ndarray:
    """Values of the distinct cells, at every row; -1 is a missing cell."""
    padded = np.empty(len(values) + 1, dtype=values.dtype)
    padded[:-1] = values
    padded[-1] = missing
    return padded[codes]


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
        True when at least one column holds nothing but whole numbers and numbers with a comma.
    """
    for column in columns:
        distinct = _blank_to_null(column).unique().drop_null()
        comma = distinct.filter(pc.match_substring_regex(distinct, _DECIMAL_COMMA))
        if len(comma) == 0:
            continue
        number = pc.or_(
            pc.match_substring_regex(distinct, _DECIMAL_COMMA), pc.match_substring_regex(distinct, r"^[+-]?[0-9]+$")
        )
        mark = pc.is_in(pc.utf8_lower(distinct), value_set=pa.array(MISSING_MARKS + NUMERIC_MISSING_MARKS))
        rest = distinct.filter(pc.invert(pc.or_(number, mark)))
        unlike_thousands = not pc.all(pc.match_substring_regex(comma, r"^[+-]?[0-9]{1,3},[0-9]{3}$")).as_py()
        if len(rest) == 0 and (certain or unlike_thousands):
            return True
    return False


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
    present = int(column.notna().sum())
    if column.dtype != object:
        return (present, 0) if column.dtype.kind == "f" else (0, present)
    counts = column.value_counts()
    if counts.empty:
        return 0, 0
    number = _flags(pc.match_substring_regex(pa.array(counts.index.tolist(), type=pa.string()), _NUMBER))
    n_numbers = int(counts.to_numpy()[number].sum())
    return n_numbers, present - n_numbers
