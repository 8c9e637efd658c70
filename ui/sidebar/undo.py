"""Taking a change back, or again, and help."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.guide.help import draw_help
from ui.guide.keys import REDO, UNDO, key_of
from ui.workspace import Workspace


def draw_undo(desk: Workspace) -> None:
    """Offer to take the last change back, or again, and help beside it."""
    with st.container(horizontal=True, width="content", gap="small", key="undo"):
        st.button(
            phrase("Undo"), icon=":material/undo:", disabled=not desk.can_undo, on_click=session.undo, type="tertiary",
            shortcut=key_of(UNDO),
        )  # fmt: skip
        st.button(
            phrase("Redo"), icon=":material/redo:", disabled=not desk.can_redo, on_click=session.redo, type="tertiary",
            shortcut=key_of(REDO),
        )  # fmt: skip
        draw_help()
