"""Every effect of one imputed set with its variance, as Rubin's rules take it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.clustered_rates import clustered_rates
from analysis.outcomes.competing import (
    SubdistributionHazardRatio,
    cause_specific_hazard_ratio,
    fine_gray,
    incidence_differences,
)
from analysis.outcomes.cox import HazardRatio, cox_hazard_ratio
from analysis.outcomes.cox_table import CoxEstimate
from analysis.outcomes.milestones import jackknifed_milestones
from analysis.outcomes.pooling import Scale
from analysis.outcomes.safety.comparison import ANY_TERM, SEVERE
from analysis.outcomes.subgroups import SubgroupLevels
from analysis.phrases import phrase
from analysis.settings import StudySettings
from analysis.study.cox_tables import endpoint_cox_table
from analysis.study.endpoint import EndpointRows, endpoint_rows
from analysis.study.landmark import compare_from_landmark
from analysis.study.subgroups import subgroup_levels

Measure = Literal[
    "milestone_difference",
    "incidence_difference",
    "fine_gray_hazard_ratio",
    "cause_specific_hazard_ratio",
    "landmark_hazard_ratio",
    "subgroup_hazard_ratio",
    "subgroup_risk_difference",
    "univariable_hazard_ratio",
    "multivariable_hazard_ratio",
    "adverse_event_risk_difference",
]

MEASURE_NAMES: dict[Measure, str] = {
    "milestone_difference": phrase("milestone difference"),
    "incidence_difference": phrase("incidence difference"),
    "fine_gray_hazard_ratio": phrase("fine gray hazard ratio"),
    "cause_specific_hazard_ratio": phrase("cause specific hazard ratio"),
    "landmark_hazard_ratio": phrase("landmark hazard ratio"),
    "subgroup_hazard_ratio": phrase("subgroup hazard ratio"),
    "subgroup_risk_difference": phrase("subgroup risk difference"),
    "univariable_hazard_ratio": phrase("univariable hazard ratio"),
    "multivariable_hazard_ratio": phrase("multivariable hazard ratio"),
    "adverse_event_risk_difference": phrase("adverse event risk difference"),
}

ROUNDING = 1e-14
"""Sums that cancel within every matched set leave rounding only, not a variance."""

CAUSES = {1: "event", 2: "competing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which effect it is.

    Attributes
    ----------
    endpoint : str or None
        None for an adverse event.
    measure : str
    time : float or None
        The milestone.
    cause : {"event", "competing"} or None
    variable, level : str or None
        Of a subgroup or a Cox table; an adverse event is a variable.
    lowest_grade : int or None
        From which grade on an adverse event counts.
    """

    endpoint: str | None
    measure: Measure
    time: float | None = None
    cause: str | None = None
    variable: str | None = None
    level: str | None = None
    lowest_grade: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEffect:
    """One set's estimate on the scale it is pooled on.

    Attributes
    ----------
    scale : {"identity", "log"}
    value, variance : float
    degrees : float or None
        Those the complete data would have; None for infinitely many.
    """

    scale: Scale
    value: float
    variance: float
    degrees: float | None


Effects = Iterator[tuple[Place, SetEffect]]


def _degrees(cluster: NDArray[np.int64] | None, n_events: int | None, further: int = 0) -> float | None:
    """Those of the complete data; infinitely many where nothing is clustered and nothing was imputed."""
    if cluster is None:
        return None
    clusters = np.unique(cluster).size - 1
    return float(max(1, (clusters if n_events is None else min(clusters, n_events - 1)) - further))


def _difference(value: float, variance: float, degrees: float | None) -> SetEffect | None:
    if variance <= ROUNDING:
        return None
    return SetEffect(scale="identity", value=value, variance=variance, degrees=degrees)


def milestone_effects(patients: StudyCohort, design: Design | None, settings: StudySettings) -> Effects:
    """Differences in survival at the milestones of endpoints without competing events."""
    for endpoint in patients.endpoints:
        if endpoint.competing is not None:
            continue
        rows = endpoint_rows(patients, endpoint, design)
        for time in settings.outcomes.times:
            try:
                (at,) = jackknifed_milestones(
                    rows.time, rows.event, rows.treated, [time], weights=rows.weights, cluster=rows.cluster
                )
            except EstimationError:
                continue
            found = _difference(at.difference, at.variance, _degrees(rows.cluster, None))
            if found is not None:
                yield Place(endpoint=endpoint.name, measure="milestone_difference", time=time), found


def competing_effects(patients: StudyCohort, design: Design | None, settings: StudySettings) -> Effects:
    """Both ratios of each cause, and differences in its incidence at the milestones."""
    for endpoint in patients.endpoints:
        if endpoint.competing is None:
            continue
        rows = endpoint_rows(patients, endpoint, design)
        for cause, word in CAUSES.items():
            yield from _ratios_of_cause(rows, endpoint.name, cause, word)
            for time in settings.outcomes.times:
                try:
                    (at,) = incidence_differences(
                        *(rows.time, rows.cause, rows.treated, [time]),
                        cause_of_interest=cause,
                        weights=rows.weights,
                        cluster=rows.cluster,
                    )
                except (EstimationError, SettingsError):
                    continue
                found = _difference(at.difference, at.standard_error**2, _degrees(rows.cluster, None))
                if found is not None:
                    yield Place(endpoint=endpoint.name, measure="incidence_difference", time=time, cause=word), found


def _ratios_of_cause(rows: EndpointRows, name: str, cause: int, word: str) -> Effects:
    models: tuple[tuple[Measure, Callable[..., HazardRatio | SubdistributionHazardRatio]], ...] = (
        ("fine_gray_hazard_ratio", fine_gray),
        ("cause_specific_hazard_ratio", cause_specific_hazard_ratio),
    )
    for measure, fit in models:
        try:
            ratio = fit(
                *(rows.time, rows.cause, rows.treated),
                cause_of_interest=cause,
                weights=rows.weights,
                cluster=rows.cluster,
            )
        except (EstimationError, SettingsError):
            continue
        found = _ratio(ratio, _degrees(rows.cluster, int((rows.cause == cause).sum())))
        yield Place(endpoint=name, measure=measure, cause=word), found


def _ratio(ratio: HazardRatio | SubdistributionHazardRatio | CoxEstimate, degrees: float | None) -> SetEffect:
    return SetEffect(scale="log", value=ratio.log_hazard_ratio, variance=ratio.standard_error**2, degrees=degrees)


def landmark_effects(patients: StudyCohort, design: Design | None, settings: StudySettings) -> Effects:
    """The ratio between patients with and without a response, from the landmark on."""
    for endpoint in patients.endpoints:
        if settings.outcomes.landmark is None or endpoint.competing is not None:
            continue
        try:
            found = compare_from_landmark(patients, design, settings, endpoint.name)
        except EstimationError:
            continue
        ratio = found.comparison.cox
        if ratio is not None:
            cluster = None if design is None else design.cluster[endpoint_rows(patients, endpoint, design).rows]
            place = Place(endpoint=endpoint.name, measure="landmark_hazard_ratio", time=settings.outcomes.landmark.time)
            yield place, _ratio(ratio, _degrees(cluster, ratio.n_events))


def subgroup_effects(patients: StudyCohort, design: Design | None, settings: StudySettings) -> Effects:
    """The effect in every level of every subgroup, of survival as ratios and of response as differences."""
    for column, levels in _levels(patients, settings):
        for code, label in enumerate(levels.labels):
            members = levels.codes == code
            for endpoint in patients.endpoints:
                found = _ratio_among(patients, endpoint, design, members)
                if found is not None:
                    yield (
                        Place(endpoint=endpoint.name, measure="subgroup_hazard_ratio", variable=column, level=label),
                        found,
                    )
            for response in patients.responses:
                found = _rates_among(patients, response, design, members)
                if found is not None:
                    yield (
                        Place(endpoint=response.name, measure="subgroup_risk_difference", variable=column, level=label),
                        found,
                    )


def _levels(patients: StudyCohort, settings: StudySettings) -> Iterator[tuple[str, SubgroupLevels]]:
    for asked in settings.outcomes.subgroups:
        try:
            yield asked.column, subgroup_levels(patients.subgroups[asked.column], asked)
        except (EstimationError, SettingsError):
            continue


def _ratio_among(
    patients: StudyCohort, endpoint: EndpointData, design: Design | None, members: NDArray[np.bool_]
) -> SetEffect | None:
    rows = endpoint_rows(patients, endpoint, design, members)
    try:
        ratio = cox_hazard_ratio(rows.time, rows.event, rows.treated, weights=rows.weights, cluster=rows.cluster)
    except EstimationError:
        return None
    return _ratio(ratio, _degrees(rows.cluster, ratio.n_events))


def _rates_among(
    patients: StudyCohort, response: ResponseData, design: Design | None, members: NDArray[np.bool_]
) -> SetEffect | None:
    kept = members & response.known
    return _rate_difference(patients, response.objective_response, design, kept)


def _rate_difference(
    patients: StudyCohort, outcome: NDArray[np.bool_], design: Design | None, kept: NDArray[np.bool_]
) -> SetEffect | None:
    rows = np.flatnonzero(kept if design is None else kept & (design.weights > 0))
    cluster = None if design is None else design.cluster[rows]
    try:
        rates = clustered_rates(
            outcome[rows],
            patients.treated[rows],
            weights=None if design is None else design.weights[rows],
            cluster=cluster,
        )
    except EstimationError:
        return None
    return _difference(rates.treated - rates.control, rates.contrast_variance(1.0, -1.0), _degrees(cluster, None))


def cox_effects(patients: StudyCohort, design: Design | None, settings: StudySettings) -> Effects:
    """Every row of every Cox table; covariates are imputed, so that the sets differ before the design too."""
    for endpoint in patients.endpoints:
        table = endpoint_cox_table(patients, design, settings, endpoint.name).table
        if table is None:
            continue
        cluster = endpoint_rows(patients, endpoint, design).cluster
        complete = min(table.n if cluster is None else np.unique(cluster).size, table.n_events)
        for variable in table.variables:
            alone = sum(row.univariable is not None for row in variable.rows)
            for row in variable.rows:
                place = Place(
                    endpoint=endpoint.name,
                    measure="univariable_hazard_ratio",
                    variable=variable.name,
                    level=row.level,
                )
                if row.univariable is not None:
                    yield place, _ratio(row.univariable, float(max(1, complete - alone)))
                if row.multivariable is not None:
                    degrees = float(max(1, complete - table.n_coefficients))
                    yield replace(place, measure="multivariable_hazard_ratio"), _ratio(row.multivariable, degrees)


def adverse_event_effects(patients: StudyCohort, design: Design | None, settings: StudySettings) -> Effects:
    """The difference in how many had each adverse event, of any grade and of severe ones."""
    if not patients.adverse_events:
        return
    grades = {item.name: np.nan_to_num(item.grade) for item in patients.adverse_events}
    grades = {ANY_TERM: np.max(np.column_stack(list(grades.values())), axis=1), **grades}
    everyone = np.ones(patients.treated.size, dtype=np.bool_)
    for lowest in (1, SEVERE):
        for term, grade in grades.items():
            found = _rate_difference(patients, grade >= lowest, design, everyone)
            if found is not None:
                yield (
                    Place(
                        endpoint=None,
                        measure="adverse_event_risk_difference",
                        variable=term,
                        lowest_grade=lowest,
                    ),
                    found,
                )
