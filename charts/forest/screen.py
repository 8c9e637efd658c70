"""Any forest plot on screen."""

from dataclasses import dataclass
from math import log10

import plotly.graph_objects as go

from analysis.phrases import as_said, phrase
from charts.canvas import EDGE, Layout, Trace, screen_axis, screen_figure, screen_layout, screen_note
from charts.forest.content import ForestContent, ForestMark, ForestPanel, ForestRow, When
from charts.legend import POPULATION_MARK, POPULATION_SYMBOL, LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_label, short_middle, wrap_label
from charts.style import LIGHT, SCREEN_SIZE, Theme, population_name

_LINE = 17.0
_GAP = 7.0
_AXIS_ROOM = 46.0
_BETWEEN = 60.0
_INSET = 12
_MOST_LETTERING = 0.58
"""Share of the width that names, counts and words take at most; counts give way to names."""
_FEWEST_NAMES = 0.12


def forest_screen(content: ForestContent, *, theme: Theme = LIGHT, width: int = 640) -> go.Figure:
    """Draw a forest plot.

    Parameters
    ----------
    content : ForestContent
        What it shows.
    theme, width
        Colours of the page; about how many pixels wide the figure will be.
    """
    legend = screen_legend(_entries(content, theme), width)
    sides = _sides(content, width)
    top = legend.height + 14
    heights = [_height(panel) for panel in content.panels]
    height = sum(heights) + _BETWEEN * (len(heights) - 1)
    layout = screen_layout(
        theme, height=top + height + _AXIS_ROOM, left=sides.left, right=sides.right, top=top, bottom=_AXIS_ROOM
    )
    marks, notes = legend.draw(theme, left=sides.left, above=top - EDGE)
    traces: list[Trace] = []
    shapes, above = list(marks), 0.0
    for number, (panel, own) in enumerate(zip(content.panels, heights, strict=True)):
        place = _Place(number=number, top=above, height=own, whole=height, room=(width - sides.left) / SCREEN_SIZE)
        layout |= _axes(panel, place, theme)
        shapes += _guides(panel, place, theme)
        notes += _lettering(panel, place, sides, theme)
        notes += _arrows(panel, place, theme) if content.arrows else []
        traces += [_trace(panel, place, when, theme) for when in content.whens]
        above += own + _BETWEEN
    layout["shapes"], layout["annotations"] = shapes, notes
    return screen_figure(traces, layout)


def _entries(content: ForestContent, theme: Theme) -> list[LegendEntry]:
    entries = [LegendEntry(words=sentence) for sentence in content.sentences]
    for when in content.whens:
        name = population_name(when, content.design_word).capitalize()
        entries.append(LegendEntry(words=name, colour=_colour(when, theme), kind=POPULATION_MARK[when]))
    if content.has_few:
        entries.append(LegendEntry(words=phrase("Few patients or events"), colour=theme.muted, kind="hollow"))
    return entries


def _colour(when: str, theme: Theme) -> str:
    return theme.before if when == "before" else theme.after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """Pixels left and right of the axes, and the room of names in ems."""

    left: float
    right: float
    names: float
    has_counts: bool


def _sides(content: ForestContent, width: int) -> _Sides:
    words = [mark.words for mark in content.marks]
    words += [row.words for panel in content.panels for row in panel.rows if row.kind != "heading"]
    right = 14 + SCREEN_SIZE * max((label_width(text) + 0.25 * text.count("+") for text in words), default=4.0)
    counts = SCREEN_SIZE * max((label_width(text) for text in content.counts), default=0.0)
    room = _MOST_LETTERING * width - right - EDGE - _INSET
    fewest = _FEWEST_NAMES * width
    has_counts = counts > 0 and room - counts - 18 >= fewest
    most = max(room - (counts + 18 if has_counts else 8.0), fewest) / SCREEN_SIZE
    names = [row.name for panel in content.panels for row in panel.rows if row.kind != "heading"]
    longest = max((label_width(name) * 1.1 + 1.0 for name in names), default=4.0)
    given = min(longest, most)
    return _Sides(
        left=EDGE + SCREEN_SIZE * given + _INSET + (counts + 18 if has_counts else 8.0),
        right=right,
        names=given,
        has_counts=has_counts,
    )


def _height(panel: ForestPanel) -> float:
    return sum(_LINE * row.lines + _GAP for row in panel.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a panel stands: pixels from the top of the first, and the names of its axes."""

    number: int
    top: float
    height: float
    whole: float
    room: float

    @property
    def suffix(self) -> str:
        return "" if self.number == 0 else str(self.number + 1)

    @property
    def domain(self) -> list[float]:
        bottom = 1.0 - (self.top + self.height) / self.whole
        return [max(0.0, bottom), 1.0 - self.top / self.whole]


def _placed(panel: ForestPanel) -> list[tuple[float, ForestRow]]:
    """Each row with its top in pixels."""
    places, top = [], 0.0
    for row in panel.rows:
        places.append((top, row))
        top += _LINE * row.lines + _GAP
    return places


def _middle(top: float, line: int) -> float:
    return top + _GAP / 2 + _LINE * (line + 0.5)


def _axes(panel: ForestPanel, place: _Place, theme: Theme) -> Layout:
    low, high = panel.range
    across = screen_axis(
        theme,
        title=plotly_text(short_label(panel.title, place.room)),
        type="log" if panel.log else "linear",
        range=[log10(low), log10(high)] if panel.log else [low, high],
        tickvals=list(panel.ticks),
        ticktext=[panel.tick_text(tick) for tick in panel.ticks],
        tickangle=0,
        anchor=f"y{place.suffix}",
    )
    down = screen_axis(theme, range=[place.height, 0.0], domain=place.domain, visible=False, anchor=f"x{place.suffix}")
    return {f"xaxis{place.suffix}": across, f"yaxis{place.suffix}": down}


def _guides(panel: ForestPanel, place: _Place, theme: Theme) -> list[Layout]:
    """A line at no effect, and a rule above the overall row."""
    line = {"type": "line", "layer": "below", "xref": f"x{place.suffix}", "yref": f"y{place.suffix}"}
    none = {"x0": panel.guide, "x1": panel.guide, "y0": 0.0, "y1": place.height}
    guides: list[Layout] = [{**line, **none, "line": {"color": theme.guide, "width": 1.25, "dash": "dash"}}]
    for top, row in _placed(panel):
        if row.kind == "overall" and top:
            rule = {"xref": "paper", "x0": 0.0, "x1": 1.0, "y0": top, "y1": top}
            guides.append({**line, **rule, "line": {"color": theme.axis, "width": 1}})
    return guides


def _lettering(panel: ForestPanel, place: _Place, sides: _Sides, theme: Theme) -> list[Layout]:
    notes: list[Layout] = []
    yref, ink, faint = f"y{place.suffix}", theme.text, theme.muted

    def write(text: str, y: float, colour: str, **where: object) -> None:
        if text:
            font = {"size": SCREEN_SIZE, "color": colour}
            notes.append(screen_note(theme, text, y=y, yref=yref, yanchor="middle", font=font, **where))

    at_left = {"x": 0.0, "xanchor": "left"}
    at_axis = {"x": 0.0, "xanchor": "right", "xshift": -8}
    for top, row in _placed(panel):
        heading = row.kind == "heading"
        inset = _INSET if row.kind == "level" else 0
        room = place.room * 0.6 if heading else sides.names
        names = wrap_label(row.name, room, lines=row.lines) if row.lines > 1 else [short_middle(row.name, room)]
        for number, name in enumerate(map(plotly_text, names)):
            bold = f"<b>{name}</b>" if row.kind != "level" else name
            write(bold, _middle(top, number), ink, **at_left, xshift=EDGE - sides.left + inset)
        if heading:
            write(plotly_text(row.words), _middle(top, 0), faint, x=1.0, xanchor="right", xshift=sides.right - EDGE)
            continue
        lines = [(mark.counts, mark.words, faint if mark.ghost else ink) for mark in row.marks]
        for number, (counts, words, colour) in enumerate(lines or [(row.counts, row.words, faint)]):
            y = _middle(top, number)
            write(plotly_text(counts) if sides.has_counts else "", y, faint, **at_axis)
            write(plotly_text(words), y, colour, x=1.0, xanchor="left", xshift=8)
    return notes


def _arrows(panel: ForestPanel, place: _Place, theme: Theme) -> list[Layout]:
    """From the effect before to that after, where both are known."""
    arrows: list[Layout] = []
    axes = {"xref": f"x{place.suffix}", "yref": f"y{place.suffix}", "axref": f"x{place.suffix}"}
    for top, row in _placed(panel):
        ends = {mark.when: (number, mark.estimate) for number, mark in enumerate(row.marks)}
        if len(ends) < 2 or any(estimate is None for _, estimate in ends.values()):
            continue
        tail, head = (_on_axis(panel, ends[when][1]) for when in ("before", "after"))
        look = {"showarrow": True, "arrowhead": 2, "arrowsize": 0.9, "arrowwidth": 1.4, "arrowcolor": theme.muted}
        arrows.append(
            {
                **axes,
                **look,
                "ayref": f"y{place.suffix}",
                "text": "",
                "x": head,
                "y": _middle(top, ends["after"][0]),
                "ax": tail,
                "ay": _middle(top, ends["before"][0]),
                "standoff": 8,
                "startstandoff": 7,
                "font": {"size": SCREEN_SIZE, "color": theme.muted},
            }
        )
    return arrows


def _on_axis(panel: ForestPanel, value: float | None) -> float:
    """Where an annotation must be put on the axis: a logarithmic one counts in powers of ten."""
    low, high = panel.range
    inside = min(max(panel.guide if value is None else value, low), high)
    return log10(inside) if panel.log else inside


def _trace(panel: ForestPanel, place: _Place, when: When, theme: Theme) -> Trace:
    shown: list[tuple[float, ForestRow, ForestMark, float]] = [
        (_middle(top, number), row, mark, mark.estimate)
        for top, row in _placed(panel)
        for number, mark in enumerate(row.marks)
        if mark.when == when and mark.estimate is not None
    ]
    colour, shape = _colour(when, theme), POPULATION_SYMBOL[when]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": when,
        "xaxis": f"x{place.suffix}",
        "yaxis": f"y{place.suffix}",
        "x": [estimate for _, _, _, estimate in shown],
        "y": [y for y, _, _, _ in shown],
        "marker": {
            "symbol": [f"{shape}-open" if mark.few else shape for _, _, mark, _ in shown],
            "size": [6 + 7 * mark.share for _, _, mark, _ in shown],
            "color": colour,
            "opacity": 1.0,
            "line": {"width": 1.25, "color": colour},
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0.0 if mark.upper is None else mark.upper - estimate for _, _, mark, estimate in shown],
            "arrayminus": [0.0 if mark.lower is None else estimate - mark.lower for _, _, mark, estimate in shown],
            "color": colour,
            "thickness": 1.5,
            "width": 0,
        },
        "customdata": [[plotly_text(row.name), as_said(mark.words), _more(mark), row.key] for _, row, mark, _ in shown],
        "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}%{customdata[2]}<extra></extra>",
        "hoverlabel": {"bordercolor": colour},
    }


def _more(mark: ForestMark) -> str:
    return "".join(f"<br>{plotly_text(text)}" for text in (mark.counts, mark.hover) if text)
