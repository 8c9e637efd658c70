"""Excel workbooks, read with the values their formulas had when they were saved."""

import datetime
import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pyarrow as pa
import python_calamine as calamine

from analysis.cohort.columns import LARGEST_EXACT_INTEGER
from analysis.cohort.header import (
    HEADER_SEARCH_ROWS,
    SECOND_HEADER_NOTE,
    find_header,
    holds_second_header,
    is_value,
    patient_rows,
    title_rows_note,
)
from analysis.cohort.labels import label_of
from analysis.cohort.table import SPREADSHEET_CELL_LIMIT, FileTable, build_table
from analysis.errors import CohortInputError
from analysis.notes import Note

UNPACKED_LIMIT = 2_000_000_000
"""Bytes that one part of a workbook may unpack to."""

DAMAGED = "The file must be a sound XLSX workbook, and this one is damaged. Open it in Excel and save it again as XLSX."
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ElementTree.ParseError),
    *(KeyError, ValueError, EOFError, OSError, RuntimeError),  # an archive says "encrypted" by a RuntimeError
)
_CHUNK_BYTES = 1 << 23
_OVERLAP = 4096

_Cell: TypeAlias = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _SheetExtent:
    """What a look at a worksheet's XML tells before it is unpacked into memory."""

    n_rows: int
    n_columns: int
    last_cell: str
    has_values: bool
    n_errors: int
    n_unsaved_formulas: int


def read_spreadsheet(content: bytes, sheet: str | None = None) -> FileTable:
    """Read a worksheet of an XLSX workbook.

    Parameters
    ----------
    content : bytes
        The file.
    sheet : str, optional
        The worksheet's name; without it the first one that holds anything.

    Returns
    -------
    FileTable
        The patients' rows, formulas as the values saved with them.

    Raises
    ------
    CohortInputError
        A damaged workbook, no such sheet, nothing in it, or a sheet that reaches further than can be read.
    """
    names = spreadsheet_names(content)
    if sheet is not None and sheet not in names:
        shown = ", ".join(f"“{name}”" for name in names[:12])
        raise CohortInputError(f"The sheet must be one of the workbook's, and “{sheet}” is not; it has {shown}.")
    wanted = names if sheet is None else (sheet,)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = _sheet_parts(archive)
        for name in wanted:
            extent = _extent(archive, parts[name])
            if not extent.has_values:
                continue
            _refuse_distant_cells(extent)
            _unpack(archive, "xl/sharedStrings.xml")
            rows = _cells(content, name)
            if any(_text(cell) for row in rows for cell in row):
                return _table(rows, _sheet_notes(name, names, extent), name)
    raise CohortInputError(
        "The workbook must hold a table with a header and one row per patient; "
        f"{'the sheet' if sheet is not None or len(names) == 1 else f'each of its {len(names)} sheets'} is empty."
    )


def preview_spreadsheet(content: bytes, sheet: str | None = None, n: int = 12) -> tuple[tuple[str, ...], ...]:
    """Give the first rows of a worksheet, as `preview_rows` of reading does.

    Parameters
    ----------
    content : bytes
        The file.
    sheet : str, optional
        The worksheet's name; without it the first one.
    n : int, optional
        How many rows at most.

    Returns
    -------
    tuple of tuple of str
        Rows of one width.
    """
    name = sheet or spreadsheet_names(content)[0]
    return tuple(tuple(_text(cell) for cell in row) for row in _cells(content, name)[:n])


def spreadsheet_names(content: bytes) -> tuple[str, ...]:
    """Name the worksheets of a workbook, in its order.

    Parameters
    ----------
    content : bytes
        An XLSX file.

    Returns
    -------
    tuple of str
        Chart sheets are left out.

    Raises
    ------
    CohortInputError
        When the workbook is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _sheet_parts(archive)
    except _BROKEN:
        raise CohortInputError(DAMAGED) from None
    if not parts:
        raise CohortInputError(DAMAGED)
    return tuple(parts)


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_LINK = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_PLAN_LIMIT = 10_000_000


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The worksheets' names and where in the archive they are."""
    links = {
        link.get("Id"): (link.get("Type") or "", link.get("Target") or "")
        for link in _small_part(archive, "xl/_rels/workbook.xml.rels")
    }
    book = _small_part(archive, "xl/workbook.xml")
    parts = {}
    for entry in [*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")]:
        kind, target = links.get(entry.get(_LINK) or entry.get(_STRICT_LINK), ("", ""))
        name = entry.get("name")
        if name and kind.endswith("/worksheet"):
            parts[name] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return parts


def _small_part(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    with archive.open(part) as stream:
        text = stream.read(_PLAN_LIMIT + 1)
    if len(text) > _PLAN_LIMIT or b"<!DOCTYPE" in text:
        raise zipfile.BadZipFile
    return ElementTree.fromstring(text)


_ADDRESS = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_COUNTED: dict[str, re.Pattern[bytes]] = {
    "values": re.compile(rb"<(?:\w+:)?(?:v|is)>"),
    "errors": re.compile(rb"""<(?:\w+:)?c\s[^<>]*\bt\s*=\s*["']e["']"""),
    "unsaved formulas": re.compile(
        rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*"
        rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
    ),
}


def _extent(archive: zipfile.ZipFile, part: str) -> _SheetExtent:
    """Scan a worksheet in pieces: its stated dimension may lie, and one far cell costs a parser all memory."""
    columns: set[bytes] = set()
    last_row = 0
    counts: Counter[str] = Counter()
    for piece, seen in _pieces(archive, part):
        found = _ADDRESS.findall(piece)
        columns.update({column for column, _ in found})
        last_row = max([last_row, *map(int, {row for _, row in found})])
        for kind, pattern in _COUNTED.items():
            counts[kind] += sum(match.end() > seen for match in pattern.finditer(piece))
    last_column = max({column.upper() for column in columns}, key=_column_number, default=b"A")
    return _SheetExtent(
        n_rows=last_row,
        n_columns=_column_number(last_column),
        last_cell=f"{last_column.decode()}{last_row}",
        has_values=counts["values"] > 0,
        n_errors=counts["errors"],
        n_unsaved_formulas=counts["unsaved formulas"],
    )


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, int]]:
    """Pieces of an unpacked part, each begun with the end of the one before, and how much of it was seen before."""
    total, tail = 0, b""
    try:
        with archive.open(part) as stream:
            while fresh := stream.read(_CHUNK_BYTES):
                total += len(fresh)
                if total > UNPACKED_LIMIT:
                    raise CohortInputError(_TOO_LARGE)
                yield tail + fresh, len(tail)
                tail = (tail + fresh)[-_OVERLAP:]
    except _BROKEN:
        raise CohortInputError(DAMAGED) from None


_TOO_LARGE = (
    f"A sheet may unpack to {UNPACKED_LIMIT // 1_000_000:,} MB, and one in this workbook is larger. "
    "Keep only the rows and columns the study needs, or save the table as CSV."
)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _refuse_distant_cells(extent: _SheetExtent) -> None:
    n_cells = extent.n_rows * extent.n_columns
    if n_cells > SPREADSHEET_CELL_LIMIT:
        raise CohortInputError(
            f"A sheet may span {SPREADSHEET_CELL_LIMIT:,} cells, and this one reaches to cell {extent.last_cell}, "
            f"{n_cells:,} cells. Delete the rows and columns beyond the table, or save the table as CSV."
        )


def _unpack(archive: zipfile.ZipFile, part: str) -> None:
    """Unpack a part once without keeping it, so that a damaged or boundless one is found before it is parsed."""
    if part in archive.namelist():
        for _ in _pieces(archive, part):
            pass


def _cells(content: bytes, name: str) -> list[list[_Cell]]:
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            rows: list[list[_Cell]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except calamine.CalamineError:
        raise CohortInputError(DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the parser's own word for a workbook it cannot cope with
            raise
        raise CohortInputError(DAMAGED) from None
    return rows


def _sheet_notes(name: str, names: tuple[str, ...], extent: _SheetExtent) -> list[Note]:
    notes = []
    if len(names) > 1:
        text = f"The workbook has {len(names)} sheets; “{name}” was read."
        notes.append(Note(code="sheet", text=text))
    if extent.n_unsaved_formulas:
        text = (
            f"{_cells_hold(extent.n_unsaved_formulas)} a formula without a saved value, read as missing. "
            "Open the workbook in Excel, let it calculate, and save it again."
        )
        notes.append(Note(code="unsaved_formulas", text=text))
    if extent.n_errors:
        text = f"{_cells_hold(extent.n_errors)} an Excel error such as #N/A or #DIV/0!, read as missing."
        notes.append(Note(code="spreadsheet_errors", text=text))
    return notes


def _cells_hold(count: int) -> str:
    return "1 cell holds" if count == 1 else f"{count} cells hold"


def _table(rows: list[list[_Cell]], sheet_notes: list[Note], sheet: str) -> FileTable:
    head = [[_text(cell) for cell in row] for row in rows[:HEADER_SEARCH_ROWS]]
    position = find_header(head)
    notes = list(sheet_notes)
    titles = sum(any(cells) for cells in head[:position])
    if titles:
        notes.append(title_rows_note(titles))
    body = rows[position + 1 :]
    if _begins_with_second_header(body):
        body = body[1:]
        notes.append(SECOND_HEADER_NOTE)
    filled = np.fromiter(map(_count_filled, body), dtype=np.int64, count=len(body))
    keep, row_notes = patient_rows(filled, lambda row: "".join(map(_text, body[row])))
    patients = [row for row, kept in zip(body, keep, strict=True) if kept]
    columns = (
        [_column(cells) for cells in zip(*patients, strict=True)] if patients else [_column(())] * len(head[position])
    )
    table, typing_notes = build_table(head[position], columns)
    return FileTable(table=table, notes=(*notes, *row_notes, *typing_notes), sheet=sheet)


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
