"""Negative controls: by hand, by laws, and what is refused."""

import doctest
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.sensitivity import negative_control as module
from analysis.sensitivity.negative_control import negative_control

Z = 1.959963984540054


def between(lower, estimate, upper):
    return Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper)


def test_a_ratio_by_hand():
    # exp(0.5 ± 1.96·0.25): two standard errors from none.
    effect = between(math.exp(0.5 - Z / 4), math.exp(0.5), math.exp(0.5 + Z / 4))
    for given_error in (None, 0.25):
        found = negative_control("fracture", effect, "hazard_ratio", standard_error=given_error)
        assert (found.distance, found.standard_error) == pytest.approx((0.5, 0.25))
        assert found.p_value == pytest.approx(0.04550026, rel=1e-6)
    assert not found.holds_no_effect
    assert found.notes[0].text.startswith("The arms differ in fracture, which treatment cannot change")


def test_a_difference_by_hand():
    found = negative_control("fracture", between(-0.05, 0.05, 0.15), "rate_difference", confidence_level=0.9)
    assert (found.distance, found.standard_error) == pytest.approx((0.05, 0.1 / 1.6448536269514722))
    assert found.holds_no_effect
    assert found.notes == ()


@settings(max_examples=50, deadline=None)
@given(st.floats(-2, 2), st.floats(0.05, 1.0), st.sampled_from([0.8, 0.95, 0.99]))
def test_exchanging_the_arms_changes_only_the_sign(log_ratio, error, level):
    z = {0.8: 1.2815515655446004, 0.95: Z, 0.99: 2.5758293035489004}[level]
    limits = [math.exp(log_ratio + step * z * error) for step in (-1, 0, 1)]
    forward = negative_control("fracture", between(*limits), "risk_ratio", confidence_level=level)
    backward = negative_control(
        "fracture", between(*(1 / limit for limit in reversed(limits))), "risk_ratio", confidence_level=level
    )
    assert forward.distance == pytest.approx(-backward.distance, abs=1e-12)
    assert forward.p_value == pytest.approx(backward.p_value)
    assert forward.standard_error == pytest.approx(error)
    if abs(abs(log_ratio) - z * error) > 1e-9:
        assert forward.holds_no_effect == (forward.p_value > 1 - level)


def test_what_cannot_be_used_is_refused():
    with pytest.raises(SettingsError, match="of a negative control must be one of hazard_ratio"):
        negative_control("fracture", between(0.5, 1.0, 2.0), "rmst")
    with pytest.raises(EstimationError, match="must have an estimate"):
        negative_control("fracture", UNDEFINED, "hazard_ratio")
    for effect in (between(None, 1.0, 2.0), between(0.0, 1.0, 2.0), between(0.5, 1.0, float("inf"))):
        with pytest.raises(EstimationError, match="must have a confidence interval with two limits"):
            negative_control("fracture", effect, "hazard_ratio")
    with pytest.raises(EstimationError, match="must have a confidence interval with two limits"):
        negative_control("fracture", between(0.1, 0.1, 0.1), "rate_difference")
    with pytest.raises(EstimationError, match="standard error of a negative control must be a number above 0"):
        negative_control("fracture", between(0.5, 1.0, 2.0), "hazard_ratio", standard_error=0.0)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_a_limit_at_no_effect_holds_it():
    assert negative_control("fracture", between(1.0, 1.5, 2.25), "hazard_ratio").holds_no_effect
