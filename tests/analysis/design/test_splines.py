"""Restricted cubic splines: by hand, by their shape, and knots against R's quantiles."""

import numpy as np
import pytest

from analysis.design.splines import KNOT_QUANTILES, restricted_cubic_spline, spline_knots

EXACT = 1e-12
"""Formulas of a few multiplications."""


def test_the_bend_of_three_knots_by_hand() -> None:
    # Knots 0, 1, 3: (x³ − (x−1)₊³·3/2 + (x−3)₊³·1/2) / 9.
    values = np.array([-2.0, 0.0, 1.0, 2.0, 3.0, 5.0])
    (bend,) = restricted_cubic_spline(values, np.array([0.0, 1.0, 3.0]))
    expected = [0, 0, 1 / 9, (8 - 1.5) / 9, (27 - 12) / 9, (125 - 96 + 4) / 9]
    assert bend == pytest.approx(expected, rel=EXACT)


@pytest.mark.parametrize("n_knots", sorted(KNOT_QUANTILES))
def test_splines_are_straight_outside_and_smooth_within(n_knots: int) -> None:
    values = np.linspace(0, 100, 2001)
    knots = spline_knots(values, n_knots)
    step = values[1]
    columns = restricted_cubic_spline(values, knots)
    assert len(columns) == n_knots - 2
    for column in columns:
        curvature = np.diff(column, 2) / step**2
        middle = values[1:-1]
        assert np.abs(curvature[(middle < knots[0] - step) | (middle > knots[-1] + step)]).max() < 1e-8
        assert np.abs(curvature).max() > 1e-3
        # Third derivatives are bounded, so that the second is continuous: no knot makes it jump.
        assert np.abs(np.diff(curvature)).max() < 20 * step / 100 * np.abs(curvature).max()


def test_another_unit_scales_every_column() -> None:
    values = np.random.default_rng(0).normal(60, 10, 200)
    knots = spline_knots(values, 5)
    for column, moved in zip(
        restricted_cubic_spline(values, knots), restricted_cubic_spline(12 * values, 12 * knots), strict=True
    ):
        assert moved == pytest.approx(12 * column, rel=1e-9, abs=1e-9)
