"""The figures of patients left out show who they are and how far each arm moved."""

import numpy as np
import pandas as pd
import pytest

from charts.left_out import describe_left_out, describe_left_out_map, left_out_figure, left_out_map_figure
from charts.left_out.content import MOST_POINTS, map_content
from tests.charts.cases import PLAIN, design
from tests.charts.design_cases import left_out, levels


def test_every_patient_is_in_the_map_once_filled_if_compared_and_hollow_if_not() -> None:
    covariates, treated, _, sets = design()
    figure = left_out_map_figure(covariates["age"], covariates["albumin_gdl"], treated, sets.weights, **PLAIN)
    rows = np.concatenate([trace.customdata for trace in figure.data])
    assert sorted(rows) == list(range(80))
    for trace in figure.data:
        kept = not trace.marker.symbol.endswith("-open")
        assert all((sets.weights[row] > 0) == kept for row in trace.customdata)
        np.testing.assert_allclose(trace.x, covariates["age"].to_numpy()[list(trace.customdata)])
        np.testing.assert_allclose(trace.y, covariates["albumin_gdl"].to_numpy()[list(trace.customdata)])


def test_a_category_is_spread_over_the_bands_of_its_levels_the_same_every_time() -> None:
    covariates, treated, _, sets = design()
    arguments = (covariates["etiology"], covariates["age"], treated, sets.weights)
    one, other = (left_out_map_figure(*arguments, **PLAIN) for _ in range(2))
    codes = covariates["etiology"].cat.codes.to_numpy()
    for first, second in zip(one.data, other.data, strict=True):
        np.testing.assert_array_equal(first.x, second.x)
        np.testing.assert_array_equal(np.round(np.array(first.x, dtype=float)), codes[list(first.customdata)])
    assert list(one.layout.xaxis.ticktext) == list(covariates["etiology"].cat.categories)


def test_of_very_many_patients_a_part_is_drawn_and_all_are_counted() -> None:
    rng = np.random.default_rng(1)
    n = 10_000
    x, y = pd.Series(rng.normal(size=n), name="x"), pd.Series(rng.normal(size=n), name="y")
    y[:5] = np.nan
    content = map_content(x, y, np.arange(n) < 4000, np.arange(n) % 2, **PLAIN)
    assert sum(group.row.size for group in content.groups) == MOST_POINTS
    assert sum(group.n for group in content.groups) == n
    assert content.sentence == "3,000 of 9,995 patients drawn, chosen at random. 5 patients without a value not drawn."
    assert content.sentence in describe_left_out_map(x, y, np.arange(n) < 4000, np.arange(n) % 2, **PLAIN)


def test_of_very_many_levels_some_are_named() -> None:
    series = levels(150)
    figure = left_out_map_figure(series, series.rename("again"), np.arange(450) < 200, np.ones(450), **PLAIN)
    assert 2 < len(figure.layout.xaxis.ticktext) < 30
    assert 2 < len(figure.layout.yaxis.ticktext) <= figure.layout.height / 17


@pytest.mark.parametrize("most", [None, 2])
def test_dots_are_the_results_differences_the_largest_first(most: int | None) -> None:
    found = left_out()
    figure = left_out_figure(found, most_terms=most, **PLAIN)
    treated, control = figure.data
    sizes = np.maximum(np.abs(found.treated.smd_compared), np.abs(found.control.smd_compared))
    order = np.argsort(-sizes, kind="stable")[:most]
    np.testing.assert_allclose(treated.x, np.array(found.treated.smd_compared)[order])
    np.testing.assert_allclose(control.x, np.array(found.control.smd_compared)[order])
    assert figure.layout.xaxis.range[0] == -figure.layout.xaxis.range[1]


def test_the_figure_in_words_counts_each_arm_and_names_what_moved_most() -> None:
    found = left_out()
    words = describe_left_out(found, **PLAIN)
    assert f"LEN: {found.treated.n_compared} of 34 compared, {found.treated.n_left_out} left out" in words
    assert "moved most in" in words
