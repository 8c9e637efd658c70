"""The same estimates by the product, by lifelines and by R: seconds, and whether the numbers are equal."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test as lifelines_logrank_test

from analysis.design.propensity import fit_propensity
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.logrank import logrank_test
from analysis.outcomes.survival import kaplan_meier, survival_at
from analysis.study import StudyResult
from benchmarks.clock import timed

TIMES = (6.0, 12.0, 24.0)

CLOSED_FORM = 1e-9
"""Relative: the same formula summed in another order over up to a million patients."""

ITERATED = 1e-6
"""Relative: fits that stop by rules of their own."""

LIFELINES_FIT = 1e-4
"""Relative: lifelines stops its Newton steps earlier."""

TOLERANCE = {"propensity": ITERATED, "kaplan_meier": CLOSED_FORM, "log_rank": CLOSED_FORM, "cox": ITERATED}

TASKS = {
    "propensity": "logistic regression of treatment, 8 covariates",
    "kaplan_meier": "Kaplan–Meier with limits, both arms",
    "log_rank": "log-rank test",
    "cox": "Cox regression, clustered by matched set",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contender:
    """One program's times and numbers.

    Attributes
    ----------
    name : str
        With its version where it is not the product.
    seconds : dict
        Task to seconds; tasks the program does not do are absent.
    differences : dict
        Task to the largest relative difference from the product's numbers.
    """

    name: str
    seconds: dict[str, float]
    differences: dict[str, float]


def compare_programs(table: pd.DataFrame, result: StudyResult, *, others: bool = True) -> list[Contender]:
    """Time the product and, where wanted and installed, lifelines and R on the same patients.

    Parameters
    ----------
    table : DataFrame
        The cohort.
    result : StudyResult
        The product's run on it, for the matched sets.
    others : bool
        False to time the product alone.

    Returns
    -------
    list of Contender
        The product first.

    Raises
    ------
    AssertionError
        Another program's numbers differ from the product's by more than the tolerance.
    """
    matched = _matched_patients(result)
    own_seconds, own_values = _product(result, matched)
    contenders = [Contender(name="this product", seconds=own_seconds, differences={})]
    if not others:
        return contenders
    for name, seconds, values in (_lifelines(result, matched), _r(table, matched)):
        if seconds:
            differences = {task: _difference(own_values[task], value) for task, value in values.items()}
            _insist_on_equality(name, differences)
            contenders.append(Contender(name=name, seconds=seconds, differences=differences))
    return contenders


def _matched_patients(result: StudyResult) -> pd.DataFrame:
    endpoint, matching = result.patients.endpoints[0], result.matching
    rows = matching.weights > 0
    return pd.DataFrame(
        {
            "time": endpoint.time[rows],
            "event": endpoint.event[rows].astype(int),
            "treated": result.patients.treated[rows].astype(int),
            "weights": matching.weights[rows],
            "subclass": matching.subclass[rows],
        }
    )


Times = dict[str, float]
Values = dict[str, Any]


def _product(result: StudyResult, matched: pd.DataFrame) -> tuple[Times, Values]:
    endpoint, treated = result.patients.endpoints[0], result.patients.treated
    time, event = endpoint.time, endpoint.event
    columns = [matched[name].to_numpy() for name in ("time", "event", "treated", "weights", "subclass")]

    def curves() -> list[float]:
        both = [kaplan_meier(time[arm], event[arm]) for arm in (~treated, treated)]
        return [at.survival for curve in both for at in survival_at(curve, TIMES)]

    def cox() -> list[float]:
        ratio = cox_hazard_ratio(columns[0], columns[1] == 1, columns[2] == 1, weights=columns[3], cluster=columns[4])
        return [ratio.log_hazard_ratio, ratio.standard_error]

    return _timed_each(
        {
            "propensity": lambda: fit_propensity(result.patients.covariates, treated).coefficients,
            "kaplan_meier": curves,
            "log_rank": lambda: logrank_test(time, event, treated).chi_square,
            "cox": cox,
        }
    )


def _lifelines(result: StudyResult, matched: pd.DataFrame) -> tuple[str, Times, Values]:
    import lifelines

    endpoint, treated = result.patients.endpoints[0], result.patients.treated
    time, event = endpoint.time, endpoint.event

    def curves() -> list[float]:
        fits = [KaplanMeierFitter().fit(time[arm], event[arm]) for arm in (~treated, treated)]
        return [float(fit.survival_function_at_times(at).iloc[0]) for fit in fits for at in TIMES]

    def log_rank() -> float:
        test = lifelines_logrank_test(time[treated], time[~treated], event[treated], event[~treated])
        return float(test.test_statistic)

    def cox() -> list[float]:
        fit = CoxPHFitter().fit(
            matched[["time", "event", "treated", "subclass"]], "time", "event", cluster_col="subclass"
        )
        return [float(fit.params_.iloc[0])]

    return f"lifelines {lifelines.__version__}", *_timed_each(
        {"kaplan_meier": curves, "log_rank": log_rank, "cox": cox}
    )


def _r(table: pd.DataFrame, matched: pd.DataFrame) -> tuple[str, Times, Values]:
    program = shutil.which("Rscript")
    if program is None:
        return "R", {}, {}
    with tempfile.TemporaryDirectory() as folder:
        everyone_file, matched_file = Path(folder, "everyone.csv"), Path(folder, "matched.csv")
        table.to_csv(everyone_file, index=False)
        matched.to_csv(matched_file, index=False)
        script = Path(__file__).with_name("side_by_side.R")
        done = subprocess.run(
            [program, str(script), str(everyone_file), str(matched_file)], capture_output=True, text=True, check=True
        )
    found = json.loads(done.stdout)
    return f"R {found['version']}", found["seconds"], found["values"]


def _timed_each(tasks: dict[str, Callable[[], Any]]) -> tuple[Times, Values]:
    runs = {task: timed(work) for task, work in tasks.items()}
    return {task: run[0] for task, run in runs.items()}, {task: run[1] for task, run in runs.items()}


def _difference(own: Any, other: Any) -> float:
    theirs = np.atleast_1d(np.asarray(other, dtype=np.float64))
    ours = np.atleast_1d(np.asarray(own, dtype=np.float64))[: theirs.size]
    return float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-3)))


def _insist_on_equality(name: str, differences: dict[str, float]) -> None:
    for task, difference in differences.items():
        allowed = LIFELINES_FIT if task == "cox" and name.startswith("lifelines") else TOLERANCE[task]
        assert difference <= allowed, f"{task}: {name} differs by {difference:.1e}, more than {allowed:.0e}"
