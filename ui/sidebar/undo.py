"""Taking a change back, or again."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.workspace import Workspace


def draw_undo(desk: Workspace) -> None:
    """Offer to take the last change back, or again."""
    with st.container(horizontal=True, width="content"):
        st.button(
            phrase("Undo"), icon=":material/undo:", disabled=not desk.can_undo, on_click=session.undo, type="tertiary"
        )
        st.button(
            phrase("Redo"), icon=":material/redo:", disabled=not desk.can_redo, on_click=session.redo, type="tertiary"
        )
