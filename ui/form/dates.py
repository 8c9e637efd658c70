"""The dates of a study while they are being chosen."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from analysis.settings import DatesSettings
from ui.form.columns import DATES


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyDates:
    """Which column is which date, complete or not; the meaning of each is that of ``DatesSettings``.

    Attributes
    ----------
    index, treatment_start, progression, death, died, last_contact, last_assessment, response : str or None
        Columns; one may serve twice.
    died_observed : tuple of str
        The labels of ``died`` that mean death; empty for the usual coding.
    cutoff : date or None
        What lies after it has not been observed.
    """

    index: str | None = None
    treatment_start: str | None = None
    progression: str | None = None
    death: str | None = None
    died: str | None = None
    died_observed: tuple[str, ...] = ()
    last_contact: str | None = None
    last_assessment: str | None = None
    response: str | None = None
    cutoff: datetime.date | None = None

    def column(self, part: str) -> str | None:
        """The column of one part of ``DATES``."""
        name: str | None = getattr(self, part)
        return name

    def roles(self) -> dict[str, str]:
        """By column, the first of the roles it has among the dates."""
        found: dict[str, str] = {}
        for part, role in DATES.items():
            name = self.column(part)
            if name is not None:
                found.setdefault(name, role)
        return found

    def without(self, column: str) -> "StudyDates":
        """The dates with this column taken out of every part."""
        gone: dict[str, Any] = {part: None for part in DATES if self.column(part) == column}
        if "died" in gone:
            gone["died_observed"] = ()
        return replace(self, **gone)


def dates_from_settings(dates: DatesSettings | None) -> StudyDates:
    """The dates of a study as the form holds them."""
    if dates is None:
        return StudyDates()
    values = {item.name: getattr(dates, item.name) for item in fields(StudyDates)}
    return StudyDates(**(values | {"died_observed": dates.died_observed or ()}))


def dates_values(dates: StudyDates) -> dict[str, Any] | None:
    """The values of ``DatesSettings``; None while no column is time zero."""
    if dates.index is None:
        return None
    values = {item.name: getattr(dates, item.name) for item in fields(StudyDates)}
    return values | {"died_observed": dates.died_observed or None}


def chosen_columns(dates: StudyDates) -> Iterator[str]:
    """Every column that the dates name, in the order of ``DATES``; one that serves twice comes twice."""
    for part in DATES:
        name = dates.column(part)
        if name is not None:
            yield name
