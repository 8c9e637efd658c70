"""The names of what is drawn, one below the other above the axes, each with its mark: on screen and on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from charts.canvas import EDGE, LINE_HEIGHT, MARK_ROOM, Layout, box_mark, line_mark, line_room, stacked_notes
from charts.hatching import hatched_mark, hatched_square
from charts.lettering import wrap_label
from charts.page import MARGIN, PrintedPage, line_step, pale_ink
from charts.style import GHOST_WIDTH, LINE_WIDTH, PLOTLY_DASH, PRINT_DASH, Arm, Theme, blended

MarkKind = Literal["line", "box", "circle", "hollow", "diamond", "none"]

POPULATION_MARK: Final[dict[str, MarkKind]] = {"before": "diamond", "after": "box"}
POPULATION_SYMBOL: Final = {"before": "diamond", "after": "square"}
POPULATION_PRINT_SYMBOL: Final = {"before": "D", "after": "s"}
"""How an effect is marked before and after the design, so that they differ by more than their colour."""

_PRINT_MARK = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A mark and its name.

    Attributes
    ----------
    words : str
        The name; it wraps where it is long.
    colour : str
        Of the mark, from the palette.
    kind : {"line", "box", "circle", "hollow", "diamond", "none"}
        A line (dashed for the control arm), a square (hatched for it), a filled or an empty circle (a diamond for it), a
        diamond, or a sentence without a mark.
    arm : {"treated", "control"}
        Whose mark it is.
    ghost : bool
        Whether it stands behind another.
    """

    words: str
    colour: str = "#000000"
    kind: MarkKind = "none"
    arm: Arm = "treated"
    ghost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLegend:
    """Entries with the lines they take in a figure of this width in pixels."""

    entries: tuple[LegendEntry, ...]
    lines: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> int:
        """Pixels that all lines take."""
        return LINE_HEIGHT * sum(len(lines) for lines in self.lines)

    def draw(self, theme: Theme, *, left: float, above: float) -> tuple[list[Layout], list[Layout]]:
        """Shapes and notes; ``left`` is the left margin, ``above`` the pixels over the axes at which they start."""
        marks: list[Layout] = []
        notes: list[Layout] = []
        for entry, lines in zip(self.entries, self.lines, strict=True):
            if entry.kind != "none":
                marks.append(_screen_mark(entry, theme, left, above))
            room = 0 if entry.kind == "none" else MARK_ROOM
            notes.extend(stacked_notes(lines, theme, x=EDGE + room - left, above=above))
            above -= LINE_HEIGHT * len(lines)
        return marks, notes


def screen_legend(entries: Sequence[LegendEntry], width: int) -> ScreenLegend:
    """Wrap the names for a figure of this width in pixels."""
    lines = tuple(
        tuple(wrap_label(entry.words, line_room(width, 0 if entry.kind == "none" else MARK_ROOM))) for entry in entries
    )
    return ScreenLegend(entries=tuple(entries), lines=lines)


def _screen_mark(entry: LegendEntry, theme: Theme, left: float, above: float) -> Layout:
    colour = blended(entry.colour, theme.ghost_opacity, theme.background) if entry.ghost else entry.colour
    if entry.kind == "line":
        width = GHOST_WIDTH if entry.ghost else LINE_WIDTH
        return line_mark(left=left, above=above, colour=colour, width=width, dash=PLOTLY_DASH[entry.arm])
    fill = "rgba(0,0,0,0)" if entry.kind == "hollow" or (entry.ghost and entry.kind == "box") else colour
    shape = "rect" if entry.kind == "box" else "circle"
    mark = box_mark(left=left - 7, above=above, fill=fill, line=colour, width=1.5, shape=shape)
    if entry.kind == "diamond":
        return _diamond(mark)
    if entry.arm == "treated" or (entry.kind == "box" and entry.ghost):
        return mark
    return hatched_mark(mark, theme) if entry.kind == "box" else _diamond(mark)


def _diamond(mark: Layout) -> Layout:
    """A mark turned by its corner, as large as a circle."""
    left, right, low, high = (float(mark.pop(side)) for side in ("x0", "x1", "y0", "y1"))
    across, down = (left + right) / 2, (low + high) / 2
    path = f"M {left:g},{down:g} L {across:g},{high:g} L {right:g},{down:g} L {across:g},{low:g} Z"
    return {**mark, "type": "path", "path": path}


def print_legend_height(page: PrintedPage, entries: Sequence[LegendEntry]) -> float:
    """Millimetres that the entries take on paper."""
    return line_step(page.base) * sum(len(_print_lines(page, entry)) for entry in entries)


def print_legend(page: PrintedPage, entries: Sequence[LegendEntry], top: float) -> float:
    """Letter the entries from ``top`` on, in millimetres; the height they took is returned."""
    start = top
    for entry in entries:
        lines = _print_lines(page, entry)
        if entry.kind != "none":
            _print_mark(page, entry, top)
        top += page.write_lines(lines, MARGIN + (0.0 if entry.kind == "none" else _PRINT_MARK + 1.0), top)
    return top - start


def _print_lines(page: PrintedPage, entry: LegendEntry) -> list[str]:
    taken = 0.0 if entry.kind == "none" else _PRINT_MARK + 1.0
    return page.wrap(entry.words, page.width - 2 * MARGIN - taken)


def _print_mark(page: PrintedPage, entry: LegendEntry, top: float) -> None:
    middle = top + 0.5 * line_step(page.base)
    colour = pale_ink(entry.colour, 0.5 if entry.ghost else 1.0)
    if entry.kind == "line":
        style = {"linestyle": PRINT_DASH[entry.arm], "linewidth": 0.8 if entry.ghost else 1.2}
        page.rule((MARGIN, MARGIN + _PRINT_MARK), (middle, middle), color=colour, **style)
        return
    if entry.kind == "box":
        fill = "white" if entry.ghost else colour
        page.box(MARGIN + 2.0, top + 0.35, 2.2, 2.2, facecolor=fill, edgecolor=colour)
        if entry.arm == "control" and not entry.ghost:
            hatched_square(page, MARGIN + 2.0, top + 0.35, 2.2)
        return
    is_circle = entry.arm == "treated" and entry.kind != "diamond"
    page.rule(
        (MARGIN + 3.0,),
        (middle,),
        linestyle="none",
        marker="o" if is_circle else "D",
        markersize=4.2 if is_circle else 3.6,
        markeredgewidth=0.9,
        markeredgecolor=colour,
        markerfacecolor="white" if entry.kind == "hollow" else colour,
    )
