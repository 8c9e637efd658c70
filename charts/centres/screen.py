"""The interactive forest plot of centres."""

from math import log10, sqrt

import plotly.graph_objects as go

from analysis.phrases import as_said, phrase
from analysis.study.centres import CentreComparison, CentreEffect
from charts.canvas import EDGE, Layout, Trace, screen_axis, screen_figure, screen_layout, screen_note
from charts.centres.content import CentreMark, CentresContent, centres_content
from charts.legend import POPULATION_MARK, POPULATION_SYMBOL, LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_label, short_middle
from charts.style import LIGHT, SCREEN_SIZE, DesignWord, Population, Theme, population_name

_AXIS_ROOM = 46
_NAMES = 0.32
_LINE = 17.0
_GAP = 10.0


def centres_figure(
    found: CentreComparison,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    overall_before: CentreEffect | None = None,
    overall_after: CentreEffect | None = None,
    theme: Theme = LIGHT,
    width: int = 640,
    design_word: DesignWord = "matching",
) -> go.Figure:
    """Draw the effect of each centre with its limits, the largest centre first, and that of all centres beneath.

    Parameters
    ----------
    found : CentreComparison
        Effects by centre, before and after.
    population : {"before", "after", "compare"}
        A comparison draws the effect before, a diamond, under that after, a square.
    treated_label, control_label : str
        As written in the study file.
    overall_before, overall_after : CentreEffect, optional
        The effect of all patients.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    design_word : {"matching", "weighting"}
        What made the population after.
    """
    content = centres_content(
        found,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        overall_before=overall_before,
        overall_after=overall_after,
        design_word=design_word,
    )
    entries = [LegendEntry(words=sentence) for sentence in content.sentences]
    for when in content.whens:
        colour = theme.before if when == "before" else theme.after
        entries.append(
            LegendEntry(
                words=population_name(when, design_word).capitalize(), colour=colour, kind=POPULATION_MARK[when]
            )
        )
    if content.has_few:
        entries.append(LegendEntry(words=phrase("Few patients or events"), colour=theme.muted, kind="hollow"))
    legend = screen_legend(entries, width)
    top = legend.height + 14
    most = _NAMES * width / SCREEN_SIZE
    names = [[short_middle(row.name, most), short_label(row.counts, most)] for row in content.rows]
    left = 16 + SCREEN_SIZE * max((label_width(line) * 1.1 for lines in names for line in lines), default=4.0)
    right = 14 + SCREEN_SIZE * max((label_width(mark.words) for row in content.rows for mark in row.marks), default=4.0)
    step = _LINE * 2 + _GAP
    height = step * max(1, len(content.rows))
    layout = screen_layout(theme, height=top + height + _AXIS_ROOM, left=left, right=right, top=top, bottom=_AXIS_ROOM)
    layout["xaxis"] = _effect_axis(content, theme, (width - left) / SCREEN_SIZE)
    layout["yaxis"] = screen_axis(
        theme,
        range=[height, 0.0],
        tickvals=[step * (row + 0.5) for row in range(len(names))],
        ticktext=[
            f'<b>{plotly_text(name)}</b><br><span style="color:{theme.muted}">{plotly_text(counts)}</span>'
            for name, counts in names
        ],
        ticks="",
        ticklabelstandoff=6,
        showline=False,
    )
    marks, notes = legend.draw(theme, left=left, above=top - EDGE)
    layout["shapes"] = [*_guides(content, step, theme), *marks]
    placed = [(y, mark) for y, mark in _placed(content, step)]
    layout["annotations"] = [*notes, *(_words(mark, y, theme) for y, mark in placed)]
    return screen_figure([_trace(content, placed, when, theme) for when in content.whens], layout)


def _placed(content: CentresContent, step: float) -> list[tuple[float, CentreMark]]:
    """Each mark with the middle of its line in pixels from the top."""
    places = []
    for number, row in enumerate(content.rows):
        for place, mark in enumerate(row.marks):
            places.append((step * (number + 0.5) + _LINE * (place - (len(row.marks) - 1) / 2), mark))
    return places


def _effect_axis(content: CentresContent, theme: Theme, room: float) -> Layout:
    low, high = content.range
    return screen_axis(
        theme,
        title=plotly_text(short_label(content.title, room)),
        type="log" if content.log else "linear",
        range=[log10(low), log10(high)] if content.log else [low, high],
        tickvals=list(content.ticks),
        ticktext=[content.tick_text(tick) for tick in content.ticks],
        tickangle=0,
    )


def _guides(content: CentresContent, step: float, theme: Theme) -> list[Layout]:
    """A line at no effect, and a rule above all centres."""
    line = {"type": "line", "layer": "below"}
    across = {"xref": "paper", "yref": "y", "x0": 0.0, "x1": 1.0, "line": {"color": theme.axis, "width": 1}}
    rules = [
        {**line, **across, "y0": step * number, "y1": step * number}
        for number, row in enumerate(content.rows)
        if row.overall and number
    ]
    none = {"x0": content.guide, "x1": content.guide, "y0": 0.0, "y1": 1.0, "xref": "x", "yref": "paper"}
    return [{**line, **none, "line": {"color": theme.guide, "width": 1.25, "dash": "dash"}}, *rules]


def _words(mark: CentreMark, y: float, theme: Theme) -> Layout:
    ink = {"size": SCREEN_SIZE, "color": theme.muted if mark.ghost else theme.text}
    return screen_note(theme, plotly_text(mark.words), x=1.0, xshift=8, y=y, yref="y", yanchor="middle", font=ink)


def _trace(content: CentresContent, placed: list[tuple[float, CentreMark]], when: str, theme: Theme) -> Trace:
    shown = [(y, mark, mark.estimate) for y, mark in placed if mark.when == when and mark.estimate is not None]
    colour, shape = theme.before if when == "before" else theme.after, POPULATION_SYMBOL[when]
    most = max((mark.n for _, mark, _ in shown), default=1)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": when,
        "x": [estimate for _, _, estimate in shown],
        "y": [y for y, _, _ in shown],
        "marker": {
            "symbol": [f"{shape}-open" if mark.few else shape for _, mark, _ in shown],
            "size": [6 + 7 * sqrt(mark.n / most) for _, mark, _ in shown],
            "color": colour,
            "opacity": 1.0,
            "line": {"width": 1.25, "color": colour},
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0.0 if mark.upper is None else mark.upper - estimate for _, mark, estimate in shown],
            "arrayminus": [0.0 if mark.lower is None else estimate - mark.lower for _, mark, estimate in shown],
            "color": colour,
            "thickness": 1.5,
            "width": 0,
        },
        "customdata": [[as_said(mark.words), f"{mark.n:,d}"] for _, mark, _ in shown],
        "hovertemplate": "%{customdata[0]}<br>"
        + as_said(phrase("{n} patients", n="%{customdata[1]}"))
        + "<extra></extra>",
        "hoverlabel": {"bordercolor": colour},
    }
