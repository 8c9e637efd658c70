"""The sections of robustness: a person chooses one, and only that one is computed and drawn."""

from collections.abc import Callable

import streamlit as st

from ui import session
from ui.robustness.bootstrap import draw_bootstrap
from ui.robustness.confounding import draw_confounding
from ui.robustness.power import draw_power
from ui.robustness.specifications import draw_specifications
from ui.workspace import StudyState

CHOSEN = "section of robustness"

SECTIONS: dict[str, Callable[[StudyState], None]] = {
    "Unmeasured confounding": draw_confounding,
    "Power": draw_power,
    "Specification curve": draw_specifications,
    "Bootstrap": draw_bootstrap,
}


def draw_sections(state: StudyState) -> None:
    """Offer the sections, and draw the chosen one."""
    if session.shown(CHOSEN) not in SECTIONS:
        session.show(CHOSEN, next(iter(SECTIONS)))
    chosen = st.segmented_control(
        "Section", list(SECTIONS), key=CHOSEN, required=True, persist_state="session", label_visibility="collapsed",
        width="stretch",
    )  # fmt: skip
    st.markdown(f"## {chosen}")
    SECTIONS[str(chosen)](state)
