"""The interactive Love plot."""

import plotly.graph_objects as go

from analysis.design.balance import CovariateBalance
from analysis.phrases import as_said, phrase
from charts.balance.content import BOLD, LoveContent, LoveRow, LoveTerm, SortOrder, When, love_content
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    RIGHT,
    Layout,
    Trace,
    box_mark,
    line_room,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
    stacked_notes,
)
from charts.lettering import label_width, plotly_text, short_label, short_middle, wrap_label
from charts.style import BALANCE_LINES, LIGHT, SCREEN_SIZE, DesignWord, Population, Theme, format_smd

BRIEF: dict[str, str] = {"before": phrase("Before"), "after": phrase("After")}

_ROW = 7
"""Pixels between the lettering of one term and the next."""
_ROW_COMPACT = 4
_NAMES = 0.42
"""The most of the figure's width that the terms' names take."""
_AXIS_ROOM = 46
_AXIS_ROOM_COMPACT = 40
_MARK = 20


def love_figure(
    balance: CovariateBalance,
    *,
    population: Population,
    theme: Theme = LIGHT,
    width: int = 560,
    most_terms: int | None = None,
    compact: bool = False,
    other_balance: CovariateBalance | None = None,
    sort: SortOrder = "before",
    grouped: bool = False,
    design_word: DesignWord = "matching",
) -> go.Figure:
    """Draw the absolute standardised mean difference of every term, the largest on top or in another order.

    Parameters
    ----------
    balance : CovariateBalance
        Before and after matching or weighting.
    population : {"before", "after", "compare"}
        A comparison draws both, hollow before and filled after, joined by a line.
    theme : Theme
        Colours of the page.
    width : int
        About how many pixels wide the figure will be shown.
    most_terms : int, optional
        Draw only so many terms, those with the largest differences, and say how many are not.
    compact : bool
        For an overview that says the largest differences elsewhere: no sentence, names of one line, rows close together.
    other_balance : CovariateBalance, optional
        Of covariates that the design does not try to balance; they stand beneath a rule.
    sort : {"before", "after", "name", "study"}
        By the size of the difference before or after, by name, or as in the study.
    grouped : bool
        Whether the levels of a category stand together under its name.
    design_word : {"matching", "weighting"}
        What made the population after, as the legend calls it.
    """
    content = love_content(
        balance,
        population,
        most_terms,
        other_balance=other_balance,
        sort=sort,
        grouped=grouped,
        design_word=design_word,
    )
    room = _NAMES * width / SCREEN_SIZE
    names = [[short_middle(row.name, room)] if compact else wrap_label(row.name, room, lines=2) for row in content.rows]
    left = 16 + SCREEN_SIZE * max((_name_width(*named) for named in zip(content.rows, names, strict=True)), default=4)
    centres, height = _rows(names, _ROW_COMPACT if compact else _ROW)
    legend, marks, top = _legend(content, theme, left, width, compact)
    bottom = _AXIS_ROOM_COMPACT if compact else _AXIS_ROOM
    layout = screen_layout(theme, height=top + height + bottom, left=left, right=RIGHT, top=top, bottom=bottom)
    layout["xaxis"] = screen_axis(
        theme,
        title=_fitting_title(content, width - left),
        range=[0.0, content.end],
        dtick=content.step,
        tickformat=".1f",
    )
    layout["yaxis"] = screen_axis(
        theme,
        range=[height, 0.0],
        tickvals=centres,
        ticktext=[_tick_text(row, lines) for row, lines in zip(content.rows, names, strict=True)],
        ticks="",
        ticklabelstandoff=6,
        showgrid=True,
    )
    layout["shapes"] = [
        *_band(content, theme),
        *_thresholds(content, theme),
        *_rules(content, centres, left, theme),
        *marks,
    ]
    layout["annotations"] = [*legend, *_threshold_names(content, theme, width - left - RIGHT)]
    return screen_figure(_traces(content, centres, theme), layout)


def _fitting_title(content: LoveContent, room: float) -> str:
    """The longest name of the axis that fits, in pixels."""
    long, short = content.axis_titles
    return long if SCREEN_SIZE * label_width(long) < room + 8 else short


def _name_width(row: LoveRow, lines: list[str]) -> float:
    """Of the name of a term or of a heading, in ems."""
    return max(label_width(line) for line in lines) * (1.0 if row.term is not None else BOLD)


def _tick_text(row: LoveRow, lines: list[str]) -> str:
    """A term's name, or a heading in bold."""
    text = "<br>".join(plotly_text(line) for line in lines)
    return text if row.term is not None else f"<b>{text}</b>"


def _rules(content: LoveContent, centres: list[float], left: float, theme: Theme) -> list[Layout]:
    """A rule across the figure above what is not in the model."""
    return [
        {
            "type": "path",
            "xref": "paper",
            "yref": "y",
            "xsizemode": "pixel",
            "xanchor": 0.0,
            "path": f"M {EDGE - left:.0f},{centre - 13:.0f} L 0,{centre - 13:.0f}",
            "line": {"color": theme.axis, "width": 1},
        }
        for row, centre in zip(content.rows, centres, strict=True)
        if row.apart
    ] + [
        {
            "type": "line",
            "xref": "paper",
            "yref": "y",
            "x0": 0.0,
            "x1": 1.0,
            "y0": centre - 13,
            "y1": centre - 13,
            "line": {"color": theme.axis, "width": 1},
        }
        for row, centre in zip(content.rows, centres, strict=True)
        if row.apart
    ]


def _rows(names: list[list[str]], gap: float) -> tuple[list[float], float]:
    """The middle of each row in pixels from the top, and the height of all."""
    centres, y = [], 14.0
    for lines in names:
        step = 15.6 * len(lines) + gap
        centres.append(y + step / 2)
        y += step
    return centres, y + 4.0


def _traces(content: LoveContent, centres: list[float], theme: Theme) -> list[Trace]:
    traces = [_joins(content, centres, theme)] if len(content.when) > 1 else []
    for when in content.when:
        shown = [(size, y, term) for term, y in _placed(content, centres) if (size := term.shown(when)) is not None]
        colour = theme.before if when == "before" else theme.after
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": content.entry(when),
                "x": [size for size, _, _ in shown],
                "y": [y for _, y, _ in shown],
                "marker": {
                    "symbol": _symbols([term for _, _, term in shown], when),
                    "size": 9,
                    "color": colour,
                    "line": {"width": 1.5, "color": colour},
                },
                "customdata": [[*_hover_words(term), term.column] for _, _, term in shown],
                "hovertemplate": "<b>%{customdata[0]}</b><br>%{customdata[1]}<extra></extra>",
                "cliponaxis": False,
            }
        )
    return traces


def _placed(content: LoveContent, centres: list[float]) -> list[tuple[LoveTerm, float]]:
    """The terms with the middle of their rows."""
    pairs = zip(content.rows, centres, strict=True)
    return [(row.term, centre) for row, centre in pairs if row.term is not None]


def _symbols(terms: list[LoveTerm], when: When) -> str | list[str]:
    """Hollow before and filled after; a diamond for a raw difference of proportions."""
    ending = "-open" if when == "before" else ""
    if not any(term.raw for term in terms):
        return f"circle{ending}"
    return [f"{'diamond' if term.raw else 'circle'}{ending}" for term in terms]


def _joins(content: LoveContent, centres: list[float], theme: Theme) -> Trace:
    x: list[float | None] = []
    y: list[float | None] = []
    for term, centre in _placed(content, centres):
        if term.before is not None and term.after is not None:
            x.extend((abs(term.before), abs(term.after), None))
            y.extend((centre, centre, None))
    line = {"color": theme.before, "width": 1}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "opacity": 0.5, "hoverinfo": "skip"}


def _hover_words(term: LoveTerm) -> list[str]:
    what = phrase("treated − control, proportions") if term.raw else phrase("treated − control")
    sizes = phrase(
        "{what}: {before} before, {after} after",
        what=what,
        before=format_smd(term.before),
        after=format_smd(term.after),
    )
    return [plotly_text(short_label(term.name, 40)), as_said(sizes)]


def _band(content: LoveContent, theme: Theme) -> list[Layout]:
    if content.chance is None:
        return []
    place = {"xref": "x", "yref": "paper", "x0": 0.0, "x1": min(content.chance, content.end), "y0": 0.0, "y1": 1.0}
    return [{"type": "rect", "layer": "below", "fillcolor": theme.band, "line": {"width": 0}, **place}]


def _thresholds(content: LoveContent, theme: Theme) -> list[Layout]:
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
            "line": {"color": theme.guide, "width": 1.25, "dash": "dash" if number == 0 else "dot"},
        }
        for number, place in enumerate(BALANCE_LINES)
        if place <= content.end
    ]


def _threshold_names(content: LoveContent, theme: Theme, room: float) -> list[Layout]:
    """The names above the lines; to the outer sides of both where they would run into each other."""
    ink = {"size": SCREEN_SIZE, "color": theme.muted}
    apart = (BALANCE_LINES[1] - BALANCE_LINES[0]) * room / content.end > 30
    return [
        screen_note(
            theme,
            f"{place:g}",
            xref="x",
            x=place,
            y=1.0,
            xanchor="center" if apart else side,
            yanchor="bottom",
            font=ink,
        )
        for place, side in zip(BALANCE_LINES, ("right", "left"), strict=True)
        if place <= content.end
    ]


def _legend(
    content: LoveContent, theme: Theme, left: float, width: int, compact: bool
) -> tuple[list[Layout], list[Layout], float]:
    """The largest differences in words, then what each mark and the shade are; also the height they take."""
    sentence = [] if compact else wrap_label(content.sentence, line_room(width))
    words = {when: BRIEF[when] if compact else content.entry(when) for when in content.when}
    chance_words = content.chance_brief if compact else content.chance_entry
    marks_room = sum(_entry_room(entry) for entry in words.values())
    line = (marks_room + _entry_room(chance_words)) / SCREEN_SIZE
    beside = bool(compact and chance_words) and line <= line_room(width)
    chance = wrap_label(chance_words, line_room(width, _MARK)) if chance_words else []
    raw = wrap_label(content.raw_entry, line_room(width)) if content.raw_entry else []
    top = LINE_HEIGHT * (len(sentence) + 1 + (0 if beside else len(chance)) + len(raw)) + 28.0
    above = top - EDGE
    notes = stacked_notes(sentence, theme, x=EDGE - left, above=above)
    above -= LINE_HEIGHT * len(sentence)
    marks: list[Layout] = []
    x = 0.0
    for when, entry in words.items():
        colour = theme.before if when == "before" else theme.after
        fill = "rgba(0,0,0,0)" if when == "before" else colour
        marks.append(box_mark(left=left - x, above=above, fill=fill, line=colour, width=1.5, shape="circle"))
        notes.extend(stacked_notes([entry], theme, x=EDGE + x + _MARK - left, above=above))
        x += _entry_room(entry)
    if not beside:
        x = 0.0
        above -= LINE_HEIGHT
    if chance:
        marks.append(box_mark(left=left - x, above=above, fill=theme.band, line=theme.grid))
        notes.extend(stacked_notes(chance, theme, x=EDGE + x + _MARK - left, above=above))
        above -= 0 if beside else LINE_HEIGHT * (len(chance) - 1)
    notes.extend(stacked_notes(raw, theme, x=EDGE - left, above=above - LINE_HEIGHT))
    return notes, marks, top


def _entry_room(words: str) -> float:
    """Pixels that a mark with its name takes, and the gap after it."""
    return _MARK + SCREEN_SIZE * label_width(words) + 14
