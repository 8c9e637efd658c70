"""Waterfall, spider, swimmer, cross-table and butterfly draw the results' own numbers, and nothing outside the page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.figure import Figure

from analysis.outcomes.agreement import compare_criteria
from analysis.outcomes.response_times import duration_of_response, time_to_response
from analysis.outcomes.safety import SafetyComparison, compare_adverse_events, worst_grades_of_columns
from analysis.study.agreement import CriteriaAgreement
from analysis.study.depth import DepthOfResponse, LesionCourses
from analysis.study.responses_over_time import PatientCourses, ResponsesOverTime
from charts.adverse_events import adverse_events_figure, adverse_events_publication, describe_adverse_events
from charts.agreement import agreement_figure, agreement_publication, agreement_table, describe_agreement
from charts.files import figure_file
from charts.spider import describe_spider, spider_figure, spider_publication, spider_table
from charts.style import DARK
from charts.swimmer import describe_swimmer, swimmer_figure, swimmer_publication, swimmer_table
from charts.swimmer.content import MOST_LANES, swimmer_content
from charts.waterfall import describe_waterfall, waterfall_figure, waterfall_publication, waterfall_table
from tests.charts.cases import AWKWARD, PLAIN

STRANGE = {"treated_label": AWKWARD, "control_label": "SOR"}


def depth() -> DepthOfResponse:
    return DepthOfResponse(
        endpoint="mRECIST",
        row=np.arange(5),
        change=np.array([140.0, 10.0, 0.0, -30.0, -100.0]),
        treated=np.array([False, True, False, True, True]),
        category=np.array(["PD", "SD", "SD", "PR", "CR"], dtype=object),
        subclass=np.array([1, 0, 0, 1, -1]),
        weights=np.ones(5),
        n_unknown_treated=0,
        n_unknown_control=2,
        weighted=False,
        share_treated=0.5,
        share_control=0.0,
        median_treated=-30.0,
        median_control=70.0,
    )


def courses() -> LesionCourses:
    return LesionCourses(
        criterion="mRECIST",
        row=np.array([0, 0, 0, 3, 3]),
        time=np.array([0.0, 2.0, 4.0, 0.0, 1.5]),
        change=np.array([0.0, -40.0, -10.0, 0.0, 130.0]),
        progressed=np.array([False, False, True, False, True]),
        treated=np.array([True, True, True, False, False]),
        n_treated=1,
        n_control=1,
        time_unit="months",
    )


def over_time() -> ResponsesOverTime:
    treated = np.array([True, True, False])
    response, end = np.array([2.0, np.nan, 3.0]), np.array([8.0, 4.0, 6.0])
    event = np.array([True, True, False])
    return ResponsesOverTime(
        criterion="RECIST 1.1",
        ends_with="PFS",
        courses=PatientCourses(
            row=np.arange(3),
            treated=treated,
            followed=np.array([12.0, 5.0, 7.0]),
            died=np.array([True, False, False]),
            response=response,
            progression=np.array([8.0, 4.0, np.nan]),
            response_end=np.where(np.isnan(response), np.nan, end),
            category=np.array(["PR", "PD", "CR"], dtype=object),
            subclass=np.array([-1, 0, 0]),
        ),
        time_to_response=time_to_response(response, end, event, treated),
        duration=duration_of_response(response, end, event, treated),
        time_unit="months",
    )


def agreement() -> CriteriaAgreement:
    found = compare_criteria(["PR", "SD", "SD", "PD", "SD", "NE"], ["PR", "PR", "SD", "PD", "SD", "NE"])
    return CriteriaAgreement(first="RECIST 1.1", second=AWKWARD, both_arms=found, treated=found, control=None)


def safety() -> SafetyComparison:
    grades = [[3, 0], [1, 0], [0, 2], [4, 0], [0, 0], [0, 1]]
    return compare_adverse_events(
        worst_grades_of_columns(grades, ["rash", AWKWARD]), [True, True, True, False, False, False]
    )


FIGURES: dict[str, tuple[Callable[..., go.Figure], Callable[..., Figure], Callable[..., str], Any, dict[str, Any]]] = {
    "waterfall": (waterfall_figure, waterfall_publication, describe_waterfall, depth, STRANGE),
    "spider": (spider_figure, spider_publication, describe_spider, courses, STRANGE),
    "swimmer": (swimmer_figure, swimmer_publication, describe_swimmer, over_time, STRANGE),
    "agreement": (agreement_figure, agreement_publication, describe_agreement, agreement, {}),
    "adverse events": (adverse_events_figure, adverse_events_publication, describe_adverse_events, safety, STRANGE),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_valid_on_screen_and_on_paper_with_any_label(name: str) -> None:
    figure, publication, describe, case, labels = FIGURES[name]
    drawn = figure(case(), **labels, theme=DARK, width=420)
    go.Figure(drawn.to_dict())  # Plotly's own check of every property
    assert "<b>one</b>" not in drawn.to_json()
    assert figure_file(publication(case(), **labels, width=85.0), "png", dpi=80)[:4] == b"\x89PNG"
    assert describe(case(), **labels).endswith(".")


def test_bars_are_the_changes_cut_at_the_axis_and_their_patients_in_order() -> None:
    treated, control = waterfall_figure(depth(), **PLAIN).data
    assert list(treated.y) == [10.0, -30.0, -100.0]
    assert list(treated.x) == [1.0, 3.0, 4.0]
    assert list(control.y) == [100.0, 0.4]
    assert control.customdata[0][0] == "+140.0%"
    words = describe_waterfall(depth(), **PLAIN)
    assert "LEN: 2 of 3 shrank by 30% or more, median −30.0%" in words
    assert "SOR: 0 of 2 shrank by 30% or more, median +70.0%; no change known in 2" in words
    assert waterfall_table(depth(), **PLAIN)["best_change_percent"].tolist() == depth().change.tolist()


def test_pairs_stand_beside_each_other_and_patients_without_a_set_are_not_drawn() -> None:
    treated, control = waterfall_figure(depth(), pairs=True, **PLAIN).data
    assert list(treated.y) == [10.0, -30.0]
    np.testing.assert_allclose(treated.x, [0.0, 2.8])
    np.testing.assert_allclose(control.x, [1.0, 3.8])
    assert [text[0] for text in control.customdata] == ["0.0%", "+140.0%"]


def test_lines_of_a_spider_begin_at_zero_and_end_with_a_gap() -> None:
    lines, progressed, others, _ = spider_figure(courses(), **PLAIN).data
    assert list(lines.x) == [0.0, 2.0, 4.0, None]
    assert list(lines.y) == [0.0, -40.0, -10.0, None]
    assert (list(progressed.x), list(progressed.y)) == ([4.0], [-10.0])
    assert list(others.y) == [0.0, 100.0, None]
    assert spider_table(courses(), **PLAIN)["patient"].tolist() == [1, 1, 1, 2, 2]


def test_lanes_show_the_stretch_in_response_and_the_longest_known_first() -> None:
    figure = swimmer_figure(over_time(), **PLAIN)
    followed, responding, _, other, *marks = figure.data
    assert list(followed.x) == [12.0, 5.0]
    assert (list(responding.base), list(responding.x)) == ([2.0], [6.0])
    assert (list(other.base), list(other.x)) == ([3.0], [3.0])
    seen = {trace.name: list(trace.x) for trace in marks}
    assert seen == {"response": [2.0, 3.0], "progression": [8.0, 4.0], "death": [12.0], "followed": [5.0, 7.0]}
    assert swimmer_table(over_time(), **PLAIN)["response_end"].tolist()[::2] == [8.0, 6.0]


def test_lanes_of_a_set_lie_beside_each_other_the_treated_patient_first() -> None:
    figure = swimmer_figure(over_time(), **PLAIN, pairs=True)
    followed, _, other, responding, *_ = figure.data
    assert (list(followed.x), list(followed.y)) == ([5.0], [1.0])
    assert (list(other.x), list(other.y)) == ([7.0], [2.0])
    assert list(responding.base) == [3.0]
    texts = " ".join(str(note.text) for note in figure.layout.annotations)
    assert "(n = 1)" in texts
    assert "matched patients beside each other" in describe_swimmer(over_time(), **PLAIN, pairs=True)
    assert swimmer_table(over_time(), **PLAIN)["set"].tolist()[1:] == [0, 0]
    assert swimmer_publication(over_time(), **PLAIN, pairs=True).get_size_inches()[1] > 0


def test_sets_come_by_how_long_their_first_member_is_known_and_too_many_are_thinned() -> None:
    n = 400
    treated, subclass = np.arange(n) % 2 == 0, np.arange(n) // 2
    nothing = np.full(n, np.nan)
    found = replace(
        over_time(),
        courses=PatientCourses(
            row=np.arange(n), treated=treated, followed=np.arange(n, 0, -1.0)[::-1] % 50 + 1, died=treated,
            response=nothing, progression=nothing, response_end=nothing,
            category=np.full(n, "SD", dtype=object), subclass=subclass,
        ),
    )  # fmt: skip
    lanes = swimmer_content(found, **PLAIN, pairs=True).lanes
    assert len(lanes) <= MOST_LANES
    firsts = [lane.end for lane in lanes if lane.arm == "treated"]
    assert firsts == sorted(firsts, reverse=True)
    assert [lane.arm for lane in lanes] == ["treated", "control"] * (len(lanes) // 2)


def test_cells_count_patients_and_leave_out_what_no_criterion_uses() -> None:
    figure = agreement_figure(agreement())
    texts = [note.text for note in figure.layout.annotations]
    assert "<b>2</b><br>33.3%" in texts
    assert "<b>CR</b>" not in texts
    table = agreement_table(agreement(), **PLAIN)
    assert table.groupby("arm")["patients"].sum().to_dict() == {"LEN": 6, "both": 6}
    assert "5 of 6 patients agree (83.3%); κ 0.77" in describe_agreement(agreement())


def test_wings_are_the_arms_rates_and_severe_events_lie_within_any() -> None:
    left, left_severe, right, right_severe = adverse_events_figure(safety(), **PLAIN).data
    np.testing.assert_allclose(left.x, [-100.0, -200 / 3, -100 / 3])
    np.testing.assert_allclose(left_severe.x, [-100 / 3, -100 / 3, 0.0])
    np.testing.assert_allclose(right.x, [200 / 3, 100 / 3, 100 / 3])
    np.testing.assert_allclose(right_severe.x, [100 / 3, 100 / 3, 0.0])


def test_bars_of_weighted_patients_are_as_wide_as_their_weights() -> None:
    found = replace(depth(), weights=np.array([1.0, 2.0, 3.0, 2.0, 5.0]), weighted=True)
    bars = sorted(
        (bar["x"][row], bar["width"][row])
        for bar in waterfall_figure(found, **PLAIN).data
        for row in range(len(bar["x"]))
    )
    np.testing.assert_allclose([width / 0.84 for _, width in bars], [0.5, 2 / 3, 1.5, 2 / 3, 5 / 3])
    edges = [(place - width / 0.84 / 2, place + width / 0.84 / 2) for place, width in bars]
    np.testing.assert_allclose([end for _, end in edges[:-1]], [start for start, _ in edges[1:]], atol=1e-12)
    assert "2 of 3 (weighted 50.0%) shrank by 30% or more" in describe_waterfall(found, **PLAIN)
