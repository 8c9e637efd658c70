"""What a study compares in one population, all patients or the matched ones, and how the matched sets are formed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.design.matching import MatchedSets, match_nearest
from analysis.design.propensity import PropensityModel
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.response import ResponseComparison, compare_response
from analysis.outcomes.survival_comparison import SurvivalComparison, compare_survival
from analysis.settings import ConfidenceSettings, MatchingSettings, OutcomeSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalOutcome:
    """One survival endpoint in one population, or why it could not be compared.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    comparison : SurvivalComparison or None
        The two arms' curves and every contrast; None when the data cannot support any of it.
    notes : tuple of Note
        What a reader should know, the reason of a missing comparison among it.
    """

    name: str
    comparison: SurvivalComparison | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseOutcome:
    """One response endpoint in one population, or why it could not be compared.

    Attributes
    ----------
    name : str
        The endpoint as the study names it.
    comparison : ResponseComparison or None
        Rates per arm and every contrast; None when the data cannot support any of it.
    notes : tuple of Note
        What a reader should know, the reason of a missing comparison among it.
    """

    name: str
    comparison: ResponseComparison | None
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PopulationOutcomes:
    """Every endpoint of the study in one population: all complete patients, or the matched ones.

    Attributes
    ----------
    survival : tuple of SurvivalOutcome
        In the order of the study file.
    response : tuple of ResponseOutcome
        In the order of the study file.
    """

    survival: tuple[SurvivalOutcome, ...]
    response: tuple[ResponseOutcome, ...]


def match_patients(patients: StudyCohort, propensity: PropensityModel, matching: MatchingSettings) -> MatchedSets:
    """Form the matched sets that the settings ask for.

    Parameters
    ----------
    patients : StudyCohort
        Treatment and, for exact matching, strata.
    propensity : PropensityModel
        The scores; ``matching.distance`` chooses the logit or the probability.
    matching : MatchingSettings
        Caliper, ratio, replacement, order, exact strata and seed.

    Returns
    -------
    MatchedSets
        Sets, weights, and a reason for every patient who is in none.

    Raises
    ------
    EstimationError
        When no pair at all lies within the caliper.
    """
    distance = propensity.logit if matching.distance == "logit" else propensity.propensity_score
    return match_nearest(
        distance,
        patients.treated,
        caliper=matching.caliper,
        caliper_scale=matching.caliper_scale,
        ratio=matching.ratio,
        replacement=matching.replacement,
        order=matching.order,
        strata=patients.strata if matching.exact else None,
        seed=matching.seed,
    )


def outcomes_before(
    patients: StudyCohort, outcomes: OutcomeSettings, confidence: ConfidenceSettings
) -> PopulationOutcomes:
    """Every endpoint among all patients with complete covariates, unweighted.

    Parameters
    ----------
    patients : StudyCohort
        Arms and endpoints.
    outcomes : OutcomeSettings
        Milestones and the horizon of the mean survival time.
    confidence : ConfidenceSettings
        Level and kind of the intervals.

    Returns
    -------
    PopulationOutcomes
        In the order of the study file.
    """
    everyone = np.ones(patients.treated.size, dtype=bool)
    return PopulationOutcomes(
        survival=tuple(
            _survival(patients, endpoint, everyone, outcomes, confidence, None) for endpoint in patients.endpoints
        ),
        response=tuple(_response(patients, endpoint, everyone, confidence, None) for endpoint in patients.responses),
    )


def outcomes_after(
    patients: StudyCohort, matching: MatchedSets, outcomes: OutcomeSettings, confidence: ConfidenceSettings
) -> PopulationOutcomes:
    """Every endpoint among the matched patients, weighted and clustered by their sets.

    Parameters
    ----------
    patients : StudyCohort
        Arms and endpoints.
    matching : MatchedSets
        Weights and sets. With replacement a control can be in several sets; the cluster is then the patient.
    outcomes : OutcomeSettings
        Milestones and the horizon of the mean survival time.
    confidence : ConfidenceSettings
        Level and kind of the intervals.

    Returns
    -------
    PopulationOutcomes
        In the order of the study file.
    """
    matched = matching.weights > 0
    return PopulationOutcomes(
        survival=tuple(
            _survival(patients, endpoint, matched, outcomes, confidence, matching) for endpoint in patients.endpoints
        ),
        response=tuple(_response(patients, endpoint, matched, confidence, matching) for endpoint in patients.responses),
    )


def _survival(
    patients: StudyCohort,
    endpoint: EndpointData,
    population: NDArray[np.bool_],
    outcomes: OutcomeSettings,
    confidence: ConfidenceSettings,
    matching: MatchedSets | None,
) -> SurvivalOutcome:
    rows = population & endpoint.known
    try:
        comparison = compare_survival(
            endpoint.time[rows],
            endpoint.event[rows],
            patients.treated[rows],
            weights=None if matching is None else matching.weights[rows],
            cluster=None if matching is None else matched_clusters(matching)[rows],
            stratify=matching is not None and not matching.replacement,
            times=outcomes.times,
            rmst_horizon=outcomes.rmst_horizon,
            confidence_level=confidence.level,
            confidence_interval=confidence.survival,
        )
    except EstimationError as error:
        return SurvivalOutcome(name=endpoint.name, comparison=None, notes=_reasons(error))
    return SurvivalOutcome(name=endpoint.name, comparison=comparison, notes=comparison.notes)


def _response(
    patients: StudyCohort,
    endpoint: ResponseData,
    population: NDArray[np.bool_],
    confidence: ConfidenceSettings,
    matching: MatchedSets | None,
) -> ResponseOutcome:
    rows = population & endpoint.known
    try:
        comparison = compare_response(
            endpoint.objective_response[rows],
            None if endpoint.disease_control is None else endpoint.disease_control[rows],
            None if endpoint.category is None else endpoint.category[rows],
            patients.treated[rows],
            weights=None if matching is None else matching.weights[rows],
            subclass=None if matching is None else matching.subclass[rows],
            pairs=matching is not None and matching.ratio == 1 and not matching.replacement,
            confidence_level=confidence.level,
            confidence_interval=confidence.proportion,
        )
    except EstimationError as error:
        return ResponseOutcome(name=endpoint.name, comparison=None, notes=_reasons(error))
    return ResponseOutcome(name=endpoint.name, comparison=comparison, notes=comparison.notes)


def matched_clusters(matching: MatchedSets) -> NDArray[np.int64]:
    """The independent units after matching: matched sets, or patients when a control can be in several sets."""
    return np.arange(matching.n, dtype=np.int64) if matching.replacement else matching.subclass


def _reasons(error: EstimationError) -> tuple[Note, ...]:
    return tuple(Note(code="not_estimable", text=problem) for problem in error.problems)
