"""Weighted rates of two arms against R's survey, at their edges, and what scales may not change."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from analysis.outcomes import robust_rates
from analysis.outcomes.clustered_rates import clustered_rates
from analysis.outcomes.proportion import clopper_pearson_limits, normal_quantile
from analysis.outcomes.rate_effects import RateWithSize, risk_difference
from analysis.outcomes.response import compare_response
from analysis.outcomes.robust_rates import contrast_weighted_rates
from tests.analysis.outcomes.weighted_reference import CASES, weighted_cohort, weighted_reference

# Rates and their variances are closed forms; the file holds 15 digits of the scores.
CLOSED_FORM = 1e-10
# survey fits the models of difference and ratios by iteration.
ITERATED = 1e-8

Z = normal_quantile(0.95)


def compared(data, unit, **options):
    cluster = np.arange(data["time"].size) if unit == "id" else data["cluster"]
    return compare_response(
        data["outcome"], None, None, data["treated"], weights=data["weights"], cluster=cluster, robust=True, **options
    )


def half_width(estimate):
    return (math.log(estimate.ci_upper) - math.log(estimate.ci_lower)) / (2 * Z)


@pytest.mark.parametrize("unit", ["id", "cl"])
@pytest.mark.parametrize(("name", "scheme"), CASES)
def test_rates_and_contrasts_equal_survey_but_for_its_factor(name, scheme, unit):
    expected = weighted_reference()[name]["results"][scheme][unit]["rates"]
    comparison = compared(weighted_cohort(name, scheme), unit)
    # survey multiplies variances by n/(n − 1), n the number of units; here there is no such factor.
    factor = math.sqrt(expected["n_units"] / (expected["n_units"] - 1))
    for arm in ("treated", "control"):
        found, theirs = getattr(comparison, arm).objective_response, expected[arm]
        assert found.rate == pytest.approx(theirs["rate"], rel=CLOSED_FORM)
        centre = logit(found.rate)
        wider = [expit(centre + factor * (logit(limit) - centre)) for limit in (found.ci_lower, found.ci_upper)]
        assert wider == pytest.approx(theirs["logit"], rel=ITERATED)
    contrast = comparison.objective_response
    difference = contrast.risk_difference
    assert difference.estimate == pytest.approx(expected["difference"]["estimate"], rel=ITERATED, abs=1e-12)
    error = (difference.ci_upper - difference.ci_lower) / (2 * Z)
    assert factor * error == pytest.approx(expected["difference"]["error"], rel=ITERATED)
    for found, theirs in ((contrast.risk_ratio, "log_ratio"), (contrast.odds_ratio, "log_odds")):
        assert math.log(found.estimate) == pytest.approx(expected[theirs]["estimate"], rel=ITERATED, abs=1e-12)
        assert factor * half_width(found) == pytest.approx(expected[theirs]["error"], rel=ITERATED)
    assert contrast.test.name == "Robust Wald"
    z = expected["difference"]["estimate"] / expected["difference"]["error"] * factor
    assert contrast.test.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-6)
    by = {"id": "patients", "cl": "clusters"}[unit]
    assert comparison.method == (f"logit (rates), Wald (difference), logarithmic (ratios), sandwich variance over {by}")


def test_tests_of_raw_counts_are_not_given():
    contrast = compared(weighted_cohort("veteran", "overlap"), "id").objective_response
    assert {name for name, p in contrast.tests.items() if p is not None} == {"robust_wald", "robust_score"}
    assert contrast.paired_difference is None


ARM = np.array([True] * 4 + [False] * 6)
WEIGHTS = np.array([1.0, 2.0, 0.5, 1.5, 1.0, 1.0, 3.0, 0.5, 2.0, 1.0])


def edge(outcome, treated=ARM, weights=WEIGHTS, **options):
    return compare_response(np.array(outcome, bool), None, None, treated, weights=weights, robust=True, **options)


def test_a_rate_of_zero_has_exact_limits_and_a_score_test():
    outcome = [0, 0, 0, 0, 1, 0, 1, 0, 0, 1]
    comparison = edge(outcome)
    treated, contrast = comparison.treated.objective_response, comparison.objective_response
    sizes = 25 / 7.5, 8.5**2 / 16.25
    assert (treated.rate, treated.ci_lower) == (0.0, 0.0)
    assert treated.ci_upper == pytest.approx(clopper_pearson_limits(0.0, sizes[0], 0.95)[1])
    newcombe = risk_difference(RateWithSize(rate=0.0, size=sizes[0]), RateWithSize(rate=5 / 8.5, size=sizes[1]))
    assert contrast.risk_difference.ci_lower == pytest.approx(newcombe.ci_lower)
    assert (contrast.risk_ratio.estimate, contrast.risk_ratio.ci_lower, contrast.odds_ratio.ci_upper) == (
        0.0,
        None,
        None,
    )
    # The rate both arms would share, by effective sizes, and the squares of the scores about it.
    shared = sizes[1] * (5 / 8.5) / sum(sizes)
    total = np.where(ARM, 5.0, 8.5)
    square = np.sum((WEIGHTS / total * (np.array(outcome) - shared)) ** 2)
    assert contrast.test.name == "Robust score"
    assert contrast.test.p_value == pytest.approx(math.erfc(5 / 8.5 / math.sqrt(2 * square)))
    assert [note.code for note in comparison.notes] == [
        "weighted_rates",
        "rate_without_variance",
        "difference_without_variance",
        "ratio_limits_undefined",
    ]


@pytest.mark.parametrize(("outcome", "ratio"), [([1] * 10, 1.0), ([0] * 10, None)])
def test_everyone_and_no_responder_leave_no_difference(outcome, ratio):
    comparison = edge(outcome)
    contrast = comparison.objective_response
    assert contrast.risk_difference.estimate == 0.0
    assert contrast.risk_difference.ci_lower < 0 < contrast.risk_difference.ci_upper
    assert (contrast.test.name, contrast.test.p_value) == ("Fisher exact", 1.0)
    assert (contrast.risk_ratio.estimate, contrast.risk_ratio.ci_lower) == (ratio, None)
    assert contrast.odds_ratio.estimate is None


def test_everyone_against_no_responder():
    contrast = edge(ARM).objective_response
    assert contrast.risk_difference.estimate == 1.0
    assert (contrast.risk_ratio.estimate, contrast.odds_ratio.estimate) == (None, None)
    assert contrast.test.name == "Robust score"
    assert 0 < contrast.test.p_value < 0.05


def test_one_patient_in_an_arm():
    treated = np.arange(10) < 1
    comparison = edge([1, 0, 0, 1, 0, 1, 0, 0, 0, 1], treated)
    rate = comparison.treated.objective_response
    assert (rate.rate, rate.ci_lower, rate.ci_upper) == (1.0, pytest.approx(0.025), 1.0)
    assert comparison.objective_response.risk_ratio.ci_lower is None
    assert comparison.objective_response.test.name == "Robust score"


def test_arms_that_agree_in_every_set_have_no_variance_of_the_contrast():
    outcome, treated = [1, 1, 0, 0, 1, 1, 0, 0], np.tile([True, False], 4)
    comparison = edge(outcome, treated, np.repeat([1.0, 2.0, 1.0, 3.0], 2), subclass=np.repeat(np.arange(4), 2))
    contrast = comparison.objective_response
    assert contrast.risk_difference.ci_lower < 0 < contrast.risk_difference.ci_upper
    assert (contrast.test.name, contrast.test.p_value) == ("Robust score", 1.0)
    assert contrast.risk_ratio.ci_lower is None
    text = comparison.notes[-1].text
    assert text.startswith("Ratios of objective response have no confidence limits: the arms agree in every set")


def test_sets_outside_of_any_are_patients():
    outcome, treated = np.array([1, 0, 1, 0, 0, 1, 0, 1], bool), np.tile([True, False], 4)
    subclass = np.array([0, 0, 1, 1, -1, -1, -1, -1])
    weights = np.array([1.0, 2, 1, 3, 1, 2, 1, 1])
    own = compare_response(outcome, None, None, treated, weights=weights, subclass=subclass, robust=True)
    named = compare_response(
        outcome, None, None, treated, weights=weights, cluster=[0, 0, 1, 1, 2, 3, 4, 5], robust=True
    )
    assert own.objective_response.test.p_value == named.objective_response.test.p_value


def test_pairs_have_tests_of_their_own():
    with pytest.raises(ValueError, match="pairs=True excludes robust=True"):
        edge([1] * 10, subclass=np.arange(10), pairs=True)


def figures(comparison):
    contrast = comparison.objective_response
    effects = (contrast.risk_difference, contrast.risk_ratio, contrast.odds_ratio)
    rates = (comparison.treated.objective_response, comparison.control.objective_response)
    limits = [value for item in (*effects, *rates) for value in (item.ci_lower, item.ci_upper)]
    return [*limits, contrast.test.p_value]


arms = st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 9)), min_size=4, max_size=40).filter(
    lambda rows: len({arm for arm, _, _ in rows}) == 2
)


@settings(max_examples=50, deadline=None)
@given(arms, st.sampled_from([1e-200, 1e-5, 7.0, 1e200]), st.sampled_from([1e-100, 0.3, 1e100]))
def test_scale_of_an_arms_weights_changes_nothing(rows, common, treated_only):
    treated, outcome, weight = (np.array(column) for column in zip(*rows, strict=True))
    weights = weight / 4.0
    once = edge(outcome, treated, weights)
    scaled = edge(outcome, treated, weights * common * np.where(treated, treated_only, 1.0))
    assert once.objective_response.test.name == scaled.objective_response.test.name
    for ours, theirs in zip(figures(once), figures(scaled), strict=True):
        assert (ours is None) == (theirs is None)
        assert ours is None or theirs == pytest.approx(ours, rel=1e-8, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(arms)
def test_limits_hold_their_estimates_and_exchanging_arms_turns_the_sign(rows):
    treated, outcome, weight = (np.array(column) for column in zip(*rows, strict=True))
    contrast = contrast_weighted_rates(outcome, treated, weight.astype(float))
    reverse = contrast_weighted_rates(outcome, ~treated, weight.astype(float))
    assert reverse.test.p_value == pytest.approx(contrast.test.p_value, rel=1e-9)
    assert reverse.risk_difference.ci_lower == pytest.approx(-contrast.risk_difference.ci_upper, abs=1e-12)
    for effect in (contrast.risk_difference, contrast.risk_ratio, contrast.odds_ratio):
        if effect.ci_lower is not None:
            assert effect.ci_lower <= effect.estimate <= effect.ci_upper


@settings(max_examples=40, deadline=None)
@given(arms)
def test_weights_of_one_give_the_unweighted_rates(rows):
    treated, outcome, _ = (np.array(column) for column in zip(*rows, strict=True))
    plain = compare_response(outcome, None, None, treated)
    robust = edge(outcome, treated, np.ones(len(rows)))
    for arm in ("treated", "control"):
        ours, theirs = getattr(robust, arm), getattr(plain, arm)
        assert ours.objective_response.rate == theirs.objective_response.rate
        assert ours.effective_sample_size is None
    rates = clustered_rates(outcome, treated)
    if robust.objective_response.test.name == "Robust Wald":
        z = (rates.treated - rates.control) / math.sqrt(rates.variance_treated + rates.variance_control)
        assert robust.objective_response.test.p_value == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-9)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(robust_rates)
    assert outcome.attempted > 0
    assert outcome.failed == 0
