"""A first guess at what each column of a cohort is for, with reasons, for a person to correct."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from analysis.cohort.guesses.after_guess import sample_outcomes
from analysis.cohort.guesses.change_guess import guess_changes
from analysis.cohort.guesses.covariate_guess import OtherGuess, Surroundings, guess_covariates
from analysis.cohort.guesses.date_guess import DateGuess, guess_dates
from analysis.cohort.guesses.dated_endpoints import add_dated_endpoints
from analysis.cohort.guesses.id_guess import guess_id
from analysis.cohort.guesses.pairing import EndpointGuess, guess_endpoints
from analysis.cohort.guesses.profiles import (
    MOST_FREQUENT,
    SAMPLED_ROWS,
    ColumnProfile,
    describe_profile,
    profile_columns,
    sampling_step,
)
from analysis.cohort.guesses.response_guess import ResponseGuess, guess_responses
from analysis.cohort.guesses.treatment_guess import TreatmentGuess, guess_treatment
from analysis.cohort.guesses.unit_guess import guess_times, settle_units
from analysis.cohort.privacy.personal import find_personal
from analysis.cohort.reading import Cohort
from analysis.cohort.words.baseline_words import NOMINAL_WORDS
from analysis.cohort.words.role_words import split_words
from analysis.phrases import phrase
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

_MOST_CODES = 8


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
        ``numeric``, ``categorical``, ``date`` or ``text``; ``categorical`` for numbers that are codes by their name.
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
        What the study counts in: months as soon as the unit of any time is known, as each column is converted from
        its own; otherwise what its times seem to be in.
    time_unit_score : float
        How sure the units are, 0 to 1.
    time_unit_reason : str
        How they were told.
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
    time_unit_score: float
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
    response = [
        {"name": item.name, ("responder" if item.is_responder else "column"): item.column, "change": item.change}
        for item in guess.responses
    ]
    codes = {item.column for item in guess.columns if item.role == "covariate" and item.type == "categorical"}
    numbers = {item.column for item in guess.columns if item.labels and all(map(_is_whole, item.labels))}
    values: dict[str, Any] = {
        "cohort": {"id": guess.id, "time_unit": guess.time_unit},
        "treatment": {"column": treatment.column, "treated": treatment.treated, "control": treatment.control},
        "covariates": [
            {"column": name, "type": "categorical"} if name in codes & numbers else name for name in guess.covariates
        ],
        "outcomes": {
            "survival": [_survival_values(item, guess.time_unit) for item in guess.endpoints],
            "response": response,
            "times": list(guess.times),
        },
    }
    if guess.dates is not None and any(item.from_dates is not None for item in guess.endpoints):
        values["dates"] = guess.dates.model_dump(exclude_none=True)
    return values


def _is_whole(label: str) -> bool:
    return label.removeprefix("-").isdigit()


def _survival_values(endpoint: EndpointGuess, time_unit: str) -> dict[str, Any]:
    if endpoint.from_dates is not None:
        return {"name": endpoint.name, "from_dates": endpoint.from_dates}
    values: dict[str, Any] = {"name": endpoint.name, "time": endpoint.time, "event": endpoint.event}
    if endpoint.observed is not None:
        values["observed"] = list(endpoint.observed)
    if endpoint.unit is not None and (endpoint.unit != time_unit or endpoint.must_say_unit):
        values["unit"] = endpoint.unit
    return values


def guess_roles(cohort: Cohort) -> RoleGuess:
    """Guess what each column of a cohort is for, from its name and its content.

    Nothing is refused here: whatever cannot be told is left to a person. In files of many rows, columns are held
    against one another by evenly spread rows.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    RoleGuess
        A role, a score and a reason for every column, and the study they make.
    """
    profiles = profile_columns(cohort)
    personal = {item.column: item for item in find_personal(_sampled(cohort))}
    identifier, id_score, id_reason = guess_id(profiles, personal)
    free = tuple(item for item in profiles if item.column != identifier and item.column not in personal)
    treatment = guess_treatment(free)
    free = tuple(item for item in free if treatment is None or item.column != treatment.column)
    day_guesses = guess_dates(free)
    paired = guess_endpoints(tuple(item for item in free if not item.is_date))
    dated = add_dated_endpoints(free, day_guesses, paired)
    unit, unit_score, unit_reason, endpoints = settle_units(profiles, dated)
    taken = {column for item in endpoints for column in (item.time, item.event)} | {dated.died}
    free = tuple(item for item in free if item.column not in taken and not item.is_date)
    responses = guess_responses(free)
    answered = {item.column for item in responses}
    free = tuple(item for item in free if item.column not in answered)
    changes = guess_changes(free, tuple(item.column for item in responses))
    responses = tuple(replace(item, change=changes.get(item.column)) for item in responses)
    arm = next((item for item in profiles if treatment is not None and item.column == treatment.column), None)
    outcomes = sample_outcomes(profiles, endpoints)
    around = Surroundings(arm=arm, treatment=treatment, outcomes=outcomes, personal=personal)
    rest = tuple(item for item in profiles if item.column in personal and item.column != identifier)
    others = guess_covariates(tuple(item for item in free if item.column not in changes.values()), around)
    others |= guess_covariates(rest, around)
    told = dict(_told_roles(treatment, endpoints, dated.died, responses, day_guesses, others))
    if identifier is not None:
        told[identifier] = ("id", id_reason, id_score, None)
    return RoleGuess(
        columns=tuple(_column_role(profile, told[profile.column]) for profile in profiles),
        id=identifier,
        treatment=treatment,
        covariates=tuple(item.column for item in profiles if told[item.column][0] == "covariate"),
        endpoints=endpoints,
        responses=responses,
        dates=dated.dates,
        time_unit=unit,
        time_unit_score=unit_score,
        time_unit_reason=unit_reason,
        times=guess_times(profiles, dated, endpoints, unit),
    )


def _sampled(cohort: Cohort) -> Cohort:
    if len(cohort.table) <= SAMPLED_ROWS:
        return cohort
    return replace(cohort, table=cohort.table.iloc[:: sampling_step(len(cohort.table))])


_Told = tuple[Role, str, float, str | None]


def _told_roles(
    treatment: TreatmentGuess | None,
    endpoints: tuple[EndpointGuess, ...],
    died: str | None,
    responses: tuple[ResponseGuess, ...],
    dates: tuple[DateGuess, ...],
    others: Mapping[str, OtherGuess],
) -> Iterator[tuple[str, _Told]]:
    """Each column with its role, reason, score and endpoint."""
    for column, other in others.items():
        yield column, (other.role, other.reason, other.score, None)
    for date in dates:
        yield date.column, (date.role, date.reason, date.score, None)
    for endpoint in endpoints:
        if endpoint.time is not None and endpoint.event is not None:
            yield endpoint.time, ("time", endpoint.reason, endpoint.score, endpoint.name)
            yield endpoint.event, ("event", endpoint.reason, endpoint.score, endpoint.name)
        elif died is not None and endpoint.from_dates in ("os", "pfs"):
            reason = phrase("says who died; deaths without a date count on that of the last contact")
            yield died, ("event", reason, endpoint.score, endpoint.name)
    for response in responses:
        role: Role = "responder" if response.is_responder else "response"
        yield response.column, (role, response.reason, response.score, response.name)
        if response.change is not None:
            reason = phrase("the best change of lesions in percent, with {response}", response=response.name)
            yield response.change, ("after", reason, response.score, None)
    if treatment is not None:
        yield treatment.column, ("treatment", treatment.reason, treatment.score, None)


def _column_role(profile: ColumnProfile, told: _Told) -> ColumnRole:
    role, reason, score, endpoint = told
    return ColumnRole(
        column=profile.column,
        role=role,
        type=_type(profile),
        reason=reason,
        score=score,
        endpoint=endpoint,
        n_missing=profile.n_missing,
        n_distinct=profile.n_distinct,
        labels=tuple(map(str, profile.labels.index[:MOST_FREQUENT])),
    )


def _type(profile: ColumnProfile) -> ColumnType:
    if profile.is_date:
        return "date"
    if profile.is_number:
        return "categorical" if _is_code(profile) else "numeric"
    return "categorical" if len(profile.labels) else "text"


def _is_code(profile: ColumnProfile) -> bool:
    """Whole numbers that stand for kinds without an order, by the column's name."""
    if not 3 <= profile.n_distinct <= _MOST_CODES or not NOMINAL_WORDS.intersection(split_words(profile.column)):
        return False
    return all(_is_whole(str(label)) for label in profile.labels.index)


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
