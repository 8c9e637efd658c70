"""The effect in each centre as an exhibit."""

from contextlib import suppress
from typing import Any

from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.reporting.centre_results import overall_effect
from analysis.study.centres import CentreComparison, compare_centres
from charts.centres import centres_figure, centres_publication, centres_table, describe_centres
from ui import session
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, population_caption
from ui.workspace import StudyState


def found_centres(state: StudyState, endpoint: str | None) -> CentreComparison:
    """The arms within each centre, on an endpoint or on the study's first.

    Raises
    ------
    AnalysisError
        The study names no centres or has no such endpoint.
    """
    patients, design, settings = state.patients, state.design, state.settings
    assert patients is not None and design is not None and settings is not None
    found: CentreComparison = session.computed(
        ("centres", design, settings.balance, settings.confidence, settings.outcomes, endpoint),
        lambda: compare_centres(patients, design, settings, endpoint),
        phrase("Comparing the arms in each centre …"),
    )
    return found


def centres_exhibits(state: StudyState) -> tuple[Exhibit, ...]:
    """A forest for each endpoint that can be compared centre by centre; none where the study names no centres."""
    if state.patients is None or state.patients.centre is None or state.design is None:
        return ()
    exhibits = []
    names = [*(item.name for item in state.patients.endpoints), *(item.name for item in state.patients.responses)]
    for name in names:
        with suppress(AnalysisError):
            exhibits.append(centres_exhibit(state, found_centres(state, name)))
    return tuple(exhibits)


def centres_exhibit(state: StudyState, found: CentreComparison, *, width: int = 600) -> Exhibit:
    """A forest of the centres' effects in the chosen population, that of all of them beneath."""
    assert state.patients is not None
    population = chosen_population(found.before, found.after)
    assert population is not None
    words: dict[str, Any] = {
        "population": population,
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "overall_before": overall_effect(state.before, found.endpoint),
        "overall_after": overall_effect(state.after, found.endpoint),
        "design_word": design_word(state),
    }
    return Exhibit(
        name=f"centres {found.endpoint}",
        title=phrase("{endpoint}, centre by centre", endpoint=found.endpoint),
        caption=phrase(
            "{method}, {population}. Hollow squares rest on few patients or events.",
            method=found.method,
            population=population_caption(state, population),
        ),
        alt=describe_centres(found, **words),
        figure=lambda theme: centres_figure(found, **words, theme=theme, width=width),
        publication=lambda: centres_publication(found, **words),
        table=lambda: centres_table(
            found, overall_before=words["overall_before"], overall_after=words["overall_after"]
        ),
    )
