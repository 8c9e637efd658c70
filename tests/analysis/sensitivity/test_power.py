"""What could have been shown: by hand, against R, by simulation of nothing but formulae inverted, laws, refusals."""

import doctest
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from analysis.errors import EstimationError
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.sensitivity import power as module
from analysis.sensitivity.power import (
    POWERS,
    detectable_from_error,
    detectable_hazard_ratio,
    detectable_paired_difference,
    detectable_rate_difference,
    what_is_not_excluded,
)
from tests.analysis.sensitivity.sensitivity_reference import sensitivity_reference

CASES = sensitivity_reference()

# R's root finder was asked for 1e-12 of a rate.
R_ROOT = 1e-9

Z_LEVEL, Z_80, Z_90 = 1.959963984540054, 0.8416212335729143, 1.2815515655446004


def test_hazard_ratios_by_hand():
    # 64 events in equal arms: standard error 1/√16.
    for power, z in zip(POWERS, (Z_80, Z_90), strict=True):
        found = detectable_hazard_ratio(64, power=power)
        assert found.standard_error == 0.25
        assert (math.log(found.above), math.log(found.below)) == pytest.approx(((Z_LEVEL + z) / 4, -(Z_LEVEL + z) / 4))
        by_error = detectable_from_error(0.25, power=power)
        assert (by_error.below, by_error.above) == (found.below, found.above)
    # A quarter treated: d·3/16.
    assert detectable_hazard_ratio(48, share_treated=0.25).standard_error == pytest.approx(1 / 3)
    assert found.notes == ()
    assert detectable_hazard_ratio(64, pairs=True).notes[0].code == "pairs_as_independent"


def test_the_textbook_number_of_events():
    # Halving the hazard at 80 % power needs 65.35 events in equal arms: 4·(1.96 + 0.84)²/log²2.
    assert detectable_hazard_ratio(65).below < 0.5 < detectable_hazard_ratio(66).below


@pytest.mark.parametrize("case", CASES["proportions"], ids=lambda case: f"{case['n']} at {case['rate']}")
def test_differences_equal_r(case):
    found = detectable_rate_difference(case["rate"], case["n"], case["n"], power=case["power"], alpha=case["alpha"])
    assert (found.below, found.above) == pytest.approx((case["below"], case["above"]), abs=R_ROOT)
    assert found.notes == ()


@pytest.mark.parametrize("case", CASES["connor"], ids=lambda case: f"{case['p10']} v {case['p01']}")
def test_pairs_invert_connors_formula(case):
    # The formula's number is no whole one; the kernel takes it as it is.
    found = detectable_paired_difference(case["p10"] + case["p01"], case["n"], power=case["power"], alpha=case["alpha"])
    assert found.above == pytest.approx(case["p10"] - case["p01"])
    assert found.below == -found.above


rates, sizes = st.floats(0.0, 1.0), st.integers(8, 3000)


@settings(max_examples=50, deadline=None)
@given(rates, sizes, sizes, st.sampled_from([0.8, 0.9]))
def test_a_detectable_difference_has_its_power(control, n_treated, n_control, power):
    found = detectable_rate_difference(control, n_treated, n_control, power=power)
    assert found.below is None or -control <= found.below < 0
    assert found.above is None or 0 < found.above <= 1 - control
    for difference in (found.below, found.above):
        if difference is not None:
            rate = control + difference
            both = (n_treated * rate + n_control * control) / (n_treated + n_control)
            none = math.sqrt(both * (1 - both) * (1 / n_treated + 1 / n_control))
            own = math.sqrt(max(0.0, rate * (1 - rate) / n_treated) + control * (1 - control) / n_control)
            if own > 1e-6:
                assert float(ndtr((abs(difference) - Z_LEVEL * none) / own)) == pytest.approx(power, abs=1e-6)
    mirrored = detectable_rate_difference(1 - control, n_treated, n_control, power=power)
    assert (mirrored.above is None) == (found.below is None)
    if found.below is not None:
        assert mirrored.above == pytest.approx(-found.below, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.05, 0.95), st.integers(20, 2000), st.floats(0.5, 0.98), st.floats(0.001, 0.01))
def test_more_patients_show_more_and_more_power_less(rate, n, power, more):
    def shown(n, power):
        return [
            detectable_hazard_ratio(n, power=power).above,
            detectable_rate_difference(rate, n, n, power=power).above,
            detectable_paired_difference(rate, n, power=power).above,
        ]

    for fewer, larger in ((shown(2 * n, power), shown(n, power)), (shown(n, power), shown(n, power + more))):
        for near, far in zip(fewer, larger, strict=True):
            assert far is None or near < far


def test_too_few_to_show_anything():
    found = detectable_rate_difference(0.9, 10, 10)
    assert found.above is None
    assert found.below < 0
    assert found.notes[0].text.startswith(
        "With so few patients even the largest possible difference towards a higher rate"
    )
    pairs = detectable_paired_difference(0.1, 20)
    assert (pairs.below, pairs.above) == (None, None)
    assert "towards a lower or a higher rate" in pairs.notes[0].text
    assert detectable_paired_difference(0.0, 500).above is None
    assert detectable_paired_difference(0.9, 2).above is None


def test_pairs_could_not_have_shown_a_rate_below_0_or_above_1():
    # 12% of controls respond: the treated cannot lie 38.5 points lower, but as many higher.
    free, rare, usual = (detectable_paired_difference(0.44, 25, control_rate=rate) for rate in (None, 0.12, 0.88))
    assert free.below == pytest.approx(-free.above)
    assert (rare.below, rare.above) == (None, free.above)
    assert "towards a lower rate" in rare.notes[0].text
    assert (usual.below, usual.above) == (free.below, None)


def test_a_control_rate_of_0_leaves_nothing_lower():
    assert detectable_rate_difference(0.0, 50, 50).below is None


def test_nobody_among_controls_still_leaves_something_to_show():
    # From 0: p = z√(p(1 − p/2)/n) + z'√(p(1 − p)/n), solved for p.
    found = detectable_rate_difference(0.0, 50, 50).above
    assert found == pytest.approx(
        Z_LEVEL * math.sqrt(found * (1 - found / 2) / 50) + Z_80 * math.sqrt(found * (1 - found) / 50)
    )
    assert found > 0.05


def test_what_is_left_open():
    ratio = what_is_not_excluded(Estimate(estimate=0.8, ci_lower=0.55, ci_upper=1.2), "ratio")
    assert not ratio.significant
    assert (ratio.largest_decrease, ratio.largest_increase) == pytest.approx((0.45, 0.2))
    clear = what_is_not_excluded(Estimate(estimate=0.2, ci_lower=0.1, ci_upper=0.3), "difference", 0.9)
    assert clear.significant
    assert (clear.largest_decrease, clear.largest_increase, clear.confidence_level) == (None, 0.3, 0.9)


def test_what_cannot_be_used_is_refused():
    with pytest.raises(EstimationError, match="at least 1 event and patients of both arms; 0 events were given"):
        detectable_hazard_ratio(0)
    with pytest.raises(EstimationError, match="40 events were given, and patients of one arm"):
        detectable_hazard_ratio(40, share_treated=1.0)
    with pytest.raises(EstimationError, match="standard error of the log hazard ratio, a number above 0"):
        detectable_from_error(float("nan"))
    for wrong in ({"alpha": 5}, {"power": 80}, {"power": 0.01}):
        with pytest.raises(EstimationError, match=r"Give 0\.05 and 0\.8"):
            detectable_from_error(0.2, **wrong)
    with pytest.raises(EstimationError, match="rate among controls between 0 and 1"):
        detectable_rate_difference(20, 50, 50)
    with pytest.raises(EstimationError, match="rate among controls between 0 and 1"):
        detectable_rate_difference(0.2, 0, 50)
    with pytest.raises(EstimationError, match="0 pairs"):
        detectable_paired_difference(0.2, 0)
    with pytest.raises(EstimationError, match="must have an estimate"):
        what_is_not_excluded(UNDEFINED, "ratio")
    with pytest.raises(EstimationError, match="at least one limit is missing"):
        what_is_not_excluded(Estimate(estimate=0.8, ci_lower=None, ci_upper=1.2), "ratio")


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_a_limit_at_no_effect_excludes_nothing():
    upper = what_is_not_excluded(Estimate(estimate=0.8, ci_lower=0.6, ci_upper=1.0), "ratio")
    lower = what_is_not_excluded(Estimate(estimate=0.1, ci_lower=0.0, ci_upper=0.2), "difference")
    assert (upper.significant, upper.largest_increase) == (False, None)
    assert (lower.significant, lower.largest_decrease) == (False, None)
