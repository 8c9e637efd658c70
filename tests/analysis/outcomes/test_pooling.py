"""Estimates from several sets are pooled as Rubin's rules say."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.outcomes.pooling import pool_estimates

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "outcomes" / "pooling.json").read_text())

CLOSED_FORM = 1e-10
"""Relative: sums are taken in another order than R's; the file holds 15 digits."""

LAWS = settings(max_examples=40, deadline=None)
SETS = st.integers(2, 12).flatmap(
    lambda m: st.tuples(arrays(float, m, elements=st.floats(-3, 3)), arrays(float, m, elements=st.floats(0.01, 2)))
)


def test_three_sets_by_hand() -> None:
    pooled = pool_estimates([1.0, 2.0, 3.0], [0.4, 0.5, 0.6])
    assert (pooled.estimate, pooled.within, pooled.between) == (2.0, 0.5, 1.0)
    assert pooled.standard_error**2 == pytest.approx(0.5 + 4 / 3)
    share = (4 / 3) / (0.5 + 4 / 3)
    assert pooled.degrees_of_freedom == pytest.approx(2 / share**2)
    increase = (4 / 3) / 0.5
    assert pooled.fraction_missing == pytest.approx((increase + 2 / (2 / share**2 + 3)) / (increase + 1))
    assert pooled.relative_efficiency == pytest.approx(1 / (1 + pooled.fraction_missing / 3))


@pytest.mark.parametrize("case", REFERENCE["pooled"], ids=lambda case: case["name"])
def test_mice_pools_the_same(case: dict) -> None:
    pooled = pool_estimates(
        case["estimates"], case["variances"], complete_degrees_of_freedom=case["complete"], confidence_level=0.95
    )
    assert pooled.standard_error**2 == pytest.approx(case["variance"], rel=CLOSED_FORM)
    for name in ("estimate", "within", "between", "degrees_of_freedom", "fraction_missing", "ci_lower", "ci_upper"):
        assert getattr(pooled, name) == pytest.approx(case[name], rel=CLOSED_FORM), name
    assert pooled.p_value == pytest.approx(case["p_value"], rel=CLOSED_FORM)
    assert pooled.n_sets == len(case["estimates"])


@LAWS
@given(st.floats(-3, 3), st.floats(1e-4, 2), st.integers(1, 30))
def test_sets_that_agree_give_the_single_estimate_and_its_variance(value: float, variance: float, m: int) -> None:
    pooled = pool_estimates([value] * m, [variance] * m)
    single = pool_estimates([value], [variance])
    assert (pooled.estimate, pooled.within, pooled.between) == (value, variance, 0.0)
    assert pooled.standard_error == math.sqrt(variance) == single.standard_error
    assert (pooled.ci_lower, pooled.ci_upper, pooled.p_value) == (single.ci_lower, single.ci_upper, single.p_value)
    assert (pooled.fraction_missing, pooled.relative_efficiency) == (0.0, 1.0)
    assert pooled.ci_upper - value == pytest.approx(1.959963984540054 * math.sqrt(variance))


@LAWS
@given(SETS, st.randoms(use_true_random=False))
def test_the_order_of_the_sets_does_not_matter(sets: tuple, random) -> None:
    estimates, variances = sets
    order = list(range(len(estimates)))
    random.shuffle(order)
    one = pool_estimates(estimates, variances, complete_degrees_of_freedom=30)
    other = pool_estimates(estimates[order], variances[order], complete_degrees_of_freedom=30)
    assert (one.estimate, one.standard_error, one.degrees_of_freedom) == (
        other.estimate,
        other.standard_error,
        other.degrees_of_freedom,
    )


@LAWS
@given(SETS, st.floats(2, 500))
def test_degrees_of_freedom_stay_below_those_of_complete_data(sets: tuple, complete: float) -> None:
    pooled = pool_estimates(*sets, complete_degrees_of_freedom=complete)
    assert pooled.degrees_of_freedom is not None
    assert 0 < pooled.degrees_of_freedom < complete
    assert 0 <= pooled.fraction_missing <= 1
    assert pooled.standard_error**2 >= pooled.within * (1 - 1e-12)


@LAWS
@given(SETS)
def test_scales_only_change_how_an_estimate_is_read(sets: tuple) -> None:
    plain, ratio, rate = (pool_estimates(*sets, scale=scale) for scale in ("identity", "log", "logit"))
    assert ratio.estimate == pytest.approx(math.exp(plain.estimate))
    assert ratio.ci_lower == pytest.approx(math.exp(plain.ci_lower))
    assert ratio.p_value == plain.p_value
    assert rate.estimate == pytest.approx(1 / (1 + math.exp(-plain.estimate)))
    assert 0 <= rate.ci_lower <= rate.estimate <= rate.ci_upper <= 1
    assert rate.p_value is None


def test_limits_stay_within_bounds() -> None:
    pooled = pool_estimates([0.9, 0.5], [0.2, 0.2], bounds=(-1.0, 1.0))
    assert pooled.ci_upper == 1.0
    assert pooled.ci_lower >= -1.0


@pytest.mark.parametrize(
    ("estimates", "variances"), [([], []), ([1.0], [0.0]), ([np.nan, 1.0], [1.0, 1.0]), ([1.0], [1.0, 2.0])]
)
def test_what_cannot_be_pooled_is_a_bug_of_the_caller(estimates: list, variances: list) -> None:
    with pytest.raises(ValueError, match="as many finite estimates as positive variances"):
        pool_estimates(estimates, variances)
