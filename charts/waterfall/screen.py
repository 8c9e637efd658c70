"""The interactive waterfall plot."""

import plotly.graph_objects as go

from analysis.phrases import as_said, phrase
from analysis.study.depth import DepthOfResponse
from charts.canvas import (
    EDGE,
    Layout,
    Trace,
    hidden_axis,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
)
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, Arm, Theme
from charts.ticks import round_ticks, tick_names
from charts.waterfall.content import THRESHOLDS, WaterfallContent, percent, waterfall_content

_LEFT = 58
_RIGHT = 46
_BOTTOM = 20


def waterfall_figure(
    found: DepthOfResponse,
    *,
    treated_label: str,
    control_label: str,
    pairs: bool = False,
    theme: Theme = LIGHT,
    width: int = 640,
    plot_height: int = 300,
) -> go.Figure:
    """Draw a bar for each patient, with lines at −30 and +20 percent.

    Parameters
    ----------
    found : DepthOfResponse
        Best changes in one population.
    treated_label, control_label : str
        As written in the study file.
    pairs : bool
        Whether the members of a matched set stand beside each other.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be; pixels of the axis.
    """
    content = waterfall_content(found, treated_label=treated_label, control_label=control_label, pairs=pairs)
    arms: tuple[Arm, Arm] = ("treated", "control")
    entries = [
        LegendEntry(words=sentence, colour=ARM_COLOUR[arm], kind="box", ghost=arm == "control")
        for arm, sentence in zip(arms, content.sentences, strict=True)
    ]
    legend = screen_legend(entries, width)
    top = legend.height + 14
    layout = screen_layout(theme, height=top + plot_height + _BOTTOM, left=_LEFT, right=_RIGHT, top=top, bottom=_BOTTOM)
    ticks = round_ticks(*content.range, 8)
    layout["yaxis"] = screen_axis(
        theme,
        title=phrase("Best change from baseline, %"),
        grid=True,
        range=list(content.range),
        tickvals=list(ticks),
        ticktext=tick_names(ticks),
    )
    layout["xaxis"] = hidden_axis(range=[-0.8, content.end + 0.3])
    layout["bargap"] = 0.0
    marks, notes = legend.draw(theme, left=_LEFT, above=top - EDGE)
    layout["shapes"] = [*_thresholds(theme), *marks]
    names = [
        screen_note(
            theme,
            plotly_text(percent(level).replace(".0", "")),
            x=1.0,
            y=level,
            yref="y",
            xshift=4,
            yanchor="middle",
            font={"size": SCREEN_SIZE, "color": theme.muted},
        )
        for level in THRESHOLDS
    ]
    layout["annotations"] = [*notes, *names]
    return screen_figure([_bars(content, arm) for arm in arms], layout)


def _thresholds(theme: Theme) -> list[Layout]:
    across = {"type": "line", "xref": "paper", "yref": "y", "x0": 0.0, "x1": 1.0}
    dashed = {"color": theme.guide, "width": 1.25, "dash": "dash"}
    lines = [{**across, "y0": level, "y1": level, "line": dashed} for level in THRESHOLDS]
    return [*lines, {**across, "y0": 0.0, "y1": 0.0, "line": {"color": theme.axis, "width": 1}}]


def _bars(content: WaterfallContent, arm: Arm) -> Trace:
    """The control arm's bars are striped, so that the arms differ by more than their colour."""
    bars = [bar for bar in content.bars if bar.arm == arm]
    colour = ARM_COLOUR[arm]
    cut = as_said(phrase(" (drawn to 100%)"))
    marker: dict[str, object] = {"color": colour, "line": {"width": 0.5, "color": colour}}
    if arm == "control":
        marker["pattern"] = {"shape": "/", "size": 5, "solidity": 0.35, "fgcolor": colour, "fillmode": "overlay"}
        marker["color"] = "rgba(213,94,0,0.35)"
    return {
        "type": "bar",
        "name": plotly_text(content.labels[arm]),
        "x": [bar.place for bar in bars],
        "y": [bar.drawn for bar in bars],
        "width": [0.84 * bar.width for bar in bars],
        "marker": marker,
        "customdata": [
            [percent(bar.change), f", {bar.category}" if bar.category else "", cut if bar.cut else ""] for bar in bars
        ],
        "hovertemplate": f"{plotly_text(content.labels[arm])}<br>%{{customdata[0]}}%{{customdata[1]}}"
        "%{customdata[2]}<extra></extra>",
        "hoverlabel": {"bordercolor": colour},
    }
