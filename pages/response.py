"""Do they respond more often?"""

import streamlit as st

from analysis.reporting.imputation_results import pooled_table
from analysis.reporting.outcome_tables import response_contrasts_table, response_rows
from analysis.reporting.printed import response as printed
from analysis.reporting.printed.missing import pooled_response_rows
from ui import session
from ui.exhibit import draw_exhibit, draw_table
from ui.exhibits.missing import pooled_caption, pooled_populations, shown_set_words
from ui.exhibits.population import design_word, populations
from ui.exhibits.response import response_exhibit, response_sentences
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_problems, draw_selection, draw_sentences, pooled_sentences

ensure_frame()
state = session.study_state()
draw_headline("Response")
if draw_problems(state):
    st.stop()
draw_selection(state)
assert state.settings is not None and state.patients is not None
if not state.settings.outcomes.response:
    st.info("This study has no response. Give a column of best responses on the Data page.", icon=":material/info:")
    st.stop()
labels = (state.patients.treated_label, state.patients.control_label)
result = session.workspace().result()

exhibit = response_exhibit(state, width=600)
if exhibit is not None:
    draw_exhibit(exhibit)
pooled = [text for item in state.settings.outcomes.response for text in pooled_sentences(state, item.name)]
draw_sentences((*pooled, *response_sentences(state)))
st.markdown("## Rates")
rates = printed.rate_table(populations(state), *labels, design_word(state)).replace({"Rate": printed.SHORT_RATES})
rates = rates.replace(r", weighted (\S+)", r", \1*", regex=True)
rates_file = None if result is None else lambda: response_contrasts_table(result)
draw_table(
    rates.drop(columns=printed.CONTRASTS, errors="ignore"), name="response rates", file=rates_file,
    caption="ORR, objective response rate: CR + PR. DCR, disease control rate: CR + PR + SD. Every patient of the arm is in "
    "the denominator; not evaluable counts as no response. *: weighted, where patients weigh differently."
    + shown_set_words(state),
)  # fmt: skip
st.markdown("## Differences")
draw_table(
    rates.drop(columns=list(labels), errors="ignore"),
    name="response differences",
    file=rates_file,
    caption=f"{labels[0]} against {labels[1]}, with the p-value of the named test.",
)
pooled = pooled_response_rows(pooled_populations(state), *labels, design_word(state))
if len(pooled):
    st.markdown("## Pooled over imputed sets")
    draw_table(
        pooled, name="pooled response", caption=pooled_caption(state),
        file=None if state.imputation is None else lambda: pooled_table(state.imputation),
    )  # fmt: skip
categories = printed.category_table(populations(state), *labels, design_word(state))
if len(categories):
    st.markdown("## Best responses")
    draw_table(
        categories, name="best responses", file=lambda: response_rows(populations(state), *labels),
        caption="Patients and share of the arm, weighted where patients weigh differently. CR complete, PR partial response, "
        "SD stable, PD progressive disease, NE not evaluable.",
    )  # fmt: skip
st.markdown("## Every test")
draw_table(
    printed.all_tests_table(populations(state), design_word=design_word(state))
    .replace({"Rate": printed.SHORT_RATES, "Named test": printed.SHORT_NAMES})
    .rename(columns=printed.SHORT_TESTS), name="response tests",
    file=lambda: printed.all_tests_table(populations(state), form=lambda p: p, design_word=design_word(state)),
    caption="The named test is Fisher's when an expected count is below 5, else Pearson's without correction: chosen by "
    "this rule, not by its result. Yates: Pearson's with continuity correction. LR: likelihood ratio. McNemar's tests compare "
    "within pairs and need 1:1 matching. Robust tests (Wald, score) use the weights, and stand in place of the others where "
    "patients are weighted.",
)  # fmt: skip
