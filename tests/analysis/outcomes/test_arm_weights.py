"""Sums of weights and of outcomes by arm."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes.arm_weights import arm_weights, outcome_sums
from analysis.outcomes.proportion import effective_sample_size, weighted_share
from analysis.outcomes.rate_contrast import complete_pairs
from analysis.outcomes.rate_kernel import category_counts, category_weights, discordant_pairs, rarer_tables, tango_root
from analysis.outcomes.response_categories import category_codes

ROUNDING = 1e-13
"""The same sums in another order."""


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.sampled_from([0.0, 0.25, 1.0, 1.0, 1.7, 1e-200, 1e200])),
        min_size=1,
        max_size=30,
    )
)
def test_sums_by_arm_are_those_of_the_arm_alone(rows):
    treated, outcome = (np.array([*column, True, False]) for column in list(zip(*rows, strict=True))[:2])
    treated, outcome = np.append(treated, [True, False]), np.append(outcome, [True, True])
    weights = np.array([*(row[2] for row in rows), 1.0, 1.0, 0.5, 0.5])
    arms = arm_weights(treated, weights)
    found = outcome_sums(outcome, treated, weights, arms)
    shares = (found.treated, found.treated_share), (found.control, found.control_share)
    for arm, side, (count, share) in zip(arms, (True, False), shares, strict=True):
        rows_of_arm = (treated == side) & (weights > 0)
        own = weights[rows_of_arm]
        assert (arm.n, count) == (own.size, np.count_nonzero(outcome[rows_of_arm]))
        assert arm.size == pytest.approx(effective_sample_size(own), rel=ROUNDING)
        assert share == pytest.approx(weighted_share(outcome[rows_of_arm], own), rel=ROUNDING)


def test_equal_shares_of_weights_are_equal():
    treated = np.repeat([True, False], [3, 30])
    outcome = np.arange(33) % 3 == 0
    weights = np.where(treated, 1.0, np.where(np.arange(33) % 2 == 0, 0.1, 0.2))
    outcome[3:] = np.arange(30) % 6 < 2
    found = outcome_sums(outcome, treated, weights, arm_weights(treated, weights))
    assert found.treated_share == found.control_share == 1 / 3


def test_categories_are_counted_and_weighed():
    code = category_codes(np.array(["CR", "NE", None, "SD", "SD"], dtype=object))
    treated, weights = np.array([True, True, False, False, False]), np.array([1.0, 0.5, 2.0, 0.0, 0.25])
    np.testing.assert_array_equal(code, [0, 4, 4, 2, 2])
    np.testing.assert_array_equal(category_counts(code, treated, weights, 5), [[1, 0, 0, 0, 1], [0, 0, 1, 0, 1]])
    np.testing.assert_array_equal(
        category_weights(code, treated, weights, 5), [[1.0, 0, 0, 0, 0.5], [0, 0, 0.25, 0, 2.0]]
    )
    with pytest.raises(ValueError, match="2 best responses are none of CR, PR, SD, PD, NE"):
        category_codes(np.array(["CR", "X", "x"], dtype=object))


@pytest.mark.parametrize("far", [0, 10**12])
def test_pairs_are_found_whatever_their_numbers(far):
    treated = np.array([True, False, True, False, True, False])
    subclass = np.array([far + 2, far + 1, far + 1, far + 2, far + 3, -1])
    pairs = complete_pairs(treated, subclass)
    assert (pairs.treated_row.tolist(), pairs.control_row.tolist()) == ([2, 0], [1, 3])
    outcome = np.array([True, True, False, False, True, True])
    assert discordant_pairs(outcome, pairs.treated_row, pairs.control_row) == (1, 1)
    with pytest.raises(EstimationError, match="another of their arm: 1"):
        complete_pairs(treated, np.array([far, -1, far, -1, -1, -1]))


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_rarer_tables_add_up_every_table(treated_n, control_n, data):
    having = data.draw(st.integers(0, treated_n + control_n))
    lowest, highest = max(0, having - control_n), min(having, treated_n)
    observed = data.draw(st.integers(lowest, highest))
    ways = {k: math.comb(treated_n, k) * math.comb(control_n, having - k) for k in range(lowest, highest + 1)}
    rarer = sum(count for count in ways.values() if count <= ways[observed])
    found = rarer_tables(treated_n, control_n, having, observed, 1e-7)
    assert found == pytest.approx(rarer / sum(ways.values()), rel=1e-11)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 400), st.data())
def test_the_root_of_tangos_equation_lies_above_the_estimate(n, data):
    more = data.draw(st.integers(0, n - 1))
    fewer = data.draw(st.integers(0 if more else 1, min(n - more, n - 1)))
    low, wide = tango_root(more, fewer, n, 1.96), tango_root(more, fewer, n, 2.58)
    assert (more - fewer) / n < low < wide <= 1.0
