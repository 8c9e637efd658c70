"""Adding an outcome: a time with its event, or a response."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.form import EVENT, RESPONDER, RESPONSE, TIME
from ui.form.changes import with_part
from ui.form.columns import ROLE_WORDS

SURVIVAL = phrase("A time to an event")
KINDS = {SURVIVAL: SURVIVAL, RESPONSE: ROLE_WORDS[RESPONSE], RESPONDER: ROLE_WORDS[RESPONDER]}


def draw_outcome_choice() -> None:
    """Offer to add an outcome that was not found."""
    desk = session.workspace()
    with st.popover(phrase("Add an outcome"), type="tertiary", icon=":material/add:", key="add outcome"):
        kind = st.radio(phrase("What it is"), list(KINDS), key="new outcome kind", format_func=KINDS.__getitem__)
        name = st.text_input(
            phrase("Its name"), key="new outcome name", placeholder="OS, PFS, ORR …", max_chars=40
        ).strip()
        columns = [item.column for item in desk.form.roles]
        words = (phrase("Column of times"), phrase("Column of events")) if kind == SURVIVAL else (phrase("Column"),)
        chosen = tuple(
            st.selectbox(text, columns, index=None, key=f"new outcome {text}", placeholder=phrase("Choose"))
            for text in words
        )
        ready = bool(name) and None not in chosen and len(set(chosen)) == len(chosen)
        st.button(phrase("Add"), disabled=not ready, on_click=_add, args=(kind, name, chosen), key="add the outcome")


def _add(kind: str, name: str, columns: tuple[str, ...]) -> None:
    desk, form = session.workspace(), session.workspace().form
    for role, column in zip((TIME, EVENT) if kind == SURVIVAL else (kind,), columns, strict=True):
        form = with_part(form, name, role, column)
    desk.change(form)
