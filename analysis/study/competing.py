"""Competing risks of one endpoint in one population: incidences, Gray's test and both kinds of hazard ratio."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.competing import (
    CompetingIncidence,
    CumulativeIncidence,
    GrayTest,
    IncidenceAt,
    IncidenceDifference,
    SubdistributionHazardRatio,
    cause_specific_hazard_ratio,
    cumulative_incidence,
    fine_gray,
    gray_test,
    incidence_at,
    incidence_differences,
)
from analysis.outcomes.cox import HazardRatio
from analysis.phrases import phrase
from analysis.settings import StudySettings
from analysis.study.endpoint import EndpointRows, endpoint_rows, reasons, survival_endpoint

EVENT, COMPETING = 1, 2
"""The causes: the endpoint's event, and whatever competes with it."""

Estimate = TypeVar("Estimate")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CauseComparison:
    """One cause in both arms.

    Attributes
    ----------
    cause : int
        1 for the event of the endpoint, 2 for what competes with it.
    treated, control : CumulativeIncidence
    at : tuple of (IncidenceAt, IncidenceAt)
        Treated and control at each milestone of the study within the follow-up of both arms.
    differences : tuple of IncidenceDifference
        At the same milestones, with the weights and clusters of the design.
    gray : GrayTest or None
        Plain and unweighted; None where unweighted tests do not belong to the design.
    gray_stratified : GrayTest or None
        Within matched sets; None unless there are sets.
    fine_gray : SubdistributionHazardRatio or None
        With the weights and clusters of the design.
    cause_specific : HazardRatio or None
        With the weights and clusters of the design; the other cause ends follow-up.
    """

    cause: int
    treated: CumulativeIncidence
    control: CumulativeIncidence
    at: tuple[tuple[IncidenceAt, IncidenceAt], ...]
    differences: tuple[IncidenceDifference, ...]
    gray: GrayTest | None
    gray_stratified: GrayTest | None
    fine_gray: SubdistributionHazardRatio | None
    cause_specific: HazardRatio | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompetingComparison:
    """An endpoint with what competes with it, in one population.

    Attributes
    ----------
    endpoint : str
    event, competing : CauseComparison
    n_treated, n_control : int
    method : str
    notes : tuple of Note
        Why an estimate is None.
    """

    endpoint: str
    event: CauseComparison
    competing: CauseComparison
    n_treated: int
    n_control: int
    confidence_level: float
    method: str
    notes: tuple[Note, ...]

    @property
    def causes(self) -> tuple[CauseComparison, CauseComparison]:
        """The event first."""
        return self.event, self.competing


def compare_competing(
    patients: StudyCohort, design: Design | None, settings: StudySettings, name: str
) -> CompetingComparison | None:
    """Compare how often the event and what competes with it happen first.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients.
    design : Design or None
        None for all patients before the design.
    settings : StudySettings
        Milestones and the level of intervals.
    name : str
        A survival endpoint.

    Returns
    -------
    CompetingComparison or None
        None where the endpoint names no competing events.

    Raises
    ------
    EstimationError
        An arm is empty, or nobody had a competing event, so that nothing competes.
    SettingsError
        The study has no such endpoint.
    """
    endpoint = survival_endpoint(patients, name)
    if endpoint.competing is None:
        return None
    found = endpoint_rows(patients, endpoint, design)
    if not (found.cause == COMPETING).any():
        raise EstimationError(
            phrase(
                "{name}: competing risks need patients with a competing event; none of {n:,} has "
                "one. Read the survival curve, or choose other labels as competing.",
                name=name,
                n=found.rows.size,
            )
        )
    level = settings.confidence.level
    incidence = cumulative_incidence(
        found.time, found.cause, found.treated, weights=found.weights, cluster=found.cluster, confidence_level=level
    )
    notes: list[Note] = []
    event, competing = (
        _cause(found, incidence, cause, design, settings.outcomes.times, level, notes) for cause in (EVENT, COMPETING)
    )
    return CompetingComparison(
        endpoint=name,
        event=event,
        competing=competing,
        n_treated=event.treated.n,
        n_control=event.control.n,
        confidence_level=level,
        method=event.treated.method,
        notes=tuple(notes),
    )


def _cause(
    found: EndpointRows,
    incidence: CompetingIncidence,
    cause: int,
    design: Design | None,
    times: tuple[float, ...],
    level: float,
    notes: list[Note],
) -> CauseComparison:
    treated, control = incidence.treated[cause - 1], incidence.control[cause - 1]
    ticks = [time for time in times if time <= min(treated.time[-1], control.time[-1])]
    columns = (found.time, found.cause, found.treated)
    gray = stratified = None
    if design is None or design.plain_tests:
        gray = _supported(lambda: gray_test(*columns, cause_of_interest=cause), notes)
    if design is not None and design.disjoint_sets and design.plain_tests and gray is not None:
        stratified = _supported(
            lambda: gray_test(*columns, cause_of_interest=cause, stratum=design.subclass[found.rows]), notes
        )
    return CauseComparison(
        cause=cause,
        treated=treated,
        control=control,
        at=tuple(zip(incidence_at(treated, ticks), incidence_at(control, ticks), strict=True)),
        differences=incidence_differences(
            *columns,
            ticks,
            cause_of_interest=cause,
            weights=found.weights,
            cluster=found.cluster,
            confidence_level=level,
        ),
        gray=gray,
        gray_stratified=stratified,
        fine_gray=_supported(
            lambda: fine_gray(
                *columns,
                cause_of_interest=cause,
                weights=found.weights,
                cluster=found.cluster,
                confidence_level=level,
            ),
            notes,
        ),
        cause_specific=_supported(
            lambda: cause_specific_hazard_ratio(
                *columns,
                cause_of_interest=cause,
                weights=found.weights,
                cluster=found.cluster,
                confidence_level=level,
            ),
            notes,
        ),
    )


def _supported(make: Callable[[], Estimate], notes: list[Note]) -> Estimate | None:
    try:
        return make()
    except EstimationError as error:
        notes += [note for note in reasons(error) if note.text not in {known.text for known in notes}]
        return None


def has_competing(patients: StudyCohort, name: str) -> bool:
    """True where an endpoint names competing events: its one minus Kaplan–Meier must not be shown.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients.
    name : str
        A survival endpoint.

    Returns
    -------
    bool
    """
    return any(item.name == name and item.competing is not None for item in patients.endpoints)
