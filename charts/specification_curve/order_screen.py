"""The interactive figure of random orders alone."""

from math import log10

import numpy as np
import plotly.graph_objects as go

from analysis.phrases import as_said, phrase
from analysis.robustness.result import SpecificationCurve
from charts.canvas import EDGE, RIGHT, Layout, Trace, screen_axis, screen_figure, screen_layout
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text
from charts.specification_curve.content import order_content
from charts.style import LIGHT, LINE_WIDTH, Theme

_LEFT = 60
_BOTTOM = 48


def order_figure(
    curve: SpecificationCurve,
    *,
    time_unit: str = "months",
    theme: Theme = LIGHT,
    width: int = 600,
    plot_height: int = 150,
) -> go.Figure:
    """Draw how often random orders of matching give which effect; arguments as those of `specification_figure`."""
    content = order_content(curve, time_unit=time_unit, most_levels=max(4, min(9, (width - 90) // 60)))
    entries = [
        LegendEntry(words=content.order_words, colour=theme.before, kind="box"),
        LegendEntry(words=content.chosen_words, colour=theme.text, kind="line"),
    ]
    legend = screen_legend(entries, width)
    top = legend.height + 12
    layout = screen_layout(theme, height=top + plot_height + _BOTTOM, left=_LEFT, right=RIGHT, top=top, bottom=_BOTTOM)
    layout["xaxis"] = screen_axis(
        theme,
        title=plotly_text(content.title),
        type="log" if content.log else "linear",
        range=[log10(end) for end in content.range] if content.log else list(content.range),
        tickvals=list(content.levels),
        ticktext=[plotly_text(text) for text in content.level_text],
    )
    layout["yaxis"] = screen_axis(theme, title=phrase("Orders"), grid=True, rangemode="tozero", nticks=4)
    marks, notes = legend.draw(theme, left=_LEFT, above=top - EDGE)
    guides = [_upright(content.nothing, theme.guide, 1.0, "dot")]
    if content.chosen is not None:
        guides.append(_upright(content.chosen, theme.text, LINE_WIDTH, "solid"))
    layout["shapes"] = [*guides, *marks]
    layout["annotations"] = notes
    names = [
        as_said(phrase("{first} to {second}", first=f"{low:.3g}", second=f"{high:.3g}"))
        for low, high in zip(content.edges[:-1], content.edges[1:], strict=True)
    ]
    # An outline rather than bars: on an axis of ratios bars of one width would not be.
    bars: Trace = {
        "type": "scatter",
        "mode": "lines",
        "x": np.repeat(content.edges, 2),
        "y": np.concatenate([[0], np.repeat(content.counts, 2), [0]]),
        "fill": "tozeroy",
        "fillcolor": theme.before,
        "line": {"width": 1, "color": theme.background, "shape": "linear"},
        "hoverinfo": "skip",
    }
    middle = np.sqrt(content.edges[:-1] * content.edges[1:]) if content.log else _middle(content.edges)
    hover: Trace = {
        "type": "scatter",
        "mode": "markers",
        "x": middle,
        "y": content.counts,
        "marker": {"size": 12, "color": "rgba(0,0,0,0)"},
        "text": names,
        "hovertemplate": as_said(phrase("{range}: {n} orders", range="%{text}", n="%{y}")) + "<extra></extra>",
    }
    return screen_figure([bars, hover], layout)


def _middle(edges: np.ndarray) -> np.ndarray:
    return (edges[:-1] + edges[1:]) / 2


def _upright(value: float, colour: str, width: float, dash: str) -> Layout:
    place = {"type": "line", "xref": "x", "yref": "paper", "x0": value, "x1": value, "y0": 0.0, "y1": 1.0}
    return {**place, "line": {"color": colour, "width": width, "dash": dash}}
