"""Take it to my manuscript."""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.downloads import draw_downloads
from ui.exhibit import card_columns, draw_exhibit
from ui.exhibits.flow import flow_exhibit
from ui.exhibits.outcome_words import further_sentences
from ui.frame import ensure_frame
from ui.ledger.cover import draw_cover
from ui.ledger.section import draw_ledger
from ui.manuscript.card import draw_manuscript
from ui.messages import draw_headline, draw_problems, draw_sentences, draw_words

ensure_frame()
state = session.study_state()
draw_headline(phrase("Report"))
if draw_problems(state):
    st.stop()
left, right = card_columns("report", (5, 4))
with left:
    if state.is_covered:
        draw_cover(state)
    draw_manuscript(state)
    with st.container(border=True):
        st.markdown(phrase("### In words"))
        draw_words(state)
        draw_sentences((*further_sentences(state), session.provenance()))
    draw_downloads(state)
    st.page_link(
        "pages/validation.py",
        label=phrase("Are the numbers right on this machine? Known answers, computed here"),
        icon=":material/verified:",
    )
with right:
    exhibit = flow_exhibit(state, width=400, analysed=True)
    if exhibit is not None:
        draw_exhibit(exhibit)
draw_ledger(state)
