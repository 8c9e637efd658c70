"""The sections of one endpoint: a person chooses one, and only that one is computed and drawn."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.survival.competing import draw_competing
from ui.survival.curves import draw_curves
from ui.survival.differences import draw_differences
from ui.survival.landmark import draw_landmark
from ui.survival.tests import draw_tests
from ui.workspace import StudyState

CHOSEN = "section of survival"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: how it is drawn for an endpoint, and for which studies it says anything."""

    draw: Callable[[StudyState, str], None]
    applies: Callable[[StudyState], bool]


def _always(state: StudyState) -> bool:
    return state.patients is not None


def _has_responses(state: StudyState) -> bool:
    return state.patients is not None and bool(state.patients.responses)


SECTIONS = {
    phrase("Curves"): Section(draw=draw_curves, applies=_always),
    phrase("Differences", "between arms"): Section(draw=draw_differences, applies=_always),
    phrase("Tests and models"): Section(draw=draw_tests, applies=_always),
    phrase("Competing risks"): Section(draw=draw_competing, applies=_always),
    phrase("Landmark"): Section(draw=draw_landmark, applies=_has_responses),
}


def draw_sections(state: StudyState, endpoint: str) -> None:
    """Offer the sections that this study has, and draw the chosen one for an endpoint."""
    offered = [name for name, section in SECTIONS.items() if section.applies(state)]
    if session.shown(CHOSEN) not in offered:
        session.show(CHOSEN, offered[0])
    chosen = st.segmented_control(
        phrase("Section"), offered, key=CHOSEN, required=True, persist_state="session", label_visibility="collapsed",
        width="stretch",
    )  # fmt: skip
    SECTIONS[str(chosen)].draw(state, endpoint)
