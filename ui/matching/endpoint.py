"""The endpoint that a section asks about, where it asks about one."""

from ui import screen as st
from ui import session
from ui.workspace import StudyState


def draw_endpoint(state: StudyState, words: str, key: str) -> str | None:
    """Choose an endpoint of the study; the only one is taken without asking, and None stands for none that may be seen."""
    if state.is_covered:
        return None
    assert state.settings is not None
    outcomes = state.settings.outcomes
    names = [*(item.name for item in outcomes.survival), *(item.name for item in outcomes.response)]
    if len(names) < 2:
        return names[0] if names else None
    if session.shown(key) not in names:
        session.show(key, names[0])
    chosen: str = st.selectbox(words, names, key=key, persist_state="session", width=240)
    return chosen
