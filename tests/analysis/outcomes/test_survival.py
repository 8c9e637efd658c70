"""Kaplan–Meier curves: by hand, against R, and by their laws."""

import doctest
import importlib
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.survival import kaplan_meier, kaplan_meier_by_arm, survival_at
from tests.analysis.outcomes.survival_reference import (
    CASE_NAMES,
    CLOSED_FORM,
    arrays,
    case_named,
    cohorts,
    numbers,
    survival_reference,
)

TRANSFORMS = ("log-log", "log", "plain")


def test_five_patients_by_hand():
    curve = kaplan_meier([5, 3, 1, 4, 2], [True, True, False, False, True])
    np.testing.assert_array_equal(curve.time, [1, 2, 3, 4, 5])
    np.testing.assert_array_equal(curve.survival, [1, 0.75, 0.5, 0.5, 0])
    np.testing.assert_array_equal(curve.n_at_risk, [5, 4, 3, 2, 1])
    np.testing.assert_array_equal(curve.n_events, [0, 1, 1, 0, 1])
    np.testing.assert_array_equal(curve.n_censored, [1, 0, 0, 1, 0])
    # Greenwood at 2: 0.75² · 1/(4·3).
    assert curve.standard_error[1] == pytest.approx(0.75 * math.sqrt(1 / 12), rel=CLOSED_FORM)
    np.testing.assert_array_equal(curve.ci_defined, [False, True, True, True, False])
    assert (curve.median, curve.median_ci_lower, curve.median_ci_upper) == (4.0, 2.0, None)
    assert (curve.n, curve.n_total_events, curve.effective_at_risk, curve.effective_n) == (5, 3, None, None)


def test_median_where_the_curve_equals_one_half_is_halfway_to_the_next_drop():
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1]).median == 2.5
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 0, 1]).median == 3.0
    assert kaplan_meier([1, 2, 3, 4], [1, 1, 0, 0]).median == 2.0
    assert kaplan_meier([1, 2, 3], [1, 0, 0]).median is None


def test_curve_without_events_says_so():
    curve = kaplan_meier([1, 2], [False, False])
    np.testing.assert_array_equal(curve.survival, [1, 1])
    assert [note.code for note in curve.notes] == ["no_events"]
    assert not curve.ci_defined.any()


def test_rounding_does_not_separate_times():
    curve = kaplan_meier([0.1 + 0.2, 0.3, 0.5], [True, True, True])
    np.testing.assert_array_equal(curve.n_events, [2, 1])
    read = survival_at(curve, [0.3])[0]
    assert (read.survival, read.at_risk) == (pytest.approx(1 / 3), 3)


def test_read_before_between_and_after_the_times():
    curve = kaplan_meier([1, 2, 3, 4], [True, False, True, False])
    before, at, between, after = survival_at(curve, [0, 3, 3.5, 99])
    assert (before.survival, before.ci_lower, before.ci_upper) == (1.0, 1.0, 1.0)
    assert (before.at_risk, before.events, before.censored) == (4, 0, 0)
    assert (at.survival, at.at_risk, at.events, at.censored) == (0.375, 2, 1, 1)
    assert (between.survival, between.at_risk, between.events, between.censored) == (0.375, 1, 2, 1)
    assert (after.survival, after.at_risk, after.events, after.censored) == (0.375, 0, 2, 2)
    assert survival_at(curve, []) == ()


def test_undefined_limits_read_as_none():
    curve = kaplan_meier([1, 2], [False, True])
    first, last = survival_at(curve, [1, 2])
    assert (first.ci_lower, first.ci_upper, last.ci_lower, last.ci_upper) == (None, None, None, None)


def test_effective_number_at_risk_beside_the_count():
    curve = kaplan_meier([1, 2, 3], [True, True, True], weights=[1, 1, 2])
    np.testing.assert_allclose(curve.effective_at_risk, [16 / 6, 9 / 5, 1], rtol=CLOSED_FORM)
    np.testing.assert_array_equal(curve.n_at_risk, [3, 2, 1])
    assert curve.effective_n == pytest.approx(16 / 6)
    assert survival_at(curve, [2.5, 4])[1].effective_at_risk == 0.0
    assert "effective_at_risk" in curve.to_table()


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("arm", ["treated", "control"])
@pytest.mark.parametrize("name", CASE_NAMES)
def test_curves_equal_r(name, arm, transform):
    case = case_named(name)
    data = arrays(case)
    rows = data["treated"] == (arm == "treated")
    time, event, weights, cluster = (data[key][rows] for key in ("time", "event", "weights", "cluster"))
    forms = {"plain": (None, None), "weighted": (weights, None), "clustered": (weights, cluster)}
    for form, (w, c) in forms.items():
        expected = case[arm][transform][form]
        curve = kaplan_meier(time, event, w, c, confidence_interval=transform)
        found = (curve.median, curve.median_ci_lower, curve.median_ci_upper)
        assert found == tuple(expected[key] for key in ("median", "median_lower", "median_upper"))
        at = expected["at"]
        for key, row in enumerate(survival_at(curve, case["ticks"])):
            found = numbers([row.survival, row.ci_lower, row.ci_upper])
            theirs = numbers([at["survival"][key], at["lower"][key], at["upper"][key]])
            if form == "clustered" and transform == "plain" and theirs[0] == 0.0:
                # R's error is 0 but for rounding (1e-18), and its limits missing for that; ours are 0, as R's are
                # where its error is exactly 0.
                theirs = np.zeros(3)
            np.testing.assert_allclose(found, theirs, rtol=CLOSED_FORM, atol=1e-15)
        if "full" in expected:
            compare_whole(curve, expected["full"], weighted=form != "plain")


def compare_whole(curve, full, *, weighted):
    pairs = {"survival": "survival", "standard_error": "error", "ci_lower": "lower", "ci_upper": "upper"}
    for ours, theirs in pairs.items():
        np.testing.assert_allclose(getattr(curve, ours), numbers(full[theirs]), rtol=CLOSED_FORM, atol=1e-15)
    np.testing.assert_allclose(curve.time, full["time"], rtol=CLOSED_FORM)
    if not weighted:
        for key in ("n_at_risk", "n_events", "n_censored"):
            np.testing.assert_array_equal(getattr(curve, key), full[key])


def test_every_small_curve_and_band_meets_one_half_as_in_r():
    compared = 0
    for sample in survival_reference()["tiny"]:
        # R's robust error of weights that are all the same is not Greenwood's; here such weights are none.
        unequal = len(set(sample["weights"])) > 1
        for form in ("plain", "weighted") if unequal else ("plain",):
            for transform, expected in zip(TRANSFORMS, sample[form] or (), strict=False):
                weights = sample["weights"] if form == "weighted" else None
                curve = kaplan_meier(sample["time"], sample["event"], weights, confidence_interval=transform)
                limits = expected["limits"]
                assert [curve.median, curve.median_ci_lower, curve.median_ci_upper] == [
                    limits[key] for key in ("median", "median_lower", "median_upper")
                ], (sample, form, transform)
                for ours, theirs in (("survival", "survival"), ("ci_lower", "lower"), ("ci_upper", "upper")):
                    np.testing.assert_allclose(
                        getattr(curve, ours), numbers(expected[theirs]), rtol=CLOSED_FORM, atol=1e-15
                    )
                compared += 1
    assert compared > 700


@settings(max_examples=50, deadline=None)
@given(cohorts(), st.randoms(use_true_random=False))
def test_curve_never_rises_and_ignores_row_order_and_units(cohort, random):
    curve = kaplan_meier(cohort["time"], cohort["event"], cohort["weights"], cohort["cluster"])
    assert curve.survival[0] <= 1.0
    assert (np.diff(curve.survival) <= 0).all()
    assert ((curve.ci_lower <= curve.survival) & (curve.survival <= curve.ci_upper))[curve.ci_defined].all()
    order = np.array(random.sample(range(cohort["time"].size), cohort["time"].size))
    shuffled = kaplan_meier(
        cohort["time"][order] * 30.4375,
        cohort["event"][order],
        cohort["weights"][order],
        np.array([f"set {number}" for number in cohort["cluster"][order]], dtype=object),
    )
    np.testing.assert_allclose(shuffled.time, curve.time * 30.4375)
    assert (shuffled.effective_at_risk is None) == (curve.effective_at_risk is None)
    for field in ("survival", "standard_error", "ci_lower", "ci_upper", "n_at_risk", "n_events", "effective_at_risk"):
        left, right = getattr(shuffled, field), getattr(curve, field)
        if left is None:
            continue
        np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-12)
    assert (shuffled.median is None) == (curve.median is None)
    assert curve.median is None or shuffled.median == pytest.approx(curve.median * 30.4375)


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_weights_of_one_change_nothing(cohort):
    plain = kaplan_meier(cohort["time"], cohort["event"])
    ones = kaplan_meier(cohort["time"], cohort["event"], np.ones(cohort["time"].size), cohort["cluster"])
    for field in ("survival", "standard_error", "ci_lower", "ci_upper"):
        np.testing.assert_array_equal(getattr(plain, field), getattr(ones, field))
    assert ones.effective_at_risk is None


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.sampled_from([1e-200, 1e-9, 0.3, 1e7, 1e200]))
def test_a_common_factor_of_the_weights_changes_nothing(cohort, factor):
    once = kaplan_meier(cohort["time"], cohort["event"], cohort["weights"], cohort["cluster"])
    scaled = kaplan_meier(cohort["time"], cohort["event"], cohort["weights"] * factor, cohort["cluster"])
    # Errors that vanish but for rounding differ in that rounding.
    for field in ("survival", "standard_error", "ci_lower", "ci_upper"):
        np.testing.assert_allclose(getattr(scaled, field), getattr(once, field), rtol=1e-9, atol=1e-7)
    assert (scaled.median, scaled.effective_n is None) == (once.median, once.effective_n is None)
    if once.effective_n is not None:
        assert scaled.effective_n == pytest.approx(once.effective_n, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.data())
def test_integer_weights_are_repeated_rows(cohort, data):
    n = cohort["time"].size
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    times[0] = 1
    weighted = kaplan_meier(cohort["time"], cohort["event"], times)
    repeated = kaplan_meier(np.repeat(cohort["time"], times), np.repeat(cohort["event"], times))
    np.testing.assert_allclose(weighted.survival, repeated.survival, rtol=1e-12)
    assert weighted.median == repeated.median
    assert weighted.n == np.count_nonzero(times)


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.data())
def test_both_arms_sorted_together_are_each_on_its_own(cohort, data):
    n = cohort["time"].size
    treated = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool)
    assume(0 < np.count_nonzero(treated & (cohort["weights"] > 0)) < np.count_nonzero(cohort["weights"] > 0))
    weights = data.draw(st.sampled_from([None, cohort["weights"]]))
    both = kaplan_meier_by_arm(cohort["time"], cohort["event"], treated, weights)
    for curve, arm in zip(both, (treated, ~treated), strict=True):
        alone = kaplan_meier(cohort["time"][arm], cohort["event"][arm], None if weights is None else weights[arm])
        for field in ("time", "survival", "n_at_risk", "n_events", "n_censored", "ci_defined"):
            np.testing.assert_array_equal(getattr(curve, field), getattr(alone, field))
        for field in ("standard_error", "ci_lower", "ci_upper"):
            np.testing.assert_allclose(getattr(curve, field), getattr(alone, field), rtol=CLOSED_FORM, atol=1e-15)
        assert (curve.median, curve.n, curve.n_total_events) == (alone.median, alone.n, alone.n_total_events)


def test_both_arms_must_hold_patients():
    with pytest.raises(EstimationError, match="arm"):
        kaplan_meier_by_arm([1.0, 2.0], [True, False], [True, True])


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.lists(st.floats(0, 15), min_size=1, max_size=6))
def test_counts_under_a_tick_sum_to_n(cohort, ticks):
    curve = kaplan_meier(cohort["time"], cohort["event"])
    for row in survival_at(curve, [*ticks, *curve.time]):
        assert row.at_risk + row.events + row.censored == curve.n
        assert row.at_risk == np.count_nonzero(cohort["time"] >= row.time - 1e-7)
        assert row.events == np.count_nonzero(cohort["event"] & (cohort["time"] < row.time - 1e-7))


@pytest.mark.parametrize(
    ("time", "event", "options", "sentence"),
    [
        ([], [], {}, "There must be at least one patient with a known time and event; none was found."),
        (
            [1, 2],
            [True],
            {},
            "Every column must have one entry for each patient; the entries found are: time 2, event 1.",
        ),
        ([1, -2, math.nan], [1, 1, 0], {}, "Every time must be a finite number of at least 0; 2 of 3 times are not."),
        ([1, 2], [1, 2], {}, "The column 'event' must hold true or false (1 or 0) only; 1 of 2 entries are neither."),
        ([1, 2], [1, 1], {"weights": [1, -1]}, "Every weight must be a finite number of at least 0; 1 of 2 weights"),
        ([1, 2], [1, 1], {"weights": ["a", "b"]}, "Weights must be numbers"),
        ([1, 2], [1, 1], {"weights": [0, 0]}, "Some patient must have a weight above 0; none has."),
        ([1, 2], [1, 1], {"cluster": np.array(["a", None], object)}, "Every patient must belong to a cluster; 1 of 2"),
    ],
)
def test_impossible_columns_get_a_sentence(time, event, options, sentence):
    with pytest.raises(EstimationError) as caught:
        kaplan_meier(time, event, **options)
    assert str(caught.value).startswith(sentence)


def test_every_problem_is_told_at_once():
    with pytest.raises(EstimationError) as caught:
        kaplan_meier([1, -1], [0, 3], [1, math.inf])
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"confidence_level": 95}, "The confidence level must lie between 0 and 1; 95 was given."),
        ({"confidence_interval": "arcsin"}, "The confidence interval of a curve must be one of log-log, log, plain;"),
    ],
)
def test_impossible_settings_get_a_sentence(options, sentence):
    with pytest.raises(SettingsError) as caught:
        kaplan_meier([1, 2], [True, True], **options)
    assert str(caught.value).startswith(sentence)


def test_times_to_read_must_be_possible():
    with pytest.raises(SettingsError, match="must be finite and at least 0"):
        survival_at(kaplan_meier([1, 2], [True, True]), [-1])


def test_clustered_variance_equals_its_definition_down_to_the_last_patients():
    n = 50_000
    rng = np.random.default_rng(3)
    event, weights, cluster = rng.random(n) < 0.6, rng.uniform(0.2, 2, n), rng.permutation(n) // 2
    curve = kaplan_meier(np.arange(1.0, n + 1), event, weights, cluster)
    at_risk = np.cumsum(weights[::-1])[::-1]
    died = np.where(event, weights, 0.0)
    with np.errstate(divide="ignore"):
        jump = np.where(event, 1 / (at_risk - died), 0.0)
        hazard = np.cumsum(died / (at_risk * (at_risk - died)))
    for last in (10, n // 2, n - 20, n - 4):
        lived = np.minimum(np.arange(n), last)
        influence = weights * (np.where(np.arange(n) <= last, jump, 0.0) - hazard[lived])
        variance = np.sum(np.bincount(cluster, influence) ** 2)
        assert curve.standard_error[last] == pytest.approx(curve.survival[last] * math.sqrt(variance), rel=CLOSED_FORM)


@pytest.mark.parametrize("name", ["survival", "logrank", "cox", "rmst", "survival_comparison"])
def test_the_examples_in_the_text_hold(name):
    outcome = doctest.testmod(importlib.import_module(f"analysis.outcomes.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
