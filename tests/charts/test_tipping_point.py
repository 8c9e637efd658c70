"""The tipping-point figure draws where an effect is undone, and says so."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from analysis.outcomes.rate_effects import Estimate
from analysis.sensitivity.tipping_point import TippingPoints, tipping_points
from charts.canvas import DIGITS
from charts.style import DARK, DOUBLE_COLUMN_MM, LIGHT, PRINT_RESOLUTION, SINGLE_COLUMN_MM, Theme
from charts.tipping_point import (
    describe_tipping_point,
    tipping_point_figure,
    tipping_point_publication,
    tipping_point_table,
)
from charts.tipping_point.content import tipping_point_content
from tests.charts.cases import AWKWARD

ARMS = {"treated_label": "LEN", "control_label": "SOR"}
SHARES = np.linspace(0, 1, 101)
EXACT = 1e-9
"""The contour by its formula, and the formula turned round."""
SENT = 10.0 ** (1 - DIGITS) / 2
"""Many numbers are sent with no more digits than are seen."""


def ratio(estimate: float, lower: float, upper: float, control: float = 0.5) -> TippingPoints:
    effect = Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper)
    strengths = np.geomspace(1, 20, 41)
    return tipping_points(
        effect, "hazard_ratio", strengths=strengths, prevalence_treated=SHARES, prevalence_control=control
    )


def difference(estimate: float, lower: float, upper: float) -> TippingPoints:
    effect = Estimate(estimate=estimate, ci_lower=lower, ci_upper=upper)
    strengths = np.linspace(0, 1, 41)
    return tipping_points(
        effect, "rate_difference", strengths=strengths, prevalence_treated=SHARES, prevalence_control=0.5
    )


CASES = {
    "lower": ratio(0.6, 0.4, 0.9),
    "higher": ratio(1.8, 1.2, 2.7),
    "holds": ratio(0.8, 0.5, 1.3),
    "none": ratio(3.0, 2.0, 4.5),
    "beyond": ratio(0.05, 0.01, 0.2),
    "points": difference(0.28, 0.04, 0.49),
    "fewer": difference(-0.2, -0.35, -0.05),
}


@pytest.mark.parametrize("name", ["lower", "higher"])
def test_on_the_contour_the_ratio_is_one(name: str) -> None:
    content = tipping_point_content(CASES[name], **ARMS)
    estimate = 0.6 if name == "lower" else 1.8
    share, strength = content.estimate.share / 100, content.estimate.strength
    bias = (1 + (strength - 1) * share) / (1 + (strength - 1) * 0.5)
    np.testing.assert_allclose(estimate / bias, 1.0, rtol=EXACT)
    assert content.side == ("left" if name == "lower" else "right")
    # It ends where the axis does, not at the last share of the grid.
    assert content.estimate.strength.max() == pytest.approx(content.end, rel=EXACT)


@pytest.mark.parametrize(("name", "estimate"), [("points", 0.28), ("fewer", -0.2)])
def test_on_the_contour_the_difference_is_nought(name: str, estimate: float) -> None:
    content = tipping_point_content(CASES[name], **ARMS)
    moved = content.estimate.strength / 100 * (content.estimate.share / 100 - 0.5)
    np.testing.assert_allclose(estimate - moved, 0.0, atol=EXACT)


def test_screen_and_print_draw_the_same_contours() -> None:
    found = CASES["lower"]
    screen = [trace for trace in tipping_point_figure(found, **ARMS).data if trace.mode == "lines" and not trace.fill]
    drawn = [line for line in tipping_point_publication(found, **ARMS).axes[0].lines if len(line.get_xdata()) > 2]
    assert len(screen) == len(drawn) == 2
    for one, other in zip(screen, drawn, strict=True):
        np.testing.assert_allclose(np.asarray(one.y, dtype=float), np.asarray(other.get_ydata(), dtype=float))


def test_an_interval_that_holds_no_effect_has_no_contour_of_its_own() -> None:
    content = tipping_point_content(CASES["holds"], **ARMS)
    assert content.limit is None
    assert content.sentence.endswith("the interval holds no effect already.")


def test_an_effect_no_confounder_of_the_figure_undoes_is_said_to_be_so() -> None:
    content = tipping_point_content(CASES["none"], **ARMS)
    assert content.estimate.share.size == 0
    assert "no confounder would explain the effect away" in content.sentence
    beyond = tipping_point_content(CASES["beyond"], **ARMS)
    assert beyond.estimate.share.size == 0
    # 1 + 0.95 / (0.05 · 0.5), stronger than the axis goes.
    assert "a confounder of hazard ratio 39.00 would explain" in beyond.sentence
    assert len(tipping_point_figure(CASES["none"], **ARMS).data) >= 1


def test_the_pointer_tells_the_effect_free_of_the_confounder() -> None:
    found = CASES["lower"]
    answers = tipping_point_figure(found, **ARMS).data[-1]
    place = next(
        row
        for row, (share, strength) in enumerate(zip(answers.x, answers.y, strict=True))
        if share == 0 and strength > 2
    )
    strength = answers.y[place]
    assert answers.customdata[place][0] == pytest.approx(0.6 * (1 + (strength - 1) * 0.5), rel=SENT)


def test_words_and_table_have_the_contour() -> None:
    # 1 + (1 − 0.6) / (0.6 · 0.5) = 2.33 where no treated patient has it.
    words = describe_tipping_point(CASES["lower"], outcome="PFS", **ARMS)
    assert "In 50% of controls and no treated patient, a confounder of hazard ratio 2.33 would explain" in words
    table = tipping_point_table(CASES["lower"])
    assert table["strength"].iloc[0] == pytest.approx(1 + 0.4 / 0.3, rel=EXACT)
    assert np.isnan(table["strength"].iloc[50])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_plotly_accepts_every_property(name: str, theme: Theme) -> None:
    figure = tipping_point_figure(CASES[name], treated_label=AWKWARD, control_label="SOR", theme=theme)
    go.Figure(json.loads(figure.to_json()))
    assert figure.layout.font.color == theme.text


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [SINGLE_COLUMN_MM, DOUBLE_COLUMN_MM])
def test_no_lettering_is_over_the_edge_on_paper(name: str, width: float) -> None:
    figure = tipping_point_publication(CASES[name], treated_label=AWKWARD, control_label="SOR", width=width)
    figure.set_dpi(PRINT_RESOLUTION)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page_width, page_height = canvas.get_width_height()
    for text in [*figure.texts, *(label for axes in figure.axes for label in (axes.xaxis.label, axes.yaxis.label))]:
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= -1
        assert box.x1 <= page_width + 1, text
        assert box.y1 <= page_height + 1, text
