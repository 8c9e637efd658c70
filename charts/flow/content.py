"""What the flow of patients shows, and where its boxes stand, in whatever unit the drawing has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.matching import MatchedSets
from charts.lettering import NO_BREAK, clean_label, unbroken
from charts.style import Arm, DesignWord, format_count, format_number

MOST_REASONS = 5
BOLD, REGULAR = 1.12, 1.04
"""How much wider bold lettering is, and lettering rich in digits and lines such as names of columns have."""
_MISSING = "missing covariate: "
_NOT_ELIGIBLE = "Not eligible"
_UNMET = "(first rule not met)"
_BULLET = f"•{NO_BREAK}"
"""Reasons that take several lines each must be told apart."""
_RULE = "eligibility"
_NOT_KNOWN = "without time or event"
_NOT_EVALUABLE = "of them not evaluable"


class ChosenPatients(Protocol):
    """Whoever a design kept: matched sets, or patients with weights.

    Attributes
    ----------
    reason : (n,) object
        Why a patient was left out; None for those who were kept.
    n_treated, n_control : int
        Patients kept.
    effective_sample_size_treated, effective_sample_size_control : float
        (Σw)²/Σw² of each arm.
    """

    @property
    def reason(self) -> NDArray[np.object_]: ...
    @property
    def n_treated(self) -> int: ...
    @property
    def n_control(self) -> int: ...
    @property
    def effective_sample_size_treated(self) -> float: ...
    @property
    def effective_sample_size_control(self) -> float: ...


BoxKind = Literal["everyone", "treated", "control", "left out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Patients who go no further, with the number for each reason; ``fate`` says so in a word or two."""

    count: int
    reasons: tuple[tuple[str, int], ...]
    fate: str = "Left out"

    @property
    def lines(self) -> tuple[str, ...]:
        """The number, then each reason with its own."""
        words = tuple(_numbered(f"{_BULLET}{clean_label(reason)}", count) for reason, count in self.reasons)
        head = _numbered(self.fate, self.count)
        return (f"{head} {unbroken(_UNMET)}" if self.fate == _NOT_ELIGIBLE else head, *words)

    @property
    def is_shown(self) -> bool:
        """Rules of eligibility are shown even where they leave nobody out; they say who was asked for."""
        return self.count > 0 or self.fate == _NOT_ELIGIBLE


def _numbered(words: str, count: int) -> str:
    """Words with their number, which is never alone on a line."""
    return f"{words}:{NO_BREAK}{format_count(count)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysed:
    """Patients of one arm in whom one endpoint was analysed.

    Attributes
    ----------
    endpoint : str
        As the study names it.
    count : int
        Each patient once, whatever her weight.
    unknown : int
        Patients who were compared but have no time or event, and are not in ``count``.
    not_evaluable : int
        Patients in ``count`` whose response could not be judged.
    """

    endpoint: str
    count: int
    unknown: int = 0
    not_evaluable: int = 0

    @property
    def words(self) -> str:
        """The endpoint with its number, and who of those compared is missing or could not be judged."""
        asides = [
            f"{format_count(count)}{NO_BREAK}{words}"
            for count, words in ((self.unknown, _NOT_KNOWN), (self.not_evaluable, _NOT_EVALUABLE))
            if count
        ]
        return _numbered(clean_label(self.endpoint), self.count) + (f" ({'; '.join(asides)})" if asides else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFlow:
    """One arm from the file on: numbers of patients, and who was left out after each.

    ``ineligible`` and ``eligible`` are None in a study without rules of eligibility. ``n_again`` counts those matched
    who stand in more than one set; ``analysed`` is empty where the diagram is of the design alone.
    """

    arm: Arm
    label: str
    read: int
    ineligible: LeftOut | None
    eligible: int | None
    incomplete: LeftOut
    complete: int
    unmatched: LeftOut | None
    matched: int | None
    effective: float | None
    n_again: int
    analysed: tuple[Analysed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowContent:
    """Everyone in the file, who belongs to neither arm, the two arms, and the matched sets or weights they end in.

    ``is_imputed`` is True where missing covariates were kept to be imputed.
    """

    read: int
    neither: LeftOut
    arms: tuple[ArmFlow, ArmFlow]
    is_imputed: bool
    n_sets: int | None
    design_word: DesignWord


def flow_content(
    patients: StudyCohort,
    matching: ChosenPatients | None,
    design_word: DesignWord = "matching",
    *,
    analysed: bool = False,
) -> FlowContent:
    """Count the patients at each step, and the reasons of those who were left out.

    With ``analysed`` the flow goes on to the endpoints: who was analysed for each of them. Without, nothing in it
    depends on an outcome.
    """
    sets = matched_sets_of(matching)
    read = next(step for step in patients.flow if step.kind == "read")
    neither, incomplete = _excluded(patients)
    return FlowContent(
        read=read.treated + read.control + read.other,
        neither=_left_out(neither),
        arms=(
            _arm_flow("treated", patients, matching, incomplete, analysed),
            _arm_flow("control", patients, matching, incomplete, analysed),
        ),
        is_imputed=any(step.step == "covariates imputed" for step in patients.flow),
        n_sets=None if sets is None else sets.n_sets,
        design_word=design_word,
    )


def matched_sets_of(chosen: ChosenPatients | None) -> MatchedSets | None:
    """The sets themselves, or those of a design; None where patients are weighted or there is no design."""
    sets = chosen if isinstance(chosen, MatchedSets) else getattr(chosen, "sets", None)
    return sets if isinstance(sets, MatchedSets) else None


def _arm_flow(
    arm: Arm,
    patients: StudyCohort,
    matching: ChosenPatients | None,
    incomplete: Mapping[str, Mapping[str, int]],
    analysed: bool,
) -> ArmFlow:
    label = patients.treated_label if arm == "treated" else patients.control_label
    members = patients.treated if arm == "treated" else ~patients.treated
    numbers = [(step, step.treated if arm == "treated" else step.control) for step in patients.flow]
    rules = [(step.step, before - after) for (_, before), (step, after) in pairwise(numbers) if step.kind == _RULE]
    return ArmFlow(
        arm=arm,
        label=clean_label(label),
        read=numbers[0][1],
        ineligible=_not_eligible(rules) if rules else None,
        eligible=[number for step, number in numbers if step.kind == _RULE][-1] if rules else None,
        incomplete=_left_out(incomplete.get(label, {})),
        complete=next(number for step, number in numbers if step.kind == "complete"),
        unmatched=None if matching is None else _left_out(_counted(matching.reason[members])),
        matched=None if matching is None else matching.n_treated if arm == "treated" else matching.n_control,
        effective=None if matching is None else _effective(arm, matching),
        n_again=in_several_sets(arm, matching),
        analysed=_analysed(patients, members & pd.isna(matching.reason)) if analysed and matching is not None else (),
    )


def in_several_sets(arm: Arm, chosen: ChosenPatients | None) -> int:
    """Patients of an arm who stand in more than one set, as the diagram prints; 0 without sets."""
    sets = matched_sets_of(chosen)
    if sets is None:
        return 0
    rows = sets.treated_row if arm == "treated" else sets.control_row
    memberships = np.unique(np.column_stack([rows, sets.set_number]), axis=0)
    _, n_sets = np.unique(memberships[:, 0], return_counts=True)
    return int((n_sets > 1).sum())


def _analysed(patients: StudyCohort, compared: NDArray[np.bool_]) -> tuple[Analysed, ...]:
    """Every endpoint among the patients of one arm who are compared."""
    survival = (
        Analysed(
            endpoint=one.name,
            count=int((compared & one.known).sum()),
            unknown=int((compared & ~one.known).sum()),
        )
        for one in patients.endpoints
    )
    responses = (
        Analysed(
            endpoint=one.name,
            count=int((compared & one.known).sum()),
            unknown=int((compared & ~one.known).sum()),
            not_evaluable=0 if one.category is None else int((compared & one.known & (one.category == "NE")).sum()),
        )
        for one in patients.responses
    )
    return (*survival, *responses)


def _effective(arm: Arm, chosen: ChosenPatients) -> float:
    return chosen.effective_sample_size_treated if arm == "treated" else chosen.effective_sample_size_control


def _not_eligible(rules: list[tuple[str, int]]) -> LeftOut:
    """Every rule in its order, so that both arms list the same ones."""
    return LeftOut(count=sum(lost for _, lost in rules), reasons=tuple(rules), fate=_NOT_ELIGIBLE)


def _excluded(patients: StudyCohort) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """The reasons with their numbers: of patients in neither arm, and by arm of those without a covariate."""
    neither: dict[str, int] = {}
    incomplete: dict[str, dict[str, int]] = {}
    groups = patients.excluded.groupby(["arm", "reason"], dropna=False, sort=False).size()
    for (arm, reason), count in groups.items():
        if arm not in (patients.treated_label, patients.control_label):
            name = f"other arm, {arm}" if isinstance(arm, str) else "arm missing"
            neither[name] = neither.get(name, 0) + int(count)
        elif reason.startswith(_MISSING):
            incomplete.setdefault(arm, {})[reason.replace(_MISSING, "missing ", 1)] = int(count)
    return neither, incomplete


def _counted(reasons: NDArray[np.object_]) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in pd.Series(reasons).value_counts(dropna=True).items()}


def _left_out(counts: Mapping[str, int]) -> LeftOut:
    """The reasons by number, the largest first; beyond a handful they are added up."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ranked) > MOST_REASONS:
        rest = ranked[MOST_REASONS - 1 :]
        ranked = [*ranked[: MOST_REASONS - 1], (f"{len(rest)} other reasons", sum(count for _, count in rest))]
    return LeftOut(count=sum(counts.values()), reasons=tuple(ranked))


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
    everyone = diagram.add([_numbered("Patients in the file", content.read)], "everyone", start, wide, 0.0)
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
        [((_numbered(arm.label, arm.read),), arm.ineligible or arm.incomplete) for arm in arms]
    ]
    if arms[0].eligible is not None:
        steps.append([((_numbered("Eligible", arm.eligible or 0),), arm.incomplete) for arm in arms])
    covariates = "Covariates complete or imputed" if content.is_imputed else "Complete covariates"
    steps.append([((_numbered(covariates, arm.complete),), arm.unmatched) for arm in arms])
    if arms[0].matched is not None:
        steps.append([((_last_words(arm, content),), None) for arm in arms])
    if arms[0].analysed:
        steps.append([(("Analysed", *(f"{_BULLET}{one.words}" for one in arm.analysed)), None) for arm in arms])
    return steps


def _last_words(arm: ArmFlow, content: FlowContent) -> str:
    """Patients in sets, or those who are weighted with what they are worth."""
    if content.design_word == "weighting":
        worth = unbroken(f"effectively {format_number(arm.effective or 0.0, ',.1f')}")
        return f"{_numbered('Weighted', arm.matched or 0)}, {worth}"
    words = _numbered("Matched", arm.matched or 0)
    if content.n_sets is None:
        return words
    words += f", {unbroken(f'in {format_count(content.n_sets)} ' + ('set' if content.n_sets == 1 else 'sets'))}"
    return f"{words}, {unbroken(f'{format_count(arm.n_again)} of them')} in several" if arm.n_again else words


def _place_left_out(diagram: Diagram, box: Box, left_out: LeftOut, top: float) -> float:
    side = diagram.add(left_out.lines, "left out", box.left + 0.2 * box.width, 0.8 * box.width, top)
    turn = side.top + side.height / 2
    points = ((box.left + 0.14 * box.width, turn), (side.left, turn))
    diagram.connectors.append(Connector(points=points, arrow=True))
    return side.top + side.height


def describe_flow(
    patients: StudyCohort,
    matching: ChosenPatients | None,
    *,
    design_word: DesignWord = "matching",
    analysed: bool = False,
) -> str:
    """The figure in a sentence or two, for readers who do not see it: the numbers at each step and the reasons."""
    content = flow_content(patients, matching, design_word, analysed=analysed)
    parts = [f"Flow of patients: {format_count(content.read)} in the file"]
    if content.neither.count:
        parts[0] += f", {format_count(content.neither.count)} in neither arm"
    covariates = "complete or imputed covariates" if content.is_imputed else "complete covariates"
    for arm in content.arms:
        words = f"{arm.label}: {format_count(arm.read)}"
        if arm.eligible is not None and arm.ineligible is not None:
            rules = ", ".join(f"{rule} {format_count(count)}" for rule, count in arm.ineligible.reasons)
            words += f", {format_count(arm.eligible)} eligible (left out by the first rule not met: {rules})"
        words += f", {format_count(arm.complete)} with {covariates}"
        if arm.matched is not None and arm.unmatched is not None:
            reasons = ", ".join(f"{reason} {format_count(count)}" for reason, count in arm.unmatched.reasons)
            words += f", {format_count(arm.matched)} {'weighted' if design_word == 'weighting' else 'matched'}"
            words += (
                f", effectively {format_number(arm.effective or 0.0, ',.1f')}" if design_word == "weighting" else ""
            )
            words += f" (left out: {reasons})" if reasons else ""
        if arm.analysed:
            words += f"; analysed: {', '.join(one.words for one in arm.analysed)}"
        parts.append(words)
    return ". ".join(parts) + "."
