"""What a drawing on a slide consists of, in points from its upper left corner."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Command = Literal["move", "line", "quadratic", "cubic", "close"]
Segment = tuple[Command, tuple[Point, ...]]
Subpath = tuple[Segment, ...]
Align = Literal["left", "center", "right"]

ASCENT, DESCENT = 0.905, 0.212
"""Of the lettering on a slide, in sizes of the font; those of Arial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """A colour, ``RRGGBB``, at an opacity from 0 to 1."""

    colour: str
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line: its paint, its width in points, its dashes and gaps in widths of the line, a head at its end."""

    paint: Paint
    width: float
    dashes: tuple[float, ...] = ()
    cap: str = "flat"
    join: str = "miter"
    arrow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A line, a step curve, an area or many marks: all subpaths have one stroke and one fill."""

    name: str
    subpaths: tuple[Subpath, ...]
    fill: Paint | None
    stroke: Stroke | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """One line of text; ``x`` is the end or the middle that stays where it is when the text is changed.

    ``baseline`` is measured downwards; both are of the text as it reads, turned by ``angle`` degrees anticlockwise
    about that point.
    """

    text: str
    x: float
    baseline: float
    width: float
    size: float
    align: Align
    angle: float
    bold: bool
    italic: bool
    family: str
    paint: Paint


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Pixels, for what cannot be drawn as shapes."""

    name: str
    png: bytes
    left: float
    top: float
    width: float
    height: float


@dataclass(slots=True, kw_only=True)
class Group:
    """Shapes that an author moves as one."""

    name: str
    is_axis: bool = False
    items: list["Item"] = field(default_factory=list)


Item = Outline | Lettering | Picture | Group


def all_items(group: Group) -> Iterator[Outline | Lettering | Picture]:
    """Everything in a group and in the groups within it, from the back to the front."""
    for item in group.items:
        if isinstance(item, Group):
            yield from all_items(item)
        else:
            yield item


def gathered(group: Group) -> Group:
    """A group without empty groups, in which the ticks of an axis are one shape, and so are its grid lines."""
    kept: list[Item] = []
    for item in group.items:
        inner = gathered(item) if isinstance(item, Group) else item
        if not isinstance(inner, Group) or inner.items:
            kept.append(inner)
    return Group(name=group.name, is_axis=group.is_axis, items=_merged(kept) if group.is_axis else kept)


def _merged(items: list[Item]) -> list[Item]:
    found: dict[tuple[str, Paint | None, Stroke | None], Outline] = {}
    others: list[Item] = []
    for item in items:
        if not isinstance(item, Outline):
            others.append(item)
            continue
        style = (item.name, item.fill, item.stroke)
        before = found[style].subpaths if style in found else ()
        found[style] = Outline(name=item.name, subpaths=before + item.subpaths, fill=item.fill, stroke=item.stroke)
    return [*found.values(), *others]
