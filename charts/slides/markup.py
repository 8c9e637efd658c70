"""Shapes as the DrawingML of a slide.

Source: ISO/IEC 29500-1, chapters 19 (PresentationML) and 20 (DrawingML).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
from lxml import etree
from lxml.etree import _Element as Element

from charts.slides.shapes import (
    ASCENT,
    DESCENT,
    Command,
    Group,
    Item,
    Lettering,
    Outline,
    Paint,
    Picture,
    Point,
    Stroke,
    Subpath,
)

EMU_PER_POINT = 12700
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
PRESENTATION = "http://schemas.openxmlformats.org/presentationml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# Offices have no DejaVu Sans; what they show instead would be anyone's guess.
FONT = {"DejaVu Sans": "Arial", "sans-serif": "Arial"}
KOREAN_FONT, JAPANESE_FONT = "Malgun Gothic", "Yu Gothic"
_ALIGN = {"left": "l", "center": "ctr", "right": "r"}
_ROOM = 0.3
"""Sizes of the font that a box is wider than its lettering, so that nothing is moved to fit."""
_NAME_LENGTH = 60
_COMMAND: dict[Command, str] = {
    "move": "moveTo",
    "line": "lnTo",
    "quadratic": "quadBezTo",
    "cubic": "cubicBezTo",
    "close": "close",
}

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in EMU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a drawing stands on its slide: its upper left corner in EMU, and how much larger than made it is."""

    left: int
    top: int
    scale: float

    def across(self, x: float) -> int:
        """Points from the drawing's left edge as EMU from the slide's."""
        return self.left + round(x * self.scale * EMU_PER_POINT)

    def down(self, y: float) -> int:
        """Points from the drawing's upper edge as EMU from the slide's."""
        return self.top + round(y * self.scale * EMU_PER_POINT)


class SlideWriter:
    """Writes shapes for one slide.

    Parameters
    ----------
    place : Place
        Of the drawing.
    first_id : int
        Shapes are numbered from here; a slide has no number twice.
    add_picture : callable
        Keeps a picture's bytes with the slide and gives the name of the relationship.
    """

    def __init__(self, place: Place, first_id: int, add_picture: Callable[[bytes], str]) -> None:
        self._place = place
        self._ids: Iterator[int] = count(first_id)
        self._add_picture = add_picture

    def group(self, group: Group, *, alt: str = "") -> Element:
        """A group with everything in it; ``alt`` is read to those who do not see it."""
        element, _ = self._group(group, alt)
        return element

    def _group(self, group: Group, alt: str) -> tuple[Element, Box]:
        element = _tag("p:grpSp")
        element.append(self._named("p:nvGrpSpPr", group.name, "p:cNvGrpSpPr", alt=alt))
        looks = _tag("p:grpSpPr")
        element.append(looks)
        boxes = []
        for item in group.items:
            inner, box = self._item(item)
            element.append(inner)
            boxes.append(box)
        around = _around(boxes)
        # What is in a group keeps the measures of the slide.
        looks.append(_tag("a:xfrm", *_extent(around, "off", "ext"), *_extent(around, "chOff", "chExt")))
        return element, around

    def _item(self, item: Item) -> tuple[Element, Box]:
        if isinstance(item, Group):
            return self._group(item, "")
        if isinstance(item, Lettering):
            return self._lettering(item)
        if isinstance(item, Picture):
            return self._picture(item)
        return self._outline(item)

    def _named(self, tag: str, name: str, inner: str, *, alt: str = "", **more: str) -> Element:
        named = _tag("p:cNvPr", id=str(next(self._ids)), name=name[:_NAME_LENGTH], **({"descr": alt} if alt else {}))
        return _tag(tag, named, _tag(inner, **more), _tag("p:nvPr"))

    def _outline(self, outline: Outline) -> tuple[Element, Box]:
        subpaths = [
            [(command, [(self._place.across(x), self._place.down(y)) for x, y in points]) for command, points in part]
            for part in outline.subpaths
        ]
        box = _around([(x, y, x, y) for part in subpaths for _, points in part for x, y in points])
        line = _straight(outline)
        shape = _tag("p:cxnSp") if line else _tag("p:sp")
        if line:
            (start, end) = (points[0] for _, points in subpaths[0])
            turned = {"flipH": "1"} if end[0] < start[0] else {}
            turned |= {"flipV": "1"} if end[1] < start[1] else {}
            shape.append(self._named("p:nvCxnSpPr", outline.name, "p:cNvCxnSpPr"))
            looks = _tag("p:spPr", _frame(box, **turned), _preset("line"))
        else:
            shape.append(self._named("p:nvSpPr", outline.name, "p:cNvSpPr"))
            geometry = _preset("rect") if _is_rectangle(outline) else _geometry(subpaths, box, outline.fill)
            looks = _tag("p:spPr", _frame(box), geometry, _filled(outline.fill))
        looks.append(_line(outline.stroke, self._place.scale))
        shape.append(looks)
        return shape, box

    def _lettering(self, lettering: Lettering) -> tuple[Element, Box]:
        box, frame = _text_frame(lettering, self._place)
        looks = _tag("p:spPr", frame, _preset("rect"), _tag("a:noFill"))
        body = _tag(
            "p:txBody",
            _tag(
                "a:bodyPr",
                _tag("a:noAutofit"),
                wrap="none",
                lIns="0",
                tIns="0",
                rIns="0",
                bIns="0",
                rtlCol="0",
                anchor="ctr",
            ),
            _tag("a:lstStyle"),
            _tag("a:p", _tag("a:pPr", algn=_ALIGN[lettering.align]), _run(lettering, self._place.scale)),
        )
        named = self._named("p:nvSpPr", lettering.text, "p:cNvSpPr", txBox="1")
        return _tag("p:sp", named, looks, body), box

    def _picture(self, picture: Picture) -> tuple[Element, Box]:
        place = self._place
        box = (
            place.across(picture.left),
            place.down(picture.top),
            place.across(picture.left + picture.width),
            place.down(picture.top + picture.height),
        )
        blip = _tag("a:blip")
        blip.set(f"{{{RELATIONSHIPS}}}embed", self._add_picture(picture.png))
        fill = _tag("p:blipFill", blip, _tag("a:stretch", _tag("a:fillRect")))
        named = self._named("p:nvPicPr", picture.name, "p:cNvPicPr")
        return _tag("p:pic", named, fill, _tag("p:spPr", _frame(box), _preset("rect"))), box


def _text_frame(lettering: Lettering, place: Place) -> tuple[Box, Element]:
    """The box of a line of text before it is turned; its middle is that of the line, whatever the font's own line."""
    # A line of another font is higher, but about as much above as below: held at its middle it hardly moves.
    high = (ASCENT + DESCENT) * lettering.size
    wide = lettering.width + 2 * _ROOM * lettering.size
    share = {"left": 0.5 * wide, "center": 0.0, "right": -0.5 * wide}[lettering.align]
    above = 0.5 * (ASCENT - DESCENT) * lettering.size
    turn = np.deg2rad(lettering.angle)
    middle_x = lettering.x + share * np.cos(turn) - above * np.sin(turn)
    middle_y = lettering.baseline - share * np.sin(turn) - above * np.cos(turn)
    left, right = place.across(middle_x - wide / 2), place.across(middle_x + wide / 2)
    top, bottom = place.down(middle_y - high / 2), place.down(middle_y + high / 2)
    box = (left, top, right, bottom)
    rotation = round(-lettering.angle * 60000) % 21600000
    return box, _frame(box, rot=str(rotation)) if rotation else _frame(box)


def _run(lettering: Lettering, scale: float) -> Element:
    family = FONT.get(lettering.family, lettering.family)
    language, font = _eastern(lettering.text)
    looks = _tag(
        "a:rPr",
        _filled(lettering.paint),
        _tag("a:latin", typeface=family),
        _tag("a:ea", typeface=font),
        _tag("a:cs", typeface=family),
        lang=language,
        sz=str(max(100, round(100 * lettering.size * scale))),
        b="1" if lettering.bold else "0",
        i="1" if lettering.italic else "0",
        dirty="0",
    )
    words = _tag("a:t")
    words.text = lettering.text
    return _tag("a:r", looks, words)


def _eastern(text: str) -> tuple[str, str]:
    """The language of a text by its letters, and the font that its Korean, Japanese or Chinese letters take."""
    if any("\uac00" <= letter <= "\ud7a3" or "\u1100" <= letter <= "\u318f" for letter in text):
        return "ko-KR", KOREAN_FONT
    if any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in text):
        return "ja-JP", JAPANESE_FONT
    return "en-US", KOREAN_FONT


def _straight(outline: Outline) -> bool:
    if len(outline.subpaths) != 1 or outline.fill is not None:
        return False
    return [command for command, _ in outline.subpaths[0]] == ["move", "line"]


def _is_rectangle(outline: Outline) -> bool:
    """Whether a shape is a rectangle along the page, which PowerPoint has a shape of its own for."""
    if len(outline.subpaths) != 1:
        return False
    corners = _corners(outline.subpaths[0])
    if len(corners) == 5 and corners[0] == corners[4]:
        corners = corners[:4]
    if len(corners) != 4 or outline.subpaths[0][-1][0] != "close":
        return False
    along = [(a[0] == b[0], a[1] == b[1]) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    return along in ([(False, True), (True, False)] * 2, [(True, False), (False, True)] * 2)


def _corners(subpath: Subpath) -> list[Point]:
    if any(command in ("quadratic", "cubic") for command, _ in subpath):
        return []
    # Corners that went through a transformation differ in their last digits.
    return [(round(x, 6), round(y, 6)) for _, points in subpath for x, y in points]


def _geometry(subpaths: list[list[tuple[Command, list[tuple[int, int]]]]], box: Box, fill: Paint | None) -> Element:
    left, top, right, bottom = box
    size = {"w": str(max(1, right - left)), "h": str(max(1, bottom - top))}
    listed = _tag("a:pathLst")
    path = None
    for part in subpaths:
        # Areas that overlap within one path would leave holes; each is a path of its own.
        if path is None or fill is not None:
            path = _tag("a:path", **size, **({} if fill is not None else {"fill": "none"}))
            listed.append(path)
        for command, points in part:
            step = _tag(f"a:{_COMMAND[command]}")
            for x, y in points:
                step.append(_tag("a:pt", x=str(x - left), y=str(y - top)))
            path.append(step)
    empty = (_tag(f"a:{name}") for name in ("avLst", "gdLst", "ahLst", "cxnLst"))
    return _tag("a:custGeom", *empty, _tag("a:rect", l="0", t="0", r="r", b="b"), listed)


def _line(stroke: Stroke | None, scale: float) -> Element:
    if stroke is None:
        return _tag("a:ln", _tag("a:noFill"))
    element = _tag("a:ln", _filled(stroke.paint), w=str(round(stroke.width * scale * EMU_PER_POINT)), cap=stroke.cap)
    if stroke.dashes:
        pattern = stroke.dashes if len(stroke.dashes) % 2 == 0 else stroke.dashes * 2
        dashes = _tag("a:custDash")
        for long, gap in zip(pattern[::2], pattern[1::2], strict=True):
            dashes.append(_tag("a:ds", d=str(round(long * 100000)), sp=str(round(gap * 100000))))
        element.append(dashes)
    element.append(_tag("a:miter", lim="800000") if stroke.join == "miter" else _tag(f"a:{stroke.join}"))
    if stroke.arrow:
        # Heads are not drawn smaller than those of a line of two points.
        element.append(_tag("a:tailEnd", type="arrow", w="sm", len="sm"))
    return element


def _filled(paint: Paint | None) -> Element:
    if paint is None:
        return _tag("a:noFill")
    colour = _tag("a:srgbClr", val=paint.colour)
    if paint.opacity < 1:
        colour.append(_tag("a:alpha", val=str(round(paint.opacity * 100000))))
    return _tag("a:solidFill", colour)


def _frame(box: Box, **more: str) -> Element:
    return _tag("a:xfrm", *_extent(box, "off", "ext"), **more)


def _extent(box: Box, corner: str, size: str) -> tuple[Element, Element]:
    left, top, right, bottom = box
    return (
        _tag(f"a:{corner}", x=str(left), y=str(top)),
        _tag(f"a:{size}", cx=str(right - left), cy=str(bottom - top)),
    )


def _preset(name: str) -> Element:
    return _tag("a:prstGeom", _tag("a:avLst"), prst=name)


def _around(boxes: Iterable[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _tag(tag: str, /, *children: Element, **attributes: str) -> Element:
    prefix, local = tag.split(":")
    space = DRAWING if prefix == "a" else PRESENTATION
    element = etree.Element(f"{{{space}}}{local}", nsmap={"a": DRAWING, "p": PRESENTATION, "r": RELATIONSHIPS})
    for key, value in attributes.items():
        element.set(key, value)
    element.extend(children)
    return element
