"""Criteria side by side: the same patients by RECIST and by mRECIST, or by any two responses of the study."""

from analysis.errors import AnalysisError
from analysis.phrases import join_phrases, phrase
from analysis.reporting.printed.agreement import agreement_rows
from analysis.study.agreement import criteria_agreement, criteria_pairs
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_table, plain
from ui.exhibits.response_course import agreement_exhibit
from ui.response.populations import found_in, shown_populations
from ui.workspace import StudyState

CHOSEN = "criteria crossed"


def has_two_criteria(state: StudyState) -> bool:
    """Whether two responses with categories can be crossed."""
    return state.patients is not None and bool(criteria_pairs(state.patients))


def draw_criteria(state: StudyState) -> None:
    """Draw the cross-table, agreement beyond chance and the tests of the margins."""
    patients, settings = state.patients, state.settings
    assert patients is not None
    assert settings is not None
    pairs = {
        phrase("{one} and {other}", one=second, other=first): (second, first)
        for first, second in criteria_pairs(patients)
    }
    if session.shown(CHOSEN) not in pairs:
        session.show(CHOSEN, str(next(iter(pairs))))
    if len(pairs) > 1:
        st.selectbox(phrase("Criteria"), list(pairs), key=CHOSEN, persist_state="session", width=340)
    first, second = pairs[session.shown(CHOSEN)]
    rows = {}
    for population in shown_populations(state):
        found = found_in(
            state, population, ("agreement", first, second),
            lambda design: criteria_agreement(patients, design, settings, first, second),
        )  # fmt: skip
        if isinstance(found, AnalysisError):
            st.info(plain(join_phrases(found.problems)), icon=":material/info:")
            continue
        draw_exhibit(agreement_exhibit(state, population, found))
        rows[population.words] = found
    if rows:
        draw_table(
            agreement_rows(rows, patients.treated_label, patients.control_label),
            name="agreement of criteria",
            caption=phrase(
                "κ is agreement beyond what the margins alone would give: 1 is perfect, 0 is chance; limits by Fleiss, Cohen "
                "and Everitt. The weighted κ counts neighbouring categories as half agreement and leaves NE out. S–M: Stuart "
                "and Maxwell’s test. A small p says that one criterion tends to other categories than the other."
            ),
        )
