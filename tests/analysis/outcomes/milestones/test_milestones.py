"""Differences at milestones, of medians and of means: by hand, against R, by their laws, and bad input."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.follow_up import one_arm, sort_follow_up
from analysis.outcomes.follow_up_kernel import TIE_TOLERANCE
from analysis.outcomes.milestones import differences, milestone_differences, resamples, survival_differences
from analysis.outcomes.milestones.jackknife import jackknifed_milestones
from analysis.outcomes.milestones.resamples_kernel import drawn_arm
from analysis.outcomes.rmst import rmst_comparison
from analysis.outcomes.survival import kaplan_meier, survival_at
from tests.analysis.outcomes.survival_reference import CASE_NAMES, CLOSED_FORM, arrays, case_named, cohorts

# Two thousand resamples know a standard error to about one part in sixty; three such parts.
RESAMPLED = 0.05


def test_two_arms_by_hand():
    row = milestone_differences([1, 2, 3, 4, 2, 2, 5, 6], [1, 1, 1, 1, 1, 0, 1, 1], [True] * 4 + [False] * 4, [2])[0]
    assert (row.treated, row.control, row.difference) == (0.5, 0.75, -0.25)
    # Binomial in each arm: 0.5 · 0.5/4 and 0.75 · 0.25/4.
    assert row.standard_error == pytest.approx(math.sqrt(0.0625 + 0.046875), rel=CLOSED_FORM)
    half = 1.959963984540054 * row.standard_error
    assert (row.ci_lower, row.ci_upper) == pytest.approx((-0.25 - half, -0.25 + half), rel=CLOSED_FORM)
    assert row.p_value == pytest.approx(math.erfc(0.25 / row.standard_error / math.sqrt(2)), rel=CLOSED_FORM)
    assert (row.at_risk_treated, row.at_risk_control) == (3, 4)


@pytest.mark.parametrize("name", CASE_NAMES)
def test_survival_and_errors_equal_r(name):
    case = case_named(name)
    data = arrays(case)
    end = min(data["time"][data["treated"]].max(), data["time"][~data["treated"]].max())
    chosen = [k for k, tick in enumerate(case["ticks"]) if 0 < tick <= end]
    ticks = [case["ticks"][k] for k in chosen]
    rows = milestone_differences(data["time"], data["event"], data["treated"], ticks)
    arms = [case[arm]["log-log"]["plain"]["at"] for arm in ("treated", "control")]
    for k, row in zip(chosen, rows, strict=True):
        survival, errors = ([arm[key][k] for arm in arms] for key in ("survival", "error"))
        assert row.difference == pytest.approx(survival[0] - survival[1], rel=CLOSED_FORM, abs=1e-12)
        if None not in errors:
            assert row.standard_error == pytest.approx(math.hypot(*errors), rel=CLOSED_FORM)


@settings(max_examples=50, deadline=None)
@given(cohorts(), st.data())
def test_a_resample_is_the_curve_of_patients_counted_as_often_as_drawn(cohort, data):
    follow_up = sort_follow_up(**cohort)
    arm = one_arm(follow_up, True)
    drawn = np.array(
        data.draw(st.lists(st.integers(0, 3), min_size=follow_up.n_clusters, max_size=follow_up.n_clusters))
    )
    ticks, found = np.array([3.0, 3.5, 8.0]), np.empty(5)
    rooms = np.empty(arm.starts.size - 1), np.empty(arm.starts.size - 1)
    inputs = arm.time, arm.event, arm.weights, arm.cluster, arm.starts, drawn
    drawn_arm(*inputs, ticks + arm.tie_gap, 7.0, TIE_TOLERANCE, *rooms, found)
    counts = arm.weights * drawn[arm.cluster]
    if counts.sum() == 0:
        assert np.isnan(found).all()
        return
    curve = kaplan_meier(arm.time, arm.event, weights=counts)
    np.testing.assert_allclose(found[:3], [row.survival for row in survival_at(curve, ticks)], atol=1e-12)
    assert found[3] == (np.inf if curve.median is None else curve.median)
    edges = np.concatenate([[0.0], np.minimum(curve.time, 7.0), [7.0]])
    area = np.concatenate([[1.0], curve.survival]) @ np.diff(edges)
    assert found[4] == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize("clustered", [True, False])
@pytest.mark.parametrize("together", [1, 250, resamples.TOGETHER])
def test_resamples_are_the_same_whether_drawn_together_or_one_after_another(clustered, together, monkeypatch):
    cohort = sets_of_two(12)
    follow_up = sort_follow_up(**cohort if clustered else {**cohort, "cluster": None})
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    monkeypatch.setattr(resamples, "TOGETHER", together)
    found = np.concatenate(list(resamples._drawn_clusters(follow_up, arms, 30, 5)))
    rng, n = np.random.default_rng(5), follow_up.n_clusters
    pools = [np.arange(12)] if clustered else [np.sort(arm.cluster) for arm in arms]
    for row in found:
        expected = sum(np.bincount(pool[rng.integers(0, pool.size, pool.size)], minlength=n) for pool in pools)
        np.testing.assert_array_equal(row, expected)


def sets_of_two(n=60, seed=3):
    rng = np.random.default_rng(seed)
    treated = np.tile([True, False], n)
    time = rng.exponential(np.where(treated, 14, 10)).round(1) + 0.1
    return {"time": time, "event": rng.random(2 * n) < 0.8, "treated": treated, "cluster": np.repeat(np.arange(n), 2)}


def test_bootstrapped_errors_agree_with_closed_forms():
    cohort = sets_of_two()
    alone = {key: cohort[key] for key in ("time", "event", "treated")}
    horizon = 12.0
    drawn = survival_differences(**alone, milestones=[6, 12], horizon=horizon)
    for row, closed in zip(drawn.milestones, milestone_differences(**alone, milestones=[6, 12]), strict=True):
        assert row.difference == closed.difference
        assert row.standard_error == pytest.approx(closed.standard_error, rel=RESAMPLED)
        assert row.p_value is None
    means = rmst_comparison(**cohort, horizon=horizon)
    sets = survival_differences(**cohort, horizon=horizon)
    half = 1.959963984540054 * means.standard_error
    assert sets.rmst.difference == means.difference
    assert sets.rmst.ci_upper - sets.rmst.ci_lower == pytest.approx(2 * half, rel=2 * RESAMPLED)
    assert sets.rmst.method == "2000 bootstrap resamples of clusters, percentile limits"


def test_the_seed_alone_decides_the_resamples_and_order_of_milestones_does_not():
    cohort = sets_of_two()
    first, again = (survival_differences(**cohort, milestones=[5, 10], resamples=300, seed=8) for _ in range(2))
    other = survival_differences(**cohort, milestones=[10, 5], resamples=300, seed=9)
    turned = survival_differences(**cohort, milestones=[10, 5], resamples=300, seed=8)
    assert first.milestones[0].ci_lower == again.milestones[0].ci_lower == turned.milestones[1].ci_lower
    assert first.rmst.ci_lower != other.rmst.ci_lower
    assert milestone_differences(**cohort, milestones=[5], resamples=300, seed=8)[0].ci_lower == (
        first.milestones[0].ci_lower
    )


def test_swapped_arms_mirror_every_interval_of_sets():
    cohort = sets_of_two()
    drawn = survival_differences(**cohort, milestones=[8], resamples=500)
    swapped = survival_differences(**{**cohort, "treated": ~cohort["treated"]}, milestones=[8], resamples=500)
    assert swapped.median.ci_lower == pytest.approx(-drawn.median.ci_upper)
    assert swapped.milestones[0].ci_upper == pytest.approx(-drawn.milestones[0].ci_lower)
    assert swapped.rmst.ci_lower == pytest.approx(-drawn.rmst.ci_upper)


def test_a_median_that_is_not_reached_leaves_the_limit_open():
    rng = np.random.default_rng(1)
    treated = np.repeat([True, False], 30)
    time = np.where(treated, 20.0, rng.integers(1, 12, 60))
    event = ~treated
    event[:3] = True
    drawn = survival_differences(time, event, treated, horizon=10, resamples=400)
    assert drawn.median.treated is None
    assert drawn.median.control is not None
    assert drawn.median.difference is None
    assert drawn.median.ci_upper is None
    assert drawn.median.undefined == 0


def test_resamples_in_which_neither_arm_reaches_its_median_are_counted():
    treated = np.repeat([True, False], 20)
    drawn = survival_differences(
        np.tile(np.arange(1.0, 21), 2), np.tile([True] + [False] * 19, 2), treated, resamples=300
    )
    assert drawn.median.undefined > 250
    assert (drawn.median.ci_lower, drawn.median.ci_upper) == (None, None)
    assert drawn.median.notes[0].text == (
        f"{drawn.median.undefined} of 300 resamples have no difference of medians and are left out: "
        "neither arm reached its median there, or an arm was empty. The interval holds for the others."
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_variance_of_a_weighted_difference_is_that_of_its_derivatives(seed):
    rng = np.random.default_rng(seed)
    time, event, treated = rng.exponential(10, 40).round(seed), rng.random(40) < 0.7, np.arange(40) % 3 == 0
    weights, cluster = rng.uniform(0.2, 3, 40), rng.integers(0, 15, 40)

    def difference(of_weights):
        return jackknifed_milestones(time, event, treated, [6], weights=of_weights, cluster=cluster)[0]

    # What a patient takes from the difference: its derivative by the patient's weight, times the weight.
    step = 1e-6 * np.diag(weights)
    influence = [(difference(weights + one).difference - difference(weights - one).difference) / 2e-6 for one in step]
    sums = np.bincount(cluster, weights=influence)
    assert difference(weights).variance == pytest.approx(float(sums @ sums), rel=1e-7)


def test_impossible_milestones_and_resamples_are_refused():
    cohort = ([5, 6, 7, 8], [True, True, False, False], [True, False, False, True])
    with pytest.raises(SettingsError, match="Milestones must be finite times above 0"):
        milestone_differences(*cohort, [0])
    with pytest.raises(EstimationError) as error:
        milestone_differences(*cohort, [5, 7.5])
    assert str(error.value) == (
        "Survival at a milestone needs follow-up that long; 1 of 2 milestones lie past the follow-up of the control arm. "
        "Choose earlier milestones."
    )
    with pytest.raises(SettingsError, match="A bootstrap needs at least 200 resamples; 50 were asked for"):
        survival_differences(*cohort, resamples=50)
    with pytest.raises(EstimationError, match="at least ten patients in each arm to draw from; 2 were found"):
        survival_differences(*cohort)
    with pytest.raises(EstimationError, match="at least ten clusters to draw from; 2 were found"):
        survival_differences(*cohort, cluster=[1, 1, 2, 2])


@pytest.mark.parametrize("module", [differences, resamples])
def test_the_examples_in_the_text_hold(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
