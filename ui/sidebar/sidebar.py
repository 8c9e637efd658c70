"""The study's settings beside every result: at most eight in sight, the rest in expanders."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.form import covariates_in_order, with_covariates
from ui.form.study import possible_covariates
from ui.sidebar.balance import draw_balance
from ui.sidebar.matching import draw_matching
from ui.sidebar.pairs import draw_pairs
from ui.sidebar.population import draw_population
from ui.sidebar.score import draw_score
from ui.sidebar.status import draw_status
from ui.sidebar.times import draw_times
from ui.sidebar.undo import draw_undo
from ui.sidebar.weighting import draw_weighting
from ui.workspace import Workspace


def draw_sidebar() -> None:
    """Draw the settings of the study that lies on the desk; a change is taken at once and can be undone."""
    desk, state = session.workspace(), session.study_state()
    weighted = desk.form.is_weighted
    with st.sidebar:
        with st.container(key="status"):
            draw_status(state)
        draw_population(desk)
        draw_undo(desk)
        _draw_covariates(desk)
        if weighted:
            draw_weighting(desk, state)
        else:
            draw_matching(desk, state)
        with st.expander(phrase("Advanced")):
            if not weighted:
                draw_pairs(desk)
            draw_times(desk)
        with st.expander(phrase("Propensity score")):
            draw_score(desk, state)
        with st.expander(phrase("Balance and centres")):
            draw_balance(desk)


def _draw_covariates(desk: Workspace) -> None:
    chosen = [item.column for item in covariates_in_order(desk.form)]
    offered = possible_covariates(desk.form)
    session.show("covariates", chosen)
    st.multiselect(
        phrase("Covariates"),
        offered,
        key="covariates",
        on_change=_take_covariates,
        placeholder=phrase("Choose what must be comparable"),
        help=phrase("Known before treatment and related to the outcome. Columns with another role are not offered."),
    )


def _take_covariates() -> None:
    desk = session.workspace()
    desk.change(with_covariates(desk.form, session.shown("covariates") or ()))
