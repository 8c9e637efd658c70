"""Is my cohort read right?"""

import streamlit as st

from ui import session
from ui.confirmation import draw_checks, draw_confirmation
from ui.exhibit import card_columns, draw_exhibit
from ui.exhibits.flow import flow_exhibit
from ui.frame import ensure_frame
from ui.messages import draw_headline
from ui.roles_grid import draw_roles
from ui.sidebar import draw_undo
from ui.upload import draw_upload

ensure_frame()
draw_headline("Data")
draw_upload()
state = session.study_state()
left, right = card_columns("reading", (3, 2))
with left:
    draw_confirmation(state)
    draw_checks(state)
with right:
    exhibit = flow_exhibit(state, width=400)
    if exhibit is not None:
        draw_exhibit(exhibit)
st.markdown("## What each column is")
draw_undo(session.workspace())
draw_roles()
