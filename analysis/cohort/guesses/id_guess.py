"""Which column tells patients apart."""

from collections.abc import Mapping

import pandas as pd

from analysis.cohort.guesses.evidence import score_of
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.privacy.personal import PersonalColumn
from analysis.cohort.words.role_words import (
    CENTRE_WORDS,
    ID_WORDS,
    PERSONAL_WORDS,
    ROW_NUMBER_NAMES,
    STUDY_ID_WORDS,
    split_words,
)
from analysis.phrases import phrase

_NEARLY_UNIQUE = 0.95
_MOST_REPEATED = 20
_FEWEST_PATIENTS = 10
_MOST_ROWS_EACH = 50
_STAFF_WORDS = {
    "physician",
    "doctor",
    "surgeon",
    "operator",
    "investigator",
    "reader",
    "의사",
    "주치의",
    "医師",
    "主治医",
}


def guess_id(
    profiles: tuple[ColumnProfile, ...], personal: Mapping[str, PersonalColumn]
) -> tuple[str | None, float, str]:
    """Find the id: a number of the study rather than one of the hospital, by its name, or the first column.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Every column, in the order of the file.
    personal : mapping of str to PersonalColumn
        Columns that may tell who a patient is.

    Returns
    -------
    column : str or None
        None where no column is different in (nearly) every row.
    score : float
        How sure, 0 to 1.
    reason : str
        Why, in words.
    """
    candidates = [item for item in profiles if item.n > 1 and _may_be_id(item, personal.get(item.column))]
    unique = [item for item in candidates if item.is_unique]
    named = [item for item in unique if _is_named_id(item)]
    if named:
        named.sort(
            key=lambda item: (item.column in personal, not STUDY_ID_WORDS.intersection(split_words(item.column)))
        )
        rivals = sum(item.column not in personal for item in named[1:])
        return named[0].column, score_of(1.0, 1.0, rivals=rivals), phrase("different in every row")
    repeated = [item for item in candidates if _is_named_id(item) and _is_nearly_unique(item)]
    if repeated:
        rows = repeated[0].n_present - repeated[0].n_distinct
        reason = (
            phrase("different in all but {n} row, which must be looked at", n=rows)
            if rows == 1
            else phrase("different in all but {n} rows, which must be looked at", n=rows)
        )
        return repeated[0].column, score_of(1.0, 0.2), reason
    several = [item for item in candidates if tells_patients_on_several_rows(item.column, item.values)]
    if several:
        reason = phrase(
            "named like an id, and its {n_patients:,} patients stand on {n_rows:,} rows, of "
            "which each may have one only",
            n_patients=several[0].n_distinct,
            n_rows=several[0].n_present,
        )
        return several[0].column, score_of(1.0, 0.0), reason
    numbered = [item for item in unique if item.column in personal]
    if numbered:
        return (
            numbered[0].column,
            score_of(0.0, 1.0),
            phrase("different in every row, a record number rather than a study's"),
        )
    first = profiles[0] if profiles else None
    unnamed = first is not None and (first.column.startswith("column ") or not split_words(first.column))
    if first is not None and first in unique and (unnamed or not first.is_number):
        return first.column, score_of(0.0, 1.0), phrase("the first column, different in every row")
    return None, 0.0, ""


def tells_patients_on_several_rows(column: str, values: pd.Series) -> bool:
    """Tell whether a column is named like an id and its patients stand on several rows, as one row for each visit.

    Parameters
    ----------
    column : str
        The column's name.
    values : (n, ) pandas.Series
        Its cells.

    Returns
    -------
    bool
        False for centres and for those who treat, and for columns of few values or of values that do not repeat.
    """
    words = set(split_words(column))
    if values.dtype.kind == "M" or not words & ID_WORDS or words & (CENTRE_WORDS | _STAFF_WORDS):
        return False
    present = values.dropna()
    if present.dtype.kind == "f" and not bool((present % 1 == 0).all()):
        return False
    return max(_FEWEST_PATIENTS, len(present) / _MOST_ROWS_EACH) <= present.nunique() < len(present)


def _is_named_id(profile: ColumnProfile) -> bool:
    name = " ".join(profile.column.casefold().split())
    return name in ROW_NUMBER_NAMES or bool(ID_WORDS.intersection(split_words(profile.column)))


def _may_be_id(profile: ColumnProfile, personal: PersonalColumn | None) -> bool:
    """Ids are text or whole numbers."""
    if profile.is_date or (personal is not None and personal.kind != "record_number"):
        return False
    if PERSONAL_WORDS.intersection(split_words(profile.column)):
        return False
    return not profile.is_number or bool((profile.values % 1 == 0).all())


def _is_nearly_unique(profile: ColumnProfile) -> bool:
    return profile.n_missing == 0 and profile.n_distinct >= max(_NEARLY_UNIQUE * profile.n, profile.n - _MOST_REPEATED)
