"""A table of a manuscript as cells of text, before it becomes a file of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes
    ----------
    head : str
        Over its cells.
    group : str
        Over the heads of neighbouring columns with the same group, such as ``Before matching``; empty for none.
    align : {"left", "right", "center"}
    """

    head: str
    group: str = ""
    align: Literal["left", "right", "center"] = "center"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row.

    Attributes
    ----------
    cells : tuple of str
        One for each column, the first names the row; empty where nothing belongs there.
    level : int
        0, or 1 where the row belongs to the heading above it.
    heading : bool
        Whether the row only names those below it.
    marks : tuple of str
        The marks of the footnotes after the row's name.
    """

    cells: tuple[str, ...]
    level: int = 0
    heading: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """A remark below a table; ``mark`` is empty for one on the whole of it."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManuscriptTable:
    """A table with its title and everything a reader needs below it.

    Attributes
    ----------
    name : str
        For files, such as ``table_1_baseline``.
    title : str
        A sentence: what, of whom.
    columns : tuple of Column
        The first holds the names of the rows.
    rows : tuple of Row
    footnotes : tuple of Footnote
        Tests, conventions, what a dash means.
    abbreviations : tuple of (str, str)
        Every abbreviation of title, heads, cells and footnotes with its meaning, in alphabetical order.
    language : str
        ``en``, ``ko`` or ``ja``, for readers aloud and for the fonts of East Asian letters.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[Footnote, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = field(default=())
    language: str = "en"

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("every row must have a cell for each column")

    def below(self) -> Sequence[str]:
        """The lines below the table: abbreviations first, then the footnotes with their marks."""
        lines = (
            ["; ".join(f"{short}, {meaning}" for short, meaning in self.abbreviations) + "."]
            if self.abbreviations
            else []
        )
        return [*lines, *(f"{note.mark} {note.text}".strip() for note in self.footnotes)]
