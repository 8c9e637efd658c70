"""Are the numbers right on this machine?"""

import streamlit as st

from ui.frame import ensure_frame
from ui.validation.known_answers import draw_known_answers

ensure_frame()
st.title("Validation", anchor=False)
st.caption(
    ":material/verified: Answers that are known, from publications and from R, computed here by the functions that compute "
    "your study. Your cohort takes no part."
)
draw_known_answers()
