"""Covariates: numbers and categories, and what cannot be either."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.covariates import covariate_values, encode_covariates, has_too_many_levels, strata_of
from analysis.cohort.findings import Findings
from analysis.settings import CovariateSettings
from tests.analysis.cohort.files import cohort_of


def encoded(values: list[Any], **options: Any) -> tuple[pd.Series | None, Findings]:
    findings = Findings()
    covariates = (CovariateSettings(column="x", **options),)
    table = cohort_of(x=values).table
    found = covariate_values(table, np.ones(len(table), dtype=bool), covariates, findings)
    complete = {name: column[column.notna()] for name, column in found.items()}
    frame = encode_covariates(complete, covariates, findings)
    return frame.get("x"), findings


def sentence(values: list[Any], **options: Any) -> str:
    _, findings = encoded(values, **options)
    (problem,) = findings.errors
    assert problem.column == "x"
    return problem.text


def test_numbers_stay_numbers_even_with_two_values() -> None:
    column, findings = encoded([0, 1, 1, np.nan])
    assert findings.errors == ()
    assert column is not None
    assert column.tolist() == [0.0, 1.0, 1.0]


def test_levels_are_sorted_and_only_those_that_occur() -> None:
    column, _ = encoded(["b", "a", "c", "a"])
    assert column is not None
    assert column.cat.categories.tolist() == ["a", "b", "c"]
    column, _ = encoded(["b", "a", "c", "a"], reference="c")
    assert column is not None
    assert column.cat.categories.tolist() == ["c", "a", "b"]


def test_the_reference_is_found_however_it_is_spelt_where_one_level_only_can_be_meant() -> None:
    column, _ = encoded(["b", "a", "C ", "a"], reference="c")
    assert column is not None
    assert column.cat.categories.tolist() == ["C ", "a", "b"]


def test_a_category_of_numbers_is_ordered_by_number() -> None:
    column, _ = encoded([10, 9, 2, 10, np.nan], type="categorical")
    assert column is not None
    assert column.cat.categories.tolist() == ["2", "9", "10"]
    column, _ = encoded([10, 9, 2], reference="9")
    assert column is not None
    assert column.cat.categories.tolist() == ["9", "2", "10"]


def test_codes_with_leading_zeros_are_a_category() -> None:
    column, _ = encoded(["01", "02", "01"])
    assert column is not None
    assert column.cat.categories.tolist() == ["01", "02"]


@pytest.mark.parametrize(
    ("values", "options", "expected"),
    [
        (
            [str(number) for number in range(20)] + ["low", "high", "often"],
            {},
            "x: all cells must be numbers; 3 of 23 cells are not numbers. Correct these cells or leave them blank. "
            "If “x” is a category, say so with type: categorical.",
        ),
        (
            ["a", "b", "1"],
            {"type": "numeric"},
            "x: all cells must be numbers; 2 of 3 cells are not numbers. Correct these cells or leave them blank. "
            "If “x” is a category, say so with type: categorical.",
        ),
        (
            ["01", "02"],
            {"type": "numeric"},
            "x: all cells must be numbers, and its numbers have leading zeros or more than 15 digits, as codes have. "
            "If “x” is a category, say so with type: categorical.",
        ),
        (
            [None, None],
            {},
            "x: a covariate must have values, and all 2 cells are missing. Remove it from covariates.",
        ),
        (
            [1.0, np.inf, -np.inf],
            {},
            "x: all numbers must be finite; 2 of 3 are infinite. Correct them or leave them blank.",
        ),
        (
            pd.to_datetime(["2024-01-01", "2024-01-02"]).tolist(),
            {},
            "x: a covariate must be a number or a category, and the column holds dates. "
            "Use what the date stands for, such as age or year, as a number.",
        ),
        (
            [5, 5, np.nan],
            {},
            "x: a covariate must differ between patients, and it is the same in all 2 with complete covariates. "
            "Remove it from covariates.",
        ),
        (
            ["a", "a"],
            {},
            "x: a covariate must differ between patients, and it is the same in all 2 with complete covariates. "
            "Remove it from covariates.",
        ),
        (
            [f"note {row}" for row in range(30)],
            {},
            "x: a category must have few levels, and it has 30 among 30 patients, as free text or an identifier has. "
            "Group the levels, or remove it from covariates.",
        ),
        (
            ["a", "a", "a", "b", "b", "b"],
            {"reference": "c"},
            "The reference of “x” must be one of its levels, and “c” is not; among patients with complete covariates "
            "there are “a” and “b”. Name one of the levels.",
        ),
    ],
)
def test_each_fault_has_its_own_sentence(values: list[Any], options: dict[str, Any], expected: str) -> None:
    assert sentence(values, **options) == expected


@pytest.mark.parametrize(
    ("n_levels", "n", "expected"),
    [(5, 6, False), (6, 17, True), (6, 18, False), (50, 1000, False), (51, 100_000, True)],
)
def test_how_many_levels_are_too_many(n_levels: int, n: int, expected: bool) -> None:
    assert has_too_many_levels(n_levels, n) == expected


def test_spoilt_numbers_outside_the_arms_do_no_harm() -> None:
    table = cohort_of(x=["1", "2", "3", "4", "5", "unknown"]).table
    findings = Findings()
    rows = np.array([True] * 5 + [False])
    found = covariate_values(table, rows, (CovariateSettings(column="x"),), findings)
    assert findings.errors == ()
    assert found["x"].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_strata_are_the_combinations_of_labels() -> None:
    strata = strata_of(pd.DataFrame({"site": ["K", "J", "K", "J"], "sex": ["M", "M", "F", "M"]}))
    assert strata.tolist() == [2, 0, 1, 0]
    assert strata.dtype == np.int64
