"""The switch that governs every exhibit, and chooses between matching and weighting."""

import streamlit as st

from ui import session
from ui.workspace import StudyState


def draw_population(state: StudyState) -> None:
    """Draw the switch; under it what is compared, where that is not the switch's own word."""
    session.show("population", session.population())
    with st.container(key="population-switch", gap="xxsmall"):
        st.segmented_control(
            "Population shown", session.POPULATIONS, required=True, key="population", on_change=session.take_population,
            persist_state="session", label_visibility="collapsed", width="stretch", wrap=False,
            help="Governs every figure and table on every page.",
        )  # fmt: skip
        if session.population() == session.COMPARE:
            st.caption(f"Compare: before and {'weighted' if _is_weighted(state) else 'matched'}.")


def _is_weighted(state: StudyState) -> bool:
    return session.workspace().form.is_weighted if state.settings is None else state.settings.weighting is not None
