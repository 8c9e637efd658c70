"""Response as an exhibit, and the key figure of a response endpoint."""

from dataclasses import replace
from typing import Any

from analysis.outcomes.pooling import PooledEstimate
from analysis.outcomes.rate_effects import Estimate
from analysis.outcomes.response import ResponseComparison
from analysis.phrases import join_phrases, phrase
from analysis.reporting.outcome_tables import response_rows
from analysis.reporting.sentences import imputed_set_words, is_weighted, pooled_words, response_sentence
from analysis.study import PooledRates, PopulationOutcomes
from charts.response import describe_response, response_figure, response_publication
from charts.style import (
    Population,
    format_interval,
    format_p_statement,
    format_percent,
    format_points,
    population_name,
    versus,
)
from ui.exhibit import Exhibit, key_figure
from ui.exhibits.missing import pooled_difference_caption, pooled_response
from ui.exhibits.population import (
    after_heading,
    arms_words,
    brief_caption,
    chosen_population,
    design_word,
    population_caption,
    population_words,
    populations,
)
from ui.workspace import StudyState

Comparisons = dict[str, ResponseComparison | None]


def response_exhibit(
    state: StudyState, *, only: str | None = None, width: int = 440, compact: bool = False
) -> Exhibit | None:
    """Best responses and rates of every response endpoint, or only of one, in the chosen population; None without any."""
    before, after = _comparisons(state.before, only), _comparisons(state.after, only)
    population = chosen_population(before, after)
    if population is None or state.patients is None:
        return None
    words: dict[str, Any] = {
        "population": population,
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "shown_set": imputed_set_words(state.imputation),
        "design_word": design_word(state),
    }
    shown = state.before if population == "before" else state.after
    return Exhibit(
        name=f"response {only}" if only else "response",
        title=phrase("{endpoint}: best response and response rate", endpoint=only)
        if only
        else phrase("Best response and objective response rates"),
        caption=brief_caption(phrase("NE counts as no response"), state, population, behind=phrase("paler"))
        if compact
        else phrase(
            "Denominator: all patients of the arm, not evaluable counted as no response; {population}.{pooled}",
            population=population_caption(state, population),
            pooled=pooled_difference_caption(state),
        ),
        alt=describe_response(before, after, **words),
        figure=lambda theme: response_figure(before, after, **words, theme=theme, width=width, compact=compact),
        publication=lambda: response_publication(before, after, **words),
        table=lambda: response_rows(_only(populations(state), only), words["treated_label"], words["control_label"]),
        notes=tuple(note for item in (shown.response if shown and not compact else ()) for note in item.notes),
    )


def response_key_figure(state: StudyState, name: str) -> str:
    """An endpoint's response rates, their difference and the named test as a small card of HTML."""
    before, after = ((_comparisons(outcomes) or {}).get(name) for outcomes in (state.before, state.after))
    population = chosen_population(before, after)
    where: Population = "before" if population == "before" else "after"
    shown = before if where == "before" else after
    if shown is None:
        return key_figure(name, "–", [phrase("No estimate: an arm has no patients.")], "")
    pooled = pooled_response(state, name) if where == "after" else None
    if state.imputation is not None and pooled is not None and pooled.objective_response is not None:
        card = _pooled_figure(name, pooled.objective_response, state, before if population == "compare" else None)
        if card is not None:
            return card
    contrast = shown.objective_response
    difference = contrast.risk_difference
    lines = [
        _difference_words(difference, weighted=is_weighted(shown)),
        phrase("{test} {p}", test=contrast.test.name, p=format_p_statement(contrast.test.p_value)),
    ]
    ghost = _ghost(before) if population == "compare" else ""
    title = phrase("{name}, {when}", name=_response_of(name), when=population_name(where, design_word(state)))
    return key_figure(title, _rates(shown), lines, ghost, arms=arms_words(state))


def _pooled_figure(name: str, pooled: PooledRates, state: StudyState, before: ResponseComparison | None) -> str | None:
    """Rates and their difference over all imputed sets, which are those to report; None where they are not pooled."""
    difference, arms = pooled.risk_difference, (pooled.treated, pooled.control)
    if state.imputation is None or difference is None:
        return None
    rates = versus(*(format_percent(None if arm is None else arm.estimate) for arm in arms))
    lines = [
        _difference_words(difference),
        join_phrases([format_p_statement(difference.p_value), pooled_words(state.imputation)], ", "),
    ]
    title = phrase("{name}, {when}", name=_response_of(name), when=population_name("after", design_word(state)))
    return key_figure(title, rates, lines, _ghost(before), arms=arms_words(state))


def _difference_words(difference: Estimate | PooledEstimate, *, weighted: bool = False) -> str:
    points = format_points(difference.estimate)
    limits = format_interval(difference.ci_lower, difference.ci_upper, format_points)
    if weighted:
        return phrase("{points} points ({limits}), weighted", points=points, limits=limits)
    return phrase("{points} points ({limits})", points=points, limits=limits)


def _ghost(before: ResponseComparison | None) -> str:
    return "" if before is None else phrase("Before: {estimate}", estimate=_rates(before))


def _response_of(name: str) -> str:
    return name if "response" in name.casefold() else phrase("{endpoint} response", endpoint=name)


def response_sentences(state: StudyState) -> tuple[str, ...]:
    """Every response endpoint in one sentence for each population, after the design before the other."""
    if state.patients is None:
        return ()
    shown = populations(state)
    after, before = (_comparisons(shown.get(heading)) or {} for heading in (after_heading(state), "Before"))
    labels = {"treated_label": state.patients.treated_label, "control_label": state.patients.control_label}
    return tuple(
        phrase("{population}: {sentence}", population=where, sentence=response_sentence(name, comparison, **labels))
        for name in dict.fromkeys((*after, *before))
        for where, comparison in (
            (population_words(state, "After"), after.get(name)),
            (population_words(state, "Before"), before.get(name)),
        )
        if comparison is not None
    )


def _comparisons(outcomes: PopulationOutcomes | None, only: str | None = None) -> Comparisons | None:
    """The endpoints by name, or the only one; None when none of them could be compared in the population."""
    asked = [item for item in (outcomes.response if outcomes else ()) if only in (None, item.name)]
    if all(item.comparison is None for item in asked):
        return None
    return {item.name: item.comparison for item in asked}


def _only(found: dict[str, PopulationOutcomes], name: str | None) -> dict[str, PopulationOutcomes]:
    """The populations with one endpoint, or with all where none is named."""
    if name is None:
        return found
    return {
        heading: replace(outcomes, response=tuple(item for item in outcomes.response if item.name == name))
        for heading, outcomes in found.items()
    }


def _rates(comparison: ResponseComparison) -> str:
    rates = (comparison.treated.objective_response.rate, comparison.control.objective_response.rate)
    return versus(*map(format_percent, rates))
