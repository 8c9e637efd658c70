"""What the sections of an endpoint need beyond the state, computed when first asked for, by population."""

from collections.abc import Callable
from typing import Any, Literal

from analysis.design.design import Design
from analysis.phrases import phrase
from analysis.study.competing import CompetingComparison, compare_competing
from analysis.study.differences import EndpointDifferences, endpoint_differences
from analysis.study.hazard_shape import CumulativeHazards, HazardShape, cumulative_hazards, hazard_shape
from analysis.study.landmark import LandmarkComparison, Who, compare_from_landmark
from ui import session
from ui.exhibits.population import shows
from ui.workspace import StudyState

When = Literal["before", "after"]


def populations_shown(state: StudyState) -> dict[When, Design | None]:
    """The populations that the switch shows, as far as there are any, each with its design; none before."""
    found: dict[When, Design | None] = {}
    if shows("before") or state.design is None:
        found["before"] = None
    if shows("after") and state.design is not None:
        found["after"] = state.design
    return found


def differences(state: StudyState, endpoint: str, when: When) -> EndpointDifferences:
    """Absolute differences of an endpoint; large cohorts take a moment.

    Raises
    ------
    AnalysisError
        The data cannot support them.
    """
    found: EndpointDifferences = _computed(
        state, "differences", endpoint, when, endpoint_differences, phrase("Resampling …")
    )
    return found


def competing(state: StudyState, endpoint: str, when: When) -> CompetingComparison | None:
    """Competing risks of an endpoint; None where nothing competes.

    Raises
    ------
    AnalysisError
        Nobody had a competing event, or an arm is empty.
    """
    found: CompetingComparison | None = _computed(
        state, "competing", endpoint, when, compare_competing, phrase("Comparing incidences …")
    )
    return found


def hazards(state: StudyState, endpoint: str, when: When) -> CumulativeHazards:
    """Cumulative hazards of both arms.

    Raises
    ------
    AnalysisError
        An arm is empty.
    """
    found: CumulativeHazards = _computed(
        state, "hazards", endpoint, when, cumulative_hazards, phrase("Adding up hazards …")
    )
    return found


def shape(state: StudyState, endpoint: str, when: When) -> HazardShape:
    """The hazard ratio over follow-up.

    Raises
    ------
    AnalysisError
        An arm is empty.
    """
    found: HazardShape = _computed(
        state, "hazard shape", endpoint, when, hazard_shape, phrase("Smoothing the hazard ratio …")
    )
    return found


def from_landmark(state: StudyState, endpoint: str, when: When, who: Who) -> LandmarkComparison:
    """Responders and the others from the landmark on.

    Raises
    ------
    AnalysisError
        Too few patients reach the landmark, or nothing tells when they responded.
    """
    patients, settings = state.patients, state.settings
    assert patients is not None and settings is not None
    design = state.design if when == "after" else None
    found: LandmarkComparison = session.computed(
        ("landmark", patients, design, settings.outcomes, settings.confidence, endpoint, who),
        lambda: compare_from_landmark(patients, design, settings, endpoint, who),
        phrase("Comparing from the landmark on …"),
    )
    return found


def _computed(
    state: StudyState, what: str, endpoint: str, when: When, make: Callable[..., Any], words: str | None = None
) -> Any:
    patients, settings = state.patients, state.settings
    assert patients is not None and settings is not None
    design = state.design if when == "after" else None
    return session.computed(
        (what, patients, design, settings.outcomes, settings.confidence, endpoint),
        lambda: make(patients, design, settings, endpoint),
        words,
    )
