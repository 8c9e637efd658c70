"""Tipping points of an unmeasured confounder as an exhibit."""

from typing import Any

from analysis.phrases import capitalised, phrase, uncapitalised
from analysis.sensitivity.tipping_point import TippingPoints
from charts.tipping_point import (
    describe_tipping_point,
    tipping_point_figure,
    tipping_point_publication,
    tipping_point_table,
)
from ui.exhibit import Exhibit
from ui.response.populations import ShownPopulation
from ui.workspace import StudyState


def tipping_point_exhibit(
    state: StudyState, population: ShownPopulation, endpoint: str, found: TippingPoints, *, width: int = 640
) -> Exhibit:
    """Which confounders would explain the effect of an endpoint away, in one population."""
    assert state.patients is not None
    arms: dict[str, Any] = {
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
    }
    return Exhibit(
        name=f"tipping point {endpoint} {population.when}",
        title=phrase(
            "{endpoint}: tipping point, {population}", endpoint=endpoint, population=uncapitalised(population.words)
        ),
        caption=phrase(
            "{method}, {population}. It is supposed, not estimated: of the same effect in both arms, and unrelated to the "
            "measured covariates.",
            method=capitalised(found.method),
            population=population.caption,
        ),
        alt=describe_tipping_point(found, outcome=endpoint, **arms),
        figure=lambda theme: tipping_point_figure(found, **arms, theme=theme, width=width),
        publication=lambda: tipping_point_publication(found, **arms),
        table=lambda: tipping_point_table(found),
        notes=found.notes,
        follows_population=False,
    )
