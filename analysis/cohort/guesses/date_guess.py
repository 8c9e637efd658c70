"""What the columns of dates are of: by their names, and by the order in which they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.guesses.evidence import score_of
from analysis.cohort.guesses.profiles import ColumnProfile
from analysis.cohort.words.date_words import date_use
from analysis.cohort.words.role_words import split_words
from analysis.phrases import phrase

DateRole = Literal[
    "index_date",
    "treatment_start",
    "progression_date",
    "death_date",
    "last_contact_date",
    "last_assessment_date",
    "response_date",
    "date",
]

_TIME_ZEROS = ("index", "treatment_start", "enrolment", "surgery", "diagnosis")
"""From which follow-up may be counted, the best first."""

_ROLES: dict[str, DateRole] = {
    "progression": "progression_date",
    "death": "death_date",
    "last_contact": "last_contact_date",
    "last_assessment": "last_assessment_date",
    "response": "response_date",
}
_IN_WORDS = {
    "index": phrase("the index date"),
    "treatment_start": phrase("the start of treatment"),
    "enrolment": phrase("enrolment"),
    "surgery": phrase("an operation"),
    "diagnosis": phrase("the diagnosis"),
    "progression": phrase("progression"),
    "death": phrase("death"),
    "last_contact": phrase("the last contact"),
    "last_assessment": phrase("the last assessment"),
    "response": phrase("the response"),
    "treatment_end": phrase("the end of treatment"),
    "subsequent": phrase("a later treatment"),
    "prior": phrase("something earlier"),
    "birth": phrase("birth"),
    "cutoff": phrase("the data cut-off"),
}

IN_ORDER = 0.95
"""Share of patients in whom dates must lie in order; the others are slips of the pen."""

_FEWEST = 5
_MOST_WITHOUT_INDEX = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class DateGuess:
    """What one column of dates is of.

    Attributes
    ----------
    column : str
        Its name.
    role : str
        A role of `ColumnRole`; ``date`` where no use is known.
    use : str or None
        What it is of, as in `date_use`.
    reason : str
        Why, in words.
    score : float
        How sure, 0 to 1.
    """

    column: str
    role: DateRole
    use: str | None
    reason: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Dates:
    """One column of dates: its days since 1970 in the sampled rows, and what its name says."""

    column: str
    days: NDArray[np.float64]
    use: str | None
    plainly: float

    @property
    def filled(self) -> float:
        return float(np.mean(~np.isnan(self.days))) if len(self.days) else 0.0

    @property
    def may_be_told_by_order(self) -> bool:
        """A date that hardly anyone lacks, of whose use its name says nothing."""
        return self.use is None and self.filled >= 1 - _MOST_WITHOUT_INDEX and bool(self.column.strip())


def guess_dates(profiles: tuple[ColumnProfile, ...]) -> tuple[DateGuess, ...]:
    """Tell the columns of dates apart.

    Time zero is the index date, where a column is called so; otherwise the start of treatment, enrolment, an operation
    or the diagnosis, in this order: a comparison of treatments begins with the treatment. Where no name tells, it is
    the column that lies before the others in nearly all patients. Another date of which several columns are is the
    one whose name is plainest, then the one with the fewest gaps.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Columns, dates among them.

    Returns
    -------
    tuple of DateGuess
        One for each column of dates, in the order of the file.
    """
    dates = [_dates_of(profile) for profile in profiles if profile.is_date]
    index, guess = _index_date(dates)
    found = {guess.column: guess} if guess is not None else {}
    for use in ("treatment_start", "progression", "death", "last_assessment", "last_contact", "response"):
        _claim(use, dates, index, found)
    if index is not None:
        _claim_last_by_order(dates, index, found)
    for item in dates:
        if item.column not in found:
            found[item.column] = _unused(item, index)
    return tuple(found[item.column] for item in dates)


def days_of(profile: ColumnProfile) -> NDArray[np.float64]:
    """Take the dates of the sampled rows as days.

    Parameters
    ----------
    profile : ColumnProfile
        A column of dates.

    Returns
    -------
    (n, ) array of float
        Whole days since 1970, NaN where missing.
    """
    day = profile.sample.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(day), np.nan, day.astype(np.int64).astype(np.float64))


def columns_by_use(guesses: tuple[DateGuess, ...]) -> Mapping[str, str]:
    """Name the column of each use that a study can have.

    Parameters
    ----------
    guesses : tuple of DateGuess
        As guessed.

    Returns
    -------
    mapping of str to str
        Column by the names of `DatesSettings`: ``index``, ``death`` and the like.
    """
    roles = {guess.role: guess.column for guess in guesses if guess.role != "date"}
    return {role.removesuffix("_date"): roles[role] for role in get_args(DateRole) if role in roles}


def _dates_of(profile: ColumnProfile) -> _Dates:
    use, plainly = date_use(split_words(profile.column)) or (None, 0.0)
    return _Dates(column=profile.column, days=days_of(profile), use=use, plainly=plainly)


def _index_date(dates: list[_Dates]) -> tuple[_Dates | None, DateGuess | None]:
    named = [item for item in dates if item.use in _TIME_ZEROS and item.filled > 0.5]
    if not named:
        return _first_by_order(dates)
    named.sort(key=lambda item: (_TIME_ZEROS.index(str(item.use)), -item.plainly, -item.filled))
    index = named[0]
    rivals = sum(item.use == index.use for item in named[1:])
    later = [item for item in dates if item.use in _ROLES or item.use in ("treatment_end", "subsequent")]
    orderly = [share for item in later if (share := _share_after(item, index)) is not None]
    content = _fit(min(orderly)) if orderly else 0.5
    if 1 - index.filled > _MOST_WITHOUT_INDEX:
        content = min(content, 0.3)
    score = score_of(index.plainly, content, rivals=rivals)
    return index, DateGuess(
        column=index.column, role="index_date", use=index.use, reason=_index_reason(index, named[1:]), score=score
    )


def _index_reason(index: _Dates, others: list[_Dates]) -> str:
    reason = phrase("{date} by its name, taken as time zero", date=_IN_WORDS[str(index.use)])
    if index.use != "index":
        beside = next((item for item in others if item.use != index.use), None)
        if index.use == "treatment_start" and beside is not None:
            reason += phrase(
                " rather than {date} (“{column}”): a comparison of treatments begins with the treatment",
                date=_IN_WORDS[str(beside.use)],
                column=beside.column,
            )
        elif index.use == "diagnosis":
            reason += phrase("; the start of treatment would be better, and no column is called so")
    return reason


def _first_by_order(dates: list[_Dates]) -> tuple[_Dates | None, DateGuess | None]:
    """The date before all others, where no name tells time zero."""
    free = [item for item in dates if item.may_be_told_by_order]
    usable = [item for item in dates if item.use not in ("birth", "prior", "cutoff")]
    for item in free:
        shares = [_share_after(other, item) for other in usable if other is not item]
        if shares and all(share is not None and share >= IN_ORDER for share in shares):
            reason = phrase(
                "lies before the other dates in nearly all patients, taken as time zero; its name does not say so"
            )
            score = score_of(0.0, 0.8 if len(shares) > 1 else 0.5)
            return item, DateGuess(column=item.column, role="index_date", use="index", reason=reason, score=score)
    return None, None


def _share_after(later: _Dates, earlier: _Dates) -> float | None:
    """In what share of the patients with both dates the later one is not before the earlier one."""
    both = ~np.isnan(later.days) & ~np.isnan(earlier.days)
    return float(np.mean(later.days[both] >= earlier.days[both])) if both.sum() >= _FEWEST else None


def _fit(share: float) -> float:
    """How well dates lie in order, 0 to 1."""
    return 1.0 if share >= IN_ORDER else 0.6 if share >= 0.85 else 0.0


def _claim(use: str, dates: list[_Dates], index: _Dates | None, found: dict[str, DateGuess]) -> None:
    """Give a use to the column that fits it best."""
    fitting = [item for item in dates if item.use == use and item.column not in found and item.filled > 0]
    if not fitting:
        return
    fitting.sort(key=lambda item: (-item.plainly, -item.filled))
    chosen = fitting[0]
    rivals = sum(item.plainly == chosen.plainly for item in fitting[1:])
    role = _ROLES.get(use, "treatment_start")
    order, content = _order_in_words(chosen, index)
    reason = phrase("the date of {date} by its name", date=_IN_WORDS[use])
    if use in ("treatment_start",):
        reason = phrase("{date} by its name, beside the index date", date=_IN_WORDS[use])
    score = score_of(chosen.plainly, content, rivals=rivals)
    found[chosen.column] = DateGuess(column=chosen.column, role=role, use=use, reason=reason + order, score=score)
    for item in fitting[1:]:
        reason = phrase("reads like {date} too; “{column}” was taken", date=_IN_WORDS[use], column=chosen.column)
        found[item.column] = DateGuess(column=item.column, role="date", use=use, reason=reason, score=0.5)


def _order_in_words(item: _Dates, index: _Dates | None) -> tuple[str, float]:
    share = _share_after(item, index) if index is not None else None
    if share is None:
        return "", 0.5
    if share >= IN_ORDER:
        return phrase(", and not before time zero in {share} of patients", share=_percent(share)), 1.0
    return phrase(", but before time zero in {share} of patients", share=_percent(1 - share)), _fit(share)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _claim_last_by_order(dates: list[_Dates], index: _Dates, found: dict[str, DateGuess]) -> None:
    """Without a name that tells the last contact, the date after all others that hardly anyone lacks."""
    if any(guess.role == "last_contact_date" for guess in found.values()):
        return
    usable = [item for item in dates if item.use not in ("birth", "prior", "cutoff")]
    for item in usable:
        if item.column in found or not item.may_be_told_by_order:
            continue
        shares = [_share_after(item, other) for other in usable if other is not item]
        if all(share is None or share >= IN_ORDER for share in shares) and np.nanmax(item.days - index.days) > 0:
            reason = phrase(
                "lies after the other dates in nearly all patients, taken as the last contact; its name is silent"
            )
            found[item.column] = DateGuess(
                column=item.column,
                role="last_contact_date",
                use="last_contact",
                reason=reason,
                score=score_of(0.0, 0.5),
            )
            return


def _unused(item: _Dates, index: _Dates | None) -> DateGuess:
    told = (
        phrase("a date of {date} by its name", date=_IN_WORDS[item.use])
        if item.use is not None
        else phrase("a date of no known use")
    )
    share = _share_after(item, index) if index is not None else None
    if item.use in (*_TIME_ZEROS, "birth", "prior", "cutoff"):
        return DateGuess(column=item.column, role="date", use=item.use, reason=told, score=score_of(item.plainly, 0.6))
    if share is not None and share >= IN_ORDER and item.use != "cutoff":
        told += phrase(", after time zero in {share} of patients: not for adjustment", share=_percent(share))
    return DateGuess(
        column=item.column,
        role="date",
        use=item.use,
        reason=told,
        score=score_of(item.plainly, 0.6) if item.use is not None else 0.4,
    )


def cutoff_of(profiles: tuple[ColumnProfile, ...], guesses: tuple[DateGuess, ...]) -> pd.Timestamp | None:
    """Find the data cut-off that a file states.

    Parameters
    ----------
    profiles : tuple of ColumnProfile
        Columns.
    guesses : tuple of DateGuess
        What the dates among them are of.

    Returns
    -------
    pandas.Timestamp or None
        The one date of a column called a cut-off; None where there is none, or more than one date.
    """
    named = {guess.column for guess in guesses if guess.use == "cutoff"}
    for profile in profiles:
        if profile.column in named and profile.n_distinct == 1:
            return pd.Timestamp(profile.values.dropna().iloc[0])
    return None
