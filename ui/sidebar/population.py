"""The switch that governs every exhibit, and chooses between matching and weighting."""

import streamlit as st

from ui import session
from ui.workspace import Workspace


def draw_population(desk: Workspace) -> None:
    """Draw the switch; under it what is compared, where that is not the switch's own word."""
    session.show("population", session.population())
    session.remember_population()
    with st.container(key="population-switch", gap="xxsmall"):
        st.segmented_control(
            "Population shown", session.POPULATIONS, required=True, key="population", on_change=session.take_population,
            persist_state="session", label_visibility="collapsed", width="stretch", wrap=False,
            help="Governs every figure and table on every page.",
        )  # fmt: skip
        if session.population() == session.COMPARE:
            st.caption(f"Compare: before and {'weighted' if desk.form.is_weighted else 'matched'}.")
