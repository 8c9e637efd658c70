"""Is my cohort read right?"""

from analysis.phrases import phrase
from ui import session
from ui.data.blinding import draw_blinding
from ui.data.steps import draw_steps
from ui.frame import ensure_frame
from ui.messages import draw_headline
from ui.upload import draw_upload

ensure_frame()
draw_headline(phrase("Data"))
if draw_upload():  # a file that waits for a person has the page to itself
    draw_blinding()
    draw_steps(session.study_state())
