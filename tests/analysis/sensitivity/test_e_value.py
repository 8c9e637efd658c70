"""E-values: as published, by hand, by the bound they invert, by laws, and what is refused."""

import doctest
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.clustered_rates import ClusteredRates
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.sensitivity import e_value as module
from analysis.sensitivity.e_value import bias_factor_of, e_value, e_value_of_bias, e_value_of_rates, outcome_is_rare

# The R package's page prints seven digits.
PRINTED = 5e-6
# The paper prints one or two decimals.
PUBLISHED = 5e-3
# The R package finds the limit of a difference on a grid of bias factors, and lets the share treated vary.
GRID = 1e-3

Z = 1.959963984540054


def between(lower, estimate, upper):
    return Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper)


def independent(treated, n_treated, control, n_control):
    return ClusteredRates(
        treated=treated,
        control=control,
        variance_treated=treated * (1 - treated) / n_treated,
        variance_control=control * (1 - control) / n_control,
        covariance=0.0,
        n_clusters=n_treated + n_control,
    )


# Hammond and Horn's smokers as in the README of the R package EValue; the two examples of VanderWeele & Ding 2017.
@pytest.mark.parametrize(
    ("effect", "estimate", "limit", "tolerance"),
    [
        (between(8.02, 10.73, 14.36), 20.94777, 15.52336, PRINTED),
        (between(1.8, 3.9, 8.7), 7.26, 3.0, PUBLISHED),
        (between(0.71, 0.80, 0.91), 1.81, 1.43, PUBLISHED),
    ],
)
def test_risk_ratios_as_published(effect, estimate, limit, tolerance):
    found = e_value(effect, "risk_ratio")
    assert (found.estimate, found.limit) == pytest.approx((estimate, limit), abs=tolerance)
    assert found.rare is None
    assert found.notes == ()


def test_differences_as_published():
    # 397 of 78,954 smokers and 51 of 108,829 others; EValue gives 20.947 and 15.957.
    found = e_value_of_rates(independent(397 / 78954, 78954, 51 / 108829, 108829))
    assert (found.estimate, found.limit) == pytest.approx((20.94733, 15.95703), abs=GRID)


def test_common_outcomes_by_hand():
    # √4 = 2, and 2 + √(2·1); the lower limit √1.44 = 1.2, and 1.2 + √(1.2·0.2).
    odds = e_value(between(1.44, 4.0, 11.0), "odds_ratio", rare=False)
    assert odds.risk_ratio == 2.0
    assert (odds.estimate, odds.limit) == pytest.approx((2 + math.sqrt(2), 1.2 + math.sqrt(0.24)))
    # √4 = 2: (1 − 1/4) / (1 − 1/√2).
    hazard = e_value(between(None, 4.0, None), "hazard_ratio", rare=False)
    assert hazard.risk_ratio == pytest.approx(0.75 / (1 - math.sqrt(0.5)))
    assert hazard.limit is None
    assert [note.code for note in hazard.notes] == ["e_value_limit_unknown"]


def test_a_rare_outcome_is_taken_as_it_is():
    effect = between(0.4, 0.6, 0.9)
    expected = e_value(effect, "risk_ratio")
    for measure in ("hazard_ratio", "odds_ratio"):
        found = e_value(effect, measure, rare=True)
        assert (found.estimate, found.limit) == (expected.estimate, expected.limit)
        assert "rare" in found.method


def test_an_interval_that_holds_no_effect_needs_no_confounder():
    found = e_value(between(0.5, 0.8, 1.3), "hazard_ratio", rare=False)
    assert found.limit == found.bias_factor_limit == 1.0
    assert [note.code for note in found.notes] == ["e_value_interval_holds_no_effect"]
    assert e_value(between(0.5, 1.0, 2.0), "risk_ratio").estimate == 1.0


def test_the_printed_interval_decides_whether_a_difference_is_open():
    rates = independent(0.4, 200, 0.2, 200)
    assert e_value_of_rates(rates).limit > 1
    assert e_value_of_rates(rates, interval=between(-0.01, 0.2, 0.41)).limit == 1.0
    assert e_value_of_rates(rates, interval=between(0.11, 0.2, 0.28)).limit == e_value_of_rates(rates).limit


def test_an_arm_without_the_outcome_has_no_finite_e_value():
    found = e_value_of_rates(independent(0.3, 50, 0.0, 50))
    assert (found.estimate, found.limit, found.risk_ratio) == (None, None, None)
    assert found.notes[0].code == "e_value_unbounded"
    ratio = e_value(between(None, 0.0, None), "hazard_ratio", rare=False)
    assert ratio.estimate is None
    assert ratio.notes[0].code == "e_value_unbounded"


def test_which_outcomes_are_rare():
    assert outcome_is_rare(0.149)
    assert not outcome_is_rare(0.15)


ratios = st.floats(0.02, 50)


@settings(max_examples=50, deadline=None)
@given(ratios, ratios)
def test_reciprocals_are_alike_and_farther_needs_more(first, second):
    for measure, rare in (("risk_ratio", None), ("odds_ratio", False), ("hazard_ratio", False)):
        found, mirrored, other = (
            e_value(between(None, value, None), measure, rare=rare) for value in (first, 1 / first, second)
        )
        assert found.estimate == pytest.approx(mirrored.estimate)
        assert bias_factor_of(found.estimate) == pytest.approx(found.bias_factor)
        # A common outcome never makes a ratio say more than a rare one does.
        assert found.bias_factor <= max(first, 1 / first) * (1 + 1e-12)
        if abs(math.log(first)) > abs(math.log(second)):
            assert found.estimate >= other.estimate * (1 - 1e-12)


rates = st.tuples(st.floats(0.02, 0.98), st.floats(0.02, 0.98), st.integers(10, 500), st.floats(-0.9, 0.9))


@settings(max_examples=50, deadline=None)
@given(rates, st.floats(0.05, 1.0))
def test_the_limit_of_a_difference_inverts_its_bound(drawn, share):
    treated, control, n, correlation = drawn
    plain = independent(treated, n, control, n)
    covariance = correlation * math.sqrt(plain.variance_treated * plain.variance_control)
    found = e_value_of_rates(
        ClusteredRates(
            treated=treated,
            control=control,
            variance_treated=plain.variance_treated,
            variance_control=plain.variance_control,
            covariance=covariance,
            n_clusters=n,
        )
    )
    (high, high_variance), (low, low_variance) = sorted(
        [(treated, plain.variance_treated), (control, plain.variance_control)], reverse=True
    )

    def lower_limit_of_the_bound(bias):
        scale = share + (1 - share) / bias
        variance = high_variance - 2 * bias * covariance + bias**2 * low_variance
        return scale * (high - bias * low) - Z * scale * math.sqrt(variance)

    if lower_limit_of_the_bound(1.0) <= 0:
        assert found.limit == 1.0
    else:
        bias = brentq(lower_limit_of_the_bound, 1.0, high / low, xtol=1e-12)
        assert found.bias_factor_limit == pytest.approx(bias, rel=1e-7)
    assert found.limit <= found.estimate * (1 + 1e-12)
    assert found.estimate == e_value_of_bias(high / low)


def test_what_cannot_be_used_is_refused():
    with pytest.raises(SettingsError, match="whether the outcome is rare"):
        e_value(between(0.4, 0.6, 0.9), "hazard_ratio")
    with pytest.raises(SettingsError, match="of an E-value must be one of hazard_ratio"):
        e_value(between(0.4, 0.6, 0.9), "rmst")
    with pytest.raises(EstimationError, match="A risk ratio must have an estimate"):
        e_value(UNDEFINED, "risk_ratio")
    with pytest.raises(EstimationError, match="bias factor must be a finite number above 0"):
        e_value_of_bias(0.0)
    with pytest.raises(EstimationError, match="share of patients with the outcome must lie between 0 and 1"):
        outcome_is_rare(15.0)
    with pytest.raises(EstimationError, match="0 patients of both arms have it"):
        e_value_of_rates(independent(0.0, 50, 0.0, 50))
    with pytest.raises(EstimationError, match="Both rates must lie between 0 and 1"):
        e_value_of_rates(
            ClusteredRates(
                treated=40.0, control=20.0, variance_treated=1.0, variance_control=1.0, covariance=0.0, n_clusters=2
            )
        )
    with pytest.raises(EstimationError, match="confidence level must lie between 0 and 1"):
        e_value_of_rates(independent(0.4, 50, 0.2, 50), confidence_level=95)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_the_ratio_of_rates_is_treated_versus_control_and_rarity_is_not_asked_of_a_risk_ratio():
    rates = ClusteredRates(
        treated=0.2, control=0.4, variance_treated=0.0016, variance_control=0.0024, covariance=0.0, n_clusters=200
    )
    found = e_value_of_rates(rates)
    assert (found.risk_ratio, found.bias_factor) == (0.5, 2.0)
    assert e_value(between(0.4, 0.6, 0.9), "risk_ratio", rare=True).rare is None


def test_an_interval_that_holds_no_effect_needs_no_confounder_however_alike_partners_are():
    """Where covariance exceeds the product of small rates, the root of the squared equation is another one."""
    rates = ClusteredRates(
        treated=0.05, control=0.04, variance_treated=0.0009, variance_control=0.0006, covariance=0.0006, n_clusters=60
    )
    assert e_value_of_rates(rates).limit == 1.0
