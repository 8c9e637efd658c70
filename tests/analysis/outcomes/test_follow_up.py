"""Follow-up in order: ties, strata, arms, and who is left out."""

import numpy as np
from hypothesis import given, settings

from analysis.outcomes.follow_up import one_arm, sort_follow_up, without_weights
from tests.analysis.outcomes.survival_reference import cohorts


def test_ties_are_found_by_absolute_and_by_relative_gap():
    small = sort_follow_up([1.0, 1.0 + 1e-8, 2.0], [True] * 3)
    np.testing.assert_array_equal(small.starts, [0, 2, 3])
    # The mean of these distinct times is above 1000, so a gap of 1e-5 is rounding.
    large = sort_follow_up([1000.0, 1000.0 + 1e-5, 2000.0], [True] * 3)
    np.testing.assert_array_equal(large.starts, [0, 2, 3])
    apart = sort_follow_up([1.0, 1.0 + 1e-5, 2.0], [True] * 3)
    np.testing.assert_array_equal(apart.starts, [0, 1, 2, 3])


def test_patients_of_weight_zero_are_left_out():
    follow_up = sort_follow_up([3, 1, 2], [True] * 3, [True, False, False], weights=[1, 1, 0], cluster=["a", "b", "c"])
    np.testing.assert_array_equal(follow_up.time, [1, 3])
    np.testing.assert_array_equal(follow_up.treated, [False, True])
    assert not follow_up.weighted


def test_weights_that_miss_one_by_rounding_are_one():
    assert not sort_follow_up([1, 2], [True] * 2, weights=[1 + 1e-13, 1 - 1e-13]).weighted
    assert sort_follow_up([1, 2], [True] * 2, weights=[1 + 1e-11, 1]).weighted


def test_the_columns_given_are_left_as_they_were():
    time, weights = np.array([2.0, 1.0]), np.array([1.0, 0.5])
    for column in (time, weights):
        column.setflags(write=False)
    follow_up = sort_follow_up(time, [True, False], weights=weights)
    follow_up.time[0] = 9.0
    np.testing.assert_array_equal(time, [2.0, 1.0])


def test_wide_and_textual_labels_are_the_same_clusters():
    wide = sort_follow_up([1, 2, 3], [True] * 3, cluster=[10**15, 5, 10**15])
    text = sort_follow_up([1, 2, 3], [True] * 3, cluster=["x", "y", "x"])
    np.testing.assert_array_equal(wide.cluster, text.cluster)
    assert wide.clustered


def test_equal_weights_are_none_and_others_are_scaled_without_rounding():
    equal = sort_follow_up([1, 2], [True] * 2, weights=[1e-300, 1e-300])
    assert (equal.weighted, equal.weights.tolist(), equal.weight_unit) == (False, [1.0, 1.0], 1e-300)
    unequal = sort_follow_up([1, 2, 3], [True] * 3, weights=[3e200, 1e200, 1e308])
    assert unequal.weighted
    np.testing.assert_array_equal(unequal.weights * unequal.weight_unit, [3e200, 1e200, 1e308])
    assert 0.5 < unequal.weights.mean() < 2
    near_one = sort_follow_up([1, 2], [True] * 2, weights=[0.8, 1.2])
    assert (near_one.weights.tolist(), near_one.weight_unit) == ([0.8, 1.2], 1.0)


def test_clusters_of_one_patient_each_are_patients():
    patients = sort_follow_up([1, 2, 3], [True] * 3, cluster=[7, 3, 5])
    sets = sort_follow_up([1, 2, 3], [True] * 3, cluster=[7, 3, 7])
    assert (patients.unit, sets.unit) == ("patients", "clusters")
    # The partner has weight 0: the set is left with one patient.
    alone = sort_follow_up([1, 2, 3], [True] * 3, cluster=[7, 3, 7], weights=[1, 2, 0])
    assert alone.unit == "patients"


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_strata_keep_everyone_in_order(cohort):
    columns = {name: cohort[name] for name in ("time", "event", "treated", "weights", "cluster")}
    within = sort_follow_up(**columns, stratum=cohort["cluster"])
    stratum = np.repeat(within.run_stratum, np.diff(within.starts))
    np.testing.assert_array_equal(stratum, within.cluster)
    expected = np.lexsort((cohort["time"], cohort["cluster"]))
    np.testing.assert_array_equal(within.time, cohort["time"][expected])
    np.testing.assert_allclose(np.sort(within.weights * within.weight_unit), np.sort(cohort["weights"]), rtol=1e-15)
    runs = np.unique(np.stack([cohort["cluster"], cohort["time"]]), axis=1)
    assert within.run_stratum.size == runs.shape[1]


@settings(max_examples=30, deadline=None)
@given(cohorts())
def test_arms_partition_the_cohort(cohort):
    follow_up = sort_follow_up(cohort["time"], cohort["event"], cohort["treated"], cluster=cohort["cluster"])
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    assert arms[0].treated.all()
    assert not arms[1].treated.any()
    assert arms[0].time.size + arms[1].time.size == cohort["time"].size
    assert arms[0].n_clusters == arms[1].n_clusters == follow_up.n_clusters
    assert without_weights(arms[0]).clustered is False


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_rows_put_other_columns_in_the_same_order(cohort):
    weights = np.where(cohort["weights"] > 1.0, cohort["weights"], 0.0)
    weights[:2] = 1.5
    whole = sort_follow_up(
        cohort["time"], cohort["event"], cohort["treated"], weights=weights, cluster=cohort["cluster"]
    )
    for follow_up in (whole, one_arm(whole, True), without_weights(whole)):
        np.testing.assert_array_equal(cohort["time"][follow_up.rows], follow_up.time)
        np.testing.assert_array_equal(cohort["treated"][follow_up.rows], follow_up.treated)
