"""The interactive figure of one covariate."""

import numpy as np
import plotly.graph_objects as go

from analysis.design.distribution import LevelShares, NumericDistribution
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
from charts.distribution.content import CurveKind, DistributionContent, DrawnDistribution, distribution_content
from charts.hatching import bar_marker
from charts.legend import screen_legend
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.style import (
    GHOST_WIDTH,
    LIGHT,
    LINE_WIDTH,
    PLOTLY_DASH,
    SCREEN_SIZE,
    DesignWord,
    Population,
    Theme,
    faded,
    population_name,
)

_LEFT = 58
_AXIS_ROOM = 46
_BAR = 11.0
"""Pixels of one arm's bar in a level."""
_GAP = 12.0
_NAMES = 0.36


def distribution_figure(
    found: NumericDistribution | LevelShares,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    curve: CurveKind = "ecdf",
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 240,
    design_word: DesignWord = "matching",
) -> go.Figure:
    """Draw one covariate in both arms: steps of its distribution function, its density, or bars of its levels.

    Parameters
    ----------
    found : NumericDistribution or LevelShares
        The numbers, before and after.
    population : {"before", "after", "compare"}
        A comparison draws the patients after over those before, which stand back.
    treated_label, control_label : str
        As written in the study file.
    curve : {"ecdf", "density"}
        How a number is drawn.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels that the curves are high.
    design_word : {"matching", "weighting"}
        What made the population after.

    Raises
    ------
    ValueError
        When the view needs the patients before and they were not given.
    """
    content = distribution_content(
        found,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        curve=curve,
        design_word=design_word,
    )
    legend = screen_legend(content.legend, width)
    top = legend.height + 14
    note = wrap_label(content.note, line_room(width)) if content.note else []
    bottom = _AXIS_ROOM + LINE_HEIGHT * len(note)
    if content.kind == "shares":
        left, height, axes = _level_axes(content, theme, width)
        traces = _bars(content, theme, height, design_word)
    else:
        left, height, axes = _LEFT, plot_height, _curve_axes(content, theme, width)
        traces = [trace for one in content.drawn for trace in _curves(content, one, theme, design_word)]
    layout = screen_layout(theme, height=top + height + bottom, left=left, right=RIGHT, top=top, bottom=bottom)
    layout.update(axes)
    marks, names = legend.draw(theme, left=left, above=top - EDGE)
    layout["shapes"] = marks
    layout["annotations"] = [*names, *notes_beneath(note, theme, left=left, below=_AXIS_ROOM - 10)]
    return screen_figure(traces, layout)


def _curve_axes(content: DistributionContent, theme: Theme, width: int) -> Layout:
    low, high = (float(content.x[0]), float(content.x[-1])) if content.x.size else (0.0, 1.0)
    air = 0.02 * (high - low) or 0.5
    y = {"range": [0.0, 101.0], "tickvals": [0, 25, 50, 75, 100]} if content.kind == "ecdf" else {}
    if not y:
        y = {"range": [0.0, 1.06 * content.highest], "nticks": 5}
    title = plotly_text(short_label(content.name, (width - _LEFT - RIGHT) / SCREEN_SIZE))
    return {
        "xaxis": screen_axis(theme, title=title, range=[low - air, high + air], nticks=7, tickangle=0),
        "yaxis": screen_axis(theme, title=content.y_title, grid=True, **y),
    }


def _curves(content: DistributionContent, one: DrawnDistribution, theme: Theme, design_word: DesignWord) -> list[Trace]:
    if one.y is None:
        return []
    opacity = theme.ghost_opacity if one.ghost else 1.0
    name = plotly_text(short_label(one.label, 24))
    steps = content.kind == "ecdf"
    told = phrase("{value}: {percent}% at or below", value="%{x:.4g}", percent="%{y:.1f}")
    at = as_said(told) if steps else "%{x:.4g}: %{y:.3g}"
    # The function is 0 below the smallest value.
    x = np.concatenate([content.x[:1], content.x]) if steps else content.x
    y = np.concatenate([[0.0], one.y]) if steps else one.y
    trace: Trace = {
        "type": "scatter",
        "mode": "lines",
        "name": plotly_text(one.entry),
        "x": x,
        "y": y,
        "line": {
            "color": faded(one.colour, opacity),
            "width": GHOST_WIDTH if one.ghost else LINE_WIDTH,
            "dash": PLOTLY_DASH[one.arm],
            "shape": "hv" if steps else "linear",
        },
        "hovertemplate": f"<b>{name}, {as_said(population_name(one.when, design_word))}</b><br>{at}<extra></extra>",
        "hoverlabel": {"bordercolor": one.colour},
    }
    if not steps and not one.ghost:
        trace |= {"fill": "tozeroy", "fillcolor": faded(one.colour, theme.band_opacity)}
    return [trace]


def _level_axes(content: DistributionContent, theme: Theme, width: int) -> tuple[float, float, Layout]:
    """The left margin, the height of all levels, and the axes."""
    room = _NAMES * width / SCREEN_SIZE
    names = [wrap_label(level, room, lines=2) for level in content.levels]
    left = 16 + SCREEN_SIZE * max((label_width(line) for lines in names for line in lines), default=4.0)
    step = 2 * _BAR + _GAP
    height = step * max(1, len(names))
    axes = {
        "xaxis": screen_axis(
            theme,
            title=content.y_title,
            grid=True,
            range=[0.0, min(101.0, 1.08 * content.highest)],
            nticks=6,
            tickangle=0,
        ),
        "yaxis": screen_axis(
            theme,
            range=[height, 0.0],
            tickvals=[step * (row + 0.5) for row in range(len(names))],
            ticktext=["<br>".join(plotly_text(line) for line in lines) for lines in names],
            ticks="",
            ticklabelstandoff=6,
        ),
    }
    return left, height, axes


def _bars(content: DistributionContent, theme: Theme, height: float, design_word: DesignWord) -> list[Trace]:
    step = height / max(1, len(content.levels))
    traces: list[Trace] = []
    for one in content.drawn:
        shift = -_BAR / 2 if one.arm == "treated" else _BAR / 2
        name = plotly_text(short_label(one.label, 24))
        look = bar_marker(one.arm, faded(one.colour, 0.85), theme)
        if one.ghost:
            look = {"color": "rgba(0,0,0,0)", "line": {"width": 1.25, "color": faded(one.colour, theme.ghost_opacity)}}
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": plotly_text(one.entry),
                "x": one.y,
                "y": [step * (row + 0.5) + shift for row in range(len(content.levels))],
                "width": _BAR if one.ghost else _BAR - (4 if any(other.ghost for other in content.drawn) else 1),
                "marker": look,
                "customdata": [plotly_text(short_label(level, 30)) for level in content.levels],
                "hovertemplate": (
                    f"<b>%{{customdata}}</b><br>{name}, {as_said(population_name(one.when, design_word))}: "
                    "%{x:.1f}%<extra></extra>"
                ),
                "hoverlabel": {"bordercolor": one.colour},
            }
        )
    return traces
