"""The whole pipeline, staged: a cohort and its settings in, every number of the study out.

Each stage is a pure function of its own inputs, so that a screen can keep the stages that a change does not touch:
a new caliper refits no propensity model, and a new population view recomputes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.reading import Cohort
from analysis.cohort.selection import EndpointData, FlowStep, ResponseData, StudyCohort, select_patients
from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.design.matching import MatchedSets, match_nearest
from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.response import ResponseComparison, compare_response
from analysis.outcomes.survival_comparison import SurvivalComparison, compare_survival
from analysis.settings import ConfidenceSettings, MatchingSettings, OutcomeSettings, StudySettings

STAGES = ("patients", "propensity", "matching", "balance", "before", "after")
"""The stages of a run in their order, as reported to whoever shows its progress."""


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyResult:
    """Everything one run found.

    Attributes
    ----------
    settings : StudySettings
        The study as it was run, defaults included.
    cohort_sha256 : str
        The digest of the cohort's file.
    patients : StudyCohort
        Who was analysed and who was left out before matching.
    propensity : PropensityModel
        The model of the treatment.
    matching : MatchedSets
        Sets, weights and the reasons of the unmatched.
    balance : CovariateBalance
        Before and after matching.
    before, after : PopulationOutcomes
        Outcomes of all complete patients, and of the matched ones.
    flow : tuple of FlowStep
        Patients per arm at each step from the file to the matched sets.
    notes : tuple of Note
        Notes of the file, the patients, the model, the matching and the balance.
    """

    settings: StudySettings
    cohort_sha256: str
    patients: StudyCohort
    propensity: PropensityModel
    matching: MatchedSets
    balance: CovariateBalance
    before: PopulationOutcomes
    after: PopulationOutcomes
    flow: tuple[FlowStep, ...]
    notes: tuple[Note, ...]


def run(cohort: Cohort, settings: StudySettings, *, progress: Callable[[str], None] | None = None) -> StudyResult:
    """Run a study on a cohort: scores, matched sets, balance, and outcomes before and after matching.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study.
    progress : callable, optional
        Called with the name of each stage (see ``STAGES``) as it begins.

    Returns
    -------
    StudyResult
        The same for the same cohort and settings, to the last bit.

    Raises
    ------
    SettingsError
        The study file does not fit the cohort.
    CohortInputError
        The cohort cannot be used as it is.
    EstimationError
        No propensity model or no matched set can be had from these patients.
    """
    begin = progress or _unwatched
    begin("patients")
    patients = select_patients(cohort, settings)
    begin("propensity")
    propensity = fit_propensity(patients.covariates, patients.treated)
    begin("matching")
    matching = match_patients(patients, propensity, settings.matching)
    begin("balance")
    balance = covariate_balance(patients.covariates, patients.treated, matching.weights)
    begin("before")
    before = outcomes_before(patients, settings.outcomes, settings.confidence)
    begin("after")
    after = outcomes_after(patients, matching, settings.outcomes, settings.confidence)
    return study_result(cohort, settings, patients, propensity, matching, balance, before, after)


def study_result(
    cohort: Cohort,
    settings: StudySettings,
    patients: StudyCohort,
    propensity: PropensityModel,
    matching: MatchedSets,
    balance: CovariateBalance,
    before: PopulationOutcomes,
    after: PopulationOutcomes,
) -> StudyResult:
    """Put the results of the stages together, wherever they were computed.

    Parameters
    ----------
    cohort, settings, patients, propensity, matching, balance, before, after
        The inputs of a run and the results of its stages, all of the same run.

    Returns
    -------
    StudyResult
        With the flow of patients and the notes of every stage.
    """
    return StudyResult(
        settings=settings,
        cohort_sha256=cohort.sha256,
        patients=patients,
        propensity=propensity,
        matching=matching,
        balance=balance,
        before=before,
        after=after,
        flow=study_flow(patients, matching),
        notes=(*cohort.notes, *patients.notes, *propensity.notes, *matching.notes, *balance.notes),
    )


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


def study_flow(patients: StudyCohort, matching: MatchedSets | None) -> tuple[FlowStep, ...]:
    """Patients per arm at each step, from the file's rows to the matched sets.

    Parameters
    ----------
    patients : StudyCohort
        The steps up to complete covariates.
    matching : MatchedSets or None
        None while no sets could be formed; the last step is then absent.

    Returns
    -------
    tuple of FlowStep
        In the order in which patients were left out.
    """
    if matching is None:
        return patients.flow
    matched = FlowStep(step="matched", kind="matched", treated=matching.n_treated, control=matching.n_control, other=0)
    return (*patients.flow, matched)


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
            cluster=None if matching is None else _cluster(matching)[rows],
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


def _cluster(matching: MatchedSets) -> NDArray[np.int64]:
    return np.arange(matching.n, dtype=np.int64) if matching.replacement else matching.subclass


def _reasons(error: EstimationError) -> tuple[Note, ...]:
    return tuple(Note(code="not_estimable", text=problem) for problem in error.problems)


def _unwatched(stage: str) -> None:
    pass
