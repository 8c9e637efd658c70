"""Members of sets, counted by hand and one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.sets_kernel import add_shares, first_of_each, number_labels, number_sets


def test_a_control_of_two_sets_adds_up_what_she_weighs_in_both() -> None:
    # Patient 0 with 2 and 3, patient 1 with 3.
    row, number = np.array([0, 2, 3, 1, 3]), np.array([0, 0, 0, 1, 1])
    arm = np.array([True, True, False, False])
    assert add_shares(row, number, arm, 2, True, False).tolist() == [1.0, 1.0, 0.5, 1.5]
    assert add_shares(row, number, arm, 2, False, True).tolist() == [2.0, 1.0, 1.0, 2.0]
    assert add_shares(row, number, arm, 2, True, True).tolist() == [3.0, 2.0, 1.5, 3.5]


@given(pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=40))
@settings(max_examples=50, deadline=None)
def test_the_first_of_a_row_in_a_set_is_found(pairs: list[tuple[int, int]]) -> None:
    row, label = (np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1))
    expected = [pair not in pairs[:place] for place, pair in enumerate(pairs)]
    assert first_of_each(row, label, 4, 6).tolist() == expected


@given(seed=st.integers(0, 10_000), n_labels=st.integers(1, 12))
@settings(max_examples=50, deadline=None)
def test_sets_are_numbered_by_their_lowest_row_and_patients_carry_the_lowest_number(seed: int, n_labels: int) -> None:
    rng = np.random.default_rng(seed)
    arm = np.arange(30) % 2 == 0
    # One of each arm in every set, then anyone anywhere.
    label = np.concatenate([np.tile(np.arange(n_labels), 2), rng.integers(0, n_labels, 8)])
    row = np.concatenate(
        [2 * rng.integers(0, 15, n_labels), 2 * rng.integers(0, 15, n_labels) + 1, rng.integers(0, 30, 8)]
    )
    for by_treated in (True, False):
        numbers, subclass, both_arms = number_sets(row, label, arm, n_labels, by_treated)
        counted = arm[row] == by_treated
        lowest = [(int(row[counted & (label == one)].min()), one) for one in range(n_labels)]
        assert both_arms
        assert numbers.tolist() == [sorted(lowest).index(found) for found in lowest]
        assert subclass.tolist() == [min(numbers[label[row == one]], default=-1) for one in range(30)]
    alone = arm[row] | (label > 0)
    assert not number_sets(row[alone], label[alone], arm, n_labels, True)[2]


@given(st.lists(st.integers(-20, 60), min_size=1, max_size=40))
@settings(max_examples=50, deadline=None)
def test_labels_are_numbered_in_their_order(labels: list[int]) -> None:
    found = number_labels(np.array(labels), min(labels), max(labels) - min(labels) + 1)
    np.testing.assert_array_equal(found, np.unique(labels, return_inverse=True)[1])
