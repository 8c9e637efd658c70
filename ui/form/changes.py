"""Changes to a form, each a new form."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from analysis.settings import ScansSettings, SubgroupSettings
from ui.form.columns import (
    ADVERSE_EVENT,
    COVARIATE,
    DATES,
    EVENT,
    IDLE_ROLES,
    NAMED_ROLES,
    RESPONDER,
    RESPONSE,
    TIME,
    TREATMENT,
    UNUSED,
    ColumnRole,
)
from ui.form.study import StudyForm


def with_role(form: StudyForm, column: str, role: str, endpoints: Iterable[str] = ()) -> StudyForm:
    """The form in which a column has this role; roles of dates are taken up by the form's dates.

    Parameters
    ----------
    form : StudyForm
        The study being edited.
    column : str
        Any column of the form.
    role : str
        One of ``ROLES``. An index date or another date has one column: the one that was it before is released.
    endpoints : iterable of str, optional
        For times, events and responses; for an adverse event what it is called, if not as its column.
    """
    names = tuple(endpoints)
    if role not in NAMED_ROLES:
        names = ()
    elif not names and role not in (TIME, EVENT, ADVERSE_EVENT):
        names = (column,)
    part = next((key for key, shown in DATES.items() if shown == role), None)
    dates = form.dates.without(column)
    if part is not None:
        chosen: dict[str, Any] = {part: column}
        dates = replace(dates, **chosen)
        role = UNUSED
    return replace(_with_item(form, column, role=role, endpoints=names), dates=dates)


def with_covariates(form: StudyForm, covariates: Iterable[str]) -> StudyForm:
    """The form with exactly these columns as covariates, in this order; other roles stay."""
    order = tuple(covariates)
    chosen = set(order)
    dated = form.dates.roles()
    roles = []
    for item in form.roles:
        free = item.role in (*IDLE_ROLES, COVARIATE) and item.column not in dated
        if item.column in chosen and free:
            roles.append(replace(item, role=COVARIATE))
        elif item.role == COVARIATE:
            roles.append(replace(item, role=UNUSED))
        else:
            roles.append(item)
    return replace(form, roles=tuple(roles), covariate_order=order)


def with_treatment(form: StudyForm, column: str | None, treated: str | None, control: str | None) -> StudyForm:
    """The form in which this column alone is the treatment, with these two arms."""
    for item in form.roles:
        if item.role == TREATMENT and item.column != column:
            form = _with_item(form, item.column, role=UNUSED)
    if column is not None:
        form = with_role(form, column, TREATMENT)
    return replace(form, treated=treated, control=control)


def with_swapped_arms(form: StudyForm) -> StudyForm:
    """The form in which the treated arm is the reference and the reference is the treated arm."""
    return replace(form, treated=form.control, control=form.treated)


def with_adverse_events(form: StudyForm, columns: Iterable[str]) -> StudyForm:
    """The form with exactly these columns as adverse events, in this order; those that stay keep their names."""
    order = tuple(dict.fromkeys(columns))
    for item in form.roles:
        if item.column in order and item.role != ADVERSE_EVENT:
            form = with_role(form, item.column, ADVERSE_EVENT)
        elif item.column not in order and item.role == ADVERSE_EVENT:
            form = with_role(form, item.column, UNUSED)
    return replace(form, adverse_event_order=order)


def with_subgroups(form: StudyForm, columns: Iterable[str]) -> StudyForm:
    """The form with effects by the levels of exactly these columns, in this order; cutpoints of those that stay are kept."""
    known = {item.column: item for item in form.subgroups}
    chosen = dict.fromkeys(columns)
    return replace(form, subgroups=tuple(known.get(name, SubgroupSettings(column=name)) for name in chosen))


def with_cutpoints(form: StudyForm, column: str, cutpoints: tuple[float, ...] | None) -> StudyForm:
    """The form in which a column of subgroups is cut at these points; None for the median, or value by value."""
    changed = SubgroupSettings(column=column, cutpoints=cutpoints)
    return replace(form, subgroups=tuple(changed if item.column == column else item for item in form.subgroups))


def with_observed(form: StudyForm, endpoint: str, labels: Iterable[str]) -> StudyForm:
    """The form in which these labels of an endpoint's event column mean the event; none for the usual coding."""
    chosen = tuple(labels)
    others = {name: value for name, value in form.observed.items() if name != endpoint}
    rivals = [label for label in form.competing.get(endpoint, ()) if label not in chosen]
    return with_competing(replace(form, observed=others | ({endpoint: chosen} if chosen else {})), endpoint, rivals)


def with_blank_censored(form: StudyForm, endpoint: str, labels: Iterable[str]) -> StudyForm:
    """The form in which these labels of an endpoint's event column mean the event, and a blank cell means none."""
    return replace(with_observed(form, endpoint, labels), blank_censored=form.blank_censored | {endpoint})


def with_blank_unknown(form: StudyForm, endpoint: str) -> StudyForm:
    """The form in which a blank cell of an endpoint's event column leaves open whether there was an event."""
    return replace(form, blank_censored=form.blank_censored - {endpoint})


def with_unit(form: StudyForm, endpoint: str, unit: str | None) -> StudyForm:
    """The form in which an endpoint's time column is written in this unit; None for the study's own."""
    others = {name: value for name, value in form.units.items() if name != endpoint}
    return replace(form, units=others | ({} if unit is None else {endpoint: unit}))


def with_part(form: StudyForm, endpoint: str, role: str, column: str) -> StudyForm:
    """The form in which this column is the time, the event or the response of an endpoint, instead of the one before."""
    for item in form.roles:
        if item.role == role and endpoint in item.endpoints and item.column != column:
            form = _released(form, item, endpoint)
    now = next(item for item in form.roles if item.column == column)
    if role == RESPONDER and now.role == EVENT:
        return replace(form, event_responses={**form.event_responses, endpoint: column})
    names = (*now.endpoints, endpoint) if now.role == role else (endpoint,)
    form = with_role(form, column, role, dict.fromkeys(names))
    if role != EVENT:
        return form
    return with_competing(with_blank_unknown(with_observed(form, endpoint, ()), endpoint), endpoint, ())


def without_outcome(form: StudyForm, endpoint: str, roles: Iterable[str]) -> StudyForm:
    """The form without an endpoint, the columns of which are released from it.

    Parameters
    ----------
    form : StudyForm
        The study being edited.
    endpoint : str
        Its name.
    roles : iterable of str
        ``TIME`` and ``EVENT`` for a survival endpoint, ``RESPONSE`` and ``RESPONDER`` for a response: both kinds may
        have an endpoint of the same name.
    """
    chosen = tuple(roles)
    for item in form.roles:
        if item.role in chosen and endpoint in item.endpoints:
            form = _released(form, item, endpoint)
    if TIME not in chosen:
        asked = form.landmark
        return replace(
            form,
            landmark=None if asked is not None and asked.response == endpoint else asked,
            response_scans={name: value for name, value in form.response_scans.items() if name != endpoint},
            response_changes={name: value for name, value in form.response_changes.items() if name != endpoint},
            event_responses={name: value for name, value in form.event_responses.items() if name != endpoint},
        )
    return replace(
        form,
        observed={name: value for name, value in form.observed.items() if name != endpoint},
        blank_censored=form.blank_censored - {endpoint},
        units={name: value for name, value in form.units.items() if name != endpoint},
        competing={name: value for name, value in form.competing.items() if name != endpoint},
        from_dates={name: value for name, value in form.from_dates.items() if name != endpoint},
    )


def with_competing(form: StudyForm, endpoint: str, labels: Iterable[str]) -> StudyForm:
    """The form in which these labels of an endpoint's event column mean that something else came first; none by default."""
    others = {name: value for name, value in form.competing.items() if name != endpoint}
    named = tuple(labels)
    return replace(form, competing={**others, endpoint: named} if named else others)


def with_scans(form: StudyForm, scans: ScansSettings | None) -> StudyForm:
    """The form with these columns of the file of scans; without them no response can follow from scans."""
    return replace(form, scans=scans, response_scans=form.response_scans if scans is not None else {})


def with_change(form: StudyForm, endpoint: str, column: str | None) -> StudyForm:
    """The form in which this column holds a response's best change; a covariate or another role it had is released."""
    others = {name: value for name, value in form.response_changes.items() if name != endpoint}
    if column is None:
        return replace(form, response_changes=others)
    form = _with_item(form, column, role=UNUSED, endpoints=())
    return replace(form, response_changes={**others, endpoint: column})


def with_response_from_scans(form: StudyForm, endpoint: str, criterion: str) -> StudyForm:
    """The form in which a response follows from scans by this criterion, whether a column told it before or it is new."""
    form = without_outcome(form, endpoint, (RESPONSE, RESPONDER))
    return replace(form, response_scans={**form.response_scans, endpoint: criterion})


def built_from_dates(form: StudyForm, endpoint: str, kind: str) -> StudyForm:
    """The form in which an endpoint is built from dates, whether columns made it before or it is new."""
    form = without_outcome(form, endpoint, (TIME, EVENT))
    return replace(form, from_dates={**form.from_dates, endpoint: kind})


def with_date(form: StudyForm, part: str, column: str | None) -> StudyForm:
    """The form in which this column is one of the study's dates; it loses any role that a date cannot have."""
    chosen: dict[str, Any] = {part: column}
    if part == "died":
        chosen["died_observed"] = ()
    form = replace(form, dates=replace(form.dates, **chosen))
    if column is None:
        return form
    item = next(item for item in form.roles if item.column == column)
    keeps = item.role == EVENT if part == "died" else item.role == UNUSED
    return form if keeps else _with_item(form, column, role=UNUSED, endpoints=())


def _released(form: StudyForm, item: ColumnRole, endpoint: str) -> StudyForm:
    names = tuple(name for name in item.endpoints if name != endpoint)
    return _with_item(form, item.column, role=item.role if names else UNUSED, endpoints=names)


def _with_item(form: StudyForm, column: str, **changes: Any) -> StudyForm:
    return replace(
        form, roles=tuple(replace(item, **changes) if item.column == column else item for item in form.roles)
    )
