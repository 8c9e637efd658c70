"""The forest plot draws each centre's own effect, and that of all of them beneath a rule."""

import dataclasses
from typing import Any, cast

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.study.centres import CentreComparison, CentreEffect, Heterogeneity
from charts.centres import centres_figure, centres_publication, centres_table, describe_centres
from tests.charts.cases import AWKWARD, PLAIN
from tests.charts.test_print_figures import HAIR_MM, _lettering


def _effect(level: str, n: int, estimate: float | None) -> CentreEffect:
    return CentreEffect(
        level=level,
        n_treated=n,
        n_control=n + 1,
        n_events=n - 2,
        estimate=estimate,
        ci_lower=None if estimate is None else estimate - 0.3,
        ci_upper=None if estimate is None else estimate + 0.5,
        standard_error=None if estimate is None else 0.2,
        few=n < 5,
        reason=None,
    )


def _comparison(measure: str = "hazard_ratio") -> CentreComparison:
    names = ("Busan", AWKWARD, "Seoul")
    found = ((8, 0.9), (3, None), (20, 0.6))
    effects = tuple(_effect(name, n, estimate) for name, (n, estimate) in zip(names, found, strict=True))
    return CentreComparison(
        centre="site",
        # The figure draws effects; balance by centre has figures of its own.
        balance=cast(Any, None),
        endpoint="OS",
        measure=cast(Any, measure),
        before=effects,
        after=tuple(dataclasses.replace(one, n_treated=one.n_treated - 1) for one in effects),
        heterogeneity_before=None,
        heterogeneity_after=Heterogeneity(
            q=3.2, degrees_of_freedom=1, p_value=0.07, i_squared=0.69, n_levels=2, method="Q"
        ),
        confidence_level=0.95,
        method="",
        notes=(),
    )


def test_marks_and_limits_are_the_results_and_the_largest_centre_stands_first() -> None:
    found = _comparison()
    figure = centres_figure(found, population="compare", overall_after=_effect("", 30, 0.7), **PLAIN)
    after, before = figure.data
    assert list(after.x) == [0.6, 0.9, 0.7]
    assert list(before.x) == [0.6, 0.9]
    np.testing.assert_allclose(np.subtract(after.x, after.error_x.arrayminus), [0.3, 0.6, 0.4])
    np.testing.assert_allclose(np.add(after.x, after.error_x.array), [1.1, 1.4, 1.2])
    names = figure.layout.yaxis.ticktext
    assert ["Seoul" in names[0], "Busan" in names[1], len(names)] == [True, True, 4]
    assert "All centres" in names[-1]
    assert figure.layout.xaxis.type == "log"


def test_a_centre_without_an_effect_keeps_its_row_and_has_a_dash() -> None:
    figure = centres_figure(_comparison(), population="after", **PLAIN)
    assert len(figure.layout.yaxis.ticktext) == 3
    assert len(figure.data[0].x) == 2
    assert "–" in [note.text for note in figure.layout.annotations]


def test_differences_are_drawn_in_points_around_zero() -> None:
    figure = centres_figure(_comparison("risk_difference"), population="before", **PLAIN)
    assert figure.layout.xaxis.type == "linear"
    assert any(shape.x0 == shape.x1 == 0.0 for shape in figure.layout.shapes if shape.xref == "x")


def test_words_and_table_tell_every_centre_and_how_they_differ() -> None:
    found = _comparison()
    words = describe_centres(found, population="compare", design_word="weighting", **PLAIN)
    assert "Seoul (19 v 21, 18 events) after 0.60 (0.30–1.10), before 0.60 (0.30–1.10)" in words
    assert "Differences between centres, after weighting: 2 centres, Q = 3.2 on 1 df, p = 0.070, I² = 69.0%." in words
    assert "before weighting: too few to compare" in words
    table = centres_table(found, overall_after=_effect("", 30, 0.7))
    assert len(table) == 7
    assert table["hazard_ratio"][1] is None
    assert table["centre"].iloc[-1] == "All centres"


@pytest.mark.parametrize("width", [85.0, 175.0])
def test_print_stays_on_its_page(width: float) -> None:
    arms = {"treated_label": AWKWARD, "control_label": "SOR"}
    everyone = _effect("", 30, 0.7)
    figure = centres_publication(_comparison(), population="compare", overall_after=everyone, width=width, **arms)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    slack = HAIR_MM / 25.4 * figure.dpi
    page_width, page_height = canvas.get_width_height()
    for text in _lettering(figure):
        box = text.get_window_extent(canvas.get_renderer())
        assert -slack <= box.x0 < box.x1 <= page_width + slack, text
        assert -slack <= box.y0 < box.y1 <= page_height + slack, text
