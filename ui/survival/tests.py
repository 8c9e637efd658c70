"""Tests and models of an endpoint, both hazard ratios side by side, and how the ratio goes over follow-up."""

from analysis.errors import AnalysisError
from analysis.outcomes.cox import HazardRatio
from analysis.phrases import join_phrases, phrase
from analysis.reporting.absolute_effects import is_doubtful, mean_sentence, without_event_words
from analysis.reporting.outcome_tables import survival_table
from analysis.reporting.printed.survival import contrast_rows
from analysis.study.competing import has_competing
from charts.style import Population, format_interval, format_p_statement, format_ratio, population_name
from ui import screen as st
from ui import session
from ui.exhibit import Exhibit, card_columns, draw_exhibit, draw_table, key_figure, plain
from ui.exhibits.hazard_shape import hazard_shape_exhibit
from ui.exhibits.missing import shown_set_words
from ui.exhibits.population import (
    after_heading,
    arms_words,
    comparisons,
    design_word,
    imputed_set,
    population_words,
    shows,
)
from ui.exhibits.survival import compares_within_sets, mean_figure, survival_pair, tests_words
from ui.messages import draw_sentences
from ui.survival.found import populations_shown, shape
from ui.workspace import StudyState

WHY_THEY_DIFFER = phrase(
    "The marginal ratio compares the two groups as wholes, the ratio within matched sets each patient with those of the "
    "same set only; sets in which the first patient to leave was censored tell the second nothing, so that its interval "
    "is mostly wider. Hazard ratios do not average: where patients differ in prognosis the ratio within sets tends to lie "
    "further from 1 even when both are right. The marginal one is the effect in the patients compared as a group."
)


CAUSE_SPECIFIC = phrase(
    " Other events compete with this endpoint: ratios and tests here are cause-specific, of the rate among patients still "
    "free of both. Competing risks has Gray’s test and Fine and Gray’s ratio, which are of the incidence."
)

NAME_WIDTH = 205
"""Of the column of names beside those of estimates, which share a narrow window in proportion."""


def draw_tests(state: StudyState, name: str) -> None:
    """Draw both ratios, every test, and the hazard ratio over follow-up."""
    assert state.settings is not None
    unit, result = state.settings.cohort.time_unit, session.workspace().result()
    competes = state.patients is not None and has_competing(state.patients, name)
    _draw_ratios(state, name, competes=competes)
    st.markdown("## " + phrase("{endpoint}: tests and models", endpoint=plain(name)))
    rows = contrast_rows(comparisons(state, name), unit, within_sets=compares_within_sets(state), competing=competes)
    draw_table(
        rows, name=f"tests {name}", file=None if result is None else lambda: survival_table(result),
        caption=tests_words(state) + shown_set_words(state) + (CAUSE_SPECIFIC if competes else ""),
        column_config={"Estimate": st.column_config.TextColumn(width=NAME_WIDTH)},
    )  # fmt: skip
    st.markdown("## " + phrase("Is one hazard ratio enough?"))
    draw_sentences(_doubts(state, name))
    _draw_shapes(state, name)


def _draw_ratios(state: StudyState, name: str, *, competes: bool) -> None:
    """The marginal ratio beside that within matched sets, where there are sets to compare within.

    Where hazards are not proportional the difference in mean time stands before them.
    """
    where: Population = "after" if shows("after") and state.design is not None else "before"
    outcome = survival_pair(state, name)[1 if where == "after" else 0]
    comparison = outcome.comparison if outcome else None
    if comparison is None:
        return
    cards = []
    if is_doubtful(comparison) and not competes:
        title = join_phrases((name, population_name(where, design_word(state))), ", ") + imputed_set(state)
        cards.append(mean_figure(title, state, comparison))
    both = comparison.cox is not None and comparison.cox_stratified is not None
    if comparison.cox is not None and comparison.cox_stratified is not None:
        fields = {"endpoint": name, "imputed": imputed_set(state)}
        title = phrase("{endpoint}: marginal, robust over matched sets{imputed}", **fields)
        cards.append(_card(state, title, comparison.cox))
        title = phrase("{endpoint}: within matched sets, conditional{imputed}", **fields)
        cards.append(_card(state, title, comparison.cox_stratified))
    if cards:
        st.html(f'<div class="mce-figures">{"".join(cards)}</div>')
    if both:
        st.caption(plain(WHY_THEY_DIFFER))


def _card(state: StudyState, name: str, ratio: HazardRatio) -> str:
    limits = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    lines = [join_phrases((limits, format_p_statement(ratio.p_value)), ", ")]
    return key_figure(name, f"HR {format_ratio(ratio.hazard_ratio)}", lines, arms=arms_words(state))


def _doubts(state: StudyState, name: str) -> tuple[str, ...]:
    """What to read instead, where hazards are not proportional; or that nothing speaks against one ratio."""
    assert state.patients is not None and state.settings is not None
    endpoint = next(item for item in state.settings.outcomes.survival if item.name == name)
    competes = has_competing(state.patients, name)
    sentences = []
    for heading, comparison in reversed(comparisons(state, name).items()):
        if comparison is None or comparison.proportional_hazards is None:
            continue
        p = format_p_statement(comparison.proportional_hazards.p_value)
        told = phrase(
            "Nothing speaks against one hazard ratio for all of follow-up; a test on few events cannot rule it out."
        )
        if is_doubtful(comparison) and competes:
            told = phrase(
                "Hazards are not proportional: the ratio is an average over follow-up. Read the incidences instead."
            )
        elif is_doubtful(comparison):
            told = mean_sentence(comparison, state.settings.cohort.time_unit, without_event_words(endpoint))
        sentences.append(
            phrase(
                "{population}: test of proportional hazards {p}. {sentence}",
                population=population_words(state, heading),
                p=p,
                sentence=told,
            )
        )
    return tuple(sentences)


def _draw_shapes(state: StudyState, name: str) -> None:
    """The hazard ratio over follow-up in each population shown, after the design first."""
    exhibits: list[Exhibit] = []
    why_not: list[str] = []
    shown = list(reversed(populations_shown(state)))
    for when in shown:
        try:
            found = shape(state, name, when)
            notes = [note.text for note in found.notes]
            exhibit = hazard_shape_exhibit(state, found, when, width=460 if len(shown) > 1 else 700)
        except AnalysisError as error:
            notes, exhibit = list(error.problems), None
        exhibits += [exhibit] if exhibit is not None else []
        population = population_words(state, after_heading(state) if when == "after" else "Before")
        why_not += [phrase("{population}: {sentence}", population=population, sentence=text) for text in notes]
    if exhibits:
        for place, exhibit in zip(card_columns("hazard shapes", [1] * len(exhibits)), exhibits, strict=True):
            with place:
                draw_exhibit(exhibit)
    if why_not:
        st.info("\n\n".join(plain(text) for text in why_not), icon=":material/info:")
