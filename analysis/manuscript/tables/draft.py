"""A table while it is written: its words, its marks, and what must be said below it."""

import re
from collections.abc import Callable, Iterable
from string import ascii_lowercase
from typing import Any, Final

from analysis.manuscript.tables.hiding import HIDDEN
from analysis.manuscript.tables.table import Column, Footnote, ManuscriptTable, Row
from analysis.manuscript.tables.words import Words
from charts.style import (
    NOT_ESTIMATED,
    NOT_REACHED,
    format_count,
    format_interval,
    format_level,
    format_p,
    format_percent,
)

Json = dict[str, Any]
Form = Callable[[float | None], str]

LIMITS: Final = ("ci_lower", "ci_upper")

USUAL_ENDPOINTS: Final = ("DFS", "EFS", "OS", "PFS", "RECIST", "TTP", "mRECIST")
"""Names of endpoints with one usual meaning; what else the study calls its endpoints is its own."""


class TableDraft:
    """Rows and remarks of one table; what its cells show is defined below it without being asked for.

    Parameters
    ----------
    words : Words
        Of the language, used for this table alone.
    level : float
        The confidence level of the study.
    below : int
        The limit of small counts; nothing is hidden below 2.
    endpoints : iterable of str
        The study's names of its endpoints; usual ones are defined where they stand in the table.
    """

    def __init__(self, words: Words, level: float, below: int = 0, endpoints: Iterable[str] = ()) -> None:
        self.words = words
        self._usual = {
            name for endpoint in endpoints for name in USUAL_ENDPOINTS if name in (endpoint, *endpoint.split())
        }
        self._level, self._below = level, below
        self._rows: list[Row] = []
        self._marks: dict[str, str] = {}
        self._remarks: list[str] = []

    @property
    def level(self) -> str:
        """``95% CI``, defined below the table."""
        self.words.define("CI")
        return format_level(self._level)

    def say(self, key: str, **values: object) -> str:
        """The catalogue's sentence."""
        return self.words.say(key, **values)

    def remark(self, text: str) -> None:
        """Say something of the whole table below it, once."""
        if text not in self._remarks:
            self._remarks.append(text)

    def row(self, *cells: str, level: int = 0, heading: bool = False, notes: Iterable[str | None] = ()) -> None:
        """Add a row; each of its notes gets a mark, the same wherever it is said again."""
        marks = tuple(dict.fromkeys(self._mark(note) for note in notes if note))
        self._rows.append(Row(cells=cells, level=level, heading=heading, marks=marks))

    def _mark(self, note: str) -> str:
        if note not in self._marks:
            place = len(self._marks)
            letter = ascii_lowercase[place % len(ascii_lowercase)]
            self._marks[note] = letter * (place // len(ascii_lowercase) + 1)
        return self._marks[note]

    def heading(self, name: str, width: int, notes: Iterable[str | None] = ()) -> None:
        """Add a row that only names those below it."""
        self.row(name, *[""] * (width - 1), heading=True, notes=notes)

    # --- Cells: None is not estimated, HIDDEN was taken out because counts are small ---------------------------------

    def shown(self, value: Any, form: Form) -> str:
        """A value in its form."""
        if value is HIDDEN:
            return self.say("hidden")
        if value is None and form(None) == NOT_REACHED:
            self.words.define(NOT_REACHED)
        return form(value)

    def count(self, count: Any) -> str:
        """A number of patients."""
        return self.shown(count, lambda value: NOT_ESTIMATED if value is None else format_count(int(value)))

    def share(self, count: Any, share: Any) -> str:
        """A number of patients with its percentage, as ``12 (48.0)``."""
        if count is None or count is HIDDEN:
            return self.count(count)
        return self.count(count) if share in (None, HIDDEN) else f"{self.count(count)} ({percent(share)})"

    def of(self, part: Any, whole: Any) -> str:
        """A number among others, as ``12/25``."""
        hidden = part is HIDDEN or whole is HIDDEN
        return self.say("hidden") if hidden else f"{self.count(part)}/{self.count(whole)}"

    def interval(self, found: Any, form: Form, name: str = "estimate", prefix: str = "") -> str:
        """An estimate with its limits, as ``0.51 (0.35–0.74)``."""
        if found is None or found is HIDDEN:
            return NOT_ESTIMATED if found is None else self.say("hidden")
        value, lower, upper = found[name], *(found[f"{prefix}{key}"] for key in LIMITS)
        if HIDDEN in (value, lower, upper):
            return self.say("hidden")
        estimate = self.shown(value, form)
        if value is None and lower is None and upper is None and estimate == NOT_ESTIMATED:
            return estimate
        limits = format_interval(lower, upper, form)
        if NOT_REACHED in limits:
            self.words.define(NOT_REACHED)
        return f"{estimate} ({limits})"

    def p(self, p_value: Any) -> str:
        """A p-value."""
        return self.shown(p_value, format_p)

    def finish(self, *, name: str, title: str, columns: Iterable[Column]) -> ManuscriptTable:
        """The table, with a remark on what dashes and hidden numbers mean where it has any."""
        columns = tuple(columns)
        named = " ".join(
            (title, *(column.group for column in columns), *(cell for row in self._rows for cell in row.cells))
        )
        self.words.define(*(name for name in self._usual if name in re.split(r"[^A-Za-z]+", named)))
        cells = [cell for row in self._rows for cell in row.cells[1:]]
        if self.say("hidden") in cells:
            self.remark(self.say("note.hidden", below=self._below))
        if any(cell.strip("() ") == NOT_ESTIMATED or f"({NOT_ESTIMATED})" in cell for cell in cells):
            key = "note.dash_hidden" if self._below > 1 else "note.dash"
            self.remark(self.say(key, below=self._below))
        notes = [Footnote(text=text) for text in self._remarks]
        notes += [Footnote(text=text, mark=mark) for text, mark in self._marks.items()]
        return ManuscriptTable(
            name=name,
            title=title,
            columns=columns,
            rows=tuple(self._rows),
            footnotes=tuple(notes),
            abbreviations=self.words.abbreviations(),
            language=self.words.language,
        )


def percent(share: float | None) -> str:
    """A percentage where its column or row says so already, without the sign.

    Examples
    --------
    >>> percent(0.4), percent(None)
    ('40.0', '–')
    """
    return format_percent(share).removesuffix("%").rstrip()
