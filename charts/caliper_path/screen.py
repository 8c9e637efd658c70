"""The interactive caliper path: four quantities over the calipers, one below the other."""

from math import log10

import plotly.graph_objects as go

from analysis.phrases import join_phrases, phrase
from analysis.study.caliper_path import CaliperPath
from charts.caliper_path.content import (
    CaliperPathContent,
    PathLine,
    PathPanel,
    caliper_path_content,
    segments,
)
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    RIGHT,
    Layout,
    Trace,
    line_room,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
    stacked_notes,
)
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.style import (
    ARM_COLOUR,
    ARM_NAME,
    LIGHT,
    LINE_WIDTH,
    PLOTLY_DASH,
    SCREEN_SIZE,
    Arm,
    Theme,
    faded,
)

_LEFT = 58
_AXIS_ROOM = 46
_TITLE_ROOM = 26
_PANEL = 96
_EFFECT_PANEL = 124
_LABEL = 12.0
"""Ems of an arm's label beside the title of the sizes."""


def caliper_path_figure(
    path: CaliperPath,
    *,
    unit: str,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 560,
) -> go.Figure:
    """Draw what every caliper keeps, how alike it makes the arms, and the effect it finds.

    Panels stand below each other over one axis of calipers; lines through all of them mark the caliper in use and the
    one suggested. A point's ``customdata`` is the row of its caliper.

    Parameters
    ----------
    path : CaliperPath
        The design at each caliper.
    unit : str
        What a caliper is measured in, such as "SD of the logit".
    treated_label, control_label : str
        As written in the study file.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    """
    content = caliper_path_content(
        path,
        unit=unit,
        treated_label=treated_label,
        control_label=control_label,
    )
    if content is None:
        return empty_figure(phrase("No caliper forms a set."), theme, width)
    lines = [line for sentence in content.sentences for line in wrap_label(sentence, line_room(width))]
    top = LINE_HEIGHT * (len(lines) + 1) + 14
    heights = [_EFFECT_PANEL if panel.name == "effect" else _PANEL for panel in content.panels]
    drawn = sum(heights) + _TITLE_ROOM * len(heights)
    layout = screen_layout(theme, height=top + drawn + _AXIS_ROOM, left=_LEFT, right=RIGHT, top=top, bottom=_AXIS_ROOM)
    layout["xaxis"] = {**_caliper_axis(content, theme, width), "anchor": _axis(len(heights))}
    above = 0.0
    notes = stacked_notes(lines, theme, x=EDGE - _LEFT, above=top - EDGE)
    for number, (panel, height) in enumerate(zip(content.panels, heights, strict=True), start=1):
        notes += _title(panel, (treated_label, control_label), theme, above, width)
        above += _TITLE_ROOM
        layout[f"yaxis{number if number > 1 else ''}"] = {
            **_panel_axis(panel, theme),
            "domain": [max(0.0, 1 - (above + height) / drawn), 1 - above / drawn],
            "anchor": "x",
        }
        above += height
    layout["shapes"] = [*_marks(content, theme), *_guides(content, theme)]
    layout["annotations"] = [*notes, *_mark_names(content, theme, width - _LEFT - RIGHT)]
    traces = [
        trace
        for number, panel in enumerate(content.panels, start=1)
        for line in panel.lines
        for trace in _line_traces(content, panel, line, number, theme)
    ]
    return screen_figure(traces, layout)


def empty_figure(words: str, theme: Theme, width: int) -> go.Figure:
    """A sentence in place of a figure that has nothing to show."""
    lines = wrap_label(words, line_room(width))
    height = LINE_HEIGHT * len(lines) + 2 * EDGE
    layout = screen_layout(theme, height=height, left=EDGE, right=EDGE, top=height - 1, bottom=0)
    layout["xaxis"] = layout["yaxis"] = {"visible": False, "fixedrange": True}
    layout["annotations"] = stacked_notes(lines, theme, x=0.0, above=height - EDGE)
    return screen_figure([], layout)


def _axis(number: int) -> str:
    return "y" if number == 1 else f"y{number}"


def _caliper_axis(content: CaliperPathContent, theme: Theme, width: int) -> Layout:
    low, high = content.span
    ends = [log10(low), log10(high)] if content.log else [low, high]
    return screen_axis(
        theme,
        title=plotly_text(short_label(content.axis_title, (width - _LEFT - RIGHT) / SCREEN_SIZE)),
        type="log" if content.log else "linear",
        range=ends,
        tickvals=list(content.ticks),
        ticktext=[f"{tick:,.10g}" for tick in content.ticks],
        tickangle=0,
    )


def _panel_axis(panel: PathPanel, theme: Theme) -> Layout:
    low, high = panel.range
    return screen_axis(
        theme,
        grid=True,
        type="log" if panel.log else "linear",
        range=[log10(low), log10(high)] if panel.log else [low, high],
        tickvals=list(panel.ticks),
        ticktext=[panel.tick_text(tick) for tick in panel.ticks],
    )


def _line_traces(
    content: CaliperPathContent, panel: PathPanel, line: PathLine, number: int, theme: Theme
) -> list[Trace]:
    colour = theme.after if line.arm is None else ARM_COLOUR[line.arm]
    traces: list[Trace] = []
    place = {"type": "scatter", "xaxis": "x", "yaxis": _axis(number)}
    for run in segments(line):
        upper, lower = line.upper or (), line.lower or ()
        corners = [*run, *reversed(run)]
        levels = [lower[row] for row in run] + [upper[row] for row in reversed(run)]
        area = {"x": [content.caliper[row] for row in corners], "y": levels, "fill": "toself", "hoverinfo": "skip"}
        fill = {"fillcolor": faded(colour, theme.band_opacity), "line": {"width": 0}, "mode": "lines"}
        traces.append({**place, **area, **fill})
    form = {"kept": ":,.0f", "size": ":,.1f"}.get(panel.name, ":.2f")
    scale = 100 if panel.name == "effect" and not panel.log else 1
    shown = [None if value is None else scale * value for value in line.values]
    what = panel.title if line.arm is None else join_phrases((panel.title, ARM_NAME[line.arm]), ", ")
    traces.append(
        {
            **place,
            "mode": "lines+markers",
            "name": plotly_text(what),
            "x": list(content.caliper),
            "y": list(line.values),
            "line": {
                "color": colour,
                "width": LINE_WIDTH,
                "dash": "solid" if line.arm is None else PLOTLY_DASH[line.arm],
            },
            "marker": {"size": 5, "color": colour},
            "customdata": [[row, value] for row, value in enumerate(shown)],
            "hovertemplate": f"<b>%{{x:.3g}}</b><br>{plotly_text(what)}: %{{customdata[1]{form}}}<extra></extra>",
            "hoverlabel": {"bordercolor": colour},
        }
    )
    return traces


def _title(panel: PathPanel, labels: tuple[str, str], theme: Theme, above: float, width: int) -> list[Layout]:
    """The panel's name over its axis, and beside that of the sizes the arms with their lines."""
    text = f"<b>{plotly_text(short_label(panel.title, line_room(width) / 1.1))}</b>"
    if panel.name == "size":
        most = max(3.0, min(_LABEL, (line_room(width) - 1.1 * label_width(panel.title) - 11) / 2))
        marks: tuple[tuple[Arm, str, str], ...] = (("treated", labels[0], "━"), ("control", labels[1], "╍"))
        text += "".join(
            f' &nbsp; <span style="color:{ARM_COLOUR[arm]}">{mark}{mark}</span> {plotly_text(short_label(label, most))}'
            for arm, label, mark in marks
        )
    return [
        screen_note(
            theme, text, x=0.0, xshift=EDGE - _LEFT, y=1.0, yanchor="middle", yshift=-above - _TITLE_ROOM / 2 - 1
        )
    ]


def _marks(content: CaliperPathContent, theme: Theme) -> list[Layout]:
    """A line through each panel at the caliper in use, and at the one suggested."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": f"{_axis(number)} domain",
            "layer": "below",
            "x0": caliper,
            "x1": caliper,
            "y0": 0.0,
            "y1": 1.0,
            "line": {"color": theme.guide, "width": 1.5, "dash": "solid" if name.startswith("now") else "dot"},
        }
        for name, caliper in content.marks
        for number in range(1, len(content.panels) + 1)
    ]


def _mark_names(content: CaliperPathContent, theme: Theme, room: float) -> list[Layout]:
    """The names above the lines, to the side where there is room: two of them never on the same side of each other.

    Each is placed from its line, which a page wider than `room` moves.
    """
    low, high = content.span
    notes: list[Layout] = []
    end = EDGE - _LEFT - 8.0
    for number, (name, caliper) in enumerate(content.marks):
        share = (log10(caliper / low) / log10(high / low)) if content.log else (caliper - low) / (high - low)
        wide = SCREEN_SIZE * label_width(name)
        left = share * room - wide / 2
        if len(content.marks) > 1:
            left = share * room + (-wide - 2 if number == 0 else 2)
        left = min(max(left, EDGE - _LEFT), room + RIGHT - wide)
        left = max(left, end + 8)
        end = left + wide
        ink = {"size": SCREEN_SIZE, "color": theme.muted}
        shift = left - share * room
        notes.append(screen_note(theme, name, x=share, xshift=shift, y=1.0, yanchor="bottom", font=ink))
    return notes


def _guides(content: CaliperPathContent, theme: Theme) -> list[Layout]:
    """Where differences matter, and no effect."""
    return [
        {
            "type": "line",
            "xref": "paper",
            "yref": _axis(number),
            "layer": "below",
            "x0": 0.0,
            "x1": 1.0,
            "y0": panel.guide,
            "y1": panel.guide,
            "line": {"color": theme.guide, "width": 1.25, "dash": "dash"},
        }
        for number, panel in enumerate(content.panels, start=1)
        if panel.guide is not None
    ]
