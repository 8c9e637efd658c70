"""Centres: how alike the arms are in each, and what effect each finds."""

from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.printed.centres import centre_rows
from ui import screen as st
from ui.exhibit import draw_exhibit, draw_notes, draw_table, plain
from ui.exhibits.centres import centres_exhibit, found_centres
from ui.exhibits.population import shows
from ui.matching.endpoint import draw_endpoint
from ui.matching.subgroups import draw_levels
from ui.workspace import StudyState

HOW_TO_NAME = phrase(
    "This study names no column of centres. Choose one under Balance and centres in the "
    "sidebar, or write centre: COLUMN into the study file: balance and effects are then "
    "given centre by centre. Pairs form within centres where the column is also among "
    "those matched exactly; the score knows centres where it is a covariate."
)


def draw_centres(state: StudyState) -> None:
    """Draw the effect in each centre, whether effects differ, and the balance within each."""
    patients = state.patients
    assert patients is not None
    if patients.centre is None:
        st.info(plain(HOW_TO_NAME), icon=":material/info:")
        return
    if state.is_covered:
        st.caption(phrase(":material/visibility_off: Effects are covered, as all outcomes are."))
        draw_levels(state, patients.centre)
        return
    endpoint = draw_endpoint(state, phrase("Effect on"), "endpoint of the centres")
    try:
        found = found_centres(state, endpoint)
    except AnalysisError as error:
        st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
        draw_levels(state, patients.centre)
        return
    draw_exhibit(centres_exhibit(state, found))
    draw_table(
        centre_rows(
            found, patients.treated_label, patients.control_label, before=shows("before"), after=shows("after")
        ),
        name=f"centres {found.endpoint}",
        caption=phrase(
            "{endpoint}: {method}. Centres marked * rest on few patients or events: shown, but "
            "no part of the heterogeneity.",
            endpoint=found.endpoint,
            method=found.method,
        ),
    )
    draw_notes(found.notes)
    st.markdown(phrase("### Balance within centres"))
    draw_levels(state, patients.centre)
