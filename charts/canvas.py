"""The frame of an interactive figure: colours of the theme, fonts, axes, hover and margins."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from numpy.typing import NDArray

from analysis.phrases import as_said
from charts.lettering import lettering_language, plotly_text
from charts.style import JAPANESE_SCREEN_FONT, SCREEN_FONT, SCREEN_SIZE, Theme

Trace = dict[str, Any]
Layout = dict[str, Any]

LINE_HEIGHT = 17
"""Pixels from one line of lettering to the next."""
EDGE = 4
"""Pixels between the figure's left border and its lettering."""
MARK_ROOM = 36
"""Pixels that a legend's mark and the gap after it take."""
RIGHT = 18
"""Pixels to the right of the axes."""
MOST_AS_NUMBERS = 500
"""Of one kind; of more, each is sent with no more digits than are seen."""
DIGITS = 7
"""Of the largest of many numbers that only place things: no more than a thousandth of a pixel takes."""
SMALLEST = 1e-12
"""Smaller numbers are sent as they are."""


def screen_font() -> str:
    """The fonts of a figure on screen, the first that has a letter first.

    Examples
    --------
    >>> from charts.lettering import lettered_in
    >>> with lettered_in("ja"):
    ...     screen_font().index("Hiragino") < screen_font().index("Malgun")
    True
    """
    return JAPANESE_SCREEN_FONT if lettering_language() == "ja" else SCREEN_FONT


def screen_figure(traces: Sequence[Trace], layout: dict[str, Any]) -> go.Figure:
    """A Plotly figure of plain traces and a layout from :func:`screen_layout`.

    Plotly's own check of every property takes five times as long as drawing; the tests do it instead. Numbers are sent as
    numbers: what is packed into bytes a browser takes for new each time it is asked, and draws the figure again.
    """
    # A template is large and set for another page, and with any a browser draws each figure twice. Streamlit sets its own
    # when it first draws a figure, so that none must be said each time.
    pio.templates.default = None
    return go.Figure({"data": [_as_lists(trace) for trace in traces], "layout": layout}, _validate=False)


def _as_lists(part: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_list(value) for name, value in part.items()}


def _as_list(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        if value.size <= MOST_AS_NUMBERS or value.dtype.kind in "iu":
            return value.tolist()
        return _short(value).tolist() if value.dtype.kind == "f" else value
    return _as_lists(value) if isinstance(value, dict) else value


def _short(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each number with its own first digits, so that small ones keep theirs on an axis of powers."""
    size = np.abs(numbers)
    size[~np.isfinite(size) | (size < SMALLEST)] = 1.0
    scale = 10.0 ** np.clip(DIGITS - 1 - np.floor(np.log10(size)), 0, None)
    return np.where(np.abs(numbers) < SMALLEST, numbers, np.round(numbers * scale) / scale)


def placing_numbers(numbers: NDArray[np.float64]) -> NDArray[np.float64] | list[float]:
    """Places along an axis: a few as they are; many with no more digits than a screen can show, and as numbers.

    Examples
    --------
    >>> placing_numbers(np.linspace(0, 1, 1001))[333]
    0.333
    """
    if numbers.size <= MOST_AS_NUMBERS:
        return numbers
    largest = float(np.abs(numbers).max())
    decimals = DIGITS - 1 - int(np.floor(np.log10(largest))) if largest > 0 else 0
    short: list[float] = np.round(numbers, decimals).tolist()
    return short


def screen_layout(
    theme: Theme, *, height: float, left: float, right: float, top: float, bottom: float
) -> dict[str, Any]:
    """The part of a layout that all figures share; sizes in pixels."""
    return {
        # Streamlit hands every figure over twice, the second time with its width: the numbers are still the same.
        "datarevision": 1,
        "autosize": True,
        "height": round(height),
        "margin": {"l": round(left), "r": round(right), "t": round(top), "b": round(bottom), "pad": 0},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": screen_font(), "size": SCREEN_SIZE, "color": theme.text},
        "hoverlabel": {
            "bgcolor": theme.background,
            "bordercolor": theme.axis,
            "font": {"family": screen_font(), "size": SCREEN_SIZE, "color": theme.text},
            "align": "left",
            "namelength": -1,
        },
        "hovermode": "closest",
        "hoverdistance": 30,
        "dragmode": False,
        "showlegend": False,
        "barmode": "overlay",
    }


def screen_axis(theme: Theme, *, title: str = "", grid: bool = False, **more: Any) -> dict[str, Any]:
    """One axis; ``title`` is text that is already safe for Plotly."""
    axis: dict[str, Any] = {
        "showgrid": grid,
        "gridcolor": theme.grid,
        "gridwidth": 1,
        "zeroline": False,
        "showline": True,
        "linecolor": theme.axis,
        "linewidth": 1,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": theme.axis,
        "tickfont": {"size": SCREEN_SIZE, "color": theme.text},
        "fixedrange": True,
        "automargin": False,
    }
    if title:
        axis["title"] = {"text": as_said(title), "standoff": 6, "font": {"size": SCREEN_SIZE, "color": theme.text}}
    return {**axis, **more}


def hidden_axis(**more: Any) -> dict[str, Any]:
    """An axis that only places things."""
    return {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False, **more}


def screen_note(theme: Theme, text: str, **more: Any) -> dict[str, Any]:
    """A line of lettering; ``text`` is already safe for Plotly, placement comes in ``more``."""
    return {
        "text": as_said(text),
        "showarrow": False,
        "align": "left",
        "font": {"size": SCREEN_SIZE, "color": theme.text},
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "borderpad": 0,
        **more,
    }


def line_room(width: int, taken: float = 0.0) -> float:
    """The room, in ems, for a line of lettering that spans a figure of this width in pixels."""
    return (width - RIGHT - 2 * EDGE - taken) / SCREEN_SIZE


def stacked_notes(lines: Sequence[str], theme: Theme, *, x: float, above: float, **more: Any) -> list[Layout]:
    """Lines of plain text below each other; ``x`` and ``above`` are pixels from the upper left corner of the axes."""
    return [
        screen_note(
            theme,
            plotly_text(line),
            x=0.0,
            xshift=x,
            y=1.0,
            yanchor="middle",
            yshift=above - LINE_HEIGHT * (row + 0.5),
            **more,
        )
        for row, line in enumerate(lines)
    ]


def notes_beneath(lines: Sequence[str], theme: Theme, *, left: float, below: float = 0.0) -> list[Layout]:
    """Quiet lines at the left border, ``below`` pixels under the axes."""
    ink = {"size": SCREEN_SIZE, "color": theme.muted}
    return [
        screen_note(
            theme,
            plotly_text(line),
            x=0.0,
            xshift=EDGE - left,
            y=0.0,
            yanchor="top",
            yshift=-below - 6 - LINE_HEIGHT * row,
            font=ink,
        )
        for row, line in enumerate(lines)
    ]


def line_mark(*, left: float, above: float, colour: str, width: float, dash: str) -> Layout:
    """A short line for a legend, half a line of lettering under ``above`` pixels over the axes."""
    middle = above - LINE_HEIGHT / 2
    return {
        **_PIXELS,
        "type": "line",
        "x0": EDGE - left,
        "x1": EDGE - left + MARK_ROOM - 8,
        "y0": middle,
        "y1": middle,
        "line": {"color": colour, "width": width, "dash": dash},
    }


def box_mark(*, left: float, above: float, fill: str, line: str, width: float = 1.0, shape: str = "rect") -> Layout:
    """A small square or circle for a legend, in the place of a line's mark."""
    middle = above - LINE_HEIGHT / 2
    return {
        **_PIXELS,
        "type": shape,
        "x0": EDGE - left + 1,
        "x1": EDGE - left + 12,
        "y0": middle - 5.5,
        "y1": middle + 5.5,
        "fillcolor": fill,
        "line": {"color": line, "width": width},
    }


_PIXELS: Layout = {
    "xref": "paper",
    "yref": "paper",
    "xsizemode": "pixel",
    "ysizemode": "pixel",
    "xanchor": 0.0,
    "yanchor": 1.0,
}
