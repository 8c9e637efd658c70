"""Kaplan–Meier figures show the numbers of the result, and nothing else."""

from html import unescape
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.outcomes.survival_comparison import compare_survival
from charts.style import CONTROL_COLOUR, LIGHT, TREATED_COLOUR, format_p_statement, format_ratio
from charts.survival import describe_survival, survival_figure, survival_publication
from charts.survival.content import survival_content
from charts.survival.steps import CENSOR_MARKS
from charts.ticks import time_ticks
from tests.charts.cases import PLAIN, arms_of_sizes, survival

# A step function thinned to a two-thousandth of the axis, in percent.
CURVE_TOLERANCE = 100 / 2_000

OS = {**PLAIN, "outcome": "OS"}


def hand_worked() -> go.Figure:
    """Treated: events at 1 and 3, censored at 2 and 4; control: events at 2 and 2, censored at 5."""
    comparison = compare_survival(
        [1, 2, 3, 4, 2, 2, 5], [1, 0, 1, 0, 1, 1, 0], [True, True, True, True, False, False, False]
    )
    return survival_figure(comparison, population="before", table_rows=("at risk", "censored", "events"), **OS)


def test_the_steps_are_the_products_of_the_hand_worked_example() -> None:
    lines = _drawn_lines(hand_worked())
    # 3/4 after 1; 3/4 · 1/2 after 3; fewer than ten patients all along, so all of it is the lighter tail.
    assert _steps(lines["treated"]) == [(0, 100), (1, 75), (3, 37.5), (4, 37.5)]
    assert _steps(lines["control"]) == [
        (0, pytest.approx(100)),
        (2, pytest.approx(100 / 3)),
        (5, pytest.approx(100 / 3)),
    ]


def test_censored_patients_are_marked_at_their_time_and_level() -> None:
    marks = [trace for trace in hand_worked().data if trace.mode == "markers"]
    treated, control = marks
    assert list(zip(treated.x, treated.y, treated.customdata, strict=True)) == [(2, 75, 1), (4, 37.5, 1)]
    assert list(zip(control.x, control.customdata, strict=True)) == [(5, 1)]


def test_the_table_counts_patients_at_each_tick_and_each_row_sums_to_the_arm() -> None:
    figure = hand_worked()
    (table,) = [trace for trace in figure.data if trace.mode == "text"]
    ticks = list(figure.layout.xaxis.tickvals)
    rows = np.array(table.text, dtype=int).reshape(-1, len(ticks))
    assert ticks == [0, 1, 2, 3, 4, 5]
    assert list(table.x) == ticks * 6
    np.testing.assert_array_equal(
        rows,
        [
            [4, 4, 3, 2, 1, 0],  # treated at risk: #{T ≥ t}
            [0, 0, 0, 1, 1, 2],  # censored before t
            [0, 0, 1, 1, 2, 2],  # events before t
            [3, 3, 3, 1, 1, 1],
            [0, 0, 0, 0, 0, 0],
            [0, 0, 0, 2, 2, 2],
        ],
    )
    assert (rows[:3].sum(axis=0) == 4).all()
    assert (rows[3:].sum(axis=0) == 3).all()
    assert table.yaxis == "y2"
    assert table.xaxis is None  # the axis of the curves


def test_the_median_guide_stands_at_the_medians() -> None:
    # Treated falls below one half at 3, control at 2.
    guide = hand_worked().data[0]
    assert list(guide.x) == [0, 3, None, 3, 3, None, 2, 2, None]
    assert list(guide.y) == [50, 50, None, 50, 0, None, 50, 0, None]


def test_ratio_interval_reference_arm_and_every_test_are_named_with_the_results_numbers() -> None:
    after = survival("after")
    words = _words(survival_figure(None, after, population="after", **OS))
    assert after.cox is not None
    assert after.log_rank is not None
    assert after.log_rank_robust is not None
    assert after.log_rank_stratified is not None
    assert f"Hazard ratio {format_ratio(after.cox.hazard_ratio)}" in words
    assert f"95% CI {format_ratio(after.cox.ci_lower)}–{format_ratio(after.cox.ci_upper)}, robust), LEN v SOR" in words
    assert f"log-rank {format_p_statement(after.log_rank.p_value)}" in words
    assert f"robust by set {format_p_statement(after.log_rank_robust.p_value)}" in words
    assert f"stratified by set {format_p_statement(after.log_rank_stratified.p_value)}" in words
    assert f"n = {after.treated.n}" in words
    assert f"{after.treated.n_events} events" in words


def test_what_is_of_one_imputed_set_says_so_and_what_was_before_does_not() -> None:
    both = (survival("before"), survival("after"))
    words = {"time_unit": "months", "most_ticks": 8, "shown_set": "imputed set 1 of 20", **PLAIN}
    after, before = survival_content(*both, population="compare", **words).sentences
    assert after.replace("\u00a0", " ").startswith("After, imputed set 1 of 20: hazard")
    assert before.replace("\u00a0", " ").startswith("Before: hazard")
    (alone,) = survival_content(None, both[1], population="after", **words).sentences
    assert alone.replace("\u00a0", " ").startswith("Imputed set 1 of 20: hazard")


def test_print_and_screen_say_the_same() -> None:
    both = (survival("before"), survival("after"))
    screen = _words(survival_figure(*both, population="compare", width=2_000, **OS))
    paper = " ".join(
        text.get_text().replace("\u00a0", " ")
        for text in survival_publication(*both, population="compare", width=600, **OS).texts
    )
    content = survival_content(*both, population="compare", time_unit="months", most_ticks=8, **PLAIN)
    for sentence in [*content.sentences, *(curve.legend for curve in content.curves), content.note]:
        assert sentence.replace("\u00a0", " ") in screen
        assert sentence.replace("\u00a0", " ") in paper


def test_print_draws_the_same_steps_as_the_screen() -> None:
    before = survival("before")
    figure = survival_publication(before, population="before", **OS)
    content = survival_content(before, None, population="before", time_unit="months", most_ticks=8, **PLAIN)
    drawn = [line for line in figure.axes[0].lines if line.get_drawstyle() == "steps-post"]
    wanted = [steps for curve in content.curves for steps in (curve.steps.line, curve.steps.tail) if steps is not None]
    assert len(drawn) == len(wanted) == 4
    for line, steps in zip(drawn, wanted, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), steps.time)
        np.testing.assert_array_equal(line.get_ydata(), steps.level)


def test_an_overview_draws_all_four_curves_and_tells_of_the_two_in_front() -> None:
    both = (survival("before"), survival("after"))
    whole, brief = (
        survival_figure(*both, population="compare", compact=compact, width=480, **OS) for compact in (False, True)
    )
    lines = [
        [(list(trace.x), list(trace.y)) for trace in figure.data if trace.mode == "lines"] for figure in (whole, brief)
    ]
    assert lines[0] == lines[1]
    words = _words(brief)
    assert f"LEN: n = {survival('after').treated.n}, median" in words
    assert f"n = {survival('before').treated.n}," not in words
    assert "azard ratio" not in words
    (table,) = [trace for trace in brief.data if trace.mode == "text"]
    assert len(table.text) == 2 * len(brief.layout.xaxis.tickvals)


def test_a_comparison_draws_the_population_before_behind_in_the_same_colours() -> None:
    content = survival_content(
        survival("before"), survival("after"), population="compare", time_unit="months", most_ticks=8, **PLAIN
    )
    assert [(curve.population, curve.ghost) for curve in content.curves] == [
        ("before", True),
        ("before", True),
        ("after", False),
        ("after", False),
    ]
    ghosts = [curve for curve in content.curves if curve.ghost]
    assert all(
        curve.steps.lower is None and curve.steps.tail is None and not curve.steps.censor_time.size for curve in ghosts
    )
    figure = survival_figure(survival("before"), survival("after"), population="compare", **OS)
    colours = {trace.line.color for trace in figure.data if trace.mode == "lines" and "before" in (trace.name or "")}
    assert colours == {
        f"rgba(0,114,178,{LIGHT.ghost_opacity})",
        f"rgba(213,94,0,{LIGHT.ghost_opacity})",
    }
    assert (TREATED_COLOUR, CONTROL_COLOUR) == ("#0072B2", "#D55E00")


@pytest.mark.parametrize("population", ["after", "compare"])
def test_a_view_without_its_comparison_is_refused(population: str) -> None:
    with pytest.raises(ValueError, match="needs the comparison after matching"):
        survival_figure(survival("before"), None, population=population, **OS)


def test_switching_the_view_does_not_move_the_time_axis() -> None:
    both = (survival("before"), survival("after"))
    ends = {
        survival_figure(*both, population=view, **OS).layout.xaxis.range[1] for view in ("before", "after", "compare")
    }
    assert len(ends) == 1


def test_the_tail_begins_where_fewer_than_ten_or_a_tenth_remain() -> None:
    comparison = arms_of_sizes(60, 300)
    content = survival_content(comparison, None, population="before", time_unit="months", most_ticks=8, **PLAIN)
    for curve, few in zip(content.curves, (10, 30), strict=True):
        source = comparison.treated.curve if curve.arm == "treated" else comparison.control.curve
        assert curve.steps.tail is not None
        start = curve.steps.tail.time[0]
        assert curve.steps.line.time[-1] == start
        assert curve.steps.line.level[-1] == curve.steps.tail.level[0]
        assert (source.n_at_risk[source.time <= start] >= few).all()
        assert (source.n_at_risk[source.time > start] < few).all()


def test_undefined_limits_are_not_drawn() -> None:
    comparison = compare_survival([1, 2, 3, 1, 2, 3], [1, 1, 1, 1, 1, 0], [True, True, True, False, False, False])
    content = survival_content(comparison, None, population="before", time_unit="months", most_ticks=8, **PLAIN)
    treated = content.curves[0]
    assert treated.steps.lower is not None
    # The curve is 0 from 3 on, where log-log limits are undefined: the band ends there.
    assert treated.steps.lower.time[-1] == 3
    assert np.isfinite(treated.steps.lower.level).all()
    figure = survival_figure(comparison, population="before", **OS)
    for trace in figure.data:
        assert not any("nan" in words for words in trace.text or ())
        if trace.mode == "lines" and trace.hovertemplate:
            assert np.isfinite(trace.y).all()


@pytest.mark.parametrize(("sizes", "events"), [((3, 40), True), ((20, 30), False), ((1, 1), True)])
def test_small_arms_and_curves_without_events_are_drawn(sizes: tuple[int, int], events: bool) -> None:
    comparison = arms_of_sizes(*sizes, events=events)
    figure = survival_figure(comparison, population="before", **OS)
    assert f"n = {sizes[0]}" in _words(figure)
    assert survival_publication(comparison, population="before", width=85, **OS).axes
    if not events:
        assert "median NR" in _words(figure)
        assert "Too few events to compare the arms" in _words(figure)


def test_a_large_curve_is_thinned_to_half_a_pixel() -> None:
    comparison = arms_of_sizes(6_000, 8_000)
    content = survival_content(comparison, None, population="before", time_unit="months", most_ticks=8, **PLAIN)
    for curve, source in zip(content.curves, (comparison.treated.curve, comparison.control.curve), strict=True):
        assert curve.steps.tail is not None
        time = np.concatenate([curve.steps.line.time, curve.steps.tail.time])
        level = np.concatenate([curve.steps.line.level, curve.steps.tail.level])
        assert time.size < source.time.size
        assert time.size <= 2_010
        drawn = level[np.searchsorted(time, source.time, side="right") - 1]
        np.testing.assert_allclose(drawn, 100 * source.survival, rtol=0, atol=CURVE_TOLERANCE)
        assert curve.steps.censor_time.size <= CENSOR_MARKS + 1


def test_the_effective_number_at_risk_stands_beside_the_counts_when_patients_are_weighted() -> None:
    time = np.array([3.0, 5, 8, 2, 4, 6, 7])
    treated = np.array([True, True, True, False, False, False, False])
    weights = np.array([1, 1, 1, 2, 1, 0.5, 0.5])
    comparison = compare_survival(time, np.ones(7, bool), treated, weights=weights)
    words = _words(survival_figure(None, comparison, population="after", **OS))
    (table,) = [
        trace for trace in survival_figure(None, comparison, population="after", **OS).data if trace.mode == "text"
    ]
    # (Σw)²/Σw² = 16 / 5.5 of the control arm.
    assert "2.9" in table.text
    assert "SOR" in words


@settings(max_examples=60, deadline=None)
@given(st.floats(1e-3, 1e5), st.sampled_from(["months", "days", "weeks", "years", "Jahre"]), st.integers(4, 10))
def test_ticks_are_even_start_at_zero_and_are_few(end: float, unit: str, most: int) -> None:
    ticks = time_ticks(end, unit, most)
    assert ticks[0] == 0
    assert 1 <= len(ticks) <= most
    assert ticks[-1] <= end * (1 + 1e-6)
    steps = [second - first for first, second in pairwise(ticks)]
    assert all(step == pytest.approx(steps[0], rel=1e-6) for step in steps)


def test_months_are_ticked_in_quarters_and_years() -> None:
    assert time_ticks(17, "months", 8) == (0, 3, 6, 9, 12, 15)
    assert time_ticks(100, "months", 8) == (0, 24, 48, 72, 96)


def test_the_figure_in_words_has_medians_ratio_and_tests() -> None:
    words = describe_survival(survival("before"), survival("after"), population="compare", **OS)
    after = survival("after")
    assert words.startswith("Kaplan–Meier curves of OS before and after matching, in months.")
    assert after.cox is not None
    assert f"After: hazard ratio {format_ratio(after.cox.hazard_ratio)}" in words
    assert "\u00a0" not in words


def _drawn_lines(figure: go.Figure) -> dict[str, list[tuple[float, float]]]:
    """The points of each arm's curve, line and tail together."""
    found: dict[str, list[tuple[float, float]]] = {"treated": [], "control": []}
    for trace in figure.data:
        if trace.mode == "lines" and trace.hovertemplate:
            arm = "treated" if "0,114,178" in trace.line.color else "control"
            found[arm].extend(zip(np.asarray(trace.x).tolist(), np.asarray(trace.y).tolist(), strict=True))
    return found


def _steps(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return list(dict.fromkeys(points))


def _words(figure: go.Figure) -> str:
    return unescape(" ".join(note.text for note in figure.layout.annotations)).replace("\u00a0", " ")
