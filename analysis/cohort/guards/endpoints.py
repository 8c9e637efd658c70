"""Endpoints that contradict each other, have no events, or are in another unit than the study says."""

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem, Remedy
from analysis.cohort.guards.evidence import Evidence, OutcomeEvidence
from analysis.cohort.guards.wording import counted, verb, warn
from analysis.cohort.time_units import DAYS
from analysis.cohort.words.role_words import split_words, unit_of
from analysis.settings import TimeUnit

DEATH_COUNTS = ("PFS", "RFS", "DFS", "EFS", "TTF")
"""Endpoints in which death is an event."""

BEFORE_DEATH = (*DEATH_COUNTS, "TTP")
"""Endpoints that cannot come later than death or last contact."""

LONGEST_MONTHS = 600.0
"""Nobody is followed for fifty years."""

FEW_EVENTS = 10
"""With fewer events in an arm an interval of the hazard ratio spans from much better to much worse."""

MANY_ZEROS = 0.05
"""Share of times of 0 above which they are no rounding."""


def guard_contradicting_endpoints(evidence: Evidence) -> Iterator[Problem]:
    """Find endpoints that cannot both be right.

    Parameters
    ----------
    evidence : Evidence
        Its outcomes.

    Yields
    ------
    Problem
        ``longer_than_survival``, ``death_not_counted``, ``progression_without_date``, ``endpoint_repeated``,
        ``progression_not_counted``.
    """
    for progression, survival in permutations(evidence.outcomes, 2):
        if progression.kind in BEFORE_DEATH and survival.kind == "OS":
            yield from _longer_than_survival(progression, survival)
            if progression.kind in DEATH_COUNTS:
                yield from _death_not_counted(progression, survival, evidence)
                yield from _progression_without_date(progression, survival, evidence)
    for first, second in combinations(evidence.outcomes, 2):
        yield from _repeated(first, second)
    yield from _progression_not_counted(evidence)


def _longer_than_survival(progression: OutcomeEvidence, survival: OutcomeEvidence) -> Iterator[Problem]:
    both = progression.known & survival.known
    slack = 1e-6 * (1 + np.abs(survival.time[both]))
    longer = int((progression.time[both] > survival.time[both] + slack).sum())
    if longer:
        yield warn(
            "longer_than_survival",
            progression.settings.time,
            f"{progression.name} cannot last longer than {survival.name}; {counted(longer, int(both.sum()))} "
            f"{verb(longer, 'has', 'have')} a longer {progression.name}. Check both times.",
        )


def _death_not_counted(
    progression: OutcomeEvidence, survival: OutcomeEvidence, evidence: Evidence
) -> Iterator[Problem]:
    both = progression.known & survival.known
    day = 1 / DAYS[evidence.time_unit]
    died = both & survival.event
    missed = int((died & ~progression.event & (progression.time >= survival.time - day)).sum())
    if missed:
        yield warn(
            "death_not_counted",
            progression.settings.event,
            f"{progression.name} must count a death as an event, and {counted(missed, int(died.sum()), 'deaths')} in "
            f"{survival.name} {verb(missed, 'is', 'are')} censored in {progression.name} at the same time or later; "
            f"{progression.name} looks longer than it is. Set the event of these patients.",
        )


def _progression_without_date(
    progression: OutcomeEvidence, survival: OutcomeEvidence, evidence: Evidence
) -> Iterator[Problem]:
    day = evidence.day("progression")
    if day is None or np.isnan(day).all() or progression.settings.from_dates is not None:
        return
    events = progression.known & survival.known & progression.event
    baseless = int((events & ~survival.event & np.isnan(day)).sum())
    if baseless:
        yield warn(
            "progression_without_date",
            progression.settings.event,
            f"{progression.name}: an event must be a progression or a death; {counted(baseless, int(events.sum()), 'events')} "
            f"{verb(baseless, 'belongs to a patient', 'belong to patients')} alive without a date in "
            f"{evidence.date_column('progression')}, and {progression.name} looks shorter than it is. Add the date, or "
            "censor them.",
        )


def _repeated(first: OutcomeEvidence, second: OutcomeEvidence) -> Iterator[Problem]:
    known = first.known & second.known
    if known.sum() < FEW_EVENTS or not np.array_equal(first.known, second.known):
        return
    if np.array_equal(first.time[known], second.time[known]) and np.array_equal(first.event, second.event):
        yield warn(
            "endpoint_repeated",
            second.settings.time,
            f"{first.name} and {second.name} must be different endpoints, and all {int(known.sum()):,} patients have the "
            "same time and event in both; one result would be shown twice. Check the columns of both, or drop one.",
            Remedy(kind="drop_endpoint", column=second.name, words=f"Drop {second.name}"),
        )


def _progression_not_counted(evidence: Evidence) -> Iterator[Problem]:
    """A best response of progression is a progression."""
    if evidence.patients is None:
        return
    categories = [item.category for item in evidence.patients.responses if item.category is not None]
    if not categories:
        return
    progressed = np.logical_and.reduce([category == "PD" for category in categories]).astype(bool)
    for outcome in evidence.outcomes:
        if outcome.kind not in ("PFS", "TTP"):
            continue
        missed = int((progressed & outcome.known & ~outcome.event).sum())
        if missed:
            yield warn(
                "progression_not_counted",
                outcome.settings.event,
                f"{outcome.name}: whose best response is PD has progressed, and "
                f"{counted(missed, int((progressed & outcome.known).sum()), 'such patients')} "
                f"{verb(missed, 'is', 'are')} censored in {outcome.name}, which looks longer than it is. Set the event, "
                "or correct the response.",
            )


def guard_events(evidence: Evidence) -> Iterator[Problem]:
    """Find arms without times or with few events, and times of 0.

    Parameters
    ----------
    evidence : Evidence
        Its outcomes.

    Yields
    ------
    Problem
        ``no_times``, ``no_events``, ``few_events``, ``zero_times_many``.
    """
    for outcome in evidence.outcomes:
        for label, arm in evidence.arms():
            yield from _events_of_arm(outcome, label, arm)
        zero = int((outcome.known & (outcome.time == 0)).sum())
        known = int(outcome.known.sum())
        if zero > MANY_ZEROS * known:
            yield warn(
                "zero_times_many",
                outcome.settings.time,
                f"{outcome.name}: a time of 0 means nobody was watched, and {counted(zero, known, 'times')} "
                f"{verb(zero, 'is', 'are')} 0 ({100 * zero / known:.0f} %); so many are missing follow-up rather than "
                "deaths on the first day. Check when time zero was, or leave such times blank.",
            )


def _events_of_arm(outcome: OutcomeEvidence, label: str, arm: NDArray[np.bool_]) -> Iterator[Problem]:
    known, events = int((outcome.known & arm).sum()), int((outcome.event & arm).sum())
    drop = Remedy(kind="drop_endpoint", column=outcome.name, words=f"Drop {outcome.name}")
    if known == 0:
        text = f"{outcome.name}: no patient of the arm “{label}” has a time and an event."
        yield warn("no_times", outcome.settings.time, text, drop)
    elif events == 0:
        yield warn(
            "no_events",
            outcome.settings.event,
            f"{outcome.name}: no event in the arm “{label}” ({known:,} patients); no ratio can be estimated.",
            drop,
        )
    elif events < FEW_EVENTS <= known:
        yield warn(
            "few_events",
            outcome.settings.event,
            f"{outcome.name}: {events} {verb(events, 'event', 'events')} in the arm “{label}” ({known:,} patients); "
            f"below {FEW_EVENTS} a hazard ratio can hardly tell benefit from harm. Read its interval, not its estimate.",
        )


def guard_units(evidence: Evidence) -> Iterator[Problem]:
    """Find times that are too long or too fine for the unit they are read in.

    Parameters
    ----------
    evidence : Evidence
        Its outcomes.

    Yields
    ------
    Problem
        ``unit_contradiction``, ``unit_doubt``.
    """
    for outcome in evidence.outcomes:
        stated = outcome.settings
        if stated.from_dates is not None or stated.time is None:
            continue
        read_as = stated.unit or evidence.time_unit
        named = unit_of(word for word in split_words(stated.time) if len(word) > 1 or not word.isascii())
        if named is not None and named != read_as:
            yield warn(
                "unit_contradiction",
                stated.time,
                f"{stated.time}: its name says {named}, and it is read as {read_as}; every median and time axis of "
                f"{outcome.name} would be wrong by that factor. Choose {named} for {outcome.name}.",
            )
        else:
            yield from _doubtful_unit(outcome, evidence.time_unit, read_as)


def _doubtful_unit(outcome: OutcomeEvidence, time_unit: TimeUnit, read_as: TimeUnit) -> Iterator[Problem]:
    time = outcome.time[outcome.known & np.isfinite(outcome.time)]
    if not len(time):
        return
    days = time * DAYS[time_unit]
    own = days / DAYS[read_as]
    long = int((days > LONGEST_MONTHS * DAYS["months"]).sum())
    fractions = int((np.abs(own - np.round(own)) > 1e-3).sum())
    column, n = outcome.settings.time, len(time)
    if long:
        yield warn(
            "unit_doubt",
            column,
            f"{column}: read as {read_as}, {counted(long, n, 'times')} {verb(long, 'is', 'are')} longer than 50 years; "
            "the file may count in a shorter unit. Choose the unit the column is written in.",
        )
    elif read_as == "days" and fractions > n / 2 and n >= FEW_EVENTS and float(np.median(own)) < 100:
        yield warn(
            "unit_doubt",
            column,
            f"{column}: read as days, {counted(fractions, n, 'times')} {verb(fractions, 'is', 'are')} no whole number and "
            "half of all lie below 100; the file may count in months. Choose the unit the column is written in.",
        )
