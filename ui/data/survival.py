"""The card of a survival endpoint: what counts as the event, in which unit, and how many there are."""

from collections import Counter

import numpy as np
import pandas as pd
import streamlit as st

from analysis.cohort.dates import describe_censoring
from analysis.cohort.labels import as_labels
from analysis.cohort.selection import EndpointData, StudyCohort
from analysis.cohort.words.codings import observed_label
from ui import session
from ui.data.card import action, card
from ui.data.questions import Question
from ui.data.words import counted_labels
from ui.form import EVENT, TIME, StudyForm, settings_from_form
from ui.form.changes import with_observed, with_part, with_unit, without_outcome
from ui.workspace import StudyState, Workspace

MOST_CENSORED = 4
"""A column with more labels besides the event's is not one in which the two could be mixed up."""

UNITS = ("days", "weeks", "months", "years")


def draw_survival(question: Question, state: StudyState) -> None:
    """Say how an endpoint was understood, and let each part of it be corrected."""
    desk, name = session.workspace(), question.answer.name
    data = _data(state, name)
    built = name in desk.form.from_dates
    sentence = dated_rule(desk.form, name) if built else _sentence(desk, state, name, data)
    with card(question, name, sentence, (_events(state, data),)):
        if built:
            action("Choose the dates", "calendar_month", name, session.show, "data step", "Dates")
        else:
            if _swapped(desk, name):
                action("Swap event and censored", "swap_horiz", name, swap_event, name)
            with st.popover(
                "Choose other columns or unit", type="tertiary", icon=":material/edit:", key=f"choose {name}"
            ):
                _draw_choice(desk, name)
        action("Not an outcome", "close", f"survival {name}", _drop, name)
    if not built and data is None:
        _draw_coding(desk, name)


def swap_event(name: str) -> None:
    """Take the labels of an endpoint's event column the other way round."""
    desk = session.workspace()
    desk.change(with_observed(desk.form, name, _swapped(desk, name)))


def _data(state: StudyState, name: str) -> EndpointData | None:
    if state.patients is None:
        return None
    return next((item for item in state.patients.endpoints if item.name == name), None)


def _sentence(desk: Workspace, state: StudyState, name: str, data: EndpointData | None) -> str:
    time, event = desk.form.column(TIME, name), desk.form.column(EVENT, name)
    unit = desk.form.units.get(name, desk.form.time_unit)
    times = f"time in {unit} ({time})" if time is not None else "no column of times yet"
    patients = state.patients
    if data is None or patients is None or event is None or event not in desk.cohort.table:
        labels = ", ".join(f"‘{label}’" for label in desk.labels(event)[:4])
        return f"Event from {event} ({labels}) · {times}" if event is not None else f"No column of events yet · {times}"
    observed, censored = desk.kept(
        ("event labels", event, data), lambda: _label_counts(desk.cohort.table[event], patients, data)
    )
    return f"Event = {counted_labels(observed)} · censored = {counted_labels(censored)} · {times}"


def _label_counts(column: pd.Series, patients: StudyCohort, data: EndpointData) -> tuple[Counter[str], Counter[str]]:
    """How often each label means the event, and how often each means that it was not observed."""
    labels = as_labels(column).iloc[patients.row]
    observed, censored = (labels[mask].value_counts().to_dict() for mask in (data.event, data.known & ~data.event))
    return Counter(observed), Counter(censored)


def dated_rule(form: StudyForm, name: str) -> str:
    """How an endpoint is built from dates, and who is censored when; what it lacks while a date is to be chosen."""
    draft, _ = settings_from_form(form)
    endpoint = next((item for item in draft.outcomes.survival if item.name == name), None) if draft else None
    if draft is None or draft.dates is None or endpoint is None:
        return "Built from dates, which are not all chosen yet"
    return f"{describe_censoring(endpoint, draft.dates).removesuffix('.')} · time in {form.time_unit}"


def _events(state: StudyState, data: EndpointData | None) -> str:
    if data is None or state.patients is None:
        return ""
    treated = state.patients.treated
    arms = ((state.patients.treated_label, treated), (state.patients.control_label, ~treated))
    parts = [
        f"{label} {int(data.event[arm].sum()):,} events in {int(data.known[arm].sum()):,} patients"
        for label, arm in arms
    ]
    unknown = int(np.count_nonzero(~data.known))
    return ", ".join(parts) + (f"; {unknown:,} without a time or an event" if unknown else "")


def _observed(desk: Workspace, name: str) -> tuple[str, ...]:
    """The labels that mean the event: as said, or by the usual coding."""
    said = desk.form.observed.get(name)
    if said is not None:
        return said
    event = desk.form.column(EVENT, name)
    labels = desk.labels(event)
    plain = observed_label(labels, event) if event is not None and len(labels) == 2 else None
    return (plain,) if plain is not None else ()


def _swapped(desk: Workspace, name: str) -> tuple[str, ...]:
    """The labels that mean the event once event and censored change places; none where there are none to swap."""
    observed = _observed(desk, name)
    others = tuple(label for label in desk.labels(desk.form.column(EVENT, name)) if label not in observed)
    return others if observed and len(others) <= MOST_CENSORED else ()


def _draw_choice(desk: Workspace, name: str) -> None:
    for role, words in ((TIME, "Column of times"), (EVENT, "Column of events")):
        column = desk.form.column(role, name)
        session.show(f"{role} of {name}", column)
        st.selectbox(
            words, [item.column for item in desk.form.roles], key=f"{role} of {name}", index=None,
            placeholder="Choose", on_change=_take_part, args=(name, role),
        )  # fmt: skip
    session.show(f"unit of {name}", desk.form.units.get(name, desk.form.time_unit))
    st.selectbox(
        "The times are written in", UNITS, key=f"unit of {name}", on_change=_take_unit, args=(name,),
        help=f"They are converted to {desk.form.time_unit}, the unit of the study (under Columns).",
    )  # fmt: skip
    _draw_coding(desk, name, key="choice")


def _draw_coding(desk: Workspace, name: str, key: str = "card") -> None:
    labels = desk.labels(desk.form.column(EVENT, name))
    if not labels:
        return
    session.show(f"observed {name} {key}", [label for label in desk.form.observed.get(name, ()) if label in labels])
    st.multiselect(
        f"{name}: labels that mean the event was observed", labels, key=f"observed {name} {key}",
        on_change=_take_coding, args=(name, key), placeholder="By the usual coding (0/1, yes/no, dead/alive …)",
    )  # fmt: skip


def _drop(name: str) -> None:
    desk = session.workspace()
    desk.change(without_outcome(desk.form, name, (TIME, EVENT)))


def _take_part(name: str, role: str) -> None:
    desk = session.workspace()
    column = session.shown(f"{role} of {name}")
    if column is not None:
        desk.change(with_part(desk.form, name, role, column))


def _take_unit(name: str) -> None:
    desk = session.workspace()
    desk.change(with_unit(desk.form, name, session.shown(f"unit of {name}")))


def _take_coding(name: str, key: str) -> None:
    desk = session.workspace()
    desk.change(with_observed(desk.form, name, session.shown(f"observed {name} {key}") or ()))
