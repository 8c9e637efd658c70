"""The sections under the first look: a person chooses one, and only that one is computed and drawn."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.phrases import phrase
from charts.weights import weights_differ
from ui import screen as st
from ui import session
from ui.matching.balance import draw_balance
from ui.matching.caliper import draw_caliper
from ui.matching.centres import draw_centres
from ui.matching.gate import draw_gate
from ui.matching.left_out import draw_left_out
from ui.matching.pairs import draw_pairs
from ui.matching.score import draw_score
from ui.matching.weights import draw_weights
from ui.workspace import StudyState

CHOSEN = "section of matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: how it is drawn, and for which studies it says anything."""

    draw: Callable[[StudyState], None]
    applies: Callable[[StudyState], bool]


def _has_design(state: StudyState) -> bool:
    return state.design is not None


def _has_sets(state: StudyState) -> bool:
    return state.matching is not None


def _may_have_sets(state: StudyState) -> bool:
    return _has_sets(state) or (state.settings is not None and state.settings.weighting is None)


def _counts_unequally(state: StudyState) -> bool:
    """True where patients are weighted, or some count for more than others of their arm."""
    if state.design is None or state.patients is None:
        return False
    return state.design.weighted is not None or weights_differ(state.design.weights, state.patients.treated)


SECTIONS = {
    phrase("Balance"): Section(draw=draw_balance, applies=_has_design),
    phrase("Gate"): Section(draw=draw_gate, applies=_has_design),
    phrase("Caliper"): Section(draw=draw_caliper, applies=_may_have_sets),
    phrase("Left out"): Section(draw=draw_left_out, applies=_has_design),
    phrase("Pairs"): Section(draw=draw_pairs, applies=_has_sets),
    phrase("Weights"): Section(draw=draw_weights, applies=_counts_unequally),
    phrase("Centres"): Section(draw=draw_centres, applies=_has_design),
    phrase("Score"): Section(draw=draw_score, applies=lambda state: True),
}


def draw_sections(state: StudyState) -> None:
    """Offer the sections that this study has, and draw the chosen one."""
    offered = [name for name, section in SECTIONS.items() if section.applies(state)]
    if session.shown(CHOSEN) not in offered:
        session.show(CHOSEN, offered[0])
    chosen = st.segmented_control(
        phrase("Section"),
        offered,
        key=CHOSEN,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )
    name = next(name for name in SECTIONS if name == chosen)
    st.markdown("## " + name)
    SECTIONS[name].draw(state)
