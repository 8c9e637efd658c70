"""The whole pipeline, staged: a cohort and its settings in, every number of the study out.

Each stage is a pure function of its own inputs, so that a screen can keep the stages that a change does not touch:
a new caliper refits no propensity model, and a new population view recomputes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.cohort.reading import Cohort
from analysis.cohort.selection import FlowStep, StudyCohort, select_patients
from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.design.matching import MatchedSets
from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.notes import Note
from analysis.settings import StudySettings
from analysis.study.imputed import ImputedStudy
from analysis.study.populations import PopulationOutcomes, match_patients, outcomes_after, outcomes_before

STAGES = ("patients", "propensity", "matching", "balance", "before", "after")
"""The stages of a run in their order, as reported to whoever shows its progress."""


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
    imputation : ImputedStudy or None
        The imputed sets and what they give together; None when nothing was imputed. Everything else is then of the
        imputed set ``imputation.shown``.
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
    imputation: ImputedStudy | None = None


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


def _unwatched(stage: str) -> None:
    pass
