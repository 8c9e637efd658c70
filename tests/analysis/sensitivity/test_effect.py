"""An effect as analyses of sensitivity take it: which limit is nearest, and what is refused."""

import doctest

import pytest

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.sensitivity import effect as module
from analysis.sensitivity.effect import NO_DIFFERENCE, NO_RATIO, estimate_of, nearest_limit, ratio_of, refuse_measure


def between(lower, estimate, upper):
    return Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper)


@pytest.mark.parametrize(
    ("effect", "nothing", "nearest"),
    [
        (between(0.4, 0.6, 0.9), NO_RATIO, 0.9),
        (between(1.2, 2.0, 3.3), NO_RATIO, 1.2),
        (between(0.4, 0.6, 1.1), NO_RATIO, 1.0),
        (between(0.9, 2.0, 4.0), NO_RATIO, 1.0),
        (between(0.5, 1.0, 2.0), NO_RATIO, 1.0),
        (between(0.4, 0.6, None), NO_RATIO, None),
        (between(None, 2.0, None), NO_RATIO, None),
        (UNDEFINED, NO_RATIO, None),
        (between(-0.3, -0.2, -0.1), NO_DIFFERENCE, -0.1),
        (between(-0.1, 0.2, 0.5), NO_DIFFERENCE, 0.0),
    ],
)
def test_the_limit_nearest_to_no_effect(effect, nothing, nearest):
    assert nearest_limit(effect, nothing) == nearest


@pytest.mark.parametrize("effect", [between(1.2, 1.1, 1.3), between(0.5, 0.8, 0.7), between(float("nan"), 1.0, 2.0)])
def test_limits_out_of_order_are_refused(effect):
    with pytest.raises(EstimationError, match="limits of a risk ratio must lie below and above its estimate"):
        estimate_of(effect, "risk ratio")


@pytest.mark.parametrize("effect", [UNDEFINED, between(None, float("inf"), None)])
def test_an_effect_without_estimate_is_refused(effect):
    with pytest.raises(EstimationError, match="A hazard ratio must have an estimate"):
        estimate_of(effect, "hazard ratio")


def test_a_logarithm_is_not_taken_for_a_ratio():
    assert ratio_of(between(0.0, 0.5, 2.0), "risk ratio") == 0.5
    with pytest.raises(EstimationError, match="must not be negative; at least one is"):
        ratio_of(between(-0.9, -0.5, 0.1), "risk ratio")


def test_an_unknown_measure_is_named():
    with pytest.raises(SettingsError, match="of an E-value must be one of risk_ratio; 'rmst' was given"):
        refuse_measure("rmst", ("risk_ratio",), "an E-value")


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_no_effect_is_its_own_limit_and_a_negative_limit_of_a_ratio_is_refused():
    assert nearest_limit(between(None, NO_RATIO, None), NO_RATIO) == NO_RATIO
    with pytest.raises(EstimationError, match="must not be negative"):
        ratio_of(between(-0.1, 0.5, 0.9), "risk ratio")
