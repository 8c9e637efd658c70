"""Columns that the design uses beside covariates: each is refused under the key that names it."""

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.missing import missing_costs
from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import select_patients
from analysis.errors import CohortInputError
from analysis.settings import StudySettings

N = 40


def cohort_and_study(column: list, *, holes: int = 0, **changes: object) -> tuple[Cohort, StudySettings]:
    table = pd.DataFrame(
        {
            "arm": ["new", "old"] * (N // 2),
            "age": [None] * holes + list(range(40, 40 + N - holes)),
            "further": column,
            "os": np.arange(N) + 1.0,
            "dead": [0, 1, 1, 0] * (N // 4),
        }
    )
    settings = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "new", "control": "old"},
            "covariates": ["age"],
            "outcomes": {"survival": [{"name": "OS", "time": "os", "event": "dead"}]},
        }
        | changes
    )
    return read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), settings


def refusal(column: list, **changes: object) -> str:
    with pytest.raises(CohortInputError) as error:
        select_patients(*cohort_and_study(column, **changes))
    return str(error.value)


def test_a_further_column_of_the_balance_table_that_is_the_same_for_all() -> None:
    assert refusal([3] * N, balance={"also": ["further"]}) == (
        "further: a column of balance.also must differ between patients, and it is the same in all 40 with complete "
        "covariates. Remove it from balance.also."
    )


def test_a_further_column_of_the_balance_table_with_a_level_for_each_patient() -> None:
    assert refusal([f"P{row}" for row in range(N)], balance={"also": ["further"]}) == (
        "further: a category must have few levels, and it has 40 among 40 patients, as free text or an identifier has. "
        "Group the levels, or remove it from balance.also."
    )


@pytest.mark.parametrize(
    ("key", "matching"),
    [
        ("matching.calipers", {"calipers": [{"column": "further", "width": 1}]}),
        ("matching.coarsen", {"coarsen": [{"column": "further", "bins": 2}]}),
    ],
)
def test_a_column_of_pairs_without_values(key: str, matching: dict) -> None:
    assert refusal([None] * N, matching=matching) == (
        f"further: a column of {key} must have values, and all 40 cells are missing. Remove it from {key}."
    )


def test_labels_have_no_width() -> None:
    text = refusal(["yes", "no"] * (N // 2), matching={"calipers": [{"column": "further", "width": 1}]})
    assert text.startswith("further: all cells must be numbers; 40 of 40 cells are not numbers.")
    assert text.endswith("If “further” is a category, match exactly on it instead.")


@pytest.mark.parametrize(("method", "n_kept"), [("complete_case", 36), ("indicator", 36), ("multiple_imputation", N)])
@pytest.mark.parametrize(
    "matching", [{"calipers": [{"column": "age", "width": 5}]}, {"coarsen": [{"column": "age", "bins": 2}]}]
)
def test_a_mark_is_no_number_to_measure_pairs_by(method: str, n_kept: int, matching: dict) -> None:
    patients = select_patients(
        *cohort_and_study(list(range(N)), missing={"method": method}, matching=matching, holes=4)
    )
    assert patients.treated.size == n_kept


@pytest.mark.parametrize("method", ["complete_case", "indicator", "multiple_imputation"])
def test_what_each_method_costs_does_not_hang_on_the_one_chosen(method: str) -> None:
    matching = {"calipers": [{"column": "age", "width": 5}]}
    cohort, settings = cohort_and_study(list(range(N)), missing={"method": method}, matching=matching, holes=4)
    assert [cost.treated + cost.control for cost in missing_costs(cohort, settings)] == [36, 36, N]
