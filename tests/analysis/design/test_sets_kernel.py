"""Members of sets, counted by hand and one by one."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.sets_kernel import add_shares, first_of_each


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
