"""The whole pipeline, staged: a cohort and its settings in, every number of the study out."""

from analysis.study.imputed import ImputedStudy, impute_study, imputed_sets, patients_of_set
from analysis.study.patients import study_patients
from analysis.study.pooled import PooledPopulation, PooledRates, PooledResponse, PooledSurvival
from analysis.study.populations import (
    PopulationOutcomes,
    ResponseOutcome,
    SurvivalOutcome,
    outcomes_after,
    outcomes_before,
)
from analysis.study.result import STAGES, StudyResult, missing_notes, run, study_flow, study_result

__all__ = [
    "STAGES",
    "ImputedStudy",
    "PooledPopulation",
    "PooledRates",
    "PooledResponse",
    "PooledSurvival",
    "PopulationOutcomes",
    "ResponseOutcome",
    "StudyResult",
    "SurvivalOutcome",
    "impute_study",
    "imputed_sets",
    "missing_notes",
    "outcomes_after",
    "outcomes_before",
    "patients_of_set",
    "run",
    "study_flow",
    "study_patients",
    "study_result",
]
