"""A file's table on its way to a cohort: names, typed columns and what was noticed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
import pyarrow as pa

from analysis.cohort.cells.cell_notes import cell_notes
from analysis.cohort.cells.columns import (
    Conventions,
    groups_with_commas,
    look_at,
    type_cells,
    writes_decimal_points,
)
from analysis.cohort.cells.date_column import find_date_order
from analysis.cohort.cells.typed_column import TextCells, TypedColumn, of_values
from analysis.cohort.formats.header import name_columns
from analysis.cohort.formats.summary_table import refuse_summary_table
from analysis.cohort.reading_options import DateOrder
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

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
    comma_groups: bool = False,
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
    comma_groups : bool
        True where commas cannot be decimal signs, because they separate the cells.
    infer : bool
        False to leave text as labels.
    date_order : {"day_first", "month_first"}, optional
        How a person says that dates such as 03/04/2024 are to be read.

    Returns
    -------
    table : pandas.DataFrame
        Without the columns that have neither a name nor any content.
    notes : list of Note
        What was renamed, read as missing, and how numbers, dates and labels were read.

    Raises
    ------
    CohortInputError
        When fewer than two columns, or no patient, remain, or the table is one of results.
    """
    given = Conventions(decimal_comma=decimal_comma, comma_groups=comma_groups, date_order=date_order)
    typed = _typed_columns(header, columns, given, infer)
    pairs = [
        (name, column)
        for name, column in zip(header, typed, strict=True)
        if name.strip() or bool(column.values.notna().any()) or column.n_marked
    ]
    names, notes = name_columns([name for name, _ in pairs])
    _refuse_what_is_no_cohort(names, pairs[0][1] if pairs else None)
    notes.extend(cell_notes({name: column for name, (_, column) in zip(names, pairs, strict=True)}))
    table = pd.DataFrame({name: column.values for name, (_, column) in zip(names, pairs, strict=True)}, copy=False)
    refuse_summary_table(names, table)
    return table, notes


def _typed_columns(
    header: Sequence[str], columns: Sequence[pa.Array | pd.Series], given: Conventions, infer: bool
) -> list[TypedColumn]:
    """Type all columns, those of text in the light of the others: one file writes its dates and numbers one way."""
    seen = [_look_at(name, column, given, infer) for name, column in zip(header, columns, strict=True)]
    cells = [column for column in seen if isinstance(column, TextCells)]
    conventions = given
    if infer and cells:
        texts = (column for column in columns if not isinstance(column, pd.Series))
        points = given.comma_groups or (
            not given.decimal_comma and groups_with_commas(cells) and writes_decimal_points(texts)
        )
        order = find_date_order(column.distinct for column in cells)
        conventions = replace(given, comma_groups=points, file_order=order)
    return [
        type_cells(column, name=name, conventions=conventions, infer=infer) if isinstance(column, TextCells) else column
        for name, column in zip(header, seen, strict=True)
    ]


def _look_at(name: str, column: pa.Array | pd.Series, given: Conventions, infer: bool) -> TypedColumn | TextCells:
    if isinstance(column, pd.Series):
        return of_values(column, name) if infer else TypedColumn(values=column)
    return look_at(column, name=name, decimal_comma=given.decimal_comma, infer=infer)


def _refuse_what_is_no_cohort(names: list[str], first: TypedColumn | None) -> None:
    if first is None or len(first.values) == 0:
        raise CohortInputError(
            phrase(
                "The file must hold one row per patient under its header; it has a header and no rows. Export the table again "
                "with its rows."
            )
        )
    if len(names) < 2:
        raise CohortInputError(
            phrase(
                "A cohort needs several columns (treatment, covariates, outcome), and only one column was found. Separate the "
                "columns with commas, semicolons or tabs, or save the file as XLSX."
            )
        )
