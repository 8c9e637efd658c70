"""The interactive figure of matched sets."""

from collections.abc import Sequence

import plotly.graph_objects as go
from numpy.typing import ArrayLike

from analysis.design.matched_sets import MatchedSets
from analysis.phrases import as_said, phrase
from charts.canvas import EDGE, RIGHT, Trace, screen_axis, screen_figure, screen_layout
from charts.legend import LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.overlap.content import Scale
from charts.pairs.content import DrawnSet, PairsContent, pairs_content, score_name, set_lines
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, Arm, Theme, faded

_AXIS_ROOM = 46
_NAMES = 0.24
_FAINT = 0.45


def pairs_figure(
    sets: MatchedSets,
    score: ArrayLike,
    *,
    treated: ArrayLike,
    treated_label: str,
    control_label: str,
    scale: Scale = "probability",
    chosen: int | None = None,
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 240,
) -> go.Figure:
    """Draw each set as lines from its treated patients, above, to its controls, below, at their scores.

    At most 400 sets are drawn, the least alike, and the figure says so; the ten least alike are marked. A point's
    ``customdata`` begins with the number of its set, from 0, and its patient's place in the design; on screen sets are
    numbered from 1.

    Parameters
    ----------
    sets : MatchedSets
        Who stands with whom.
    score : (n,) float
        Propensity score or its logit.
    treated : (n,) bool
        True for the treated arm.
    treated_label, control_label : str
        As written in the study file.
    scale : {"probability", "logit"}
        What ``score`` is.
    chosen : int, optional
        The number of a set that stands out, if it is drawn.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels between the ends of the lines.
    """
    content = pairs_content(sets, score, treated=treated, treated_label=treated_label, control_label=control_label)
    entries = [LegendEntry(words=content.sentence)]
    if content.n_marked:
        entries.append(LegendEntry(words=content.marked_entry, colour=theme.text, kind="line"))
    legend = screen_legend(entries, width)
    arms: tuple[Arm, Arm] = ("treated", "control")
    names = [wrap_label(content.labels[arm], max(6.0, _NAMES * width / SCREEN_SIZE), lines=3) for arm in arms]
    left = 16 + SCREEN_SIZE * max(label_width(line) for lines in names for line in lines)
    top = legend.height + 14
    layout = screen_layout(
        theme, height=top + plot_height + _AXIS_ROOM, left=left, right=RIGHT, top=top, bottom=_AXIS_ROOM
    )
    layout["xaxis"] = screen_axis(theme, title=score_name(scale), range=list(content.range), nticks=7, tickangle=0)
    layout["yaxis"] = screen_axis(
        theme,
        range=[-0.12, 1.12],
        tickvals=[1.0, 0.0],
        ticktext=["<br>".join(plotly_text(line) for line in lines) for lines in names],
        ticks="",
        ticklabelstandoff=6,
        showline=False,
    )
    layout["shapes"], layout["annotations"] = legend.draw(theme, left=left, above=top - EDGE)
    picked = [one for one in content.sets if one.number == chosen]
    marked = content.sets[: content.n_marked]
    traces = [
        _lines(content, content.sets[content.n_marked :], theme.before, _FAINT, 1.0),
        _lines(content, marked, theme.text, 1.0, 1.25),
        *([_lines(content, picked, theme.after, 1.0, 3.0)] if picked else []),
        *(_members(content, arm) for arm in arms),
    ]
    return screen_figure(traces, layout)


def _lines(content: PairsContent, drawn: Sequence[DrawnSet], colour: str, opacity: float, width: float) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for one in drawn:
        places, levels = set_lines(content, one)
        x += places
        y += levels
    line = {"color": faded(colour, opacity), "width": width}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _members(content: PairsContent, arm: Arm) -> Trace:
    members = [(one, row) for one in content.sets for row in (one.treated if arm == "treated" else one.control)]
    name = plotly_text(short_label(content.labels[arm], 24))
    field = "%{customdata[3]}"
    number = phrase("pair {number}", number=field) if content.word == "pair" else phrase("set {number}", number=field)
    places = phrase("score {score}, largest distance {distance}", score="%{x:.3f}", distance="%{customdata[2]:.3g}")
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [float(content.score[row]) for _, row in members],
        "y": [1.0 if arm == "treated" else 0.0] * len(members),
        "customdata": [[one.number, row, one.distance, one.number + 1] for one, row in members],
        "marker": {
            "size": 8,
            "symbol": "circle" if arm == "treated" else "diamond",
            "color": faded(ARM_COLOUR[arm], 0.8),
            "line": {"width": 0},
        },
        "hovertemplate": f"<b>{name}</b>, {as_said(number)}<br>{as_said(places)}<extra></extra>",
        "hoverlabel": {"bordercolor": ARM_COLOUR[arm]},
        "cliponaxis": False,
    }
