"""Differences and ratios of two rates."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.outcomes.rate_effects import RateWithSize, odds_ratio, paired_difference, risk_difference, risk_ratio

# The papers print four digits.
PUBLISHED = 5e-5

# The reference solves the score equation with a nuisance share found by numerical maximisation, good to 1e-7.
NUMERICAL = 1e-6

# Newcombe 1998 (difference), table II, method 10: count/n v count/n, lower, upper.
NEWCOMBE = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0)),
    ((10, 10, 0, 10), (0.6075, 1.0)),
]

# Pairs with the outcome in one partner only, all pairs, Tango's limits. The second row is published with
# four digits (-0.1240, -0.0054); all were recomputed in R from the likelihood, without the closed form.
TANGO = [
    ((1, 7, 21), (-0.517232277, -0.026003032)),
    ((6, 16, 161), (-0.124023432, -0.005433395)),
    ((40, 20, 160), (0.030864532, 0.218064244)),
    ((8, 1, 25), (0.053870825, 0.490445039)),
]


def arms(treated_count, treated_n, control_count, control_n):
    return (
        RateWithSize(rate=treated_count / treated_n, size=treated_n),
        RateWithSize(rate=control_count / control_n, size=control_n),
    )


@pytest.mark.parametrize(("counts", "limits"), NEWCOMBE)
def test_difference_as_published(counts, limits):
    difference = risk_difference(*arms(*counts))
    assert difference.estimate == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (difference.ci_lower, difference.ci_upper) == pytest.approx(limits, abs=PUBLISHED)


def test_ratios_by_hand():
    # 10/25 v 3/25: variances 1/10 − 1/25 + 1/3 − 1/25 and 1/10 + 1/15 + 1/3 + 1/22.
    ratio, odds = risk_ratio(*arms(10, 25, 3, 25)), odds_ratio(*arms(10, 25, 3, 25))
    assert ratio.estimate == pytest.approx(10 / 3)
    assert math.log(ratio.ci_upper / ratio.estimate) == pytest.approx(
        1.959963984540054 * math.sqrt(1 / 10 - 1 / 25 + 1 / 3 - 1 / 25)
    )
    assert odds.estimate == pytest.approx(10 * 22 / (15 * 3))
    assert math.log(odds.estimate / odds.ci_lower) == pytest.approx(
        1.959963984540054 * math.sqrt(1 / 10 + 1 / 15 + 1 / 3 + 1 / 22)
    )


# Each: counts, risk ratio (estimate, has limits), odds ratio (estimate, has limits).
@pytest.mark.parametrize(
    ("counts", "ratio", "odds"),
    [
        ((3, 10, 0, 10), (None, False), (None, False)),
        ((0, 10, 0, 10), (None, False), (None, False)),
        ((0, 10, 3, 10), (0.0, False), (0.0, False)),
        ((10, 10, 5, 10), (2.0, True), (None, False)),
        ((5, 10, 10, 10), (0.5, True), (0.0, False)),
        ((10, 10, 10, 10), (1.0, False), (None, False)),
    ],
)
def test_undefined_is_none(counts, ratio, odds):
    for effect, (estimate, has_limits) in ((risk_ratio(*arms(*counts)), ratio), (odds_ratio(*arms(*counts)), odds)):
        assert effect.estimate == estimate
        assert (effect.ci_lower is not None) == has_limits
        assert (effect.ci_upper is not None) == has_limits


@pytest.mark.parametrize(("counts", "limits"), TANGO)
def test_paired_difference_against_r(counts, limits):
    difference = paired_difference(*counts)
    assert difference.estimate == pytest.approx((counts[0] - counts[1]) / counts[2])
    assert (difference.ci_lower, difference.ci_upper) == pytest.approx(limits, abs=NUMERICAL)


def test_paired_difference_as_published():
    difference = paired_difference(6, 16, 161)
    assert (round(difference.ci_lower, 4), round(difference.ci_upper, 4)) == (-0.1240, -0.0054)


def test_paired_difference_at_the_edges():
    z2 = 1.959963984540054**2
    agreeing = paired_difference(0, 0, 40)
    assert agreeing.estimate == 0
    assert (agreeing.ci_lower, agreeing.ci_upper) == pytest.approx((-z2 / (40 + z2), z2 / (40 + z2)))
    opposed = paired_difference(20, 0, 20)
    assert (opposed.ci_lower, opposed.ci_upper) == pytest.approx(((20 - z2) / (20 + z2), 1.0))


rates = st.tuples(st.integers(1, 80), st.integers(1, 80)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@settings(max_examples=60, deadline=None)
@given(rates)
def test_exchanging_the_arms_mirrors_every_effect(counts):
    treated, control = arms(*counts)
    difference, mirrored = risk_difference(treated, control), risk_difference(control, treated)
    assert -1 <= difference.ci_lower <= difference.estimate <= difference.ci_upper <= 1
    assert (mirrored.ci_lower, mirrored.ci_upper) == pytest.approx((-difference.ci_upper, -difference.ci_lower))
    for effect in (risk_ratio, odds_ratio):
        forward, backward = effect(treated, control), effect(control, treated)
        if forward.ci_lower is not None and backward.ci_upper is not None:
            assert forward.ci_lower <= forward.estimate <= forward.ci_upper
            assert forward.ci_lower * backward.ci_upper == pytest.approx(1)


pair_counts = st.integers(1, 120).flatmap(
    lambda n: st.integers(0, n).flatmap(lambda b: st.tuples(st.just(b), st.integers(0, n - b), st.just(n)))
)


@settings(max_examples=60, deadline=None)
@given(pair_counts)
def test_tango_limits_solve_the_score_equation(counts):
    treated_only, control_only, n = counts
    difference = paired_difference(*counts)
    mirrored = paired_difference(control_only, treated_only, n)
    assert -1 <= difference.ci_lower <= difference.estimate <= difference.ci_upper <= 1
    assert mirrored.ci_upper == pytest.approx(-difference.ci_lower, abs=1e-12)
    for limit in (difference.ci_lower, difference.ci_upper):
        if abs(limit) < 1 - 1e-9:
            # The likelihood equation of the share q of control-only pairs, given the difference.
            a = 2 * n
            b = (2 * n - treated_only + control_only) * limit - treated_only - control_only
            q = (math.sqrt(max(0.0, b * b + 4 * a * control_only * limit * (1 - limit))) - b) / (2 * a)
            gap = treated_only - control_only - n * limit
            assert gap**2 == pytest.approx(1.959963984540054**2 * n * (2 * q + limit - limit**2), rel=1e-5, abs=1e-5)
