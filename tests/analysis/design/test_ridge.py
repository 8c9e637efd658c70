"""Ridge regression: the optimum by another optimiser, the penalty by plain cross-validation, its limits and its laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.design.logistic import standardise
from analysis.design.propensity import fit_propensity
from analysis.design.ridge import PENALTIES_PER_PATIENT, choose_penalty
from analysis.errors import EstimationError
from analysis.settings import PropensitySettings

OPTIMUM = 1e-5
"""Of scipy's BFGS on the penalised likelihood, whose gradient it stops at 1e-8."""

LIMIT = 1e-3
"""Shares of coefficients at a penalty far beyond, or far below, any information."""


def cohort(seed: int, n: int = 150) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "age": rng.normal(60, 10, n).round(),
            "afp": np.exp(rng.normal(5, 2, n)),
            "grade": pd.Categorical(rng.choice(["A", "B", "C"], n)),
        }
    )
    return table, (rng.random(n) < 1 / (1 + np.exp(-0.08 * (table["age"] - 60)))).to_numpy()


def ridge(penalty: float | None) -> PropensitySettings:
    return PropensitySettings(model="ridge", penalty=penalty)


def standardised(table: pd.DataFrame) -> np.ndarray:
    columns = [table["age"], table["afp"], table["grade"] == "B", table["grade"] == "C"]
    values = np.column_stack(columns).astype(float)
    return np.column_stack((np.ones(len(table)), (values - values.mean(axis=0)) / values.std(axis=0)))


def least(matrix: np.ndarray, treated: np.ndarray, penalty: float) -> np.ndarray:
    def loss(coefficients: np.ndarray) -> tuple[float, np.ndarray]:
        predictor = matrix @ coefficients
        slope = coefficients * np.r_[0.0, np.full(coefficients.size - 1, penalty)]
        value = np.logaddexp(0, np.where(treated, -predictor, predictor)).sum() + coefficients @ slope / 2
        return value, matrix.T @ (1 / (1 + np.exp(-predictor)) - treated) + slope

    return minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-8}).x


@pytest.mark.parametrize("penalty", [0.1, 5.0, 200.0])
def test_scores_are_those_of_the_least_penalised_loss(penalty: float) -> None:
    table, treated = cohort(0)
    model = fit_propensity(table, treated, ridge(penalty))
    matrix = standardised(table)
    np.testing.assert_allclose(model.logit, matrix @ least(matrix, treated, penalty), atol=OPTIMUM)
    assert (model.method, model.penalty, model.n_folds, model.notes) == ("ridge", penalty, None, ())
    assert model.to_table()["term"].tolist() == ["(Intercept)", "age", "afp", "grade=B", "grade=C"]


def test_the_penalty_chosen_has_the_least_deviance_in_plain_cross_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    table, treated = cohort(1)
    folds = np.random.default_rng(5).integers(0, 4, treated.size)
    monkeypatch.setattr("analysis.design.ridge.assign_folds", lambda *_, **__: folds)
    matrix = standardised(table)
    deviance = []
    for share in PENALTIES_PER_PATIENT:
        predictor = np.empty(treated.size)
        for fold in range(4):
            seen = folds != fold
            predictor[~seen] = matrix[~seen] @ least(matrix[seen], treated[seen], share * seen.sum())
        deviance.append(np.logaddexp(0, np.where(treated, -predictor, predictor)).sum())
    design = standardise(list(matrix.T[1:]))
    penalty, largest = choose_penalty(design, treated, n_folds=4, seed=0)
    assert penalty == pytest.approx(PENALTIES_PER_PATIENT[int(np.argmin(deviance))] * treated.size)
    assert not largest


def test_the_penalty_chosen_is_told() -> None:
    table, treated = cohort(2)
    model = fit_propensity(table, treated, PropensitySettings(model="ridge", folds=4, seed=3))
    assert (model.n_folds, model.seed) == (4, 3)
    assert model.penalty in [share * 150 for share in PENALTIES_PER_PATIENT]
    assert model.notes[0].text == (
        f"The ridge penalty is {model.penalty:.4g}: of 15 tried, it has the least deviance in 4-fold cross-validation."
    )


def test_covariates_that_tell_nothing_are_shrunk_away_and_it_is_said() -> None:
    table, _ = cohort(3)
    treated = np.random.default_rng(11).random(150) < 0.4
    notes = [fit_propensity(table, treated, PropensitySettings(model="ridge", seed=seed)).notes for seed in range(5)]
    assert any(
        "It is the largest tried: the covariates hardly foretell the treatment" in note[0].text for note in notes
    )


def test_without_a_penalty_worth_the_name_it_is_maximum_likelihood_and_with_a_huge_one_nothing() -> None:
    table, treated = cohort(4)
    plain = fit_propensity(table, treated)
    weak, strong = (fit_propensity(table, treated, ridge(penalty)) for penalty in (1e-4, 1e7))
    np.testing.assert_allclose(weak.logit, plain.logit, atol=LIMIT)
    np.testing.assert_allclose(weak.standard_errors, plain.standard_errors, rtol=LIMIT)
    np.testing.assert_allclose(strong.propensity_score, treated.mean(), atol=LIMIT)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.floats(1e-4, 1e4))
def test_units_and_row_order_do_not_matter(seed: int, factor: float) -> None:
    table, treated = cohort(seed)
    model = fit_propensity(table, treated, ridge(None))
    rows = np.random.default_rng(seed).permutation(len(table))
    moved = fit_propensity(table.assign(age=(table["age"] + 7) * factor).iloc[rows], treated[rows], ridge(None))
    assert moved.penalty == model.penalty
    np.testing.assert_allclose(moved.logit, model.logit[rows], atol=1e-7 * max(1.0, np.abs(model.logit).max()))


def test_separated_arms_duplicates_and_more_terms_than_patients_have_scores() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(30, 40)), columns=[f"x{i}" for i in range(40)])
    treated = (table["x0"] > 0).to_numpy()
    model = fit_propensity(table.assign(again=table["x0"]), treated, ridge(1.0))
    assert model.dropped == ()
    assert model.coefficients[1] == pytest.approx(model.coefficients[-1])
    assert ((model.propensity_score > 0) & (model.propensity_score < 1)).all()


def test_a_penalty_too_small_for_separated_arms_is_refused() -> None:
    table = pd.DataFrame({"x": np.arange(40.0)})
    with pytest.raises(EstimationError) as error:
        fit_propensity(table, np.arange(40) >= 20, ridge(1e-300))
    assert str(error.value) == (
        "The ridge regression must converge; it did not with the penalty 1e-300, which is too small for covariates that "
        "separate the arms or determine each other. Choose a larger penalty, or leave it to cross-validation."
    )


def test_fewer_patients_than_folds_are_refused() -> None:
    table, _ = cohort(0)
    with pytest.raises(EstimationError, match="5 folds need at least 5 patients in each arm; the smaller arm has 4"):
        fit_propensity(table, np.arange(150) < 4, ridge(None))


@pytest.mark.parametrize("seed", [345, 347, 388])
def test_hardly_shrunken_terms_of_separated_arms_have_standard_errors(seed: int) -> None:
    table = pd.DataFrame(np.random.default_rng(seed).normal(size=(6, 4)), columns=list("abcd"))
    table = table.assign(e=[0.0, 0, 0, 0, 0, 1], f=[1.0, 0, 0, 1, 0, 0], g=[1.0, 0, 0, 1, 0, 0])
    model = fit_propensity(table, np.arange(6) < 2, ridge(1e-9))
    assert (np.isfinite(model.standard_errors) & (model.standard_errors >= 0)).all()
