"""The frame of an interactive figure: colours of the theme, fonts, axes, hover and margins."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from charts.style import SCREEN_FONT, SCREEN_SIZE, Theme

Trace = dict[str, Any]
LINE_HEIGHT = 17
"""Pixels from one line of lettering to the next."""


def screen_figure(traces: Sequence[Trace], layout: dict[str, Any]) -> go.Figure:
    """A Plotly figure of plain traces and a layout from :func:`screen_layout`.

    Plotly's own check of every property takes five times as long as drawing; the tests do it instead.
    """
    return go.Figure({"data": list(traces), "layout": layout}, _validate=False)


def screen_layout(theme: Theme, *, height: float, left: float, right: float, top: float, bottom: float) -> dict[str, Any]:
    """The part of a layout that all figures share; sizes in pixels."""
    return {
        # An empty template keeps out Plotly's own, which is large and set for another page.
        "template": {"layout": {}},
        "autosize": True,
        "height": round(height),
        "margin": {"l": round(left), "r": round(right), "t": round(top), "b": round(bottom), "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": SCREEN_FONT, "size": SCREEN_SIZE, "color": theme.text},
        "hoverlabel": {
            "bgcolor": theme.background,
            "bordercolor": theme.axis,
            "font": {"family": SCREEN_FONT, "size": SCREEN_SIZE, "color": theme.text},
            "align": "left",
            "namelength": -1,
        },
        "hovermode": "closest",
        "hoverdistance": 30,
        "dragmode": False,
        "showlegend": False,
        "barmode": "overlay",
    }


def screen_axis(theme: Theme, *, title: str = "", grid: bool = False, **more: Any) -> dict[str, Any]:
    """One axis; ``title`` is text that is already safe for Plotly."""
    axis: dict[str, Any] = {
        "showgrid": grid,
        "gridcolor": theme.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": True,
        "linecolor": theme.axis,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": theme.axis,
        "tickfont": {"size": SCREEN_SIZE, "color": theme.text},
        "fixedrange": True,
        "automargin": False,
    }
    if title:
        axis["title"] = {"text": title, "standoff": 6, "font": {"size": SCREEN_SIZE, "color": theme.text}}
    return {**axis, **more}


def hidden_axis(**more: Any) -> dict[str, Any]:
    """An axis that only places things."""
    return {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False, **more}


def screen_note(theme: Theme, text: str, **more: Any) -> dict[str, Any]:
    """A line of lettering; ``text`` is already safe for Plotly, placement comes in ``more``."""
    return {
        "text": text,
        "showarrow": False,
        "align": "left",
        "font": {"size": SCREEN_SIZE, "color": theme.text},
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "borderpad": 0,
        **more,
    }
