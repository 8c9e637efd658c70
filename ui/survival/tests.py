"""Tests and models of an endpoint, both hazard ratios side by side, and how the ratio goes over follow-up."""

import streamlit as st

from analysis.errors import AnalysisError
from analysis.outcomes.cox import HazardRatio
from analysis.reporting.absolute_effects import is_doubtful, mean_sentence
from analysis.reporting.outcome_tables import survival_table
from analysis.reporting.printed.survival import contrast_rows
from charts.style import format_interval, format_p_statement, format_ratio
from ui import session
from ui.exhibit import card_columns, draw_exhibit, draw_notes, draw_table, key_figure, plain
from ui.exhibits.hazard_shape import hazard_shape_exhibit
from ui.exhibits.missing import shown_set_words
from ui.exhibits.population import arms_words, comparisons, population_words
from ui.exhibits.survival import compares_within_sets, survival_pair, tests_words
from ui.messages import draw_sentences
from ui.survival.found import populations_shown, shape
from ui.workspace import StudyState

WHY_THEY_DIFFER = (
    "The marginal ratio compares the two groups as wholes, the ratio within matched sets each patient with those of the "
    "same set only; sets in which the first patient to leave was censored tell the second nothing, so that its interval "
    "is mostly wider. Hazard ratios do not average: where patients differ in prognosis the ratio within sets tends to lie "
    "further from 1 even when both are right. The marginal one is the effect in the patients compared as a group."
)


def draw_tests(state: StudyState, name: str) -> None:
    """Draw both ratios, every test, and the hazard ratio over follow-up."""
    assert state.settings is not None
    unit, result = state.settings.cohort.time_unit, session.workspace().result()
    _draw_ratios(state, name)
    st.markdown("## Tests and models")
    draw_table(
        contrast_rows(comparisons(state, name), unit, within_sets=compares_within_sets(state)), name=f"tests {name}",
        file=None if result is None else lambda: survival_table(result),
        caption=tests_words(state) + shown_set_words(state),
    )  # fmt: skip
    st.markdown("## Is one hazard ratio enough?")
    draw_sentences(_doubts(state, name))
    _draw_shapes(state, name)


def _draw_ratios(state: StudyState, name: str) -> None:
    """The marginal ratio beside that within matched sets, where there are sets to compare within."""
    after = survival_pair(state, name)[1]
    comparison = after.comparison if after else None
    if comparison is None or comparison.cox is None or comparison.cox_stratified is None:
        return
    cards = [
        _card(state, f"{name}: marginal, robust over matched sets", comparison.cox),
        _card(state, f"{name}: within matched sets, conditional", comparison.cox_stratified),
    ]
    st.html(f'<div class="mce-figures">{"".join(cards)}</div>')
    st.caption(plain(WHY_THEY_DIFFER))


def _card(state: StudyState, name: str, ratio: HazardRatio) -> str:
    limits = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    lines = [f"{limits}, {format_p_statement(ratio.p_value)}"]
    return key_figure(name, f"HR {format_ratio(ratio.hazard_ratio)}", lines, arms=arms_words(state))


def _doubts(state: StudyState, name: str) -> tuple[str, ...]:
    """What to read instead, where hazards are not proportional; or that nothing speaks against one ratio."""
    assert state.settings is not None
    sentences = []
    for heading, comparison in reversed(comparisons(state, name).items()):
        if comparison is None or comparison.proportional_hazards is None:
            continue
        test = f"test of proportional hazards {format_p_statement(comparison.proportional_hazards.p_value)}."
        told = "Nothing speaks against one hazard ratio for all of follow-up; a test on few events cannot rule it out."
        if is_doubtful(comparison):
            told = mean_sentence(comparison, state.settings.cohort.time_unit)
        sentences.append(f"{population_words(state, heading)}: {test} {told}")
    return tuple(sentences)


def _draw_shapes(state: StudyState, name: str) -> None:
    """The hazard ratio over follow-up in each population shown, after the design first."""
    shown = list(reversed(populations_shown(state)))
    for place, when in zip(card_columns("hazard shapes", [1] * len(shown)), shown, strict=True):
        with place:
            try:
                found = shape(state, name, when)
            except AnalysisError as error:
                st.info("\n\n".join(plain(text) for text in error.problems), icon=":material/info:")
                continue
            exhibit = hazard_shape_exhibit(state, found, when, width=460 if len(shown) > 1 else 700)
            if exhibit is not None:
                draw_exhibit(exhibit)
            draw_notes(found.notes)
