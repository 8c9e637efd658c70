"""Calibration: by hand, against R's glm, its laws, and what is refused."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.calibration import calibration
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError
from tests.analysis.design.cohorts import REFERENCE, reference_cohort

GLM_TOLERANCE = 1e-6
"""R's glm with a tolerance of 1e-14."""

EXACT = 1e-12
"""Formulas of a few operations."""


def test_groups_by_hand() -> None:
    # 20 patients at 0.2, of whom 5 are treated; 20 at 0.6 with 12.
    score = np.repeat([0.2, 0.6], 20)
    arm = np.concatenate((np.arange(20) < 5, np.arange(20) < 12))
    found = calibration(score, arm)
    assert (found.n, found.n_groups) == (40, 2)
    assert found.group_n.tolist() == [20, 20]
    assert found.group_treated.tolist() == [5, 12]
    assert found.mean_predicted == pytest.approx([0.2, 0.6], rel=EXACT)
    assert found.observed.tolist() == [0.25, 0.6]
    # Wilson's limits, written as the roots of (share − limit)² = z² limit (1 − limit) / n.
    z = 1.959963984540054
    for limit in (found.ci_lower, found.ci_upper):
        assert (found.observed - limit) ** 2 == pytest.approx(z**2 * limit * (1 - limit) / 20, rel=1e-9)
    assert found.brier_score == pytest.approx((5 * 0.64 + 15 * 0.04 + 12 * 0.16 + 8 * 0.36) / 40, rel=EXACT)
    # Two points make the line: from log odds of 1/4 and 3/2 to those of 1/3 and 3/2.
    slope = np.log(4.5) / np.log(6)
    assert found.slope == pytest.approx(slope, rel=1e-9)
    assert found.intercept == pytest.approx(np.log(1.5) * (1 - slope), rel=1e-9)
    assert found.to_table()["observed"].tolist() == [0.25, 0.6]


def test_recalibration_equals_r() -> None:
    expected = json.loads((REFERENCE / "design" / "propensity.json").read_text())["calibration"]
    gbsg = pd.read_csv(REFERENCE / "gbsg.csv")
    score = 1 / (1 + np.exp(-(gbsg["age"] - 60) / 6))
    found = calibration(score, gbsg["arm"] == "tamoxifen")
    assert [found.intercept, found.slope] == pytest.approx(expected["coefficients"], rel=GLM_TOLERANCE)
    assert found.slope_standard_error == pytest.approx(expected["standard_errors"][1], rel=GLM_TOLERANCE)
    assert found.in_the_large == pytest.approx(expected["in_the_large"], rel=GLM_TOLERANCE)
    assert found.brier_score == pytest.approx(expected["brier"], rel=EXACT)


@pytest.mark.parametrize("name", ["gbsg", "rotterdam_hormon"])
def test_a_logistic_regression_is_calibrated_in_its_own_patients(name: str) -> None:
    cohort = reference_cohort(name)
    found = calibration(fit_propensity(cohort.covariates, cohort.treated).propensity_score, cohort.treated)
    assert (found.slope, found.intercept, found.in_the_large) == pytest.approx((1, 0, 0), abs=1e-6)
    assert found.n_groups == 10
    assert found.group_n.max() - found.group_n.min() <= 0.05 * found.n / 10


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_hold_everyone_and_row_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 300))
    score = rng.integers(1, 20, n) / 20
    arm = rng.random(n) < score
    arm[:2] = True, False
    found = calibration(score, arm)
    assert (found.group_n.sum(), found.group_treated.sum()) == (n, arm.sum())
    assert found.n_groups <= max(1, n // 20)
    assert (np.diff(found.mean_predicted) > 0).all()
    assert ((found.ci_lower <= found.observed) & (found.observed <= found.ci_upper)).all()
    assert found.mean_predicted @ found.group_n == pytest.approx(score.sum())
    shifted = 1 / (1 + np.exp(-np.log(score / (1 - score)) - found.in_the_large))
    assert shifted.sum() == pytest.approx(arm.sum())
    order = rng.permutation(n)
    moved = calibration(score[order], arm[order])
    assert (moved.group_n == found.group_n).all()
    assert (moved.observed == found.observed).all()


def test_arms_turned_round_with_the_score_keep_the_slope() -> None:
    rng = np.random.default_rng(3)
    score = rng.uniform(0.05, 0.95, 200)
    arm = rng.random(200) < score**2
    found, turned = calibration(score, arm), calibration(1 - score, ~arm)
    assert turned.slope == pytest.approx(found.slope, rel=1e-8)
    assert turned.intercept == pytest.approx(-found.intercept, rel=1e-8)
    assert turned.in_the_large == pytest.approx(-found.in_the_large, rel=1e-8)
    assert turned.brier_score == pytest.approx(found.brier_score, rel=EXACT)


@pytest.mark.parametrize(
    "score", [np.full(60, 0.4), np.where(np.arange(60) < 20, 0.9, 0.1)], ids=["equal", "separating"]
)
def test_a_line_without_an_estimate_is_left_out(score: np.ndarray) -> None:
    found = calibration(score, np.arange(60) < 20)
    assert (found.slope, found.intercept, found.slope_standard_error) == (None, None, None)


def test_scores_of_0_and_1_have_figures() -> None:
    score = np.concatenate((np.zeros(30), np.full(30, 0.5), np.ones(30)))
    found = calibration(score, np.arange(90) % 2 == 0)
    assert found.mean_predicted.tolist() == [0.0, 0.5, 1.0]
    assert found.slope == pytest.approx(0.0, abs=0.02)


def test_what_is_refused() -> None:
    with pytest.raises(EstimationError, match="found 3 treated and 0 control"):
        calibration([0.1, 0.2, 0.3], [True] * 3)
    with pytest.raises(EstimationError) as error:
        calibration([0.1, np.nan, 1.3], [True, False, True])
    assert str(error.value) == (
        "Scores must be probabilities from 0 to 1; 2 of 3 are missing or outside. Bring in probabilities, or choose a "
        "model for the score."
    )
