"""The interactive calibration figure."""

import plotly.graph_objects as go

from analysis.design.calibration import Calibration
from analysis.phrases import as_said, phrase
from charts.calibration.content import CalibrationContent, calibration_content
from charts.canvas import EDGE, RIGHT, Layout, Trace, screen_axis, screen_figure, screen_layout
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text
from charts.style import LIGHT, LINE_WIDTH, Theme

_LEFT = 58
_AXIS_ROOM = 46
_TALLEST = 420


def calibration_figure(found: Calibration, *, treated_label: str, theme: Theme = LIGHT, width: int = 480) -> go.Figure:
    """Draw the share of each group that was treated, with its limits, against the group's mean score.

    A calibrated score has its groups on the diagonal.

    Parameters
    ----------
    found : Calibration
        Groups of similar scores.
    treated_label : str
        As written in the study file.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    """
    content = calibration_content(found, treated_label)
    legend = screen_legend(
        [
            LegendEntry(words=content.sentence),
            LegendEntry(
                words=phrase("Share treated with {level}", level=content.level_name), colour=theme.after, kind="circle"
            ),
            LegendEntry(
                words=phrase("Perfect calibration"), colour=theme.guide, kind="line", arm="control", ghost=True
            ),
        ],
        width,
    )
    top = legend.height + 14
    side = min(_TALLEST, width - _LEFT - RIGHT)
    layout = screen_layout(theme, height=top + side + _AXIS_ROOM, left=_LEFT, right=RIGHT, top=top, bottom=_AXIS_ROOM)
    layout["xaxis"] = _axis(content, theme, content.predicted_title)
    layout["yaxis"] = _axis(content, theme, content.observed_title)
    layout["shapes"], layout["annotations"] = legend.draw(theme, left=_LEFT, above=top - EDGE)
    return screen_figure([_diagonal(content, theme), _groups(content, theme)], layout)


def _axis(content: CalibrationContent, theme: Theme, title: str) -> Layout:
    ends = [-0.02 * content.end, 1.02 * content.end]
    return screen_axis(
        theme, title=plotly_text(title), grid=True, range=ends, tickvals=content.ticks, tickformat=".0f", tickangle=0
    )


def _diagonal(content: CalibrationContent, theme: Theme) -> Trace:
    line = {"color": theme.guide, "width": 1.25, "dash": "dash"}
    ends = [0.0, content.end]
    return {"type": "scatter", "mode": "lines", "x": ends, "y": ends, "line": line, "hoverinfo": "skip"}


def _groups(content: CalibrationContent, theme: Theme) -> Trace:
    groups = content.groups
    score = phrase("Mean score {percent}%", percent="%{x:.1f}")
    told = phrase(
        "{treated} of {n} treated, {percent}% ({lower}–{upper})",
        treated="%{customdata[0]:,d}",
        n="%{customdata[1]:,d}",
        percent="%{y:.1f}",
        lower="%{customdata[2]:.1f}",
        upper="%{customdata[3]:.1f}",
    )
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Groups",
        "x": [group.predicted for group in groups],
        "y": [group.observed for group in groups],
        "line": {"color": theme.after, "width": 1},
        "marker": {"size": 9, "color": theme.after},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [group.upper - group.observed for group in groups],
            "arrayminus": [group.observed - group.lower for group in groups],
            "color": theme.after,
            "thickness": LINE_WIDTH - 0.75,
            "width": 4,
        },
        "customdata": [[group.treated, group.n, group.lower, group.upper] for group in groups],
        "hovertemplate": f"{as_said(score)}<br>{as_said(told)}<extra></extra>",
        "cliponaxis": False,
    }
