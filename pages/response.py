"""Do they respond more often?"""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_nothing, draw_pooling, draw_problems, draw_selection
from ui.response.sections import draw_sections

ensure_frame()
state = session.study_state()
draw_headline(phrase("Response"))
if draw_problems(state):
    st.stop()
draw_selection(state)
draw_pooling(state)
assert state.settings is not None
if not state.settings.outcomes.response and not state.settings.outcomes.adverse_events:
    draw_nothing(phrase("This study has no response. Give a column of best responses on the Data page."))
    st.stop()
draw_sections(state)
