"""The interactive map of patients by two covariates."""

import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from analysis.phrases import as_said, phrase
from charts.canvas import EDGE, RIGHT, Layout, Trace, screen_axis, screen_figure, screen_layout
from charts.left_out.content import MapAxis, MapPoints, map_content
from charts.legend import LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_label, short_middle
from charts.style import LIGHT, SCREEN_SIZE, Theme, faded

_LEFT = 62
_AXIS_ROOM = 48
_NAMES = 0.3
_SHORTEST, _BETWEEN = 2.5, 0.7
"""Ems of the shortest name of a level, and between two names side by side."""
_LINE = 1.5
"""Ems from one name to the next below it."""


def left_out_map_figure(
    first: pd.Series,
    second: pd.Series,
    treated: ArrayLike,
    weights: ArrayLike,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 340,
    seed: int = 0,
) -> go.Figure:
    """Draw every patient by two covariates: filled where the design compares them, hollow where they were left out.

    At most 3,000 patients are drawn, chosen at random, and the figure says so. A point's ``customdata`` is the
    patient's place in the design.

    Parameters
    ----------
    first, second : Series, shape (n,)
        Numbers or categories; the patients of a level are spread over a band.
    treated : (n,) bool
        True for the treated arm.
    weights : (n,) float
        Of the design, 0 for whoever was left out.
    treated_label, control_label : str
        As written in the study file.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels of the map.
    seed : int
        Which patients are drawn of very many, and where in its band a patient stands.
    """
    content = map_content(
        first, second, treated, weights, treated_label=treated_label, control_label=control_label, seed=seed
    )
    entries = [
        LegendEntry(words=group.entry, colour=group.colour, kind="circle" if group.kept else "hollow", arm=group.arm)
        for group in content.listed
    ]
    if content.sentence:
        entries.append(LegendEntry(words=content.sentence))
    legend = screen_legend(entries, width)
    top = legend.height + 14
    most = _NAMES * width / SCREEN_SIZE
    names = [short_middle(level, most) for level in content.y.levels]
    left = max(_LEFT, 34 + SCREEN_SIZE * max((label_width(name) for name in names), default=0.0))
    layout = screen_layout(
        theme, height=top + plot_height + _AXIS_ROOM, left=left, right=RIGHT, top=top, bottom=_AXIS_ROOM
    )
    across, tall = (width - left - RIGHT) / SCREEN_SIZE, plot_height / SCREEN_SIZE
    each = across / max(1, len(content.x.levels)) - _BETWEEN
    layout["xaxis"] = _map_axis(content.x, theme, across, max(each, _SHORTEST), _SHORTEST + _BETWEEN)
    layout["yaxis"] = _map_axis(content.y, theme, tall, most, _LINE)
    layout["shapes"], layout["annotations"] = legend.draw(theme, left=left, above=top - EDGE)
    return screen_figure([_points(group, theme) for group in content.groups], layout)


def _map_axis(axis: MapAxis, theme: Theme, room: float, most: float, step: float) -> Layout:
    """An axis of ``room`` ems; names of levels have ``most`` of them, and of very many some, ``step`` ems apart."""
    title = plotly_text(short_label(axis.name, room))
    if not axis.levels:
        return screen_axis(theme, title=title, grid=True, range=list(axis.range), nticks=7, tickangle=0)
    shown = axis.named(room / step)
    names = [plotly_text(short_middle(axis.levels[row], most)) for row in shown]
    return screen_axis(theme, title=title, range=list(axis.range), tickvals=shown, ticktext=names, tickangle=0)


def _points(group: MapPoints, theme: Theme) -> Trace:
    size = 8 if group.row.size <= 400 else 6
    symbol = "circle" if group.arm == "treated" else "diamond"
    fate = phrase("compared") if group.kept else phrase("left out")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plotly_text(group.entry),
        "x": group.x,
        "y": group.y,
        "customdata": group.row,
        "marker": {
            "symbol": symbol if group.kept else f"{symbol}-open",
            "size": size,
            "color": faded(group.colour, 0.75 if group.kept else 1.0),
            "line": {"width": 0 if group.kept else 1.25, "color": group.colour},
        },
        "hovertemplate": f"<b>{plotly_text(short_label(group.label, 24))}, {as_said(fate)}</b><extra></extra>",
        "hoverlabel": {"bordercolor": group.colour},
    }
