"""What the flow of patients shows: the numbers at each step, and the reasons of those who were left out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.design.matching import MatchedSets
from analysis.phrases import join_phrases, phrase
from charts.lettering import NO_BREAK, clean_label, unbroken
from charts.style import Arm, DesignWord, format_count, format_number

MOST_REASONS = 5
_MISSING = "missing covariate: "
_NOT_ELIGIBLE = phrase("Not eligible")
_UNMET = phrase("(first rule not met)")
BULLET = f"•{NO_BREAK}"
"""Reasons that take several lines each must be told apart."""
_RULE = "eligibility"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Patients who go no further, with the number for each reason; ``fate`` says so in a word or two."""

    count: int
    reasons: tuple[tuple[str, int], ...]
    fate: str = phrase("Left out")

    @property
    def lines(self) -> tuple[str, ...]:
        """The number, then each reason with its own."""
        words = tuple(numbered(BULLET + clean_label(reason), count) for reason, count in self.reasons)
        head = numbered(self.fate, self.count)
        return (join_phrases((head, unbroken(_UNMET))) if self.fate == _NOT_ELIGIBLE else head, *words)

    @property
    def is_shown(self) -> bool:
        """Rules of eligibility are shown even where they leave nobody out; they say who was asked for."""
        return self.count > 0 or self.fate == _NOT_ELIGIBLE


def numbered(words: str, count: int) -> str:
    """Words with their number, which is never alone on a line."""
    return words + f":{NO_BREAK}{format_count(count)}"


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
        asides = []
        if self.unknown:
            asides.append(phrase("{n}\u00a0without time or event", n=format_count(self.unknown)))
        if self.not_evaluable:
            asides.append(phrase("{n}\u00a0of them not evaluable", n=format_count(self.not_evaluable)))
        words = numbered(clean_label(self.endpoint), self.count)
        return words + phrase(" ({asides})", asides=join_phrases(asides, "; ")) if asides else words


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
            name = phrase("other arm, {arm}", arm=arm) if isinstance(arm, str) else phrase("arm missing")
            neither[name] = neither.get(name, 0) + int(count)
        elif reason.startswith(_MISSING):
            lacking = phrase("missing {column}", column=reason.removeprefix(_MISSING))
            incomplete.setdefault(arm, {})[lacking] = int(count)
    return neither, incomplete


def _counted(reasons: NDArray[np.object_]) -> dict[str, int]:
    return Counter(reason for reason in reasons.tolist() if isinstance(reason, str))


def _left_out(counts: Mapping[str, int]) -> LeftOut:
    """The reasons by number, the largest first; beyond a handful they are added up."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ranked) > MOST_REASONS:
        rest = ranked[MOST_REASONS - 1 :]
        ranked = [
            *ranked[: MOST_REASONS - 1],
            (phrase("{n} other reasons", n=len(rest)), sum(count for _, count in rest)),
        ]
    return LeftOut(count=sum(counts.values()), reasons=tuple(ranked))


def describe_flow(
    patients: StudyCohort,
    matching: ChosenPatients | None,
    *,
    design_word: DesignWord = "matching",
    analysed: bool = False,
) -> str:
    """The figure in a sentence or two, for readers who do not see it: the numbers at each step and the reasons."""
    content = flow_content(patients, matching, design_word, analysed=analysed)
    start = phrase("Flow of patients: {n} in the file", n=format_count(content.read))
    if content.neither.count:
        start += phrase(", {n} in neither arm", n=format_count(content.neither.count))
    parts = [start, *(_arm_words(arm, content) for arm in content.arms)]
    return join_phrases([phrase("{sentence}.", sentence=part) for part in parts])


def _arm_words(arm: ArmFlow, content: FlowContent) -> str:
    """One arm from step to step."""
    words = [phrase("{arm}: {n}", arm=arm.label, n=format_count(arm.read))]
    if arm.eligible is not None and arm.ineligible is not None:
        words.append(
            phrase(
                "{n} eligible (left out by the first rule not met: {rules})",
                n=format_count(arm.eligible),
                rules=_listed(arm.ineligible.reasons),
            )
        )
    n = format_count(arm.complete)
    words.append(
        phrase("{n} with complete or imputed covariates", n=n)
        if content.is_imputed
        else phrase("{n} with complete covariates", n=n)
    )
    end = ""
    if arm.matched is not None and arm.unmatched is not None:
        n = format_count(arm.matched)
        if content.design_word == "weighting":
            words.append(phrase("{n} weighted", n=n))
            words.append(phrase("effectively {n}", n=format_number(arm.effective or 0.0, ",.1f")))
        else:
            words.append(phrase("{n} matched", n=n))
        if arm.unmatched.reasons:
            end = phrase(" (left out: {reasons})", reasons=_listed(arm.unmatched.reasons))
    if arm.analysed:
        end += phrase("; analysed: {endpoints}", endpoints=join_phrases([one.words for one in arm.analysed], ", "))
    return join_phrases(words, ", ") + end


def _listed(reasons: tuple[tuple[str, int], ...]) -> str:
    return join_phrases([reason + f" {format_count(count)}" for reason, count in reasons], ", ")
