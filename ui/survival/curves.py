"""The curves of an endpoint, what they say in words, medians and milestones."""

from contextlib import suppress

from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.absolute_effects import middle_milestone, milestone_sentence, without_event_words
from analysis.reporting.imputation_results import pooled_table
from analysis.reporting.outcome_tables import at_risk_table
from analysis.reporting.printed.missing import pooled_survival_rows
from analysis.reporting.printed.survival import MEAN_DIFFERENCE, milestone_rows
from analysis.study.competing import has_competing
from analysis.study.differences import EndpointDifferences
from charts.survival.steps import View
from ui import screen as st
from ui import session
from ui.exhibit import draw_exhibit, draw_notes, draw_table
from ui.exhibits.missing import pooled_caption, pooled_populations
from ui.exhibits.population import arm_labels, arms_words, comparisons, design_word, population_words
from ui.exhibits.survival import endpoint_sentences, survival_exhibit, survival_pair
from ui.messages import draw_sentences, pooled_sentences
from ui.survival.found import When, differences, populations_shown
from ui.survival.paired import paired_columns
from ui.workspace import StudyState

VIEW = "view of survival"
VIEWS: dict[str, View] = {
    phrase("Survival"): "survival",
    phrase("With event"): "events",
    phrase("Cumulative hazard"): "hazard",
}
COMPETING_VIEWS: dict[str, View] = {phrase("Incidence"): "survival", phrase("Cumulative hazard"): "hazard"}

MANY_TO_RESAMPLE = 20_000
"""Patients from which resampling is felt as a wait; their absolute differences stand in a section of their own."""

LABEL_IN_TABLE = 12.0
"""Ems of an arm's label in a row; the legend of the figure has the whole."""


def draw_curves(state: StudyState, name: str) -> None:
    """Draw the chosen view of an endpoint, the sentences, the pooled estimates and the table of milestones."""
    assert state.patients is not None and state.settings is not None
    competes = has_competing(state.patients, name)
    views = COMPETING_VIEWS if competes else VIEWS
    if session.shown(VIEW) not in views:
        session.show(VIEW, next(iter(views)))
    chosen = st.segmented_control(
        phrase("View"), list(views), key=VIEW, required=True, persist_state="session", label_visibility="collapsed"
    )
    exhibit = survival_exhibit(state, name, width=600, plot_height=390, view=views[str(chosen)])
    if exhibit is not None:
        draw_exhibit(exhibit)
    for outcome in survival_pair(state, name) if exhibit is None else ():
        draw_notes(outcome.notes if outcome else ())
    absolute = () if competes else absolute_sentences(state, name)
    draw_sentences((*pooled_sentences(state, name), *absolute, *endpoint_sentences(state, name)))
    _draw_pooled(state, name, competes=competes)
    if not competes:
        _draw_milestones(state, name)


def absolute_sentences(state: StudyState, name: str) -> tuple[str, ...]:
    """How many more patients are without the event at the middle milestone, after the design first."""
    assert state.patients is not None and state.settings is not None
    endpoint = next(item for item in state.settings.outcomes.survival if item.name == name)
    if not state.settings.outcomes.times or state.patients.treated.size > MANY_TO_RESAMPLE:
        return ()
    found: dict[When, EndpointDifferences] = {}
    for when in reversed(populations_shown(state)):
        with suppress(AnalysisError):
            found[when] = differences(state, name, when)
    reached = [{row.time for row in item.milestones} for item in found.values()]
    sentences = []
    for when, item in found.items():
        row = middle_milestone(item, set.intersection(*reached))
        if row is not None:
            words, unit = without_event_words(endpoint), state.settings.cohort.time_unit
            told = milestone_sentence(row, words, unit, arms_words(state))
            population = population_words(state, when.capitalize())
            sentences.append(phrase("{population}: {sentence}", population=population, sentence=told))
    return tuple(sentences)


def _draw_pooled(state: StudyState, name: str, *, competes: bool) -> None:
    """What is pooled of this endpoint; where others compete no mean time, which would be that of no patients there are."""
    assert state.settings is not None
    rows = pooled_survival_rows(pooled_populations(state), state.settings.cohort.time_unit, design_word(state))
    if len(rows):
        rows = rows[rows["Endpoint"] == name]
        rows = rows[~(competes & rows["Measure"].str.startswith(MEAN_DIFFERENCE))]
    imputation = state.imputation
    if len(rows) and imputation is not None:
        st.markdown("## " + phrase("Pooled over imputed sets"))
        draw_table(
            rows, name="pooled survival", caption=pooled_caption(state),
            file=lambda: pooled_table(imputation),
        )  # fmt: skip


def _draw_milestones(state: StudyState, name: str) -> None:
    assert state.patients is not None and state.settings is not None
    labels = arm_labels(state, LABEL_IN_TABLE)
    result = session.workspace().result()
    st.markdown("## " + phrase("Medians and milestones"))
    rows = milestone_rows(comparisons(state, name), *labels, state.settings.cohort.time_unit)
    draw_table(
        paired_columns(rows, ("estimate", "at risk")), name=f"milestones {name}",
        file=None if result is None else lambda: at_risk_table(result),
        caption=phrase(
            "At risk: patients followed for at least that time, counted; where patients weigh differently, the number of "
            "equal weight that they are worth in brackets. Set the milestones under Advanced in the sidebar."
        ),
    )  # fmt: skip
