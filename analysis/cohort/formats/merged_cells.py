"""Merged cells of a worksheet: a value that stands once and is meant for several rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from analysis.notes import Note
from analysis.phrases import phrase

_Cell = TypeVar("_Cell")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRange:
    """A block of cells, rows and columns counted from 0, ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def cell_ranges(found: Iterable[tuple[tuple[int, int], tuple[int, int]]] | None) -> tuple[CellRange, ...]:
    """Take the merged cells as the workbook's parser gives them.

    Parameters
    ----------
    found : iterable of pairs of (row, column), or None
        First and last cell of each merged block; None for formats that are not asked.

    Returns
    -------
    tuple of CellRange
        Blocks of at least two cells.
    """
    ranges = (
        CellRange(first_row=first[0], last_row=last[0], first_column=first[1], last_column=last[1])
        for first, last in found or ()
    )
    return tuple(area for area in ranges if area.last_row > area.first_row or area.last_column > area.first_column)


def fill_down(rows: Sequence[list[_Cell]], start: int, merged: Sequence[CellRange], blank: _Cell) -> list[Note]:
    """Write a value merged over several rows of patients into each of them.

    Parameters
    ----------
    rows : sequence of list
        All rows of the sheet; changed in place.
    start : int
        The first row under the names. Cells merged above it are headings and stay as they are.
    merged : sequence of CellRange
        The merged cells.
    blank : object
        What an empty cell holds.

    Returns
    -------
    list of Note
        How many merged cells were filled down over how many rows; empty when none was.

    Examples
    --------
    >>> rows = [["site", "age"], ["K1", 61], ["", 55]]
    >>> area = CellRange(first_row=1, last_row=2, first_column=0, last_column=0)
    >>> [note.code for note in fill_down(rows, 1, [area], "")], rows[2]
    (['merged_cells'], ['K1', 55])
    """
    n_merged = n_filled = 0
    budget = sum(map(len, rows))  # merged cells do not overlap in a sound file
    for area in merged:
        last = min(area.last_row, len(rows) - 1)
        budget -= max(last - area.first_row, 0)
        if area.first_row < start or last <= area.first_row or budget < 0:
            continue
        filled = _fill_area(rows, area, last, blank)
        n_merged += filled > 0
        n_filled += filled
    if not n_merged:
        return []
    text = phrase(
        "{cells} read as meant for each row they span; {filled}.",
        cells=phrase("1 merged cell was") if n_merged == 1 else phrase("{n:,} merged cells were", n=n_merged),
        filled=phrase("1 cell filled") if n_filled == 1 else phrase("{n:,} cells filled", n=n_filled),
    )
    return [Note(code="merged_cells", text=text)]


def _fill_area(rows: Sequence[list[_Cell]], area: CellRange, last: int, blank: _Cell) -> int:
    """Fill the rows of a merged cell that hold anything else, which remarks under a table do not."""
    column, filled = area.first_column, 0
    if column >= len(rows[area.first_row]) or rows[area.first_row][column] == blank:
        return 0
    for row in rows[area.first_row + 1 : last + 1]:
        if row[column] == blank and any(cell != blank for cell in row):
            row[column] = rows[area.first_row][column]
            filled += 1
    return filled
