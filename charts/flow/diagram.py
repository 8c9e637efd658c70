"""Where the boxes of the flow of patients stand, in whatever unit the drawing has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.phrases import join_phrases, phrase
from charts.flow.content import BULLET, ArmFlow, FlowContent, LeftOut, numbered
from charts.lettering import unbroken
from charts.style import format_count, format_number

BOLD, REGULAR = 1.12, 1.04
"""How much wider bold lettering is, and lettering rich in digits and lines such as names of columns have."""
BoxKind = Literal["everyone", "treated", "control", "left out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """The measures of a drawing, in its own unit.

    Attributes
    ----------
    width, line, pad, gap : float
        Of the whole, of a line of lettering, inside a box, and between boxes.
    wrap : callable
        A text and a width to the lines it takes.
    """

    width: float
    line: float
    pad: float
    gap: float
    wrap: Callable[[str, float], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A box with its lettering, the first lines of it bold; ``kind`` tells those who go on from those left out."""

    left: float
    top: float
    width: float
    height: float
    lines: tuple[str, ...]
    kind: BoxKind
    n_bold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """A line through points, with an arrow at its end where patients go on."""

    points: tuple[tuple[float, float], ...]
    arrow: bool


@dataclass(slots=True, kw_only=True)
class Diagram:
    """Boxes and connectors as they are placed, from the top."""

    ruler: Ruler
    boxes: list[Box]
    connectors: list[Connector]
    height: float = 0.0

    def add(self, lines: Sequence[str], kind: BoxKind, left: float, width: float, top: float) -> Box:
        """Place a box as high as its lettering."""
        room = (width - 2 * self.ruler.pad) / (REGULAR if kind == "left out" else BOLD)
        first, *rest = (self.ruler.wrap(line, room) for line in lines)
        wrapped = (*first, *(part for line in rest for part in line))
        n_bold = 0 if kind == "left out" else len(first)
        height = len(wrapped) * self.ruler.line + 2 * self.ruler.pad
        box = Box(left=left, top=top, width=width, height=height, lines=wrapped, kind=kind, n_bold=n_bold)
        self.boxes.append(box)
        self.height = max(self.height, top + height)
        return box


def flow_diagram(content: FlowContent, ruler: Ruler) -> Diagram:
    """Place everyone at the top, then each arm in its own column, with those left out beside the way down."""
    diagram = Diagram(ruler=ruler, boxes=[], connectors=[])
    wide = min(ruler.width, max(0.5 * ruler.width, 30 * ruler.line))
    start = (ruler.width - wide) / 2
    everyone = diagram.add([numbered(phrase("Patients in the file"), content.read)], "everyone", start, wide, 0.0)
    bottom = everyone.top + everyone.height
    middle = ruler.width / 2
    if content.neither.count:
        side = diagram.add(
            content.neither.lines, "left out", middle + ruler.gap, middle - ruler.gap, bottom + ruler.gap
        )
        turn = side.top + side.height / 2
        diagram.connectors.append(Connector(points=((middle, turn), (side.left, turn)), arrow=True))
        fork = side.top + side.height + ruler.gap
    else:
        fork = bottom + ruler.gap
    diagram.connectors.append(Connector(points=((middle, bottom), (middle, fork)), arrow=False))
    column = (ruler.width - 1.2 * ruler.gap) / 2
    lefts = [0.0, ruler.width - column]
    for left in lefts:
        way = left + column * 0.14
        diagram.connectors.append(Connector(points=((middle, fork), (way, fork), (way, fork + ruler.gap)), arrow=True))
    _place_arms(diagram, content, lefts, column, fork + ruler.gap)
    return diagram


def _place_arms(diagram: Diagram, content: FlowContent, lefts: list[float], column: float, top: float) -> None:
    """The steps of both arms, each step at one height."""
    steps = _arm_steps(content)
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        placed = []
        for arm, left, (lines, _) in zip(content.arms, lefts, step, strict=True):
            placed.append(diagram.add(lines, arm.arm, left, column, top))
        top = max(box.top + box.height for box in placed)
        if last:
            return
        side_top = top + diagram.ruler.gap
        next_top = side_top
        for box, (_, left_out) in zip(placed, step, strict=True):
            if left_out is not None and left_out.is_shown:
                next_top = max(next_top, _place_left_out(diagram, box, left_out, side_top) + diagram.ruler.gap)
        next_top = max(next_top, top + 2 * diagram.ruler.gap)
        for box in placed:
            way = box.left + 0.14 * box.width
            diagram.connectors.append(Connector(points=((way, box.top + box.height), (way, next_top)), arrow=True))
        top = next_top


def _arm_steps(content: FlowContent) -> list[list[tuple[tuple[str, ...], LeftOut | None]]]:
    """The lines of each step in both arms, and who is left out after it."""
    arms = content.arms
    steps: list[list[tuple[tuple[str, ...], LeftOut | None]]] = [
        [((numbered(arm.label, arm.read),), arm.ineligible or arm.incomplete) for arm in arms]
    ]
    if arms[0].eligible is not None:
        steps.append([((numbered(phrase("Eligible"), arm.eligible or 0),), arm.incomplete) for arm in arms])
    covariates = phrase("Covariates complete or imputed") if content.is_imputed else phrase("Complete covariates")
    steps.append([((numbered(covariates, arm.complete),), arm.unmatched) for arm in arms])
    if arms[0].matched is not None:
        steps.append([((_last_words(arm, content),), None) for arm in arms])
    if arms[0].analysed:
        steps.append([((phrase("Analysed"), *(BULLET + one.words for one in arm.analysed)), None) for arm in arms])
    return steps


def _last_words(arm: ArmFlow, content: FlowContent) -> str:
    """Patients in sets, or those who are weighted with what they are worth."""
    if content.design_word == "weighting":
        worth = unbroken(phrase("effectively {n}", n=format_number(arm.effective or 0.0, ",.1f")))
        return join_phrases((numbered(phrase("Weighted"), arm.matched or 0), worth), ", ")
    words = [numbered(phrase("Matched"), arm.matched or 0)]
    if content.n_sets is not None:
        n = format_count(content.n_sets)
        words.append(unbroken(phrase("in {n} set", n=n) if content.n_sets == 1 else phrase("in {n} sets", n=n)))
        if arm.n_again:
            words.append(phrase("{n}\u00a0of\u00a0them in several", n=format_count(arm.n_again)))
    return join_phrases(words, ", ")


def _place_left_out(diagram: Diagram, box: Box, left_out: LeftOut, top: float) -> float:
    side = diagram.add(left_out.lines, "left out", box.left + 0.2 * box.width, 0.8 * box.width, top)
    turn = side.top + side.height / 2
    points = ((box.left + 0.14 * box.width, turn), (side.left, turn))
    diagram.connectors.append(Connector(points=points, arrow=True))
    return side.top + side.height
