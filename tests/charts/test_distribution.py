"""The figure of one covariate draws its distribution's own numbers."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis.design.distribution import covariate_distribution
from charts.canvas import DIGITS
from charts.distribution import (
    describe_distribution,
    distribution_figure,
    distribution_publication,
    distribution_table,
)
from tests.charts.cases import PLAIN
from tests.charts.design_cases import distribution, levels

SENT = 10.0 ** (1 - DIGITS) / 2
"""Many numbers are sent with no more digits than are seen."""


def test_steps_are_the_distribution_functions_from_zero_to_all() -> None:
    found = distribution()
    treated, control = distribution_figure(found, population="after", **PLAIN).data
    np.testing.assert_allclose(treated.x[1:], found.values)
    np.testing.assert_allclose(treated.y, [0, *(100 * found.treated_after.ecdf)])
    np.testing.assert_allclose(control.y, [0, *(100 * found.control_after.ecdf)])
    assert treated.line.shape == "hv"


def test_a_comparison_draws_the_patients_before_first_and_paler() -> None:
    figure = distribution_figure(distribution(), population="compare", **PLAIN)
    assert [trace.name.split(":")[0] for trace in figure.data] == [
        f"{arm}, {when}" for when in ("before", "after") for arm in ("LEN", "SOR")
    ]
    assert figure.data[0].line.width < figure.data[2].line.width


def test_densities_are_as_found_and_one_of_a_single_value_is_left_out() -> None:
    found = distribution()
    figure = distribution_figure(found, population="before", curve="density", **PLAIN)
    np.testing.assert_allclose(figure.data[0].y, found.treated_before.density, rtol=SENT)
    np.testing.assert_allclose(figure.data[0].x, found.grid, rtol=SENT)
    flat = dataclasses.replace(found, treated_after=dataclasses.replace(found.treated_after, density=None))
    assert len(distribution_figure(flat, population="after", curve="density", **PLAIN).data) == 1


def test_bars_are_the_shares_of_the_levels() -> None:
    found = distribution("etiology")
    figure = distribution_figure(found, population="compare", **PLAIN)
    np.testing.assert_allclose(figure.data[0].x, 100 * np.array(found.treated_before))
    np.testing.assert_allclose(figure.data[3].x, 100 * np.array(found.control_after))
    assert list(figure.layout.yaxis.ticktext) == list(found.levels)
    printed = distribution_publication(found, population="after", width=85, **PLAIN)
    widths = [bar.get_width() for bar in printed.axes[0].patches]
    np.testing.assert_allclose(widths, 100 * np.array([*found.treated_after, *found.control_after]))


@pytest.mark.parametrize("curve", ["ecdf", "density"])
def test_switching_the_view_does_not_move_the_axes(curve: str) -> None:
    layouts = [
        distribution_figure(distribution(), population=view, curve=curve, **PLAIN).layout
        for view in ("before", "after", "compare")
    ]
    assert len({(layout.xaxis.range, layout.yaxis.range) for layout in layouts}) == 1


def test_many_long_levels_keep_a_row_each() -> None:
    series = levels(60)
    found = covariate_distribution(series, np.arange(180) < 80, np.ones(180), before_and_after=False)
    figure = distribution_figure(found, population="after", width=340, **PLAIN)
    assert len(figure.layout.yaxis.ticktext) == 60
    assert figure.layout.height > 60 * 22
    assert distribution_publication(found, population="after", **PLAIN).get_size_inches()[1] * 25.4 < 240


def test_a_view_before_needs_the_patients_before() -> None:
    found = covariate_distribution(pd.Series(np.arange(20.0)), np.arange(20) < 9, np.ones(20), before_and_after=False)
    with pytest.raises(ValueError, match="needs the distribution before weighting"):
        distribution_figure(found, population="compare", design_word="weighting", **PLAIN)


def test_words_and_table_hold_quartiles_shares_and_patients_without_a_value() -> None:
    values = pd.Series([*np.arange(1.0, 21.0), np.nan], name="afp")
    found = covariate_distribution(values, np.arange(21) < 10, np.ones(21), before_and_after=True)
    words = describe_distribution(found, population="before", **PLAIN)
    assert "LEN: n = 10: median 5, quartiles 3 and 8" in words
    assert "1 patient without a value left aside." in words
    table = distribution_table(found, **PLAIN)
    assert table.query("arm == 'LEN' and population == 'after'")["share_at_or_below"].max() == 1.0
    shares = distribution("etiology")
    assert f"{shares.levels[0]} {100 * shares.treated_after[0]:.1f}%" in describe_distribution(
        shares, population="after", **PLAIN
    )
