"""Does the answer hold for each endpoint, each covariate and each kind of patient?"""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_pooling, draw_problems, draw_selection
from ui.subgroups.sections import draw_sections

ensure_frame()
state = session.study_state()
draw_headline(phrase("Models and subgroups"))
if draw_problems(state):
    st.stop()
draw_selection(state)
draw_pooling(state)
draw_sections(state)
