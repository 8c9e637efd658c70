"""Forest plots of Cox tables, subgroups and endpoints draw the numbers of their results and keep to their page."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from analysis.notes import Note
from analysis.outcomes.cox_table import cox_table
from analysis.outcomes.rate_effects import UNDEFINED, Estimate
from analysis.outcomes.subgroups import Interaction, SubgroupEffects, SubgroupLevel
from analysis.study.cox_tables import EndpointCoxTable
from analysis.study.endpoint_board import BoardEffect, BoardEndpoint, EndpointBoard
from analysis.study.subgroups import EndpointSubgroups, Subgroup
from charts.endpoint_board import board_figure, board_publication, board_table, describe_board
from charts.forest import (
    cox_figure,
    cox_publication,
    cox_rows,
    describe_cox,
    describe_subgroups,
    subgroup_rows,
    subgroups_figure,
    subgroups_publication,
)
from charts.style import DARK, LIGHT, PRINT_RESOLUTION, SMALLEST_PRINT_SIZE, Theme
from tests.charts.cases import AWKWARD, PLAIN
from tests.charts.test_print_figures import HAIR_MM, _lettering


@cache
def cox(label: str = "etiology") -> EndpointCoxTable:
    rng = np.random.default_rng(4)
    n = 90
    covariates = pd.DataFrame(
        {
            "arm": pd.Categorical(rng.choice(["SOR", "LEN"], n), categories=["SOR", "LEN"]),
            label: pd.Categorical(rng.choice(["HBV", "HCV", "other"], n)),
            "age": rng.normal(60, 8, n).round(),
        }
    )
    table = cox_table(rng.exponential(12, n).round(2) + 0.01, rng.random(n) < 0.7, covariates)
    return EndpointCoxTable(endpoint="OS", treatment="arm", table=table, left_out=(), notes=())


def _level(label: str, n: int, estimate: float | None) -> SubgroupLevel:
    effect = (
        UNDEFINED if estimate is None else Estimate(estimate=estimate, ci_lower=estimate / 2, ci_upper=estimate * 2)
    )
    counts = {"n_treated": n, "n_control": n + 2, "events_treated": n - 3, "events_control": n - 4}
    return SubgroupLevel(label=label, **counts, effect=effect, why_undefined=None, small=n < 10)


def subgroups(measure: Any = "hazard_ratio", label: str = "etiology", factor: float = 1.0) -> EndpointSubgroups:
    levels = (_level("HBV", 30, 0.6 * factor), _level("HCV", 12, 0.9 * factor), _level(label, 5, None))
    effects = SubgroupEffects(
        levels=levels,
        interaction=Interaction(chi_square=2.1, degrees_of_freedom=1, p_value=0.147, method="Wald"),
        measure="hazard ratio",
        n=100,
        n_missing=0,
        confidence_level=0.95,
        method="",
        notes=(),
    )
    return EndpointSubgroups(
        endpoint="OS",
        measure=measure,
        overall=_level("All patients", 47, 0.7 * factor),
        subgroups=(
            Subgroup(column=label, effects=effects, reason=None),
            Subgroup(column="age", effects=None, reason="none"),
        ),
        confidence_level=0.95,
        method="Cox",
        notes=(Note(code="few", text="few"),),
    )


def _effect(estimate: float | None, p_value: float) -> BoardEffect:
    limits = (None, None) if estimate is None else (estimate - 0.2, estimate + 0.2)
    counts = {"n_treated": 25, "n_control": 30, "events_treated": 9, "events_control": 12}
    return BoardEffect(
        **counts,
        estimate=estimate,
        ci_lower=limits[0],
        ci_upper=limits[1],
        p_value=p_value,
        adjusted_p_value=min(1.0, 2 * p_value),
        test="Wald",
    )


def board(label: str = "OS") -> EndpointBoard:
    endpoints = (
        BoardEndpoint(
            name=label, measure="hazard_ratio", cause_specific=False, before=_effect(0.9, 0.2), after=_effect(0.6, 0.04)
        ),
        BoardEndpoint(name="PFS", measure="hazard_ratio", cause_specific=False, before=_effect(None, 0.5), after=None),
        BoardEndpoint(
            name="ORR",
            measure="risk_difference",
            cause_specific=False,
            before=_effect(0.1, 0.2),
            after=_effect(0.25, 0.03),
        ),
    )
    return EndpointBoard(
        endpoints=endpoints,
        adjustment="holm",
        method="Holm",
        n_tests_before=3,
        n_tests_after=2,
        confidence_level=0.95,
    )


def figures(theme: Theme = LIGHT, width: int = 600, label: str = "etiology") -> dict[str, go.Figure]:
    arms = {**PLAIN, "treated_label": label}
    look: dict[str, Any] = {"theme": theme, "width": width}
    return {
        "cox": cox_figure(cox(label), cox(label), population="compare", **look),
        "alone": cox_figure(cox(label), None, population="before", model="univariable", **look),
        "subgroups": subgroups_figure(
            subgroups(label=label), subgroups(label=label), population="compare", **arms, **look
        ),
        "points": subgroups_figure(subgroups("risk_difference"), None, population="before", **arms, **look),
        "board": board_figure(board(label), population="compare", **arms, **look),
    }


def prints(width: float, label: str) -> dict[str, Callable[[], Figure]]:
    arms = {**PLAIN, "treated_label": label}
    pair = (subgroups(label=label), subgroups(label=label))
    return {
        "cox": lambda: cox_publication(cox(label), cox(label), population="compare", width=width),
        "subgroups": lambda: subgroups_publication(*pair, population="compare", width=width, **arms),
        "board": lambda: board_publication(board(label), population="compare", width=width, **arms),
    }


def test_the_cox_forest_draws_each_ratio_and_says_reference() -> None:
    table = cox().table
    assert table is not None
    drawn = cox_figure(cox(), None, population="before").data[0]
    expected = [row.multivariable for item in table.variables for row in item.rows if row.multivariable is not None]
    assert list(drawn.x) == [row.hazard_ratio for row in expected]
    np.testing.assert_allclose(np.add(drawn.x, drawn.error_x.array), [row.ci_upper for row in expected])
    notes = [note.text for note in cox_figure(cox(), None, population="before").layout.annotations]
    assert notes.count("reference") == 2
    first = table.variables[0].rows[0]
    assert f"{first.n_events}/{first.n}" in notes
    alone = cox_figure(cox(), None, population="before", model="univariable").data[0]
    assert alone.x[0] == table.variables[0].rows[1].univariable.hazard_ratio  # type: ignore[union-attr]


def test_levels_stand_under_their_column_with_the_test_of_interaction() -> None:
    figure = subgroups_figure(subgroups(), subgroups(factor=2.0), population="compare", **PLAIN)
    after, before = figure.data
    assert list(after.x) == pytest.approx([1.2, 1.8, 1.4])
    assert list(before.x) == pytest.approx([0.6, 0.9, 0.7])
    notes = [note.text for note in figure.layout.annotations]
    assert "after p = 0.147, before p = 0.147" in notes
    assert "after no test, before no test" in notes
    assert "27/30 v 26/32" in notes
    words = describe_subgroups(subgroups(), subgroups(factor=2.0), population="compare", **PLAIN)
    assert "HBV: 27/30 v 26/32, after 1.20 (0.60–2.40), 27/30 v 26/32, before 0.60 (0.30–1.20)" in words


def test_an_arrow_leads_from_before_to_after_where_both_are_known() -> None:
    figure = board_figure(board(), population="compare", **PLAIN)
    arrows = [note for note in figure.layout.annotations if note.showarrow]
    assert len(arrows) == 2
    assert (arrows[0].ax, arrows[0].x) == pytest.approx((np.log10(0.9), np.log10(0.6)))
    assert (arrows[1].ax, arrows[1].x) == pytest.approx((0.1, 0.25))
    assert [trace.xaxis for trace in figure.data] == ["x", "x", "x2", "x2"]
    assert not [
        note for note in board_figure(board(), population="after", **PLAIN).layout.annotations if note.showarrow
    ]


def test_a_mark_of_the_board_names_its_endpoint_and_its_p_values() -> None:
    figure = board_figure(board(), population="after", **PLAIN)
    name, words, more, key = figure.data[0].customdata[0]
    assert (name, key) == ("OS", "0")
    assert words == "0.60 (0.40–0.80)"
    assert "p = 0.040, adjusted 0.080" in more
    assert "PFS: –" in describe_board(board(), population="after", **PLAIN)


def test_tables_hold_the_numbers() -> None:
    assert len(board_table(board())) == 5
    rows = subgroup_rows(subgroups(), subgroups())
    assert rows["population"].tolist() == ["before"] * 3 + ["after"] * 3
    assert rows["interaction_p_value"].tolist() == [0.147] * 6
    table = cox_rows(None, cox())
    assert set(table["population"]) == {"after"}
    assert len(table) == 6
    assert len(cox_rows(None, None)) == 0
    assert "arm" in describe_cox(None, cox(), population="after")


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_figures_are_sound_and_take_the_colours_of_the_page(theme: Theme) -> None:
    for name, figure in figures(theme).items():
        parts = figure.to_dict()
        assert go.Figure(parts).to_dict()["layout"]["height"] == figure.layout.height, name
        inks = {note["font"]["color"] for note in parts["layout"]["annotations"] if note.get("text")}
        assert inks <= {theme.text, theme.muted}, name


@pytest.mark.parametrize("width", [340, 480, 600, 1000])
def test_labels_are_shown_letter_by_letter_and_leave_room_for_the_axes(width: int) -> None:
    for name, figure in figures(width=width, label=AWKWARD).items():
        assert not re.search(r"<b>one|\$x|%\{y\}|\{all\}", json.dumps(figure.to_dict(), default=list)), name
        margin = figure.layout.margin
        assert width - margin.l - margin.r > 0.32 * width, name


@pytest.mark.parametrize("label", ["etiology", AWKWARD])
@pytest.mark.parametrize("width", [85.0, 175.0])
@pytest.mark.parametrize("name", ["cox", "subgroups", "board"])
def test_print_stays_on_its_page(name: str, width: float, label: str) -> None:
    figure = prints(width, label)[name]()
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(width, abs=1e-9)
    assert figure.get_size_inches()[1] * 25.4 < 240
    figure.set_dpi(PRINT_RESOLUTION)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    slack = HAIR_MM / 25.4 * figure.dpi
    page_width, page_height = canvas.get_width_height()
    for text in _lettering(figure):
        assert text.get_fontsize() >= SMALLEST_PRINT_SIZE, text
        box = text.get_window_extent(canvas.get_renderer())
        assert -slack <= box.x0 < box.x1 <= page_width + slack, text
        assert -slack <= box.y0 < box.y1 <= page_height + slack, text
