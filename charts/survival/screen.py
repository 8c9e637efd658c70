"""The interactive Kaplan–Meier figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from analysis.cohort.time_units import time_decimals
from analysis.outcomes.survival_comparison import SurvivalComparison
from analysis.phrases import as_said, phrase
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    MARK_ROOM,
    RIGHT,
    Layout,
    Trace,
    hidden_axis,
    line_mark,
    line_room,
    notes_beneath,
    placing_numbers,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
    stacked_notes,
)
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.style import (
    ARM_COLOUR,
    GHOST_WIDTH,
    LIGHT,
    LINE_WIDTH,
    PLOTLY_DASH,
    SCREEN_SIZE,
    Arm,
    DesignWord,
    Population,
    Theme,
    faded,
    unit_name,
)
from charts.survival.content import TIME, DrawnCurve, Hazards, SurvivalContent, survival_content
from charts.survival.steps import Steps, View
from charts.survival.table import TableLine, TableRow, table_lines

_SMALLEST_LEFT = 62
_SMALLEST_LEFT_UNTITLED = 46
_AXIS_ROOM = 48
_AXIS_ROOM_COMPACT = 43


def survival_figure(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    table_rows: Sequence[TableRow] = ("at risk",),
    theme: Theme = LIGHT,
    width: int = 560,
    plot_height: int = 300,
    compact: bool = False,
    shown_set: str = "",
    design_word: DesignWord = "matching",
    view: View = "survival",
    hazards: Hazards | None = None,
    colours: Mapping[Arm, str] = ARM_COLOUR,
    time_title: str = TIME,
) -> go.Figure:
    """Draw survival in both arms with what a reader needs to judge it.

    Steps, censoring marks, confidence bands, medians, the hazard ratio with its reference arm, every test by name,
    and beneath each tick of the time axis the patients still at risk. Where few remain the line is lighter. A
    comparison draws the curves after over those before, which stand back in the same colours.

    Parameters
    ----------
    before, after : SurvivalComparison or None
        Only what the population view needs has to be given.
    population : {"before", "after", "compare"}
        Which of them to draw.
    treated_label, control_label, outcome, time_unit : str
        As written in the study file; anything in them is shown letter by letter.
    table_rows : sequence of {"at risk", "censored", "events"}
        What the table beneath the axis counts.
    theme : Theme
        Colours of the page.
    width : int
        About how many pixels wide the figure will be shown; legend and ticks are set for it.
    plot_height : int
        Pixels between the highest and the lowest point of the curves.
    compact : bool
        For an overview that says the hazard ratio and the test elsewhere: no sentences and notes, no title beside the
        axis of survival, and of a population behind another only the lines.
    shown_set : str
        Which imputed set the matched patients are of, such as "imputed set 1 of 20"; empty where nothing was imputed.
    design_word : {"matching", "weighting"}
        What made the population after, as the legend calls it.
    view : {"survival", "events", "hazard"}
        Patients without the event, patients with it, or the cumulative hazard.
    hazards : mapping of {"before", "after"} to CumulativeHazards, optional
        Of the populations shown, for that view.
    colours : mapping of {"treated", "control"} to str
        Where the curves are not those of arms.
    time_title : str
        What the time axis counts from, before its unit.

    Raises
    ------
    ValueError
        When the view needs a comparison that was not given.
    """
    content = survival_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=most_time_ticks(width, compact=compact),
        compact=compact,
        shown_set=shown_set,
        design_word=design_word,
        view=view,
        hazards=hazards,
        colours=colours,
        time_title=time_title,
    )
    return curves_figure(
        content,
        outcome=outcome,
        time_unit=time_unit,
        table_rows=table_rows,
        compared=population == "compare" and not compact,
        theme=theme,
        width=width,
        plot_height=plot_height,
        compact=compact,
    )


def most_time_ticks(width: int, *, compact: bool = False) -> int:
    """Ticks of a time axis that have room in a figure of this width in pixels."""
    return max(4, min(9, (width - 90) // (42 if compact else 48)))


def curves_figure(
    content: SurvivalContent,
    *,
    outcome: str,
    time_unit: str,
    table_rows: Sequence[TableRow],
    compared: bool,
    theme: Theme,
    width: int,
    plot_height: int,
    compact: bool = False,
) -> go.Figure:
    """Draw curves of any kind; arguments as in :func:`survival_figure`, ``compared`` where two populations are told of."""
    table = table_lines(content, table_rows, compared=compared, fits=_fits)
    count_room = 8 + SCREEN_SIZE * max((label_width(line.counts[0]) for line in table if line.counts), default=0) / 2
    names_room = SCREEN_SIZE * max((label_width(line.name) for line in table), default=0)
    place = _Place(
        left=max(_SMALLEST_LEFT_UNTITLED if compact else _SMALLEST_LEFT, EDGE + names_room + count_room),
        count_room=count_room,
        width=width,
        plot_height=plot_height,
        compact=compact,
        legend=tuple(tuple(wrap_label(curve.legend, line_room(width, MARK_ROOM))) for curve in content.listed),
        sentences=tuple(line for sentence in content.sentences for line in wrap_label(sentence, line_room(width))),
        table=tuple(table),
        note=tuple(wrap_label(content.note, line_room(width))) if content.note else (),
    )
    traces = [_median_guides(content, theme)]
    for curve in content.curves:
        traces.extend(_curve_traces(curve, theme, time_unit, content.axis.decimals))
    traces.append(_table_trace(content, place, theme))
    return screen_figure(traces, _layout(content, place, theme, outcome, time_unit))


def _fits(names: Sequence[str]) -> bool:
    return max(label_width(name) for name in names) <= 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What stands around the curves, and how much room it takes in pixels."""

    left: float
    count_room: float
    width: int
    plot_height: int
    compact: bool
    legend: tuple[tuple[str, ...], ...]
    sentences: tuple[str, ...]
    table: tuple[TableLine, ...]
    note: tuple[str, ...]

    @property
    def top(self) -> float:
        return LINE_HEIGHT * (sum(len(lines) for lines in self.legend) + len(self.sentences)) + 14

    @property
    def table_height(self) -> float:
        return LINE_HEIGHT * len(self.table)

    @property
    def bottom(self) -> float:
        return LINE_HEIGHT * len(self.note) + (2 if self.compact else 12)

    @property
    def axis_room(self) -> float:
        return _AXIS_ROOM_COMPACT if self.compact else _AXIS_ROOM

    @property
    def drawn(self) -> float:
        return self.plot_height + self.axis_room + self.table_height


def _curve_traces(curve: DrawnCurve, theme: Theme, time_unit: str, decimals: int) -> list[Trace]:
    colour = curve.colour
    opacity = theme.ghost_opacity if curve.ghost else 1.0
    line = {
        "color": faded(colour, opacity),
        "width": GHOST_WIDTH if curve.ghost else LINE_WIDTH,
        "dash": PLOTLY_DASH[curve.arm],
        "shape": "hv",
    }
    shared: Trace = {"type": "scatter", "mode": "lines", "name": plotly_text(curve.legend)}
    hover = _hover(curve, time_unit, decimals)
    traces = _band_traces(curve, theme, shared)
    traces.append({**shared, **_placed(curve.steps.line), "line": line, **hover})
    if not curve.ghost:
        traces[-1] |= _pointed_at(curve.steps.line_limits, curve.steps.line_at_risk, curve.level_name, decimals)
    if curve.steps.tail is not None:
        tail_line = {**line, "color": faded(colour, opacity * theme.tail_opacity)}
        traces.append({**shared, **_placed(curve.steps.tail), "line": tail_line, **hover})
        traces[-1] |= _pointed_at(curve.steps.tail_limits, curve.steps.tail_at_risk, curve.level_name, decimals)
    if curve.steps.censor_time.size:
        traces.append(_censor_trace(curve, shared, time_unit))
    return traces


def _placed(steps: Steps) -> Trace:
    return {"x": placing_numbers(steps.time), "y": placing_numbers(steps.level)}


def _band_traces(curve: DrawnCurve, theme: Theme, shared: Trace) -> list[Trace]:
    if curve.steps.lower is None or curve.steps.upper is None:
        return []
    edge = {"width": 0, "shape": "hv", "color": "rgba(0,0,0,0)"}
    fill = {"fill": "tonexty", "fillcolor": faded(curve.colour, theme.band_opacity)}

    def side(steps: Steps) -> Trace:
        return {**shared, **_placed(steps), "line": edge, "hoverinfo": "skip"}

    return [side(curve.steps.lower), {**side(curve.steps.upper), **fill}]


def _hover(curve: DrawnCurve, time_unit: str, decimals: int) -> Trace:
    name = f"{plotly_text(short_label(curve.label, 24))}, {plotly_text(curve.when)}"
    more = "" if curve.ghost else "%{customdata}<br>" + as_said(phrase("{n} at risk", n="%{text}"))
    value = f"%{{y:.{decimals}f}}{'%' if decimals == 1 else ''}"
    at = f"%{{x:.{time_decimals(time_unit)}f}} {_unit_text(time_unit)}"
    template = f"<b>{name}</b><br>{at}: {value}{more}<extra></extra>"
    return {"hovertemplate": template, "hoverlabel": {"bordercolor": curve.colour}}


def _unit_text(time_unit: str) -> str:
    return plotly_text(unit_name(time_unit))


def _pointed_at(limits: np.ndarray, at_risk: np.ndarray, level_name: str, decimals: int) -> Trace:
    """What a pointer tells of each step beside its level: its limits, and how many are at risk."""
    level_name = as_said(level_name)
    told = [
        "" if lower != lower else f" ({level_name} {lower:.{decimals}f}–{upper:.{decimals}f})"
        for lower, upper in limits.tolist()
    ]
    return {"customdata": told, "text": [f"{number:,d}" for number in at_risk.tolist()]}


def _censor_trace(curve: DrawnCurve, shared: Trace, time_unit: str) -> Trace:
    colour = curve.colour
    time = f"%{{x:.{time_decimals(time_unit)}f}}"
    censored = phrase("{n} censored at {time} {unit}", n="%{customdata}", time=time, unit=_unit_text(time_unit))
    return {
        **shared,
        "mode": "markers",
        "x": curve.steps.censor_time,
        "y": curve.steps.censor_level,
        "customdata": curve.steps.censor_count,
        "marker": {
            "symbol": "line-ns-open",
            "size": 8 if curve.steps.censor_time.size < 100 else 6,
            "color": colour,
            "line": {"width": 1.25},
        },
        "hovertemplate": f"{as_said(censored)}<extra></extra>",
        "hoverlabel": {"bordercolor": colour},
    }


def _median_guides(content: SurvivalContent, theme: Theme) -> Trace:
    """A dashed line along 50 % to the last median, and one down from each median."""
    medians = [curve.median for curve in content.curves if curve.median is not None and not curve.ghost]
    x: list[float | None] = [0.0, max(medians), None] if medians else []
    y: list[float | None] = [50.0, 50.0, None] if medians else []
    for median in medians:
        x.extend((median, median, None))
        y.extend((50.0, 0.0, None))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": theme.guide, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _table_trace(content: SurvivalContent, place: _Place, theme: Theme) -> Trace:
    """All counts in one trace of lettering on an axis that shares the times, so that they stand under the ticks."""
    rows = [(row, line) for row, line in enumerate(place.table) if line.counts]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [tick for _ in rows for tick in content.ticks],
        "y": [row for row, _ in rows for _ in content.ticks],
        "text": [count for _, line in rows for count in line.counts],
        "textfont": {
            "size": SCREEN_SIZE,
            "color": [theme.muted if line.quiet else theme.text for _, line in rows for _ in content.ticks],
        },
        "yaxis": "y2",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _layout(content: SurvivalContent, place: _Place, theme: Theme, outcome: str, time_unit: str) -> Layout:
    height = place.top + place.drawn + place.bottom
    layout = screen_layout(theme, height=height, left=place.left, right=RIGHT, top=place.top, bottom=place.bottom)
    layout["xaxis"] = screen_axis(
        theme,
        title=f"{plotly_text(content.time_title)} ({plotly_text(short_label(unit_name(time_unit), 20))})",
        range=[0.0, content.end * 1.02],
        tickvals=list(content.ticks),
        ticktext=[f"{tick:,.10g}" for tick in content.ticks],
        tickangle=0,
        anchor="y",
    )
    layout["yaxis"] = screen_axis(
        theme,
        title="" if place.compact else as_said(content.axis.title).format(plotly_text(short_label(outcome, 20))),
        grid=True,
        range=[0.0, 1.01 * content.axis.top],
        tickvals=list(content.axis.ticks),
        ticktext=[f"{name}%" if place.compact and content.axis.percent else name for name in content.axis.names],
        domain=[(place.table_height + place.axis_room) / place.drawn, 1.0],
    )
    layout["yaxis2"] = _table_axis(place, theme) if place.table else hidden_axis(domain=[0.0, 0.01])
    marks, entries = _legend(content, place, theme)
    layout["shapes"] = marks
    layout["annotations"] = [
        *entries,
        *stacked_notes(place.sentences, theme, x=EDGE - place.left, above=LINE_HEIGHT * len(place.sentences) + 8),
        *_headings(place, theme),
        *notes_beneath(place.note, theme, left=place.left),
    ]
    return layout


def _table_axis(place: _Place, theme: Theme) -> Layout:
    named = [(row, line) for row, line in enumerate(place.table) if line.name]
    return screen_axis(
        theme,
        range=[len(place.table) - 0.5, -0.5],
        domain=[0.0, place.table_height / place.drawn],
        tickvals=[row for row, _ in named],
        ticktext=[plotly_text(line.name) for _, line in named],
        showline=False,
        ticks="",
        ticklabelstandoff=round(place.count_room),
    )


def _headings(place: _Place, theme: Theme) -> list[Layout]:
    notes = []
    room = 0.9 * line_room(place.width, 20)
    for row, line in enumerate(place.table):
        if line.heading:
            mark = f'<span style="color:{line.colour}">■</span> ' if line.colour else ""
            text = f"{mark}<b>{plotly_text(short_label(line.heading, room))}</b>"
            ink = {"size": SCREEN_SIZE, "color": theme.muted if line.quiet else theme.text}
            shift = EDGE - place.left
            notes.append(screen_note(theme, text, x=0.0, xshift=shift, y=row, yref="y2", yanchor="middle", font=ink))
    return notes


def _legend(content: SurvivalContent, place: _Place, theme: Theme) -> tuple[list[Layout], list[Layout]]:
    """A short line in the arm's colour and dash, and beside it who it is, above the curves from the left edge."""
    marks, notes = [], []
    above = place.top - EDGE
    for curve, lines in zip(content.listed, place.legend, strict=True):
        marks.append(
            line_mark(
                left=place.left,
                above=above,
                colour=faded(curve.colour, theme.ghost_opacity if curve.ghost else 1.0),
                width=GHOST_WIDTH if curve.ghost else LINE_WIDTH,
                dash=PLOTLY_DASH[curve.arm],
            )
        )
        notes.extend(stacked_notes(lines, theme, x=EDGE + MARK_ROOM - place.left, above=above))
        above -= LINE_HEIGHT * len(lines)
    return marks, notes
