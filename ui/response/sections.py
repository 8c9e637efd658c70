"""The sections of the response page: a person chooses one, and only that one is computed and drawn."""

from collections.abc import Callable
from dataclasses import dataclass

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.response.adverse_events import draw_adverse_events, has_adverse_events
from ui.response.criteria import draw_criteria, has_two_criteria
from ui.response.depth import draw_depth
from ui.response.over_time import draw_over_time
from ui.response.rates import draw_rates
from ui.workspace import StudyState

CHOSEN = "section of response"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: how it is drawn, and for which studies it says anything."""

    draw: Callable[[StudyState], None]
    applies: Callable[[StudyState], bool]


def _has_response(state: StudyState) -> bool:
    return state.settings is not None and bool(state.settings.outcomes.response)


SECTIONS = {
    phrase("Rates"): Section(draw=draw_rates, applies=_has_response),
    phrase("Criteria side by side"): Section(draw=draw_criteria, applies=has_two_criteria),
    phrase("Depth"): Section(draw=draw_depth, applies=_has_response),
    phrase("Over time"): Section(draw=draw_over_time, applies=_has_response),
    phrase("Adverse events"): Section(draw=draw_adverse_events, applies=has_adverse_events),
}


def draw_sections(state: StudyState) -> None:
    """Offer the sections that this study has, and draw the chosen one."""
    offered = [name for name, section in SECTIONS.items() if section.applies(state)]
    if session.shown(CHOSEN) not in offered:
        session.show(CHOSEN, str(offered[0]))
    chosen = st.segmented_control(
        phrase("Section"), offered, key=CHOSEN, required=True, persist_state="session", label_visibility="collapsed",
        width="stretch",
    )  # fmt: skip
    st.markdown("## " + next(name for name in offered if name == chosen))
    SECTIONS[str(chosen)].draw(state)
