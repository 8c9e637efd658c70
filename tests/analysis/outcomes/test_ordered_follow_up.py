"""Follow-up sorted once and weighted again and again is follow-up sorted anew."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes.follow_up import FollowUp, sort_follow_up
from analysis.outcomes.follow_up_kernel import FEW_TIMES, all_alone, time_order
from analysis.outcomes.ordered_follow_up import order_follow_up
from tests.analysis.outcomes.survival_reference import cohorts


@settings(max_examples=50, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 9), st.floats(0, 1e308)), min_size=1, max_size=60))
def test_times_are_ordered_as_a_stable_sort_orders_them(times):
    time = np.array(times, dtype=np.float64)
    np.testing.assert_array_equal(time_order(time), np.argsort(time, kind="stable"))


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(200, 9_000),
    n_times=st.sampled_from([1, 2, FEW_TIMES - 1, FEW_TIMES, FEW_TIMES + 1, 2 * FEW_TIMES, 9_000]),
)
def test_few_and_many_times_are_ordered_alike(seed, n, n_times):
    """Counted where they repeat, sorted digit by digit where they do not: the order is the same."""
    rng = np.random.default_rng(seed)
    time = rng.choice(rng.exponential(20.0, n_times), n)
    np.testing.assert_array_equal(time_order(time), np.argsort(time, kind="stable"))


def test_a_negative_zero_is_zero():
    np.testing.assert_array_equal(time_order(np.array([0.0, -0.0, 5e-324, -0.0])), [0, 1, 3, 2])
    many = np.concatenate([[0.0, -0.0], np.arange(1.0, 2 * FEW_TIMES), [-0.0]])
    np.testing.assert_array_equal(time_order(many)[:3], [0, 1, many.size - 1])


def same(left: FollowUp, right: FollowUp, rows: np.ndarray) -> None:
    """The same patients in the same order; clusters may be numbered differently."""
    for field in dataclasses.fields(FollowUp):
        ours, theirs = getattr(left, field.name), getattr(right, field.name)
        if field.name == "rows":
            np.testing.assert_array_equal(ours, rows[theirs])
        elif field.name == "cluster":
            np.testing.assert_array_equal(ours[:, None] == ours, theirs[:, None] == theirs)
        elif field.name != "n_clusters":
            np.testing.assert_array_equal(ours, theirs)


@settings(max_examples=50, deadline=None)
@given(cohorts(), st.sampled_from([1, 1000]))
def test_a_design_on_ordered_patients_is_one_on_its_own_patients(cohort, apart):
    weights = np.where(cohort["weights"] > 1.0, cohort["weights"], 0.0)
    weights[:2] = 1.5
    known = np.arange(weights.size) % 5 != 4
    label = cohort["cluster"] * apart
    ordered = order_follow_up(cohort["time"], cohort["event"], cohort["treated"], known)
    rows = np.flatnonzero(known & (weights > 0))
    columns = [cohort[name][rows] for name in ("time", "event", "treated")]
    found = ordered.under(weights, label)
    same(found, sort_follow_up(*columns, weights=weights[rows], cluster=label[rows]), rows)
    assert found.cluster.max() < found.n_clusters
    rows = np.flatnonzero(known)
    same(ordered.everyone(), sort_follow_up(*(cohort[name][rows] for name in ("time", "event", "treated"))), rows)


def test_what_cannot_be_compared_is_refused():
    time, arm = np.array([1.0, 2.0, 3.0]), np.array([True, False, False])
    ordered = order_follow_up(time, arm, arm, np.ones(3, dtype=bool))
    with pytest.raises(EstimationError, match=r"the treated arm has none of the 2 found"):
        ordered.under(np.array([0.0, 1.0, 1.0]), np.arange(3))
    with pytest.raises(EstimationError, match=r"none was found"):
        ordered.under(np.zeros(3), np.arange(3))
    with pytest.raises(EstimationError, match=r"1 of 2 weights are not"):
        ordered.under(np.array([1.0, np.inf, 0.0]), np.arange(3))
    with pytest.raises(EstimationError, match=r"1 of 3 times are not"):
        order_follow_up(np.array([1.0, -2.0, 3.0]), arm, arm, np.ones(3, dtype=bool))
    with pytest.raises(EstimationError, match=r"none was found"):
        order_follow_up(time, arm, arm, np.zeros(3, dtype=bool)).everyone()


def test_one_patient_a_cluster_is_everyone_alone():
    assert all_alone(np.array([2, 0, 1]), 3)
    assert not all_alone(np.array([2, 0, 2]), 3)
