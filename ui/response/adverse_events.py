"""Adverse events of both arms, of any grade and severe ones."""

from collections import Counter

from analysis.errors import AnalysisError
from analysis.outcomes.safety import SafetyComparison
from analysis.phrases import join_phrases, phrase
from analysis.reporting.printed.adverse_events import adverse_event_rows
from analysis.study.safety import compare_safety
from ui import screen as st
from ui.exhibit import draw_exhibit, draw_table, plain
from ui.exhibits.response_course import adverse_events_exhibit
from ui.response.populations import found_in, shown_populations
from ui.workspace import StudyState

EVENT_WIDTH = 160


def has_adverse_events(state: StudyState) -> bool:
    """Whether the study names adverse events."""
    return state.patients is not None and bool(state.patients.adverse_events)


def draw_adverse_events(state: StudyState) -> None:
    """Draw the butterfly plot of each population and the table of exact tests."""
    patients, settings = state.patients, state.settings
    assert patients is not None
    assert settings is not None
    for population in shown_populations(state):
        found = found_in(
            state, population, "adverse events",
            lambda design: compare_safety(patients, design, settings),
        )  # fmt: skip
        if isinstance(found, AnalysisError):
            st.info(plain(join_phrases(found.problems)), icon=":material/info:")
        elif found is not None:
            draw_exhibit(adverse_events_exhibit(state, population, found))
            draw_table(
                adverse_event_rows(found, patients.treated_label, patients.control_label),
                name=f"adverse events {population.when}", file=found.to_table, caption=_caption(found),
                column_config={"Event": st.column_config.TextColumn(width=EVENT_WIDTH)},
            )  # fmt: skip


def _caption(found: SafetyComparison) -> str:
    tests = Counter(line.test for line in (*found.any_grade, *found.severe)).most_common()
    told = [phrase("Patients by their worst grade of each event; every patient of the arm is in the denominator.")]
    if "weighted" in found.method:
        told.append(phrase("Counts are of patients, shares are weighted."))
    usual = tests[0][0]
    told.append(
        phrase("p: {test}, {other} where that cannot be made.", test=usual, other=tests[1][0])
        if len(tests) > 1
        else phrase("p: {test}.", test=usual)
    )
    if any(line.adjusted_p_value is not None for line in found.any_grade):
        told.append(phrase("The adjusted p allows for the number of events of that grade."))
    return join_phrases(told)
