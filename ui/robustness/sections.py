"""The sections of robustness: a person chooses one, and only that one is computed and drawn."""

from collections.abc import Callable

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.language import said
from ui.robustness.bootstrap import draw_bootstrap
from ui.robustness.confounding import draw_confounding
from ui.robustness.power import draw_power
from ui.robustness.specifications import draw_specifications
from ui.workspace import StudyState

CHOSEN = "section of robustness"

SECTIONS: dict[str, Callable[[StudyState], None]] = {
    phrase("Unmeasured confounding"): draw_confounding,
    phrase("Power"): draw_power,
    phrase("Specification curve"): draw_specifications,
    phrase("Bootstrap"): draw_bootstrap,
}


def draw_sections(state: StudyState) -> None:
    """Offer the sections, and draw the chosen one."""
    if session.shown(CHOSEN) not in SECTIONS:
        session.show(CHOSEN, str(next(iter(SECTIONS))))
    chosen = st.segmented_control(
        phrase("Section"),
        list(SECTIONS),
        key=CHOSEN,
        required=True,
        persist_state="session",
        label_visibility="collapsed",
        width="stretch",
    )
    heading = next(name for name in SECTIONS if name == chosen)
    st.markdown(f"## {said(heading)}")
    SECTIONS[str(chosen)](state)
