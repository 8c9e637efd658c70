"""Adverse events of both arms, of any grade and severe ones."""

import streamlit as st

from analysis.errors import AnalysisError
from analysis.outcomes.safety import SafetyComparison
from analysis.reporting.printed.adverse_events import adverse_event_rows
from analysis.study.safety import compare_safety
from ui.exhibit import draw_exhibit, draw_table, plain
from ui.exhibits.response_course import adverse_events_exhibit
from ui.response.populations import found_in, shown_populations
from ui.workspace import StudyState


def has_adverse_events(state: StudyState) -> bool:
    """Whether the study names adverse events."""
    return state.patients is not None and bool(state.patients.adverse_events)


def draw_adverse_events(state: StudyState) -> None:
    """Draw the butterfly plot of each population and the table of exact tests."""
    patients, settings = state.patients, state.settings
    assert patients is not None
    assert settings is not None
    rows: dict[str, SafetyComparison] = {}
    for population in shown_populations(state):
        found = found_in(
            state, population, "adverse events",
            lambda design: compare_safety(patients, design, settings),
        )  # fmt: skip
        if isinstance(found, AnalysisError):
            st.info(plain(" ".join(found.problems)), icon=":material/info:")
        elif found is not None:
            rows[population.words] = found
            draw_exhibit(adverse_events_exhibit(state, population, found))
    if rows:
        draw_table(
            adverse_event_rows(rows, patients.treated_label, patients.control_label), name="adverse events",
            caption="Patients by their worst grade of each event; every patient of the arm is in the denominator. The test is "
            "Fisher's exact one, McNemar's within 1:1 pairs, and a robust one where patients are weighted. p-values are "
            "adjusted for the number of events where the study asks for it.",
        )  # fmt: skip
