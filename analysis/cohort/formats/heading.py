"""The head of a table as a file has it: which row holds the names, and names that two rows tell together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.cohort.formats.header import clean_name, find_header, is_value, title_rows_note
from analysis.cohort.formats.merged_cells import CellRange
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

ROWS_BELOW = 50
"""Rows under the names that are looked at to tell a second row of names from a patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Where the names of a table stand, and what they are.

    Attributes
    ----------
    position : int
        Position, among the rows that were looked at, of the lowest row that belongs to the names.
    names : tuple of str
        One name per column, as the file has it or joined of two rows; blank where there is none.
    notes : tuple of Note
        Rows above that were left out, names that were joined.
    problems : tuple of str
        Why these rows cannot hold names; empty when they can.
    """

    position: int
    names: tuple[str, ...]
    notes: tuple[Note, ...]
    problems: tuple[str, ...] = ()


def read_heading(
    rows: Sequence[Sequence[str]], *, header_row: int | None = None, merged: Sequence[CellRange] = ()
) -> Heading:
    """Find the names of a table's columns among its first rows.

    Names in one complete row are taken as they stand. Where a row repeats names or leaves some out, and the row
    above it or below it groups or completes them, the two are joined: ``PFS`` over ``months`` and ``event``
    becomes ``PFS months`` and ``PFS event``.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows, cells as trimmed text, blank rows included, with some rows below the names.
    header_row : int, optional
        The row, counted from 1, that a person says holds the names; found when absent.
    merged : sequence of CellRange
        Merged cells of a worksheet.

    Returns
    -------
    Heading
        Position, names, notes and problems.

    Raises
    ------
    CohortInputError
        When every row is blank, or the row that was chosen is blank or not there.
    """
    position = find_header(rows) if header_row is None else _chosen(rows, header_row)
    problems = _numbers_problem(rows[position], header_row)
    upper, lower = _two_rows(rows, position, merged)
    if upper is None or lower is None or problems:
        names, top, bottom = tuple(rows[position]), position, position
    else:
        names = _joined(rows[upper], rows[lower], _spans(merged, upper))
        top, bottom = upper, lower
    notes = []
    titles = sum(any(cells) for cells in rows[:top])
    if titles:
        notes.append(title_rows_note(titles))
    if top != bottom:
        notes.append(_joined_note(names, rows[bottom]))
    return Heading(position=bottom, names=names, notes=tuple(notes), problems=problems)


def _chosen(rows: Sequence[Sequence[str]], header_row: int) -> int:
    if header_row > len(rows):
        raise CohortInputError(
            phrase(
                "The row of the columns' names must be one of the file's rows, and row {row} is not; it has {n_rows}. "
                "Choose another row.",
                row=header_row,
                n_rows=len(rows),
            )
        )
    if not any(rows[header_row - 1]):
        raise CohortInputError(
            phrase(
                "Row {row} must hold the columns' names, and all its cells are blank. Choose another row.",
                row=header_row,
            )
        )
    return header_row - 1


def _numbers_problem(row: Sequence[str], header_row: int | None) -> tuple[str, ...]:
    cells = [cell for cell in row if cell]
    numbers = sum(is_value(cell) for cell in cells)
    if 2 * numbers < len(cells):
        return ()
    if header_row is None:
        text = phrase(
            "The first row must hold the columns' names, and {n} of its {total} cells are numbers or dates. Add a header row.",
            n=numbers,
            total=len(cells),
        )
    else:
        text = phrase(
            "Row {row} must hold the columns' names, and {n} of its {total} cells are numbers or dates. Choose another row.",
            row=header_row,
            n=numbers,
            total=len(cells),
        )
    return (text,)


def _two_rows(
    rows: Sequence[Sequence[str]], position: int, merged: Sequence[CellRange]
) -> tuple[int, int] | tuple[None, None]:
    """The upper and the lower row of names, where one alone would not tell the columns apart."""
    if _tells_columns_apart(rows, position):
        return None, None
    if position + 1 < len(rows) and _continues_names(rows, position + 1, merged):
        return position, position + 1
    if position > 0 and _groups_names(rows, position - 1, merged):
        return position - 1, position
    return None, None


def _tells_columns_apart(rows: Sequence[Sequence[str]], position: int) -> bool:
    """Whether each column that holds anything has a name of its own in this row."""
    below = rows[position + 1 : position + 1 + ROWS_BELOW]
    used = {column for row in below for column, cell in enumerate(row) if cell}
    names = [clean_name(cell) for cell in rows[position]]
    named = {column for column, name in enumerate(names) if name}
    given = [name for name in names if name]
    return used <= named and len(set(given)) == len(given)


def _continues_names(rows: Sequence[Sequence[str]], position: int, merged: Sequence[CellRange]) -> bool:
    """Whether a row holds further names: words only, under names merged down to it or over columns of numbers."""
    words = [column for column, cell in enumerate(rows[position]) if cell]
    if not words or any(is_value(rows[position][column]) for column in words):
        return False
    above = [clean_name(cell) for cell in rows[position - 1]]
    given = [name for name in above if name]
    if len(set(given)) == len(given) and all(column < len(above) and above[column] for column in words):
        return False  # units under names that need none of them
    if any(area.first_row == position - 1 and area.last_row == position for area in merged):
        return True
    below = rows[position + 1 : position + 1 + ROWS_BELOW]
    return any(_holds_values(below, column) for column in words)


def _holds_values(rows: Sequence[Sequence[str]], column: int) -> bool:
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return bool(cells) and 2 * sum(map(is_value, cells)) >= len(cells)


def _groups_names(rows: Sequence[Sequence[str]], position: int, merged: Sequence[CellRange]) -> bool:
    """Whether a row above the names holds headings of groups rather than a title."""
    words = [cell for cell in rows[position] if cell]
    if not words or any(map(is_value, words)):
        return False
    return len(words) >= 2 or any(area.first_row == position and area.last_row == position + 1 for area in merged)


def _spans(merged: Sequence[CellRange], row: int) -> dict[int, int] | None:
    """For each column of a row that a merged cell covers, the column where that cell begins; None without any."""
    wide = [area for area in merged if area.first_row <= row <= area.last_row and area.last_column > area.first_column]
    if not wide:
        return None
    return {column: area.first_column for area in wide for column in range(area.first_column, area.last_column + 1)}


def _joined(upper: Sequence[str], lower: Sequence[str], spans: dict[int, int] | None) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    above = [clean_name(cell) for cell in [*upper, *[""] * (width - len(upper))]]
    below = [clean_name(cell) for cell in [*lower, *[""] * (width - len(lower))]]
    group = _groups(above, below, spans)
    counts = Counter(name for name in below if name)
    spread = Counter(group)
    unclear = {
        group[column]
        for column in range(width)
        if counts[below[column]] > 1 or not below[column] or spread[group[column]] == 1
    }
    names = []
    for column in range(width):
        start = group[column]
        heading = above[start] if start is not None else ""
        if not below[column]:
            names.append(heading)
        elif heading and start in unclear and heading != below[column]:
            names.append(f"{heading} {below[column]}")
        else:
            names.append(below[column])
    return tuple(names)


def _groups(above: list[str], below: list[str], spans: dict[int, int] | None) -> list[int | None]:
    """The column whose upper name each column is under; without merged cells a gap belongs to the name before it."""
    groups: list[int | None] = []
    for column, name in enumerate(above):
        before = groups[-1] if groups else None
        if name:
            groups.append(column)
        elif spans is not None:
            groups.append(spans.get(column))
        else:
            groups.append(before if before is not None and below[column] and below[before] else None)
    return groups


def _joined_note(names: Sequence[str], lower: Sequence[str]) -> Note:
    changed = [name for name, cell in zip(names, lower, strict=False) if name and cell and name != clean_name(cell)]
    text = phrase(
        "The columns' names stand in two rows, and were joined where the lower one would not tell them apart."
    )
    if changed:
        text = phrase(
            "The columns' names stand in two rows, and were joined where the lower one would not tell them apart, as in "
            "“{example}”.",
            example=changed[0],
        )
    return Note(code="two_row_header", text=text)
