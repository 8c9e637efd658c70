"""The calibration figure draws the groups of the score with their limits."""

import dataclasses

import numpy as np

from charts.calibration import calibration_figure, calibration_publication, describe_calibration
from tests.charts.design_cases import calibrated


def test_points_and_limits_are_those_of_the_groups() -> None:
    found = calibrated()
    diagonal, groups = calibration_figure(found, treated_label="LEN").data
    np.testing.assert_allclose(groups.x, 100 * found.mean_predicted)
    np.testing.assert_allclose(groups.y, 100 * found.observed)
    np.testing.assert_allclose(np.add(groups.y, groups.error_y.array), 100 * found.ci_upper)
    np.testing.assert_allclose(np.subtract(groups.y, groups.error_y.arrayminus), 100 * found.ci_lower)
    assert list(diagonal.x) == list(diagonal.y)


def test_print_draws_the_same_points() -> None:
    found = calibrated()
    axes = calibration_publication(found, treated_label="LEN", width=85).axes[0]
    points = next(line for line in axes.lines if line.get_marker() == "o")
    np.testing.assert_allclose(np.array(points.get_xdata(), dtype=float), 100 * found.mean_predicted)
    np.testing.assert_allclose(np.array(points.get_ydata(), dtype=float), 100 * found.observed)


def test_words_have_every_group_and_a_missing_slope_is_a_dash() -> None:
    found = calibrated()
    words = describe_calibration(found, treated_label="LEN")
    assert words.count(" expected, ") == found.n_groups
    assert f"Brier score {found.brier_score:.3f}" in words
    none = dataclasses.replace(found, slope=None, intercept=None)
    assert "Slope –, Brier score" in describe_calibration(none, treated_label="LEN")
