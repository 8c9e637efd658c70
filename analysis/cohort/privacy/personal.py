"""Columns that may tell who a patient is: found on reading, and protected before anything is kept.

What a column is taken for is a proposal for a person to confirm; nothing here reads names reliably, and a cohort in
which nothing is found may still hold what identifies a patient.
"""

from dataclasses import dataclass, replace

import pandas as pd

from analysis.cohort.privacy.personal_contents import (
    ColumnCells,
    PersonalMark,
    is_free_text,
    is_hospital_number,
    mark_of_cells,
)
from analysis.cohort.privacy.protection import Protection, births_of_texts, protect_cohort
from analysis.cohort.reading import Cohort
from analysis.cohort.words.personal_words import PersonalKind, kind_of_name
from analysis.cohort.words.role_words import ID_WORDS, split_words
from analysis.phrases import phrase

__all__ = ["PersonalColumn", "PersonalKind", "Protection", "find_personal", "protect_cohort"]

YEARS_BEFORE = 18
"""A column of dates so many years before a cohort's other dates is one of births."""

_PROPOSED: dict[PersonalKind, Protection] = {"birth_date": "interval", "record_number": "hash"}

_BY_NAME: dict[PersonalKind, str] = {
    "name": phrase("Its name says that it holds names"),
    "record_number": phrase("Its name says that it holds a hospital's record numbers"),
    "birth_date": phrase("Its name says that it holds dates of birth"),
    "phone": phrase("Its name says that it holds phone numbers"),
    "email": phrase("Its name says that it holds e-mail addresses"),
    "address": phrase("Its name says that it holds addresses"),
    "national_id": phrase("Its name says that it holds national or insurance numbers"),
    "free_text": phrase("Its name says that it holds remarks"),
    "initials": phrase("Its name says that it holds initials"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalColumn:
    """A column that may tell who a patient is.

    Attributes
    ----------
    column : str
        Its name.
    kind : str
        What it seems to hold: ``name``, ``record_number``, ``birth_date``, ``phone``, ``email``, ``address``,
        ``national_id``, ``free_text`` or ``initials``.
    reason : str
        The sentence that says why it was found, by counts and never by a value.
    n_cells : int
        Cells that hold anything.
    proposed : {"keep", "drop", "hash", "interval"}
        What is proposed to be done with it.
    possible : tuple of str
        What can be done with it: intervals are for dates of birth.
    score : float
        How sure, 0 to 1.
    """

    column: str
    kind: PersonalKind
    reason: str
    n_cells: int
    proposed: Protection
    possible: tuple[Protection, ...]
    score: float


def find_personal(cohort: Cohort) -> tuple[PersonalColumn, ...]:
    """Find the columns of a cohort that may tell who a patient is.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    tuple of PersonalColumn
        In the order of the file; empty when nothing was found. A study's own code for a patient (``S001``, or numbers
        counted up) is not found: it leads to a person only through the list that the hospital keeps.

    Examples
    --------
    >>> from analysis.cohort.reading import read_cohort
    >>> cohort = read_cohort("id,성명,age\\n1,김민수,61\\n2,이영희,58\\n".encode(), "cohort.csv")
    >>> [(item.column, item.kind, item.proposed) for item in find_personal(cohort)]
    [('성명', 'name', 'drop')]
    """
    cells = {str(name): ColumnCells(cohort.table[name]) for name in cohort.table.columns}
    births = _columns_of_births(cohort.table)
    marks = {}
    for name, column in cells.items():
        mark = _mark(name, cohort.column_labels.get(name, ""), column, name in births)
        if mark is not None:
            marks[name] = mark
    # A hospital's number may go where the study has its own.
    other_id = any(_is_other_id(name, column) for name, column in cells.items() if name not in marks)
    return tuple(_personal_column(name, mark, cells[name], other_id) for name, mark in marks.items())


def _mark(name: str, label: str, cells: ColumnCells, is_birth: bool) -> PersonalMark | None:
    if cells.n_present == 0:
        return None
    by_cells = mark_of_cells(cells)
    kind = kind_of_name(name) or (kind_of_name(label) if label else None)
    if kind is not None and _can_hold(kind, cells):
        # Certain marks in the cells say more than the name: a column of remarks may hold numbers of the state.
        if by_cells is not None and (by_cells.kind == kind or by_cells.score == 1.0):
            return replace(by_cells, score=max(by_cells.score, 0.95))
        return PersonalMark(kind=kind, score=0.95, words="", n_cells=cells.n_present)
    if is_birth:
        words = phrase("lie a generation before the other dates of the file")
        return PersonalMark(kind="birth_date", score=0.7, words=words, n_cells=cells.n_present)
    if by_cells is None and _is_id_name(name) and cells.distinct_share >= 0.3 and is_hospital_number(cells):
        words = phrase("look like a hospital's record numbers")
        return PersonalMark(kind="record_number", score=0.7, words=words, n_cells=cells.n_present)
    return by_cells


def _can_hold(kind: PersonalKind, cells: ColumnCells) -> bool:
    """Whether the cells can be what the column's name says: two labels are no names, a year is no date."""
    if kind == "birth_date":
        return cells.is_date or births_of_texts(cells.texts) >= 0.5
    if kind in ("name", "initials"):
        return cells.is_text and cells.tells_patients_apart
    if kind == "free_text":
        several = cells.n_distinct >= 3 and cells.distinct_share >= 0.2
        return cells.is_text and (is_free_text(cells) or (several and cells.width >= 6))
    if kind == "record_number":
        counted_up = cells.numbers is not None and not is_hospital_number(cells)
        return not cells.is_date and cells.distinct_share >= 0.3 and not counted_up
    if kind in ("phone", "address"):
        return not cells.is_date and cells.tells_patients_apart and not _is_small_number(cells)
    return not cells.is_date and not _is_small_number(cells)


def _is_small_number(cells: ColumnCells) -> bool:
    return cells.is_number and (cells.numbers is None or bool((abs(cells.numbers) < 1000).mean() > 0.5))


def _columns_of_births(table: pd.DataFrame) -> set[str]:
    """Columns of dates that lie a generation before the other dates of the file, and are spread over many years."""
    dates = {str(name): table[name].dropna() for name in table.columns if table[name].dtype.kind == "M"}
    years = {name: column.dt.year for name, column in dates.items() if len(column) >= 3}
    if len(years) < 2:
        return set()
    medians = {name: float(column.median()) for name, column in years.items()}
    latest = max(medians.values())
    return {
        name
        for name, column in years.items()
        if latest - medians[name] >= YEARS_BEFORE and column.quantile(0.9) - column.quantile(0.1) >= 5
    }


def _is_id_name(name: str) -> bool:
    return bool(set(split_words(name)) & ID_WORDS)


def _is_other_id(name: str, cells: ColumnCells) -> bool:
    return _is_id_name(name) and cells.n_present > 0 and cells.distinct_share >= 0.95


def _personal_column(name: str, mark: PersonalMark, cells: ColumnCells, other_id: bool) -> PersonalColumn:
    proposed = _PROPOSED.get(mark.kind, "drop")
    if mark.kind == "record_number" and other_id:
        proposed = "drop"
    banded: tuple[Protection, ...] = ("interval",) if mark.kind == "birth_date" else ()
    return PersonalColumn(
        column=name,
        kind=mark.kind,
        reason=_reason(mark, cells),
        n_cells=cells.n_present,
        proposed=proposed,
        possible=("keep", "drop", "hash", *banded),
        score=mark.score,
    )


def _reason(mark: PersonalMark, cells: ColumnCells) -> str:
    if not mark.words:
        return phrase("{sentence}.", sentence=_BY_NAME[mark.kind])
    if mark.n_cells == cells.n_present:
        return phrase("All {n:,} of its cells {words}.", n=cells.n_present, words=mark.words)
    if mark.n_cells == 1:
        return phrase("1 of its {n:,} cells {words}.", n=cells.n_present, words=_SINGULAR.get(mark.words, mark.words))
    return phrase(
        "{n_cells:,} of its {n:,} cells {words}.",
        n_cells=mark.n_cells,
        n=cells.n_present,
        words=mark.words,
    )


_SINGULAR = {
    "hold a resident registration number": phrase("holds a resident registration number"),
    "hold a social security number": phrase("holds a social security number"),
    "hold an e-mail address": phrase("holds an e-mail address"),
    "hold a phone number": phrase("holds a phone number"),
}
"""What may be found in one cell of many; all else is said of most of them."""
