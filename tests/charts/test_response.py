"""Response figures show the result's counts, shares, rates, limits and test."""

from html import unescape

import numpy as np
import plotly.graph_objects as go
import pytest

from analysis.outcomes.response import ResponseComparison, compare_response
from charts.response import describe_response, response_figure, response_publication
from charts.style import LIGHT, RESPONSE_CATEGORIES, format_interval, format_percent
from tests.charts.cases import PLAIN, response

# Of 25 and 25 patients: CR, PR, SD, PD, NE.
LEN = (0, 10, 9, 5, 1)
SOR = (0, 3, 10, 10, 2)


def figure() -> go.Figure:
    """Two arms of 25 patients, 10 and 3 of whom responded."""
    return response_figure({"mRECIST": response(LEN, SOR)}, population="before", width=900, **PLAIN)


def test_bars_are_the_shares_of_the_categories_end_to_end() -> None:
    bars = {trace.name: trace for trace in figure().data if trace.type == "bar"}
    assert list(bars) == list(RESPONSE_CATEGORIES)
    assert list(bars["CR"].x) == []
    assert list(bars["PR"].x) == [40.0, 12.0]
    assert list(bars["SD"].x) == [36.0, 40.0]
    assert list(bars["PD"].base) == pytest.approx([76.0, 52.0])
    assert list(bars["NE"].base) == pytest.approx([96.0, 92.0])
    assert [row[2:] for row in bars["PD"].customdata] == [[5, "20.0%"], [10, "40.0%"]]
    # What a pointer shows is the category's own share, not where it ends.
    assert "%{x" not in bars["PD"].hovertemplate


def test_rates_and_limits_are_the_results() -> None:
    result = response(LEN, SOR)
    points = [trace for trace in figure().data if trace.type == "scatter"]
    for point, arm in zip(points, (result.treated, result.control), strict=True):
        rate = arm.objective_response
        assert list(point.x) == [100 * rate.rate]
        assert point.x[0] + point.error_x.array[0] == pytest.approx(100 * rate.ci_upper)
        assert point.x[0] - point.error_x.arrayminus[0] == pytest.approx(100 * rate.ci_lower)


def test_counts_rates_difference_and_named_test_are_lettered() -> None:
    words = " ".join(note.text for note in figure().layout.annotations).replace("\u00a0", " ").replace("&#37;", "%")
    assert "CR 0 · PR 10 · SD 9 · PD 5 · NE 1" in words
    assert "10/25, 40.0% (21.1–61.3%)" in words
    assert "Difference +28.0 points" in words
    assert "LEN v SOR; Pearson chi-squared p = 0.024" in words


def test_what_is_of_one_imputed_set_says_so_on_screen_on_paper_and_in_words() -> None:
    given = ({"mRECIST": response()}, {"mRECIST": response(LEN, SOR)})
    words = {"population": "compare", "shown_set": "imputed set 1 of 20", **PLAIN}
    screen = " ".join(note.text for note in response_figure(*given, **words).layout.annotations)
    paper = " ".join(text.get_text() for text in response_publication(*given, **words).texts)
    for found in (screen, paper, describe_response(*given, **words)):
        assert "After, imputed set 1 of 20: difference" in found.replace("\u00a0", " ")
        assert "Before: difference" in found.replace("\u00a0", " ")


def test_a_comparison_has_a_row_for_each_arm_and_population_the_one_before_faded() -> None:
    drawn = response_figure({"mRECIST": response()}, {"mRECIST": response(LEN, SOR)}, population="compare", **PLAIN)
    (progression,) = [trace for trace in drawn.data if trace.name == "PD"]
    assert len(progression.y) == 4
    opacities = [colour.rsplit(",", 1)[1] for colour in progression.marker.color]
    assert opacities == ["1)", "1)", f"{LIGHT.ghost_opacity:g})", f"{LIGHT.ghost_opacity:g})"]


def test_both_criteria_stand_under_each_other() -> None:
    two = {"mRECIST": response(LEN, SOR), "RECIST 1.1": response((0, 3, 15, 6, 1), (0, 2, 10, 11, 2)), "none": None}
    drawn = response_figure(two, population="before", **PLAIN)
    words = [note.text for note in drawn.layout.annotations]
    assert words.index("<b>mRECIST</b>") < words.index("<b>RECIST 1.1</b>")
    assert "<b>none</b>" not in words
    assert any("Fisher\u00a0exact\u00a0p\u00a0>\u00a00.999" in text.replace("&#62;", ">") for text in words)


def test_responders_alone_make_two_categories() -> None:
    only = compare_response([True, True, False, False, False], None, None, [True, True, True, False, False])
    drawn = response_figure({"ORR": only}, population="before", **PLAIN)
    bars = {trace.name: list(trace.x) for trace in drawn.data if trace.type == "bar"}
    assert bars == {"responder": [pytest.approx(200 / 3)], "non-responder": [pytest.approx(100 / 3), 100.0]}


def test_weighted_rates_make_weighted_bars_with_unweighted_counts() -> None:
    category = np.array(["PR", "SD", "PD", "PR", "PD", "PD"], dtype=object)
    treated = np.array([True, True, True, False, False, False])
    weights = np.array([1, 1, 1, 2, 0.5, 0.5])
    result = compare_response(category == "PR", category != "PD", category, treated, weights=weights)
    drawn = response_figure(None, {"x": result}, population="after", **PLAIN)
    bars = {trace.name: trace for trace in drawn.data if trace.type == "bar"}
    assert list(bars["PR"].x) == pytest.approx([100 / 3, 200 / 3])
    assert [row[2] for row in bars["PR"].customdata] == [1, 1]


def weighted_arm() -> dict[str, ResponseComparison]:
    """Three treated patients who weigh the same, one of them a responder, and three controls who do not."""
    responds = np.array([True, False, False, True, False, False])
    treated = np.array([True, True, True, False, False, False])
    found = compare_response(responds, None, None, treated, weights=np.array([1, 1, 1, 2, 0.5, 0.5]))
    return {"x": found}


@pytest.mark.parametrize("width", [900, 600])
def test_a_weighted_rate_says_so_beside_itself(width: int) -> None:
    words = [
        note.text
        for note in response_figure(None, weighted_arm(), population="after", width=width, **PLAIN).layout.annotations
    ]
    assert [("weighted" in text, "66.7" in text) for text in words if "3.3&#37; (" in text or "6.7&#37; (" in text] == [
        (False, False),
        (True, True),
    ]


def test_where_the_word_does_not_fit_the_axis_has_it() -> None:
    given = (weighted_arm(), weighted_arm())
    for width, compact in ((380, False), (300, True)):
        drawn = response_figure(None, given[1], population="after", width=width, compact=compact, **PLAIN)
        assert not [note.text for note in drawn.layout.annotations if "weighted " in note.text]
        assert drawn.layout.xaxis2.title.text == "ORR (%), after: weighted"
    assert "weighted" not in str(response_figure({"x": response(LEN, SOR)}, population="before", **PLAIN))


@pytest.mark.parametrize(("width", "place"), [(180.0, "beside"), (85.0, "axis")])
def test_print_says_that_a_rate_is_weighted(width: float, place: str) -> None:
    page = response_publication(None, weighted_arm(), population="after", width=width, **PLAIN)
    beside = any("weighted 66.7%" in text.get_text() for text in page.texts)
    assert (beside, "weighted" in page.axes[1].get_xlabel()) == (place == "beside", place == "axis")


def test_an_overview_gives_each_arm_one_line_with_its_rate_beside_it() -> None:
    before, after = {"mRECIST": response(LEN, SOR)}, {"mRECIST": response((0, 5, 4, 3, 0), (0, 2, 5, 5, 0))}
    roomy, brief = (
        response_figure(before, after, population="compare", width=490, compact=compact, **PLAIN)
        for compact in (False, True)
    )
    words = [unescape(note.text) for note in brief.layout.annotations]
    assert [word for word in words if word.endswith((", before", ", after"))] == [
        "LEN, after",
        "SOR, after",
        "LEN, before",
        "SOR, before",
    ]
    rate = response(LEN, SOR).treated.objective_response
    limits = format_interval(rate.ci_lower, rate.ci_upper, format_percent).replace("%–", "–")
    assert f"{format_percent(rate.rate)} ({limits})" in words
    assert not any("difference" in word for word in words)
    assert brief.layout.height < 0.6 * roomy.layout.height
    bars = {trace.name: trace for trace in brief.data if trace.type == "bar"}
    whole = {trace.name: trace for trace in roomy.data if trace.type == "bar"}
    assert all(list(bars[name].x) == list(whole[name].x) for name in whole)


def test_a_long_arm_is_cut_and_still_says_before_or_after() -> None:
    arms = {"treated_label": "Lenvatinib " * 6, "control_label": "Lenvatinib " * 6 + "late"}
    rates = {"x": response(LEN, SOR)}
    brief = response_figure(rates, rates, population="compare", width=490, compact=True, **arms)
    names = [note.text for note in brief.layout.annotations if note.text.endswith((", before", ", after"))]
    assert len(set(names)) == 4
    assert all("…" in name for name in names)


@pytest.mark.parametrize("width", [240, 300])
def test_an_overview_without_room_beside_the_bars_writes_above_them(width: int) -> None:
    brief = response_figure({"x": response(LEN, SOR)}, population="before", width=width, compact=True, **PLAIN)
    room = width - brief.layout.margin.l - brief.layout.margin.r
    assert room > 0.8 * width


def test_a_view_without_its_comparisons_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the comparisons after matching"):
        response_figure({"mRECIST": response()}, None, population="compare", **PLAIN)


def test_print_draws_the_same_bars_and_points() -> None:
    page = response_publication({"mRECIST": response(LEN, SOR)}, population="before", **PLAIN)
    bars, rates = page.axes
    assert [patch.get_width() for patch in bars.patches] == pytest.approx([40, 36, 20, 4, 12, 40, 40, 8])
    points = [line.get_xdata()[0] for line in rates.lines if line.get_marker() in ("o", "D")]
    assert points == pytest.approx([40, 12])


def test_the_figure_in_words_has_rates_limits_and_test() -> None:
    result = response(LEN, SOR)
    words = describe_response({"mRECIST": result}, population="before", **PLAIN)
    rate = result.treated.objective_response
    limits = format_interval(rate.ci_lower, rate.ci_upper, format_percent).replace("%–", "–")
    assert f"LEN (n = 25) 10/25, 40.0% ({limits})" in words
    assert "Pearson chi-squared p = 0.024." in words
