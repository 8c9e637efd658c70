"""Power: what these patients could have shown, and what a result without significance leaves open."""

import streamlit as st

from ui.workspace import StudyState

WHAT_IT_SAYS = (
    "A result that is not significant is no proof of no effect. Here stands the smallest effect that these patients could "
    "have shown, and what the interval leaves open."
)


def draw_power(state: StudyState) -> None:
    """Say what the section asks."""
    st.caption(WHAT_IT_SAYS)
