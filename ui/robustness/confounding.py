"""Unmeasured confounding: how strong something that was not measured must be to explain each effect away."""

import streamlit as st

from ui.workspace import StudyState

WHAT_IT_SAYS = (
    "The design makes alike only what was measured. Here stands how strong something unmeasured would have to be to change "
    "the answer; it corrects no estimate."
)


def draw_confounding(state: StudyState) -> None:
    """Say what the section asks."""
    st.caption(WHAT_IT_SAYS)
