"""The populations that a section draws one below the other, each with the design that made it."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import TypeVar

from analysis.design.design import Design
from analysis.errors import AnalysisError
from analysis.phrases import phrase, uncapitalised
from charts.style import Population
from ui import screen as st
from ui import session
from ui.exhibits.population import population_caption, population_words, shows
from ui.workspace import StudyState

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPopulation:
    """One population under the switch: ``design`` is None before, ``words`` begin a title, ``caption`` says who it is."""

    when: Population
    design: Design | None
    words: str
    caption: str


def shown_populations(state: StudyState) -> tuple[ShownPopulation, ...]:
    """After the design first, as far as the switch shows it and there is one; then before it."""
    found = []
    if state.design is not None and shows("after"):
        found.append(_population(state, "after", state.design))
    if shows("before") or not found:
        found.append(_population(state, "before", None))
    return tuple(found)


def draw_beside(state: StudyState, key: str) -> bool:
    """Offer to lay matched patients beside each other, where there are sets and they are shown; True when chosen."""
    if state.design is None or not bool((state.design.subclass >= 0).any()) or not shows("after"):
        return False
    return st.toggle(
        phrase("Matched patients beside each other"),
        key=key,
        persist_state="session",
        help=phrase("After matching only: the members of a set stand together, the treated patient first."),
    )


def drawn_populations(state: StudyState) -> tuple[ShownPopulation, ...]:
    """The populations of figures that draw every patient alike: once where the design leaves nobody out."""
    shown = shown_populations(state)
    if len(shown) < 2 or state.design is None or not (state.design.weights > 0).all():
        return shown
    both = replace(
        shown[0],
        words=phrase("Before and {who}", who=uncapitalised(shown[0].words)),
        caption=phrase("{who}; the same patients as before", who=shown[0].caption),
    )
    return (both,)


def _population(state: StudyState, when: Population, design: Design | None) -> ShownPopulation:
    heading = "Before" if when == "before" else "After"
    return ShownPopulation(
        when=when,
        design=design,
        words=population_words(state, heading),
        caption=population_caption(state, when),
    )


def found_in(
    state: StudyState, population: ShownPopulation, key: Hashable, compute: Callable[[Design | None], Found]
) -> Found | AnalysisError:
    """What a section asks of one population, kept by its inputs; the refusal where the data cannot support it."""
    settings = state.settings
    assert settings is not None
    inputs = (
        "response section",
        key,
        state.patients,
        population.design,
        settings.outcomes,
        settings.confidence,
        settings.cohort,
    )
    try:
        found: Found = session.computed(inputs, lambda: compute(population.design))
    except AnalysisError as error:
        return error
    return found
