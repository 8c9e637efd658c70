"""Endpoints that contradict each other, have no events, or are in another unit than the study says."""

from collections.abc import Iterator
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.findings import Problem, Remedy
from analysis.cohort.guards.evidence import Evidence, OutcomeEvidence
from analysis.cohort.guards.wording import verb, warn
from analysis.cohort.time_units import DAYS, UNIT_NAMES
from analysis.cohort.words.role_words import split_words, unit_of
from analysis.phrases import phrase
from analysis.settings import TimeUnit

DEATH_COUNTS = ("PFS", "RFS", "DFS", "EFS", "TTF")
"""Endpoints in which death is an event."""

BEFORE_DEATH = (*DEATH_COUNTS, "TTP")
"""Endpoints that cannot come later than death or last contact."""

LONGEST_MONTHS = 600.0
"""Nobody is followed for fifty years."""

FEW_EVENTS = 10
"""With fewer events in an arm an interval of the hazard ratio spans from much better to much worse."""

FEWEST_MISSED = 3
MISSED = 0.05
"""Progressions by response that an endpoint may leave out, in patients and as a share: slips, and scans read later."""

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
            phrase(
                "{endpoint} cannot last longer than {survival}; {found} a longer {endpoint}. Check both times.",
                endpoint=progression.name,
                survival=survival.name,
                found=verb(
                    longer,
                    phrase("{n:,} of {total:,} patients has", n=longer, total=int(both.sum())),
                    phrase("{n:,} of {total:,} patients have", n=longer, total=int(both.sum())),
                ),
            ),
        )


def _death_not_counted(
    progression: OutcomeEvidence, survival: OutcomeEvidence, evidence: Evidence
) -> Iterator[Problem]:
    both = progression.known & survival.known
    day = 1 / DAYS[evidence.time_unit]
    died = both & survival.event
    n_died, missed = int(died.sum()), int((died & ~progression.event & (progression.time >= survival.time - day)).sum())
    if missed:
        yield warn(
            "death_not_counted",
            progression.settings.event,
            phrase(
                "{endpoint} must count a death as an event, and {found} censored in {endpoint} at the same time or later; "
                "{endpoint} looks longer than it is. Set the event of these patients.",
                endpoint=progression.name,
                found=verb(
                    missed,
                    phrase(
                        "{n:,} of {total:,} deaths in {survival} is", n=missed, total=n_died, survival=survival.name
                    ),
                    phrase(
                        "{n:,} of {total:,} deaths in {survival} are", n=missed, total=n_died, survival=survival.name
                    ),
                ),
            ),
        )


def _progression_without_date(
    progression: OutcomeEvidence, survival: OutcomeEvidence, evidence: Evidence
) -> Iterator[Problem]:
    day = evidence.day("progression")
    if day is None or np.isnan(day).all() or progression.settings.from_dates is not None:
        return
    events = progression.known & survival.known & progression.event
    n_events, baseless = int(events.sum()), int((events & ~survival.event & np.isnan(day)).sum())
    if baseless:
        yield warn(
            "progression_without_date",
            progression.settings.event,
            phrase(
                "{endpoint}: an event must be a progression or a death; {found} alive without a date in {dates}, and "
                "{endpoint} looks shorter than it is. Add the date, or censor them.",
                endpoint=progression.name,
                found=verb(
                    baseless,
                    phrase("{n:,} of {total:,} events belongs to a patient", n=baseless, total=n_events),
                    phrase("{n:,} of {total:,} events belong to patients", n=baseless, total=n_events),
                ),
                dates=evidence.date_column("progression"),
            ),
        )


def _repeated(first: OutcomeEvidence, second: OutcomeEvidence) -> Iterator[Problem]:
    known = first.known & second.known
    if known.sum() < FEW_EVENTS or not np.array_equal(first.known, second.known):
        return
    if np.array_equal(first.time[known], second.time[known]) and np.array_equal(first.event, second.event):
        yield warn(
            "endpoint_repeated",
            second.settings.time,
            phrase(
                "{endpoint} and {other} must be different endpoints, and all {n:,} patients have the same time and event in "
                "both; one result would be shown twice. Check the columns of both, or drop one.",
                endpoint=first.name,
                other=second.name,
                n=int(known.sum()),
            ),
            _drop(second.name),
        )


def _drop(name: str) -> Remedy:
    return Remedy(kind="drop_endpoint", column=name, words=phrase("Drop {endpoint}", endpoint=name))


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
        of_all = int((progressed & outcome.known).sum())
        missed = int((progressed & outcome.known & ~outcome.event).sum())
        if missed >= max(FEWEST_MISSED, MISSED * of_all):
            yield warn(
                "progression_not_counted",
                outcome.settings.event,
                phrase(
                    "Patients whose best response is PD have progressed; {n:,} of {total:,} of them are censored in "
                    "{endpoint}, which looks longer than it is. Set the event, or correct the response.",
                    n=missed,
                    total=of_all,
                    endpoint=outcome.name,
                ),
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
                phrase(
                    "{endpoint}: a time of 0 means nobody was watched, and {found} 0 ({percent:.0f} %); so many are missing "
                    "follow-up rather than deaths on the first day. Check when time zero was, or leave such times blank.",
                    endpoint=outcome.name,
                    found=_times_are(zero, known),
                    percent=100 * zero / known,
                ),
            )


def _times_are(n: int, total: int) -> str:
    return verb(
        n,
        phrase("{n:,} of {total:,} times is", n=n, total=total),
        phrase("{n:,} of {total:,} times are", n=n, total=total),
    )


def _events_of_arm(outcome: OutcomeEvidence, label: str, arm: NDArray[np.bool_]) -> Iterator[Problem]:
    known, events = int((outcome.known & arm).sum()), int((outcome.event & arm).sum())
    drop = _drop(outcome.name)
    if known == 0:
        text = phrase(
            "{endpoint}: no patient of the arm “{arm}” has a time and an event.", endpoint=outcome.name, arm=label
        )
        yield warn("no_times", outcome.settings.time, text, drop)
    elif events == 0:
        yield warn(
            "no_events",
            outcome.settings.event,
            phrase(
                "{endpoint}: no event in the arm “{arm}” ({n:,} patients); no ratio can be estimated.",
                endpoint=outcome.name,
                arm=label,
                n=known,
            ),
            drop,
        )
    elif events < FEW_EVENTS <= known:
        yield warn(
            "few_events",
            outcome.settings.event,
            phrase(
                "{endpoint}: {events} in the arm “{arm}” ({n:,} patients); below {fewest} a hazard ratio can hardly tell "
                "benefit from harm. Read its interval, not its estimate.",
                endpoint=outcome.name,
                events=phrase("1 event", "a count") if events == 1 else phrase("{n} events", "a count", n=events),
                arm=label,
                n=known,
                fewest=FEW_EVENTS,
            ),
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
            if stated.unit is None:
                continue  # refused on selection, as nobody has said that the name is wrong
            yield warn(
                "unit_contradiction",
                stated.time,
                phrase(
                    "{column}: its name says {named}, and it is read as {unit}; every median and time axis of {endpoint} "
                    "would be wrong by that factor. Choose {named} for {endpoint}.",
                    column=stated.time,
                    named=UNIT_NAMES[named],
                    unit=UNIT_NAMES[read_as],
                    endpoint=outcome.name,
                ),
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
            phrase(
                "{column}: read as {unit}, {found} longer than 50 years; the file may count in a shorter unit. Choose the "
                "unit the column is written in.",
                column=column,
                unit=UNIT_NAMES[read_as],
                found=_times_are(long, n),
            ),
        )
    elif read_as == "days" and fractions > n / 2 and n >= FEW_EVENTS and float(np.median(own)) < 100:
        yield warn(
            "unit_doubt",
            column,
            phrase(
                "{column}: read as days, {found} no whole number and half of all lie below 100; the file may count in "
                "months. Choose the unit the column is written in.",
                column=column,
                found=_times_are(fractions, n),
            ),
        )
