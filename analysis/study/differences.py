"""Absolute differences of one endpoint in one population: at milestones, of medians and of restricted means."""

import math
from dataclasses import dataclass

from analysis.cohort.selection import StudyCohort
from analysis.cohort.time_units import UNIT_NAMES, time_decimals
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.milestones import (
    BootstrapDifference,
    MilestoneDifference,
    SurvivalDifferences,
    milestone_differences,
    survival_differences,
)
from analysis.outcomes.rmst import RmstComparison, rmst_comparison
from analysis.phrases import join_phrases, phrase
from analysis.settings import StudySettings
from analysis.study.endpoint import EndpointRows, endpoint_rows, reasons, survival_endpoint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeDifference:
    """A difference of two times, in the cohort's unit.

    Attributes
    ----------
    treated, control, difference, ci_lower, ci_upper : float or None
        None where not reached.
    p_value : float or None
        None where the interval is bootstrapped.
    method : str
    """

    treated: float | None
    control: float | None
    difference: float | None
    ci_lower: float | None
    ci_upper: float | None
    p_value: float | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointDifferences:
    """Every absolute difference of an endpoint in one population.

    Attributes
    ----------
    endpoint : str
    milestones : tuple of MilestoneDifference
        Of the study's milestones within both arms' follow-up.
    median, rmst : TimeDifference or None
    horizon : float or None
        Of the restricted means.
    resamples, seed : int
        Of the bootstrap.
    notes : tuple of Note
        Milestones left out, and why a difference is None.
    """

    endpoint: str
    milestones: tuple[MilestoneDifference, ...]
    median: TimeDifference | None
    rmst: TimeDifference | None
    horizon: float | None
    n: int
    n_events: int
    resamples: int
    seed: int
    confidence_level: float
    notes: tuple[Note, ...]


def endpoint_differences(
    patients: StudyCohort, design: Design | None, settings: StudySettings, name: str
) -> EndpointDifferences:
    """Estimate the absolute differences of an endpoint, with intervals.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients.
    design : Design or None
        None for all patients before the design.
    settings : StudySettings
        Milestones, horizon, level, and the number and seed of the resamples.
    name : str
        A survival endpoint.

    Returns
    -------
    EndpointDifferences
        Before the design milestones and restricted means have closed forms, and the difference of medians is
        bootstrapped from the patients of each arm. After it everything is bootstrapped: matched sets are drawn
        whole, without sets patients within each arm.

    Raises
    ------
    EstimationError
        An arm is empty, or the endpoint has competing events, so that its survival is that of no patients there are.
    SettingsError
        The study has no such endpoint.
    """
    endpoint = survival_endpoint(patients, name)
    if endpoint.competing is not None:
        raise EstimationError(
            phrase(
                "{name}: differences in survival would count patients with a competing event as if "
                "they could still have this one. Read the incidences under competing risks.",
                name=name,
            )
        )
    found = endpoint_rows(patients, endpoint, design)
    ticks, notes = _within_follow_up(found, settings.outcomes.times, patients)
    boot: SurvivalDifferences | None = None
    try:
        boot = _bootstrapped(found, ticks if design is not None else (), settings)
    except EstimationError as error:
        notes += reasons(error)
    milestones: tuple[MilestoneDifference, ...] = () if boot is None else boot.milestones
    rmst = None if boot is None else _of_bootstrap(boot.rmst)
    horizon = None if boot is None else boot.horizon
    if design is None:
        milestones = milestone_differences(
            found.time, found.event, found.treated, ticks, confidence_level=settings.confidence.level
        )
        closed = _closed_mean(found, settings, notes)
        rmst = None if closed is None else _of_closed_form(closed)
        horizon = None if closed is None else closed.horizon
    if boot is not None:
        notes += [note for note in boot.median.notes if boot.median.difference is not None]
    return EndpointDifferences(
        endpoint=name,
        milestones=milestones,
        median=None if boot is None else _of_bootstrap(boot.median),
        rmst=rmst,
        horizon=horizon,
        n=found.rows.size,
        n_events=int(found.event.sum()),
        resamples=settings.outcomes.resamples,
        seed=settings.outcomes.seed,
        confidence_level=settings.confidence.level,
        notes=tuple(notes),
    )


def _within_follow_up(
    found: EndpointRows, times: tuple[float, ...], patients: StudyCohort
) -> tuple[tuple[float, ...], list[Note]]:
    """The milestones that both arms reach, and a note of the others."""
    ends = [_last_time(found, arm) for arm in (True, False)]
    kept = tuple(time for time in times if time <= min(ends))
    lost = [f"{time:g}" for time in times if time not in kept]
    if not lost:
        return kept, []
    arms = (patients.treated_label, patients.control_label)
    decimals = time_decimals(patients.time_unit)
    short = [
        phrase("{arm} to {end}", arm=arm, end=f"{end:,.{decimals}f}")
        for arm, end in zip(arms, ends, strict=True)
        if end < max(times)
    ]
    text = phrase(
        "Milestones past an arm's follow-up ({short} {unit}) are left out: {milestones}.",
        short=join_phrases(short, phrase(" and ")),
        unit=UNIT_NAMES[patients.time_unit],
        milestones=", ".join(lost),
    )
    return kept, [Note(code="milestone_past_follow_up", text=text)]


def _last_time(found: EndpointRows, arm: bool) -> float:
    """Where an arm's curve ends; never where its last patients had the event, so that it stays at 0."""
    members = found.treated == arm
    last = float(found.time[members].max(initial=0.0))
    return math.inf if found.event[members & (found.time == last)].all() else last


def _bootstrapped(found: EndpointRows, ticks: tuple[float, ...], settings: StudySettings) -> SurvivalDifferences:
    return survival_differences(
        found.time,
        found.event,
        found.treated,
        milestones=ticks,
        horizon=settings.outcomes.rmst_horizon,
        weights=found.weights,
        cluster=found.cluster,
        confidence_level=settings.confidence.level,
        resamples=settings.outcomes.resamples,
        seed=settings.outcomes.seed,
    )


def _closed_mean(found: EndpointRows, settings: StudySettings, notes: list[Note]) -> RmstComparison | None:
    try:
        return rmst_comparison(
            found.time,
            found.event,
            found.treated,
            horizon=settings.outcomes.rmst_horizon,
            confidence_level=settings.confidence.level,
        )
    except EstimationError as error:
        notes += [note for note in reasons(error) if note.text not in {known.text for known in notes}]
        return None


def _of_bootstrap(found: BootstrapDifference) -> TimeDifference:
    return TimeDifference(
        treated=found.treated,
        control=found.control,
        difference=found.difference,
        ci_lower=found.ci_lower,
        ci_upper=found.ci_upper,
        p_value=None,
        method=found.method,
    )


def _of_closed_form(found: RmstComparison) -> TimeDifference:
    return TimeDifference(
        treated=found.treated,
        control=found.control,
        difference=found.difference,
        ci_lower=found.ci_lower,
        ci_upper=found.ci_upper,
        p_value=found.p_value,
        method=found.method,
    )
