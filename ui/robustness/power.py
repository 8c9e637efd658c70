"""Power: what these patients could have shown, and what a result without significance leaves open."""

from analysis.phrases import phrase
from analysis.reporting.printed.sensitivity import power_rows
from analysis.reporting.sensitivity_results import sensitivity_table
from analysis.reporting.sensitivity_sentences import power_sentence
from analysis.study.sensitivity import EndpointPower, study_power
from ui import screen as st
from ui import session
from ui.exhibit import draw_notes, draw_table
from ui.exhibits.population import design_word
from ui.messages import draw_sentences
from ui.response.populations import ShownPopulation
from ui.robustness.found import draw_not_examined, examined, heading_of
from ui.workspace import StudyState

WHAT_IT_SAYS = phrase(
    "A result that is not significant is no proof of no effect. Here stands the smallest "
    "effect that these patients could have shown, and what each interval leaves open. "
    "Power is never computed at the effect that was found: that repeats its p-value."
)


def draw_power(state: StudyState) -> None:
    """Draw what could have been shown of every endpoint, in words and as a table."""
    assert state.settings is not None
    st.caption(WHAT_IT_SAYS)
    found: tuple[tuple[ShownPopulation, tuple[EndpointPower, ...]], ...] = examined(state, "power", study_power)
    if not found:
        draw_not_examined()
        return
    level = state.settings.confidence.level
    for population, endpoints in found:
        draw_sentences(
            [
                phrase("{population}: {sentence}", population=population.words, sentence=power_sentence(item, level))
                for item in endpoints
            ]
        )
    named = {heading_of(state, population): endpoints for population, endpoints in reversed(found)}
    result = session.workspace().result()
    draw_table(
        power_rows(named, design_word(state)),
        name="power",
        file=None if result is None else lambda: sensitivity_table(result),
        caption=phrase(
            "The effects nearest to none that would have been significant with 80% and 90% "
            "power: hazard ratios from the error of the analysis, and with 80% from the events "
            "alone (Schoenfeld); differences in response, in percentage points, from the arms' "
            "sizes or, in pairs, from those that differ (Connor). Cannot exclude: the change of "
            "the hazard, or of the rate in points, that the interval leaves open."
        ),
    )
    notes = [note for _, endpoints in found for item in endpoints for note in item.notes]
    draw_notes([note for note in notes if note.code != "no_detectable_difference"])
