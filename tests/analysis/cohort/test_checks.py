"""Checks before a run: every error that selection would refuse, and what a person should know."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.checks import check_cohort
from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import select_patients
from analysis.errors import AnalysisError
from analysis.settings import StudySettings
from analysis.study_file import load_study
from tests.analysis.cohort.files import cohort_of, small_cohort, study_of

SAMPLE = Path(__file__).parents[3] / "sample_data"
N = 60
RNG = np.random.default_rng(11)


def large_cohort(**changes: Any) -> Cohort:
    """Thirty patients in each arm, about whom nothing need be said."""
    columns: dict[str, Any] = {
        "arm": ["A", "B"] * (N // 2),
        "age": RNG.integers(40, 80, N),
        "time": np.linspace(1, 20, N).round(2),
        "event": [1, 1, 0, 0] * (N // 4),
    }
    return cohort_of(**(columns | changes))


def warnings(cohort: Cohort, study: StudySettings | None = None) -> list[tuple[str | None, str]]:
    found = check_cohort(cohort, study or study_of())
    assert all(problem.severity == "warning" for problem in found)
    return [(problem.column, problem.text) for problem in found]


def test_a_sound_cohort_has_no_problem() -> None:
    assert warnings(large_cohort()) == []


@pytest.mark.parametrize(
    ("columns", "changes"),
    [
        ({"time": [-1, 6, 2, 9, 12, 4, 7, 5], "event": [1, 2] * 4}, {}),
        ({}, {"covariates": ["weight"], "treatment": {"column": "arm", "treated": "X", "control": "B"}}),
        ({"age": [5] * 8}, {"cohort": {"id": "nobody"}}),
    ],
)
def test_the_errors_are_those_that_selection_refuses(columns: dict[str, Any], changes: dict[str, Any]) -> None:
    cohort, study = small_cohort(**columns), study_of(**changes)
    with pytest.raises(AnalysisError) as refused:
        select_patients(cohort, study)
    errors = [problem for problem in check_cohort(cohort, study) if problem.severity == "error"]
    assert [problem.text for problem in errors] == list(refused.value.problems)
    assert all(problem.column for problem in errors)


def test_small_arms() -> None:
    texts = [text for _, text in warnings(small_cohort())]
    assert (
        "The arm “A” has 4 patients with complete covariates; below 10 nothing can be estimated with any certainty."
    ) in texts


def test_missing_values_by_covariate_and_in_all() -> None:
    age = np.where(np.arange(N) < 15, np.nan, RNG.integers(40, 80, N))
    found = warnings(large_cohort(age=age))
    assert ("age", "age: 25.0 % of patients (15 of 60) have no value and are left out.") in found
    assert (
        None,
        "15 of 60 patients (25 %) are left out for a missing covariate; those who remain may differ from them.",
    ) in found


def test_a_nearly_constant_covariate() -> None:
    found = warnings(large_cohort(rare=[1] + [0] * (N - 1)), study_of(covariates=["age", "rare"]))
    assert found == [
        ("rare", "rare: the covariate is the same in all but 1 of 60 patients; it can hardly be balanced.")
    ]


def test_a_level_in_one_arm_only() -> None:
    site = ["K", "J", "K", "L"] * (N // 4)
    found = warnings(large_cohort(site=site), study_of(covariates=["site"]))
    assert found == [
        (
            "site",
            "site: 3 levels occur in one arm only; those patients have nobody to be compared with, and a run is refused for "
            "it. Join levels, leave the covariate out, or leave these patients out.",
        )
    ]


def test_too_many_covariates_for_the_smaller_arm() -> None:
    more = {f"x{number}": RNG.normal(size=N) for number in range(3)}
    found = warnings(large_cohort(**more), study_of(covariates=["age", *more]))
    assert found == [
        (
            None,
            "The propensity model has 4 terms, and the smaller arm has 30 patients, 7.5 per term; below 10 it is "
            "uncertain. A survival model adjusted for all of them would have few events per term as well (OS 7.5).",
        )
    ]


def test_follow_up_that_differs_between_the_arms() -> None:
    treated = np.tile([True, False], N // 2)
    time = np.where(treated, 6.0, 24.0)
    found = warnings(large_cohort(time=time, event=[1, 1, 0, 0] * (N // 4)))
    assert found == [
        (
            None,
            "OS: the arms should be followed equally long, and median follow-up is 4.0 times as long in the arm “B”. "
            "Compare the arms only up to the time both were followed.",
        )
    ]


def test_progression_after_death() -> None:
    study = study_of(
        outcomes={
            "survival": [
                {"name": "PFS", "time": "pfs", "event": "event"},
                {"name": "OS", "time": "time", "event": "event"},
            ]
        }
    )
    time = np.linspace(1, 20, N).round(2)
    pfs = time.copy()
    pfs[[0, 1]] += 1
    assert warnings(large_cohort(pfs=pfs), study) == [
        ("pfs", "PFS cannot last longer than OS; 2 of 60 patients have a longer PFS. Check both times.")
    ]
    assert warnings(large_cohort(pfs=time - 0.5), study) == []


def test_an_arm_without_events_and_one_without_times() -> None:
    found = warnings(large_cohort(event=[0, 1] * (N // 2)))
    assert ("event", "OS: no event in the arm “A” (30 patients); no ratio can be estimated.") in found
    found = warnings(large_cohort(time=[np.nan, 5.0] * (N // 2)))
    assert ("time", "OS: no patient of the arm “A” has a time and an event.") in found
    assert any("30 of 60 patients have no time or no event" in text for _, text in found)


def test_without_a_study_the_file_alone_is_looked_at() -> None:
    cohort = cohort_of(
        empty=[None] * 10, same=[1] * 10, spoilt=[str(n) for n in range(9)] + ["high"], fine=list(range(10))
    )
    found = check_cohort(cohort, None)
    assert [(problem.severity, problem.column) for problem in found] == [
        ("warning", "empty"),
        ("warning", "same"),
        ("warning", "spoilt"),
    ]
    assert found[2].text == (
        "spoilt: a column of numbers must hold nothing else; 1 of 10 cells is not a number. "
        "Correct them or leave them blank to use it as a number."
    )


def test_the_sample_study_has_no_error() -> None:
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    found = check_cohort(cohort, load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8")))
    assert all(problem.severity == "warning" for problem in found)


def test_a_table_with_patients_in_columns_is_told() -> None:
    table = pd.DataFrame({f"P{number}": ["A", "61", "3.5"] for number in range(30)})
    texts = [item.text for item in check_cohort(Cohort(table=table, sha256="0" * 64, file_format="csv"), None)]
    assert texts[0] == (
        "Each patient must stand on one row, and the table has 3 rows and 30 columns, as if each patient stood in a column. "
        "Transpose it, if so (in Excel: copy, then Paste Special, Transpose)."
    )
