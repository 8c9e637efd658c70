"""The different cells of a column, read as numbers together: what one of them means may hang on the others."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.cohort.cells.quantities import NOT_MEASURED, Quantity, fold_word, read_quantity

MOSTLY_NUMERIC = 0.8
"""A column of text with at least this share of numbers was probably meant to be numeric."""

LARGEST_EXACT_INTEGER = 2**53
"""Above this a number loses digits, so that longer codes stay text."""

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?(?i:inf|infinity)$"
DECIMAL_COMMA = r"^[+-]?[0-9]+,[0-9]+([eE][+-]?[0-9]+)?$"
CODE = r"^[+-]?0[0-9]"
LONG_CODE = r"^[+-]?[0-9]{16,}$"
_ONE_COMMA_GROUP = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_DOT_GROUPS = r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+$"
_NUMBERISH = (
    r"^[^\pL\pN]{0,6}\pN|^(?i:more than|greater than|at least|above|over|less than|at most|below|under|up to) ?[0-9]"
)
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumberColumn:
    """What the k different cells of a column are as numbers.

    Attributes
    ----------
    values : (k, ) array of float
        NaN where the cell is no number.
    is_number, is_word, has_unit, is_grouped, is_doubtful : (k, ) array of bool
        Numbers; words for a value that was not measured; numbers with a unit; with separators between thousands; numbers
        such as 1,234 that may be a thousand or a fraction, which are not among the numbers.
    limit : (k, ) array of int
        -1 below a limit, 1 above one, 0 otherwise.
    unit : str
        The one unit that stands after numbers, "" without one.
    n_units : int
        How many different units there are; with several nothing is a number that has one.
    decimal_comma : bool
        True when 1,5 was read as one and a half.
    holds_codes : bool
        True when a number has leading zeros or more digits than a number keeps.
    """

    values: NDArray[np.float64]
    is_number: NDArray[np.bool_]
    is_word: NDArray[np.bool_]
    has_unit: NDArray[np.bool_]
    is_grouped: NDArray[np.bool_]
    is_doubtful: NDArray[np.bool_]
    limit: NDArray[np.int8]
    unit: str
    n_units: int
    decimal_comma: bool
    holds_codes: bool

    @property
    def is_complete(self) -> bool:
        """True when every cell is a number or such a word, and no number a code."""
        return bool(self.is_number.any() and (self.is_number | self.is_word).all() and not self.holds_codes)

    @property
    def mostly(self) -> bool:
        """True when at least ``MOSTLY_NUMERIC`` of the different cells that are no such word are numbers."""
        n_numbers = int(self.is_number.sum())
        return n_numbers > 0 and n_numbers >= MOSTLY_NUMERIC * int((~self.is_word).sum())


def flags(mask: pa.Array) -> NDArray[np.bool_]:
    """Turn an arrow mask into booleans, missing as False.

    Parameters
    ----------
    mask : pyarrow array of bool
        Any mask.

    Returns
    -------
    (k, ) array of bool
        The mask.
    """
    return np.asarray(mask.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def read_number_column(
    distinct: pa.Array, *, decimal_comma: bool = False, comma_groups: bool = False
) -> NumberColumn | None:
    """Read the different cells of a column as numbers.

    Only which different cells there are counts, neither how often nor in which order, so that a repeated row
    changes nothing. Limits count as numbers where there are fewer different limits than measured numbers: a column of
    bands such as "<=20", "20-50" and ">50" is a category. Commas are thousands where they stand before groups of three
    digits throughout the column and one of its numbers shows it: two groups, a decimal point, or a plain number of
    three digits and more. One unit may stand after the numbers, not two.

    Parameters
    ----------
    distinct : pyarrow array of string
        The different cells, trimmed, without blanks and marks that are missing everywhere.
    decimal_comma : bool
        True where the file may write 1,5 for one and a half.
    comma_groups : bool
        True where the file is known not to: its cells are separated by commas, or it has decimal points.

    Returns
    -------
    NumberColumn or None
        None when not one cell is a number, or nearly none begins like one.
    """
    plain, comma = _plain(distinct, decimal_comma)
    rest = np.flatnonzero(~plain)
    cells = distinct.take(pa.array(rest))
    numberish = flags(pc.match_substring_regex(cells, _NUMBERISH))
    n_numberish = int(plain.sum()) + int(numberish.sum())
    if n_numberish == 0:
        return None
    is_word = np.zeros(len(distinct), dtype=bool)
    is_word[rest] = _words(cells)
    column = _blank(distinct, plain, comma, is_word)
    if not numberish.any() or n_numberish < MOSTLY_NUMERIC * int((~is_word).sum()):
        return column
    found = {
        int(place): quantity
        for place, text in zip(rest[numberish], cells.filter(pa.array(numberish)).to_pylist(), strict=True)
        if (quantity := read_quantity(text)) is not None
    }
    return _with_quantities(column, distinct, found, decimal_comma, comma_groups) if found else column


def _plain(distinct: pa.Array, decimal_comma: bool) -> tuple[NDArray[np.bool_], bool]:
    """Which cells are numbers and nothing else, and whether they are written with a decimal comma."""
    plain = flags(pc.match_substring_regex(distinct, NUMBER))
    if not decimal_comma:
        return plain, False
    with_comma = flags(pc.match_substring_regex(distinct, DECIMAL_COMMA))
    dotted = flags(pc.match_substring(distinct, ".")) & plain
    if not with_comma.any():
        # In such a file 1.234 is more likely a thousand than a fraction: only a person can tell.
        thousands = flags(pc.match_substring_regex(distinct, _DOT_GROUPS))
        doubtful = bool(dotted.any()) and bool(thousands[dotted].all())
        return (plain & ~dotted if doubtful else plain), False
    return with_comma | (plain & ~dotted), True


def _words(cells: pa.Array) -> NDArray[np.bool_]:
    short = flags(pc.less_equal(pc.utf8_length(cells), _LONGEST_WORD))
    found = np.zeros(len(cells), dtype=bool)
    texts = cells.filter(pa.array(short))
    if len(texts) <= 10_000:
        found[short] = [fold_word(text) in NOT_MEASURED for text in texts.to_pylist()]
    else:  # so many different words are no column of numbers; those in common writing are enough
        found[short] = flags(pc.is_in(pc.utf8_lower(texts), value_set=pa.array(sorted(NOT_MEASURED))))
    return found


def _blank(distinct: pa.Array, plain: NDArray[np.bool_], comma: bool, is_word: NDArray[np.bool_]) -> NumberColumn:
    """The column of its plain numbers alone."""
    k = len(distinct)
    values = np.full(k, np.nan)
    written = distinct.filter(pa.array(plain))
    numbers = pc.replace_substring(written, ",", ".") if comma else written
    values[plain] = pc.cast(numbers, pa.float64()).to_numpy(zero_copy_only=False)
    long = flags(pc.match_substring_regex(numbers, LONG_CODE)) & (np.abs(values[plain]) >= LARGEST_EXACT_INTEGER)
    return NumberColumn(
        values=values,
        is_number=plain,
        is_word=is_word,
        has_unit=np.zeros(k, dtype=bool),
        is_grouped=np.zeros(k, dtype=bool),
        is_doubtful=np.zeros(k, dtype=bool),
        limit=np.zeros(k, dtype=np.int8),
        unit="",
        n_units=0,
        decimal_comma=comma,
        holds_codes=bool(long.any() or flags(pc.match_substring_regex(numbers, CODE)).any()),
    )


def _with_quantities(
    column: NumberColumn, distinct: pa.Array, found: dict[int, Quantity], decimal_comma: bool, comma_groups: bool
) -> NumberColumn:
    values, is_grouped = column.values.copy(), column.is_grouped.copy()
    is_number, limit = column.is_number.copy(), column.limit.copy()
    is_doubtful = column.is_doubtful.copy()
    kinds = {quantity.separators for quantity in found.values()}
    as_fraction = decimal_comma and not _commas_are_groups(column, distinct, found)
    if column.decimal_comma:  # then a point is no decimal sign
        found = {place: quantity for place, quantity in found.items() if quantity.separators != "decimal_point"}
    sure = {
        "plain": True,
        "decimal_point": not decimal_comma,
        "comma_groups": _commas_are_sure(column, found, comma_groups) and not kinds & {"comma_decimal", "dot_groups"},
        "other_groups": _spaces_are_sure(column, found),
        "comma_decimal": as_fraction,
        "dot_groups": as_fraction,
    }
    if decimal_comma and not as_fraction:
        places = column.is_number & flags(pc.match_substring(distinct, ","))
        texts = pc.replace_substring(distinct.filter(pa.array(places)), ",", "")
        values[places] = pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False)
        is_grouped |= places
    for place, quantity in found.items():
        accepted = _accepts(quantity, as_fraction, sure)
        is_number[place] = accepted
        is_doubtful[place] = not accepted and not quantity.certain
        if accepted:
            values[place] = quantity.fraction if as_fraction else quantity.value
            limit[place] = quantity.limit
            read_as_fraction = as_fraction and quantity.separators == "comma_groups"
            is_grouped[place] = quantity.separators.endswith("groups") and not read_as_fraction
    units = {quantity.unit for place, quantity in found.items() if is_number[place] and quantity.unit}
    has_unit = np.zeros(len(values), dtype=bool)
    has_unit[[place for place, quantity in found.items() if quantity.unit]] = True
    refused = has_unit & (len(units) > 1)
    if not _limits_are_few(values[is_number & ~refused], limit[is_number & ~refused]):
        refused |= limit != 0
    is_number, limit = is_number & ~refused, np.where(refused, 0, limit).astype(np.int8)
    return NumberColumn(
        values=np.where(is_number, values, np.nan),
        is_number=is_number,
        is_word=column.is_word & ~is_number,
        has_unit=has_unit,
        is_grouped=is_grouped & is_number,
        is_doubtful=is_doubtful,
        limit=limit,
        unit=min(units) if len(units) == 1 else "",
        n_units=len(units),
        decimal_comma=(column.decimal_comma and as_fraction) or (as_fraction and "comma_decimal" in kinds),
        holds_codes=column.holds_codes,
    )


def _commas_are_groups(column: NumberColumn, distinct: pa.Array, found: dict[int, Quantity]) -> bool:
    """In a file of decimal commas, a column whose commas all stand before groups of three, one with two groups."""
    if not any(quantity.separators == "comma_groups" and quantity.certain for quantity in found.values()):
        return False
    if any(quantity.separators in ("comma_decimal", "dot_groups") for quantity in found.values()):
        return False
    commas = distinct.filter(pa.array(column.is_number)).filter(
        pc.match_substring(distinct.filter(pa.array(column.is_number)), ",")
    )
    return bool(flags(pc.match_substring_regex(commas, _ONE_COMMA_GROUP)).all())


def _commas_are_sure(column: NumberColumn, found: dict[int, Quantity], comma_groups: bool) -> bool:
    measured = column.values[column.is_number]
    return (
        comma_groups
        or any(quantity.certain for quantity in found.values() if quantity.separators == "comma_groups")
        or bool((measured != np.floor(measured)).any())
        or bool((np.abs(measured) >= 100).any())
    )


def _spaces_are_sure(column: NumberColumn, found: dict[int, Quantity]) -> bool:
    """Numbers of one length with a space, and nothing else, may be codes."""
    lengths = {len(str(int(abs(quantity.value)))) for quantity in found.values()}
    return bool(column.is_number.any()) or len(lengths) > 1


def _accepts(quantity: Quantity, as_fraction: bool, sure: dict[str, bool]) -> bool:
    """Whether the separators of a number agree with those of the column and the file."""
    if as_fraction and quantity.separators == "comma_groups":
        return not quantity.certain
    certain = quantity.certain and quantity.separators in ("other_groups", "decimal_point")
    return certain or sure[quantity.separators]


def _limits_are_few(values: NDArray[np.float64], limit: NDArray[np.int8]) -> bool:
    limits = len(set(zip(values[limit != 0].tolist(), limit[limit != 0].tolist(), strict=True)))
    return limits == 0 or limits < len(np.unique(values[limit == 0]))
