"""The compiled exact sum is that of the standard library, to the last bit."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.exact_sum_kernel import exact_sum

numbers = st.lists(st.floats(-1e150, 1e150, allow_subnormal=True), max_size=60)


def test_what_plain_addition_loses_stays() -> None:
    assert exact_sum(np.array([1e100, 1.0, -1e100]), 0.0, False) == 1.0
    assert exact_sum(np.array([1.0, 2.0**-53, 2.0**-106]), 0.0, False) == 1.0 + 2.0**-52
    assert exact_sum(np.array([1.0, 3.0, 8.0]), 4.0, True) == 26.0


@given(values=numbers, centre=st.floats(-1e6, 1e6))
@settings(max_examples=50, deadline=None)
def test_sums_are_those_of_fsum(values: list[float], centre: float) -> None:
    array = np.array(values, dtype=np.float64)
    assert exact_sum(array, 0.0, False) == math.fsum(values)
    small = array % 1e3
    assert exact_sum(small, centre, True) == math.fsum(np.square(small - centre).tolist())


@given(seed=st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_sums_of_many_logits_are_those_of_fsum(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=2000)
    assert exact_sum(values, 0.0, False) == math.fsum(values.tolist())
