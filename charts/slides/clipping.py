"""Lines cut at the edges of a rectangle, as a shape on a slide cannot be."""

from collections.abc import Sequence
from itertools import pairwise

from charts.slides.shapes import Point

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom, downwards positive."""


def cut_line(points: Sequence[Point], edges: Edges) -> list[list[Point]]:
    """The parts of a line through points that lie within a rectangle.

    Source: Liang, Barsky, ACM Transactions on Graphics 1984, doi:10.1145/357332.357333.

    Examples
    --------
    >>> cut_line([(-1.0, 1.0), (1.0, 1.0), (5.0, 1.0)], (0.0, 0.0, 4.0, 4.0))
    [[(0.0, 1.0), (1.0, 1.0), (4.0, 1.0)]]
    """
    parts: list[list[Point]] = []
    for start, end in pairwise(points):
        kept = _cut_segment(start, end, edges)
        if kept is None:
            continue
        if parts and parts[-1][-1] == kept[0]:
            parts[-1].append(kept[1])
        else:
            parts.append(list(kept))
    return parts


def _cut_segment(start: Point, end: Point, edges: Edges) -> tuple[Point, Point] | None:
    left, top, right, bottom = edges
    across, down = end[0] - start[0], end[1] - start[1]
    first, last = 0.0, 1.0
    for step, room in (
        (-across, start[0] - left),
        (across, right - start[0]),
        (-down, start[1] - top),
        (down, bottom - start[1]),
    ):
        if step == 0:
            if room < 0:
                return None
            continue
        if step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    if first > last:
        return None
    begin = start if first == 0 else (start[0] + first * across, start[1] + first * down)
    finish = end if last == 1 else (start[0] + last * across, start[1] + last * down)
    return begin, finish
