"""The compiled moments of all weightings against one arm's by its formula."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.balance.measures import arm_moments, weigh_arms

# Sums of a few hundred products in another order.
ROUNDING = 1e-11


def test_four_patients_by_hand() -> None:
    arms = weigh_arms(np.array([True, True, False, False]), np.array([1.0, 3.0, 0.0, 2.0]))
    treated, control = arms.moments(np.array([10.0, 14.0, 99.0, 5.0]), binary=False)
    # Mean (10 + 3·14)/4 = 13; squares 9 + 3·1 = 12, times 4 / (16 − 10).
    assert (treated.mean, treated.variance) == (13.0, 8.0)
    assert (control.mean, control.variance) == (5.0, None)


@given(n=st.integers(4, 700), seed=st.integers(0, 10_000), binary=st.booleans())
@settings(max_examples=50, deadline=None)
def test_moments_are_those_of_each_arm(n: int, seed: int, binary: bool) -> None:
    rng = np.random.default_rng(seed)
    arm, weight = rng.random(n) < 0.5, rng.choice([0.0, 0.5, 1.0, 3.0], n)
    arm[:2], weight[:2] = [True, False], 1.0
    values = (rng.random(n) < 0.3).astype(float) if binary else rng.normal(1000, 3, n)
    found = weigh_arms(arm, np.ones(n), weight).moments(values, binary=binary)
    expected = [arm_moments(values[rows], w[rows], binary=binary) for w in (np.ones(n), weight) for rows in (arm, ~arm)]
    for one, other in zip(found, expected, strict=True):
        assert one.mean == pytest.approx(other.mean, rel=ROUNDING)
        assert (one.variance is None) == (other.variance is None)
        assert (one.variance or 0.0) == pytest.approx(other.variance or 0.0, rel=ROUNDING)


def test_a_constant_arm_has_no_variance_at_all() -> None:
    arms = weigh_arms(np.array([True, True, True, False, False]), np.array([0.1, 0.2, 0.7, 1.0, 1.0]))
    assert arms.moments(np.array([0.1, 0.1, 0.1, 0.0, 1.0]), binary=False)[0].variance == 0.0
