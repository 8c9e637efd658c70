"""The interactive response figure: bars at the left, rates with their intervals at the right, one row for each arm."""

from dataclasses import dataclass

import plotly.graph_objects as go

from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    Layout,
    Trace,
    box_mark,
    line_room,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
)
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.response.content import (
    FILL,
    LETTERING,
    LONG_NAME,
    Comparisons,
    ResponseContent,
    ResponseRow,
    response_content,
)
from charts.style import (
    ARM_COLOUR,
    LIGHT,
    SCREEN_SIZE,
    SCREEN_TITLE_SIZE,
    Arm,
    Population,
    Theme,
    faded,
    format_percent,
)

_SIDE = 12
_RIGHT = 16
_BARS = 0.57
_RATES = 0.66
_BAR = 24
_GAP = 9
_AXIS_ROOM = 44
_LEGEND_GAP = 14


def response_figure(
    before: Comparisons | None,
    after: Comparisons | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    theme: Theme = LIGHT,
    width: int = 560,
    compact: bool = False,
) -> go.Figure:
    """Draw best response in each arm, the objective response rate with its interval, and how the arms differ.

    Every endpoint given is drawn, so that criteria stand under each other; a comparison draws the arms before
    matching, faded, under those after it.

    Parameters
    ----------
    before, after : mapping of endpoint to ResponseComparison
        Only what the population view needs has to be given; an endpoint whose comparison is None is left out.
    population : {"before", "after", "compare"}
        Which of them to draw.
    treated_label, control_label : str
        As written in the study file.
    theme : Theme
        Colours of the page.
    width : int
        About how many pixels wide the figure will be shown.
    compact : bool
        For an overview: no counts under the bars, which a pointer still shows.

    Raises
    ------
    ValueError
        When the view needs comparisons that were not given.
    """
    content = response_content(
        before, after, population=population, treated_label=treated_label, control_label=control_label
    )
    drawing = _Drawing(content=content, theme=theme, width=width, compact=compact, notes=[], places=[])
    height = drawing.place()
    legend, marks, top = _legend(content, theme, width)
    layout = screen_layout(
        theme, height=top + height + _AXIS_ROOM, left=_SIDE, right=_RIGHT, top=top, bottom=_AXIS_ROOM
    )
    layout["xaxis"] = _percent_axis(theme, "Patients (%)", 100.0, (0.0, _BARS))
    title = f"Objective response ({content.level_name})" if width >= 460 else "ORR (%)"
    layout["xaxis2"] = {**_percent_axis(theme, title, content.rate_end, (_RATES, 1.0)), "anchor": "y"}
    layout["yaxis"] = {"visible": False, "range": [height, 0], "fixedrange": True}
    layout["annotations"] = [*legend, *drawing.notes]
    layout["shapes"] = marks
    return screen_figure([*_bar_traces(drawing), *_rate_traces(drawing)], layout)


@dataclass(slots=True)
class _Drawing:
    """Rows placed from the top in pixels, with the lettering between them."""

    content: ResponseContent
    theme: Theme
    width: int
    compact: bool
    notes: list[Layout]
    places: list[tuple[float, ResponseRow]]

    @property
    def bar_room(self) -> float:
        """Pixels that 100 % of a bar spans."""
        return _BARS * (self.width - _SIDE - _RIGHT)

    def place(self) -> float:
        """Place everything; the height taken is returned."""
        y = 0.0
        for number, block in enumerate(self.content.blocks):
            y += 8.0 if number else 0.0
            ink = {"size": SCREEN_TITLE_SIZE, "color": self.theme.text}
            name = plotly_text(short_label(block.name, 0.9 * line_room(self.width)))
            y = self._write([f"<b>{name}</b>"], y, font=ink)
            lines = [line for sentence in block.sentences for line in wrap_label(sentence, line_room(self.width))]
            y = self._write([plotly_text(line) for line in lines], y) + 4.0
            for row in block.rows:
                y = self._place_row(row, y)
        return y

    def _place_row(self, row: ResponseRow, y: float) -> float:
        ink = {"size": SCREEN_SIZE, "color": self.theme.muted if row.ghost else self.theme.text}
        rates_from = _RATES * (self.width - _SIDE - _RIGHT)
        words = row.rate_words.split(", ", 1)[1] if self.width < 640 else row.rate_words
        title = short_label(row.title, (rates_from - 6) / SCREEN_SIZE)
        self._write([plotly_text(words)], y, x=_RATES, font=ink)
        y = self._write([plotly_text(title)], y, font=ink)
        self.places.append((y + _BAR / 2, row))
        y += _BAR
        if not self.compact:
            lines = wrap_label(row.counts, (rates_from - 6) / SCREEN_SIZE)
            quiet = {"size": SCREEN_SIZE, "color": self.theme.muted}
            y = self._write([plotly_text(line) for line in lines], y + 1, font=quiet)
        return y + _GAP

    def _write(self, lines: list[str], y: float, **more: object) -> float:
        for line in lines:
            place = {"x": 0.0, "y": y + LINE_HEIGHT / 2, "yref": "y", "yanchor": "middle"}
            self.notes.append(screen_note(self.theme, line, **{**place, **more}))
            y += LINE_HEIGHT
        return y


def _bar_traces(drawing: _Drawing) -> list[Trace]:
    """One trace for each category, all its bars in it."""
    return [_bar_trace(category, drawing) for category in drawing.content.categories]


def _bar_trace(category: str, drawing: _Drawing) -> Trace:
    theme = drawing.theme
    found = [
        (y, row, segment)
        for y, row in drawing.places
        for segment in row.segments
        if segment.category == category and segment.share > 0
    ]
    fills = [faded(FILL[category], theme.ghost_opacity if row.ghost else 1.0) for _, row, _ in found]
    fits = [drawing.bar_room * segment.share >= SCREEN_SIZE * 3.7 for _, _, segment in found]
    inks = [theme.text if row.ghost else LETTERING[category] for _, row, _ in found]
    return {
        "type": "bar",
        "orientation": "h",
        "name": category,
        "x": [100 * segment.share for _, _, segment in found],
        "base": [100 * segment.start for _, _, segment in found],
        "y": [y for y, _, _ in found],
        "width": _BAR,
        "marker": {"color": fills, "line": {"width": 1, "color": theme.background}},
        "text": [format_percent(item[2].share) if fit else "" for fit, item in zip(fits, found, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": SCREEN_SIZE, "color": inks},
        "customdata": [
            [plotly_text(short_label(row.label, 24)), row.population, segment.count, format_percent(segment.share)]
            for _, row, segment in found
        ],
        "hovertemplate": (
            f"<b>%{{customdata[0]}}, %{{customdata[1]}} matching</b><br>{category}, {LONG_NAME[category]}: "
            "%{customdata[2]} patients, %{customdata[3]}<extra></extra>"
        ),
    }


def _rate_traces(drawing: _Drawing) -> list[Trace]:
    """The rates of each arm with their intervals, in one trace an arm and population."""
    traces = []
    symbols: tuple[tuple[Arm, str], ...] = (("treated", "circle"), ("control", "diamond"))
    for arm, symbol in symbols:
        found = [(y, row) for y, row in drawing.places if row.arm == arm]
        for ghost in (False, True):
            rows = [(y, row) for y, row in found if row.ghost is ghost]
            if rows:
                colour = faded(ARM_COLOUR[arm], drawing.theme.ghost_opacity if ghost else 1.0)
                traces.append(_rate_trace(rows, colour, symbol))
    return traces


def _rate_trace(rows: list[tuple[float, ResponseRow]], colour: str, symbol: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "xaxis": "x2",
        "name": plotly_text(rows[0][1].title),
        "x": [100 * row.rate.rate for _, row in rows],
        "y": [y for y, _ in rows],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [100 * (row.rate.ci_upper - row.rate.rate) for _, row in rows],
            "arrayminus": [100 * (row.rate.rate - row.rate.ci_lower) for _, row in rows],
            "color": colour,
            "thickness": 2,
            "width": 4,
        },
        "marker": {"symbol": symbol, "size": 10, "color": colour},
        "customdata": [[plotly_text(short_label(row.title, 30)), row.rate_words] for _, row in rows],
        "hovertemplate": "<b>%{customdata[0]}</b><br>Objective response %{customdata[1]}<extra></extra>",
        "cliponaxis": False,
    }


def _percent_axis(theme: Theme, title: str, end: float, domain: tuple[float, float]) -> Layout:
    return screen_axis(
        theme,
        title=title,
        range=[0.0, end],
        tickvals=[end * part / 4 for part in range(5)] if end > 60 else [end * part / 2 for part in range(3)],
        tickformat=".0f",
        domain=list(domain),
    )


def _legend(content: ResponseContent, theme: Theme, width: int) -> tuple[list[Layout], list[Layout], float]:
    """A square and a name for each category, in as many lines as they need; also the height they take."""
    room = width - _SIDE - _RIGHT
    names = {category: f"{category}, {LONG_NAME[category]}" for category in content.categories}
    spelled = sum(22 + SCREEN_SIZE * label_width(name) + _LEGEND_GAP for name in names.values()) <= 2 * room
    rows: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for category in content.categories:
        taken = 20 + SCREEN_SIZE * label_width(names[category] if spelled else category)
        if rows[-1] and x + taken > room:
            rows.append([])
            x = 0.0
        rows[-1].append((x, category))
        x += taken + _LEGEND_GAP
    top = LINE_HEIGHT * len(rows) + 16.0
    notes, marks = [], []
    for line, row in enumerate(rows):
        above = top - EDGE - LINE_HEIGHT * line
        for x, category in row:
            marks.append(box_mark(left=EDGE + 1 - x, above=above, fill=FILL[category], line=theme.axis, width=0.5))
            place = {"x": 0.0, "xshift": x + 17, "y": 1.0, "yanchor": "middle"}
            text = names[category] if spelled else category
            notes.append(screen_note(theme, text, yshift=above - LINE_HEIGHT / 2, **place))
    return notes, marks, top
