"""The interactive response figure: bars at the left, rates with their intervals at the right, one row for each arm."""

from dataclasses import dataclass
from math import inf

import plotly.graph_objects as go

from analysis.phrases import as_said, join_phrases, phrase
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
from charts.lettering import label_width, plotly_text, short_label, short_middle, wrap_label
from charts.response.content import (
    FILL,
    LETTERING,
    LONG_NAME,
    SHORT_NAME,
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
    WHEN_NAME,
    Arm,
    DesignWord,
    Population,
    Theme,
    blended,
    faded,
    format_percent,
    lettering_on,
    population_name,
)

_SIDE = 12
_RIGHT = 16
_AXIS_ROOM = 44
_LEGEND_GAP = 14
_LABELS = 0.22
"""The most of a compact figure's width that the arms' names take."""
_LEAST_AXES = 200
"""Pixels that bars and rates need together, side by side."""
_WORDS = "100.0% (88.8–100.0%)"
"""A rate with its interval at its longest."""


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
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> go.Figure:
    """Draw best response in each arm, the objective response rate with its interval, and how the arms differ.

    Every endpoint given is drawn, so that criteria stand under each other; a comparison draws the arms before,
    faded, under those after.

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
        For an overview that says difference and test elsewhere: one line for each arm, no sentences, and no counts
        under the bars, which a pointer still shows.
    shown_set : str
        Which imputed set the matched patients are of, such as "imputed set 1 of 20"; empty where nothing was imputed.
    design_word : {"matching", "weighting"}
        What made the population after, as the legend calls it.

    Raises
    ------
    ValueError
        When the view needs comparisons that were not given.
    """
    content = response_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        shown_set=shown_set,
        design_word=design_word,
    )
    grid = _compact_grid(content, width) if compact else _roomy_grid()
    drawing = _Drawing(content=content, theme=theme, width=width, compact=compact, grid=grid, notes=[], places=[])
    height = drawing.place()
    legend, marks, top = _legend(content, theme, width, grid)
    layout = screen_layout(
        theme, height=top + height + _AXIS_ROOM, left=grid.left, right=grid.right, top=top, bottom=_AXIS_ROOM
    )
    layout["xaxis"] = _percent_axis(theme, phrase("Patients (%)"), 100.0, (0.0, grid.bars))
    long_title = phrase("Objective response ({level})", level=content.level_name)
    rates_title = long_title if width >= 460 and not compact else "ORR (%)"
    title = rates_title + ("" if drawing.says_weighted else content.weighted_words)
    rates = _percent_axis(theme, title, content.rate_end, (grid.rates, 1.0), few=compact)
    layout["xaxis2"] = {**rates, "anchor": "y"}
    layout["yaxis"] = {"visible": False, "range": [height, 0], "fixedrange": True}
    layout["annotations"] = [*legend, *drawing.notes]
    layout["shapes"] = marks
    return screen_figure([*_bar_traces(drawing), *_rate_traces(drawing)], layout)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Where things stand: the margins, a bar's height and the gap after it in pixels, the rest in shares of the axes.

    Attributes
    ----------
    left, right : float
        The margins.
    bars, rates : float
        Where the bars end, and where the rates begin.
    bar, gap : float
        How high a bar is, and how far it is to the next.
    one_line : bool
        Whether an arm's name and rate stand beside its bar rather than above it.
    """

    left: float
    right: float
    bars: float
    rates: float
    bar: float
    gap: float
    one_line: bool


def _roomy_grid() -> _Grid:
    return _Grid(left=_SIDE, right=_RIGHT, bars=0.57, rates=0.66, bar=24, gap=9, one_line=False)


def _compact_grid(content: ResponseContent, width: int) -> _Grid:
    """Names in the left margin and rates in the right one, where both leave room for the bars."""
    names = [_arm_name(row, content) for block in content.blocks for row in block.rows]
    left = EDGE + 8 + min(_LABELS * width, SCREEN_SIZE * max((label_width(name) for name in names), default=1.0))
    words = [phrase("weighted {rate}", rate=_WORDS) if content.weighted_words else _WORDS, _WORDS]
    margins = [14 + SCREEN_SIZE * label_width(longest) for longest in words]
    right = next((margin for margin in margins if width - left - margin >= _LEAST_AXES), None)
    if right is None:
        return _Grid(left=_SIDE, right=_RIGHT, bars=0.57, rates=0.66, bar=16, gap=4, one_line=False)
    return _Grid(left=left, right=right, bars=0.66, rates=0.74, bar=18, gap=6, one_line=True)


def _arm_name(row: ResponseRow, content: ResponseContent, most: float = inf) -> str:
    """Which arm a bar is, in at most so many ems; before or after is never cut."""
    compared = any(other.ghost for block in content.blocks for other in block.rows)
    when = ", " + WHEN_NAME[row.population] if compared else ""
    return short_middle(row.label, most - label_width(when)) + when


@dataclass(slots=True)
class _Drawing:
    """Rows placed from the top in pixels, with the lettering between them."""

    content: ResponseContent
    theme: Theme
    width: int
    compact: bool
    grid: _Grid
    notes: list[Layout]
    places: list[tuple[float, ResponseRow]]

    @property
    def bar_room(self) -> float:
        """Pixels that 100 % of a bar spans."""
        return self.grid.bars * (self.width - self.grid.left - self.grid.right)

    @property
    def says_weighted(self) -> bool:
        """Whether every weighted rate has the room to say so beside it."""
        rows = [row for block in self.content.blocks for row in block.rows if row.weighted]
        return all("weighted" in self.rate_words(row) for row in rows)

    def rate_words(self, row: ResponseRow) -> str:
        """The rate with its interval as it fits: beside the bar without the count, which the bar's pointer shows."""
        if self.grid.one_line:
            return self.content.rate_words(row, self.grid.right - 12, _pixels, counted=False)
        room = (1 - self.grid.rates) * (self.width - _SIDE - _RIGHT) + _RIGHT - EDGE
        return self.content.rate_words(row, room, _pixels)

    def place(self) -> float:
        """Place everything; the height taken is returned."""
        y = 0.0
        for number, block in enumerate(self.content.blocks):
            y += 8.0 if number else 0.0
            if not self.compact or len(self.content.blocks) > 1:
                y = self._place_name(block.name, y)
            if not self.compact:
                lines = [line for sentence in block.sentences for line in wrap_label(sentence, line_room(self.width))]
                y = self._write([plotly_text(line) for line in lines], y) + 4.0
            for row in block.rows:
                y = self._place_beside(row, y) if self.grid.one_line else self._place_row(row, y)
        return y

    def _place_name(self, name: str, y: float) -> float:
        ink = {"size": SCREEN_TITLE_SIZE, "color": self.theme.text}
        words = plotly_text(short_label(name, 0.9 * line_room(self.width)))
        return self._write([f"<b>{words}</b>"], y, font=ink, xshift=_SIDE - self.grid.left)

    def _place_beside(self, row: ResponseRow, y: float) -> float:
        """The arm's name at the left of its bar, its rate at the right of the interval."""
        ink = {"size": SCREEN_SIZE, "color": self.theme.muted if row.ghost else self.theme.text}
        name = _arm_name(row, self.content, (self.grid.left - EDGE - 6) / SCREEN_SIZE)
        middle = y + self.grid.bar / 2
        self._write([plotly_text(name)], middle - LINE_HEIGHT / 2, xshift=EDGE - self.grid.left, font=ink)
        self._write([plotly_text(self.rate_words(row))], middle - LINE_HEIGHT / 2, x=1.0, xshift=12, font=ink)
        self.places.append((middle, row))
        return y + self.grid.bar + self.grid.gap

    def _place_row(self, row: ResponseRow, y: float) -> float:
        """The arm's name and its rate above its bar, the counts below it."""
        ink = {"size": SCREEN_SIZE, "color": self.theme.muted if row.ghost else self.theme.text}
        rates_from = self.grid.rates * (self.width - _SIDE - _RIGHT)
        title = short_label(row.title, (rates_from - 6) / SCREEN_SIZE)
        self._write([plotly_text(self.rate_words(row))], y, x=self.grid.rates, font=ink)
        y = self._write([plotly_text(title)], y, font=ink)
        self.places.append((y + self.grid.bar / 2, row))
        y += self.grid.bar
        if not self.compact:
            lines = wrap_label(row.counts, (rates_from - 6) / SCREEN_SIZE)
            quiet = {"size": SCREEN_SIZE, "color": self.theme.muted}
            y = self._write([plotly_text(line) for line in lines], y + 1, font=quiet)
        return y + self.grid.gap

    def _write(self, lines: list[str], y: float, **more: object) -> float:
        for line in lines:
            place = {"x": 0.0, "y": y + LINE_HEIGHT / 2, "yref": "y", "yanchor": "middle"}
            self.notes.append(screen_note(self.theme, line, **{**place, **more}))
            y += LINE_HEIGHT
        return y


def _pixels(words: str) -> float:
    return SCREEN_SIZE * label_width(words)


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
    pale = lettering_on(blended(FILL[category], theme.ghost_opacity, theme.background))
    inks = [pale if row.ghost else LETTERING[category] for _, row, _ in found]
    fields = {"n": "%{customdata[2]}", "percent": "%{customdata[3]}"}
    told = phrase("{response}: {n} patients, {percent}", response=LONG_NAME[category], **fields)
    return {
        "type": "bar",
        "orientation": "h",
        "name": category,
        "x": [100 * segment.share for _, _, segment in found],
        "base": [100 * segment.start for _, _, segment in found],
        "y": [y for y, _, _ in found],
        "width": drawing.grid.bar,
        "marker": {"color": fills, "line": {"width": 1, "color": theme.background}},
        "text": [format_percent(item[2].share) if fit else "" for fit, item in zip(fits, found, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": SCREEN_SIZE, "color": inks},
        "customdata": [
            [
                plotly_text(short_label(row.label, 24)),
                as_said(population_name(row.population, drawing.content.design_word)),
                segment.count,
                format_percent(segment.share),
            ]
            for _, row, segment in found
        ],
        "hovertemplate": f"<b>%{{customdata[0]}}, %{{customdata[1]}}</b><br>{category}, {as_said(told)}<extra></extra>",
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
        "customdata": [[plotly_text(short_label(row.title, 30)), as_said(row.rate_forms[0])] for _, row in rows],
        "hovertemplate": "<b>%{customdata[0]}</b><br>"
        + as_said(phrase("Objective response {rate}", rate="%{customdata[1]}"))
        + "<extra></extra>",
        "cliponaxis": False,
    }


def _percent_axis(theme: Theme, title: str, end: float, domain: tuple[float, float], *, few: bool = False) -> Layout:
    parts = 4 if end > 60 and not few else 2
    return screen_axis(
        theme,
        title=title,
        range=[0.0, end],
        tickvals=[end * part / parts for part in range(parts + 1)],
        tickformat=".0f",
        domain=list(domain),
    )


def _legend(
    content: ResponseContent, theme: Theme, width: int, grid: _Grid
) -> tuple[list[Layout], list[Layout], float]:
    """A square and a name for each category, in as many lines as they need; also the height they take."""
    room = width - _SIDE - _RIGHT
    short = {category: SHORT_NAME.get(category, category) for category in content.categories}
    names = {category: join_phrases((name, LONG_NAME[category]), ", ") for category, name in short.items()}
    needed = sum(22 + SCREEN_SIZE * label_width(name) + _LEGEND_GAP for name in names.values())
    spelled = needed <= (1 if grid.one_line else 2) * room
    rows: list[list[tuple[float, str]]] = [[]]
    x = 0.0
    for category in content.categories:
        taken = 20 + SCREEN_SIZE * label_width(names[category] if spelled else short[category])
        if rows[-1] and x + taken > room:
            rows.append([])
            x = 0.0
        rows[-1].append((x, category))
        x += taken + _LEGEND_GAP
    top = LINE_HEIGHT * len(rows) + (10.0 if grid.one_line else 16.0)
    # From the bars' left edge where the names do not fill the line, from the figure's where they do.
    start = 0.0 if grid.one_line and not spelled else _SIDE - grid.left
    notes, marks = [], []
    for line, row in enumerate(rows):
        above = top - EDGE - LINE_HEIGHT * line
        for x, category in row:
            fill = FILL[category]
            marks.append(box_mark(left=EDGE + 1 - x - start, above=above, fill=fill, line=theme.axis, width=0.5))
            place = {"x": 0.0, "xshift": start + x + 17, "y": 1.0, "yanchor": "middle"}
            text = names[category] if spelled else short[category]
            notes.append(screen_note(theme, text, yshift=above - LINE_HEIGHT / 2, **place))
    return notes, marks, top
