"""The product's own times: each stage of a run, and what one change on the screen computes again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import select_patients
from analysis.design.balance import covariate_balance
from analysis.design.design import design_patients
from analysis.design.propensity import fit_propensity
from analysis.study import StudyResult, outcomes_after, outcomes_before, run
from benchmarks.clock import timed
from benchmarks.cohorts import STUDY


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StageTimes:
    """Seconds of each stage on one cohort.

    Attributes
    ----------
    seconds : dict
        Name of the stage to seconds, in the order of the pipeline; then what the screen recomputes.
    cohort : Cohort
        As read from the CSV.
    result : StudyResult
        Of the whole run, for comparison with other software.
    """

    seconds: dict[str, float]
    cohort: Cohort
    result: StudyResult


def time_stages(table: pd.DataFrame) -> StageTimes:
    """Time every stage of a run on one cohort.

    Parameters
    ----------
    table : DataFrame
        From :func:`~benchmarks.cohorts.synthetic_cohort`.

    Returns
    -------
    StageTimes
        Medians of five after a warm-up, which also compiles the kernels.
    """
    content = table.to_csv(index=False).encode()
    seconds: dict[str, float] = {}

    def stage(name: str, work: Callable[[], Any]) -> Any:
        seconds[name], value = timed(work)
        return value

    cohort = stage("reading the CSV", lambda: read_cohort(content, "cohort.csv"))
    patients = stage("patients", lambda: select_patients(cohort, STUDY))
    propensity = stage("propensity", lambda: fit_propensity(patients.covariates, patients.treated))
    matching = stage("matching", lambda: design_patients(patients, propensity, STUDY))
    stage("balance", lambda: covariate_balance(patients.covariates, patients.treated, matching.weights))
    stage("outcomes before", lambda: outcomes_before(patients, STUDY.outcomes, STUDY.confidence))
    stage("outcomes after", lambda: outcomes_after(patients, matching, STUDY.outcomes, STUDY.confidence))

    def moved_caliper() -> None:
        sets = design_patients(patients, propensity, STUDY)
        covariate_balance(patients.covariates, patients.treated, sets.weights)
        outcomes_after(patients, sets, STUDY.outcomes, STUDY.confidence)

    stage("a moved caliper: matching, balance, outcomes after", moved_caliper)
    result = stage("the whole run after reading", lambda: run(cohort, STUDY))
    return StageTimes(seconds=seconds, cohort=cohort, result=result)
