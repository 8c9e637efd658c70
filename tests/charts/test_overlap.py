"""Overlap figures show the scores' distribution, by weight, in bins that stay."""

import numpy as np
import pytest

from charts.overlap import describe_overlap, overlap_figure, overlap_publication, overlap_table
from tests.charts.cases import PLAIN, design

SCORE = np.array([0.11, 0.12, 0.3, 0.52, 0.11, 0.31, 0.32, 0.68])
TREATED = np.array([True, True, True, True, False, False, False, False])
WEIGHTS = np.array([1.0, 0, 1, 1, 1.5, 0.75, 0.75, 0])


def test_treated_stand_above_and_control_below_each_summing_to_all_of_the_arm() -> None:
    figure = overlap_figure(SCORE, TREATED, population="before", **PLAIN)
    treated, control = figure.data
    assert np.sum(treated.y) == pytest.approx(100)
    assert np.sum(control.y) == pytest.approx(-100)
    counts = np.asarray(treated.customdata)[:, 2]
    np.testing.assert_allclose(treated.y, 100 * counts / 4)


def test_after_matching_shares_are_weighted_and_counts_are_not() -> None:
    table = overlap_table(SCORE, TREATED, WEIGHTS, population="after", **PLAIN)
    control = table[table["arm"] == "SOR"]
    assert control["patients"].sum() == 3
    assert control["share"].sum() == pytest.approx(1)
    lowest = control[control["patients"] > 0].iloc[0]
    assert (lowest["patients"], lowest["share"]) == (1, pytest.approx(0.5))


def test_bins_stay_when_patients_are_left_out() -> None:
    before, after, both = (
        overlap_figure(SCORE, TREATED, WEIGHTS, population=view, **PLAIN) for view in ("before", "after", "compare")
    )
    np.testing.assert_array_equal(before.data[0].x, after.data[0].x)
    assert before.layout.xaxis.range == after.layout.xaxis.range == both.layout.xaxis.range


def test_a_comparison_outlines_the_population_before_behind() -> None:
    figure = overlap_figure(SCORE, TREATED, WEIGHTS, population="compare", **PLAIN)
    assert [trace.type for trace in figure.data] == ["scatter", "scatter", "bar", "bar"]
    assert all("before" in trace.name for trace in figure.data[:2])
    assert all("after" in trace.name for trace in figure.data[2:])


def test_print_draws_the_same_bars() -> None:
    figure = overlap_publication(SCORE, TREATED, population="before", **PLAIN)
    screen = overlap_figure(SCORE, TREATED, population="before", **PLAIN)
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    np.testing.assert_allclose(heights, np.concatenate([screen.data[0].y, screen.data[1].y]))


def test_a_view_after_matching_needs_weights() -> None:
    with pytest.raises(ValueError, match="needs the weights after matching"):
        overlap_figure(SCORE, TREATED, population="after", **PLAIN)


def test_equal_scores_and_logits_are_drawn() -> None:
    flat = overlap_figure(np.full(8, 0.5), TREATED, population="before", **PLAIN)
    assert np.sum(flat.data[0].y) == pytest.approx(100)
    _, treated, model, sets = design()
    logit = overlap_figure(model.logit, treated, sets.weights, population="compare", scale="logit", **PLAIN)
    assert logit.layout.xaxis.title.text == "Logit of the propensity score for LEN"


def test_the_figure_in_words_has_the_patients_and_their_range() -> None:
    words = describe_overlap(SCORE, TREATED, WEIGHTS, population="after", **PLAIN)
    assert words == (
        "Mirrored histograms of propensity scores: LEN after matching, 3 patients, 0.11 to 0.52; "
        "SOR after matching, 3 patients, 0.11 to 0.32."
    )
