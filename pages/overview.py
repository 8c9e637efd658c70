"""What does the study say, at a glance?"""

import streamlit as st

from ui import session
from ui.exhibit import card_columns, draw_exhibit
from ui.exhibits.balance import love_exhibit
from ui.exhibits.response import response_exhibit, response_key_figure
from ui.exhibits.survival import survival_exhibit, survival_key_figure
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_limits, draw_problems, draw_words

ensure_frame()
state = session.study_state()
draw_headline("Overview")
if draw_problems(state):
    st.stop()

assert state.settings is not None
endpoints = [item.name for item in state.settings.outcomes.survival]
responses = [item.name for item in state.settings.outcomes.response]
cards = [survival_key_figure(state, name) for name in endpoints[:3]]
cards += [response_key_figure(state, name) for name in responses[:2]]
st.html(f'<div class="mce-figures">{"".join(cards)}</div>')
draw_limits(state)

exhibits = [love_exhibit(state, compact=True, most_terms=14)]
exhibits += [survival_exhibit(state, name, plot_height=220, compact=True) for name in endpoints[:2]]
exhibits += [response_exhibit(state, compact=True)]
shown = [exhibit for exhibit in exhibits if exhibit is not None]
for number in range(0, len(shown), 2):
    for place, exhibit in zip(card_columns(f"row {number}"), shown[number : number + 2], strict=False):
        with place:
            draw_exhibit(exhibit)

with st.expander("In words"):
    draw_words(state)
