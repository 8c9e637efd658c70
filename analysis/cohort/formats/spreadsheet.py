"""Workbooks of spreadsheet programs, read with the values their formulas had when they were saved."""

import datetime
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.cohort.cells.columns import LARGEST_EXACT_INTEGER
from analysis.cohort.formats.header import HEADER_SEARCH_ROWS, SECOND_HEADER_NOTE, holds_second_header, is_value
from analysis.cohort.formats.heading import ROWS_BELOW, read_heading
from analysis.cohort.formats.merged_cells import fill_down
from analysis.cohort.formats.page_breaks import repeated_names
from analysis.cohort.formats.patient_rows import patient_rows
from analysis.cohort.formats.sheet_choice import SheetSize, largest_table
from analysis.cohort.formats.table import FileTable, build_table
from analysis.cohort.formats.workbook import Workbook, WorkbookKind, Worksheet
from analysis.cohort.labels import label_of
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

_Cell: TypeAlias = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


def read_spreadsheet(content: bytes, options: ReadingOptions, kind: WorkbookKind = "xlsx") -> FileTable:
    """Read a worksheet of a workbook.

    Parameters
    ----------
    content : bytes
        The file.
    options : ReadingOptions
        What a person says about the file; without a sheet, the visible one with the largest table is read.
    kind : {"xlsx", "xls", "xlsb", "ods"}, optional
        What kind of workbook it is.

    Returns
    -------
    FileTable
        The patients' rows, formulas as the values saved with them.

    Raises
    ------
    CohortInputError
        A damaged or encrypted workbook, no such sheet, nothing in it, or a sheet that reaches further than can be read.
    """
    with Workbook(content, kind) as book:
        sheet = book.sheet(options.sheet) if options.sheet is not None else _choose(book)
        if sheet is None or not _has_content(sheet):
            one = options.sheet is not None or len(book.names) == 1
            raise CohortInputError(
                phrase("The workbook must hold a table with a header and one row per patient; the sheet is empty.")
                if one
                else phrase(
                    "The workbook must hold a table with a header and one row per patient; each of its {n} sheets is empty.",
                    n=len(book.names),
                )
            )
        return _table(sheet, _sheet_notes(sheet, book.names), options, book.names)


def preview_spreadsheet(
    content: bytes, sheet: str | None = None, n: int = 12, kind: WorkbookKind = "xlsx"
) -> tuple[tuple[str, ...], ...]:
    """Give the first rows of a worksheet, as `preview_rows` of reading does.

    Parameters
    ----------
    content : bytes
        The file.
    sheet : str, optional
        The worksheet's name; without it the one that `read_spreadsheet` would read.
    n : int, optional
        How many rows at most.
    kind : {"xlsx", "xls", "xlsb", "ods"}, optional
        What kind of workbook it is.

    Returns
    -------
    tuple of tuple of str
        Rows of one width.
    """
    with Workbook(content, kind) as book:
        found = book.sheet(sheet) if sheet is not None else _choose(book)
    return tuple(tuple(_text(cell) for cell in row) for row in found.rows[:n]) if found is not None else ()


def spreadsheet_names(content: bytes, kind: WorkbookKind = "xlsx") -> tuple[str, ...]:
    """Name the worksheets of a workbook, in its order.

    Parameters
    ----------
    content : bytes
        A workbook.
    kind : {"xlsx", "xls", "xlsb", "ods"}, optional
        What kind of workbook it is.

    Returns
    -------
    tuple of str
        Chart sheets are left out.

    Raises
    ------
    CohortInputError
        When the workbook is damaged or encrypted.
    """
    with Workbook(content, kind) as book:
        return book.names


def _choose(book: Workbook) -> Worksheet | None:
    """The visible sheet with the largest table; a hidden one only when no other holds anything."""
    if len(book.names) == 1:
        return book.sheet(book.names[0])
    for names in (book.visible_names, tuple(name for name in book.names if name not in book.visible_names)):
        sheets = [sheet for sheet in map(book.readable_sheet, names) if sheet is not None and _has_content(sheet)]
        if sheets:
            return sheets[largest_table([_size(sheet) for sheet in sheets])]
    book.refuse_distant_sheets()
    return None


def _has_content(sheet: Worksheet) -> bool:
    return any(_text(cell) for row in sheet.rows for cell in row)


def _size(sheet: Worksheet) -> SheetSize:
    head = _texts(sheet.rows[:HEADER_SEARCH_ROWS])
    heading = read_heading(head, merged=sheet.merged) if any(any(row) for row in head) else None
    if heading is None or heading.problems:
        return SheetSize(n_cells=0, first_name="", n_keys=0, n_rows=0)
    below = [count for row in sheet.rows[heading.position + 1 :] if (count := _count_filled(row)) > 1]
    column = next((place for place, name in enumerate(heading.names) if name), 0)
    keys = [_text(row[column]) for row in sheet.rows[heading.position + 1 :]]
    return SheetSize(
        n_cells=sum(below),
        first_name=heading.names[column].casefold() if heading.names else "",
        n_keys=len({key for key in keys if key}),
        n_rows=len(below),
    )


def _sheet_notes(sheet: Worksheet, names: tuple[str, ...]) -> list[Note]:
    notes = []
    extent = sheet.extent
    if len(names) > 1:
        text = phrase("The workbook has {n} sheets; “{sheet}” was read.", n=len(names), sheet=sheet.name)
        notes.append(Note(code="sheet", text=text))
    if extent is not None and extent.n_unsaved_formulas:
        text = phrase(
            "{cells} a formula without a saved value, read as missing. Open the workbook in Excel, let it calculate, and save "
            "it again.",
            cells=_cells_hold(extent.n_unsaved_formulas),
        )
        notes.append(Note(code="unsaved_formulas", text=text))
    if extent is not None and extent.n_hidden_rows:
        rows = phrase("1 row of the sheet is hidden, as by a filter, and was")
        if extent.n_hidden_rows > 1:
            rows = phrase("{n:,} rows of the sheet are hidden, as by a filter, and were", n=extent.n_hidden_rows)
        text = phrase(
            "{rows} read like the others. Delete hidden rows that are no patients of the cohort.",
            rows=rows,
        )
        notes.append(Note(code="hidden_rows", text=text))
    if extent is not None and extent.n_errors:
        text = phrase(
            "{cells} an Excel error such as #N/A or #DIV/0!, read as missing.", cells=_cells_hold(extent.n_errors)
        )
        notes.append(Note(code="spreadsheet_errors", text=text))
    return notes


def _cells_hold(count: int) -> str:
    return phrase("1 cell holds") if count == 1 else phrase("{n} cells hold", n=count)


def _table(sheet: Worksheet, sheet_notes: list[Note], options: ReadingOptions, names: tuple[str, ...]) -> FileTable:
    rows = sheet.rows
    n_looked_at = HEADER_SEARCH_ROWS if options.header_row is None else options.header_row + ROWS_BELOW
    heading = read_heading(_texts(rows[:n_looked_at]), header_row=options.header_row, merged=sheet.merged)
    if heading.problems:
        raise CohortInputError(*heading.problems)
    start = heading.position + 1
    notes = [*sheet_notes, *heading.notes, *fill_down(rows, start, sheet.merged, "")]
    body = rows[start:]
    if _begins_with_second_header(body):
        body = body[1:]
        notes.append(SECOND_HEADER_NOTE)
    filled = np.fromiter(map(_count_filled, body), dtype=np.int64, count=len(body))
    repeated, page_notes = repeated_names(
        _texts(rows[:start]),
        filled,
        lambda column, text: np.fromiter((_text(row[column]) == text for row in body), dtype=bool, count=len(body)),
    )
    if page_notes:
        body = [row for row, again in zip(body, repeated, strict=True) if not again]
        filled = filled[~repeated]
    notes += page_notes
    keep, row_notes = patient_rows(filled, lambda row: [_text(cell) for cell in body[row]])
    patients = [row for row, kept in zip(body, keep, strict=True) if kept]
    columns = (
        [_column(cells) for cells in zip(*patients, strict=True)] if patients else [_column(())] * len(heading.names)
    )
    table, typing_notes = build_table(heading.names, columns, date_order=options.date_order)
    return FileTable(
        table=table,
        notes=(*notes, *row_notes, *typing_notes),
        sheet=sheet.name,
        sheets=names,
        header_row=heading.position + 1,
    )


def _texts(rows: Sequence[Sequence[_Cell]]) -> list[list[str]]:
    return [[_text(cell) for cell in row] for row in rows]


def _begins_with_second_header(body: list[list[_Cell]]) -> bool:
    if len(body) < 2:
        return False
    below = [[_text(cell) for cell in row] for row in body[:51]]
    numeric = []
    for cells in zip(*below[1:], strict=True):
        content = [cell for cell in cells if cell]
        numeric.append(bool(content) and all(is_value(cell) for cell in content))
    return holds_second_header(below[0], numeric)


def _count_filled(row: list[_Cell]) -> int:
    first = next((cell for cell in row if cell != ""), "")
    if isinstance(first, str) and not first.strip():  # perhaps a row of nothing but white space
        return sum(not isinstance(cell, str) or bool(cell.strip()) for cell in row)
    return len(row) - row.count("")


def _column(cells: Sequence[_Cell]) -> pa.Array | pd.Series:
    """A column whose cells are all numbers, or all dates, keeps them; any other is typed from its text."""
    kinds = {type(cell) for cell in cells if cell != ""}
    if kinds and kinds <= {float, int}:
        numbers = np.array([np.nan if cell == "" else cell for cell in cells], dtype=np.float64)
        if np.nanmax(np.abs(numbers)) <= LARGEST_EXACT_INTEGER:
            return pd.Series(numbers)
    if kinds and kinds <= {datetime.date, datetime.datetime}:
        dates = pd.to_datetime(
            pd.Series([None if cell == "" else cell for cell in cells], dtype=object), errors="coerce"
        )
        if int(dates.notna().sum()) == sum(cell != "" for cell in cells):
            return dates.astype("datetime64[ns]")
    return pa.array(map(_text, cells), type=pa.string(), size=len(cells))


def _text(cell: _Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        cell = cell.date()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return label_of(cell)
