"""The caliper path as an exhibit, and the figure that moves along it."""

from typing import Any

import plotly.graph_objects as go

from analysis.settings import MatchingSettings
from analysis.study.caliper_path import CaliperPath, caliper_path
from charts.caliper_path import (
    caliper_path_figure,
    caliper_path_publication,
    caliper_path_table,
    caliper_scrubber_figure,
    describe_caliper_path,
)
from charts.style import Theme, format_level
from ui import session
from ui.exhibit import Exhibit
from ui.exhibits.population import imputed_set
from ui.workspace import StudyState

SCALES = {"sd": "SD of the {}", "pooled_sd": "pooled SD of the {}", "raw": "units of the {}"}


def study_path(state: StudyState, endpoint: str | None) -> CaliperPath:
    """The study's design over the useful calipers, computed once for this design and this endpoint.

    Raises
    ------
    AnalysisError
        The study has no caliper to follow, or nobody can be matched at any.
    """
    patients, propensity, settings = state.patients, state.propensity, state.settings
    assert patients is not None and propensity is not None and settings is not None
    how = (settings.support, settings.weighting, settings.matching, settings.balance, settings.confidence)
    found: CaliperPath = session.computed(
        ("caliper path", propensity, how, endpoint),
        lambda: caliper_path(patients, propensity, settings, endpoint),
        "Following the design over every useful caliper …",
    )
    return found


def caliper_unit(matching: MatchingSettings) -> str:
    """What a caliper is measured in, such as ``SD of the logit``."""
    return SCALES[matching.caliper_scale].format("score" if matching.distance == "probability" else "logit")


def caliper_path_exhibit(state: StudyState, path: CaliperPath, *, width: int = 600) -> Exhibit:
    """What every caliper keeps, how alike it makes the arms, and what effect is found there."""
    words = _words(state)
    effect = {
        "hazard_ratio": f"marginal hazard ratio of {path.endpoint} with its {format_level(path.confidence_level)}",
        "risk_difference": f"difference of {path.endpoint} with its {format_level(path.confidence_level)}",
    }
    parts = ["sets kept", "largest absolute SMD", "effective sample sizes"]
    parts += [effect[path.measure]] if path.measure is not None else []
    return Exhibit(
        name="caliper path",
        title="What each caliper keeps and balances" + ("" if path.measure is None else ", and finds"),
        caption=f"The study's design at {path.caliper.size} calipers, all else as it is: {', '.join(parts)}"
        f"{imputed_set(state)}. No outcome has a part in the suggestion; a caliper chosen for its "
        "effect is no longer an honest one.",
        alt=describe_caliper_path(path, unit=words["unit"]),
        figure=lambda theme: caliper_path_figure(path, **words, theme=theme, width=width),
        publication=lambda: caliper_path_publication(path, **words),
        table=lambda: caliper_path_table(path),
        follows_population=False,
    )


def scrubber(state: StudyState, path: CaliperPath, theme: Theme, *, width: int = 600) -> go.Figure:
    """Love plot and curves at one caliper, with a slider that moves both in the browser."""
    assert state.settings is not None
    return caliper_scrubber_figure(
        path, **_words(state), time_unit=state.settings.cohort.time_unit, theme=theme, width=width
    )


def _words(state: StudyState) -> dict[str, Any]:
    assert state.patients is not None and state.settings is not None
    return {
        "unit": caliper_unit(state.settings.matching),
        "treated_label": state.patients.treated_label,
        "control_label": state.patients.control_label,
    }
