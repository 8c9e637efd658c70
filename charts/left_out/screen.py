"""The interactive figure of how far the patients compared have moved from their arm."""

import plotly.graph_objects as go

from analysis.design.left_out import LeftOut
from analysis.phrases import as_said, phrase
from charts.canvas import EDGE, RIGHT, Layout, Trace, screen_axis, screen_figure, screen_layout
from charts.left_out.content import MovedContent, moved_content
from charts.legend import LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.style import ARM_COLOUR, BALANCE_LINES, LIGHT, SCREEN_SIZE, Arm, Theme
from charts.ticks import tick_names

_NAMES = 0.4
_AXIS_ROOM = 46
_ARMS: tuple[Arm, Arm] = ("treated", "control")


def left_out_figure(
    found: LeftOut,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 560,
    most_terms: int | None = None,
) -> go.Figure:
    """Draw, for each arm and term, the difference of the patients compared to the arm as it was.

    Parameters
    ----------
    found : LeftOut
        Both arms.
    treated_label, control_label : str
        As written in the study file.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    most_terms : int, optional
        Draw only so many terms, those that moved most, and say how many are not.
    """
    content = moved_content(found, treated_label=treated_label, control_label=control_label, most_terms=most_terms)
    entries = [LegendEntry(words=content.entries[arm], colour=ARM_COLOUR[arm], kind="circle", arm=arm) for arm in _ARMS]
    if content.sentence:
        entries.append(LegendEntry(words=content.sentence))
    legend = screen_legend(entries, width)
    names = [wrap_label(term.name, _NAMES * width / SCREEN_SIZE, lines=2) for term in content.terms]
    left = 16 + SCREEN_SIZE * max((label_width(line) for lines in names for line in lines), default=4.0)
    centres, height = _rows(names)
    top = legend.height + 14
    layout = screen_layout(theme, height=top + height + _AXIS_ROOM, left=left, right=RIGHT, top=top, bottom=_AXIS_ROOM)
    long = phrase("Compared − original, in SD of the arm as it was")
    fits = SCREEN_SIZE * label_width(long) < width - left
    layout["xaxis"] = screen_axis(
        theme,
        title=long if fits else phrase("Compared − original (SD)"),
        range=[-content.end, content.end],
        tickvals=content.ticks,
        ticktext=tick_names(content.ticks),
        tickangle=0,
    )
    layout["yaxis"] = screen_axis(
        theme,
        range=[height, 0.0],
        tickvals=centres,
        ticktext=["<br>".join(plotly_text(line) for line in lines) for lines in names],
        ticks="",
        ticklabelstandoff=6,
        showgrid=True,
    )
    marks, notes = legend.draw(theme, left=left, above=top - EDGE)
    layout["shapes"], layout["annotations"] = [*_lines(theme), *marks], notes
    labels = {"treated": treated_label, "control": control_label}
    return screen_figure([_dots(content, arm, labels[arm], centres) for arm in _ARMS], layout)


def _rows(names: list[list[str]]) -> tuple[list[float], float]:
    """The middle of each row in pixels from the top, and the height of all."""
    centres, y = [], 6.0
    for lines in names:
        step = 15.6 * len(lines) + 7
        centres.append(y + step / 2)
        y += step
    return centres, y + 4.0


def _lines(theme: Theme) -> list[Layout]:
    """No difference, and a tenth on either side."""
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "layer": "below",
            "x0": place,
            "x1": place,
            "y0": 0.0,
            "y1": 1.0,
            "line": {"color": theme.guide, "width": 1.25, "dash": "solid" if place == 0 else "dash"},
        }
        for place in (0.0, -BALANCE_LINES[0], BALANCE_LINES[0])
    ]


def _dots(content: MovedContent, arm: Arm, label: str, centres: list[float]) -> Trace:
    shown = [
        (value, centre, term.name)
        for term, centre in zip(content.terms, centres, strict=True)
        if (value := term.shown(arm)) is not None
    ]
    name = plotly_text(short_label(label, 24))
    moved = as_said(phrase("{smd} SD from the arm as it was", smd="%{x:+.2f}"))
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [value for value, _, _ in shown],
        "y": [centre for _, centre, _ in shown],
        "marker": {"size": 9, "symbol": "circle" if arm == "treated" else "diamond", "color": ARM_COLOUR[arm]},
        "customdata": [plotly_text(short_label(term, 40)) for _, _, term in shown],
        "hovertemplate": f"<b>%{{customdata}}</b><br>{name}: {moved}<extra></extra>",
        "hoverlabel": {"bordercolor": ARM_COLOUR[arm]},
        "cliponaxis": False,
    }
