"""What every kind of file needs of a table: spans of heads, widths, and text that no file chokes on."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from analysis.manuscript.tables.table import ManuscriptTable

_NO_LETTERS: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What XML forbids, and what would turn round the direction of the words after a label."""
_BREAKS: Final = re.compile(r"[\t\r\n\x85\u2028\u2029]+")

WIDEST_NAME: Final = 30
"""Characters of a row's name before it goes on in a second line."""

BOLD: Final = 1.2
"""How much wider a head is than a cell of as many characters."""

SHORTEST_NAME: Final = 24
"""Characters that a row's name keeps where room is short."""

LETTER, DIGIT = 80, 68
"""What one character of 8 points takes in a name and in a cell of numbers, in twentieths of a point."""

GAP: Final = 100
"""What stands between two columns, in twentieths of a point."""

UPRIGHT: Final = 9638
"""The text of an upright A4 page between margins of 2 cm, in twentieths of a point."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Neighbouring columns with one head over them.

    Attributes
    ----------
    group : str
        Empty where there is none.
    first, width : int
        The first column and how many there are.
    """

    group: str
    first: int
    width: int


def clean(text: str) -> str:
    """A text in one line without what XML forbids and without what changes its direction.

    Examples
    --------
    >>> clean("a\\nb\\x00c\\u202e")
    'a bc'
    """
    return _NO_LETTERS.sub("", _BREAKS.sub(" ", text))


def spans(table: ManuscriptTable) -> Iterator[Span]:
    """The heads over the heads, from left to right."""
    place = 0
    for group, columns in groupby(table.columns, key=lambda column: column.group):
        width = len(list(columns))
        yield Span(group=clean(group), first=place, width=width)
        place += width


def has_groups(table: ManuscriptTable) -> bool:
    """Whether any column stands under a common head."""
    return any(column.group for column in table.columns)


def flat_heads(table: ManuscriptTable) -> list[str]:
    """One head a column, with that over it, for files that have one row of heads."""
    return [clean(f"{column.group}: {column.head}" if column.group else column.head) for column in table.columns]


def text_width(text: str) -> int:
    """Characters, East Asian ones twice.

    Examples
    --------
    >>> text_width("SMD"), text_width("결측")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def column_widths(table: ManuscriptTable) -> list[int]:
    """Characters that each column wants: its longest cell unbroken, its head broken into lines, names up to thirty."""
    widths = []
    for place, column in enumerate(table.columns):
        cells = [text_width(clean(row.cells[place])) + 2 * row.level for row in table.rows if not row.heading]
        longest = max(cells, default=0)
        words = [text_width(word) for word in clean(column.head).split(" ")]
        head = int(BOLD * max(*words, -(-text_width(clean(column.head)) // 3), 3))
        widths.append(max(min(longest, WIDEST_NAME) if place == 0 else min(longest, 26), min(head, 18)) + 1)
    return widths


def is_wide(table: ManuscriptTable) -> bool:
    """Whether a table needs a page on its side."""
    first, *others = column_widths(table)
    return LETTER * min(first, SHORTEST_NAME) + DIGIT * sum(others) + GAP * len(table.columns) > UPRIGHT


def note_lines(table: ManuscriptTable) -> Iterator[tuple[str, str]]:
    """Mark and text of each line below a table, abbreviations first with an empty mark."""
    for line in list(table.below())[: -len(table.footnotes) or None]:
        yield "", clean(line)
    for note in table.footnotes:
        yield note.mark, clean(note.text)
