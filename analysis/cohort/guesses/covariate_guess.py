"""Which columns were known before treatment and can be made comparable, and why the others were left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.cohort.covariates import has_too_many_levels
from analysis.cohort.guesses.after_guess import OutcomeSample, follows_outcome, is_named_after
from analysis.cohort.guesses.evidence import score_of
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.guesses.response_guess import holds_categories, nearly_holds_categories, own_words
from analysis.cohort.guesses.treatment_guess import TreatmentGuess
from analysis.cohort.labels import as_labels
from analysis.cohort.privacy.personal import PersonalColumn
from analysis.cohort.words.baseline_words import BASELINE_WORDS, CHARACTERISTIC_WORDS
from analysis.cohort.words.codings import name_words, tell_deaths
from analysis.cohort.words.date_words import DATE_WORDS
from analysis.cohort.words.personal_words import kind_of_name
from analysis.cohort.words.role_words import AFTER_WORDS, CENTRE_WORDS, DOSE_WORDS, ID_WORDS, TEXT_WORDS, split_words
from analysis.phrases import phrase, uncapitalised, without_stop

MOST_MISSING = 0.4
"""A column missing in a larger share of patients would leave too many of them out."""

NEARLY_THE_SAME = 0.97
"""Rank correlation above which two numbers say the same thing."""

_RANKED_ROWS = 5_000
_MOST_VALUES_COMPARED = 20
_LEAST_PATIENTS = 10
_TEXT_LENGTH = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherGuess:
    """What a column that is neither id, treatment, outcome nor date seems to be.

    Attributes
    ----------
    role : str
        ``covariate``, ``after``, ``text``, ``personal`` or ``ignore``.
    reason : str
        Why, in words.
    score : float
        How sure, 0 to 1.
    """

    role: Literal["covariate", "after", "text", "personal", "ignore"]
    reason: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """What other columns were taken for, as far as it matters for the rest.

    Attributes
    ----------
    arm : ColumnProfile or None
        The treatment column.
    treatment : TreatmentGuess or None
        Its two arms.
    outcomes : tuple of OutcomeSample
        Survival endpoints.
    personal : mapping of str to PersonalColumn
        Columns that may tell who a patient is.
    """

    arm: ColumnProfile | None
    treatment: TreatmentGuess | None
    outcomes: tuple[OutcomeSample, ...]
    personal: Mapping[str, PersonalColumn]


def guess_covariates(profiles: tuple[ColumnProfile, ...], around: Surroundings) -> dict[str, OtherGuess]:
    """Choose the columns that describe patients before treatment.

    Left out with a reason: free text, personal data, centres, doses, what is known only after time zero, constants,
    columns mostly missing, columns that repeat another one, and columns that tell the arms apart.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Columns that have no other role, in the order of the file.
    around : Surroundings
        The treatment, the outcomes and the personal data of the file.

    Returns
    -------
    dict of str to OtherGuess
        One for every column.
    """
    guesses: dict[str, OtherGuess] = {}
    chosen: list[ColumnProfile] = []
    seen: dict[tuple[int, bytes], str] = {}
    earlier = _earlier_responses(profiles)
    for profile in profiles:
        guess = _left_out(profile, around, is_earlier=profile.column in earlier) or _repetition(profile, seen)
        if guess is None:
            chosen.append(profile)
            seen.setdefault(profile.partition, profile.column)
            guess = _covariate(profile, is_earlier=profile.column in earlier)
        guesses[profile.column] = guess
    for left_out, kept in _same_ranks(chosen):
        reason = phrase("orders patients as “{column}” does; one of the two is enough", column=kept)
        guesses[left_out] = OtherGuess(role="ignore", reason=reason, score=0.75)
    return guesses


def _earlier_responses(profiles: tuple[ColumnProfile, ...]) -> set[str]:
    """Responses to a treatment that another column speaks of too, as ``ab_best_response`` beside ``ab_months``."""
    earlier = set()
    for profile in profiles:
        own = own_words(profile)
        if not holds_categories(profile) or not own or own & AFTER_WORDS:
            continue
        others = [other for other in profiles if other is not profile and not holds_categories(other)]
        if any(split_words(other.column)[:1] == split_words(profile.column)[:1] for other in others):
            earlier.add(profile.column)
    return earlier


def _covariate(profile: ColumnProfile, *, is_earlier: bool) -> OtherGuess:
    if is_earlier:
        reason = phrase("a response, by its name to an earlier treatment; check that it came before this one")
        return OtherGuess(role="covariate", reason=reason, score=0.6)
    words = set(split_words(profile.column)) | set(name_words(profile.column))
    words.add("".join(name_words(profile.column)))
    usual = bool(words & (CHARACTERISTIC_WORDS | BASELINE_WORDS))
    missing = profile.n_missing / profile.n
    content = 1.0 if missing <= 0.05 else 0.8 if missing <= 0.2 else 0.5
    reason = (
        phrase("known before treatment by its name")
        if usual
        else phrase("known before treatment, as far as its name tells")
    )
    if missing > 0.05:
        reason += phrase("; missing in {percent:.0f} % of patients", percent=100 * missing)
    return OtherGuess(role="covariate", reason=reason, score=score_of(1.0 if usual else 0.0, content))


def _left_out(profile: ColumnProfile, around: Surroundings, *, is_earlier: bool) -> OtherGuess | None:
    if profile.n_present == 0:
        return OtherGuess(role="ignore", reason=phrase("holds nothing"), score=0.95)
    return (
        _personal(profile, around.personal.get(profile.column))
        or _unusable(profile)
        or _text(profile)
        or (None if is_earlier else _by_name(profile, around.outcomes))
        or _after_by_content(profile, around.outcomes)
        or _mostly_missing(profile)
        or _one_arm_only(profile, around.arm, around.treatment)
    )


def _personal(profile: ColumnProfile, found: PersonalColumn | None) -> OtherGuess | None:
    if found is not None and found.kind == "free_text":
        return OtherGuess(
            role="text",
            reason=phrase("free text, which may name people: {why}", why=_told(found)),
            score=found.score,
        )
    if found is not None:
        return OtherGuess(role="personal", reason=phrase("personal data: {why}", why=_told(found)), score=found.score)
    kind = kind_of_name(profile.column)
    if kind in (None, "free_text", "record_number"):
        return None
    return OtherGuess(
        role="personal", reason=phrase("personal data by its name, though its cells hold little"), score=0.6
    )


def _told(found: PersonalColumn) -> str:
    return uncapitalised(without_stop(found.reason))


def _unusable(profile: ColumnProfile) -> OtherGuess | None:
    if profile.n_distinct < 2 and profile.n_missing:
        reason = phrase(
            "holds one value only, in {n_present:,} of {n:,} rows; if blank means no, write it in the file",
            n_present=profile.n_present,
            n=profile.n,
        )
        return OtherGuess(role="ignore", reason=reason, score=0.9)
    if profile.n_distinct < 2:
        return OtherGuess(role="ignore", reason=phrase("the same in all patients"), score=0.95)
    if profile.is_spoilt_number:
        cells = phrase("cells is no number") if profile.n_others == 1 else phrase("cells are no numbers")
        reason = phrase(
            "numbers, but {n_others:,} of {n:,} {cells}; correct them to use it",
            n_others=profile.n_others,
            n=profile.n,
            cells=cells,
        )
        return OtherGuess(role="ignore", reason=reason, score=0.8)
    if profile.is_number and not np.isfinite(profile.values.dropna()).all():
        return OtherGuess(role="ignore", reason=phrase("holds infinite numbers"), score=0.9)
    if _counts_rows(profile):
        return OtherGuess(role="ignore", reason=phrase("counts the rows of the file"), score=0.8)
    if DATE_WORDS.intersection(split_words(profile.column)):
        reason = phrase("a date") if profile.is_number else phrase("dates, not all of them written in one way")
        return OtherGuess(role="ignore", reason=reason, score=0.6)
    return None


def _counts_rows(profile: ColumnProfile) -> bool:
    if not (profile.is_number and profile.is_unique) or CHARACTERISTIC_WORDS.intersection(split_words(profile.column)):
        return False
    return profile.n >= _LEAST_PATIENTS and bool((np.diff(profile.values.to_numpy(dtype=np.float64)) == 1).all())


def _text(profile: ColumnProfile) -> OtherGuess | None:
    words = set(split_words(profile.column))
    many = has_too_many_levels(profile.n_distinct, profile.n_present)
    if profile.is_number or not (many or words & TEXT_WORDS):
        return None
    if words & ID_WORDS and profile.n_distinct > profile.n_present / 2:
        return OtherGuess(role="ignore", reason=phrase("named like an id, but not different in every row"), score=0.6)
    texts = profile.sample.dropna().drop_duplicates().head(500).astype(str)
    long = float(texts.str.len().mean()) >= _TEXT_LENGTH
    named = bool(words & TEXT_WORDS)
    if named or long:
        return OtherGuess(role="text", reason=phrase("free text"), score=score_of(float(named), float(long)))
    return OtherGuess(role="ignore", reason=phrase("free text, or a category with too many levels"), score=0.6)


def _by_name(profile: ColumnProfile, outcomes: tuple[OutcomeSample, ...]) -> OtherGuess | None:
    words = set(split_words(profile.column)) | set(name_words(profile.column))
    if words & CENTRE_WORDS:
        reason = phrase("where patients were treated; add it, or match exactly on it, if both arms were treated there")
        return OtherGuess(role="ignore", reason=reason, score=0.85)
    if words & ID_WORDS and profile.n_distinct > profile.n_present / 2:
        return OtherGuess(role="ignore", reason=phrase("an identifier"), score=0.7)
    if is_named_after(profile.column):
        follows = follows_outcome(profile, outcomes)
        reason = phrase("known only after treatment began, by its name")
        score = score_of(1.0, 1.0 if follows else 0.0)
        return OtherGuess(role="after", reason=reason + "; " + follows if follows else reason, score=score)
    if words & DOSE_WORDS and not words & BASELINE_WORDS:
        return OtherGuess(role="ignore", reason=phrase("how the treatment was given"), score=0.7)
    if profile.label and not words & (CHARACTERISTIC_WORDS | BASELINE_WORDS) and is_named_after(profile.label):
        reason = phrase("known only after treatment began, by what the file says of it")
        return OtherGuess(role="after", reason=reason, score=0.7)
    return None


def _after_by_content(profile: ColumnProfile, outcomes: tuple[OutcomeSample, ...]) -> OtherGuess | None:
    follows = follows_outcome(profile, outcomes)
    if follows is not None:
        reason = phrase("{why}, so that it seems to be known only after treatment began", why=follows)
        return OtherGuess(role="after", reason=reason, score=score_of(0.0, 1.0))
    if tell_deaths([str(label) for label in profile.labels.index]) and not _is_of_others(profile):
        reason = phrase("its labels say who died, which is known only after treatment began")
        return OtherGuess(role="after", reason=reason, score=0.9)
    if nearly_holds_categories(profile) and not BASELINE_WORDS.intersection(split_words(profile.column)):
        reason = phrase("best responses beside labels that are none; correct them to use it as a response")
        return OtherGuess(role="after", reason=reason, score=0.6)
    return None


def _is_of_others(profile: ColumnProfile) -> bool:
    """Whether a column says of whom, as that of a parent does."""
    return bool(BASELINE_WORDS.intersection(split_words(profile.column)))


def _mostly_missing(profile: ColumnProfile) -> OtherGuess | None:
    if profile.n_missing <= MOST_MISSING * profile.n:
        return None
    reason = phrase(
        "missing in {percent:.0f} % of patients, who would be left out", percent=100 * profile.n_missing / profile.n
    )
    return OtherGuess(role="ignore", reason=reason, score=0.7)


def _one_arm_only(
    profile: ColumnProfile, arm: ColumnProfile | None, treatment: TreatmentGuess | None
) -> OtherGuess | None:
    """A column whose every value occurs in one arm only would leave nobody to compare."""
    if arm is None or treatment is None or profile.n_distinct > _MOST_VALUES_COMPARED or profile.n < _LEAST_PATIENTS:
        return None
    labels = as_labels(arm.sample).to_numpy(dtype=object)
    known = profile.codes >= 0
    treated = set(profile.codes[known & (labels == treatment.treated)].tolist())
    control = set(profile.codes[known & (labels == treatment.control)].tolist())
    if not treated or not control or treated & control:
        return None
    return OtherGuess(role="ignore", reason=phrase("each of its values occurs in one arm only"), score=0.8)


def _repetition(profile: ColumnProfile, seen: Mapping[tuple[int, bytes], str]) -> OtherGuess | None:
    if _is_continuous(profile):
        return None  # told by ranks, so that the better scale of the two stays
    other = seen.get(profile.partition)
    if other is None:
        return None
    return OtherGuess(role="ignore", reason=phrase("says the same as “{column}”", column=other), score=0.8)


def _is_continuous(profile: ColumnProfile) -> bool:
    return profile.is_number and profile.n_distinct > _MOST_VALUES_COMPARED


def _same_ranks(chosen: list[ColumnProfile]) -> list[tuple[str, str]]:
    """Pairs of numbers of which one follows from the other: (the more skewed one, the other)."""
    numbers = [profile for profile in chosen if _is_continuous(profile)]
    if len(numbers) < 2:
        return []
    step = max(1, len(numbers[0].sample) // _RANKED_ROWS)
    table = pd.DataFrame({profile.column: profile.sample.iloc[::step] for profile in numbers})
    correlation = table.rank().corr(min_periods=_LEAST_PATIENTS).abs().to_numpy()
    skewness = table.skew().abs().to_numpy()
    pairs: list[tuple[str, str]] = []
    dropped: set[int] = set()
    with np.errstate(invalid="ignore"):
        alike = np.argwhere(np.triu(correlation > NEARLY_THE_SAME, k=1))
    for first, second in alike.tolist():
        if {first, second} & dropped:
            continue
        worse, better = (first, second) if skewness[first] > skewness[second] else (second, first)
        dropped.add(worse)
        pairs.append((numbers[worse].column, numbers[better].column))
    return pairs
