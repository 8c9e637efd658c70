"""The interactive figure of missing covariates."""

import plotly.graph_objects as go

from analysis.cohort.missing import MissingPicture
from analysis.phrases import as_said, phrase
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    RIGHT,
    Layout,
    Trace,
    box_mark,
    line_room,
    notes_beneath,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
    stacked_notes,
)
from charts.hatching import bar_marker, hatched_mark
from charts.lettering import label_width, plotly_text, short_middle, wrap_label
from charts.missing.content import FEW_PATTERNS, MOST_PATTERNS, MissingContent, missing_content, pattern_words
from charts.style import ARM_COLOUR, LIGHT, SCREEN_SIZE, Arm, Theme, faded, format_count

_ROW = 32
"""Pixels from one covariate to the next: two bars and a gap."""
_BAR = 11.0
_NAMES = 0.32
"""The most of the figure's width that the covariates' names take."""
_NARROW = 480
"""Pixels below which fewer patterns are drawn and names are shorter."""
_CELL = 24
"""Pixels from one pattern to the next."""
_GAP = 26
_AXIS_ROOM = 46
_ARMS: tuple[Arm, Arm] = ("treated", "control")


def missing_figure(picture: MissingPicture, *, theme: Theme = LIGHT, width: int = 560) -> go.Figure:
    """Draw, for every covariate with missing values, the share of each arm without one, and what is missing together.

    Parameters
    ----------
    picture : MissingPicture
        As counted; without missing values the figure is a sentence.
    theme : Theme
        Colours of the page.
    width : int
        About how many pixels wide the figure will be shown.

    Notes
    -----
    A column of the strip at the right is a pattern: filled squares are values missing together in the patients whose
    number stands below, and in no others.
    """
    narrow = width < _NARROW
    content = missing_content(picture, FEW_PATTERNS if narrow else MOST_PATTERNS)
    sentence = wrap_label(content.sentence, line_room(width))
    if not content.rows:
        return _sentence_alone(sentence, theme)
    names = [short_middle(row.name, _NAMES * width / SCREEN_SIZE) for row in content.rows]
    left = 16 + SCREEN_SIZE * max(label_width(name) for name in names)
    top = LINE_HEIGHT * (len(sentence) + 2) + 16.0
    height = _ROW * len(names)
    more = wrap_label(content.more, line_room(width)) if content.more else []
    bottom = _AXIS_ROOM + LINE_HEIGHT * len(more) + (4 if more else 0)
    layout = screen_layout(theme, height=top + height + bottom, left=left, right=RIGHT, top=top, bottom=bottom)
    split = _split(content, width - left - RIGHT)
    layout["xaxis"] = screen_axis(
        theme,
        title=phrase("Missing (%)") if narrow else phrase("Arm without a value (%)"),
        grid=True,
        range=[0.0, content.end],
        dtick=content.step,
        domain=[0.0, split[0]],
    )
    layout["xaxis2"] = screen_axis(
        theme,
        title=phrase("Patients"),
        range=[-0.5, len(content.patterns) - 0.5],
        tickvals=list(range(len(content.patterns))),
        ticktext=[format_count(pattern.n) for pattern in content.patterns],
        ticks="",
        showline=False,
        domain=[split[1], 1.0],
        anchor="y",
    )
    layout["yaxis"] = screen_axis(
        theme,
        range=[height, 0.0],
        tickvals=[_centre(row) for row in range(len(names))],
        ticktext=[plotly_text(name) for name in names],
        ticks="",
        ticklabelstandoff=6,
    )
    marks, notes = _legend(content, sentence, theme, left, top, split[1])
    layout["shapes"], layout["annotations"] = (
        marks,
        [*notes, *notes_beneath(more, theme, left=left, below=_AXIS_ROOM - 6)],
    )
    return screen_figure([*(_bars(content, arm, theme) for arm in _ARMS), *_strip(content, theme)], layout)


def _sentence_alone(lines: list[str], theme: Theme) -> go.Figure:
    height = LINE_HEIGHT * len(lines) + 16.0
    layout = screen_layout(theme, height=height, left=0, right=0, top=height - 2, bottom=0)
    layout["xaxis"] = layout["yaxis"] = {"visible": False, "fixedrange": True}
    layout["annotations"] = stacked_notes(lines, theme, x=EDGE, above=height - 2 - EDGE)
    return screen_figure([], layout)


def _split(content: MissingContent, room: float) -> tuple[float, float]:
    """Where the bars end and where the strip of patterns begins, as shares of the axes' room."""
    strip = min(_CELL * len(content.patterns), 0.5 * room)
    begin = 1.0 - strip / room
    return begin - _GAP / room, begin


def _centre(row: int) -> float:
    return _ROW * (row + 0.5)


def _bars(content: MissingContent, arm: Arm, theme: Theme) -> Trace:
    side = -1 if arm == "treated" else 1
    label = plotly_text(content.labels[arm])
    fields = {"n": "%{customdata[1]:,d}", "percent": "%{customdata[2]:.1f}"}
    without = as_said(phrase("{n} without a value, {percent}%", **fields))
    return {
        "type": "bar",
        "orientation": "h",
        "name": plotly_text(content.entries[arm]),
        "x": [row.percent[arm] for row in content.rows],
        "y": [_centre(row) + side * (_BAR + 1) / 2 for row in range(len(content.rows))],
        "width": _BAR,
        "marker": bar_marker(arm, faded(ARM_COLOUR[arm], 0.9), theme),
        "text": [format_count(row.count[arm]) for row in content.rows],
        "textposition": "outside",
        "textfont": {"size": SCREEN_SIZE, "color": theme.text},
        "cliponaxis": False,
        "customdata": [[plotly_text(row.name), row.count[arm], row.percent[arm]] for row in content.rows],
        "hovertemplate": f"<b>%{{customdata[0]}}</b><br>{label}: {without}<extra></extra>",
        "hoverlabel": {"bordercolor": ARM_COLOUR[arm]},
    }


def _strip(content: MissingContent, theme: Theme) -> list[Trace]:
    """One trace of what is missing and one of what is known."""
    cells: dict[bool, tuple[list[int], list[float]]] = {True: ([], []), False: ([], [])}
    words: list[list[str]] = []
    for place, pattern in enumerate(content.patterns):
        for row, absent in enumerate(pattern.absent):
            cells[absent][0].append(place)
            cells[absent][1].append(_centre(row))
            if absent:
                arms = ", ".join(f"{content.labels[arm]} {format_count(pattern.count[arm])}" for arm in _ARMS)
                words.append([plotly_text(pattern_words(pattern, content.rows)), plotly_text(arms)])
    missing = as_said(phrase("Missing: {covariates}", covariates="%{customdata[0]}"))
    shared = {"type": "scatter", "mode": "markers", "xaxis": "x2", "yaxis": "y", "cliponaxis": False}
    return [
        {
            **shared,
            "name": "known",
            "x": cells[False][0],
            "y": cells[False][1],
            "marker": {"symbol": "square", "size": 5, "color": theme.grid},
            "hoverinfo": "skip",
        },
        {
            **shared,
            "name": "missing together",
            "x": cells[True][0],
            "y": cells[True][1],
            "marker": {"symbol": "square", "size": 12, "color": theme.guide},
            "customdata": words,
            "hovertemplate": f"<b>{missing}</b><br>%{{customdata[1]}}<extra></extra>",
        },
    ]


def _legend(
    content: MissingContent, sentence: list[str], theme: Theme, left: float, top: float, begin: float
) -> tuple[list[Layout], list[Layout]]:
    """The sentence, the arms, and the heading of the strip."""
    above = top - EDGE
    notes = stacked_notes(sentence, theme, x=EDGE - left, above=above)
    above -= LINE_HEIGHT * len(sentence)
    marks: list[Layout] = []
    x = 0.0
    for arm in _ARMS:
        entry = content.entries[arm]
        fill = faded(ARM_COLOUR[arm], 0.9)
        mark = box_mark(left=left - x, above=above, fill=fill, line=fill)
        marks.append(mark if arm == "treated" else hatched_mark(mark, theme))
        notes.extend(stacked_notes([entry], theme, x=EDGE + x + 20 - left, above=above))
        x += 34 + SCREEN_SIZE * label_width(entry)
    heading = screen_note(
        theme,
        phrase("Missing together"),
        x=begin,
        y=1.0,
        yanchor="bottom",
        yshift=4,
        font={"size": SCREEN_SIZE, "color": theme.muted},
    )
    return marks, [*notes, heading]
