"""Measured covariates as a scale for the unmeasured: by hand, by the bias a binary confounder makes, and refusals."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes.rate_effects import Estimate
from analysis.sensitivity import measured_covariates as module
from analysis.sensitivity.e_value import e_value, e_value_of_bias
from analysis.sensitivity.measured_covariates import (
    MeasuredCovariate,
    bias_factor,
    compare_with_covariates,
    e_value_of_omission,
    level_ratio,
)

EFFECT = e_value(Estimate(estimate=2.0, ci_lower=1.2, ci_upper=3.3), "risk_ratio")


def covariate(name, treatment_ratio, outcome_ratio):
    return MeasuredCovariate(name=name, treatment_ratio=treatment_ratio, outcome_ratio=outcome_ratio)


def test_by_hand():
    found = compare_with_covariates(
        EFFECT, [covariate("sex", 1.1, 1.1), covariate("stage", 1 / 4, 5.0), covariate("age", 2.0, 1 / 3)]
    )
    # 4·5/8, 2·3/4 and 1.21/1.2.
    assert [bias.name for bias in found.covariates] == ["stage", "age", "sex"]
    assert [bias.bias_factor for bias in found.covariates] == pytest.approx([2.5, 1.5, 1.21 / 1.2])
    assert [bias.explains_estimate for bias in found.covariates] == [True, False, False]
    assert [bias.explains_limit for bias in found.covariates] == [True, True, False]
    assert found.strongest.e_value == pytest.approx(e_value_of_bias(2.5))
    assert found.notes[0].text == "An unmeasured confounder as strong as stage could move the estimate to no effect."
    weaker = compare_with_covariates(EFFECT, [covariate("age", 2.0, 3.0)])
    assert "the confidence limit" in weaker.notes[0].text
    assert compare_with_covariates(EFFECT, [covariate("sex", 1.1, 1.1)]).notes == ()


def test_without_a_finite_e_value_nothing_is_claimed():
    unbounded = e_value(Estimate(estimate=0.0, ci_lower=None, ci_upper=None), "risk_ratio")
    strongest = compare_with_covariates(unbounded, [covariate("age", 3.0, 3.0)]).strongest
    assert (strongest.explains_estimate, strongest.explains_limit) == (None, None)


shares = st.floats(0.02, 0.98)


@settings(max_examples=50, deadline=None)
@given(shares, shares, st.floats(1.0, 30.0))
def test_no_binary_confounder_biases_by_more_than_its_factor(treated, control, strength):
    made = (1 + (strength - 1) * treated) / (1 + (strength - 1) * control)
    factor = bias_factor(level_ratio([treated, 1 - treated], [control, 1 - control]), strength)
    assert max(made, 1 / made) <= factor * (1 + 1e-12)


@settings(max_examples=50, deadline=None)
@given(st.floats(1.0, 1e6), st.floats(1.0, 1e6))
def test_both_associations_count_alike_and_neither_is_exceeded(first, second):
    factor = bias_factor(first, second)
    assert factor == pytest.approx(bias_factor(second, first))
    assert factor * (1 + 1e-12) >= 1.0
    assert factor <= min(first, second) * (1 + 1e-12)
    assert bias_factor(e_value_of_bias(first), e_value_of_bias(first)) == pytest.approx(first)


def test_a_level_found_in_one_arm_only_is_unbounded():
    assert level_ratio([0.5, 0.5, 0.0], [0.5, 0.3, 0.2]) is None
    assert level_ratio([0.5, 0.5, 0.0], [0.25, 0.75, 0.0]) == 2.0


def test_what_cannot_be_used_is_refused():
    with pytest.raises(EstimationError, match="needs at least one; 0 were given"):
        compare_with_covariates(EFFECT, [])
    with pytest.raises(EstimationError, match="1 of 2 covariates have one that is not"):
        compare_with_covariates(EFFECT, [covariate("age", 2.0, 3.0), covariate("sex", float("inf"), 1.0)])
    for treated, control in (([0.5, 0.4], [0.5, 0.5]), ([1.0], [0.5, 0.5]), ([1.5, -0.5], [0.5, 0.5])):
        with pytest.raises(EstimationError, match="add up to 1 in each"):
            level_ratio(treated, control)
    with pytest.raises(EstimationError, match="Both ratios must be finite and above 0"):
        e_value_of_omission(-0.2, 0.5)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_a_covariate_that_biases_exactly_as_much_explains():
    effect = e_value(Estimate(estimate=1.5, ci_lower=1.5, ci_upper=2.0), "risk_ratio")
    strongest = compare_with_covariates(effect, [covariate("stage", 2.0, 3.0)]).strongest
    assert (strongest.bias_factor, strongest.explains_estimate, strongest.explains_limit) == (1.5, True, True)
