"""The interactive tipping-point figure."""

from math import log10

import numpy as np
import plotly.graph_objects as go

from analysis.phrases import as_said, phrase
from analysis.sensitivity.tipping_point import TippingPoints
from charts.canvas import EDGE, RIGHT, Layout, Trace, screen_axis, screen_figure, screen_layout
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text
from charts.style import LIGHT, LINE_WIDTH, PLOTLY_DASH, Theme, faded
from charts.tipping_point.content import SHARE_TICKS, Contour, TippingPointContent, tipping_point_content

_LEFT = 58
_AXIS_ROOM = 46
HOVER_SHARES = 5
"""Every fifth share of the grid answers to the pointer: points closer than a finger say nothing more."""


def tipping_point_figure(
    found: TippingPoints,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 600,
    plot_height: int = 280,
) -> go.Figure:
    """Draw which confounders would explain an effect away, by how many treated patients have them and how strong they are.

    The pointer tells, for a confounder anywhere in the figure, what the effect free of it would be.

    Parameters
    ----------
    found : TippingPoints
    treated_label, control_label : str
        As written in the study file.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be, and the height of its axes.
    """
    content = tipping_point_content(found, treated_label=treated_label, control_label=control_label)
    legend = screen_legend(legend_entries(content, theme), width)
    top = legend.height + 14
    layout = screen_layout(
        theme, height=top + plot_height + _AXIS_ROOM, left=_LEFT, right=RIGHT, top=top, bottom=_AXIS_ROOM
    )
    layout["xaxis"] = screen_axis(
        theme,
        title=plotly_text(content.share_title),
        range=[0, 100],
        tickvals=list(SHARE_TICKS),
        tickangle=0,
    )
    ends = [content.start, content.end]
    layout["yaxis"] = screen_axis(
        theme,
        title=plotly_text(content.strength_title),
        grid=True,
        type="log" if content.is_ratio else "linear",
        range=[log10(end) for end in ends] if content.is_ratio else ends,
        tickvals=list(content.ticks),
        ticktext=list(content.tick_text),
    )
    marks, layout["annotations"] = legend.draw(theme, left=_LEFT, above=top - EDGE)
    layout["shapes"] = [_no_confounding(content, theme), *marks]
    traces = _lines(content, content.estimate, theme, fill=True)
    if content.limit is not None:
        traces += _lines(content, content.limit, theme, fill=False)
    return screen_figure([*traces, _answers(found, content, theme)], layout)


def legend_entries(content: TippingPointContent, theme: Theme) -> list[LegendEntry]:
    """The sentence and the names of what is drawn."""
    entries = [
        LegendEntry(words=content.sentence),
        LegendEntry(words=content.estimate_words, colour=theme.after, kind="line"),
    ]
    if content.limit is not None:
        entries.append(LegendEntry(words=content.limit_words, colour=theme.after, kind="line", arm="control"))
    return [
        *entries,
        LegendEntry(words=content.control_words, colour=theme.guide, kind="line", arm="control", ghost=True),
    ]


def _no_confounding(content: TippingPointContent, theme: Theme) -> Layout:
    place = {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": content.control,
        "x1": content.control,
        "y0": 0,
        "y1": 1,
    }
    return {**place, "layer": "below", "line": {"color": theme.guide, "width": 1, "dash": "dot"}}


def _lines(content: TippingPointContent, contour: Contour, theme: Theme, *, fill: bool) -> list[Trace]:
    """A contour, and where the effect is gone the area beyond it."""
    if not contour.share.size:
        return []
    line: Trace = {
        "type": "scatter",
        "mode": "lines",
        "x": contour.share,
        "y": contour.strength,
        "line": {"color": theme.after, "width": LINE_WIDTH, "dash": PLOTLY_DASH["treated" if fill else "control"]},
        "hoverinfo": "skip",
    }
    if not fill:
        return [line]
    corner = 0.0 if content.side == "left" else 100.0
    edge = {"color": "rgba(0,0,0,0)", "width": 0}
    area = {
        **line,
        "x": np.append(contour.share, corner),
        "y": np.append(contour.strength, content.end),
        "line": edge,
        "fill": "toself",
        "fillcolor": faded(theme.after, theme.band_opacity),
    }
    return [area, line]


def _answers(found: TippingPoints, content: TippingPointContent, theme: Theme) -> Trace:
    """Points that cannot be seen and say what the effect would be without a confounder there."""
    rows = np.arange(0, found.prevalence_treated.size, HOVER_SHARES)
    share, strength = np.meshgrid(100 * found.prevalence_treated[rows], found.strengths, indexing="ij")
    scale = 1.0 if content.is_ratio else 100.0
    surfaces = (found.adjusted, found.adjusted_lower, found.adjusted_upper)
    known = [scale * (found.adjusted if values is None else values)[rows].ravel() for values in surfaces]
    form = ".2f" if content.is_ratio else "+.1f"
    effect, lower, upper = (f"%{{customdata[{place}]:{form}}}" for place in range(3))
    limits = phrase("{first} to {second}", first=lower, second=upper)
    free = (
        phrase("Hazard ratio free of it {effect}", effect=effect)
        if content.is_ratio
        else phrase("Difference free of it {effect} points", effect=effect)
    )
    told = as_said(free if found.adjusted_lower is None else phrase("{effect} ({limits})", effect=free, limits=limits))
    form = ".2f" if content.is_ratio else ".0f"
    where = phrase("Confounder in {share}%, of strength {strength}", share="%{x:.0f}", strength=f"%{{y:{form}}}")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Free of it",
        "x": share.ravel(),
        "y": scale * strength.ravel(),
        "marker": {"size": 10, "opacity": 0, "color": theme.after},
        "customdata": np.column_stack(known),
        "hovertemplate": f"{as_said(where)}<br>{told}<extra></extra>",
    }
