"""Firth's regression: its closed form, R on augmented data, the optimum itself, units, and what it does not refuse."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.errors import EstimationError
from analysis.settings import PropensitySettings
from tests.analysis.design.cohorts import REFERENCE, reference_cohort

FIRTH = PropensitySettings(model="firth")

CLOSED_FORM = 1e-8
"""Iterations stop when no logit moves by more than 1e-9 of the largest, and the last steps shrink fast."""

R_TOLERANCE = 1e-6
"""R's glm repeated on augmented data until no coefficient moves by 1e-13."""

OPTIMUM = 1e-4
"""Of an optimiser that knows the penalised likelihood only, without its derivatives."""

EXPECTED = json.loads((REFERENCE / "design" / "propensity.json").read_text())["firth"]


def separated_cohort() -> tuple[pd.DataFrame, np.ndarray]:
    """Twenty-four patients of whom three, all treated, carry a flag; by a rule that R can repeat."""
    i = np.arange(1, 25)
    flag = np.isin(i, [20, 22, 24]).astype(float)
    return pd.DataFrame({"a": (i * 7.0) % 12, "b": (i * 5.0) % 11, "flag": flag}), i > 12


def test_one_binary_covariate_gives_the_odds_of_cells_with_a_half_added() -> None:
    # 5 treated and 0 controls with the flag, 7 and 8 without.
    flag = np.repeat([1.0, 0.0, 0.0], [5, 7, 8])
    treated = np.repeat([True, True, False], [5, 7, 8])
    model = fit_propensity(pd.DataFrame({"flag": flag}), treated, FIRTH)
    without, with_flag = np.log(7.5 / 8.5), np.log(5.5 / 0.5)
    np.testing.assert_allclose(model.coefficients, [without, with_flag - without], rtol=CLOSED_FORM)
    np.testing.assert_allclose(model.propensity_score[[0, -1]], [5.5 / 6, 7.5 / 16], rtol=CLOSED_FORM)
    assert (model.method, model.terms) == ("firth", ("(Intercept)", "flag"))


def assert_as_r(model: PropensityModel, name: str) -> None:
    np.testing.assert_allclose(model.coefficients, EXPECTED[name]["coefficients"], rtol=R_TOLERANCE)
    np.testing.assert_allclose(model.standard_errors, EXPECTED[name]["standard_errors"], rtol=R_TOLERANCE)


def test_a_real_cohort_equals_r_on_augmented_data() -> None:
    cohort = reference_cohort("veteran")
    assert_as_r(fit_propensity(cohort.covariates, cohort.treated, FIRTH), "veteran")


def test_a_level_in_one_arm_equals_r_on_augmented_data() -> None:
    table, treated = separated_cohort()
    with pytest.raises(EstimationError, match="The covariate flag must overlap"):
        fit_propensity(table, treated)
    assert_as_r(fit_propensity(table, treated, FIRTH), "level_in_one_arm")


def test_arms_without_overlap_equal_r_on_augmented_data() -> None:
    table = pd.DataFrame({"x": np.arange(1.0, 25.0)})
    assert_as_r(fit_propensity(table, np.arange(1, 25) > 12, FIRTH), "no_overlap")


def penalised(coefficients: np.ndarray, design: np.ndarray, treated: np.ndarray) -> float:
    predictor = design @ coefficients
    spread = np.exp(-np.logaddexp(0, predictor) - np.logaddexp(0, -predictor))
    likelihood = -np.logaddexp(0, np.where(treated, -predictor, predictor)).sum()
    return -(likelihood + 0.5 * np.linalg.slogdet(design.T @ (design * spread[:, None]))[1])


@pytest.mark.parametrize("seed", range(4))
def test_the_penalised_likelihood_is_at_its_maximum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(30, 2))
    treated = values.sum(axis=1) > (0 if seed % 2 else rng.normal(size=30))
    design = np.column_stack((np.ones(30), values))
    model = fit_propensity(pd.DataFrame(values, columns=["x", "y"]), treated, FIRTH)
    best = minimize(
        penalised,
        np.zeros(3),
        args=(design, treated),
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-12, "maxiter": 5000},
    )
    np.testing.assert_allclose(model.coefficients, best.x, rtol=OPTIMUM, atol=OPTIMUM)
    assert penalised(model.coefficients, design, treated) <= best.fun + 1e-10


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-6, 1e6), st.floats(-100, 100))
def test_units_row_order_and_labels_do_not_matter(seed: int, factor: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(12, 60))
    table = pd.DataFrame({"x": rng.integers(-3, 4, n).astype(float), "y": rng.normal(size=n)})
    treated = rng.random(n) < 1 / (1 + np.exp(-3 * table["x"].to_numpy()))
    if treated.all() or not treated.any() or table["x"].nunique() < 2:
        return
    model = fit_propensity(table, treated, FIRTH)
    rows = rng.permutation(n)
    moved = fit_propensity(table.assign(x=(table["x"] + shift) * factor).iloc[rows], treated[rows], FIRTH)
    np.testing.assert_allclose(moved.logit, model.logit[rows], atol=1e-6 * max(1.0, np.abs(model.logit).max()))
    swapped = fit_propensity(table, ~treated, FIRTH)
    np.testing.assert_allclose(swapped.logit, -model.logit, atol=1e-6 * max(1.0, np.abs(model.logit).max()))


def test_log_odds_in_the_hundreds_are_reached() -> None:
    # A few huge values drive the fit far out, where scoring alone would creep.
    rng = np.random.default_rng(355)
    values = np.exp(3 * rng.normal(size=(77, 2)))
    treated = rng.random(77) < 1 / (1 + np.exp(-np.clip(values @ [80.0, -120.0], -700, 700)))
    model = fit_propensity(pd.DataFrame(values, columns=["x", "y"]), treated, FIRTH)
    design = np.column_stack((np.ones(77), values))
    assert np.abs(model.logit).max() > 100
    for column in range(3):
        for step in (-1e-3, 1e-3):
            moved = model.coefficients.copy()
            moved[column] *= 1 + step
            assert penalised(moved, design, treated) > penalised(model.coefficients, design, treated)


def test_many_patients_are_hardly_penalised() -> None:
    cohort = reference_cohort("rotterdam_hormon")
    plain, model = (fit_propensity(cohort.covariates, cohort.treated, chosen) for chosen in (None, FIRTH))
    assert np.abs(model.coefficients - plain.coefficients).max() > 1e-4
    assert (np.abs(model.coefficients - plain.coefficients) < 0.2 * plain.standard_errors).all()


def test_constant_columns_and_too_many_terms_are_refused_all_the_same() -> None:
    table, treated = separated_cohort()
    with pytest.raises(EstimationError, match="The covariate site must vary"):
        fit_propensity(table.assign(site=1.0), treated, FIRTH)
    with pytest.raises(EstimationError, match="needs more patients than terms; found 4 patients and 4 terms"):
        fit_propensity(table.iloc[[0, 1, 12, 13]], treated[[0, 1, 12, 13]], FIRTH)


def test_a_duplicate_is_dropped_and_equal_patients_score_equally() -> None:
    table, treated = separated_cohort()
    rows = np.random.default_rng(0).permutation(np.tile(np.arange(24), 5))
    model = fit_propensity(table.assign(twice=2 * table["a"]).iloc[rows], treated[rows], FIRTH)
    assert model.dropped == ("twice",)
    assert all(np.unique(model.logit[rows == row]).size == 1 for row in range(24))
