"""Which column is the treatment, and which of its arms is the treated one."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.guesses.evidence import score_of
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.words.baseline_words import BASELINE_WORDS
from analysis.cohort.words.codings import name_words, responder_value
from analysis.cohort.words.date_words import DATE_WORDS
from analysis.cohort.words.drug_words import DRUG_WORDS, GIVEN_WORDS
from analysis.cohort.words.role_words import (
    AFTER_WORDS,
    ARM_LABEL_ENDINGS,
    CONTROL_LABELS,
    DOSE_WORDS,
    TREATED_LABELS,
    TREATMENT_NAMES,
    TREATMENT_WORDS,
    split_words,
)
from analysis.phrases import phrase

MOST_ARMS = 8
"""A column with more labels is no list of arms."""

_OTHER_GROUPS = {
    *("age", "risk", "blood", "stage", "ethnic", "race", "line", "duration", "prior", "id", "연령", "위험", "위험도"),
    *("年齢", "リスク", "血液"),
} | DOSE_WORDS
_PLAIN_NAME = 1.5
_BY_LABELS = 1.0
_BY_DRUG = 0.2
_DRUG_SCORE = 0.35
"""Nobody says that such a column is the treatment compared; it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentGuess:
    """A column that seems to tell the arms apart, and its two main arms.

    Attributes
    ----------
    column : str
        The treatment column.
    treated, control : str
        Labels of its two most frequent arms.
    score : float
        How sure it is that this is the treatment, 0 to 1.
    arms_score : float
        How sure it is which arm is the treated one, 0 to 1.
    reason : str
        How the column was recognised and why this arm is the treated one.
    """

    column: str
    treated: str
    control: str
    score: float
    arms_score: float
    reason: str


def guess_treatment(profiles: tuple[ColumnProfile, ...]) -> TreatmentGuess | None:
    """Find the treatment column by its name, or failing that by labels that are drugs or arms, and its two main arms.

    Where no column is named like a treatment or holds arms, one of 0 and 1, or of yes and no, that is named like a drug or
    a procedure (LEN, TACE) is proposed with a low score.

    The arm called control, placebo, standard, none, no or 0 is the control; failing that, the arm called test,
    treated, new or 1 is the treated one; failing that, the smaller arm is the treated one, because in practice
    the newer treatment has fewer patients and there must be enough controls to choose from.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column, in the order of the file.

    Returns
    -------
    TreatmentGuess or None
        None when no column of two to eight labels is named like a treatment, holds drugs or arms, or is named like one.
    """
    strengths = [
        max(_strength(profile, profile.column), _strength(profile, profile.label) - 0.5 if profile.label else 0.0)
        for profile in profiles
    ]
    if max(strengths, default=0.0) <= 0 and not any(_is_named_treatment(profile.column) for profile in profiles):
        strengths = [_BY_DRUG if _is_given_or_not(profile) else 0.0 for profile in profiles]
    if max(strengths, default=0.0) <= 0:
        return None
    chosen = int(np.argmax(strengths))
    profile, strength = profiles[chosen], strengths[chosen]
    counts = profile.labels
    first, second, doses = _two_arms(counts)
    treated, arms_score, why = _treated_arm(first, second, int(counts[first]), int(counts[second]))
    rivals = sum(
        other >= strength - 0.5 and profile.partition != profiles[place].partition
        for place, other in enumerate(strengths)
        if place != chosen and other > 0
    )
    named, drug = strength >= _PLAIN_NAME, strength == _BY_DRUG
    more = phrase("; its two most frequent of {n} labels are compared", n=len(counts)) if len(counts) > 2 else ""
    if doses:
        left = int(counts.sum() - counts[first] - counts[second])
        more = phrase(
            "; of its {n} labels some are one treatment in several doses or spellings, so "
            "that {left:,} patients would be in neither arm; write each arm in one way",
            n=len(counts),
            left=left,
        )
    how = (
        phrase("named like a treatment")
        if named
        else phrase("named like a drug or procedure")
        if drug
        else phrase("its labels are treatments")
    )
    sure = score_of(min(1.0, strength / 3) if named else 0.0, 1.0 if len(counts) == 2 else 0.6, rivals=rivals)
    beside = phrase("; another column would do as well") if rivals else ""
    return TreatmentGuess(
        column=profile.column,
        treated=treated,
        control=first if treated == second else second,
        score=round(_DRUG_SCORE * 0.8 ** min(rivals, 3), 2) if drug else sure,
        arms_score=min(arms_score, 0.2 if doses else 0.5 if len(counts) > 2 else 1.0),
        reason=how + more + beside + "; " + why,
    )


def _strength(profile: ColumnProfile, name: str) -> float:
    """How much a column is like a treatment: from 1.5 by its name, 1 by its labels alone, 0 not at all."""
    if not 2 <= profile.n_distinct <= MOST_ARMS or profile.is_date:
        return 0.0
    if profile.is_number and profile.n_distinct > 2:
        return 0.0
    words = {*name_words(name), *split_words(name)}
    whole = "".join(name_words(name))
    strength = 3.0 if whole in TREATMENT_NAMES else _PLAIN_NAME if TREATMENT_WORDS & words else 0.0
    if {"arm", "trt", "treatment", "치료군", "投与群", "治療群"} & {*words, whole}:
        strength += 0.5
    if strength == 0 and _holds_arms(profile):
        strength = _BY_LABELS
    if ((_OTHER_GROUPS | BASELINE_WORDS | AFTER_WORDS | DATE_WORDS) - {"투여", "치료"}) & words:
        strength -= 2.0
    return strength + (0.25 if strength > 0 and profile.n_distinct == 2 else 0.0)


def _is_named_treatment(name: str) -> bool:
    """Whether a name alone says treatment, whatever the column holds."""
    words = {*name_words(name), *split_words(name)}
    if words & (_OTHER_GROUPS | BASELINE_WORDS | AFTER_WORDS | DATE_WORDS):
        return False
    return "".join(name_words(name)) in TREATMENT_NAMES or bool(TREATMENT_WORDS & words - GIVEN_WORDS)


def _is_given_or_not(profile: ColumnProfile) -> bool:
    """Whether a column says yes or no of a drug or procedure that its name is."""
    words = set(name_words(profile.column))
    whole = "".join(name_words(profile.column))
    if profile.n_distinct != 2 or profile.is_date or not (whole in DRUG_WORDS or words & DRUG_WORDS):
        return False
    answers = {_plain(str(label)) for label in profile.labels.index}
    yes_and_no = answers == {"0", "1"} or {responder_value(label) for label in answers} == {True, False}
    return yes_and_no and (whole in DRUG_WORDS or words <= DRUG_WORDS | GIVEN_WORDS)


_DOSE = re.compile(
    r"\d+([.,]\d+)?\s*(mg|mcg|µg|g|ml|iu)(\s*/\s*(kg|m2|m²|day|d|日))?|\b(qd|bid|tid|od|po|daily|once|twice|q\d+[dw])\b|[()\[\],;/×x*]"
)


def _two_arms(counts: pd.Series) -> tuple[str, str, bool]:
    """The most frequent label, the most frequent one of another treatment, and whether doses tell labels apart."""
    labels = [str(label) for label in counts.index]
    drugs = ["".join(_DOSE.sub(" ", _plain(label)).split()) for label in labels]
    other = next((label for label, drug in zip(labels, drugs, strict=True) if drug != drugs[0]), None)
    doses = other is not None and all(drugs) and len(set(drugs)) < len(drugs)
    return labels[0], other if doses and other is not None else labels[1], doses


def _holds_arms(profile: ColumnProfile) -> bool:
    """Whether every label is a drug by its ending, or one is called a control and another one a treatment."""
    labels = [_plain(str(label)) for label in profile.labels.index]
    drugs = [label.endswith(ARM_LABEL_ENDINGS) for label in labels]
    spoken = [label for label in labels if len(label) > 3 or not label.isascii()]
    called = any(label in CONTROL_LABELS for label in spoken) and any(
        label in TREATED_LABELS or label.endswith(ARM_LABEL_ENDINGS) for label in spoken
    )
    answers = {responder_value(label) for label in labels} <= {True, False}
    return (all(drugs) or called) and not answers


def _treated_arm(first: str, second: str, n_first: int, n_second: int) -> tuple[str, float, str]:
    """The treated one of the two most frequent arms, how sure, and why; the first is the more frequent."""
    for words, chosen, why in (
        (CONTROL_LABELS, (second, first), phrase("treated is the arm whose counterpart is named like a control")),
        (TREATED_LABELS, (first, second), phrase("treated is the arm named like a treatment under study")),
    ):
        named = [_plain(label) in words for label in (first, second)]
        if named[0] != named[1]:
            return (chosen[0] if named[0] else chosen[1]), 0.95, why
    answers = (responder_value(first), responder_value(second))
    if set(answers) == {True, False} or {_plain(first), _plain(second)} == {"o", "x"}:
        treated = first if answers[0] or _plain(first) == "o" else second
        return treated, 0.95, phrase("treated are the patients with a yes")
    if n_first == n_second:
        why = phrase("both arms are equally large, and treated is the first by name; swap them if need be")
        return min(first, second), 0.5, why
    return second, 0.6, phrase("treated is the smaller arm; swap them if need be")


_CODE_BEFORE = re.compile(r"^\d{1,2}\s*[:=.)\-]\s*(?=\D)")


def _plain(label: str) -> str:
    """Without the code before it and the case: ``0: Control`` is ``control``."""
    return _CODE_BEFORE.sub("", " ".join(label.casefold().split()))
