"""A file's table on its way to a cohort: names, typed columns and what was noticed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from analysis.cohort.columns import TypedColumn, type_column
from analysis.cohort.header import name_columns
from analysis.cohort.reading_options import DateOrder
from analysis.errors import CohortInputError
from analysis.notes import Note

FILE_SIZE_LIMIT = 200_000_000
"""Bytes; a larger file is refused before it is parsed."""

CELL_LIMIT = 50_000_000
"""Rows times columns of a CSV or Parquet file."""

SPREADSHEET_CELL_LIMIT = 20_000_000
"""Rows times columns of a worksheet, from its first cell to its last, empty ones included."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FileTable:
    """A file's rows of patients.

    Attributes
    ----------
    table : pandas.DataFrame
        One row per patient; columns as `type_column` gives them.
    notes : tuple of Note
        What was noticed on the way.
    encoding : str or None
        The text encoding, for text files.
    encoding_certain : bool
        False where the encoding is a guess.
    sheet : str or None
        The worksheet, for workbooks.
    sheets : tuple of str
        All worksheets, for workbooks.
    header_row : int or None
        The row of the file, from 1, that holds the names.
    column_labels : dict
        What a SAS, SPSS or Stata file says of a column, by the column's name.
    """

    table: pd.DataFrame
    notes: tuple[Note, ...]
    encoding: str | None = None
    encoding_certain: bool = True
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    column_labels: dict[str, str] = field(default_factory=dict)


def build_table(
    header: Sequence[str],
    columns: Sequence[pa.Array | pd.Series],
    *,
    decimal_comma: bool = False,
    infer: bool = True,
    date_order: DateOrder | None = None,
) -> tuple[pd.DataFrame, list[Note]]:
    """Type and name the columns of a file.

    Parameters
    ----------
    header : sequence of str
        One name per column; may be blank or repeated.
    columns : sequence of pyarrow array of string or pandas.Series
        Text still to be typed, or columns that already have their type.
    decimal_comma : bool
        True where 1,5 may mean one and a half.
    infer : bool
        False to leave text as labels.
    date_order : {"day_first", "month_first"}, optional
        How a person says that dates such as 03/04/2024 are to be read.

    Returns
    -------
    table : pandas.DataFrame
        Without the columns that have neither a name nor any content.
    notes : list of Note
        What was renamed, read as missing or read with a decimal comma.

    Raises
    ------
    CohortInputError
        When fewer than two columns, or no patient, remain.
    """
    typed = [_typed(column, decimal_comma, infer) for column in columns]
    pairs = [
        (name, column)
        for name, column in zip(header, typed, strict=True)
        if name.strip() or bool(column.values.notna().any()) or column.n_marked
    ]
    names, notes = name_columns([name for name, _ in pairs])
    _refuse_what_is_no_cohort(names, pairs[0][1] if pairs else None)
    notes.extend(_typing_notes(names, [column for _, column in pairs]))
    table = pd.DataFrame({name: column.values for name, (_, column) in zip(names, pairs, strict=True)}, copy=False)
    return table, notes


def _typed(column: pa.Array | pd.Series, decimal_comma: bool, infer: bool) -> TypedColumn:
    if isinstance(column, pd.Series):
        return TypedColumn(values=column, n_marked=0, decimal_comma=False)
    return type_column(column, decimal_comma=decimal_comma, infer=infer)


def _refuse_what_is_no_cohort(names: list[str], first: TypedColumn | None) -> None:
    if first is None or len(first.values) == 0:
        raise CohortInputError(
            "The file must hold one row per patient under its header; it has a header and no rows. "
            "Export the table again with its rows."
        )
    if len(names) < 2:
        raise CohortInputError(
            "A cohort needs several columns (treatment, covariates, outcome), and only one column was found. "
            "Separate the columns with commas, semicolons or tabs, or save the file as XLSX."
        )


def _typing_notes(names: list[str], columns: list[TypedColumn]) -> list[Note]:
    notes = []
    marked = [f"{name} {column.n_marked}" for name, column in zip(names, columns, strict=True) if column.n_marked]
    if marked:
        text = (
            "Cells marked NA, N/A, #N/A, NaN or null (among numbers also “.” and “-”) were read as missing; "
            f"by column: {_counted(marked)}."
        )
        notes.append(Note(code="missing_marks", text=text))
    comma = [name for name, column in zip(names, columns, strict=True) if column.decimal_comma]
    if comma:
        text = f"Numbers were read with a decimal comma (1,5 is one and a half) in {_counted(comma)}."
        notes.append(Note(code="decimal_comma", text=text))
    return notes


def _counted(items: list[str], limit: int = 40) -> str:
    rest = len(items) - limit
    return ", ".join(items[:limit]) + (f" and {rest} more columns" if rest > 0 else "")
