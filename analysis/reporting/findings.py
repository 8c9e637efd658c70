"""What a run's files tell beyond its stages, computed once for all of them."""

from dataclasses import dataclass
from typing import Any

from analysis.design.balance import CovariateBalance
from analysis.reporting.centre_results import centre_comparisons
from analysis.reporting.model_results import StudyModels, study_models
from analysis.reporting.other_columns import balance_of_other_columns
from analysis.reporting.response_results import response_document
from analysis.reporting.robustness_results import RobustnessFindings
from analysis.reporting.sensitivity_results import StudySensitivity, study_sensitivity
from analysis.reporting.survival_results import SurvivalResults, survival_results
from analysis.study import StudyResult
from analysis.study.centres import CentreComparison
from analysis.study.pooled_effects import PooledEffects, pool_effects


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Findings:
    """What is computed on demand, for the results file, the tables and the figures of one run.

    Attributes
    ----------
    other_balance : CovariateBalance or None
        Of the columns named beside the covariates.
    centres : tuple of CentreComparison
    survival : SurvivalResults
        Differences, competing risks and landmark.
    response : dict
        As `response_document` gives it, nothing hidden.
    models : StudyModels
        Cox tables, subgroups and the board of endpoints.
    sensitivity : StudySensitivity
        What could undo the effects, and what could have been shown.
    pooled : (PooledEffects, PooledEffects) or None
        What else is pooled over the imputed sets, before and after; None where nothing was imputed.
    robustness : RobustnessFindings or None
        The specification curve and the bootstrap, where they were asked for; a run alone makes neither.
    """

    other_balance: CovariateBalance | None
    centres: tuple[CentreComparison, ...]
    survival: SurvivalResults
    response: dict[str, Any]
    models: StudyModels
    sensitivity: StudySensitivity
    pooled: tuple[PooledEffects, PooledEffects] | None
    robustness: RobustnessFindings | None = None


def study_findings(result: StudyResult) -> Findings:
    """Compute what is told of a run on demand.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    Findings
        Bootstrapped differences are what takes longest, and with imputed sets what is estimated in each of them.
    """
    imputation = result.imputation
    return Findings(
        other_balance=balance_of_other_columns(result.patients, result.design, result.settings),
        centres=centre_comparisons(result),
        survival=survival_results(result),
        response=response_document(result),
        models=study_models(result),
        sensitivity=study_sensitivity(result),
        pooled=None if imputation is None else pool_effects(result.patients, imputation, result.settings),
    )
