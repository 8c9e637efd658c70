"""Are the numbers right on this machine?"""

from analysis.phrases import phrase
from ui import screen as st
from ui.frame import ensure_frame
from ui.validation.known_answers import draw_known_answers

ensure_frame()
st.title(phrase("Validation"), anchor=False)
st.caption(
    phrase(
        ":material/verified: Answers that are known, from publications and from R, computed "
        "here by the functions that compute your study. Your cohort takes no part."
    )
)
draw_known_answers()
