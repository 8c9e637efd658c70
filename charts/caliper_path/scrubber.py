"""One figure with a slider over the calipers: Love plot and curves follow it in the browser, without the server."""

import plotly.graph_objects as go

from analysis.cohort.time_units import time_decimals
from analysis.phrases import as_said, phrase
from analysis.study.caliper_path import CaliperPath
from charts.caliper_path.content import format_width
from charts.caliper_path.scene import (
    ScrubberScene,
    frame_name,
    frame_traces,
    percents,
    scrubber_scene,
)
from charts.caliper_path.screen import empty_figure
from charts.canvas import EDGE, LINE_HEIGHT, RIGHT, Layout, Trace, hidden_axis, screen_axis, screen_layout, screen_note
from charts.lettering import label_width, plotly_text, short_label
from charts.style import (
    ARM_COLOUR,
    BALANCE_LINES,
    GHOST_WIDTH,
    LIGHT,
    LINE_WIDTH,
    PLOTLY_DASH,
    SCREEN_SIZE,
    WHEN_NAME,
    Arm,
    Theme,
    faded,
    unit_name,
)
from charts.ticks import time_ticks

_AXIS_ROOM = 44
_SLIDER_ROOM = 74
_TICK_ROOM = 34
"""Pixels from one tick of the differences to the next."""
_ARMS: tuple[Arm, Arm] = ("treated", "control")
_LEGEND_LABEL = 14.0
_LEGEND_ROOM = 180
"""Pixels that the names of the marks need in full."""
"""Ems of an arm's label over the curves."""


def caliper_scrubber_figure(
    path: CaliperPath,
    *,
    unit: str,
    treated_label: str,
    control_label: str,
    time_unit: str = "months",
    theme: Theme = LIGHT,
    width: int = 900,
) -> go.Figure:
    """Draw the differences and the curves at one caliper, with a slider that moves both through all of them.

    The slider's frames are part of the figure, so that moving it asks nothing of the server. At most 60 calipers, 40
    terms (those with the largest differences anywhere on the path) and 80 times are in it.

    Parameters
    ----------
    path : CaliperPath
        The design at each caliper, with its differences and curves; without curves the left picture stands alone.
    unit : str
        What a caliper is measured in, such as "SD of the logit".
    treated_label, control_label : str
        As written in the study file.
    time_unit : str
        Of the curves.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    """
    if len(path.caliper) == 0:
        return empty_figure(phrase("No caliper forms a set."), theme, width)
    scene = scrubber_scene(path, width)
    labels = (treated_label, control_label)
    still = _still_traces(path, scene, theme)
    moving = _moving_traces(frame_traces(path, scene, scene.start), scene, labels, time_unit, theme)
    places = list(range(len(still), len(still) + len(moving)))
    frames = [
        {"name": frame_name(path, row), "data": frame_traces(path, scene, row), "traces": places} for row in scene.rows
    ]
    layout = _layout(path, scene, labels, time_unit, theme, width)
    layout["sliders"] = [_slider(path, scene, unit, theme, width)]
    return go.Figure({"data": [*still, *moving], "layout": layout, "frames": frames}, _validate=False)


def _still_traces(path: CaliperPath, scene: ScrubberScene, theme: Theme) -> list[Trace]:
    """What stands back and does not move: the differences and the curves before."""
    mark = {"symbol": "circle-open", "size": 9, "color": theme.before, "line": {"width": 1.5, "color": theme.before}}
    traces: list[Trace] = [{"x": list(scene.before), **_love_look(scene, "before"), "marker": mark}]
    if scene.times:
        for arm, curve in zip(_ARMS, (path.survival_treated_before, path.survival_control_before), strict=True):
            look = {**_curve_look(arm, theme, ghost=True), "hoverinfo": "skip"}
            traces.append({"x": list(scene.times), "y": percents(curve, scene), **look})
    return traces


def _moving_traces(
    moving: list[Trace], scene: ScrubberScene, labels: tuple[str, str], time_unit: str, theme: Theme
) -> list[Trace]:
    """The traces that the slider moves, with their looks and places."""
    marks = {**moving[0], **_love_look(scene, "after"), "marker": {"size": 9, "color": theme.after}}
    words: Trace = {
        **moving[1],
        "type": "scatter",
        "mode": "text",
        "x": [0.0],
        "y": [1.0],
        "xaxis": "x3",
        "yaxis": "y3",
        "textposition": "top right",
        "textfont": {"size": SCREEN_SIZE, "color": theme.text},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    curves = []
    unit = plotly_text(unit_name(time_unit))
    for arm, label, trace in zip(_ARMS, labels, moving[2:], strict=False):
        name = plotly_text(short_label(label, 24))
        template = f"<b>{name}</b><br>%{{x:.{time_decimals(time_unit)}f}} {unit}: %{{y:.1f}}%<extra></extra>"
        look = {**_curve_look(arm, theme, ghost=False), "name": name, "hovertemplate": template}
        curves.append({**trace, "x": list(scene.times), **look})
    return [marks, words, *curves]


def _love_look(scene: ScrubberScene, when: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": when,
        "y": list(range(len(scene.terms))),
        "customdata": [plotly_text(name) for name in scene.names],
        "hovertemplate": f"<b>%{{customdata}}</b><br>{as_said(WHEN_NAME[when])}: %{{x:.2f}}<extra></extra>",
        "cliponaxis": False,
    }


def _curve_look(arm: Arm, theme: Theme, *, ghost: bool) -> Trace:
    line = {
        "color": faded(ARM_COLOUR[arm], theme.ghost_opacity if ghost else 1.0),
        "width": GHOST_WIDTH if ghost else LINE_WIDTH,
        "dash": PLOTLY_DASH[arm],
        "shape": "hv",
    }
    return {"type": "scatter", "mode": "lines", "xaxis": "x2", "yaxis": "y2", "line": line}


def _layout(
    path: CaliperPath, scene: ScrubberScene, labels: tuple[str, str], time_unit: str, theme: Theme, width: int
) -> Layout:
    top = LINE_HEIGHT * (scene.title_lines + 1) + EDGE
    height = top + scene.height + _AXIS_ROOM + _SLIDER_ROOM
    layout = screen_layout(
        theme, height=height, left=scene.left, right=RIGHT, top=top, bottom=_AXIS_ROOM + _SLIDER_ROOM
    )
    love_room = scene.split[0] * (width - scene.left - RIGHT)
    step = next((step for step in (0.1, 0.2, 0.5) if love_room / (scene.end / step) >= _TICK_ROOM), 1.0)
    layout["xaxis"] = screen_axis(
        theme,
        title=phrase("Absolute standardised mean difference") if love_room > 250 else phrase("Absolute SMD"),
        range=[0.0, scene.end],
        domain=[0.0, scene.split[0]],
        dtick=step,
        tickformat=".1f",
        anchor="y",
    )
    layout["yaxis"] = screen_axis(
        theme,
        range=[len(scene.terms) - 0.4, -0.6],
        tickvals=list(range(len(scene.terms))),
        ticktext=[plotly_text(name) for name in scene.names],
        ticks="",
        ticklabelstandoff=6,
        showgrid=True,
    )
    if scene.times:
        layout.update(_curve_axes(path, scene, time_unit, theme, width))
    # Words that the slider changes belong to a trace, and a trace's points must lie within its axes.
    layout["xaxis3"] = hidden_axis(range=[0.0, 1.0], domain=[0.0, 1.0], anchor="y3")
    layout["yaxis3"] = hidden_axis(range=[0.0, 1.0], domain=[0.0, 1.0], anchor="x3")
    layout["shapes"] = _lines(scene, theme)
    layout["annotations"] = _legend(scene, labels, theme, width)
    return layout


def _curve_axes(path: CaliperPath, scene: ScrubberScene, time_unit: str, theme: Theme, width: int) -> Layout:
    end = scene.times[-1] or 1.0
    room = (1 - scene.split[1]) * (width - scene.left - RIGHT)
    ticks = time_ticks(end, time_unit, max(3, min(9, int(room // 48))))
    title = f"{plotly_text(short_label(path.endpoint, 12))} (%)" if path.endpoint else phrase("Survival (%)")
    return {
        "xaxis2": screen_axis(
            theme,
            title=phrase("Time ({unit})", unit=plotly_text(short_label(unit_name(time_unit), 12))),
            range=[0.0, 1.02 * end],
            domain=[scene.split[1], 1.0],
            tickvals=list(ticks),
            ticktext=[f"{tick:,.10g}" for tick in ticks],
            tickangle=0,
            anchor="y2",
        ),
        "yaxis2": screen_axis(
            theme,
            title=title,
            grid=True,
            range=[0.0, 101.0],
            tickvals=[0, 25, 50, 75, 100],
            ticktext=["0", "25", "50", "75", "100"],
            anchor="x2",
        ),
    }


def _lines(scene: ScrubberScene, theme: Theme) -> list[Layout]:
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "y domain",
            "layer": "below",
            "x0": place,
            "x1": place,
            "y0": 0.0,
            "y1": 1.0,
            "line": {"color": theme.guide, "width": 1.25, "dash": "dash" if number == 0 else "dot"},
        }
        for number, place in enumerate(BALANCE_LINES)
        if place <= scene.end
    ]


def _legend(scene: ScrubberScene, labels: tuple[str, str], theme: Theme, width: int) -> list[Layout]:
    """What the marks and the lines are, above each picture."""
    roomy = scene.split[0] * (width - scene.left - RIGHT) > _LEGEND_ROOM
    here = as_said(phrase("at this caliper") if roomy else phrase("here"))
    after = f'<span style="color:{theme.after}">●</span> {here}'
    before = f'<span style="color:{theme.before}">○</span> {as_said(WHEN_NAME["before"])} &nbsp; '
    place = {"y": 1.0, "yanchor": "bottom", "yshift": 0}
    notes = [screen_note(theme, before + after, x=0.0, **place)]
    if scene.times:
        room = (1 - scene.split[1]) * (width - scene.left - RIGHT) / SCREEN_SIZE
        most = min(_LEGEND_LABEL, max(2.0, (room - 9) / 2))
        entries = [
            f'<span style="color:{ARM_COLOUR[arm]}">{mark}</span> {plotly_text(short_label(label, most))}'
            for arm, label, mark in zip(_ARMS, labels, ("━━", "╍╍"), strict=True)
        ]
        used = sum(label_width(short_label(label, most)) for label in labels) + 8
        pale = f" &nbsp; {as_said(phrase('pale: before'))}" if used + 8 < room else ""
        notes.append(screen_note(theme, " &nbsp; ".join(entries) + pale, x=scene.split[1], **place))
    return notes


def _slider(path: CaliperPath, scene: ScrubberScene, unit: str, theme: Theme, width: int) -> Layout:
    """A step for each frame; it is shown at once, as a slow change would lag behind the hand."""
    at_once = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    steps = [
        {
            "method": "animate",
            "label": format_width(float(path.caliper[row])),
            "args": [[frame_name(path, row)], at_once],
        }
        for row in scene.rows
    ]
    ink = {"size": SCREEN_SIZE, "color": theme.text}
    room = (width - scene.left - RIGHT) / SCREEN_SIZE - 9
    return {
        "active": scene.rows.index(scene.start),
        "steps": steps,
        "x": 0.0,
        "len": 1.0,
        "xanchor": "left",
        "y": 0.0,
        "yanchor": "top",
        "pad": {"t": _AXIS_ROOM, "b": 0, "l": 0, "r": 0},
        "currentvalue": {
            "visible": True,
            "prefix": as_said(phrase("Caliper ")),
            "suffix": f" {plotly_text(short_label(unit, room))}" if unit else "",
            "xanchor": "left",
            "offset": 4,
            "font": ink,
        },
        "font": ink,
        "bgcolor": theme.grid,
        "activebgcolor": theme.after,
        "bordercolor": theme.axis,
        "borderwidth": 1,
        "tickcolor": theme.axis,
        "ticklen": 4,
        "minorticklen": 2,
        "transition": {"duration": 0},
    }
