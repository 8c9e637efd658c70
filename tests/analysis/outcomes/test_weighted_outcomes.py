"""Weighted arms compared on survival: real cohorts and six kinds of weights against R, and what scales may not change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes.cox import cox_hazard_ratio, proportional_hazards_test
from analysis.outcomes.logrank import robust_logrank_test
from analysis.outcomes.survival import kaplan_meier
from analysis.outcomes.survival_comparison import compare_survival
from tests.analysis.outcomes.survival_reference import cohorts, numbers
from tests.analysis.outcomes.weighted_reference import CASES, weighted_cohort, weighted_reference

# Sums over patients in another order; the file holds 15 digits of the scores.
CLOSED_FORM = 1e-10
# Both sides iterate until the likelihood no longer rises; R stops on its logarithm, here on the step.
ITERATED = 1e-8
# The statistic squares a sum of scores that R takes over patients split at every event.
SPLIT = 1e-7


def compared(data, unit, **options):
    cluster = np.arange(data["time"].size) if unit == "id" else data["cluster"]
    return compare_survival(
        *(data[key] for key in ("time", "event", "treated")),
        weights=data["weights"],
        cluster=cluster,
        stratify=False,
        unweighted_tests=False,
        **options,
    )


@pytest.mark.parametrize(("name", "scheme"), CASES)
def test_weighted_curves_equal_r(name, scheme):
    reference = weighted_reference()[name]
    comparison = compared(weighted_cohort(name, scheme), "id", times=reference["ticks"])
    for arm in ("treated", "control"):
        expected, found = reference["results"][scheme][arm], getattr(comparison, arm)
        curve = found.curve
        medians = [curve.median, curve.median_ci_lower, curve.median_ci_upper]
        np.testing.assert_allclose(numbers(medians), numbers(expected["median"]), rtol=CLOSED_FORM)
        rows = [(row.survival, row.ci_lower, row.ci_upper) for row in found.at]
        theirs = zip(*(expected[key] for key in ("survival", "lower", "upper")), strict=True)
        np.testing.assert_allclose(
            np.array([numbers(row) for row in rows]), np.array([numbers(row) for row in theirs]), rtol=CLOSED_FORM
        )
        # R's error beside a tick is that of the last time before it.
        last = np.searchsorted(curve.time, reference["ticks"], side="right") - 1
        np.testing.assert_allclose(curve.standard_error[last], numbers(expected["error"]), rtol=CLOSED_FORM, atol=1e-15)


@pytest.mark.parametrize("unit", ["id", "cl"])
@pytest.mark.parametrize(("name", "scheme"), CASES)
def test_weighted_contrasts_equal_r(name, scheme, unit):
    reference = weighted_reference()[name]
    expected = reference["results"][scheme][unit]
    comparison = compared(weighted_cohort(name, scheme), unit, rmst_horizon=reference["horizon"])
    assert (comparison.log_rank, comparison.log_rank_stratified, comparison.cox_stratified) == (None, None, None)
    cox = expected["cox"]
    found = comparison.cox
    # Some ratios are 1 to four decimals: the error of the logarithm is held against its standard error.
    assert found.log_hazard_ratio == pytest.approx(cox["log_hazard_ratio"], rel=ITERATED, abs=ITERATED * cox["error"])
    assert found.standard_error == pytest.approx(cox["error"], rel=ITERATED)
    assert comparison.log_rank_robust.chi_square == pytest.approx(cox["robust_score"], rel=1e-8, abs=1e-12)
    means = expected["rmst"]
    assert [comparison.rmst.treated, comparison.rmst.control] == pytest.approx(
        [means["treated"], means["control"]], rel=CLOSED_FORM
    )
    assert comparison.rmst.standard_error == pytest.approx(means["error"], rel=CLOSED_FORM)
    if expected["proportionality"] is not None:
        assert comparison.proportional_hazards.chi_square == pytest.approx(
            expected["proportionality"]["chi_square"], rel=SPLIT
        )
    by = {"id": "over patients", "cl": "over clusters"}[unit]
    for made in (found, comparison.log_rank_robust, comparison.rmst, comparison.proportional_hazards):
        assert by in made.method


@settings(max_examples=40, deadline=None)
@given(cohorts(smallest=8), st.sampled_from([1e-200, 1e-6, 3.0, 1e200]))
def test_a_common_factor_of_the_weights_changes_no_contrast(cohort, factor):
    once = compared(cohort, "cl")
    scaled = compared({**cohort, "weights": cohort["weights"] * factor}, "cl")
    assert [note.code for note in once.notes] == [note.code for note in scaled.notes]
    for name, fields in (
        ("cox", ("log_hazard_ratio", "standard_error")),
        ("log_rank_robust", ("chi_square",)),
        ("proportional_hazards", ("chi_square",)),
        ("rmst", ("difference", "standard_error")),
    ):
        ours, theirs = getattr(once, name), getattr(scaled, name)
        assert (ours is None) == (theirs is None)
        for field in fields if ours is not None else ():
            assert getattr(theirs, field) == pytest.approx(getattr(ours, field), rel=1e-6, abs=1e-7)
    if once.log_rank_robust is not None:
        assert scaled.log_rank_robust.observed_treated == pytest.approx(
            once.log_rank_robust.observed_treated * factor, rel=1e-12
        )


@settings(max_examples=30, deadline=None)
@given(cohorts(smallest=8), st.sampled_from([1e-100, 0.25, 7.0, 1e100]))
def test_a_factor_of_one_arm_changes_no_curve(cohort, factor):
    once = compared(cohort, "cl", times=[3, 7])
    scaled = compared({**cohort, "weights": cohort["weights"] * np.where(cohort["treated"], factor, 1.0)}, "cl")
    for arm in ("treated", "control"):
        ours, theirs = getattr(once, arm).curve, getattr(scaled, arm).curve
        for field in ("survival", "standard_error", "ci_lower", "ci_upper"):
            np.testing.assert_allclose(getattr(theirs, field), getattr(ours, field), rtol=1e-9, atol=1e-7)
        assert theirs.median == ours.median
    if once.rmst is not None:
        assert scaled.rmst.difference == pytest.approx(once.rmst.difference, rel=1e-9, abs=1e-12)
        assert scaled.rmst.standard_error == pytest.approx(once.rmst.standard_error, rel=1e-6, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(cohorts(smallest=8), st.sampled_from([1.0, 2.0, 0.1]))
def test_equal_weights_give_the_unweighted_estimates(cohort, weight):
    basic = (cohort["time"], cohort["event"], cohort["treated"])
    n = cohort["time"].size
    plain = compare_survival(*basic, cluster=np.arange(n), stratify=False, unweighted_tests=False)
    equal = compare_survival(
        *basic, weights=np.full(n, weight), cluster=np.arange(n), stratify=False, unweighted_tests=False
    )
    np.testing.assert_array_equal(plain.treated.curve.ci_lower, equal.treated.curve.ci_lower)
    for name in ("cox", "log_rank_robust", "proportional_hazards", "rmst"):
        ours, theirs = getattr(plain, name), getattr(equal, name)
        assert (ours is None) == (theirs is None)
        assert ours is None or ours.p_value == theirs.p_value


def test_the_comparison_holds_its_parts():
    data = weighted_cohort("veteran", "overlap")
    basic = (data["time"], data["event"], data["treated"], data["weights"], data["cluster"])
    comparison = compared(data, "cl")
    assert comparison.log_rank_robust.chi_square == robust_logrank_test(*basic).chi_square
    assert comparison.proportional_hazards.chi_square == pytest.approx(
        proportional_hazards_test(*basic).chi_square, rel=1e-12
    )
    whole = cox_hazard_ratio(*basic[:3], weights=basic[3], cluster=basic[4])
    assert comparison.cox.standard_error == whole.standard_error
    assert comparison.method.endswith("weighted, variances over clusters")


def test_a_weighted_comparison_without_events_says_so_once():
    comparison = compare_survival(
        [1, 2, 3, 4], [False] * 4, [True, True, False, False], weights=[1, 2, 1, 2], unweighted_tests=False
    )
    assert [note.code for note in comparison.notes] == [
        "no_events",
        "no_events",
        "log_rank_robust_not_estimable",
        "hazard_ratio_not_estimable",
    ]
    assert (comparison.log_rank, comparison.log_rank_robust, comparison.proportional_hazards) == (None, None, None)


def test_the_weighted_test_of_proportional_hazards_needs_two_event_times():
    with pytest.raises(EstimationError, match="needs events at two times or more at which both arms are at risk"):
        proportional_hazards_test([1, 1, 2, 2], [1, 1, 0, 0], [True, False, True, False], weights=[1, 2, 3, 4])


def test_a_patient_of_almost_no_weight_moves_nothing():
    time, event = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([True, True, False, True, True])
    weights = np.array([1.0, 2.0, 1.5, 1.0, 1e-14])
    with_them, without = kaplan_meier(time, event, weights), kaplan_meier(time[:4], event[:4], weights[:4])
    np.testing.assert_allclose(with_them.survival[:3], without.survival[:3], rtol=1e-12)
    assert with_them.survival[3] == pytest.approx(0.0, abs=1e-13)
    np.testing.assert_allclose(with_them.standard_error[:3], without.standard_error[:3], rtol=1e-12)
    assert with_them.effective_n == pytest.approx(without.effective_n, rel=1e-12)
