"""Order of rows by value, ties by row, and what is counted along it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.order import stable_order
from analysis.design.order_kernel import count_wins

few_values = st.lists(st.sampled_from([-1.0, -0.0, 0.0, 0.5, 2.0]), min_size=1, max_size=200)


@given(values=few_values)
@settings(max_examples=50, deadline=None)
def test_the_order_is_that_of_a_stable_sort(values: list[float]) -> None:
    array = np.array(values)
    assert stable_order(array).tolist() == np.argsort(array, kind="stable").tolist()


@given(values=few_values, seed=st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_wins_are_those_of_all_pairs(values: list[float], seed: int) -> None:
    array, treated = np.array(values), np.random.default_rng(seed).random(len(values)) < 0.5
    gap = array[treated][:, None] - array[~treated][None, :]
    wins, n_treated = count_wins(array, stable_order(array), treated)
    assert (wins, n_treated) == ((gap > 0).sum() + (gap == 0).sum() / 2, treated.sum())
