"""The archive a workbook is: its parts, and how far each sheet reaches, looked at before a parser sees them."""

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from analysis.cohort.formats.table import SPREADSHEET_CELL_LIMIT
from analysis.errors import CohortInputError
from analysis.phrases import phrase

UNPACKED_LIMIT = 2_000_000_000
"""Bytes that one part of a workbook may unpack to."""

DAMAGED = phrase(
    "The file must be a sound XLSX workbook, and this one is damaged. Open it in Excel and save it again as XLSX."
)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ElementTree.ParseError),
    *(KeyError, ValueError, EOFError, OSError, RuntimeError),  # an archive says "encrypted" by a RuntimeError
)
_CHUNK_BYTES = 1 << 23
_OVERLAP = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetExtent:
    """What a look at a worksheet's XML tells before it is unpacked into memory.

    Attributes
    ----------
    n_rows, n_columns : int
        How far the sheet reaches from its first cell, empty rows and columns included.
    last_cell : str
        The last column and row, such as ``F120``.
    has_values : bool
        False for a sheet without a single value.
    n_errors, n_unsaved_formulas : int
        Cells with an Excel error, and with a formula whose value was never saved.
    n_hidden_rows : int
        Rows that are not shown, as a filter leaves them.
    """

    n_rows: int
    n_columns: int
    last_cell: str
    has_values: bool
    n_errors: int
    n_unsaved_formulas: int
    n_hidden_rows: int


def sheet_extents(content: bytes) -> dict[str, "SheetPart"]:
    """Find the worksheets of an XLSX workbook in its archive.

    Parameters
    ----------
    content : bytes
        An XLSX file.

    Returns
    -------
    dict of str to SheetPart
        By the worksheet's name, in the workbook's order; chart sheets are left out.

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
    return {name: SheetPart(content=content, part=part) for name, part in parts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """A worksheet inside its archive.

    Attributes
    ----------
    content : bytes
        The archive.
    part : str
        The worksheet's place in it.
    """

    content: bytes
    part: str

    def extent(self) -> SheetExtent:
        """Scan the worksheet.

        Raises
        ------
        CohortInputError
            When it is damaged or unpacks without end.
        """
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return _extent(archive, self.part)


def refuse_boundless_parts(content: bytes) -> None:
    """Unpack every part of an archive once without keeping it, so that a bomb is found before it is parsed.

    Parameters
    ----------
    content : bytes
        Any archive.

    Raises
    ------
    CohortInputError
        When a part is damaged or unpacks to more than ``UNPACKED_LIMIT`` bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.namelist():
                for _ in _pieces(archive, part):
                    pass
    except _BROKEN:
        raise CohortInputError(DAMAGED) from None


def refuse_boundless_words(content: bytes) -> None:
    """As `refuse_boundless_parts`, for the table of words that all worksheets of an XLSX workbook share.

    Parameters
    ----------
    content : bytes
        An XLSX file.

    Raises
    ------
    CohortInputError
        When the table is damaged or unpacks to more than ``UNPACKED_LIMIT`` bytes.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _unpack(archive, "xl/sharedStrings.xml")


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
    "hidden rows": re.compile(rb"""<(?:\w+:)?row\s[^<>]*\bhidden\s*=\s*["'](?:1|true)["'][^<>]*>\s*<(?:\w+:)?c[\s>]"""),
    "unsaved formulas": re.compile(
        rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*"
        rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
    ),
}


def _extent(archive: zipfile.ZipFile, part: str) -> SheetExtent:
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
    return SheetExtent(
        n_rows=last_row,
        n_columns=_column_number(last_column),
        last_cell=f"{last_column.decode()}{last_row}",
        has_values=counts["values"] > 0,
        n_errors=counts["errors"],
        n_unsaved_formulas=counts["unsaved formulas"],
        n_hidden_rows=counts["hidden rows"],
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


_TOO_LARGE = phrase(
    "A sheet may unpack to {limit:,} MB, and one in this workbook is larger. Keep only the rows and columns the study needs, "
    "or save the table as CSV.",
    limit=UNPACKED_LIMIT // 1_000_000,
)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def refuse_distant_cells(extent: SheetExtent) -> None:
    """Refuse a sheet that spans more cells than can be held.

    Parameters
    ----------
    extent : SheetExtent
        How far it reaches.

    Raises
    ------
    CohortInputError
        Above ``SPREADSHEET_CELL_LIMIT``.
    """
    if reaches_too_far(extent):
        n_cells = extent.n_rows * extent.n_columns
        raise CohortInputError(
            phrase(
                "A sheet may span {limit:,} cells, and this one reaches to cell {cell}, {n_cells:,} cells. Delete the rows and "
                "columns beyond the table, or save the table as CSV.",
                limit=SPREADSHEET_CELL_LIMIT,
                cell=extent.last_cell,
                n_cells=n_cells,
            )
        )


def reaches_too_far(extent: SheetExtent) -> bool:
    """Tell whether a sheet spans more cells than can be held.

    Parameters
    ----------
    extent : SheetExtent
        How far it reaches.

    Returns
    -------
    bool
        True above ``SPREADSHEET_CELL_LIMIT``.
    """
    return extent.n_rows * extent.n_columns > SPREADSHEET_CELL_LIMIT


def _unpack(archive: zipfile.ZipFile, part: str) -> None:
    """Unpack a part once without keeping it, so that a damaged or boundless one is found before it is parsed."""
    if part in archive.namelist():
        for _ in _pieces(archive, part):
            pass
