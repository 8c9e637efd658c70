"""Are the groups comparable?"""

import streamlit as st

from analysis.reporting.printed.design import balance_rows, left_out_table, model_table, printed_sets
from analysis.reporting.tables import balance_table, propensity_table, sets_table
from ui import session
from ui.exhibit import card_columns, draw_exhibit, draw_table
from ui.exhibits.balance import love_exhibit
from ui.exhibits.overlap import overlap_exhibit
from ui.exhibits.population import shows
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_problems, draw_selection

ensure_frame()
state = session.study_state()
draw_headline("Matching")
if draw_problems(state):
    st.stop()
draw_selection(state)
patients, propensity, design, balance = state.patients, state.propensity, state.design, state.balance
assert patients is not None and propensity is not None

for place, exhibit in zip(card_columns("figures"), (overlap_exhibit(state), love_exhibit(state)), strict=True):
    with place:
        if exhibit is not None:
            draw_exhibit(exhibit)

if balance is not None:
    st.markdown("## Balance, term by term")
    draw_table(
        balance_rows(balance, patients.treated_label, patients.control_label, before=shows("before"), after=shows("after")),
        name="balance", file=lambda: balance_table(balance),
        caption="SMD: difference of means, treated minus control, over the pooled SD of all patients before matching, "
        "kept fixed after. VR: variance ratio, treated over control, numeric covariates only. KS: largest distance between "
        "the two cumulative distributions.",
    )  # fmt: skip
if design is not None:
    st.markdown("## Who was left out, and why")
    draw_table(
        left_out_table(patients, design), name="left out",
        caption="The effect after matching refers to patients like those who were matched, not to these.",
    )  # fmt: skip
if design is not None and design.sets is not None and design.sets.treated_row.size:
    st.markdown("## Matched sets")
    draw_table(
        printed_sets(patients, propensity, design.sets), name="matched sets", height=320,
        file=lambda: sets_table(patients, design.sets),
        caption="One row for each treated patient and control of a set, the 500 least alike; the file has all of them.",
    )  # fmt: skip
st.markdown("## Propensity model")
draw_table(
    model_table(propensity), name="propensity model", file=lambda: propensity_table(propensity),
    caption="Logistic regression of treatment on the covariates by maximum likelihood, without penalty; odds ratios per "
    "unit of the covariate or against the reference level. Significance here says nothing about balance.",
)  # fmt: skip
