"""The hazard ratio over follow-up as an exhibit."""

from typing import Any

from analysis.phrases import phrase
from analysis.study.hazard_shape import HazardShape
from charts.hazard_shape import (
    describe_hazard_shape,
    hazard_shape_figure,
    hazard_shape_publication,
    hazard_shape_table,
)
from charts.style import population_name, versus
from ui.exhibit import Exhibit
from ui.exhibits.population import design_word, population_caption
from ui.exhibits.survival import survival_pair
from ui.survival.found import When
from ui.workspace import StudyState


def hazard_shape_exhibit(state: StudyState, found: HazardShape, when: When, *, width: int = 600) -> Exhibit | None:
    """The smoothed hazard ratio of one population; None where events are too few."""
    if found.smooth is None or state.patients is None or state.settings is None:
        return None
    smooth, outcome = found.smooth, survival_pair(state, found.endpoint)[0 if when == "before" else 1]
    test = outcome.comparison.proportional_hazards if outcome and outcome.comparison else None
    words: dict[str, Any] = {
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
        "time_unit": state.settings.cohort.time_unit,
        "p_value": None if test is None else test.p_value,
    }
    return Exhibit(
        name=f"hazard ratio over time {found.endpoint} {when}",
        title=phrase(
            "{endpoint}: hazard ratio over follow-up, {when}",
            endpoint=found.endpoint,
            when=population_name(when, design_word(state)),
        ),
        caption=phrase(
            "{method}; {arms}, {population}. Where hazards are proportional the smooth stays near the dashed line.",
            method=smooth.method,
            arms=versus(words["treated_label"], words["control_label"]),
            population=population_caption(state, when),
        ),
        alt=describe_hazard_shape(smooth, outcome=found.endpoint, **words),
        figure=lambda theme: hazard_shape_figure(smooth, **words, theme=theme, width=width),
        publication=lambda: hazard_shape_publication(smooth, **words),
        table=lambda: hazard_shape_table([(when, smooth)]),
        follows_population=False,
    )
