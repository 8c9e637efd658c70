"""Rates and their confidence intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.outcomes.proportion import (
    clopper_pearson_limits,
    effective_sample_size,
    estimate_rate,
    normal_quantile,
    wilson_limits,
)

# Closed forms; R prints 15 digits, the incomplete beta inverse keeps 12 of them.
R_TOLERANCE = 1e-11

# (count, n, level): R's binom.test(count, n, conf.level = level)$conf.int
EXACT_IN_R = {
    (10, 25, 0.95): (0.211254806465142, 0.61334650374316),
    (3, 25, 0.95): (0.0254653966477332, 0.312190307286235),
    (3, 25, 0.90): (0.0335195949895047, 0.281722507977714),
    (0, 12, 0.95): (0.0, 0.264648469397051),
    (9, 9, 0.95): (0.663732883120057, 1.0),
    (90, 310, 0.90): (0.247935837889923, 0.335726674725036),
    (5200, 10400, 0.95): (0.490343540696598, 0.509656459303402),
}

# (count, n): R's prop.test(count, n, correct = FALSE)$conf.int
WILSON_IN_R = {
    (10, 25): (0.23403302377748, 0.59260542641033),
    (0, 12): (0.0, 0.242494006655241),
    (9, 9): (0.700854951580456, 1.0),
    (130, 300): (0.378451318145469, 0.489901078017803),
}


@pytest.mark.parametrize(("case", "limits"), EXACT_IN_R.items())
def test_exact_limits_are_those_of_r(case, limits):
    count, n, level = case
    assert clopper_pearson_limits(count / n, n, level) == pytest.approx(limits, rel=R_TOLERANCE, abs=R_TOLERANCE)


@pytest.mark.parametrize(("case", "limits"), WILSON_IN_R.items())
def test_score_limits_are_those_of_r(case, limits):
    count, n = case
    assert wilson_limits(count / n, n, 0.95) == pytest.approx(limits, rel=R_TOLERANCE, abs=R_TOLERANCE)


def test_interval_is_chosen_by_name():
    outcome = np.arange(25) < 10
    exact = estimate_rate(outcome)
    score = estimate_rate(outcome, confidence_interval="wilson")
    assert (exact.ci_lower, exact.ci_upper) == pytest.approx(EXACT_IN_R[10, 25, 0.95])
    assert (score.ci_lower, score.ci_upper) == pytest.approx(WILSON_IN_R[10, 25])


def test_weighted_rate_by_hand():
    # Weights 2, 1, 1 with the outcome in the first: 2/4; effective size 16/6.
    rate = estimate_rate(np.array([True, False, False]), np.array([2.0, 1.0, 1.0]))
    assert rate.count == 1
    assert rate.rate == pytest.approx(0.5)
    assert (rate.ci_lower, rate.ci_upper) == clopper_pearson_limits(0.5, 16 / 6, 0.95)


def test_effective_size_by_hand():
    assert effective_sample_size(np.array([2.0, 1.0, 1.0])) == pytest.approx(16 / 6)


def test_normal_quantile():
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054, rel=1e-14)


@settings(max_examples=50, deadline=None)
@given(n=st.integers(1, 400), data=st.data(), weight=st.floats(1e-3, 1e3), wilson=st.booleans())
def test_equal_weights_change_nothing(n, data, weight, wilson):
    outcome = np.arange(n) < data.draw(st.integers(0, n))
    method = "wilson" if wilson else "clopper-pearson"
    plain = estimate_rate(outcome, confidence_interval=method)
    weighted = estimate_rate(outcome, np.full(n, weight), confidence_interval=method)
    assert (plain.count, plain.rate, plain.ci_lower, plain.ci_upper) == (
        weighted.count,
        weighted.rate,
        weighted.ci_lower,
        weighted.ci_upper,
    )


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 400), data=st.data(), wilson=st.booleans())
def test_limits_hold_the_rate_and_mirror_it(n, data, wilson):
    count = data.draw(st.integers(0, n))
    limits = wilson_limits if wilson else clopper_pearson_limits
    lower, upper = limits(count / n, n, 0.95)
    assert 0 <= lower <= count / n <= upper <= 1
    assert limits((n - count) / n, n, 0.95) == pytest.approx((1 - upper, 1 - lower), abs=1e-9)
    assert (lower == 0) == (count == 0)
    assert (upper == 1) == (count == n)


@settings(max_examples=50, deadline=None)
@given(weights=st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_effective_size_is_at_most_the_number_of_patients(weights):
    size = effective_sample_size(np.array(weights))
    assert 1 - 1e-9 <= size <= len(weights) + 1e-9
