"""The interactive figure of weights."""

from math import log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from analysis.phrases import as_said, phrase
from charts.canvas import EDGE, RIGHT, Trace, screen_axis, screen_figure, screen_layout
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text, short_label
from charts.overlap.content import share_ticks
from charts.style import ARM_COLOUR, LIGHT, Theme, faded
from charts.weights.content import ArmWeights, WeightsContent, format_weight, weights_content

_LEFT = 58
_AXIS_ROOM = 46


def weights_figure(
    weights: ArrayLike,
    treated: ArrayLike,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 240,
) -> go.Figure:
    """Draw the weights of both arms as mirrored histograms, with the largest of each marked by a triangle.

    Parameters
    ----------
    weights : (n,) float
        Of the design; patients with a weight of 0 are not drawn.
    treated : (n,) bool
        True for the treated arm.
    treated_label, control_label : str
        As written in the study file.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels between the ends of the bars.
    """
    content = weights_content(weights, treated, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words=one.entry, colour=ARM_COLOUR[one.arm], kind="box") for one in content.arms]
    legend = screen_legend(entries, width)
    top = legend.height + 14
    layout = screen_layout(
        theme, height=top + plot_height + _AXIS_ROOM, left=_LEFT, right=RIGHT, top=top, bottom=_AXIS_ROOM
    )
    low, high = float(content.edges[0]), float(content.edges[-1])
    layout["bargap"] = 0
    layout["xaxis"] = screen_axis(
        theme,
        title=phrase("Weight (logarithmic axis)") if content.log else phrase("Weight"),
        type="log" if content.log else "linear",
        range=[log10(low), log10(high)] if content.log else [low, high],
        tickvals=list(content.ticks),
        ticktext=[f"{tick:,.10g}" for tick in content.ticks],
        tickangle=0,
    )
    ticks, names = share_ticks(content.highest)
    layout["yaxis"] = screen_axis(
        theme,
        title=phrase("Share of the arm (%)"),
        grid=True,
        range=[-1.12 * content.highest, 1.12 * content.highest],
        tickvals=ticks,
        ticktext=names,
        zeroline=True,
        zerolinecolor=theme.axis,
        zerolinewidth=1,
    )
    layout["shapes"], layout["annotations"] = legend.draw(theme, left=_LEFT, above=top - EDGE)
    traces = [_bars(one, content) for one in content.arms]
    traces += [_largest(one, content, theme) for one in content.arms if one.largest is not None]
    return screen_figure(traces, layout)


def _bars(one: ArmWeights, content: WeightsContent) -> Trace:
    """Areas between the edges, as a bar's width has no meaning on a logarithmic axis."""
    sign = 1 if one.arm == "treated" else -1
    edges = content.edges
    colour = ARM_COLOUR[one.arm]
    kept = np.flatnonzero(one.count)
    nothing = [None]
    corners = [
        (
            [edges[bar], edges[bar], edges[bar + 1], edges[bar + 1], *nothing],
            [0.0, sign * 100 * one.share[bar], sign * 100 * one.share[bar], 0.0, *nothing],
        )
        for bar in kept
    ]
    name = plotly_text(short_label(one.label, 24))
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [place for x, _ in corners for place in x],
        "y": [place for _, y in corners for place in y],
        "fill": "toself",
        "fillcolor": faded(colour, 0.85),
        "line": {"color": faded(colour, 1.0), "width": 0.5},
        "text": [
            as_said(
                phrase(
                    "{low} to {high}: {n} patients, {percent}%",
                    low=format_weight(edges[bar]),
                    high=format_weight(edges[bar + 1]),
                    n=f"{one.count[bar]:,d}",
                    percent=f"{100 * one.share[bar]:.1f}",
                )
            )
            for bar in kept
            for _ in range(5)
        ],
        "hovertemplate": f"<b>{name}</b><br>%{{text}}<extra></extra>",
        "hoverlabel": {"bordercolor": colour},
    }


def _largest(one: ArmWeights, content: WeightsContent, theme: Theme) -> Trace:
    sign = 1 if one.arm == "treated" else -1
    height = 100 * float(one.share[np.flatnonzero(one.count)[-1]]) + 0.05 * content.highest
    largest = phrase("Largest weight {weight}", weight=format_weight(one.largest or 0.0))
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one.largest],
        "y": [sign * height],
        "marker": {
            "symbol": "triangle-down" if sign > 0 else "triangle-up",
            "size": 10,
            "color": theme.text,
        },
        "hovertemplate": f"{as_said(largest)}<extra></extra>",
        "cliponaxis": False,
    }
