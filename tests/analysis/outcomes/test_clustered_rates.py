"""Rates of two arms with the covariance that matched sets give them."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes.clustered_rates import clustered_rates

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "outcomes" / "pooling.json").read_text())

CLOSED_FORM = 1e-10
"""Relative: sums are taken in another order than R's."""


@pytest.mark.parametrize("case", REFERENCE["rates"], ids=lambda case: case["name"])
def test_the_covariance_is_that_of_a_clustered_sandwich(case: dict) -> None:
    rates = clustered_rates(
        np.array(case["outcome"], dtype=bool),
        np.array(case["treated"], dtype=bool),
        np.array(case["weights"], dtype=float),
        np.array(case["cluster"]),
    )
    found = [rates.treated, rates.control, rates.variance_treated, rates.variance_control, rates.covariance]
    expected = [*case["rates"], case["variance_treated"], case["variance_control"], case["covariance"]]
    np.testing.assert_allclose(found, expected, rtol=CLOSED_FORM, atol=1e-14)
    assert rates.n_clusters == len(set(case["cluster"]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_in_pairs_the_difference_has_the_variance_of_mcnemars_discordant_pairs(pairs: list) -> None:
    n = len(pairs)
    outcome = np.array(pairs).ravel()
    rates = clustered_rates(outcome, np.tile([True, False], n), np.ones(2 * n), np.repeat(np.arange(n), 2))
    b = sum(treated and not control for treated, control in pairs)
    c = sum(control and not treated for treated, control in pairs)
    assert rates.treated - rates.control == pytest.approx((b - c) / n, abs=1e-12)
    assert rates.contrast_variance(1.0, -1.0) == pytest.approx((b + c - (b - c) ** 2 / n) / n**2, abs=1e-12)


def test_without_sets_the_arms_are_independent_binomials() -> None:
    outcome = np.array([True, False, False, False, True, True])
    rates = clustered_rates(outcome, np.arange(6) < 4)
    assert (rates.treated, rates.control, rates.covariance) == (0.25, 1.0, 0.0)
    assert rates.variance_treated == pytest.approx(0.25 * 0.75 / 4)
    assert rates.variance_control == 0.0


def test_patients_of_weight_0_take_no_part() -> None:
    outcome, treated = np.array([True, False, True, False, True]), np.array([True, True, False, False, False])
    kept = clustered_rates(outcome[:4], treated[:4])
    weighted = clustered_rates(outcome, treated, np.array([1.0, 1.0, 1.0, 1.0, 0.0]))
    assert (weighted.treated, weighted.control, weighted.variance_control) == (
        kept.treated,
        kept.control,
        kept.variance_control,
    )


def test_an_empty_arm_is_refused() -> None:
    with pytest.raises(EstimationError) as error:
        clustered_rates(np.array([True, False]), np.array([True, True]))
    assert error.value.problems == (
        "Rates can be compared only when both arms have patients; the treated arm has 2, the control arm 0.",
    )
