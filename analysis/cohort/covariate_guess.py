"""Which columns were known before treatment and can be made comparable."""

import numpy as np
import pandas as pd

from analysis.cohort.baseline_words import BASELINE_WORDS
from analysis.cohort.codings import name_words
from analysis.cohort.covariates import has_too_many_levels
from analysis.cohort.date_words import DATE_WORDS
from analysis.cohort.labels import as_labels
from analysis.cohort.outcome_words import ENDPOINT_WORDS, TIME_WORDS, UNIT_WORDS
from analysis.cohort.profiles import ColumnProfile
from analysis.cohort.response_guess import holds_categories, own_words
from analysis.cohort.role_words import AFTER_WORDS, CENTRE_WORDS, DOSE_WORDS, ID_WORDS, PERSONAL_WORDS, split_words
from analysis.cohort.treatment_guess import TreatmentGuess

MOST_MISSING = 0.4
"""A column missing in a larger share of patients would leave too many of them out."""

NEARLY_THE_SAME = 0.97
"""Rank correlation above which two numbers say the same thing."""

_RANKED_ROWS = 5_000
_MOST_VALUES_COMPARED = 20
_LEAST_PATIENTS = 10


def guess_covariates(
    profiles: tuple[ColumnProfile, ...], arm: ColumnProfile | None, treatment: TreatmentGuess | None
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Choose the columns that describe patients before treatment.

    Left out with a reason: dates, free text, personal data, centres, doses, what is known only after time zero,
    constants, columns mostly missing, columns that repeat another one, and columns that tell the arms apart.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Columns that have no other role, in the order of the file.
    arm : ColumnProfile or None
        The treatment column.
    treatment : TreatmentGuess or None
        Its two arms.

    Returns
    -------
    covariates : tuple of str
        In the order of the file.
    reasons : dict of str to str
        For every column left out, and for covariates that deserve a look.
    """
    reasons: dict[str, str] = {}
    chosen: list[ColumnProfile] = []
    earlier = _earlier_responses(profiles)
    for profile in profiles:
        by_name = None if profile.column in earlier else _reason_of_name(profile)
        reason = _reason_of_content(profile) or by_name or _reason_of_arms(profile, arm, treatment)
        reason = reason or _repetition(profile, chosen)
        if reason is not None:
            reasons[profile.column] = reason
        else:
            chosen.append(profile)
    for left_out, kept in _same_ranks(chosen):
        reasons[left_out] = f"orders patients as “{kept}” does; one of the two is enough"
    covariates = tuple(profile.column for profile in chosen if profile.column not in reasons)
    for column in earlier.intersection(covariates):
        reasons[column] = "a response, by its name to an earlier treatment; check that it came before this one"
    return covariates, reasons


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


def _reason_of_content(profile: ColumnProfile) -> str | None:
    if profile.n_present == 0:
        return "holds nothing"
    if profile.is_date:
        return "a date"
    if profile.n_distinct < 2:
        return "the same in all patients"
    if profile.is_spoilt_number:
        cells = "cells is no number" if profile.n_others == 1 else "cells are no numbers"
        return f"numbers, but {profile.n_others:,} of {profile.n:,} {cells}; correct them to use it"
    if profile.is_number and not np.isfinite(profile.values.dropna()).all():
        return "holds infinite numbers"
    if not profile.is_number and DATE_WORDS.intersection(split_words(profile.column)):
        return "dates, not all of them written in one way"
    if not profile.is_number and has_too_many_levels(profile.n_distinct, profile.n_present):
        return "free text, or a category with too many levels"
    if profile.n_missing > MOST_MISSING * profile.n:
        return f"missing in {100 * profile.n_missing / profile.n:.0f} % of patients, who would be left out"
    return None


def _reason_of_name(profile: ColumnProfile) -> str | None:
    words = set(split_words(profile.column)) | set(name_words(profile.column))
    if words & PERSONAL_WORDS:
        return "personal data"
    if words & CENTRE_WORDS:
        return "where patients were treated; add it, or match exactly on it, if both arms were treated there"
    if words & ID_WORDS and profile.n_distinct > profile.n_present / 2:
        return "an identifier"
    if words & BASELINE_WORDS:
        return None
    if words & DATE_WORDS:
        return "a date"
    if words & DOSE_WORDS:
        return "how the treatment was given"
    known_later = words & AFTER_WORDS or words & set(ENDPOINT_WORDS) or words <= TIME_WORDS | set(UNIT_WORDS)
    if known_later and not _is_stage(words):
        return "known only after treatment began, by its name"
    return None


def _is_stage(words: set[str]) -> bool:
    """T and M stand for time and month, and for stages of a tumour: a stage has no other word of time."""
    return words <= {"t", "m"}


def _reason_of_arms(profile: ColumnProfile, arm: ColumnProfile | None, treatment: TreatmentGuess | None) -> str | None:
    """A column whose every value occurs in one arm only would leave nobody to compare."""
    if arm is None or treatment is None or profile.n_distinct > _MOST_VALUES_COMPARED or profile.n < _LEAST_PATIENTS:
        return None
    labels = as_labels(arm.values).to_numpy(dtype=object)
    known = profile.codes >= 0
    treated = set(profile.codes[known & (labels == treatment.treated)].tolist())
    control = set(profile.codes[known & (labels == treatment.control)].tolist())
    return "each of its values occurs in one arm only" if treated and control and not treated & control else None


def _repetition(profile: ColumnProfile, chosen: list[ColumnProfile]) -> str | None:
    if _is_continuous(profile):
        return None  # told by ranks, so that the better scale of the two stays
    for other in chosen:
        if other.n_distinct == profile.n_distinct and np.array_equal(other.codes, profile.codes):
            return f"says the same as “{other.column}”"
    return None


def _is_continuous(profile: ColumnProfile) -> bool:
    return profile.is_number and profile.n_distinct > _MOST_VALUES_COMPARED


def _same_ranks(chosen: list[ColumnProfile]) -> list[tuple[str, str]]:
    """Pairs of numbers of which one follows from the other: (the more skewed one, the other)."""
    numbers = [profile for profile in chosen if _is_continuous(profile)]
    if len(numbers) < 2:
        return []
    step = max(1, numbers[0].n // _RANKED_ROWS)
    table = pd.DataFrame({profile.column: profile.values.iloc[::step] for profile in numbers})
    correlation = table.rank().corr(min_periods=_LEAST_PATIENTS).abs().to_numpy()
    skewness = table.skew().abs().to_numpy()
    pairs: list[tuple[str, str]] = []
    dropped: set[int] = set()
    for first in range(len(numbers)):
        for second in range(first + 1, len(numbers)):
            if {first, second} & dropped or not correlation[first, second] > NEARLY_THE_SAME:
                continue
            worse, better = (first, second) if skewness[first] > skewness[second] else (second, first)
            dropped.add(worse)
            pairs.append((numbers[worse].column, numbers[better].column))
    return pairs
