"""The card of a response: who counts as a responder."""

from collections import Counter

import streamlit as st

from analysis.cohort.selection import ResponseData
from ui import session
from ui.data.card import action, card
from ui.data.questions import Question
from ui.form import RESPONDER, RESPONSE
from ui.form.changes import with_change, with_part, without_outcome
from ui.workspace import StudyState, Workspace

CATEGORIES = ("CR", "PR", "SD", "PD", "NE")


def draw_response(question: Question, state: StudyState) -> None:
    """Say how a response was understood, and let its column be chosen anew."""
    desk, name = session.workspace(), question.answer.name
    data = _data(state, name)
    source = _source(desk, name, question)
    sentence = f"Best response from {source}" if data is None else f"{_sentence(data)}, from {source}"
    with card(question, name, sentence, (_responders(desk, state, data),)):
        with st.popover(
            "Choose another column", type="tertiary", icon=":material/edit:", key=f"choose response {name}"
        ):
            _draw_choice(desk, name)
        action("Not an outcome", "close", f"response {name}", _drop, name)


def _source(desk: Workspace, name: str, question: Question) -> str:
    criterion = desk.form.response_scans.get(name)
    if criterion is not None:
        return f"the scans by {'mRECIST' if criterion == 'mrecist' else 'RECIST 1.1'}"
    change = desk.form.response_changes.get(name)
    best = "" if change is None else f"; best change in percent from column {change}"
    return f"column {next(iter(question.answer.columns), '–')}{best}"


def _data(state: StudyState, name: str) -> ResponseData | None:
    if state.patients is None:
        return None
    return next((item for item in state.patients.responses if item.name == name), None)


def _sentence(data: ResponseData) -> str:
    n, responders = int(data.known.sum()), int((data.objective_response & data.known).sum())
    words = f"{responders:,} of {n:,} patients responded"
    if data.category is None:
        return words
    counts = Counter(data.category[data.known])
    return f"{words} (CR or PR): " + ", ".join(f"{name} {counts[name]:,}" for name in CATEGORIES)


def _responders(desk: Workspace, state: StudyState, data: ResponseData | None) -> str:
    """Responders of each arm; the sentence above has those of both, while the study may still be opened blinded."""
    if data is None or state.patients is None or not desk.has_shown_outcomes:
        return ""
    treated, responded = state.patients.treated, data.objective_response & data.known
    arms = ((state.patients.treated_label, treated), (state.patients.control_label, ~treated))
    return ", ".join(
        f"{label} {int((responded & arm).sum()):,} responders in {int((data.known & arm).sum()):,} patients"
        for label, arm in arms
    )


def _draw_choice(desk: Workspace, name: str) -> None:
    role = RESPONSE if desk.form.column(RESPONSE, name) is not None else RESPONDER
    session.show(f"response column {name}", desk.form.column(role, name))
    st.selectbox(
        "Column of the response", [item.column for item in desk.form.roles], key=f"response column {name}", index=None,
        placeholder="Choose", on_change=_take, args=(name,),
    )  # fmt: skip
    session.show(f"response kind {name}", role)
    st.radio(
        "What it holds", (RESPONSE, RESPONDER), key=f"response kind {name}", on_change=_take, args=(name,),
        captions=("CR, PR, SD, PD, NE or the like", "1/0, yes/no"),
    )  # fmt: skip
    session.show(f"response change {name}", desk.form.response_changes.get(name))
    st.selectbox(
        "Column of the best change, % of baseline", [item.column for item in desk.form.roles], index=None,
        key=f"response change {name}", placeholder="None", on_change=_take_change, args=(name,),
        help="Negative for shrinkage; for the waterfall plot on the Response page.",
    )  # fmt: skip


def _take(name: str) -> None:
    desk = session.workspace()
    column, role = session.shown(f"response column {name}"), session.shown(f"response kind {name}")
    if column is not None:
        change = desk.form.response_changes.get(name)
        released = without_outcome(desk.form, name, (RESPONSE, RESPONDER))
        desk.change(with_change(with_part(released, name, role, column), name, change))


def _take_change(name: str) -> None:
    desk = session.workspace()
    desk.change(with_change(desk.form, name, session.shown(f"response change {name}")))


def _drop(name: str) -> None:
    desk = session.workspace()
    desk.change(without_outcome(desk.form, name, (RESPONSE, RESPONDER)))
