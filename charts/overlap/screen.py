"""The interactive overlap figure."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from analysis.phrases import as_said, phrase
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    MARK_ROOM,
    RIGHT,
    Layout,
    Trace,
    box_mark,
    line_room,
    screen_axis,
    screen_figure,
    screen_layout,
    stacked_notes,
)
from charts.lettering import plotly_text, short_label, wrap_label
from charts.overlap.content import (
    OverlapContent,
    Scale,
    ScoreHistogram,
    overlap_content,
    score_ticks,
    score_title,
    share_ticks,
)
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, DesignWord, Population, Theme, faded, population_name

_LEFT = 58
_AXIS_ROOM = 46
_FIELDS = {
    "low": "%{customdata[0]:.2f}",
    "high": "%{customdata[1]:.2f}",
    "n": "%{customdata[2]:,d}",
    "percent": "%{customdata[3]:.1f}",
}


def overlap_figure(
    score: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    scale: Scale = "probability",
    design_word: DesignWord = "matching",
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 260,
) -> go.Figure:
    """Draw the scores of both arms as mirrored histograms, each bar a share of its arm.

    Parameters
    ----------
    score : (n,) float
        Propensity score or its logit.
    treated : (n,) bool
        True for the treated arm.
    weights : (n,) float, optional
        After matching or weighting, 0 for whoever was left out; needed to show that population.
    population : {"before", "after", "compare"}
        A comparison draws the patients after over those before, which stand back as outlines.
    treated_label, control_label : str
        As written in the study file.
    scale : {"probability", "logit"}
        What ``score`` is.
    design_word : {"matching", "weighting"}
        What made the population after, as the legend calls it.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels between the ends of the bars.

    Raises
    ------
    ValueError
        When the view needs weights that were not given.
    """
    content = overlap_content(
        score,
        treated,
        weights,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        scale=scale,
        design_word=design_word,
    )
    entries = [wrap_label(content.entry(one), line_room(width, MARK_ROOM)) for one in content.listed]
    top = LINE_HEIGHT * sum(len(lines) for lines in entries) + 14
    traces = [_trace(histogram, content, theme) for histogram in content.histograms]
    layout = screen_layout(
        theme, height=top + plot_height + _AXIS_ROOM, left=_LEFT, right=RIGHT, top=top, bottom=_AXIS_ROOM
    )
    places, scores = score_ticks(content.edges)
    # The arm has what the name of the score leaves of the line beneath the axis.
    title_room = max(6.0, (width - _LEFT - RIGHT) / SCREEN_SIZE - (13 if scale == "probability" else 20))
    layout["bargap"] = 0
    layout["xaxis"] = screen_axis(
        theme,
        title=plotly_text(score_title(content, scale, title_room)),
        range=[float(content.edges[0]), float(content.edges[-1])],
        tickvals=places,
        ticktext=scores,
    )
    ticks, names = share_ticks(content.highest)
    layout["yaxis"] = screen_axis(
        theme,
        title=phrase("Share of the arm (%)"),
        grid=True,
        range=[-1.06 * content.highest, 1.06 * content.highest],
        tickvals=ticks,
        ticktext=names,
        zeroline=True,
        zerolinecolor=theme.axis,
        zerolinewidth=1,
    )
    marks, notes = _legend(content, entries, theme, top - EDGE)
    layout["shapes"], layout["annotations"] = marks, notes
    return screen_figure(traces, layout)


def _trace(histogram: ScoreHistogram, content: OverlapContent, theme: Theme) -> Trace:
    edges = content.edges
    sign = 1 if histogram.arm == "treated" else -1
    colour = ARM_COLOUR[histogram.arm]
    when = as_said(population_name(histogram.population, content.design_word))
    share = as_said(phrase("{low} to {high}: {n} patients, {percent}%", **_FIELDS))
    trace: Trace = {
        "name": plotly_text(content.entry(histogram)),
        "customdata": np.column_stack([edges[:-1], edges[1:], histogram.count, 100 * histogram.share]),
        "hovertemplate": (
            f"<b>{plotly_text(short_label(content.labels[histogram.arm], 24))}, {when}</b><br>{share}<extra></extra>"
        ),
        "hoverlabel": {"bordercolor": colour},
    }
    if content.is_ghost(histogram):
        corners, levels = np.repeat(edges, 2), np.concatenate([[0.0], np.repeat(histogram.share, 2), [0.0]])
        outline = {"type": "scatter", "mode": "lines", "x": corners, "y": sign * 100 * levels, "hoverinfo": "skip"}
        outline["line"] = {"color": faded(colour, theme.ghost_opacity), "width": 1.25}
        outline["fill"], outline["fillcolor"] = "tozeroy", faded(colour, 0.4 * theme.ghost_opacity)
        return {"name": trace["name"], **outline}
    bars = {"type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": sign * 100 * histogram.share}
    bars["width"] = np.diff(edges) * (0.72 if content.compared else 0.94)
    bars["marker"] = {"color": faded(colour, 0.85), "line": {"width": 0}}
    return {**trace, **bars}


def _legend(
    content: OverlapContent, entries: list[list[str]], theme: Theme, above: float
) -> tuple[list[Layout], list[Layout]]:
    marks, notes = [], []
    for histogram, lines in zip(content.listed, entries, strict=True):
        ghost = content.is_ghost(histogram)
        colour = ARM_COLOUR[histogram.arm]
        fill = faded(colour, 0.4 * theme.ghost_opacity if ghost else 0.85)
        line = faded(colour, theme.ghost_opacity if ghost else 0.85)
        marks.append(box_mark(left=_LEFT, above=above, fill=fill, line=line))
        notes.extend(stacked_notes(lines, theme, x=EDGE + 20 - _LEFT, above=above))
        above -= LINE_HEIGHT * len(lines)
    return marks, notes
