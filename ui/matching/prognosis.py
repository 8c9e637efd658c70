"""Balance of the prognostic score: whether the arms are alike in what the covariates foretell of an endpoint."""

from analysis.design.description import design_name
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.printed.prognosis import prognosis_rows
from analysis.study.prognostic import PrognosticBalance, prognostic_balance
from ui import screen as st
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
        st.caption(phrase(":material/visibility_off: The prognosis is learnt from outcomes, which are covered."))
        return
    endpoint = draw_endpoint(state, phrase("Prognosis of"), "endpoint of the prognosis")
    try:
        found: PrognosticBalance = session.computed(
            ("prognosis", design, settings.balance, endpoint),
            lambda: prognostic_balance(patients, design.weights, endpoint, settings.balance),
        )
    except AnalysisError as error:
        st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
        return
    draw_table(
        prognosis_rows(found),
        name=f"prognosis {found.endpoint}",
        caption=phrase(
            "{method}, {n_events:,} events; what it foretells for every patient without the "
            "treatment. By chance: what 95 of 100 randomised comparisons of the size before or "
            "after {word} stay below. A diagnosis and nothing else: a design chosen by this "
            "number would let the outcome in (Stuart 2013).",
            method=found.method,
            n_events=found.n_events,
            word=design_name(design_word(state)),
        ),
    )
    draw_notes(found.notes)
