"""Cumulative incidence as an exhibit, and in a sentence."""

from typing import Any

import pandas as pd

from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.printed.competing import incidence_sentence
from analysis.reporting.sentences import imputed_set_words
from analysis.study.competing import CompetingComparison
from charts.incidence import Cause, describe_incidence, incidence_figure, incidence_publication
from ui.exhibit import Exhibit
from ui.exhibits.population import (
    brief_caption,
    chosen_population,
    design_word,
    population_caption,
    population_words,
)
from ui.survival.found import When, competing, populations_shown
from ui.workspace import StudyState


def competing_pair(state: StudyState, name: str) -> tuple[CompetingComparison | None, CompetingComparison | None]:
    """An endpoint with what competes with it before and after the design; None where it cannot be compared."""
    return _found(state, name, "before"), _found(state, name, "after") if state.design is not None else None


def _found(state: StudyState, name: str, when: When) -> CompetingComparison | None:
    try:
        return competing(state, name, when)
    except AnalysisError:
        return None


def incidence_exhibit(
    state: StudyState,
    name: str,
    *,
    cause: Cause = "event",
    width: int = 440,
    plot_height: int = 300,
    compact: bool = False,
) -> Exhibit | None:
    """How many patients had the event first, or what competes with it, by when; None when there is nothing to draw."""
    pair = competing_pair(state, name)
    population = chosen_population(*pair)
    if population is None or state.patients is None or state.settings is None:
        return None
    words: dict[str, Any] = {
        "population": population,
        "cause": cause,
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "outcome": name,
        "time_unit": state.settings.cohort.time_unit,
        "shown_set": imputed_set_words(state.imputation),
        "design_word": design_word(state),
    }
    shown = pair[0] if population == "before" else pair[1]
    return Exhibit(
        name=f"incidence {name}" if cause == "event" else f"incidence {name} competing",
        title=phrase("{endpoint}: cumulative incidence", endpoint=name)
        if cause == "event"
        else phrase("{endpoint}: competing events", endpoint=name),
        caption=brief_caption(phrase("Cumulative incidence"), state, population, behind=phrase("thin lines"))
        if compact
        else phrase(
            "Aalen–Johansen estimate of the share of patients in whom it came first, {population}.",
            population=population_caption(state, population),
        ),
        alt=describe_incidence(*pair, **words),
        figure=lambda theme: incidence_figure(
            *pair, **words, theme=theme, width=width, plot_height=plot_height, compact=compact
        ),
        publication=lambda: incidence_publication(*pair, **words),
        table=lambda: _table(state, name, cause),
        notes=shown.notes if shown and not compact else (),
    )


def _table(state: StudyState, name: str, cause: Cause) -> pd.DataFrame:
    """Every step of the incidences, as the figure's data."""
    assert state.patients is not None
    tables = []
    for when, found in zip(("before", "after"), competing_pair(state, name), strict=True):
        if found is None or when not in populations_shown(state):
            continue
        of_cause = found.event if cause == "event" else found.competing
        for label, arm in (
            (state.patients.treated_label, of_cause.treated),
            (state.patients.control_label, of_cause.control),
        ):
            steps = arm.to_table()
            steps.insert(0, design_word(state), when)
            steps.insert(1, "arm", label)
            tables.append(steps)
    return pd.concat(tables, ignore_index=True)


def competing_sentences(state: StudyState, name: str) -> tuple[str, ...]:
    """The incidence of an endpoint in one sentence for each population, after the design first."""
    assert state.patients is not None and state.settings is not None
    shown = {when: _found(state, name, when) for when in reversed(populations_shown(state))}
    known = {when: found for when, found in shown.items() if found is not None}
    reached = [{treated.time for treated, _ in found.event.at} for found in known.values()]
    labels = (state.patients.treated_label, state.patients.control_label)
    sentences = []
    for when, found in known.items():
        told = incidence_sentence(found, *labels, state.settings.cohort.time_unit, set.intersection(*reached))
        where = population_words(state, when.capitalize())
        sentences.append(phrase("{population}: {sentence}", population=where, sentence=told))
    return tuple(sentences)
