"""Dates in an order that cannot be: follow-up before it begins, progression after death, a cut-off too early."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import counted, verb, warn
from analysis.cohort.time_units import DAYS
from analysis.phrases import join_phrases, phrase

_OLDEST_DAY = float(np.datetime64("1950-01-01", "D").astype(np.int64))
"""No cohort of today begins earlier; spreadsheets write dates of 1900 for small numbers."""

TOLERATED_MONTHS = 1.0
"""A time may be rounded, and a last contact be a visit in the same month."""

_USES = ("index", "treatment_start", "progression", "death", "last_contact", "last_assessment", "response")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """Two dates of which one cannot come before the other."""

    earlier: str
    later: str
    code: str
    why: str
    alive_only: bool = False


_ORDERS = (
    _Order(
        earlier="index",
        later="death",
        code="death_before_index",
        why=phrase("nobody can die before time zero, and such a patient has a negative survival time"),
    ),
    _Order(
        earlier="index",
        later="last_contact",
        code="follow_up_before_index",
        why=phrase("follow-up cannot end before it begins, and such a patient has a negative survival time"),
    ),
    _Order(
        earlier="index",
        later="progression",
        code="progression_before_index",
        why=phrase("a progression before time zero belongs to an earlier treatment"),
    ),
    _Order(
        earlier="index",
        later="response",
        code="response_before_index",
        why=phrase("a response before time zero belongs to an earlier treatment"),
    ),
    _Order(
        earlier="treatment_start",
        later="death",
        code="death_before_treatment",
        why=phrase("a patient who died before treatment was never in that arm"),
    ),
    _Order(
        earlier="progression",
        later="death",
        code="death_before_progression",
        why=phrase("nothing can progress after death, and one of the two endpoints is wrong"),
    ),
    _Order(
        earlier="response",
        later="death",
        code="response_after_death",
        why=phrase("nobody can respond after death, and either the response or the death is wrong"),
    ),
    _Order(
        earlier="last_assessment",
        later="death",
        code="assessment_after_death",
        why=phrase("nobody can be scanned after death, and one of the two endpoints is wrong"),
    ),
    _Order(
        earlier="last_contact",
        later="death",
        code="contact_after_death",
        why=phrase("a patient who has died cannot be seen again, and survival is wrong by the difference"),
    ),
    _Order(
        earlier="progression",
        later="last_contact",
        code="contact_before_progression",
        why=phrase("the patient was still seen after the last contact, so that follow-up is cut short"),
        alive_only=True,
    ),
    _Order(
        earlier="response",
        later="last_contact",
        code="contact_before_response",
        why=phrase("the patient was still seen after the last contact, so that follow-up is cut short"),
        alive_only=True,
    ),
    _Order(
        earlier="last_assessment",
        later="last_contact",
        code="contact_before_assessment",
        why=phrase("the patient was still seen after the last contact, so that follow-up is cut short"),
        alive_only=True,
    ),
)


def guard_date_order(evidence: Evidence) -> Iterator[Problem]:
    """Find dates that contradict each other, the data cut-off, or the times in the file.

    Parameters
    ----------
    evidence : Evidence
        Its dates, stated or guessed.

    Yields
    ------
    Problem
        Such as ``death_before_progression``; ``date_implausible``, ``index_after_cutoff``, ``cutoff_early`` and
        ``time_against_dates``.
    """
    if evidence.dates is None:
        return
    for order in _ORDERS:
        yield from _in_order(evidence, order)
    yield from _implausible(evidence)
    yield from _cutoff(evidence)
    yield from _times(evidence)


def _in_order(evidence: Evidence, order: _Order) -> Iterator[Problem]:
    earlier, later = evidence.day(order.earlier), evidence.day(order.later)
    first, second = evidence.date_column(order.earlier), evidence.date_column(order.later)
    if earlier is None or later is None or first == second:
        return
    known = ~np.isnan(earlier) & ~np.isnan(later)
    death = evidence.day("death")
    if order.alive_only and death is not None:
        known &= np.isnan(death)
    wrong = int((known & (later < earlier)).sum())
    if wrong:
        yield warn(
            order.code,
            second,
            phrase(
                "{later} must not lie before {earlier}, and it does in {patients} with both dates; {why}. "
                "Correct one of the two dates.",
                later=second,
                earlier=first,
                patients=counted(wrong, int(known.sum())),
                why=order.why,
            ),
        )


def _implausible(evidence: Evidence) -> Iterator[Problem]:
    for column, day in _columns(evidence):
        n_old, n = int((day < _OLDEST_DAY).sum()), int((~np.isnan(day)).sum())
        if n_old:
            old = verb(
                n_old,
                phrase("{n:,} of {total:,} dates lies before 1950", n=n_old, total=n),
                phrase("{n:,} of {total:,} dates lie before 1950", n=n_old, total=n),
            )
            yield warn(
                "date_implausible",
                column,
                phrase(
                    "{column}: a date of a study must lie in its years; {old}, as a small number or a two-digit year "
                    "becomes in a spreadsheet. Correct or blank them.",
                    column=column,
                    old=old,
                ),
            )


def _columns(evidence: Evidence) -> Iterator[tuple[str, NDArray[np.float64]]]:
    seen = set()
    for use in _USES:
        column, day = evidence.date_column(use), evidence.day(use)
        if column is not None and day is not None and column not in seen:
            seen.add(column)
            yield column, day


def _cutoff(evidence: Evidence) -> Iterator[Problem]:
    cutoff = evidence.dates.cutoff if evidence.dates is not None else None
    index, contact = evidence.day("index"), evidence.day("last_contact")
    if cutoff is None:
        return
    limit = float(np.datetime64(cutoff, "D").astype(np.int64))
    if index is not None and (index > limit).any():
        count = int((index > limit).sum())
        yield warn(
            "index_after_cutoff",
            evidence.date_column("index"),
            phrase(
                "{column}: time zero must lie before the data cut-off, and in {patients} it lies after it; of them nothing "
                "has been observed. Correct the cut-off, or leave them out by an eligibility rule.",
                column=evidence.date_column("index"),
                patients=counted(count, int((~np.isnan(index)).sum())),
            ),
        )
    if contact is not None:
        known = ~np.isnan(contact)
        after, n = int((contact > limit).sum()), int(known.sum())
        if after > n / 2:
            yield warn(
                "cutoff_early",
                evidence.date_column("last_contact"),
                phrase(
                    "{column}: the data cut-off lies before the last contact of {patients}, and what was seen of them after "
                    "it is not used. Check the cut-off.",
                    column=evidence.date_column("last_contact"),
                    patients=counted(after, n),
                ),
            )


def _times(evidence: Evidence) -> Iterator[Problem]:
    """Overall survival in the file against the dates in the file."""
    index, death, contact = (evidence.day(use) for use in ("index", "death", "last_contact"))
    ends = [day for day in (death, contact) if day is not None]
    if index is None or not ends:
        return
    end = ends[0] if len(ends) == 1 else np.where(np.isnan(ends[0]), ends[1], ends[0])
    for outcome in evidence.outcomes:
        if outcome.kind != "OS" or outcome.settings.from_dates is not None:
            continue
        months = outcome.time * DAYS[evidence.time_unit] / DAYS["months"]
        between = (end - index) / DAYS["months"]
        known = outcome.known & ~np.isnan(between)
        apart = int((known & (np.abs(months - between) > TOLERATED_MONTHS)).sum())
        if not apart:
            continue
        column = outcome.settings.time
        last = list(filter(None, map(evidence.date_column, ("death", "last_contact"))))
        yield warn(
            "time_against_dates",
            column,
            phrase(
                "{column}: it must be the time from {start} to {end}, and it differs by more than a month in {patients}; "
                "either a date is wrong or time is counted from another day. Correct them, or build the endpoint from its "
                "dates.",
                column=column,
                start=evidence.date_column("index"),
                end=join_phrases(last, phrase(" or ", "between names")),
                patients=counted(apart, int(known.sum())),
            ),
        )
