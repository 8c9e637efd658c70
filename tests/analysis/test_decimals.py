"""Decimals that come out of sums a little above or below are the decimals; everything else stays as it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.decimals import ROUNDING, settle_decimal
from analysis.design.balance import effective_sample_size
from analysis.outcomes.arm_weights import arm_weights

COUNTS = [4, 4, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1]
"""How many of 36 patients each of 18 controls serves: 36 squared over 90."""


@pytest.mark.parametrize(
    ("computed", "settled"),
    [(12.250000000000002, 12.25), (12.249999999999998, 12.25), (41.99999999999999, 42.0), (1 / 3, 1 / 3), (0.0, 0.0)],
)
def test_a_decimal_but_for_rounding_is_the_decimal(computed: float, settled: float) -> None:
    assert settle_decimal(computed) == settled


@settings(max_examples=50, deadline=None)
@given(value=st.floats(0, 1e7))
def test_nothing_moves_further_than_rounding_and_settling_again_changes_nothing(value: float) -> None:
    settled = settle_decimal(value)
    assert settled == pytest.approx(value, rel=ROUNDING, abs=0)
    assert settle_decimal(settled) == settled


@settings(max_examples=50, deadline=None)
@given(scale=st.floats(0.01, 100), order=st.permutations(COUNTS))
def test_a_size_that_is_a_decimal_is_the_same_in_every_unit_and_order(scale: float, order: list[int]) -> None:
    weights = np.array(order) * scale
    treated = np.append(np.zeros(weights.size, dtype=np.bool_), True)
    _, control = arm_weights(treated, np.append(weights, 1.0))
    assert effective_sample_size(weights) == control.size == sum(COUNTS) ** 2 / sum(c * c for c in COUNTS)
