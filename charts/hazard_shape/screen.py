"""The interactive figure of the hazard ratio over follow-up."""

from math import log10

import plotly.graph_objects as go

from analysis.cohort.time_units import time_decimals
from analysis.outcomes.smoothed_hazard_ratio import SmoothedHazardRatio
from analysis.phrases import as_said, phrase
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    RIGHT,
    Layout,
    Trace,
    line_room,
    notes_beneath,
    screen_axis,
    screen_figure,
    screen_layout,
)
from charts.hazard_shape.content import HazardShapeContent, hazard_shape_content
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text, wrap_label
from charts.style import LIGHT, LINE_WIDTH, SCREEN_SIZE, Theme, faded, unit_name

_LEFT = 60
_AXIS_ROOM = 48


def hazard_shape_figure(
    smooth: SmoothedHazardRatio,
    *,
    treated_label: str,
    control_label: str,
    time_unit: str = "months",
    p_value: float | None = None,
    theme: Theme = LIGHT,
    width: int = 600,
    plot_height: int = 280,
) -> go.Figure:
    """Draw the smoothed hazard ratio with its band, the residuals behind it, and the constant ratio of the Cox model.

    Parameters
    ----------
    smooth : SmoothedHazardRatio
    treated_label, control_label, time_unit : str
        As written in the study file.
    p_value : float, optional
        Of the test of proportional hazards.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be, and the height of its axes.
    """
    content = hazard_shape_content(
        smooth,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        p_value=p_value,
        most_ticks=max(4, min(10, (width - 90) // 52)),
    )
    legend = screen_legend(
        [
            LegendEntry(words=content.sentence),
            LegendEntry(
                words=phrase("Hazard ratio, smoothed, with {level}", level=content.level_name),
                colour=theme.after,
                kind="line",
            ),
            LegendEntry(
                words=phrase("One hazard ratio throughout (Cox)"), colour=theme.text, kind="line", arm="control"
            ),
        ],
        width,
    )
    note = wrap_label(content.note, line_room(width))
    top, bottom = legend.height + 14, _AXIS_ROOM + 12 + LINE_HEIGHT * len(note)
    layout = screen_layout(theme, height=top + plot_height + bottom, left=_LEFT, right=RIGHT, top=top, bottom=bottom)
    layout["xaxis"] = screen_axis(
        theme,
        title=plotly_text(content.time_title),
        tickvals=list(content.ticks),
        ticktext=list(content.tick_text),
        tickangle=0,
        range=_padded(content),
    )
    layout["yaxis"] = screen_axis(
        theme,
        title=plotly_text(content.title),
        type="log",
        grid=True,
        range=[log10(end) for end in content.range],
        tickvals=list(content.levels),
        ticktext=[f"{ratio:g}" for ratio in content.levels],
    )
    marks, notes = legend.draw(theme, left=_LEFT, above=top - EDGE)
    layout["shapes"] = [
        _level(1.0, theme.guide, 1.0, "dot"),
        _level(content.constant, theme.text, 1.5, "7px,3px"),
        *marks,
    ]
    layout["annotations"] = [*notes, *notes_beneath(note, theme, left=_LEFT, below=_AXIS_ROOM)]
    return screen_figure(
        [_residuals(content, theme), *_band(content, theme), _curve(content, theme, time_unit)], layout
    )


def _padded(content: HazardShapeContent) -> list[float]:
    first, last = float(content.position[0]), float(content.position[-1])
    pad = 0.02 * (last - first)
    return [first - pad, last + pad]


def _level(ratio: float, colour: str, width: float, dash: str) -> Layout:
    place = {"type": "line", "xref": "paper", "yref": "y", "x0": 0.0, "x1": 1.0, "y0": ratio, "y1": ratio}
    return {**place, "layer": "below", "line": {"color": colour, "width": width, "dash": dash}}


def _residuals(content: HazardShapeContent, theme: Theme) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Residuals",
        "x": content.at,
        "y": content.residual,
        "marker": {"size": 5, "color": faded(theme.before, 0.55)},
        "hoverinfo": "skip",
    }


def _band(content: HazardShapeContent, theme: Theme) -> list[Trace]:
    edge: Trace = {
        "type": "scatter",
        "mode": "lines",
        "x": content.position,
        "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "hoverinfo": "skip",
    }
    fill = {"fill": "tonexty", "fillcolor": faded(theme.after, theme.band_opacity)}
    return [{**edge, "y": content.lower}, {**edge, "y": content.upper, **fill}]


def _curve(content: HazardShapeContent, theme: Theme, time_unit: str) -> Trace:
    told = phrase(
        "{time} {unit}: hazard ratio {ratio} ({lower}–{upper})",
        time=f"%{{customdata[0]:.{time_decimals(time_unit)}f}}",
        unit=plotly_text(unit_name(time_unit)),
        ratio="%{y:.2f}",
        lower="%{customdata[1]:.2f}",
        upper="%{customdata[2]:.2f}",
    )
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Hazard ratio",
        "x": content.position,
        "y": content.ratio,
        "line": {"color": theme.after, "width": LINE_WIDTH},
        "customdata": list(zip(content.time, content.lower, content.upper, strict=True)),
        "hovertemplate": f"{as_said(told)}<extra></extra>",
        "hoverlabel": {"bordercolor": theme.after, "font": {"size": SCREEN_SIZE}},
    }
