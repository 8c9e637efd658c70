"""Do they live longer?"""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_nothing, draw_pooling, draw_problems, draw_selection
from ui.survival.endpoints import draw_endpoints
from ui.survival.sections import draw_sections

ensure_frame()
state = session.study_state()
draw_headline(phrase("Survival"))
if draw_problems(state):
    st.stop()
draw_selection(state)
draw_pooling(state)
assert state.settings is not None
if not state.settings.outcomes.survival:
    draw_nothing(phrase("This study has no time to an event. Give a time and its event on the Data page."))
    st.stop()
draw_sections(state, draw_endpoints(state))
