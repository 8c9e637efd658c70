"""Weights from the score: their formulas by hand, their laws, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.propensity import fit_propensity
from analysis.design.weighting import ESTIMANDS, weight_patients
from analysis.errors import EstimationError, SettingsError

SCORE = np.array([0.2, 0.5, 0.8, 0.4])
TREATED = np.array([True, False, True, False])

EXACT = 1e-12
"""Formulas of a few additions and divisions."""

BALANCED = 1e-8
"""Means aimed at are met to the tolerance of Newton's method, in units of a standard deviation."""


@pytest.mark.parametrize(
    ("method", "estimand", "weights"),
    [
        ("iptw", "ATE", [5.0, 2.0, 1.25, 1 / 0.6]),
        ("iptw", "ATT", [1.0, 1.0, 1.0, 0.4 / 0.6]),
        ("iptw", "ATC", [4.0, 1.0, 0.25, 1.0]),
        ("overlap", "ATO", [0.8, 0.5, 0.2, 0.4]),
        ("matching", "ATM", [1.0, 1.0, 0.25, 0.4 / 0.6]),
    ],
)
def test_weights_follow_from_the_score_by_hand(method: str, estimand: str, weights: list[float]) -> None:
    found = weight_patients(SCORE, TREATED, method=method, estimand=estimand)  # type: ignore[arg-type]
    assert found.weights == pytest.approx(weights, rel=EXACT)
    assert found.estimand == estimand


def test_stabilised_weights_are_multiplied_by_the_share_of_their_arm() -> None:
    plain = weight_patients(SCORE, TREATED, method="iptw").weights
    stabilised = weight_patients(SCORE, TREATED, method="iptw", stabilised=True).weights
    assert stabilised == pytest.approx(plain * 0.5, rel=EXACT)


def test_truncation_moves_weights_to_percentiles_and_counts_them() -> None:
    score = np.linspace(0.02, 0.98, 50)
    treated = np.arange(50) % 2 == 0
    plain = weight_patients(score, treated, method="iptw")
    cut = weight_patients(score, treated, method="iptw", truncate=95)
    low, high = np.percentile(plain.weights, [5, 95])
    assert cut.truncated_at == pytest.approx((low, high), rel=EXACT)
    assert cut.weights == pytest.approx(np.clip(plain.weights, low, high), rel=EXACT)
    assert cut.n_truncated == int(((plain.weights < low) | (plain.weights > high)).sum())


def test_the_treated_of_the_att_weigh_one_even_when_truncated() -> None:
    score = np.linspace(0.02, 0.98, 50)
    treated = np.arange(50) % 2 == 0
    cut = weight_patients(score, treated, method="iptw", estimand="ATT", truncate=90)
    assert (cut.weights[treated] == 1).all()


def cohort(seed: int, n: int = 200) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"age": rng.normal(60, 10, n), "stage": pd.Categorical(rng.choice(list("ABC"), n))})
    treated = rng.random(n) < 1 / (1 + np.exp(-((table["age"] - 60) / 12 + (table["stage"] == "B"))))
    return table, treated.to_numpy()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_overlap_weights_of_a_logistic_score_balance_every_mean_exactly(seed: int) -> None:
    table, treated = cohort(seed)
    score = fit_propensity(table, treated).propensity_score
    weights = weight_patients(score, treated, method="overlap").weights
    for column in (table["age"], table["stage"] == "B", table["stage"] == "C"):
        values = column.to_numpy(dtype=float)
        means = [np.average(values[rows], weights=weights[rows]) for rows in (treated, ~treated)]
        assert means[0] == pytest.approx(means[1], rel=1e-6)  # as exact as the iterated fit of the score


@given(seed=st.integers(0, 10_000), estimand=st.sampled_from(ESTIMANDS["entropy"]))
@settings(max_examples=30, deadline=None)
def test_entropy_balancing_gives_the_means_aimed_at(seed: int, estimand: str) -> None:
    table, treated = cohort(seed)
    found = weight_patients(np.full(treated.size, 0.5), treated, method="entropy", estimand=estimand, covariates=table)  # type: ignore[arg-type]
    target = treated if estimand == "ATT" else ~treated
    assert (found.weights > 0).all()
    assert (found.weights[target] == 1).all()
    assert found.weights[~target].sum() == pytest.approx(target.sum(), rel=1e-9)
    for column in (table["age"], table["stage"] == "A", table["stage"] == "B"):
        values = column.to_numpy(dtype=float)
        aim = values[target].mean()
        assert abs(np.average(values[~target], weights=found.weights[~target]) - aim) < BALANCED * values.std()


def test_entropy_weights_are_the_ones_closest_to_equal() -> None:
    """Controls at 0, 1, 2 and a target mean of 1.5: w ∝ x^k with k the root of a cubic, found by bisection."""
    table = pd.DataFrame({"x": [1.5, 1.5, 0.0, 1.0, 2.0]})
    treated = np.array([True, True, False, False, False])
    with pytest.raises(EstimationError):
        weight_patients(np.full(5, 0.5), treated, method="entropy", covariates=pd.DataFrame({"x": [3.0, 3.0, 0, 1, 2]}))
    found = weight_patients(np.full(5, 0.5), treated, method="entropy", covariates=table).weights[2:]
    low, high = 1.0, 100.0
    for _ in range(200):
        ratio = (low + high) / 2
        mean = (ratio + 2 * ratio**2) / (1 + ratio + ratio**2)
        low, high = (ratio, high) if mean < 1.5 else (low, ratio)
    by_hand = np.array([1, ratio, ratio**2])
    assert found == pytest.approx(2 * by_hand / by_hand.sum(), rel=1e-7)


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"method": "overlap", "estimand": "ATE"}, SettingsError, "weighting.estimand must be one that overlap can answer, ATO; found ATE."),
        (
            {"method": "overlap", "stabilised": True},
            SettingsError,
            "Stabilised weights belong to iptw for the ATE; found overlap for the ATO. Set stabilised: false.",
        ),
        ({"method": "iptw", "truncate": 30.0}, SettingsError, "weighting.truncate must be a percentile above 50 and below 100; found 30."),
        ({"method": "entropy"}, SettingsError, "Entropy balancing needs the covariates; none were given."),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(
    arguments: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as refused:
        weight_patients(SCORE, TREATED, **arguments)  # type: ignore[arg-type]
    assert str(refused.value) == sentence


def test_a_score_without_a_chance_of_the_treatment_given_is_refused() -> None:
    with pytest.raises(EstimationError) as refused:
        weight_patients([0.0, 0.5, 0.5], [True, False, True], method="iptw")
    assert "1 patient has a score that makes the weight endless" in str(refused.value)


def test_a_patient_who_decides_an_arm_is_noted() -> None:
    score = np.full(24, 0.5)
    score[0] = 0.01
    found = weight_patients(score, np.arange(24) < 12, method="iptw")
    assert {note.code for note in found.notes} >= {"large_weight", "small_effective_sample"}
