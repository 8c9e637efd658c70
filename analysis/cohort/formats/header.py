"""Where a table's column names stand, and what they are."""

import re
from collections import Counter
from collections.abc import Sequence

from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase

HEADER_SEARCH_ROWS = 30
"""Column names must stand within the first rows of a file; titles and group headings may stand above them."""

_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?%?")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """Find the row of column names among the first rows of a table.

    The names are the first row that fills at least half of the table's width. A row of group headings above
    the names has gaps where the names have none, so a later complete row of words wins over it.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows, cells as trimmed text, blank rows included.

    Returns
    -------
    int
        Position of the header among ``rows``.

    Raises
    ------
    CohortInputError
        When every row is blank.
    """
    filled = [sum(1 for cell in row if cell) for row in rows]
    if not any(filled):
        raise CohortInputError(
            phrase(
                "The file must hold a table with a header and one row per patient; all its cells are blank. Check that the "
                "right file and sheet were chosen."
            )
        )
    first = next(position for position, count in enumerate(filled) if count)
    wide = next(position for position, count in enumerate(filled) if 2 * count >= max(filled))
    header = wide if wide == first or _reads_as_names(rows[wide]) or _stands_over_values(rows, wide) else first
    below = header + 1
    while below + 1 < len(rows) and _is_group_heading(rows[header], rows[below], rows[below + 1 :]):
        header, below = below, below + 1
    return header


def _reads_as_names(row: Sequence[str]) -> bool:
    cells = [cell for cell in row if cell]
    return len(set(cells)) == len(cells) and not any(is_value(cell) for cell in cells)


def _stands_over_values(rows: Sequence[Sequence[str]], position: int) -> bool:
    """Names that repeat are names all the same when they are words and values follow."""
    return not any(map(is_value, rows[position])) and any(
        is_value(cell) for row in rows[position + 1 :] for cell in row
    )


def is_value(cell: str) -> bool:
    """Tell whether a cell's text is a number or a date rather than a word.

    Parameters
    ----------
    cell : str
        Trimmed text.

    Returns
    -------
    bool
        True for text such as ``12``, ``1,5`` or ``2024-01-31``.
    """
    return bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell))


def _is_group_heading(row: Sequence[str], below: Sequence[str], later: Sequence[Sequence[str]]) -> bool:
    gaps = any(not cell for cell in row[: len(below)]) or len(row) < len(below)
    complete = all(below) and len(below) >= len(row)
    values_follow = any(is_value(cell) for cells in later for cell in cells)
    return gaps and complete and _reads_as_names(below) and values_follow


def holds_second_header(first: Sequence[str], numeric_below: Sequence[bool]) -> bool:
    """Tell whether the row under the names holds units or a second header instead of a patient.

    Parameters
    ----------
    first : sequence of str
        Cells of the row under the names, trimmed.
    numeric_below : sequence of bool
        For each column, True when the cells of the following rows are all numbers.

    Returns
    -------
    bool
        True when no cell is a number although at least two of the columns with a word there are numeric below.
    """
    words = [bool(cell) and not is_value(cell) for cell in first]
    clashes = sum(word and numeric for word, numeric in zip(words, numeric_below, strict=True))
    return clashes >= 2 and not any(is_value(cell) for cell in first)


def name_columns(cells: Sequence[str]) -> tuple[list[str], list[Note]]:
    """Give every column a name of its own.

    A blank header becomes ``column 3`` (its position); the columns of a repeated header become ``age (1)``,
    ``age (2)``, all of them, so that a study that names ``age`` cannot silently mean one of the two.

    Parameters
    ----------
    cells : sequence of str
        The header's cells.

    Returns
    -------
    names : list of str
        Distinct, not blank; runs of white space inside a name are one space.
    notes : list of Note
        What was renamed.
    """
    given = [clean_name(cell) for cell in cells]
    counts = Counter(name for name in given if name)
    taken = set(counts)
    names: list[str] = []
    turn: Counter[str] = Counter()
    for position, name in enumerate(given, start=1):
        if not name:
            name = _free(f"column {position}", taken)
        elif counts[name] > 1:
            turn[name] += 1
            name = _free(f"{name} ({turn[name]})", taken)
        names.append(name)
    return names, _renaming_notes(given, names, counts)


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def clean_name(cell: str) -> str:
    """Clean a column's name: line breaks, non-breaking and full-width spaces are one space, invisible signs none.

    Parameters
    ----------
    cell : str
        A cell of the header.

    Returns
    -------
    str
        The name.

    Examples
    --------
    >>> clean_name(" age\\n(years) ")
    'age (years)'
    """
    return " ".join(cell.translate(_INVISIBLE).split())


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "*"
    taken.add(name)
    return name


def _renaming_notes(given: list[str], names: list[str], counts: Counter[str]) -> list[Note]:
    notes = []
    blank = [name for old, name in zip(given, names, strict=True) if not old]
    repeated = {name: count for name, count in counts.items() if count > 1}
    if blank:
        text = phrase(
            "Every column needs a name in the header; {blank} called by position: {columns}.",
            blank=phrase("1 had none and is") if len(blank) == 1 else phrase("{n} had none and are", n=len(blank)),
            columns=_listed(blank),
        )
        notes.append(Note(code="blank_headers", text=text))
    if repeated:
        shown = _listed([phrase("“{column}” ({n} times)", column=name, n=count) for name, count in repeated.items()])
        text = phrase(
            "Every column needs a name of its own; repeated in the header: {columns}. Each of them has its turn after its "
            "name, as in “name (1)” and “name (2)”.",
            columns=shown,
        )
        notes.append(Note(code="repeated_headers", text=text))
    return notes


def _listed(items: list[str], limit: int = 12) -> str:
    rest = len(items) - limit
    shown = join_phrases(items[:limit], ", ")
    return phrase("{columns} and {n} more", columns=shown, n=rest) if rest > 0 else shown


def title_rows_note(count: int) -> Note:
    """Say how many rows with content stand above the column names.

    Parameters
    ----------
    count : int
        Number of such rows, at least 1.

    Returns
    -------
    Note
        With code ``title_rows``.
    """
    text = phrase("1 row above the columns' names (a title or group headings) was left out.")
    if count > 1:
        text = phrase("{n} rows above the columns' names (a title or group headings) were left out.", n=count)
    return Note(code="title_rows", text=text)


SECOND_HEADER_NOTE = Note(
    code="second_header",
    text=phrase("The row under the columns' names holds units or a second header and no patient; it was left out."),
)
