"""The whole pipeline, staged: a cohort and its settings in, every number of the study out.

Each stage is a pure function of its own inputs, so that a screen can keep the stages that a change does not touch:
a new caliper refits no propensity model, and a new population view recomputes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.cohort.covariates import MISSING_LEVEL
from analysis.cohort.reading import Cohort
from analysis.cohort.selection import FlowStep, StudyCohort
from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.design.design import Design, DesignKind, design_patients
from analysis.design.matched_sets import MatchedSets
from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import StudySettings
from analysis.study.imputed import ImputedStudy, impute_study, imputed_sets, patients_of_set
from analysis.study.patients import study_patients
from analysis.study.populations import PopulationOutcomes, outcomes_after, outcomes_before

STAGES = ("patients", "imputation", "propensity", "design", "balance", "before", "after")
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
    design : Design
        Sets or weights, and the reasons of those left out.
    balance : CovariateBalance
        Before and after the design.
    before, after : PopulationOutcomes
        Outcomes of all complete patients, and of those compared by the design.
    flow : tuple of FlowStep
        Patients per arm at each step from the file to those compared.
    notes : tuple of Note
        Notes of the file, the patients, the model, the design and the balance.
    imputation : ImputedStudy or None
        The imputed sets and what they give together; None when nothing was imputed. Everything else is then of the
        imputed set ``imputation.shown``.
    """

    settings: StudySettings
    cohort_sha256: str
    patients: StudyCohort
    propensity: PropensityModel
    design: Design
    balance: CovariateBalance
    before: PopulationOutcomes
    after: PopulationOutcomes
    flow: tuple[FlowStep, ...]
    notes: tuple[Note, ...]
    imputation: ImputedStudy | None = None

    @property
    def matching(self) -> MatchedSets | None:
        """The matched sets; None where patients are weighted."""
        return self.design.sets


def run(
    cohort: Cohort,
    settings: StudySettings,
    *,
    progress: Callable[[str], None] | None = None,
    part: Callable[[float], None] | None = None,
) -> StudyResult:
    """Run a study on a cohort: scores, sets or weights, balance, and outcomes before and after.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study.
    progress : callable, optional
        Called with the name of each stage (see ``STAGES``) as it begins.
    part : callable, optional
        Called during the imputation, the one stage that can be long, with the share of it that is done, from 0 to 1.

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
        No propensity model, no matched set or no weights can be had from these patients, or from most of their imputed sets.
    """
    begin = progress or _unwatched
    begin("patients")
    patients = study_patients(cohort, settings)
    begin("imputation")
    imputation = None
    if patients.incomplete:
        patients, imputation = _imputed(patients, settings, part or _unwatched)
    begin("propensity")
    propensity = fit_propensity(patients.covariates, patients.treated, settings.propensity, patients.score)
    begin("design")
    design = design_patients(patients, propensity, settings)
    begin("balance")
    balance = covariate_balance(patients.covariates, patients.treated, design.weights, settings.balance)
    begin("before")
    before = outcomes_before(patients, settings.outcomes, settings.confidence)
    begin("after")
    after = outcomes_after(patients, design, settings.outcomes, settings.confidence)
    return study_result(cohort, settings, patients, propensity, design, balance, before, after, imputation)


def _imputed(
    patients: StudyCohort, settings: StudySettings, part: Callable[[float], None]
) -> tuple[StudyCohort, ImputedStudy]:
    """The patients as the set shown completes them, and what all sets give; drawing and matching take a half each."""
    whole = 2 * settings.missing.imputations
    sets = imputed_sets(patients, settings.missing, lambda number: part((number - 1) / whole))
    imputation = impute_study(patients, sets, settings, lambda number: part((sets.n_sets + number - 1) / whole))
    return patients_of_set(patients, sets, imputation.shown), imputation


def study_result(
    cohort: Cohort,
    settings: StudySettings,
    patients: StudyCohort,
    propensity: PropensityModel,
    design: Design,
    balance: CovariateBalance,
    before: PopulationOutcomes,
    after: PopulationOutcomes,
    imputation: ImputedStudy | None = None,
) -> StudyResult:
    """Put the results of the stages together, wherever they were computed.

    Parameters
    ----------
    cohort, settings, patients, propensity, design, balance, before, after
        The inputs of a run and the results of its stages, all of the same run.
    imputation
        What the imputed sets gave, where covariates were imputed; ``patients`` are then those of the set shown.

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
        design=design,
        balance=balance,
        before=before,
        after=after,
        flow=study_flow(patients, design),
        notes=(
            *cohort.notes,
            *patients.notes,
            *(imputation.notes if imputation is not None else missing_notes(patients, settings)),
            *propensity.notes,
            *design.notes,
            *balance.notes,
        ),
        imputation=imputation,
    )


def missing_notes(patients: StudyCohort, settings: StudySettings) -> tuple[Note, ...]:
    """Say where a method for missing covariates had nothing to do.

    Parameters
    ----------
    patients : StudyCohort
        Who is analysed.
    settings : StudySettings
        The study.

    Returns
    -------
    tuple of Note
        Empty where patients may be left out, and where something was marked or imputed.
    """
    method = settings.missing.method
    untouched = set(patients.covariates.columns) <= {covariate.column for covariate in settings.covariates}
    marked = any(MISSING_LEVEL in column.cat.categories for _, column in _categories(patients))
    if method == "complete_case" or patients.incomplete or not untouched or marked:
        return ()
    names = {"indicator": phrase("the missing indicator"), "multiple_imputation": phrase("multiple imputation")}
    text = phrase(
        "No covariate has a missing value: {method} had nothing to do, and this is the complete-case analysis.",
        method=names[method],
    )
    return (Note(code="nothing_missing", text=text),)


def _categories(patients: StudyCohort) -> list[tuple[str, pd.Series]]:
    columns = patients.covariates.items()
    return [(str(name), column) for name, column in columns if isinstance(column.dtype, pd.CategoricalDtype)]


def study_flow(patients: StudyCohort, design: Design | None) -> tuple[FlowStep, ...]:
    """Patients per arm at each step, from the file's rows to those who are compared.

    Parameters
    ----------
    patients : StudyCohort
        The steps up to complete covariates.
    design : Design or None
        None while there is none; its steps are then absent.

    Returns
    -------
    tuple of FlowStep
        In the order in which patients were left out.
    """
    if design is None:
        return patients.flow
    steps = list(patients.flow)
    if design.support is not None:
        kept, treated = design.support.kept, patients.treated
        within = (int((kept & treated).sum()), int((kept & ~treated).sum()))
        steps.append(
            FlowStep(
                step=phrase("within the common support"), kind="support", treated=within[0], control=within[1], other=0
            )
        )
    steps.append(_last_step(design))
    return tuple(steps)


def _last_step(design: Design) -> FlowStep:
    kinds: dict[DesignKind, Literal["matched", "weighted"]] = {"matching": "matched", "weighting": "weighted"}
    words = {"matching": phrase("matched"), "weighting": phrase("weighted")}
    return FlowStep(
        step=words[design.kind],
        kind=kinds[design.kind],
        treated=design.n_treated,
        control=design.n_control,
        other=0,
    )


def _unwatched(_: str | float) -> None:
    pass
