"""Are the groups comparable?"""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.frame import ensure_frame
from ui.matching.estimand import draw_estimand
from ui.matching.first_look import draw_first_look
from ui.matching.sections import draw_sections
from ui.messages import draw_headline, draw_problems, draw_selection

ensure_frame()
state = session.study_state()
draw_headline(phrase("Matching"))
if draw_problems(state):
    st.stop()
draw_estimand(state)
draw_selection(state)
draw_first_look(state)
draw_sections(state)
