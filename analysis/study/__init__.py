"""The whole pipeline, staged: a cohort and its settings in, every number of the study out."""

from analysis.study.imputed import (
    ImputedStudy,
    PooledPopulation,
    PooledRates,
    PooledResponse,
    PooledSurvival,
    impute_study,
    imputed_sets,
    patients_of_set,
)
from analysis.study.populations import (
    PopulationOutcomes,
    ResponseOutcome,
    SurvivalOutcome,
    match_patients,
    outcomes_after,
    outcomes_before,
)
from analysis.study.result import STAGES, StudyResult, run, study_flow, study_result

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
    "match_patients",
    "outcomes_after",
    "outcomes_before",
    "patients_of_set",
    "run",
    "study_flow",
    "study_result",
]
