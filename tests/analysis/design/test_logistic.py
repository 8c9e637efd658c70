"""The logistic fit by hand, and its compiled pass against sums written out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.logistic import dependent_columns, fit_logistic, standardise
from analysis.design.logistic_kernel import gather_derivatives

# Sums of a few hundred products in another order.
ROUNDING = 1e-12


def test_one_binary_column_gives_the_log_odds_of_the_table() -> None:
    # 3 of 4 treated where the column is 1, 1 of 3 where it is 0.
    column = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    outcome = np.array([True, True, True, False, True, False, False])
    fit = fit_logistic(standardise([column]), outcome)
    assert fit.converged
    assert fit.proven
    np.testing.assert_allclose(fit.coefficients, [np.log(1 / 2), np.log(3) - np.log(1 / 2)], rtol=ROUNDING)
    np.testing.assert_allclose(fit.standard_errors, np.sqrt([3 / 2, 3 / 2 + 4 / 3]), rtol=ROUNDING)


def test_separated_arms_prove_nothing() -> None:
    fit = fit_logistic(standardise([np.array([1.0, 2.0, 3.0, 4.0])]), np.array([False, False, True, True]))
    assert not fit.proven


@given(n=st.integers(1, 600), k=st.integers(1, 4), seed=st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_the_pass_adds_up_what_the_formulas_say(n: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    columns, outcome = rng.normal(size=(k, n)), rng.random(n) < 0.4
    coefficients, step = rng.normal(size=k) * 3, rng.normal(size=k)
    information, gradient, summary = gather_derivatives(columns, outcome, coefficients, step)
    logit = coefficients @ columns
    score = 1 / (1 + np.exp(-logit))
    agreeing = np.where(outcome, logit, -logit)
    wrong = 1 / (1 + np.exp(agreeing))
    np.testing.assert_allclose(information, (columns * score * (1 - score)) @ columns.T, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(gradient, columns @ (outcome - score), rtol=1e-9, atol=1e-9)
    expected = [-np.logaddexp(0.0, -agreeing).sum(), wrong.min(), np.abs(step @ columns).max(), np.abs(logit).max()]
    np.testing.assert_allclose(summary, expected, rtol=1e-9)


def test_columns_near_to_dependent_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=500), rng.normal(size=500)
    nearly = first + 1e-5 * second
    assert dependent_columns(standardise([first, second])) == {}
    assert dependent_columns(standardise([first, nearly])) == {}
    assert dependent_columns(standardise([first, second, first + 2 * second])) == {2: (0, 1)}
