"""The cards of the patient's id, of the dates, and of columns that nothing reads."""

import streamlit as st

from ui import session
from ui.data.card import action, card, draw_words
from ui.data.questions import Question
from ui.data.words import number_of
from ui.form import ID
from ui.form.changes import with_role
from ui.form.columns import DATES, FREE_TEXT, IDENTIFYING, IDLE_ROLES, UNUSED

MOST_NAMED = 8


def draw_id(question: Question) -> None:
    """Say how patients are told apart."""
    desk = session.workspace()
    column = next(iter(desk.form.columns(ID)), None)
    words = f"Patients are told apart by column {column}" if column else "No id: patients are numbered by their row"
    offered = [item.column for item in desk.form.roles if item.role in (ID, *IDLE_ROLES)]
    with (
        card(question, "Patient", words),
        st.popover("Choose another column", type="tertiary", icon=":material/edit:", key="choose id"),
    ):
        session.show("id column", column)
        st.selectbox(
            "Column of the patient's id", offered, key="id column", index=None, placeholder="None: number the rows",
            on_change=_take_id,
        )  # fmt: skip


def _take_id() -> None:
    desk, form = session.workspace(), session.workspace().form
    for name in form.columns(ID):
        form = with_role(form, name, UNUSED)
    chosen = session.shown("id column")
    desk.change(with_role(form, chosen, ID) if chosen is not None else form)


def draw_dates_found(question: Question) -> None:
    """Say which columns are which dates."""
    dates = session.workspace().form.dates
    named = [f"{WORDS[part]}: {dates.column(part)}" for part in DATES if dates.column(part) is not None]
    if dates.cutoff is not None:
        named.append(f"data cut-off: {dates.cutoff.isoformat()}")
    words = " · ".join(named)
    with card(question, "Dates", words[:1].upper() + words[1:]):
        go_to_dates()


WORDS = {part: role.removesuffix(" date").lower() for part, role in DATES.items()} | {"index": "time zero"}


def go_to_dates() -> None:
    """Offer to choose the dates in their own step."""
    action("Choose the dates", "calendar_month", "dates", session.show, "data step", "Dates")


def draw_idle() -> None:
    """Say which columns nothing reads, because they are text or could tell who a patient is."""
    form = session.workspace().form
    lines = []
    for role, words in ((FREE_TEXT, "free text"), (IDENTIFYING, "could tell who a patient is")):
        columns = form.columns(role)
        if columns:
            others = f" and {len(columns) - MOST_NAMED} more" if len(columns) > MOST_NAMED else ""
            lines.append(f"{', '.join(columns[:MOST_NAMED])}{others}: {words}")
    if lines:
        with st.container(border=True, key="card idle"):
            count = len(form.columns(FREE_TEXT)) + len(form.columns(IDENTIFYING))
            draw_words("Not read", f"{number_of(count, 'column')} the analysis never looks at", lines)
