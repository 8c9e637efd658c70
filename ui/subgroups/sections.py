"""The sections of models and subgroups: a person chooses one, and only that one is computed and drawn."""

from collections.abc import Callable

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.matching.centres import draw_centres
from ui.subgroups.board import draw_board
from ui.subgroups.cox import draw_cox
from ui.subgroups.subgroups import draw_subgroups
from ui.workspace import StudyState

CHOSEN = "section of models"


def draw_sections(state: StudyState) -> None:
    """Offer the sections that this study has, and draw the chosen one."""
    assert state.settings is not None
    offered: dict[str, Callable[[StudyState], None]] = {phrase("Endpoints"): draw_board}
    if state.settings.outcomes.survival:
        offered[phrase("Cox table")] = draw_cox
    offered[phrase("Subgroups")] = draw_subgroups
    if state.design is not None:
        offered[phrase("Centres")] = draw_centres
    if session.shown(CHOSEN) not in offered:
        session.show(CHOSEN, str(next(iter(offered))))
    chosen = st.segmented_control(
        phrase("Section"), list(offered), key=CHOSEN, required=True, persist_state="session", label_visibility="collapsed",
        width="stretch",
    )  # fmt: skip
    st.markdown("## " + next(name for name in offered if name == chosen))
    offered[str(chosen)](state)
