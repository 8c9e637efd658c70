"""The cards of the patient's id, of the dates, and of columns that nothing reads."""

from analysis.phrases import capitalised, join_phrases, phrase
from ui import screen as st
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
    words = (
        phrase("Patients are told apart by column {column}", column=column)
        if column
        else phrase("No id: patients are numbered by their row")
    )
    offered = [item.column for item in desk.form.roles if item.role in (ID, *IDLE_ROLES)]
    with (
        card(question, phrase("Patient"), words),
        st.popover(phrase("Choose another column"), type="tertiary", icon=":material/edit:", key="choose id"),
    ):
        session.show("id column", column)
        st.selectbox(
            phrase("Column of the patient's id"),
            offered,
            key="id column",
            index=None,
            placeholder=phrase("None: number the rows"),
            on_change=_take_id,
        )


def _take_id() -> None:
    desk, form = session.workspace(), session.workspace().form
    for name in form.columns(ID):
        form = with_role(form, name, UNUSED)
    chosen = session.shown("id column")
    desk.change(with_role(form, chosen, ID) if chosen is not None else form)


def draw_dates_found(question: Question) -> None:
    """Say which columns are which dates."""
    dates = session.workspace().form.dates
    named = [
        phrase("{date}: {column}", date=WORDS[part], column=dates.column(part))
        for part in DATES
        if dates.column(part) is not None
    ]
    if dates.cutoff is not None:
        named.append(phrase("data cut-off: {day}", day=dates.cutoff.isoformat()))
    first, *others = named or [""]
    with card(question, phrase("Dates"), join_phrases((capitalised(first), *others), " · ")):
        go_to_dates()


WORDS = {
    "index": phrase("time zero"),
    "treatment_start": phrase("treatment start", "a date"),
    "progression": phrase("progression", "a date"),
    "death": phrase("death", "a date"),
    "died": phrase("who died", "a date"),
    "last_contact": phrase("last contact", "a date"),
    "last_assessment": phrase("last assessment", "a date"),
    "response": phrase("response", "a date"),
}


def go_to_dates() -> None:
    """Offer to choose the dates in their own step."""
    action(phrase("Choose the dates"), "calendar_month", "dates", session.show, "data step", "Dates")


def draw_idle() -> None:
    """Say which columns nothing reads, because they are text or could tell who a patient is."""
    form = session.workspace().form
    lines = []
    for role, words in ((FREE_TEXT, phrase("free text")), (IDENTIFYING, phrase("could tell who a patient is"))):
        columns = form.columns(role)
        if columns:
            named, more = ", ".join(columns[:MOST_NAMED]), len(columns) - MOST_NAMED
            lines.append(
                phrase("{columns} and {n} more: {words}", columns=named, n=more, words=words)
                if more > 0
                else phrase("{columns}: {words}", columns=named, words=words)
            )
    if lines:
        with st.container(border=True, key="card idle"):
            count = len(form.columns(FREE_TEXT)) + len(form.columns(IDENTIFYING))
            draw_words(
                phrase("Not read"),
                phrase("{columns} the analysis never looks at", columns=number_of(count, "column")),
                lines,
            )
