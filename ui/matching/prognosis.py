"""Balance of the prognostic score: whether the arms are alike in what the covariates foretell of an endpoint."""

import streamlit as st

from analysis.errors import AnalysisError
from analysis.reporting.printed.prognosis import prognosis_rows
from analysis.study.prognostic import PrognosticBalance, prognostic_balance
from ui import session
from ui.exhibit import draw_notes, draw_table, plain
from ui.exhibits.population import design_word
from ui.matching.endpoint import draw_endpoint
from ui.workspace import StudyState


def draw_prognosis(state: StudyState) -> None:
    """Choose an endpoint and say how alike the arms are in its prognosis."""
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and design is not None and settings is not None
    if state.is_covered:
        st.caption(":material/visibility_off: The prognosis is learnt from outcomes, which are covered.")
        return
    endpoint = draw_endpoint(state, "Prognosis of", "endpoint of the prognosis")
    try:
        found: PrognosticBalance = session.computed(
            ("prognosis", design, settings.balance, endpoint),
            lambda: prognostic_balance(patients, design.weights, endpoint, settings.balance),
        )
    except AnalysisError as error:
        st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
        return
    draw_table(
        prognosis_rows(found), name=f"prognosis {found.endpoint}",
        caption=f"{found.method}, {found.n_events:,} events; what it foretells for every patient without the treatment. "
        f"By chance: what 95 of 100 randomised comparisons of the size before or after {design_word(state)} stay below. "
        "A diagnosis and nothing else: a design chosen by this number would let the outcome in (Stuart 2013).",
    )  # fmt: skip
    draw_notes(found.notes)
