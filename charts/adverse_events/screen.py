"""The interactive butterfly plot of adverse events."""

import plotly.graph_objects as go

from analysis.outcomes.safety import SafetyComparison
from analysis.phrases import as_said, phrase
from charts.adverse_events.content import ANY_WORDS, SEVERE_WORDS, EventsContent, events_content
from charts.canvas import EDGE, RIGHT, Trace, screen_axis, screen_figure, screen_layout, screen_note
from charts.legend import LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_middle
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, Arm, Theme, blended
from charts.ticks import round_ticks

_BOTTOM = 46
_ROW = 30.0
_HEAD = 22
_PALE = 0.38
_NAMES = 0.28


def adverse_events_figure(
    found: SafetyComparison,
    *,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 640,
) -> go.Figure:
    """Draw a row for each term, the treated arm's share to the left, the control arm's to the right.

    Parameters
    ----------
    found : SafetyComparison
        Adverse events in one population.
    treated_label, control_label : str
        As written in the study file.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    """
    content = events_content(found, treated_label=treated_label, control_label=control_label)
    entries = [
        LegendEntry(
            words=phrase("{any_grade}: pale. {severe}: full colour.", any_grade=ANY_WORDS, severe=SEVERE_WORDS)
        ),
        LegendEntry(words=phrase("Percent of the arm's patients, each in the worst grade.")),
    ]
    legend = screen_legend(entries, width)
    top = legend.height + 12 + _HEAD
    most = _NAMES * width / SCREEN_SIZE
    names = [short_middle(row.term, most) for row in content.rows]
    left = 16 + SCREEN_SIZE * max((label_width(name) * 1.06 for name in names), default=4.0)
    height = _ROW * max(1, len(content.rows))
    layout = screen_layout(theme, height=top + height + _BOTTOM, left=left, right=RIGHT, top=top, bottom=_BOTTOM)
    ticks = round_ticks(0.0, content.end, 5)
    places = [*(-tick for tick in reversed(ticks) if tick), *ticks]
    layout["xaxis"] = screen_axis(
        theme,
        title=phrase("Patients with the event, %"),
        grid=True,
        range=[-content.end, content.end],
        tickvals=places,
        ticktext=[f"{abs(place):g}" for place in places],
    )
    layout["yaxis"] = screen_axis(
        theme,
        range=[len(names) - 0.5, -0.5],
        tickvals=list(range(len(names))),
        ticktext=[
            f"<b>{plotly_text(name)}</b>" if row.overall else plotly_text(name)
            for name, row in zip(names, content.rows, strict=True)
        ],
        ticks="",
        ticklabelstandoff=6,
        showline=False,
    )
    marks, notes = legend.draw(theme, left=left, above=top - EDGE)
    middle = {"type": "line", "xref": "x", "yref": "paper", "x0": 0.0, "x1": 0.0, "y0": 0.0, "y1": 1.0}
    layout["shapes"] = [{**middle, "line": {"color": theme.axis, "width": 1}}, *marks]
    room = (width - left - RIGHT) / 2 / SCREEN_SIZE / 1.1 - 1.0
    sides: tuple[tuple[Arm, float, str], ...] = (("treated", 0.25, "center"), ("control", 0.75, "center"))
    heads = [
        screen_note(
            theme,
            f"<b>{plotly_text(short_middle(content.titles[arm], room))}</b>",
            x=place,
            xanchor=anchor,
            y=1.0,
            yanchor="bottom",
            yshift=4,
        )
        for arm, place, anchor in sides
    ]
    layout["annotations"] = [*notes, *heads]
    arms: tuple[Arm, Arm] = ("treated", "control")
    return screen_figure([trace for arm in arms for trace in _wings(content, arm, theme)], layout)


def _wings(content: EventsContent, arm: Arm, theme: Theme) -> list[Trace]:
    sign = -1.0 if arm == "treated" else 1.0
    colour = ARM_COLOUR[arm]
    wings = [row.treated if arm == "treated" else row.control for row in content.rows]
    said = [
        [row.term, as_said(wing.words), as_said(row.difference)] for row, wing in zip(content.rows, wings, strict=True)
    ]
    common = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(wings))),
        "customdata": said,
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<br>"
        + as_said(phrase("difference {points}", points="%{customdata[2]}"))
        + "<extra></extra>",
        "hoverlabel": {"bordercolor": colour},
    }
    return [
        {
            **common,
            "name": f"{arm} any grade",
            "width": 0.72,
            "x": [sign * wing.any_grade for wing in wings],
            "marker": {"color": blended(colour, _PALE, theme.background), "line": {"width": 1, "color": colour}},
        },
        {
            **common,
            "name": f"{arm} severe",
            "width": 0.42,
            "x": [sign * wing.severe for wing in wings],
            "marker": {"color": colour, "line": {"width": 0}},
        },
    ]
