"""What the sections of robustness ask of each population under the switch, kept by its inputs."""

from collections.abc import Callable
from typing import TypeVar

from analysis.cohort.selection import StudyCohort
from analysis.design.design import Design
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.settings import StudySettings
from analysis.study import PopulationOutcomes
from ui.exhibits.population import after_heading
from ui.messages import draw_nothing
from ui.response.populations import ShownPopulation, found_in, shown_populations
from ui.workspace import StudyState

Found = TypeVar("Found")

Examination = Callable[[StudyCohort, Design | None, StudySettings, PopulationOutcomes], Found]
"""What examines one population by its patients, design, settings and outcomes."""


def examined(state: StudyState, what: str, examine: "Examination[Found]") -> tuple[tuple[ShownPopulation, Found], ...]:
    """Every population that the switch shows and that has outcomes, with what was found in it."""
    assert state.patients is not None and state.settings is not None
    patients, settings = state.patients, state.settings
    found: list[tuple[ShownPopulation, Found]] = []
    for population in shown_populations(state):
        outcomes = state.before if population.when == "before" else state.after
        if outcomes is None:
            continue

        def compute(design: Design | None, outcomes: PopulationOutcomes = outcomes) -> Found:
            return examine(patients, design, settings, outcomes)

        one = found_in(state, population, what, compute)
        if not isinstance(one, AnalysisError):
            found.append((population, one))
    return tuple(found)


def draw_not_examined() -> None:
    """Say that no endpoint could be examined, and what to do."""
    draw_nothing(
        phrase(
            "No endpoint can be examined in the patients shown. Choose others with the switch, or look at the endpoints "
            "on the Data page."
        )
    )


def heading_of(state: StudyState, population: ShownPopulation) -> str:
    """What a population is called in a table."""
    return phrase("Before") if population.when == "before" else after_heading(state)
