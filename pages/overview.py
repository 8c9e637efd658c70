"""What does the study say, at a glance?"""

from analysis.phrases import phrase
from ui import screen as st
from ui import session
from ui.exhibit import card_columns, draw_exhibit, let_browser_draw, plain
from ui.exhibits.balance import love_exhibit
from ui.exhibits.outcome_words import further_sentences
from ui.exhibits.response import response_exhibit, response_key_figure
from ui.exhibits.survival import survival_exhibit, survival_key_figure
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_limits, draw_problems, draw_sentences, draw_words

ensure_frame()
state = session.study_state()
draw_headline(phrase("Overview"))
if draw_problems(state):
    st.stop()

assert state.settings is not None
endpoints = [item.name for item in state.settings.outcomes.survival]
responses = [item.name for item in state.settings.outcomes.response]
cards = [survival_key_figure(state, name) for name in endpoints[:3]]
cards += [response_key_figure(state, name) for name in responses[:2]]
st.html(f'<div class="mce-figures">{"".join(cards)}</div>')
with st.container(key="limits"):
    draw_limits(state)

curves = [survival_exhibit(state, name, width=300, plot_height=162, compact=True) for name in endpoints[:2]]
rates = [response_exhibit(state, only=name, width=490, compact=True) for name in responses[:2]]
first = [love_exhibit(state, width=300, compact=True, most_terms=10), *curves]
rows = {"curves": first, "rates": rates} if endpoints else {"rates": [*first, *rates]}
cards_of = {key: [exhibit for exhibit in row if exhibit is not None] for key, row in rows.items()}
places = [
    item
    for key, shown in cards_of.items()
    if shown
    for item in zip(card_columns(key, [1] * len(shown)), shown, strict=True)
]
for wanted_first in (True, False):  # curves are sent first, and are seen before the rest is drawn
    for place, exhibit in places:
        if (exhibit in curves) == wanted_first:
            with place:
                draw_exhibit(exhibit)
    if wanted_first and endpoints:
        let_browser_draw()

for page, others in (("survival", endpoints[2:]), ("response", responses[2:])):
    if others:
        st.page_link(
            f"pages/{page}.py",
            label=plain(phrase("Also in this study: {listed}", listed=", ".join(others))),
            icon=":material/arrow_forward:",
        )
with st.expander(phrase("In words"), key="overview words", on_change="rerun") as expander:
    draw_words(state)
    if expander.open:  # what is computed on demand must not slow a moved caliper
        draw_sentences(further_sentences(state))
