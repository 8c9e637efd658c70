"""The switch that governs every exhibit, and chooses between matching and weighting."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.workspace import Workspace


def draw_population(desk: Workspace) -> None:
    """Draw the switch; under it what is compared, where that is not the switch's own word."""
    session.show("population", session.population())
    session.remember_population()
    with st.container(key="population-switch", gap="xxsmall"):
        st.segmented_control(
            phrase("Population shown"),
            session.POPULATIONS,
            required=True,
            key="population",
            on_change=session.take_population,
            persist_state="session",
            label_visibility="collapsed",
            width="stretch",
            wrap=False,
            help=phrase("Governs every figure and table on every page."),
        )
        if session.population() == session.COMPARE:
            weighted = desk.form.is_weighted
            st.caption(phrase("Compare: before and weighted.") if weighted else phrase("Compare: before and matched."))
