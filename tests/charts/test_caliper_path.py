"""The caliper path draws the path's own numbers, and the slider's frames hold one caliper each."""

import dataclasses
import math

import numpy as np
import pytest

from charts.caliper_path import (
    caliper_path_figure,
    caliper_path_publication,
    caliper_path_table,
    caliper_scrubber_figure,
    describe_caliper_path,
)
from charts.caliper_path.content import caliper_path_content, caliper_words
from charts.caliper_path.scene import MOST_FRAMES, MOST_TERMS, MOST_TIMES
from charts.canvas import LINE_HEIGHT
from tests.charts.cases import PLAIN
from tests.charts.design_cases import UNIT, path

WORDS = {**PLAIN, "unit": UNIT}


def test_every_panel_holds_the_paths_numbers_with_the_row_of_each_caliper() -> None:
    found = path()
    figure = caliper_path_figure(found, **WORDS)
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    kept, balance, treated, control, effect = lines
    np.testing.assert_array_equal(kept.y, found.n_sets)
    np.testing.assert_allclose(balance.y, found.largest_smd)
    np.testing.assert_allclose(treated.y, found.effective_sample_size_treated)
    np.testing.assert_allclose(control.y, found.effective_sample_size_control)
    assert tuple(effect.y) == found.estimate
    for line in lines:
        np.testing.assert_allclose(line.x, found.caliper)
        assert [point[0] for point in line.customdata] == list(range(30))


def test_the_band_stops_where_an_effect_is_missing() -> None:
    found = path()
    gap = dataclasses.replace(found, ci_lower=(*found.ci_lower[:10], None, *found.ci_lower[11:]))
    bands = [trace for trace in caliper_path_figure(gap, **WORDS).data if trace.fill == "toself"]
    assert [min(band.x) for band in bands] == [found.caliper[1], found.caliper[11]]
    assert bands[0].y[0] == found.ci_lower[1]
    assert bands[0].y[-1] == found.ci_upper[1]


def test_the_caliper_in_use_and_the_suggested_one_are_marked_in_every_panel() -> None:
    found = path()
    figure = caliper_path_figure(found, **WORDS)
    marks = [shape for shape in figure.layout.shapes if shape.xref == "x"]
    assert sorted({shape.x0 for shape in marks}) == [found.caliper[14], found.caliper[20]]
    assert len(marks) == 8
    words = [note.text for note in figure.layout.annotations]
    assert "now" in words
    assert "suggested" in words
    same = caliper_path_figure(dataclasses.replace(found, knee=14), **WORDS)
    assert "now, as suggested" in [note.text for note in same.layout.annotations]


def test_a_mark_is_named_beside_its_line_however_wide_the_page_draws_the_figure() -> None:
    found = path()
    figure = caliper_path_figure(found, **WORDS)
    low, high = figure.layout.xaxis.range
    for name, row in (("now", 14), ("suggested", 20)):
        note = next(item for item in figure.layout.annotations if item.text == name)
        assert note.x == pytest.approx((math.log10(found.caliper[row]) - low) / (high - low), abs=0.02)
        assert abs(note.xshift) < 60


def test_a_hazard_ratio_has_a_logarithmic_axis_around_one_and_a_difference_a_plain_one_around_zero() -> None:
    panels = {
        measure: caliper_path_content(path(measure), **WORDS).panels[-1]
        for measure in ("hazard_ratio", "risk_difference")
    }
    assert (panels["hazard_ratio"].log, panels["hazard_ratio"].guide) == (True, 1.0)
    assert (panels["risk_difference"].log, panels["risk_difference"].guide) == (False, 0.0)


def test_a_study_without_an_outcome_has_three_panels() -> None:
    content = caliper_path_content(path(None), **WORDS)
    assert [panel.name for panel in content.panels] == ["kept", "balance", "size"]


def test_without_a_caliper_a_sentence_stands_in_place_of_the_figure() -> None:
    found = path()
    empty = dataclasses.replace(found, caliper=np.zeros(0), n_sets=np.zeros(0, dtype=np.int64))
    for figure in (caliper_path_figure(empty, **WORDS), caliper_scrubber_figure(empty, **WORDS)):
        assert [note.text for note in figure.layout.annotations] == ["No caliper forms a set."]
    assert describe_caliper_path(empty) == "No caliper forms a set."
    assert caliper_path_publication(empty, **WORDS).texts[0].get_text() == "No caliper forms a set."


def test_sets_of_one_patient_from_each_arm_are_pairs() -> None:
    found = path()
    assert "sets," in caliper_words(found, 5)
    pairs = dataclasses.replace(found, n_control=found.n_sets)
    assert "pairs," in caliper_words(pairs, 5)


def test_words_and_table_say_what_the_path_holds() -> None:
    found = path()
    words = describe_caliper_path(found, unit=UNIT)
    assert f"Now {found.caliper[14]:.3g}: {found.n_sets[14]} sets" in words
    assert found.knee_reason in words
    table = caliper_path_table(found)
    assert table["marked"].tolist().count("current") == table["marked"].tolist().count("suggested") == 1
    assert table["hazard_ratio"][0] is None
    assert table["hazard_ratio"][3] == found.estimate[3]


def test_print_draws_the_same_lines() -> None:
    found = path()
    figure = caliper_path_publication(found, **WORDS)
    drawn = [line for axes in figure.axes for line in axes.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(drawn[0].get_ydata(), found.n_sets)
    np.testing.assert_allclose(drawn[-1].get_ydata()[1:], found.estimate[1:])


def test_a_frame_holds_the_differences_curves_and_words_of_its_caliper() -> None:
    found = path()
    figure = caliper_scrubber_figure(found, **WORDS)
    assert len(figure.frames) == 30
    for row in (0, 14, 29):
        marks, words, treated, control = figure.frames[row].data
        order = np.argsort(-found.smd_before, kind="stable")
        expected = [None if np.isnan(one) else round(abs(one), 3) for one in found.smd[row, order]]
        assert list(marks.x) == expected
        assert caliper_words(found, row).split(":")[0] in words.text[0]
        times = figure.data[-1].x
        rows = np.searchsorted(found.times, times)
        levels = [None if np.isnan(one) else round(100 * one, 2) for one in found.survival_treated[row, rows]]
        assert list(treated.y) == pytest.approx(levels, nan_ok=True)
        assert len(control.y) == len(times) <= MOST_TIMES


def test_the_slider_starts_at_the_caliper_in_use_and_each_step_shows_its_frame_at_once() -> None:
    figure = caliper_scrubber_figure(path(), **WORDS)
    (slider,) = figure.layout.sliders
    assert slider.active == 14
    names = [frame.name for frame in figure.frames]
    assert [step.args[0][0] for step in slider.steps] == names
    assert len(set(names)) == len(names)
    assert all(step.args[1]["frame"] == {"duration": 0, "redraw": False} for step in slider.steps)
    moving = figure.frames[14].traces
    assert [list(figure.data[place].x) for place in moving[:1]] == [list(figure.frames[14].data[0].x)]
    assert list(figure.data[moving[2]].y) == list(figure.frames[14].data[2].y)


def test_a_long_path_of_many_terms_is_thinned_and_keeps_the_calipers_that_are_marked() -> None:
    found = path(n_terms=200, k=300)
    figure = caliper_scrubber_figure(dataclasses.replace(found, current=101, knee=202), **WORDS)
    assert len(figure.frames) <= MOST_FRAMES
    assert {"101", "202"} <= {frame.name.split(":")[0] for frame in figure.frames}
    assert len(figure.frames[0].data[0].x) == MOST_TERMS
    assert len(figure.to_json()) < 250_000


def test_there_is_room_above_for_the_lines_that_the_words_take_and_no_more() -> None:
    wide, narrow = (caliper_scrubber_figure(path(), width=width, **WORDS) for width in (900, 300))
    lines = [max(frame.data[1].text[0].count("<br>") for frame in drawn.frames) for drawn in (wide, narrow)]
    assert lines == [1, 2]
    assert narrow.layout.margin.t - wide.layout.margin.t == LINE_HEIGHT


def test_without_curves_the_differences_stand_alone() -> None:
    figure = caliper_scrubber_figure(path(None, survival=False), **WORDS)
    assert len(figure.frames[0].data) == 2
    assert tuple(figure.layout.xaxis.domain) == (0.0, 1.0)
