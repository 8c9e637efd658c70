"""Hatching, which tells the control arm's bars from the treated arm's where nothing else but colour would."""

from typing import TYPE_CHECKING, Any, cast

from charts.style import Arm, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from charts.page import PrintedPage

Stroke = tuple[tuple[float, float], tuple[float, float]]

_PIXELS_APART = 6
"""From one stroke to the next on screen."""
_MM_APART = 1.1
_PRINT_WIDTH = 0.6


def bar_marker(arm: Arm, colour: str, theme: Theme) -> dict[str, Any]:
    """How Plotly fills an arm's bars: the treated arm's plainly, the control arm's with strokes of the page's colour."""
    marker: dict[str, Any] = {"color": colour, "line": {"width": 0}}
    if arm == "control":
        marker["pattern"] = {
            "shape": "/",
            "fillmode": "overlay",
            "fgcolor": theme.background,
            "fgopacity": 1.0,
            "size": _PIXELS_APART,
            "solidity": 0.22,
        }
    return marker


def strokes(width: float, height: float, apart: float) -> list[Stroke]:
    """Strokes that rise to the right across a rectangle whose lower left corner is at 0.

    Examples
    --------
    >>> strokes(2.0, 1.0, 1.0)
    [((0.0, 0.0), (1.0, 1.0)), ((1.0, 0.0), (2.0, 1.0))]
    """
    found: list[Stroke] = []
    number = int(-height // apart)
    while (start := number * apart) < width:
        low, high = max(0.0, start), min(width, start + height)
        if high > low:
            found.append(((low, low - start), (high, high - start)))
        number += 1
    return found


def hatched_mark(mark: dict[str, Any], theme: Theme) -> dict[str, Any]:
    """A legend's square with the strokes of the bars that it names."""
    left, right, low, high = (float(mark.pop(side)) for side in ("x0", "x1", "y0", "y1"))
    corners = [(left, low), (left, high), (right, high), (right, low), (left, low)]
    inside = strokes(right - left, high - low, _PIXELS_APART * 0.7)
    lines = [corners, *([(left + x, low + y) for x, y in stroke] for stroke in inside)]
    path = " ".join("M " + " L ".join(f"{x:g},{y:g}" for x, y in line) for line in lines)
    return {**mark, "type": "path", "path": path, "line": {"color": theme.background, "width": 1.25}}


def hatched_square(page: "PrintedPage", left: float, top: float, size: float) -> None:
    """Draw the strokes of a legend's square on paper, in millimetres."""
    for (x, y), (right, high) in strokes(size, size, _MM_APART * 0.8):
        page.rule((left + x, left + right), (top + size - y, top + size - high), color="white", linewidth=_PRINT_WIDTH)


def hatch_bar(axes: "Axes", start: float, middle: float, length: float, tall: float, *, behind: float = 3.5) -> None:
    """Draw the strokes of a horizontal bar on paper, as one path; the axes have their limits already.

    Parameters
    ----------
    axes : Axes
        In which the bar lies.
    start, middle, length, tall : float
        Of the bar, in the numbers of the axes.
    behind : float
        The order of drawing: over the bar, under what is marked on it.
    """
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    box, page = axes.get_position(), cast("Figure", axes.figure).get_size_inches() * 25.4
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    across = box.width * page[0] / abs(right - left)
    upward = box.height * page[1] / abs(high - low)
    found = strokes(length * across, tall * upward, _MM_APART)
    if found:
        corners = [(start + x / across, middle - tall / 2 + y / upward) for stroke in found for x, y in stroke]
        path = Path(corners, [Path.MOVETO, Path.LINETO] * len(found))
        drawn = PathCollection([path], facecolors="none", edgecolors="white", linewidths=_PRINT_WIDTH, zorder=behind)
        axes.add_collection(drawn, autolim=False)
