"""The interactive specification curve: estimates above, a dot matrix of choices below."""

from math import log10

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from analysis.robustness.result import SpecificationCurve
from charts.canvas import (
    EDGE,
    LINE_HEIGHT,
    RIGHT,
    Layout,
    Trace,
    hidden_axis,
    line_room,
    notes_beneath,
    screen_axis,
    screen_figure,
    screen_layout,
    screen_note,
)
from charts.legend import LegendEntry, screen_legend
from charts.lettering import label_width, plotly_text, short_label, wrap_label
from charts.specification_curve.content import ChoiceRow, CurveContent, curve_content
from charts.style import LIGHT, SCREEN_SIZE, Theme, faded

ROW = 17
"""Pixels from one row of the matrix to the next."""
GROUP_GAP = 7
"""Pixels between two choices."""
MOST_DOTS = 1200
"""More marks than these are upright strokes of one path: as many circles would take seconds to draw."""
_GAP = 12
_WIDEST_NAMES = 19.0
"""Ems."""


def specification_figure(
    curve: SpecificationCurve,
    *,
    time_unit: str = "months",
    theme: Theme = LIGHT,
    width: int = 900,
    plot_height: int = 260,
) -> go.Figure:
    """Draw the sorted estimates with their limits, this study marked, and below each which choices it made.

    Parameters
    ----------
    curve : SpecificationCurve
        With one estimate at least; it may be partial.
    time_unit : str
        As in the study file.
    theme, width, plot_height
        Colours of the page; about how many pixels wide the figure will be, and the height of the curve.
    """
    content = curve_content(curve, time_unit=time_unit)
    left = _left(content)
    legend = screen_legend(_entries(content, theme), width)
    note = wrap_label(content.note, line_room(width))
    places, matrix = _row_places(content)
    top, bottom = legend.height + 12, 12 + LINE_HEIGHT * len(note)
    inside = plot_height + _GAP + matrix
    split = matrix / inside
    layout = screen_layout(theme, height=top + inside + bottom, left=left, right=RIGHT, top=top, bottom=bottom)
    layout["xaxis"] = hidden_axis(range=[-0.8, content.n - 0.2], anchor="y2")
    layout["yaxis"] = screen_axis(
        theme,
        title=plotly_text(content.title),
        grid=True,
        type="log" if content.log else "linear",
        range=[log10(end) for end in content.range] if content.log else list(content.range),
        tickvals=list(content.levels),
        ticktext=[plotly_text(text) for text in content.level_text],
        domain=[split + _GAP / inside, 1.0],
    )
    layout["yaxis2"] = hidden_axis(range=[-matrix, 0], domain=[0.0, split], anchor="x")
    marks, notes = legend.draw(theme, left=left, above=top - EDGE)
    layout["shapes"] = [*_guides(content, theme), *marks]
    layout["annotations"] = [*notes, *_row_names(content, places, theme, left), *notes_beneath(note, theme, left=left)]
    pixels = (width - left - RIGHT) / max(content.n, 1)
    traces = [*_limits(content, theme, pixels), *_matrix(content, places, theme, pixels)]
    traces += [_estimates(content, theme, pixels, low=low) for low in (False, True)]
    return screen_figure([*traces, *_chosen(content, theme)], layout)


def _entries(content: CurveContent, theme: Theme) -> list[LegendEntry]:
    return [
        LegendEntry(words=content.chosen_words, colour=theme.text, kind="circle", arm="control"),
        LegendEntry(words=content.low_words, colour=theme.after, kind="circle"),
        LegendEntry(words=content.other_words, colour=theme.before, kind="circle"),
    ]


def _left(content: CurveContent) -> int:
    """Room for the longest name of a row, within limits."""
    return round(max(64, min(_WIDEST_NAMES, max(map(_row_width, content.rows), default=0.0)) * SCREEN_SIZE + 16))


def _row_width(row: ChoiceRow) -> float:
    """Ems that a row's names take; the head of a choice stands before its first option."""
    return label_width(row.option) + (label_width(row.dimension) + 1.5 if row.first else 0.0)


def _row_places(content: CurveContent) -> tuple[list[float], float]:
    """Pixels from the top of the matrix to the middle of each row, and its height."""
    places: list[float] = []
    down = 4.0
    for row in content.rows:
        down += GROUP_GAP if row.first and places else 0
        places.append(down + ROW / 2)
        down += ROW
    return places, down + 4.0


def _row_names(content: CurveContent, places: list[float], theme: Theme, left: int) -> list[Layout]:
    notes: list[Layout] = []
    place = {"xref": "paper", "yref": "y2", "x": 0.0, "yanchor": "middle"}
    for row, down in zip(content.rows, places, strict=True):
        if row.first:
            bold = f"<b>{plotly_text(row.dimension)}</b>"
            notes.append(screen_note(theme, bold, **place, xanchor="left", xshift=EDGE - left, y=-down))
        ink = {"size": SCREEN_SIZE, "color": theme.text}
        taken = label_width(row.dimension) + 1.5 if row.first else 0.0
        name = plotly_text(short_label(row.option, _WIDEST_NAMES - taken))
        notes.append(screen_note(theme, name, **(place | {"xanchor": "right"}), xshift=-8, y=-down, font=ink))
    return notes


def _guides(content: CurveContent, theme: Theme) -> list[Layout]:
    line: Layout = {"type": "line", "layer": "below"}
    nothing = {"xref": "paper", "yref": "y", "x0": 0.0, "x1": 1.0, "y0": content.nothing, "y1": content.nothing}
    guides = [{**line, **nothing, "line": {"color": theme.guide, "width": 1, "dash": "dot"}}]
    if content.chosen is not None:
        down = {"xref": "x", "yref": "paper", "x0": content.chosen, "x1": content.chosen, "y0": 0.0, "y1": 1.0}
        guides.append({**line, **down, "line": {"color": theme.text, "width": 1}})
    return guides


def _strokes(
    x: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Upright strokes as one path, broken between them."""
    across, up = np.full((2, x.size, 3), np.nan, dtype=np.float32)
    across[:, 0] = across[:, 1] = x
    up[:, 0], up[:, 1] = low, high
    return across.ravel(), up.ravel()


def _limits(content: CurveContent, theme: Theme, pixels: float) -> list[Trace]:
    traces: list[Trace] = []
    for low, colour in ((False, theme.before), (True, theme.after)):
        rows = np.flatnonzero((content.low == low) & np.isfinite(content.lower) & np.isfinite(content.upper))
        x, y = _strokes(rows, content.lower[rows], content.upper[rows])
        line = {
            "color": faded(colour, 0.45 if theme.name == "light" else 0.55),
            "width": min(2.0, max(0.6, 0.6 * pixels)),
        }
        traces.append({"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"})
    return traces


def _estimates(content: CurveContent, theme: Theme, pixels: float, *, low: bool) -> Trace:
    rows = np.flatnonzero(content.low == low)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": rows,
        "y": content.estimate[rows],
        "marker": {"size": min(7.0, max(2.5, 0.9 * pixels)), "color": theme.after if low else theme.before},
        "text": ["<br>".join(map(plotly_text, content.hover[row])) for row in rows],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _chosen(content: CurveContent, theme: Theme) -> list[Trace]:
    if content.chosen is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [content.chosen],
            "y": [content.estimate[content.chosen]],
            "marker": {
                "symbol": "diamond",
                "size": 12,
                "color": theme.text,
                "line": {"width": 1.5, "color": theme.background},
            },
            "text": ["<br>".join(map(plotly_text, content.hover[content.chosen]))],
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def _matrix(content: CurveContent, places: list[float], theme: Theme, pixels: float) -> list[Trace]:
    n_marks = sum(row.places.size for row in content.rows)
    x = np.concatenate([row.places for row in content.rows] or [np.zeros(0, dtype=np.int64)])
    y = np.concatenate(
        [np.full(row.places.size, -down) for row, down in zip(content.rows, places, strict=True)] or [np.zeros(0)]
    )
    base: Trace = {"type": "scatter", "hoverinfo": "skip", "xaxis": "x", "yaxis": "y2"}
    if n_marks <= MOST_DOTS:
        size = min(8.0, max(3.0, 0.8 * pixels))
        return [{**base, "mode": "markers", "x": x, "y": y, "marker": {"size": size, "color": theme.text}}]
    across, up = _strokes(x, y - 0.34 * ROW, y + 0.34 * ROW)
    line = {"color": theme.text, "width": min(3.0, max(0.7, 0.7 * pixels))}
    return [{**base, "mode": "lines", "x": across, "y": up, "line": line}]
