"""The interactive swimmer plot."""

import plotly.graph_objects as go

from analysis.cohort.time_units import time_decimals
from analysis.phrases import as_said, phrase
from analysis.study.responses_over_time import ResponsesOverTime
from charts.canvas import EDGE, RIGHT, Trace, hidden_axis, screen_axis, screen_figure, screen_layout, screen_note
from charts.hatching import bar_marker
from charts.legend import LegendEntry, screen_legend
from charts.lettering import plotly_text, short_middle
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, Arm, Theme, blended
from charts.swimmer.content import MARK_WORDS, SwimmerContent, arm_entries, swimmer_content
from charts.ticks import tick_names, time_ticks

_LEFT = 16
_BOTTOM = 46
_LANE = 9.0
_PALE = 0.32
SYMBOLS = {
    "response": "triangle-up",
    "progression": "x-thin-open",
    "death": "square",
    "followed": "triangle-right-open",
}


def swimmer_figure(
    found: ResponsesOverTime,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 640,
    pairs: bool = False,
) -> go.Figure:
    """Draw a lane for each patient: pale while followed, full while in response, with marks of what was seen when.

    Parameters
    ----------
    found : ResponsesOverTime
        Courses in one population.
    treated_label, control_label : str
        As written in the study file.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    pairs : bool
        Whether the members of each matched set lie beside each other, and nobody else is drawn.
    """
    content = swimmer_content(found, treated_label=treated_label, control_label=control_label, pairs=pairs)
    entries = [*arm_entries(content), LegendEntry(words=phrase("Full colour: in response; pale: followed"))]
    entries += [LegendEntry(words=f"{_GLYPH[kind]}  " + words) for kind, words in MARK_WORDS.items()]
    legend = screen_legend(entries, width)
    top = legend.height + 12
    height = _LANE * (content.depth + 1.0)
    layout = screen_layout(theme, height=top + height + _BOTTOM, left=_LEFT, right=RIGHT, top=top, bottom=_BOTTOM)
    months = time_ticks(content.end, content.time_unit, 9)
    layout["xaxis"] = screen_axis(
        theme,
        title=plotly_text(content.time_unit.capitalize()),
        grid=True,
        range=[0.0, content.end],
        tickvals=list(months),
        ticktext=tick_names(months),
    )
    layout["yaxis"] = hidden_axis(range=[content.depth + 1.0, 0.0])
    marks, notes = legend.draw(theme, left=_LEFT, above=top - EDGE)
    room = (width - _LEFT - RIGHT) / SCREEN_SIZE
    titles = [
        screen_note(
            theme,
            f"<b>{plotly_text(short_middle(title, room / 1.1))}</b>",
            x=0.0,
            xref="paper",
            y=place - 0.2,
            yref="y",
            yanchor="middle",
        )
        for (_, title), place in zip(content.titles, content.places, strict=False)
    ]
    layout["shapes"] = marks
    layout["annotations"] = [*notes, *titles]
    arms: tuple[Arm, Arm] = ("treated", "control")
    traces = [trace for arm in arms for trace in _lanes(content, arm, theme)]
    return screen_figure([*traces, *(_marks(content, kind, theme) for kind in SYMBOLS)], layout)


_GLYPH = {"response": "▲", "progression": "×", "death": "■", "followed": "▷"}


def _lanes(content: SwimmerContent, arm: Arm, theme: Theme) -> list[Trace]:
    lanes = [lane for lane in content.lanes if lane.arm == arm]
    colour = ARM_COLOUR[arm]
    responding = [lane for lane in lanes if lane.in_response is not None]
    unit, form = plotly_text(content.time_unit), f".{time_decimals(content.time_unit)}f"
    fields = {"response": "%{customdata}", "time": f"%{{x:{form}}}", "unit": unit}
    common = {"type": "bar", "orientation": "h", "width": 0.78, "hoverlabel": {"bordercolor": colour}}
    return [
        {
            **common,
            "name": f"{arm} followed",
            "x": [lane.end for lane in lanes],
            "y": [lane.place for lane in lanes],
            "marker": bar_marker(arm, blended(colour, _PALE, theme.background), theme),
            "customdata": [lane.category or "" for lane in lanes],
            "hovertemplate": f"{as_said(phrase('{response}, followed {time} {unit}', **fields))}<extra></extra>",
        },
        {
            **common,
            "name": f"{arm} in response",
            "base": [lane.in_response[0] for lane in responding if lane.in_response is not None],
            "x": [lane.in_response[1] - lane.in_response[0] for lane in responding if lane.in_response is not None],
            "y": [lane.place for lane in responding],
            "marker": bar_marker(arm, colour, theme),
            "customdata": [lane.category or "" for lane in responding],
            "hovertemplate": f"{as_said(phrase('{response}, in response for {time} {unit}', **fields))}<extra></extra>",
        },
    ]


def _marks(content: SwimmerContent, kind: str, theme: Theme) -> Trace:
    places, form = content.marks(kind), f".{time_decimals(content.time_unit)}f"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": kind,
        "cliponaxis": False,
        "x": [time for time, _ in places],
        "y": [place for _, place in places],
        "marker": {
            "symbol": SYMBOLS[kind],
            "size": 6,
            "color": theme.text,
            "opacity": 1.0,
            "line": {"width": 1.25, "color": theme.text},
        },
        "hovertemplate": f"{as_said(MARK_WORDS[kind])}, %{{x:{form}}} {plotly_text(content.time_unit)}<extra></extra>",
    }
