"""Tipping points: by hand, as printed elsewhere, from simulated populations in closed form, by laws, and refusals."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.sensitivity import tipping_point as module
from analysis.sensitivity.tipping_point import (
    adjusted_difference,
    adjusted_ratio,
    tipping_difference,
    tipping_points,
    tipping_prevalence,
    tipping_ratio,
)

# The R package tipr prints two decimals.
PRINTED = 5e-3

EFFECT = Estimate(estimate=0.6, ci_lower=0.4, ci_upper=0.9)
GRID = {"strengths": [0.5, 1.0, 3.0], "prevalence_treated": [0.1, 0.4], "prevalence_control": 0.4}


def test_a_grid_by_hand():
    found = tipping_points(EFFECT, "risk_ratio", **GRID)
    # Row of prevalence 0.1: 0.6·(0.5·0.4 + 0.6)/(0.5·0.1 + 0.9) and 0.6·(3·0.4 + 0.6)/(3·0.1 + 0.9).
    np.testing.assert_allclose(found.adjusted, [[0.6 * 0.8 / 0.95, 0.6, 0.6 * 1.8 / 1.2], [0.6, 0.6, 0.6]])
    np.testing.assert_allclose(found.adjusted_upper, found.adjusted * 1.5)
    np.testing.assert_allclose(found.adjusted_lower, found.adjusted * 2 / 3)
    # γ = (0.9 − 0.6·0.6)/(0.6·0.4 − 0.1) for the estimate, (0.9 − 0.9·0.6)/(0.9·0.4 − 0.1) for the upper limit.
    assert found.tipping_strengths == (pytest.approx(0.54 / 0.14), None)
    assert found.tipping_strengths_limit == (pytest.approx(0.36 / 0.26), None)
    assert found.notes == ()


def test_a_difference_by_hand():
    effect = Estimate(estimate=0.2, ci_lower=0.05, ci_upper=0.35)
    found = tipping_points(
        effect, "rate_difference", strengths=[-0.5, 0.5], prevalence_treated=[0.3, 0.7], prevalence_control=0.2
    )
    np.testing.assert_allclose(found.adjusted, [[0.25, 0.15], [0.45, -0.05]])
    np.testing.assert_allclose(found.adjusted_lower, found.adjusted - 0.15, atol=1e-12)
    # A difference of 0.2 cannot come from one of 0.1 in prevalence.
    assert found.tipping_strengths == (None, pytest.approx(0.4))
    assert found.tipping_strengths_limit == pytest.approx((0.5, 0.1))


def test_as_printed_by_tipr():
    assert tipping_ratio(1.09, 0.25, 0.10) == pytest.approx(1.64, abs=PRINTED)


def test_an_open_interval_needs_no_confounder():
    found = tipping_points(Estimate(estimate=0.8, ci_lower=0.5, ci_upper=1.2), "hazard_ratio", **GRID)
    assert found.tipping_strengths_limit == (1.0, 1.0)
    assert [note.code for note in found.notes] == [
        "tipping_hazard_ratio_approximate",
        "tipping_interval_holds_no_effect",
    ]


def test_without_limits_only_the_estimate_tips():
    found = tipping_points(Estimate(estimate=0.6, ci_lower=None, ci_upper=None), "risk_ratio", **GRID)
    assert (found.adjusted_lower, found.adjusted_upper, found.tipping_strengths_limit) == (None, None, None)


shares = st.floats(0.01, 0.99)
strengths = st.floats(0.05, 20.0)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.3, 2.0), strengths, shares, shares)
def test_a_population_with_the_confounder_gives_its_effect_back(effect, strength, treated, control):
    # Rates of a population in which treatment and confounder multiply a small rate; nobody measures the confounder.
    base = 0.01
    observed = effect * base * (strength * treated + 1 - treated) / (base * (strength * control + 1 - control))
    assert float(adjusted_ratio(observed, np.array(strength), np.array(treated), control)) == pytest.approx(effect)
    # And one in which both add.
    seen = 0.1 + 0.2 * treated - 0.2 * control
    assert float(adjusted_difference(seen, np.array(0.2), np.array(treated), control)) == pytest.approx(0.1)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 5.0), shares, shares, strengths, st.floats(-0.9, 0.9))
def test_what_tips_is_no_effect_and_what_does_not_cannot(ratio, treated, control, strength, difference):
    found = tipping_ratio(ratio, treated, control)
    if found is not None:
        assert float(adjusted_ratio(ratio, np.array(found), np.array(treated), control)) == pytest.approx(1.0)
    elif ratio != 1:
        # The most a confounder of this prevalence can do, by being there always or never among those with the outcome.
        ends = [adjusted_ratio(ratio, np.array(value), np.array(treated), control) for value in (1e-12, 1e12)]
        assert min(ends) > 1 - 1e-6 or max(ends) < 1 + 1e-6
    prevalence = tipping_prevalence(ratio, strength, control)
    if prevalence is not None and strength != 1:
        assert float(adjusted_ratio(ratio, np.array(strength), np.array(prevalence), control)) == pytest.approx(1.0)
    tips = tipping_difference(difference, treated, control)
    if tips is not None:
        assert abs(tips) <= 1
        assert float(adjusted_difference(difference, np.array(tips), np.array(treated), control)) == pytest.approx(
            0.0, abs=1e-12
        )


@settings(max_examples=50, deadline=None)
@given(st.floats(0.2, 5.0), strengths, shares, shares)
def test_exchanging_the_arms_or_the_confounder_mirrors(ratio, strength, treated, control):
    forward = float(adjusted_ratio(ratio, np.array(strength), np.array(treated), control))
    arms = float(adjusted_ratio(1 / ratio, np.array(strength), np.array(control), treated))
    absent = float(adjusted_ratio(ratio, np.array(1 / strength), np.array(1 - treated), 1 - control))
    assert forward * arms == pytest.approx(1.0)
    assert absent == pytest.approx(forward)


def test_no_effect_and_no_strength():
    assert tipping_ratio(1.0, 0.3, 0.3) == 1.0
    assert tipping_ratio(2.0, 0.4, 0.2) is None
    assert tipping_difference(0.0, 0.3, 0.3) == 0.0
    assert tipping_difference(0.1, 0.3, 0.3) is None
    assert tipping_prevalence(1.0, 1.0, 0.3) == 0.3
    assert tipping_prevalence(1.2, 1.0, 0.3) is None
    assert tipping_prevalence(9.0, 2.0, 0.9) is None


def test_what_cannot_be_used_is_refused():
    with pytest.raises(SettingsError, match="of a tipping point must be one of hazard_ratio"):
        tipping_points(EFFECT, "odds_ratio", **GRID)
    with pytest.raises(EstimationError, match="must have an estimate"):
        tipping_points(UNDEFINED, "risk_ratio", **GRID)
    wrong = {"strengths": [0.0, 2.0], "prevalence_treated": [0.1, 30.0], "prevalence_control": -0.1}
    with pytest.raises(EstimationError, match="2 of 3 do not") as refused:
        tipping_points(EFFECT, "risk_ratio", **wrong)
    assert "finite ratio above 0; 1 of 2 strengths are not" in refused.value.problems[1]
    with pytest.raises(EstimationError, match="between −1 and 1; 1 of 3 strengths are not"):
        tipping_points(EFFECT, "rate_difference", **GRID)
    with pytest.raises(EstimationError, match="at least one strength and one prevalence, each in a row; 0 and 2"):
        tipping_points(EFFECT, "risk_ratio", **{**GRID, "strengths": []})


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_confounders_at_the_ends_of_their_scales_still_tip():
    assert tipping_difference(0.5, 0.75, 0.25) == 1.0
    assert tipping_prevalence(1.0, 3.0, 0.0) == 0.0
    assert tipping_prevalence(3.0, 3.0, 0.0) == 1.0
