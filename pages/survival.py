"""Do they live longer?"""

import streamlit as st

from analysis.reporting.imputation_results import pooled_table
from analysis.reporting.outcome_tables import at_risk_table, survival_table
from analysis.reporting.printed.missing import pooled_survival_rows
from analysis.reporting.printed.survival import contrast_rows, endpoint_table, milestone_rows
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table
from ui.exhibits.missing import (
    pooled_caption,
    pooled_columns_words,
    pooled_populations,
    shown_set_words,
    with_pooled_ratios,
)
from ui.exhibits.population import comparisons, design_word, populations
from ui.exhibits.survival import (
    compares_within_sets,
    endpoint_sentences,
    ratio_words,
    survival_exhibit,
    survival_pair,
    tests_words,
)
from ui.frame import ensure_frame
from ui.messages import draw_headline, draw_problems, draw_selection, draw_sentences, pooled_sentences

ensure_frame()
state = session.study_state()
draw_headline("Survival")
if draw_problems(state):
    st.stop()
draw_selection(state)
assert state.settings is not None and state.patients is not None
names = [item.name for item in state.settings.outcomes.survival]
if not names:
    st.info("This study has no time to an event. Give a time and its event on the Data page.", icon=":material/info:")
    st.stop()
labels = (state.patients.treated_label, state.patients.control_label)
time_unit = state.settings.cohort.time_unit
result = session.workspace().result()

chosen = draw_table(
    with_pooled_ratios(endpoint_table(populations(state), *labels), state), name="endpoints",
    file=None if result is None else lambda: survival_table(result), on_select="rerun", selection_mode="single-row",
    caption=f"Choose a row to see its curve. Medians in {time_unit}, {labels[0]} v {labels[1]}. "
    "HR: Cox model with treatment alone, Efron ties; " + ratio_words(state) + pooled_columns_words(state),
)  # fmt: skip
rows = chosen.selection.rows
name = names[rows[0]] if rows and rows[0] < len(names) else names[0]

exhibit = survival_exhibit(state, name, width=600, plot_height=390)
if exhibit is not None:
    draw_exhibit(exhibit)
for outcome in survival_pair(state, name) if exhibit is None else ():
    draw_notes(outcome.notes if outcome else ())
draw_sentences((*pooled_sentences(state, name), *endpoint_sentences(state, name)))

pooled = pooled_survival_rows(pooled_populations(state), time_unit, design_word(state))
if len(pooled):
    st.markdown("## Pooled over imputed sets")
    draw_table(
        pooled, name="pooled survival", caption=pooled_caption(state),
        file=None if state.imputation is None else lambda: pooled_table(state.imputation),
    )  # fmt: skip
st.markdown("## Medians and milestones")
draw_table(
    milestone_rows(comparisons(state, name), *labels, time_unit), name=f"milestones {name}",
    file=None if result is None else lambda: at_risk_table(result),
    caption="At risk: patients followed for at least that time, counted; where patients weigh differently, the number of "
    "equal weight that they are worth in brackets. Set the milestones under Advanced in the sidebar.",
)  # fmt: skip
st.markdown("## Tests and models")
draw_table(
    contrast_rows(comparisons(state, name), time_unit, within_sets=compares_within_sets(state)), name=f"tests {name}",
    file=None if result is None else lambda: survival_table(result),
    caption=tests_words(state) + shown_set_words(state),
)  # fmt: skip
