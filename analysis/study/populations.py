"""What a study compares in one population: all patients, or those the design compares."""

from dataclasses import dataclass, replace

import numpy as np

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.kept import once
from analysis.notes import Note
from analysis.outcomes.response import ResponseComparison, compare_response
from analysis.outcomes.response_categories import category_codes
from analysis.outcomes.survival_comparison import READ_THE_MEAN, SurvivalComparison, compare_follow_up
from analysis.phrases import exchanged, phrase
from analysis.settings import ConfidenceSettings, OutcomeSettings
from analysis.study.ordered import ordered_endpoint


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
    """Every endpoint of the study in one population: all complete patients, or those the design compares.

    Attributes
    ----------
    survival : tuple of SurvivalOutcome
        In the order of the study file.
    response : tuple of ResponseOutcome
        In the order of the study file.
    """

    survival: tuple[SurvivalOutcome, ...]
    response: tuple[ResponseOutcome, ...]


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
    return PopulationOutcomes(
        survival=tuple(_survival(patients, endpoint, outcomes, confidence, None) for endpoint in patients.endpoints),
        response=tuple(_response(patients, endpoint, confidence, None) for endpoint in patients.responses),
    )


def outcomes_after(
    patients: StudyCohort, design: Design, outcomes: OutcomeSettings, confidence: ConfidenceSettings
) -> PopulationOutcomes:
    """Every endpoint among the patients whom the design compares, weighted, with variances over its clusters.

    Parameters
    ----------
    patients : StudyCohort
        Arms and endpoints.
    design : Design
        Weights, sets and independent units.
    outcomes : OutcomeSettings
        Milestones and the horizon of the mean survival time.
    confidence : ConfidenceSettings
        Level and kind of the intervals.

    Returns
    -------
    PopulationOutcomes
        In the order of the study file.
    """
    return PopulationOutcomes(
        survival=tuple(_survival(patients, endpoint, outcomes, confidence, design) for endpoint in patients.endpoints),
        response=tuple(_response(patients, endpoint, confidence, design) for endpoint in patients.responses),
    )


def _survival(
    patients: StudyCohort,
    endpoint: EndpointData,
    outcomes: OutcomeSettings,
    confidence: ConfidenceSettings,
    design: Design | None,
) -> SurvivalOutcome:
    try:
        ordered = ordered_endpoint(endpoint, patients.treated)
        comparison = compare_follow_up(
            ordered.everyone() if design is None else ordered.under(design.weights, design.cluster),
            competing=endpoint.competing,
            stratify=design is not None and design.disjoint_sets,
            unweighted_tests=design is None or design.plain_tests,
            times=outcomes.times,
            rmst_horizon=outcomes.rmst_horizon,
            confidence_level=confidence.level,
            confidence_interval=confidence.survival,
        )
    except EstimationError as error:
        return SurvivalOutcome(name=endpoint.name, comparison=None, notes=_reasons(error))
    notes = comparison.notes if endpoint.competing is None else tuple(map(_of_incidences, comparison.notes))
    return SurvivalOutcome(name=endpoint.name, comparison=comparison, notes=notes)


def _of_incidences(note: Note) -> Note:
    """The note, naming what to read where other events compete: there is no mean survival time then."""
    instead = {READ_THE_MEAN: phrase("Read it beside the cumulative incidences.")}
    return replace(note, text=exchanged(note.text, instead))


def _response(
    patients: StudyCohort, endpoint: ResponseData, confidence: ConfidenceSettings, design: Design | None
) -> ResponseOutcome:
    weights = None if design is None else design.weights
    if not endpoint.known.all():
        weights = np.where(endpoint.known, 1.0 if weights is None else weights, 0.0)
    try:
        comparison = compare_response(
            endpoint.objective_response,
            endpoint.disease_control,
            None if endpoint.category is None else once(category_codes, endpoint.category),
            patients.treated,
            weights=weights,
            subclass=design.subclass if design is not None and design.disjoint_sets else None,
            cluster=None if design is None else design.cluster,
            # Full matching and strata can come out as pairs; which tests are made must not hang on how they came out.
            pairs=design is not None and design.pairs and design.plain_tests,
            robust=design is not None and not design.plain_tests,
            confidence_level=confidence.level,
            confidence_interval=confidence.proportion,
        )
    except EstimationError as error:
        return ResponseOutcome(name=endpoint.name, comparison=None, notes=_reasons(error))
    return ResponseOutcome(name=endpoint.name, comparison=comparison, notes=comparison.notes)


def _reasons(error: EstimationError) -> tuple[Note, ...]:
    return tuple(Note(code="not_estimable", text=problem) for problem in error.problems)
