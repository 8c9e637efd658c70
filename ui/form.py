"""The study as a form: what each column is, the two arms, and the design, as the screen edits it.

A form may be incomplete (a time without its event); the settings of a study may not. Forms are compared, kept for
undo, and turned into settings, or into the sentences that say what is still missing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.cohort.roles import RoleGuess
from analysis.settings import ConfidenceSettings, MatchingSettings, StudySettings
from analysis.study_file import draft_settings

UNUSED = "Not used"
ID = "Patient id"
TREATMENT = "Treatment"
COVARIATE = "Covariate"
TIME = "Time to event"
EVENT = "Event"
RESPONSE = "Response category"
RESPONDER = "Responder (yes/no)"
ROLES = (UNUSED, ID, TREATMENT, COVARIATE, TIME, EVENT, RESPONSE, RESPONDER)

AUTOMATIC = "automatic"
TYPES = (AUTOMATIC, "numeric", "categorical")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRole:
    """What one column of the cohort is for.

    Attributes
    ----------
    column : str
        The column's name.
    role : str
        One of ``ROLES``.
    endpoint : str
        The endpoint a time, event or response column belongs to, several separated by semicolons where endpoints
        share a column; empty for other roles.
    kind : str
        For covariates one of ``TYPES``.
    reference : str or None
        For categorical covariates the reference level, None for the first.
    """

    column: str
    role: str = UNUSED
    endpoint: str = ""
    kind: str = AUTOMATIC
    reference: str | None = None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The single names in ``endpoint``."""
        return tuple(dict.fromkeys(name.strip() for name in self.endpoint.split(";") if name.strip()))


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyForm:
    """Everything a user can set about a study.

    Attributes
    ----------
    roles : tuple of ColumnRole
        One for each column of the cohort, in its order.
    treated, control : str or None
        The two arms' labels in the treatment column.
    observed : mapping of str to tuple of str
        For an endpoint, the labels of its event column that mean "observed"; absent when the coding is plain.
    time_unit : str
        The unit of every time.
    times : tuple of float
        Milestones.
    rmst_horizon : float or None
        None for the smaller of the arms' last times.
    zero_times : str
        ``refuse`` or ``keep``.
    matching : MatchingSettings
        The design.
    confidence : ConfidenceSettings
        Intervals.
    title, file : str or None
        What the study is called and the cohort's file name, carried to the saved study file.
    covariate_order, endpoint_order : tuple of str
        The order in which covariates and endpoints were named; what is not in it follows in the cohort's order.
    """

    roles: tuple[ColumnRole, ...]
    treated: str | None = None
    control: str | None = None
    observed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    time_unit: str = "months"
    times: tuple[float, ...] = ()
    rmst_horizon: float | None = None
    zero_times: str = "refuse"
    matching: MatchingSettings = MatchingSettings()
    confidence: ConfidenceSettings = ConfidenceSettings()
    title: str | None = None
    file: str | None = None
    covariate_order: tuple[str, ...] = ()
    endpoint_order: tuple[str, ...] = ()

    def columns(self, role: str) -> tuple[str, ...]:
        """The columns that have this role, in the cohort's order."""
        return tuple(item.column for item in self.roles if item.role == role)


def form_from_settings(columns: Iterable[str], settings: StudySettings) -> StudyForm:
    """The form that shows these settings; columns the study does not name are unused.

    Parameters
    ----------
    columns : iterable of str
        The cohort's columns. Columns that the study names but the cohort lacks are added at the end, so that
        nothing is lost and the cohort's check can say so.
    settings : StudySettings
        A study, guessed, loaded or edited.
    """
    given = _named_roles(settings)
    order = list(dict.fromkeys([*columns, *given]))
    return StudyForm(
        roles=tuple(given.get(name, ColumnRole(column=name)) for name in order),
        treated=settings.treatment.treated,
        control=settings.treatment.control,
        observed={item.name: item.observed for item in settings.outcomes.survival if item.observed is not None},
        time_unit=settings.cohort.time_unit,
        times=settings.outcomes.times,
        rmst_horizon=settings.outcomes.rmst_horizon,
        zero_times=settings.outcomes.zero_times,
        matching=settings.matching,
        confidence=settings.confidence,
        title=settings.title,
        file=settings.cohort.file,
        covariate_order=tuple(item.column for item in settings.covariates),
        endpoint_order=(
            *(item.name for item in settings.outcomes.survival),
            *(item.name for item in settings.outcomes.response),
        ),
    )


GUESSED = {
    "id": ID,
    "treatment": TREATMENT,
    "covariate": COVARIATE,
    "time": TIME,
    "event": EVENT,
    "response": RESPONSE,
    "responder": RESPONDER,
    **dict.fromkeys(("index_date", "treatment_start", "progression_date", "death_date", "last_contact_date"), UNUSED),
    **dict.fromkeys(("last_assessment_date", "response_date", "date", "after", "text", "personal", "ignore"), UNUSED),
}


def form_from_guess(guess: RoleGuess) -> StudyForm:
    """The form that shows a guess, complete or not.

    Parameters
    ----------
    guess : RoleGuess
        What each column of a cohort seems to be for.
    """
    settings = guess.to_settings()
    if settings is not None:
        return form_from_settings((item.column for item in guess.columns), settings)
    return StudyForm(
        roles=tuple(
            ColumnRole(column=item.column, role=GUESSED[item.role], endpoint=item.endpoint or "")
            for item in guess.columns
        ),
        treated=guess.treatment.treated if guess.treatment else None,
        control=guess.treatment.control if guess.treatment else None,
        observed={item.name: item.observed for item in guess.endpoints if item.observed is not None},
        time_unit=guess.time_unit,
        times=guess.times,
    )


def settings_from_form(form: StudyForm) -> tuple[StudySettings | None, tuple[str, ...]]:
    """The settings a form stands for, or every sentence that says what it still lacks.

    Returns
    -------
    (StudySettings or None, tuple of str)
        The settings and no sentence, or None and at least one.
    """
    missing = tuple(_missing(form))
    draft = draft_settings(_values(form))
    problems = (*missing, *(draft.problems if not missing else ()))
    return (draft.settings, ()) if draft.settings is not None and not problems else (None, problems)


def covariates_in_order(form: StudyForm) -> tuple[ColumnRole, ...]:
    """The covariates in the order in which they were named."""
    chosen = [item for item in form.roles if item.role == COVARIATE]
    return tuple(_ordered(chosen, [item.column for item in chosen], form.covariate_order))


def with_covariates(form: StudyForm, covariates: Iterable[str]) -> StudyForm:
    """The form with exactly these columns as covariates, in this order; other roles stay."""
    order = tuple(covariates)
    chosen = set(order)
    roles = []
    for item in form.roles:
        if item.column in chosen and item.role in (UNUSED, COVARIATE):
            roles.append(replace(item, role=COVARIATE))
        elif item.role == COVARIATE:
            roles.append(replace(item, role=UNUSED))
        else:
            roles.append(item)
    return replace(form, roles=tuple(roles), covariate_order=order)


def endpoint_names(form: StudyForm) -> tuple[str, ...]:
    """The survival endpoints that the form's time and event columns name, in the order in which they were named."""
    names = list(dict.fromkeys(name for item in form.roles if item.role in (TIME, EVENT) for name in item.endpoints))
    return tuple(_ordered(names, names, form.endpoint_order))


def _ordered(items: list[Any], names: list[str], order: tuple[str, ...]) -> list[Any]:
    place = {name: number for number, name in enumerate(order)}
    ranked = sorted(range(len(items)), key=lambda number: place.get(names[number], len(place)))
    return [items[number] for number in ranked]


def _named_roles(settings: StudySettings) -> dict[str, ColumnRole]:
    given: dict[str, ColumnRole] = {}
    for item in settings.covariates:
        given[item.column] = ColumnRole(
            column=item.column, role=COVARIATE, kind=item.type or AUTOMATIC, reference=item.reference
        )
    outcomes = settings.outcomes
    named = [(item.time, TIME, item.name) for item in outcomes.survival if item.time is not None]
    named += [(item.event, EVENT, item.name) for item in outcomes.survival if item.event is not None]
    named += [(item.column, RESPONSE, item.name) for item in outcomes.response if item.column is not None]
    named += [(item.responder, RESPONDER, item.name) for item in outcomes.response if item.responder is not None]
    for column, role, name in named:
        earlier = given.get(column)
        shared = earlier is not None and earlier.role == role
        endpoint = f"{earlier.endpoint}; {name}" if earlier is not None and shared else name
        given[column] = ColumnRole(column=column, role=role, endpoint=endpoint)
    given[settings.treatment.column] = ColumnRole(column=settings.treatment.column, role=TREATMENT)
    if settings.cohort.id is not None:
        given[settings.cohort.id] = ColumnRole(column=settings.cohort.id, role=ID)
    return given


def _values(form: StudyForm) -> dict[str, Any]:
    covariates = [
        {
            "column": item.column,
            "type": None if item.kind == AUTOMATIC else item.kind,
            "reference": item.reference if item.kind != "numeric" else None,
        }
        for item in covariates_in_order(form)
    ]
    outcomes = {
        "survival": _survival(form),
        "response": _response(form),
        "times": list(form.times),
        "rmst_horizon": form.rmst_horizon,
        "zero_times": form.zero_times,
    }
    return {
        "title": form.title,
        "cohort": {"file": form.file, "id": next(iter(form.columns(ID)), None), "time_unit": form.time_unit},
        "treatment": {
            "column": next(iter(form.columns(TREATMENT)), None),
            "treated": form.treated,
            "control": form.control,
        },
        "covariates": covariates,
        "matching": form.matching.model_dump(),
        "outcomes": outcomes,
        "confidence": form.confidence.model_dump(),
    }


def _survival(form: StudyForm) -> list[dict[str, Any]]:
    found = []
    for name in endpoint_names(form):
        columns = {item.role: item.column for item in form.roles if name in item.endpoints}
        if TIME in columns and EVENT in columns:
            observed = form.observed.get(name)
            found.append({"name": name, "time": columns[TIME], "event": columns[EVENT], "observed": observed or None})
    return found


def _response(form: StudyForm) -> list[dict[str, Any]]:
    found = [
        {"name": name, "column" if item.role == RESPONSE else "responder": item.column}
        for item in form.roles
        if item.role in (RESPONSE, RESPONDER)
        for name in item.endpoints
    ]
    return _ordered(found, [str(item["name"]) for item in found], form.endpoint_order)


def _missing(form: StudyForm) -> Iterable[str]:
    for role, words in ((TREATMENT, "the treatment"), (ID, "the patient's id")):
        if len(form.columns(role)) > 1:
            yield f"One column can be {words}; {len(form.columns(role))} have that role. Keep one."
    if not form.columns(TREATMENT):
        yield "One column must be the treatment; none has that role yet. Give it in the table of columns."
    elif form.treated is None or form.control is None:
        yield "The treated and the control arm must be named. Choose both beside the table of columns."
    if not form.columns(COVARIATE):
        yield "At least one column must be a covariate to match on; none has that role yet."
    yield from _missing_of_endpoints(form)


def _missing_of_endpoints(form: StudyForm) -> Iterable[str]:
    for item in form.roles:
        if item.role in (TIME, EVENT, RESPONSE, RESPONDER) and not item.endpoints:
            yield f"The endpoint of column '{item.column}' needs a name, such as OS, PFS or ORR. Type it in the table."
    for name in endpoint_names(form):
        for role, other in ((TIME, EVENT), (EVENT, TIME)):
            count = sum(item.role == role and name in item.endpoints for item in form.roles)
            if count == 0:
                yield f"Endpoint {name} has a column for '{other}' but none for '{role}'. Give both the same name."
            elif count > 1:
                yield f"Endpoint {name} needs one column for '{role}'; {count} have that role. Keep one."
    if not any(item.role in (TIME, EVENT, RESPONSE, RESPONDER) for item in form.roles):
        yield "At least one outcome is needed: a time with its event, or a response. None has that role yet."
