"""The effect in each centre as an exhibit."""

from typing import Any

from analysis.study import PopulationOutcomes
from analysis.study.centres import CentreComparison, CentreEffect
from charts.centres import centres_figure, centres_publication, centres_table, describe_centres
from ui.exhibit import Exhibit
from ui.exhibits.population import chosen_population, design_word, population_caption
from ui.workspace import StudyState

ALL = "All centres"


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
        title=f"{found.endpoint}, centre by centre",
        caption=f"{found.method}, {population_caption(state, population)}. Hollow squares rest on few patients or events.",
        alt=describe_centres(found, **words),
        figure=lambda theme: centres_figure(found, **words, theme=theme, width=width),
        publication=lambda: centres_publication(found, **words),
        table=lambda: centres_table(
            found, overall_before=words["overall_before"], overall_after=words["overall_after"]
        ),
    )


def overall_effect(outcomes: PopulationOutcomes | None, endpoint: str) -> CentreEffect | None:
    """The study's own effect on an endpoint, as a row of the forest; None where there is none."""
    if outcomes is None:
        return None
    for survival in outcomes.survival:
        if survival.name == endpoint and survival.comparison is not None and survival.comparison.cox is not None:
            arms, ratio = (survival.comparison.treated, survival.comparison.control), survival.comparison.cox
            limits = (ratio.hazard_ratio, ratio.ci_lower, ratio.ci_upper)
            return _effect((arms[0].n, arms[1].n), arms[0].n_events + arms[1].n_events, limits)
    for response in outcomes.response:
        if response.name == endpoint and response.comparison is not None:
            found = response.comparison
            rates = (found.treated.objective_response, found.control.objective_response)
            difference = found.objective_response.risk_difference
            sizes = (found.treated.n, found.control.n)
            ends = (difference.estimate, difference.ci_lower, difference.ci_upper)
            return _effect(sizes, rates[0].count + rates[1].count, ends)
    return None


def _effect(
    sizes: tuple[int, int], n_events: int, limits: tuple[float | None, float | None, float | None]
) -> CentreEffect:
    return CentreEffect(
        level=ALL,
        n_treated=sizes[0],
        n_control=sizes[1],
        n_events=n_events,
        estimate=limits[0],
        ci_lower=limits[1],
        ci_upper=limits[2],
        standard_error=None,
        few=False,
        reason=None,
    )
