"""The interactive spider plot."""

import plotly.graph_objects as go

from analysis.cohort.time_units import time_decimals
from analysis.phrases import as_said, phrase
from analysis.study.depth import LesionCourses
from charts.canvas import EDGE, RIGHT, Layout, Trace, screen_axis, screen_figure, screen_layout, screen_note
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text, short_middle
from charts.spider.content import THRESHOLDS, SpiderContent, SpiderPanel, spider_content
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, Theme
from charts.ticks import round_ticks, tick_names, time_ticks

_LEFT = 58
_BOTTOM = 46
_GAP = 0.06


def spider_figure(
    found: LesionCourses,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 640,
    plot_height: int = 300,
) -> go.Figure:
    """Draw a line for each patient from scan to scan, the treated arm on the left, the control arm on the right.

    Parameters
    ----------
    found : LesionCourses
        Scans in one population.
    treated_label, control_label : str
        As written in the study file.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels of the axis.
    """
    content = spider_content(found, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words=phrase("Scan that shows progression"), colour=theme.text, kind="hollow")]
    legend = screen_legend(entries, width)
    top = legend.height + 34
    layout = screen_layout(theme, height=top + plot_height + _BOTTOM, left=_LEFT, right=RIGHT, top=top, bottom=_BOTTOM)
    ticks = round_ticks(*content.range, 8)
    months = time_ticks(content.end, content.time_unit, 6)
    middle = 0.5
    domains = ([0.0, middle - _GAP / 2], [middle + _GAP / 2, 1.0])
    marks, notes = legend.draw(theme, left=_LEFT, above=top - EDGE)
    room = (width - _LEFT - RIGHT) * (0.5 - _GAP / 2) / SCREEN_SIZE
    for number, (panel, domain) in enumerate(zip(content.panels, domains, strict=True)):
        axis = "xaxis" if number == 0 else "xaxis2"
        layout[axis] = screen_axis(
            theme,
            title=plotly_text(content.time_unit.capitalize()),
            range=[-0.02 * content.end, content.end],
            domain=domain,
            tickvals=list(months),
            ticktext=tick_names(months),
            anchor="y",
        )
        title = f"<b>{plotly_text(short_middle(panel.title, room / 1.1))}</b>"
        notes.append(screen_note(theme, title, x=domain[0], y=1.0, yanchor="bottom", yshift=6))
    layout["yaxis"] = screen_axis(
        theme,
        title=plotly_text(content.vertical),
        grid=True,
        range=list(content.range),
        tickvals=list(ticks),
        ticktext=tick_names(ticks),
    )
    layout["shapes"] = [*_thresholds(domains, theme), *marks]
    layout["annotations"] = notes
    traces = [trace for number, panel in enumerate(content.panels) for trace in _traces(content, panel, number, theme)]
    return screen_figure(traces, layout)


def _thresholds(domains: tuple[list[float], list[float]], theme: Theme) -> list[Layout]:
    return [
        {
            "type": "line",
            "xref": "paper",
            "yref": "y",
            "x0": domain[0],
            "x1": domain[1],
            "y0": level,
            "y1": level,
            "line": {"color": theme.guide, "width": 1.25, "dash": "dash"},
        }
        for domain in domains
        for level in THRESHOLDS
    ]


def _traces(content: SpiderContent, panel: SpiderPanel, number: int, theme: Theme) -> list[Trace]:
    colour = ARM_COLOUR[panel.arm]
    axis = "x" if number == 0 else "x2"
    name = plotly_text(panel.label)
    unit, form = plotly_text(content.time_unit), f".{time_decimals(content.time_unit)}f"
    at = as_said(phrase("{percent}% at {time} {unit}", percent="%{y:.1f}", time=f"%{{x:{form}}}", unit=unit))
    progression = as_said(phrase("{arm}, progression", arm=name))
    common = {"type": "scatter", "name": name, "xaxis": axis, "yaxis": "y", "hoverlabel": {"bordercolor": colour}}
    return [
        {
            **common,
            "mode": "lines+markers",
            "x": panel.time,
            "y": panel.change,
            "line": {"color": colour, "width": 1.1},
            "marker": {"size": 3, "color": colour},
            "opacity": 0.75 if theme == LIGHT else 1.0,
            "hovertemplate": f"{name}<br>{at}<extra></extra>",
        },
        {
            **common,
            "mode": "markers",
            "x": list(panel.progressed_time),
            "y": list(panel.progressed_change),
            "marker": {"size": 7, "color": theme.background, "line": {"color": theme.text, "width": 1.25}},
            "hovertemplate": f"{progression}<br>{at}<extra></extra>",
        },
    ]
