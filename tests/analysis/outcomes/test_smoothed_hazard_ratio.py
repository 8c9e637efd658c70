"""The hazard ratio over follow-up: by hand, against R, by its laws, and where there is nothing to smooth."""

import doctest
import json

import numpy as np
import pytest

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes import smoothed_hazard_ratio as module
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.smoothed_hazard_ratio import smoothed_hazard_ratio
from tests.analysis.outcomes.survival_reference import REFERENCE

CASES = json.loads((REFERENCE / "outcomes" / "cox_table.json").read_text())["cases"]
# Residuals are steps of a fitted model over its information.
ITERATED = 1e-8
Z = 1.959963984540054


def test_residuals_of_four_events_by_hand():
    smooth = smoothed_hazard_ratio([1, 2, 3, 4], [True] * 4, [True, False, True, False], degrees_of_freedom=2)
    ratio = np.exp(smooth.constant)
    shares = np.array([2 * ratio / (2 * ratio + 2), ratio / (ratio + 2), ratio / (ratio + 1), 0])
    information = (shares * (1 - shares)).sum()
    expected = smooth.constant + (np.array([1, 0, 1, 0]) - shares) * 4 / information
    np.testing.assert_allclose(smooth.residual, expected, rtol=1e-9)
    np.testing.assert_allclose(smooth.event_position, [0, 0.25, 0.5, 0.75])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_residuals_smooth_and_band_equal_r(case):
    data, expected = case["data"], case["smooth"]
    smooth = smoothed_hazard_ratio(data["time"], data["event"], data["treated"])
    # Tied events come in any order.
    np.testing.assert_allclose(smooth.event_position, expected["x"], atol=1e-12)
    np.testing.assert_allclose(np.sort(smooth.residual), np.sort(expected["y"]), rtol=ITERATED)
    np.testing.assert_allclose(smooth.position, expected["grid"], atol=1e-12)
    np.testing.assert_allclose(smooth.log_hazard_ratio, expected["curve"], rtol=ITERATED, atol=1e-9)
    two_errors = (smooth.ci_upper - smooth.log_hazard_ratio) * 2 / Z
    np.testing.assert_allclose(smooth.log_hazard_ratio + two_errors, expected["upper"], rtol=ITERATED, atol=1e-9)
    np.testing.assert_allclose(smooth.log_hazard_ratio - two_errors, expected["lower"], rtol=ITERATED, atol=1e-9)


def drawn(n=150):
    rng = np.random.default_rng(6)
    treated = rng.random(n) < 0.5
    return {
        "time": rng.exponential(np.where(treated, 14, 10)).round(1),
        "event": rng.random(n) < 0.8,
        "treated": treated,
        "weights": rng.uniform(0.3, 3, n),
        "cluster": np.arange(n) // 2,
    }


def test_weighted_residuals_average_to_the_ratio_and_a_factor_changes_nothing():
    cohort = drawn()
    smooth = smoothed_hazard_ratio(**cohort)
    ratio = cox_hazard_ratio(**cohort)
    order = np.argsort(cohort["time"], kind="stable")
    weights = cohort["weights"][order][cohort["event"][order]]
    assert np.average(smooth.residual, weights=weights) == pytest.approx(ratio.log_hazard_ratio, abs=1e-8)
    other = smoothed_hazard_ratio(**{**cohort, "weights": cohort["weights"] * 9, "time": cohort["time"] * 30.4375})
    np.testing.assert_allclose(other.log_hazard_ratio, smooth.log_hazard_ratio, atol=1e-8)
    np.testing.assert_allclose(other.ci_upper, smooth.ci_upper, atol=1e-8)


@pytest.mark.parametrize("scale", ["km", "identity"])
def test_swapped_arms_mirror_the_curve_and_its_band(scale):
    cohort = drawn()
    smooth = smoothed_hazard_ratio(**cohort, scale=scale)
    swapped = smoothed_hazard_ratio(**{**cohort, "treated": ~cohort["treated"]}, scale=scale)
    np.testing.assert_allclose(swapped.log_hazard_ratio, -smooth.log_hazard_ratio, atol=1e-7)
    np.testing.assert_allclose(swapped.ci_lower, -smooth.ci_upper, atol=1e-7)
    assert (np.diff(smooth.time) >= 0).all()
    if scale == "identity":
        np.testing.assert_allclose(smooth.time, smooth.position)


def test_each_patient_a_cluster_is_no_cluster_at_all():
    cohort = drawn()
    alone = {key: cohort[key] for key in ("time", "event", "treated", "weights")}
    smooth = smoothed_hazard_ratio(**alone)
    each = smoothed_hazard_ratio(**alone, cluster=np.arange(150)[::-1])
    np.testing.assert_allclose(each.ci_upper, smooth.ci_upper)


@pytest.mark.parametrize("seed", [2, 5, 9, 15, 20])
def test_weights_of_very_different_sizes_leave_a_band(seed):
    rng = np.random.default_rng(seed)
    time, weights = rng.integers(1, 8, 20), 10.0 ** rng.integers(-8, 8, 20)
    found = smoothed_hazard_ratio(time, np.ones(20, dtype=bool), np.arange(20) % 2 == 0, weights=weights)
    assert np.isfinite(found.ci_lower).all()
    assert (found.ci_lower <= found.ci_upper).all()


def test_events_at_too_few_times_and_wrong_options_are_refused():
    with pytest.raises(EstimationError) as error:
        smoothed_hazard_ratio([1, 1, 2, 2, 3, 3], [True] * 6, [True, False] * 3)
    assert str(error.value) == (
        "A smooth hazard ratio with 4 degrees of freedom needs events at more times than that; 3 were found. "
        "Judge proportionality from the curves."
    )
    with pytest.raises(SettingsError, match="must be 'km' or 'identity'; 'log' was given"):
        smoothed_hazard_ratio([1, 2], [True] * 2, [True, False], scale="log")
    with pytest.raises(SettingsError, match="takes 2 to 8 degrees of freedom; 1 were given"):
        smoothed_hazard_ratio([1, 2], [True] * 2, [True, False], degrees_of_freedom=1)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
