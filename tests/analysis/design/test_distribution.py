"""Distributions of a covariate: by hand, against R and scipy, and by their laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gaussian_kde

from analysis.design.distribution import MOST_POINTS, LevelShares, NumericDistribution, covariate_distribution
from analysis.errors import EstimationError
from tests.analysis.design.cohorts import reference_cohort
from tests.analysis.design.references import reference

# Closed forms, printed by R with 15 digits.
TOLERANCE = 1e-10

# Of the highest density: an age of R's between two points of the grid, by a straight line (512 points).
INTERPOLATED = 2e-4

# Of the highest density: kernels on 4,096 steps instead of one for each patient.
BINNED = 1e-4


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
def test_curves_equal_r(name):
    cohort, expected = reference_cohort(name), reference("balance", name)
    found = covariate_distribution(cohort.covariates["age"], cohort.treated, expected["weights"], before_and_after=True)
    assert isinstance(found, NumericDistribution)
    for which in ("treated_before", "control_after"):
        curve, figures = getattr(found, which), expected["distribution"][which]
        assert curve.bandwidth == pytest.approx(figures["bandwidth"], rel=TOLERANCE)
        for at, ecdf, density in zip(expected["distribution"]["at"], figures["ecdf"], figures["density"], strict=True):
            last = np.searchsorted(found.values, at, side="right") - 1
            assert curve.ecdf[last] == pytest.approx(ecdf, abs=TOLERANCE)
            assert np.interp(at, found.grid, curve.density) == pytest.approx(
                density, abs=INTERPOLATED * curve.density.max()
            )


def test_densities_equal_scipy_at_the_same_bandwidth():
    rng = np.random.default_rng(1)
    values, treated, weights = rng.normal(60, 10, 200), np.arange(200) < 90, rng.exponential(size=200)
    found = covariate_distribution(pd.Series(values), treated, weights, before_and_after=False)
    sample, sample_weights = values[treated], weights[treated]
    kernel = gaussian_kde(sample, weights=sample_weights)
    factor = found.treated_after.bandwidth / np.sqrt(kernel.covariance[0, 0]) * kernel.factor
    expected = gaussian_kde(sample, bw_method=factor, weights=sample_weights)(found.grid)
    assert found.treated_after.density == pytest.approx(expected, rel=1e-9)


def test_steps_by_hand():
    series = pd.Series([1.0, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], name="nodes")
    treated = np.arange(13) < 4
    weights = np.ones(13)
    weights[:4] = [1.0, 1.0, 0.0, 2.0]
    found = covariate_distribution(series, treated, weights, before_and_after=True)
    assert found.covariate == "nodes"
    assert found.values.tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert not found.thinned
    assert found.treated_before.ecdf[:4].tolist() == [0.25, 0.75, 1.0, 1.0]
    assert found.treated_after.ecdf[:4].tolist() == [0.25, 0.5, 1.0, 1.0]
    assert (found.treated_before.n, found.treated_after.n) == (4, 3)
    assert found.treated_after.effective_sample_size == pytest.approx(16 / 6)
    assert (found.grid[0], found.grid[-1], found.grid.size) == (1.0, 12.0, MOST_POINTS)
    # Values 1, 2 and 3 at weights 1, 1 and 2: quartiles 1 and 3, sum of squares 2.75, variance 2.75·4/(16 − 6).
    spread = min(np.sqrt(2.75 * 4 / 10), 2 / 1.34)
    assert found.treated_after.bandwidth == pytest.approx(0.9 * spread * (16 / 6) ** -0.2)


def test_categories_and_numbers_of_few_values_have_shares():
    grade = pd.Series(pd.Categorical(["I", "II", None, "I", "II", "II"], categories=["II", "I", "X"]), name="grade")
    treated = [True, True, True, False, False, False]
    weights = [1.0, 3.0, 1.0, 1.0, 1.0, 0.0]
    found = covariate_distribution(grade, treated, weights, before_and_after=True)
    assert isinstance(found, LevelShares)
    assert found.levels == ("II", "I")
    assert found.treated_before == (0.5, 0.5)
    assert found.treated_after == (0.75, 0.25)
    assert found.control_before == pytest.approx((2 / 3, 1 / 3))
    assert found.control_after == (0.5, 0.5)
    assert found.n_missing == 1
    ecog = pd.Series([0.0, 1, 2, 0, 1.5, 1], name="ecog")
    only_after = covariate_distribution(ecog, treated, weights, before_and_after=False)
    assert only_after.levels == ("0", "1", "1.5", "2")
    assert (only_after.treated_before, only_after.control_before) == (None, None)
    assert only_after.treated_after == (0.2, 0.6, 0.0, 0.2)


def test_an_arm_of_one_value_has_steps_but_no_density():
    series = pd.Series([5.0] * 4 + [float(value) for value in range(12)])
    found = covariate_distribution(series, np.arange(16) < 4, np.ones(16), before_and_after=False)
    assert (found.treated_after.density, found.treated_after.bandwidth) == (None, None)
    assert found.control_after.density is not None
    assert found.treated_after.ecdf.tolist() == [0.0] * 5 + [1.0] * 7


def test_many_values_are_thinned_to_exact_points():
    rng = np.random.default_rng(2)
    values = np.exp(rng.normal(size=20_000))
    treated = np.arange(20_000) < 9_000
    weights = rng.exponential(size=20_000)
    found = covariate_distribution(pd.Series(values), treated, weights, before_and_after=False)
    assert found.thinned
    assert found.values.size <= MOST_POINTS
    assert (found.values[0], found.values[-1]) == (values.min(), values.max())
    curve = found.treated_after
    for point in (0, 17, 300, found.values.size - 1):
        below = treated & (values <= found.values[point])
        assert curve.ecdf[point] == pytest.approx(weights[below].sum() / weights[treated].sum(), abs=1e-12)
    exact = [
        np.average(np.exp(-0.5 * ((at - values[treated]) / curve.bandwidth) ** 2), weights=weights[treated])
        / (curve.bandwidth * np.sqrt(2 * np.pi))
        for at in found.grid[:100:9]
    ]
    assert curve.density[:100:9] == pytest.approx(exact, abs=BINNED * curve.density.max())


def test_a_column_without_known_values_in_an_arm_is_refused():
    series = pd.Series([1.0, 2.0, None, None], name="afp")
    with pytest.raises(EstimationError) as refused:
        covariate_distribution(series, [True, True, False, False], np.ones(4), before_and_after=True)
    assert str(refused.value) == (
        "A distribution needs known values in both arms; afp has none among the control patients compared."
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_laws(seed, factor, shift):
    rng = np.random.default_rng(seed)
    values = pd.Series(rng.normal(60, 10, 40).round(2))
    treated = rng.permutation(40) < 18
    weights = rng.choice([0.0, 0.5, 2.0], 40)
    for rows in (treated, ~treated):
        weights[np.flatnonzero(rows)[:3]] = 1.0
    found = covariate_distribution(values, treated, weights, before_and_after=True)
    for curve in (found.treated_before, found.control_before, found.treated_after, found.control_after):
        assert (np.diff(curve.ecdf) >= 0).all()
        assert curve.ecdf[-1] == 1.0
    plain = covariate_distribution(values, treated, np.ones(40), before_and_after=True)
    assert plain.treated_after.ecdf.tolist() == found.treated_before.ecdf.tolist()
    order = rng.permutation(40)
    other = covariate_distribution(
        (values * factor + shift)[order].reset_index(drop=True), ~treated[order], weights[order], before_and_after=True
    )
    assert other.control_after.ecdf == pytest.approx(found.treated_after.ecdf, abs=1e-12)
    assert other.control_after.bandwidth == pytest.approx(found.treated_after.bandwidth * factor, rel=1e-6)
    assert other.control_after.density * factor == pytest.approx(found.treated_after.density, rel=1e-5, abs=1e-9)
