"""The card of a response: who counts as a responder."""

from collections import Counter

from analysis.cohort.selection import ResponseData
from analysis.phrases import join_phrases, phrase
from ui import screen as st
from ui import session
from ui.data.card import action, card
from ui.data.questions import Question
from ui.form import RESPONDER, RESPONSE
from ui.form.changes import with_change, with_part, without_outcome
from ui.form.columns import ROLE_WORDS
from ui.workspace import StudyState, Workspace

CATEGORIES = ("CR", "PR", "SD", "PD", "NE")


def draw_response(question: Question, state: StudyState) -> None:
    """Say how a response was understood, and let its column be chosen anew."""
    desk, name = session.workspace(), question.answer.name
    data = _data(state, name)
    source = _source(desk, name, question)
    sentence = (
        phrase("Best response from {source}", source=source)
        if data is None
        else phrase("{sentence}, from {source}", sentence=_sentence(data), source=source)
    )
    with card(question, name, sentence, (_responders(desk, state, data),)):
        with st.popover(
            phrase("Choose another column"), type="tertiary", icon=":material/edit:", key=f"choose response {name}"
        ):
            _draw_choice(desk, name)
        action(phrase("Not an outcome"), "close", f"response {name}", _drop, name)


def _source(desk: Workspace, name: str, question: Question) -> str:
    criterion = desk.form.response_scans.get(name)
    if criterion is not None:
        criterion_name = "mRECIST" if criterion == "mrecist" else "RECIST 1.1"
        return phrase("the scans by {criterion}", criterion=criterion_name)
    column, change = next(iter(question.answer.columns), "–"), desk.form.response_changes.get(name)
    if change is None:
        return phrase("column {column}", column=column)
    return phrase("column {column}; best change in percent from column {change}", column=column, change=change)


def _data(state: StudyState, name: str) -> ResponseData | None:
    if state.patients is None:
        return None
    return next((item for item in state.patients.responses if item.name == name), None)


def _sentence(data: ResponseData) -> str:
    n, responders = int(data.known.sum()), int((data.objective_response & data.known).sum())
    words = phrase("{responders:,} of {n:,} patients responded", responders=responders, n=n)
    if data.category is None:
        return words
    counts = Counter(data.category[data.known])
    categories = ", ".join(f"{name} {counts[name]:,}" for name in CATEGORIES)
    return phrase("{sentence} (CR or PR): {categories}", sentence=words, categories=categories)


def _responders(desk: Workspace, state: StudyState, data: ResponseData | None) -> str:
    """Responders of each arm; the sentence above has those of both, while the study may still be opened blinded."""
    if data is None or state.patients is None or not desk.has_shown_outcomes:
        return ""
    treated, responded = state.patients.treated, data.objective_response & data.known
    arms = ((state.patients.treated_label, treated), (state.patients.control_label, ~treated))
    parts = [
        phrase(
            "{arm} {responders:,} responders in {n:,} patients",
            arm=label,
            responders=int((responded & arm).sum()),
            n=int((data.known & arm).sum()),
        )
        for label, arm in arms
    ]
    return join_phrases(parts, ", ")


def _draw_choice(desk: Workspace, name: str) -> None:
    role = RESPONSE if desk.form.column(RESPONSE, name) is not None else RESPONDER
    session.show(f"response column {name}", desk.form.column(role, name))
    st.selectbox(
        phrase("Column of the response"),
        [item.column for item in desk.form.roles],
        key=f"response column {name}",
        index=None,
        placeholder=phrase("Choose"),
        on_change=_take,
        args=(name,),
    )
    session.show(f"response kind {name}", role)
    st.radio(
        phrase("What it holds"),
        (RESPONSE, RESPONDER),
        key=f"response kind {name}",
        on_change=_take,
        args=(name,),
        captions=[phrase("CR, PR, SD, PD, NE or the like"), phrase("1/0, yes/no")],
        format_func=ROLE_WORDS.__getitem__,
    )
    session.show(f"response change {name}", desk.form.response_changes.get(name))
    st.selectbox(
        phrase("Column of the best change, % of baseline"),
        [item.column for item in desk.form.roles],
        index=None,
        key=f"response change {name}",
        placeholder=phrase("None"),
        on_change=_take_change,
        args=(name,),
        help=phrase("Negative for shrinkage; for the waterfall plot on the Response page."),
    )


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
