"""Which column is the treatment, and which of its arms is the treated one."""

from dataclasses import dataclass

import numpy as np

from analysis.cohort.codings import name_words
from analysis.cohort.profiles import ColumnProfile
from analysis.cohort.role_words import (
    AFTER_WORDS,
    BASELINE_WORDS,
    CONTROL_LABELS,
    DATE_WORDS,
    DOSE_WORDS,
    TREATED_LABELS,
    TREATMENT_NAMES,
    TREATMENT_WORDS,
)

MOST_ARMS = 8
"""A column with more labels is no list of arms."""

_OTHER_GROUPS = {"age", "risk", "blood", "stage", "ethnic", "race", "line", "duration", "prior", "id"} | DOSE_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentGuess:
    """A column that seems to tell the arms apart, and its two main arms.

    Attributes
    ----------
    column : str
        The treatment column.
    treated, control : str
        Labels of its two most frequent arms.
    reason : str
        How the column was recognised and why this arm is the treated one.
    """

    column: str
    treated: str
    control: str
    reason: str


def guess_treatment(profiles: tuple[ColumnProfile, ...]) -> TreatmentGuess | None:
    """Find the treatment column by its name, and its two main arms.

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
        None when no column is named like a treatment and holds two to eight labels.
    """
    scores = [_score(profile) for profile in profiles]
    if not scores or max(scores) <= 0:
        return None
    profile = profiles[int(np.argmax(scores))]
    counts = profile.labels
    first, second = str(counts.index[0]), str(counts.index[1])
    treated, why = _treated_arm(first, second, int(counts.iloc[0]), int(counts.iloc[1]))
    more = f"; its two most frequent of {len(counts)} labels are compared" if len(counts) > 2 else ""
    return TreatmentGuess(
        column=profile.column,
        treated=treated,
        control=first if treated == second else second,
        reason=f"named like a treatment{more}; {why}",
    )


def _score(profile: ColumnProfile) -> float:
    if not 2 <= profile.n_distinct <= MOST_ARMS or profile.is_date:
        return 0.0
    if profile.is_number and profile.n_distinct > 2:
        return 0.0
    words = name_words(profile.column)
    whole = "".join(words)
    score = 3.0 if whole in TREATMENT_NAMES else 1.5 if TREATMENT_WORDS.intersection(words) else 0.0
    if {"arm", "trt", "treatment"}.intersection(words):
        score += 0.5
    if (_OTHER_GROUPS | BASELINE_WORDS | AFTER_WORDS | DATE_WORDS).intersection(words):
        score -= 2.0
    return score + (0.25 if score > 0 and profile.n_distinct == 2 else 0.0)


def _treated_arm(first: str, second: str, n_first: int, n_second: int) -> tuple[str, str]:
    """The treated one of the two most frequent arms, and why; the first is the more frequent."""
    for words, chosen, why in (
        (CONTROL_LABELS, (second, first), "treated is the arm whose counterpart is named like a control"),
        (TREATED_LABELS, (first, second), "treated is the arm named like a treatment under study"),
    ):
        named = [label.casefold() in words for label in (first, second)]
        if named[0] != named[1]:
            treated = chosen[0] if named[0] else chosen[1]
            return treated, why
    if n_first == n_second:
        return min(first, second), "both arms are equally large, and treated is the first by name; swap them if need be"
    return second, "treated is the smaller arm; swap them if need be"
