"""Entropy balancing: by hand, against a general optimiser, and the means that no weights reach."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from analysis.design.entropy import balance_by_entropy
from analysis.errors import EstimationError

# Of a weight: a general optimiser of the weights themselves stops at six digits.
OPTIMISED = 1e-5


def test_weights_are_the_ones_closest_to_equal() -> None:
    """Controls at 0, 1, 2 and a target mean of 1.5: w ∝ r^x with r the root of r² − r − 3 = 0."""
    table = pd.DataFrame({"x": [1.5, 1.5, 0.0, 1.0, 2.0]})
    found = balance_by_entropy(table, np.array([True, True, False, False, False]))
    ratio = (1 + np.sqrt(13)) / 2
    by_hand = np.array([1, ratio, ratio**2])
    assert found == pytest.approx([1, 1, *(2 * by_hand / by_hand.sum())], rel=1e-8)


def test_weights_equal_those_of_a_general_optimiser() -> None:
    """Σ w log w is minimised over the weights themselves, with the means as equations."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame({"age": rng.normal(size=24), "grade": pd.Categorical(list("ABCBACBC" * 3))})
    target = np.arange(24) < 8
    table.loc[:7, "grade"] = list("ABCABBCA")
    terms = np.column_stack([table["age"], table["grade"] == "B", table["grade"] == "C"]).astype(float)
    aim, donors = terms[target].mean(axis=0), terms[~target]
    best = minimize(
        lambda w: float(w @ np.log(w)),
        np.full(16, 1 / 16),
        jac=lambda w: np.log(w) + 1,
        bounds=[(1e-9, 1)] * 16,
        constraints=[
            {"type": "eq", "fun": lambda w: w.sum() - 1, "jac": lambda w: np.ones(16)},
            {"type": "eq", "fun": lambda w: w @ donors - aim, "jac": lambda w: donors.T},
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert best.success
    assert balance_by_entropy(table, target)[~target] / 8 == pytest.approx(best.x, abs=OPTIMISED)


@pytest.mark.parametrize(
    ("columns", "names", "take"),
    [
        ({"age": [70.0, 80, 40, 50, 60]}, "age", "this covariate"),
        ({"stage": pd.Categorical(list("AABBA")), "age": [50.0, 50, 50, 40, 60]}, "stage=B", "this covariate"),
        ({"age": [70.0, 80, 40, 50, 60], "size": [1.0, 1, 5, 9, 3]}, "age, size", "these covariates"),
    ],
)
def test_a_mean_outside_what_the_other_arm_holds_is_named(columns, names: str, take: str) -> None:
    with pytest.raises(EstimationError) as refused:
        balance_by_entropy(pd.DataFrame(columns), np.array([True, True, False, False, False]))
    assert str(refused.value) == (
        "Entropy balancing needs patients in the other arm on both sides of every mean aimed at; they are not for "
        f"{names}. Take out {take}, or restrict eligibility to patients whom both arms hold."
    )


def test_means_that_cannot_be_reached_together_are_refused() -> None:
    """Each mean lies between the controls' values, both together far from the line the controls lie near."""
    table = pd.DataFrame({"x": [0.2, 0.2, 0.0, 1.0, 0.5], "y": [0.8, 0.8, 0.0, 1.0, 0.51]})
    with pytest.raises(EstimationError, match="together surround the means aimed at; theirs do not"):
        balance_by_entropy(table, np.array([True, True, False, False, False]))


def test_a_column_the_other_arm_shares_with_the_mean_needs_no_weights() -> None:
    table = pd.DataFrame({"site": [1.0, 3.0, 2.0, 2.0, 2.0], "age": [50.0, 60.0, 40.0, 60.0, 70.0]})
    found = balance_by_entropy(table, np.array([True, True, False, False, False]))
    assert np.average(table["age"][2:], weights=found[2:]) == pytest.approx(55.0)


def test_covariates_that_do_not_vary_are_refused() -> None:
    with pytest.raises(EstimationError, match="needs a covariate that differs between patients; none does"):
        balance_by_entropy(pd.DataFrame({"x": [1.0, 1.0]}), np.array([True, False]))


@given(seed=st.integers(0, 10_000), factor=st.floats(0.001, 1000), shift=st.floats(-1000, 1000))
@settings(max_examples=30, deadline=None)
def test_units_and_order_do_not_matter(seed: int, factor: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"age": rng.normal(60, 10, 80), "size": rng.exponential(size=80)})
    target = np.arange(80) < 30
    found = balance_by_entropy(table, target)
    order = rng.permutation(80)
    other = table.assign(age=table["age"] * factor + shift).iloc[order].reset_index(drop=True)
    assert balance_by_entropy(other, target[order]) == pytest.approx(found[order], rel=1e-6)
