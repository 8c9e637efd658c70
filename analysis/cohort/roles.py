"""A first guess at what each column of a cohort is for, with reasons, for a person to correct."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.cohort.covariate_guess import guess_covariates
from analysis.cohort.pairing import EndpointGuess, guess_endpoints
from analysis.cohort.profiles import MOST_FREQUENT, ColumnProfile, describe_profile, profile_columns
from analysis.cohort.reading import Cohort
from analysis.cohort.response_guess import ResponseGuess, guess_responses
from analysis.cohort.role_words import ID_WORDS, PERSONAL_WORDS, split_words
from analysis.cohort.treatment_guess import TreatmentGuess, guess_treatment
from analysis.settings import DatesSettings, StudySettings
from analysis.study_file import draft_settings

Role = Literal[
    "id",
    "treatment",
    "covariate",
    "time",
    "event",
    "response",
    "responder",
    "index_date",
    "treatment_start",
    "progression_date",
    "death_date",
    "last_contact_date",
    "last_assessment_date",
    "response_date",
    "date",
    "after",
    "text",
    "personal",
    "ignore",
]
ColumnType = Literal["numeric", "categorical", "date", "text"]

_MILESTONES: dict[str, tuple[int, ...]] = {
    "days": (91, 182, 365, 730, 1095, 1826, 3652),
    "weeks": (13, 26, 52, 104, 156, 260, 520),
    "months": (6, 12, 24, 36, 60, 120),
    "years": (1, 2, 3, 5, 10),
}
_DAYS_FROM = 500.0
"""Times of more than this many, of unknown unit, are taken for days: few cohorts are followed for 500 months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRole:
    """What one column seems to be for.

    Attributes
    ----------
    column : str
        Its name.
    role : str
        ``id``, ``treatment``, ``covariate``, ``time``, ``event``, ``response`` (categories), ``responder`` (yes or
        no); a date by its use, ``date`` where none is known; ``after`` (known only after time zero, not for
        adjustment), ``text`` (free text), ``personal`` (tells who a patient is) or ``ignore``.
    type : str
        ``numeric``, ``categorical``, ``date`` or ``text``.
    reason : str
        Why, in words.
    score : float
        How sure, 0 to 1: at least 0.9 where name and content agree, 0.5 to 0.8 where only one of them speaks, lower
        where something else would do as well.
    endpoint : str or None
        The outcome that a time, event or response belongs to.
    n_missing, n_distinct : int
        Missing cells, different values.
    labels : tuple of str
        Up to five most frequent labels, for columns of at most twelve.
    """

    column: str
    role: Role
    type: ColumnType
    reason: str
    score: float
    endpoint: str | None
    n_missing: int
    n_distinct: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGuess:
    """A guess at a whole study.

    Attributes
    ----------
    columns : tuple of ColumnRole
        One for each column, in the order of the file.
    id : str or None
        The id column.
    treatment : TreatmentGuess or None
        The treatment column and its arms.
    covariates : tuple of str
        Columns that seem to be known before treatment.
    endpoints : tuple of EndpointGuess
        Times with their events.
    responses : tuple of ResponseGuess
        Best responses.
    dates : DatesSettings or None
        Columns of dates by their use, and who died where no date says so; None without a date of time zero.
    time_unit : str
        ``days``, ``weeks``, ``months`` or ``years``.
    time_unit_reason : str
        How the unit was told.
    times : tuple of float
        Milestones within the follow-up.
    """

    columns: tuple[ColumnRole, ...]
    id: str | None
    treatment: TreatmentGuess | None
    covariates: tuple[str, ...]
    endpoints: tuple[EndpointGuess, ...]
    responses: tuple[ResponseGuess, ...]
    dates: DatesSettings | None
    time_unit: str
    time_unit_reason: str
    times: tuple[float, ...]

    def to_settings(self) -> StudySettings | None:
        """The guess as a study.

        Returns
        -------
        StudySettings or None
            None when no treatment, no covariate or no outcome was found: a person must say.
        """
        if self.treatment is None or not self.covariates or not (self.endpoints or self.responses):
            return None
        return draft_settings(_study_values(self, self.treatment)).settings


def _study_values(guess: RoleGuess, treatment: TreatmentGuess) -> dict[str, Any]:
    survival = [
        {"name": item.name, "time": item.time, "event": item.event}
        | ({"observed": list(item.observed)} if item.observed is not None else {})
        for item in guess.endpoints
    ]
    response = [
        {"name": item.name, ("responder" if item.is_responder else "column"): item.column} for item in guess.responses
    ]
    return {
        "cohort": {"id": guess.id, "time_unit": guess.time_unit},
        "treatment": {"column": treatment.column, "treated": treatment.treated, "control": treatment.control},
        "covariates": list(guess.covariates),
        "outcomes": {"survival": survival, "response": response, "times": list(guess.times)},
    }


def guess_roles(cohort: Cohort) -> RoleGuess:
    """Guess what each column of a cohort is for, from its name and its content.

    Nothing is refused here: whatever cannot be told is left to a person.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    RoleGuess
        A role and a reason for every column, and the study they make.
    """
    profiles = profile_columns(cohort)
    identifier = _guess_id(profiles)
    free = tuple(profile for profile in profiles if profile.column != identifier)
    treatment = guess_treatment(free)
    free = tuple(profile for profile in free if treatment is None or profile.column != treatment.column)
    endpoints = guess_endpoints(free)
    taken = {column for item in endpoints for column in (item.time, item.event) if column is not None}
    free = tuple(profile for profile in free if profile.column not in taken)
    responses = guess_responses(free)
    answered = {item.column for item in responses}
    rest = tuple(profile for profile in free if profile.column not in answered)
    arm = next((profile for profile in profiles if treatment is not None and profile.column == treatment.column), None)
    covariates, reasons = guess_covariates(rest, arm, treatment)
    told = dict(_told_roles(identifier, treatment, endpoints, responses))
    unit, unit_reason = _guess_unit(profiles, endpoints)
    return RoleGuess(
        columns=tuple(_column_role(profile, told, covariates, reasons) for profile in profiles),
        id=identifier,
        treatment=treatment,
        covariates=covariates,
        endpoints=endpoints,
        responses=responses,
        dates=None,
        time_unit=unit,
        time_unit_reason=unit_reason,
        times=_guess_times(profiles, endpoints, unit),
    )


def _guess_id(profiles: tuple[ColumnProfile, ...]) -> str | None:
    unique = [profile for profile in profiles if profile.is_unique and profile.n > 1 and _may_be_id(profile)]
    named = [profile for profile in unique if ID_WORDS.intersection(split_words(profile.column))]
    if named:
        return named[0].column
    first = profiles[0] if profiles else None
    unnamed = first is not None and (first.column.startswith("column ") or not split_words(first.column))
    return first.column if first is not None and first in unique and (unnamed or not first.is_number) else None


def _may_be_id(profile: ColumnProfile) -> bool:
    """Ids are text or whole numbers."""
    if profile.is_date or PERSONAL_WORDS.intersection(split_words(profile.column)):
        return False
    return not profile.is_number or bool((profile.values % 1 == 0).all())


def _told_roles(
    identifier: str | None,
    treatment: TreatmentGuess | None,
    endpoints: tuple[EndpointGuess, ...],
    responses: tuple[ResponseGuess, ...],
) -> Iterator[tuple[str, tuple[Role, str, str | None]]]:
    if identifier is not None:
        yield identifier, ("id", "different in every row", None)
    if treatment is not None:
        yield treatment.column, ("treatment", treatment.reason, None)
    for endpoint in endpoints:
        if endpoint.time is not None and endpoint.event is not None:
            yield endpoint.time, ("time", endpoint.reason, endpoint.name)
            yield endpoint.event, ("event", endpoint.reason, endpoint.name)
    for response in responses:
        yield response.column, ("responder" if response.is_responder else "response", response.reason, response.name)


def _column_role(
    profile: ColumnProfile,
    told: Mapping[str, tuple[Role, str, str | None]],
    covariates: tuple[str, ...],
    reasons: Mapping[str, str],
) -> ColumnRole:
    other: tuple[Role, str, str | None] = (
        "covariate" if profile.column in covariates else "ignore",
        reasons.get(profile.column, "known before treatment, as far as its name tells"),
        None,
    )
    role, reason, endpoint = told.get(profile.column, other)
    return ColumnRole(
        column=profile.column,
        role=role,
        type=_type(profile),
        reason=reason,
        score=0.5,
        endpoint=endpoint,
        n_missing=profile.n_missing,
        n_distinct=profile.n_distinct,
        labels=tuple(map(str, profile.labels.index[:MOST_FREQUENT])),
    )


def _type(profile: ColumnProfile) -> ColumnType:
    if profile.is_date:
        return "date"
    if profile.is_number:
        return "numeric"
    return "categorical" if len(profile.labels) else "text"


def _guess_unit(profiles: tuple[ColumnProfile, ...], endpoints: tuple[EndpointGuess, ...]) -> tuple[str, str]:
    stated = list(dict.fromkeys(endpoint.unit for endpoint in endpoints if endpoint.unit is not None))
    if len(stated) == 1:
        return stated[0], "the columns' names say so"
    if stated:
        return stated[0], f"the columns' names disagree ({', '.join(stated)}); all times must be in one unit"
    longest = _longest_time(profiles, endpoints)
    if longest is not None and longest > _DAYS_FROM:
        return "days", "no name states a unit, and the longest time is too long for months"
    return "months", "no name states a unit; months are the usual one"


def _longest_time(profiles: tuple[ColumnProfile, ...], endpoints: tuple[EndpointGuess, ...]) -> float | None:
    times = {endpoint.time for endpoint in endpoints}
    return max((float(profile.values.max()) for profile in profiles if profile.column in times), default=None)


def _guess_times(
    profiles: tuple[ColumnProfile, ...], endpoints: tuple[EndpointGuess, ...], unit: str
) -> tuple[float, ...]:
    """The last three usual milestones that a fair number of patients may have reached."""
    longest = _longest_time(profiles, endpoints)
    if longest is None:
        return ()
    return tuple(float(time) for time in _MILESTONES[unit] if time <= 0.8 * longest)[-3:]


def describe_columns(cohort: Cohort) -> dict[str, str]:
    """Say in a few words what each column holds, for the table of roles on screen.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    dict of str to str
        By column, such as ``numbers 18 to 84, 3 missing`` or ``LEN, SOR``.
    """
    return {profile.column: describe_profile(profile) for profile in profile_columns(cohort)}
