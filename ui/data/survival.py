"""The card of a survival endpoint: what counts as the event, in which unit, and how many there are."""

from collections import Counter

import numpy as np
import pandas as pd

from analysis.cohort.dates import describe_censoring
from analysis.cohort.labels import as_labels
from analysis.cohort.selection import EndpointData, StudyCohort
from analysis.cohort.stated_units import contradicting_unit
from analysis.cohort.time_units import UNIT_NAMES
from analysis.cohort.words.codings import observed_label
from analysis.phrases import join_phrases, phrase, without_stop
from analysis.settings import SurvivalEndpoint, TimeUnit
from ui import screen as st
from ui import session
from ui.data.card import action, card
from ui.data.questions import Question
from ui.data.words import counted_labels
from ui.exhibit import plain
from ui.form import EVENT, TIME, StudyForm, settings_from_form
from ui.form.changes import (
    with_blank_censored,
    with_blank_unknown,
    with_observed,
    with_part,
    with_unit,
    without_outcome,
)
from ui.survival.competing_choice import draw_competing_choice
from ui.workspace import StudyState, Workspace

MOST_CENSORED = 4
"""A column with more labels besides the event's is not one in which the two could be mixed up."""

BLANK = phrase("blank")
"""What an empty cell is called."""


def draw_survival(question: Question, state: StudyState) -> None:
    """Say how an endpoint was understood, and let each part of it be corrected."""
    desk, name = session.workspace(), question.answer.name
    data = _data(state, name)
    built = name in desk.form.from_dates
    sentence = dated_rule(desk.form, name) if built else _sentence(desk, state, name, data)
    with card(question, name, sentence, (_events(desk, state, data),)):
        if built:
            action(phrase("Choose the dates"), "calendar_month", name, session.show, "data step", "Dates")
            draw_competing_choice(name, "card")
        else:
            if _one_label_and_blanks(desk, name):
                _draw_blank(desk, name)
            if _swapped(desk, name):
                action(phrase("Swap event and censored"), "swap_horiz", name, swap_event, name)
            with st.popover(
                phrase("Choose other columns, unit or labels"),
                type="tertiary",
                icon=":material/edit:",
                key=f"choose {name}",
            ):
                _draw_choice(desk, name)
        action(phrase("Not an outcome"), "close", f"survival {name}", _drop, name)
    if not built and data is None:
        _draw_coding(desk, name)


def _one_label_and_blanks(desk: Workspace, name: str) -> tuple[str, ...]:
    """The only label of an event column that has blank cells too; none of any other column."""
    event = desk.form.column(EVENT, name)
    labels = desk.labels(event)
    one = len(labels) == 1 and event is not None and bool(desk.cohort.table[event].isna().any())
    return labels if one else ()


def _draw_blank(desk: Workspace, name: str) -> None:
    if name in desk.form.blank_censored:
        action(phrase("Blank means not known"), "undo", name, _take_blank, name, False)
    else:
        event = desk.form.column(EVENT, name)
        action(
            phrase("Blank means no event"),
            "check_box_outline_blank",
            name,
            _take_blank,
            name,
            True,
            kind="secondary",
            help=phrase(
                "The one label of {column} means the event; patients without it are censored.", column=plain(str(event))
            ),
        )


def _take_blank(name: str, censored: bool) -> None:
    desk = session.workspace()
    labels = _one_label_and_blanks(desk, name)
    change = with_blank_censored(desk.form, name, labels) if censored else with_blank_unknown(desk.form, name)
    desk.change(change)


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
    times = (
        phrase("time in {unit} ({column})", unit=UNIT_NAMES[unit], column=time)
        if time is not None
        else phrase("no column of times yet")
    )
    patients = state.patients
    if data is None or patients is None or event is None or event not in desk.cohort.table:
        if event is None:
            return phrase("No column of events yet · {times}", times=times)
        labels = ", ".join(f"‘{label}’" for label in desk.labels(event)[:4])
        if _one_label_and_blanks(desk, name):
            labels = phrase("{labels}; does blank mean no event?", labels=labels)
        return phrase("Event from {column} ({labels}) · {times}", column=event, labels=labels, times=times)
    observed, competing, censored = desk.kept(
        ("event labels", event, data), lambda: _label_counts(desk.cohort.table[event], patients, data)
    )
    parts = [phrase("Event = {labels}", labels=counted_labels(observed))]
    if data.competing is not None:
        parts.append(phrase("competing = {labels}", labels=counted_labels(competing)))
    parts += [phrase("censored = {labels}", labels=counted_labels(censored)), times]
    return join_phrases(parts, " · ")


def _label_counts(
    column: pd.Series, patients: StudyCohort, data: EndpointData
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each label means the event, something that competes with it, and that neither was observed."""
    labels = as_labels(column).iloc[patients.row].fillna(str(BLANK))
    rival = np.zeros_like(data.event) if data.competing is None else data.competing & data.known
    masks = (data.event, rival, data.known & ~data.event & ~rival)
    observed, competing, censored = (_counted(labels[mask]) for mask in masks)
    return observed, competing, censored


def _counted(labels: pd.Series) -> Counter[str]:
    counts: dict[str, int] = labels.value_counts().to_dict()
    return Counter({BLANK if label == BLANK else label: count for label, count in counts.items()})


def dated_rule(form: StudyForm, name: str) -> str:
    """How an endpoint is built from dates, and who is censored when; what it lacks while a date is to be chosen."""
    draft, _ = settings_from_form(form)
    endpoint = next((item for item in draft.outcomes.survival if item.name == name), None) if draft else None
    if draft is None or draft.dates is None or endpoint is None:
        return phrase("Built from dates, which are not all chosen yet")
    return phrase(
        "{rule} · time in {unit}",
        rule=without_stop(describe_censoring(endpoint, draft.dates)),
        unit=UNIT_NAMES[form.time_unit],
    )


def _events(desk: Workspace, state: StudyState, data: EndpointData | None) -> str:
    """Events of each arm; of both together while the study may still be opened blinded."""
    if data is None or state.patients is None:
        return ""
    treated = state.patients.treated
    arms = [(state.patients.treated_label, treated), (state.patients.control_label, ~treated)]
    if not desk.has_shown_outcomes:
        arms = [(phrase("Both arms:"), np.ones_like(treated))]
    parts = [
        phrase(
            "{arm} {events:,} events in {n:,} patients",
            arm=label,
            events=int(data.event[arm].sum()),
            n=int(data.known[arm].sum()),
        )
        for label, arm in arms
    ]
    events, unknown = join_phrases(parts, ", "), int(np.count_nonzero(~data.known))
    if not unknown:
        return events
    return phrase("{events}; {unknown:,} without a time or an event", events=events, unknown=unknown)


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
    neither = (*observed, *desk.form.competing.get(name, ()))
    others = tuple(label for label in desk.labels(desk.form.column(EVENT, name)) if label not in neither)
    return others if observed and len(others) <= MOST_CENSORED else ()


def _draw_choice(desk: Workspace, name: str) -> None:
    for role, words in ((TIME, phrase("Column of times")), (EVENT, phrase("Column of events"))):
        column = desk.form.column(role, name)
        session.show(f"{role} of {name}", column)
        st.selectbox(
            words,
            [item.column for item in desk.form.roles],
            key=f"{role} of {name}",
            index=None,
            placeholder=phrase("Choose"),
            on_change=_take_part,
            args=(name, role),
        )
    session.show(f"unit of {name}", _unit(desk, name))
    st.selectbox(
        phrase("The times are written in"),
        list(UNIT_NAMES),
        format_func=UNIT_NAMES.__getitem__,
        key=f"unit of {name}",
        on_change=_take_unit,
        args=(name,),
        index=None,
        placeholder=phrase("Choose"),
        help=phrase(
            "They are converted to {unit}, the unit of the study (under Columns).",
            unit=UNIT_NAMES[desk.form.time_unit],
        ),
    )
    _draw_coding(desk, name, key="choice")
    draw_competing_choice(name, "card")


def _unit(desk: Workspace, name: str) -> str | None:
    """The unit of the times; None where the file states another one than the study's and nobody has said which."""
    said, time = desk.form.units.get(name), desk.form.column(TIME, name)
    if said is not None or time is None:
        return said or desk.form.time_unit
    endpoint = SurvivalEndpoint(name=name, time=time)
    unit: TimeUnit = desk.form.time_unit  # type: ignore[assignment]  # as chosen from the units there are
    return None if contradicting_unit(endpoint, unit, desk.cohort.column_labels) is not None else unit


def _draw_coding(desk: Workspace, name: str, key: str = "card") -> None:
    labels = desk.labels(desk.form.column(EVENT, name))
    if not labels:
        return
    session.show(f"observed {name} {key}", [label for label in desk.form.observed.get(name, ()) if label in labels])
    st.multiselect(
        phrase("{name}: labels that mean the event was observed", name=plain(name)),
        labels,
        key=f"observed {name} {key}",
        on_change=_take_coding,
        args=(name, key),
        placeholder=phrase("By the usual coding (0/1, yes/no, dead/alive …)"),
    )


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
