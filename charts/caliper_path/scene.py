"""What the scrubber shows of a caliper path: the calipers, terms and times that are kept, and where the pictures stand."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.phrases import phrase
from analysis.study.caliper_path import CaliperPath
from charts.caliper_path.content import caliper_words, format_width
from charts.canvas import RIGHT, Trace, line_room
from charts.lettering import clean_label, label_width, plotly_text, short_middle, wrap_label
from charts.style import BALANCE_LINES, SCREEN_SIZE

MOST_FRAMES = 60
MOST_TERMS = 40
MOST_TIMES = 80
TITLE_LINES = 2
GAP = 66
"""Pixels between the two pictures, for the right one's ticks and title."""
_LOVE_SHARE = 0.46
_NAMES = 0.2
_ROW = 18.0
_LEAST_HEIGHT = 240.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScrubberScene:
    """The parts of a path that are sent, and their places.

    Attributes
    ----------
    rows, terms, time_rows : tuple of int
        Calipers, terms from top to bottom, and times that are kept.
    start : int
        The caliper shown at first.
    names : tuple of str
        Of the terms, as they fit.
    before : tuple of float or None
        Sizes of the terms' differences before.
    times : tuple of float
        On the axis of time; empty without curves.
    left, height : float
        Pixels that the names take, and that the pictures are high.
    split : tuple of float
        Where the left picture ends and the right one starts, in shares of the axes.
    end : float
        Where the axis of differences ends.
    line_room : float
        Ems of a line of words.
    title_lines : int
        Lines that the longest words of a caliper take.
    """

    rows: tuple[int, ...]
    terms: tuple[int, ...]
    time_rows: tuple[int, ...]
    start: int
    names: tuple[str, ...]
    before: tuple[float | None, ...]
    times: tuple[float, ...]
    left: float
    height: float
    split: tuple[float, float]
    end: float
    line_room: float
    title_lines: int


def scrubber_scene(path: CaliperPath, width: int) -> ScrubberScene:
    """Keep what fits a figure that is sent once: the terms that differ most, calipers and times spread evenly."""
    reach = np.abs(np.where(np.isfinite(path.smd), path.smd, 0.0)).max(axis=0, initial=0.0)
    before = np.abs(path.smd_before)
    order = np.where(np.isfinite(before), before, 0.0)
    kept = np.argsort(-np.maximum(reach, order), kind="stable")[:MOST_TERMS]
    terms = tuple(int(row) for row in sorted(kept, key=lambda row: (-order[row], row)))
    names = tuple(short_middle(term_name(path.terms[row]), max(_NAMES * width / SCREEN_SIZE, 7.0)) for row in terms)
    left = 14 + SCREEN_SIZE * max((label_width(name) for name in names), default=4.0)
    has_curves = len(path.times) > 0 and len(path.survival_treated) > 0
    time_rows = _spread(len(path.times), MOST_TIMES) if has_curves else ()
    room = width - left - RIGHT
    love = _LOVE_SHARE * (room - GAP)
    rows = tuple(sorted({*_spread(len(path.caliper), MOST_FRAMES - 2), *_marked(path)}))
    words_room = line_room(width, left)
    return ScrubberScene(
        rows=rows,
        terms=terms,
        time_rows=time_rows,
        start=next(iter(_marked(path)), rows[-1]),
        names=names,
        before=tuple(float(before[row]) if np.isfinite(before[row]) else None for row in terms),
        times=tuple(float(path.times[row]) for row in time_rows),
        left=left,
        height=max(_LEAST_HEIGHT, _ROW * len(terms) + 8),
        split=(love / room, (love + GAP) / room) if has_curves else (1.0, 1.0),
        end=1.06 * max(1.25 * BALANCE_LINES[1], _largest(reach, order, terms)),
        line_room=words_room,
        title_lines=max((len(_title(path, row, words_room)) for row in rows), default=1),
    )


def _marked(path: CaliperPath) -> list[int]:
    """The caliper in use, then the one suggested."""
    return [row for row in (path.current, path.knee) if row is not None]


def _spread(size: int, most: int) -> tuple[int, ...]:
    return tuple(np.unique(np.linspace(0, size - 1, min(size, most)).round().astype(int)).tolist())


def _largest(reach: NDArray[np.float64], order: NDArray[np.float64], terms: tuple[int, ...]) -> float:
    return max((float(max(reach[row], order[row])) for row in terms), default=0.0)


def term_name(term: str) -> str:
    """A level of a category reads ``column: level``."""
    return clean_label(term.replace("=", ": ", 1))


def frame_name(path: CaliperPath, row: int) -> str:
    """What a caliper's frame is called; no other caliper has the same."""
    return f"{row}: {format_width(float(path.caliper[row]))}"


def frame_traces(path: CaliperPath, scene: ScrubberScene, row: int) -> list[Trace]:
    """What changes with the caliper, and nothing else: the marks, the line of words, the curves."""
    sizes = [float(abs(path.smd[row, term])) for term in scene.terms]
    words = _title(path, row, scene.line_room)
    traces: list[Trace] = [
        {"x": [round(size, 3) if np.isfinite(size) else None for size in sizes]},
        # The last line stays empty: the names of the marks stand there.
        {"text": ["<br>".join([*(plotly_text(line) for line in words), "&#160;"])]},
    ]
    curves = (path.survival_treated[row], path.survival_control[row]) if scene.times else ()
    return traces + [{"y": percents(curve, scene)} for curve in curves]


def _title(path: CaliperPath, row: int, room: float) -> list[str]:
    return wrap_label(phrase("Caliper {told}", told=caliper_words(path, row)), room, lines=TITLE_LINES)


def percents(curve: NDArray[np.float64], scene: ScrubberScene) -> list[float | None]:
    """A curve at the times kept, in percent; None where there is none."""
    levels = [float(curve[time]) for time in scene.time_rows]
    return [round(100 * level, 2) if np.isfinite(level) else None for level in levels]
