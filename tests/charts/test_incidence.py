"""Incidence, events up and cumulative hazards are drawn as the results have them, on screen and on paper."""

from typing import Any

import numpy as np
import pytest

from analysis.study.competing import CompetingComparison, compare_competing
from analysis.study.hazard_shape import cumulative_hazards, hazard_shape
from charts.hazard_shape import (
    describe_hazard_shape,
    hazard_shape_figure,
    hazard_shape_publication,
    hazard_shape_table,
)
from charts.hazard_shape.content import hazard_shape_content
from charts.incidence import describe_incidence, incidence_figure, incidence_publication
from charts.style import DARK, format_p_statement
from charts.survival import survival_figure, survival_publication
from charts.survival.content import survival_content
from tests.analysis.study.outcome_cases import outcome_result
from tests.charts.cases import AWKWARD, PLAIN

TTP = {**PLAIN, "outcome": "TTP"}


def pair() -> tuple[CompetingComparison, CompetingComparison]:
    result = outcome_result()
    found = [compare_competing(result.patients, design, result.settings, "TTP") for design in (None, result.design)]
    assert found[0] is not None
    assert found[1] is not None
    return found[0], found[1]


def levels(figure: Any) -> set[float]:
    return {float(y) for trace in figure.data if trace.mode == "lines" for y in trace.y if y is not None}


@pytest.mark.parametrize("cause", ["event", "competing"])
def test_steps_are_the_incidences_and_print_has_them_too(cause: str) -> None:
    before, after = pair()
    figure = incidence_figure(before, after, population="compare", cause=cause, **TTP)
    drawn = levels(figure)
    for comparison in (before, after):
        for arm in (getattr(comparison, cause).treated, getattr(comparison, cause).control):
            assert {float(100 * value) for value in arm.incidence} <= drawn
    assert list(figure.layout.yaxis.range) == [0.0, 101.0]
    axes = incidence_publication(None, after, population="after", cause=cause, **TTP).axes[0]
    printed = {float(y) for line in axes.lines for y in np.atleast_1d(line.get_ydata())}
    assert {float(100 * value) for value in getattr(after, cause).treated.incidence} <= printed


def test_words_have_counts_tests_and_ratios() -> None:
    before, after = pair()
    words = describe_incidence(before, after, population="compare", cause="event", **TTP)
    assert f"Gray’s test {format_p_statement(after.event.gray.p_value)}; stratified by set" in words
    assert f"n = {before.event.treated.n}, {before.event.treated.n_total_events} events" in words
    assert "Fine–Gray ratio" in words
    assert "cause-specific hazard ratio" in words


def test_a_view_without_its_comparison_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the comparison after matching"):
        incidence_figure(pair()[0], None, population="compare", **TTP)


def test_events_up_are_one_minus_survival() -> None:
    comparison = outcome_result().before.survival[1].comparison
    words = {"population": "before", "time_unit": "months", "most_ticks": 6, **PLAIN}
    down = survival_content(comparison, None, **words)
    up = survival_content(comparison, None, view="events", **words)
    for one, other in zip(down.curves, up.curves, strict=True):
        np.testing.assert_allclose(one.steps.line.level + other.steps.line.level, 100.0)
        np.testing.assert_allclose(one.steps.line_limits + other.steps.line_limits[:, ::-1], 100.0)
        assert one.median == other.median
    assert up.axis.title == "{}, with event (%)"


def test_cumulative_hazards_reach_the_top_of_their_own_axis() -> None:
    result = outcome_result()
    found = {
        when: cumulative_hazards(result.patients, design, result.settings, "OS")
        for when, design in (("before", None), ("after", result.design))
    }
    both = (result.before.survival[1].comparison, result.after.survival[1].comparison)
    words = {"population": "compare", "view": "hazard", "hazards": found, **PLAIN, "outcome": "OS"}
    figure = survival_figure(*both, **words)
    highest = max(float(arm.hazard[-1]) for one in found.values() for arm in (one.treated, one.control))
    assert figure.layout.yaxis.range[1] == pytest.approx(1.01 * 1.1 * highest)
    assert float(found["after"].treated.hazard[-1]) in levels(figure)
    assert survival_publication(*both, **words).axes[0].get_ylim()[1] == pytest.approx(1.01 * 1.1 * highest)
    with pytest.raises(ValueError, match="needs the hazards before the design"):
        survival_figure(*both, **{**words, "hazards": None})


def test_the_hazard_ratio_over_follow_up_is_the_smooth() -> None:
    result = outcome_result()
    smooth = hazard_shape(result.patients, None, result.settings, "OS").smooth
    assert smooth is not None
    figure = hazard_shape_figure(smooth, **PLAIN, p_value=0.02, theme=DARK)
    curve = next(trace for trace in figure.data if trace.name == "Hazard ratio")
    np.testing.assert_allclose(curve.y, np.exp(smooth.log_hazard_ratio))
    content = hazard_shape_content(smooth, **PLAIN, time_unit="months", p_value=0.02)
    assert content.at.size + content.n_beyond == smooth.n_events
    assert "test of proportional hazards (Schoenfeld) p\u00a0=\u00a00.020;" in content.sentence.replace(
        " = ", "\u00a0=\u00a0"
    )
    assert hazard_shape_table([("before", smooth)])["hazard_ratio"].tolist() == np.exp(smooth.log_hazard_ratio).tolist()
    words = describe_hazard_shape(smooth, outcome="OS", time_unit="months", **PLAIN)
    assert f"{smooth.n_events} events" in words


@pytest.mark.parametrize("width", [85, 175])
def test_awkward_labels_are_drawn(width: float) -> None:
    result = outcome_result()
    labels = {"treated_label": AWKWARD, "control_label": AWKWARD, "time_unit": AWKWARD}
    before, after = pair()
    incidence_figure(before, after, population="compare", outcome=AWKWARD, **labels)
    incidence_publication(before, after, population="compare", outcome=AWKWARD, width=width, **labels)
    smooth = hazard_shape(result.patients, result.design, result.settings, "OS").smooth
    assert smooth is not None
    hazard_shape_figure(smooth, **labels)
    hazard_shape_publication(smooth, width=width, **labels).canvas.draw()
