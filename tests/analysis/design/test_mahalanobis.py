"""Covariates on the scale of the Mahalanobis distance: by hand, against R, and by its laws."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.mahalanobis import whitened_covariates
from analysis.errors import EstimationError
from tests.analysis.design.cohorts import REFERENCE, reference_cohort

# R's distances are written with ten decimals.
R_TOLERANCE = 1e-9
# An inverse of a covariance matrix of condition number up to some hundreds.
LAW_TOLERANCE = 1e-8


def distances(rows: np.ndarray) -> np.ndarray:
    return np.sqrt(np.square(rows[:, None, :] - rows[None, :, :]).sum(axis=2))


def test_two_columns_by_hand():
    # Squared deviations within each arm add up to 4 and 16, over n − 2 = 6 for both arms: variances 4/3 and 16/3, no
    # covariance. From (0, 0) to (2, 0): √3; to (0, 4): √3; to (2, 4): √6; to (10, 0) in the other arm: √75.
    table = pd.DataFrame({"age": [0.0, 2, 0, 2, 10, 12, 10, 12], "score": [0.0, 0, 4, 4] * 2})
    rows = whitened_covariates(table, [True] * 4 + [False] * 4)
    np.testing.assert_allclose(distances(rows)[0, [1, 2, 3, 4]], np.sqrt([3, 3, 6, 75]), rtol=LAW_TOLERANCE)


def test_distances_equal_r():
    figures = json.loads((REFERENCE / "design" / "mahalanobis.json").read_text())
    cohort = reference_cohort("veteran")
    rows = whitened_covariates(cohort.covariates[figures["columns"]], cohort.treated)
    expected = np.array(figures["distances"])
    found = distances(rows)[
        np.ix_(np.flatnonzero(cohort.treated)[: expected.shape[0]], np.flatnonzero(~cohort.treated))
    ]
    np.testing.assert_allclose(found, expected, rtol=0, atol=R_TOLERANCE)


@st.composite
def cohorts(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(20, 60))
    treated = rng.permutation(n) < n // 2
    age = rng.integers(40, 80, n).astype(float)
    return pd.DataFrame({"age": age, "marker": age * 0.1 + rng.normal(size=n), "sex": _levels(rng, n, "FM")}), treated


def _levels(rng: np.random.Generator, n: int, levels: str) -> pd.Categorical:
    codes = rng.integers(0, len(levels), n)
    codes[: len(levels)] = np.arange(len(levels))
    return pd.Categorical.from_codes(codes, categories=list(levels))


@settings(max_examples=30, deadline=None)
@given(cohorts(), st.floats(0.01, 1000), st.floats(-100, 100))
def test_neither_units_nor_order_nor_a_column_that_follows_matters(cohort, scale, shift):
    covariates, treated = cohort
    expected = distances(whitened_covariates(covariates, treated))
    changed = covariates[["sex", "marker"]].assign(age=covariates["age"] * scale + shift)
    changed["again"] = changed["age"] + covariates["marker"]
    changed["sex"] = changed["sex"].cat.reorder_categories(["M", "F"])
    np.testing.assert_allclose(distances(whitened_covariates(changed, treated)), expected, rtol=0, atol=LAW_TOLERANCE)


@settings(max_examples=30, deadline=None)
@given(cohorts())
def test_within_the_arms_rows_are_uncorrelated_with_variance_one(cohort):
    covariates, treated = cohort
    rows = whitened_covariates(covariates, treated)
    within = np.vstack([rows[arm] - rows[arm].mean(axis=0) for arm in (treated, ~treated)])
    np.testing.assert_allclose(within.T @ within / (treated.size - 2), np.eye(3), rtol=0, atol=LAW_TOLERANCE)


@settings(max_examples=20, deadline=None)
@given(cohorts())
def test_identical_patients_are_nothing_apart(cohort):
    covariates, treated = cohort
    twice = pd.concat([covariates, covariates], ignore_index=True)
    rows = whitened_covariates(twice, np.concatenate([treated, ~treated]))
    assert (rows[: treated.size] == rows[treated.size :]).all()


def test_a_column_without_variance_within_the_arms_adds_nothing():
    table = pd.DataFrame({"age": [0.1, 0.3, 0.2, 0.7], "arm": [0.1, 0.1, 0.3, 0.3], "same": [0.7] * 4})
    treated = [True, True, False, False]
    alone = whitened_covariates(table[["age"]], treated)
    assert whitened_covariates(table, treated).tolist() == alone.tolist()
    for columns in (["arm", "same"], []):
        with pytest.raises(EstimationError, match="a covariate that varies within the arms; found none"):
            whitened_covariates(table[columns], treated)


def test_unknown_values_are_refused_by_column():
    table = pd.DataFrame({"age": [1.0, np.nan, np.inf, 2.0], "sex": pd.Categorical(["F", None, "M", "F"])})
    with pytest.raises(EstimationError) as error:
        whitened_covariates(table, [True, True, False, False])
    assert error.value.problems == (
        "The covariate age must be known for every patient; 2 of 4 values are missing or infinite.",
        "The covariate sex must be known for every patient; 1 of 4 values are missing or infinite.",
    )


def test_an_arm_of_one_patient_is_refused():
    with pytest.raises(EstimationError, match="two patients in each arm; found 1 treated and 2 control"):
        whitened_covariates(pd.DataFrame({"age": [1.0, 2.0, 3.0]}), [True, False, False])


@pytest.mark.parametrize("exponent", [-1000, -600, 600, 1000])
def test_units_of_any_size_do_not_matter(exponent: int) -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"age": rng.normal(size=40), "afp": rng.normal(size=40)})
    treated = np.arange(40) % 2 == 0
    moved = table.assign(age=np.ldexp(table["age"].to_numpy(), exponent))
    np.testing.assert_array_equal(whitened_covariates(moved, treated), whitened_covariates(table, treated))
