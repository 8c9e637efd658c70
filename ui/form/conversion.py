"""Settings and guesses become forms, and forms become settings."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis.cohort.roles import RoleGuess
from analysis.settings import StudySettings, WeightingSettings
from analysis.study_file import draft_settings
from ui.form.columns import (
    ADVERSE_EVENT,
    AUTOMATIC,
    COVARIATE,
    EVENT,
    FREE_TEXT,
    ID,
    IDENTIFYING,
    KNOWN_LATER,
    RESPONDER,
    RESPONSE,
    TIME,
    TREATMENT,
    UNUSED,
    ColumnRole,
)
from ui.form.dates import StudyDates, chosen_columns, dates_from_settings, dates_values
from ui.form.gaps import missing_parts
from ui.form.study import StudyForm, adverse_events_in_order, covariates_in_order, endpoint_names, response_names

GUESSED = {
    "id": ID,
    "treatment": TREATMENT,
    "covariate": COVARIATE,
    "time": TIME,
    "event": EVENT,
    "response": RESPONSE,
    "responder": RESPONDER,
    "after": KNOWN_LATER,
    "text": FREE_TEXT,
    "personal": IDENTIFYING,
}
"""The form's word for a guessed role; what is not here is a date or not used."""

GUESSED_DATES = {
    "index_date": "index",
    "treatment_start": "treatment_start",
    "progression_date": "progression",
    "death_date": "death",
    "last_contact_date": "last_contact",
    "last_assessment_date": "last_assessment",
    "response_date": "response",
}
"""The part of the study's dates for a guessed role."""


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
    dates = dates_from_settings(settings.dates)
    order = list(dict.fromkeys([*columns, *given, *chosen_columns(dates)]))
    survival = settings.outcomes.survival
    return StudyForm(
        roles=tuple(given.get(name, ColumnRole(column=name)) for name in order),
        treated=settings.treatment.treated,
        control=settings.treatment.control,
        observed={item.name: item.observed for item in survival if item.observed is not None},
        blank_censored=frozenset(item.name for item in survival if item.blank == "censored"),
        units={item.name: item.unit for item in survival if item.unit is not None},
        competing={item.name: item.competing for item in survival if item.competing is not None},
        from_dates={item.name: item.from_dates for item in survival if item.from_dates is not None},
        dates=dates,
        time_unit=settings.cohort.time_unit,
        times=settings.outcomes.times,
        rmst_horizon=settings.outcomes.rmst_horizon,
        zero_times=settings.outcomes.zero_times,
        landmark=settings.outcomes.landmark,
        resamples=settings.outcomes.resamples,
        seed=settings.outcomes.seed,
        subgroups=settings.outcomes.subgroups,
        negative_control=settings.outcomes.negative_control,
        multiplicity=settings.outcomes.multiplicity,
        eligibility=settings.eligibility,
        missing=settings.missing,
        propensity=settings.propensity,
        support=settings.support,
        matching=settings.matching,
        weighting=settings.weighting or WeightingSettings(),
        is_weighted=settings.weighting is not None,
        balance=settings.balance,
        centre=settings.centre,
        confidence=settings.confidence,
        robustness=settings.robustness,
        gate=settings.gate,
        exports=settings.exports,
        manuscript=settings.manuscript,
        scans=settings.scans,
        response_scans={item.name: item.scans for item in settings.outcomes.response if item.scans is not None},
        event_responses=_event_responses(settings),
        response_changes={item.name: item.change for item in settings.outcomes.response if item.change is not None},
        title=settings.title,
        file=settings.cohort.file,
        table=settings.cohort.table,
        sheet=settings.cohort.sheet,
        header_row=settings.cohort.header_row,
        encoding=settings.cohort.encoding,
        date_order=settings.cohort.date_order,
        covariate_order=tuple(item.column for item in settings.covariates),
        endpoint_order=tuple(item.name for item in survival),
        response_order=tuple(item.name for item in settings.outcomes.response),
        adverse_event_order=tuple(item.column for item in settings.outcomes.adverse_events),
    )


def form_from_guess(guess: RoleGuess) -> StudyForm:
    """The form that shows a guess, complete or not.

    Parameters
    ----------
    guess : RoleGuess
        What each column of a cohort seems to be for.
    """
    settings = guess.to_settings()
    if settings is not None:
        form = with_idle_roles(form_from_settings((item.column for item in guess.columns), settings), guess)
        return form if settings.dates is not None else replace(form, dates=_guessed_dates(guess))
    dated = {item.name for item in guess.endpoints if item.from_dates is not None}
    return StudyForm(
        roles=tuple(
            ColumnRole(column=item.column)
            if item.endpoint in dated  # who died, which the dates name
            else ColumnRole(
                column=item.column,
                role=GUESSED.get(item.role, UNUSED),
                endpoints=(item.endpoint,) if item.endpoint else (),
            )
            for item in guess.columns
        ),
        treated=guess.treatment.treated if guess.treatment else None,
        control=guess.treatment.control if guess.treatment else None,
        observed={item.name: item.observed for item in guess.endpoints if item.observed is not None},
        units={
            item.name: item.unit
            for item in guess.endpoints
            if item.unit is not None and (item.unit != guess.time_unit or item.must_say_unit)
        },
        from_dates={item.name: item.from_dates for item in guess.endpoints if item.from_dates is not None},
        dates=_guessed_dates(guess),
        time_unit=guess.time_unit,
        times=guess.times,
        endpoint_order=tuple(item.name for item in guess.endpoints),
        response_order=tuple(item.name for item in guess.responses),
    )


def _guessed_dates(guess: RoleGuess) -> StudyDates:
    """The dates as guessed together, or each by its own column where no date is time zero."""
    if guess.dates is not None:
        return dates_from_settings(guess.dates)
    found: dict[str, Any] = {}
    for item in guess.columns:
        if item.role in GUESSED_DATES:
            found.setdefault(GUESSED_DATES[item.role], item.column)
    return StudyDates(**found)


def with_idle_roles(form: StudyForm, guess: RoleGuess) -> StudyForm:
    """The form in which unused columns say why they are: known only later, free text, or identifying.

    Parameters
    ----------
    form : StudyForm
        A form made from settings, which do not name such columns.
    guess : RoleGuess
        Of the same cohort.
    """
    idle = {item.column: GUESSED[item.role] for item in guess.columns if item.role in ("after", "text", "personal")}
    dated = form.dates.roles()
    return replace(
        form,
        roles=tuple(
            replace(item, role=idle[item.column])
            if item.role == UNUSED and item.column in idle and item.column not in dated
            else item
            for item in form.roles
        ),
    )


def settings_from_form(form: StudyForm) -> tuple[StudySettings | None, tuple[str, ...]]:
    """The settings a form stands for, or every sentence that says what it still lacks.

    Returns
    -------
    (StudySettings or None, tuple of str)
        The settings and no sentence, or None and at least one.
    """
    missing = tuple(missing_parts(form))
    draft = draft_settings(_values(form))
    problems = (*missing, *(draft.problems if not missing else ()))
    return (draft.settings, ()) if draft.settings is not None and not problems else (None, problems)


def _named_roles(settings: StudySettings) -> dict[str, ColumnRole]:
    given: dict[str, ColumnRole] = {}
    for item in settings.covariates:
        given[item.column] = ColumnRole(
            column=item.column, role=COVARIATE, kind=item.type or AUTOMATIC, reference=item.reference
        )
    outcomes = settings.outcomes
    for event in outcomes.adverse_events:
        names = () if event.name is None else (event.name,)
        given[event.column] = ColumnRole(column=event.column, role=ADVERSE_EVENT, endpoints=names)
    named = [(item.time, TIME, item.name) for item in outcomes.survival]
    named += [(item.event, EVENT, item.name) for item in outcomes.survival]
    named += [(item.column, RESPONSE, item.name) for item in outcomes.response]
    events = {item.event for item in outcomes.survival}
    named += [(item.responder, RESPONDER, item.name) for item in outcomes.response if item.responder not in events]
    for column, role, name in named:
        if column is not None:
            earlier = given.get(column)
            shared = earlier.endpoints if earlier is not None and earlier.role == role else ()
            given[column] = ColumnRole(column=column, role=role, endpoints=(*shared, name))
    given[settings.treatment.column] = ColumnRole(column=settings.treatment.column, role=TREATMENT)
    if settings.cohort.id is not None:
        given[settings.cohort.id] = ColumnRole(column=settings.cohort.id, role=ID)
    return given


def _event_responses(settings: StudySettings) -> dict[str, str]:
    """The responses that an event's column tells; in the table of columns it stays an event."""
    events = {item.event for item in settings.outcomes.survival}
    asked = settings.outcomes.response
    return {item.name: item.responder for item in asked if item.responder is not None and item.responder in events}


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
        "survival": [values for name in endpoint_names(form) if (values := _survival(form, name)) is not None],
        "response": [_response(form, name) for name in response_names(form)],
        "times": list(form.times),
        "rmst_horizon": form.rmst_horizon,
        "zero_times": form.zero_times,
        "landmark": None if form.landmark is None else form.landmark.model_dump(),
        "resamples": form.resamples,
        "seed": form.seed,
        "subgroups": [item.model_dump() for item in form.subgroups],
        "negative_control": form.negative_control,
        "multiplicity": form.multiplicity,
        "adverse_events": [
            {"column": item.column, "name": next(iter(item.endpoints), None)} for item in adverse_events_in_order(form)
        ],
    }
    return {
        "title": form.title,
        "cohort": _cohort(form),
        "treatment": {
            "column": next(iter(form.columns(TREATMENT)), None),
            "treated": form.treated,
            "control": form.control,
        },
        "eligibility": [rule.model_dump() for rule in form.eligibility],
        "dates": dates_values(form.dates),
        "covariates": covariates,
        "missing": form.missing.model_dump(),
        "propensity": form.propensity.model_dump(),
        "support": form.support.model_dump(),
        **_design(form),
        "balance": form.balance.model_dump(),
        "centre": form.centre,
        "scans": None if form.scans is None else form.scans.model_dump(),
        "outcomes": outcomes,
        "confidence": form.confidence.model_dump(),
        "robustness": form.robustness.model_dump(),
        "gate": form.gate.model_dump(),
        "exports": form.exports.model_dump(),
        "manuscript": form.manuscript.model_dump(),
    }


def _design(form: StudyForm) -> dict[str, Any]:
    """Matching or weighting, as a study file holds one of the two."""
    return {"weighting": form.weighting.model_dump()} if form.is_weighted else {"matching": form.matching.model_dump()}


def _cohort(form: StudyForm) -> dict[str, Any]:
    return {
        "file": form.file,
        "table": form.table,
        "id": next(iter(form.columns(ID)), None),
        "time_unit": form.time_unit,
        "sheet": form.sheet,
        "header_row": form.header_row,
        "encoding": form.encoding,
        "date_order": form.date_order,
    }


def _survival(form: StudyForm, name: str) -> dict[str, Any] | None:
    if name in form.from_dates:
        return {
            "name": name,
            "from_dates": form.from_dates[name],
            "competing": form.competing.get(name) if form.from_dates[name] == "ttp" else None,
        }
    time, event = form.column(TIME, name), form.column(EVENT, name)
    if time is None or event is None:
        return None  # the form says that it lacks one
    return {
        "name": name,
        "time": time,
        "event": event,
        "observed": form.observed.get(name) or None,
        "blank": "censored" if name in form.blank_censored else "unknown",
        "unit": form.units.get(name),
        "competing": form.competing.get(name) or None,
    }


def _response(form: StudyForm, name: str) -> dict[str, Any]:
    if name in form.response_scans:
        return {"name": name, "scans": form.response_scans[name]}
    return {
        "name": name,
        "column": form.column(RESPONSE, name),
        "responder": form.column(RESPONDER, name),
        "change": form.response_changes.get(name),
    }
