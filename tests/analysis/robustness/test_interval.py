"""Bootstrap intervals: by hand, beside SciPy's, and by laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from analysis.errors import EstimationError
from analysis.robustness.interval import accelerated_interval, percentile_interval

# The same closed form; quantiles are interpolated in another order of operations.
EXACT = 1e-12


def test_bias_and_acceleration_by_hand():
    # Below 110 lie 110 of 201, up to it 111: z₀ = Φ⁻¹(221 / 402). Leave-outs 1, 2, 6 lie 2, 1 and −3 below their mean:
    # a = (8 + 1 − 27) / (6 · 14^1.5).
    found = accelerated_interval(110, np.arange(201), [1, 2, 6], 0.95)
    assert found.bias == pytest.approx(0.1250329, abs=1e-7)
    assert found.acceleration == pytest.approx(-18 / (6 * 14**1.5))
    # Φ(z₀ + (z₀ ∓ 1.959964) / (1 − a (z₀ ∓ 1.959964))) is Φ(−1.925369) and Φ(1.987621), shares of 200.
    assert (found.lower, found.upper) == pytest.approx((200 * 0.02709162, 200 * 0.9765732), abs=1e-5)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_limits_are_those_of_scipy(level):
    rng = np.random.default_rng(4)
    sample = rng.exponential(size=40)
    options = {"confidence_level": level, "n_resamples": 999, "rng": np.random.default_rng(1)}
    reference = bootstrap((sample,), np.mean, method="BCa", **options)
    replicates = reference.bootstrap_distribution
    left_out = (sample.sum() - sample) / (sample.size - 1)
    found = accelerated_interval(sample.mean(), replicates, left_out, level)
    limits = reference.confidence_interval
    assert (found.lower, found.upper) == pytest.approx((limits.low, limits.high), rel=EXACT)
    plain = bootstrap(
        (sample,), np.mean, method="percentile", bootstrap_result=reference, **(options | {"n_resamples": 0})
    )
    found = percentile_interval(replicates, level)
    limits = plain.confidence_interval
    assert (found.lower, found.upper) == pytest.approx((limits.low, limits.high), rel=EXACT)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 50), st.floats(-20, 20))
def test_another_unit_moves_the_limits_with_it(seed, scale, shift):
    rng = np.random.default_rng(seed)
    replicates, left_out = rng.normal(size=400), rng.gamma(2.0, size=25)
    there = accelerated_interval(0.1, replicates, left_out, 0.9)
    moved = accelerated_interval(0.1 * scale + shift, replicates * scale + shift, left_out * scale + shift, 0.9)
    expected = (there.lower * scale + shift, there.upper * scale + shift)
    assert (moved.lower, moved.upper) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    turned = accelerated_interval(-0.1, -replicates, -left_out, 0.9)
    assert (turned.lower, turned.upper) == pytest.approx((-there.upper, -there.lower), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("estimate", "replicates", "left_out", "sentence"),
    [
        (1, 199, [1, 2], "A bootstrap interval needs at least 200 replicates with an effect; 199 have one."),
        (
            999,
            250,
            [1, 2],
            "A bias-corrected interval needs replicates on both sides of the estimate; all 250 lie on one",
        ),
        (100, 250, [0.1, 0.1, 0.1], "The acceleration of an interval needs leave-one-out estimates that differ; the 3"),
        (
            249,
            250,
            [0.0] * 49 + [-1.0],
            "The acceleration of an interval must leave its limits in order; 0.162 does not",
        ),
    ],
)
def test_what_gives_no_interval_is_said(estimate, replicates, left_out, sentence):
    with pytest.raises(EstimationError) as error:
        accelerated_interval(estimate, np.arange(replicates), left_out, 0.9999)
    assert str(error.value).startswith(sentence)
