"""The caliper path as an exhibit, and the figure that moves along it."""

from typing import Any

import plotly.graph_objects as go

from analysis.phrases import join_phrases, phrase
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

OF_LOGIT = {
    "sd": phrase("SD of the logit"),
    "pooled_sd": phrase("pooled SD of the logit"),
    "raw": phrase("units of the logit"),
}
OF_SCORE = {
    "sd": phrase("SD of the score"),
    "pooled_sd": phrase("pooled SD of the score"),
    "raw": phrase("units of the score"),
}


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
        phrase("Following the design over every useful caliper …"),
    )
    return found


def caliper_unit(matching: MatchingSettings) -> str:
    """What a caliper is measured in, such as ``SD of the logit``."""
    return (OF_SCORE if matching.distance == "probability" else OF_LOGIT)[matching.caliper_scale]


def caliper_path_exhibit(state: StudyState, path: CaliperPath, *, width: int = 600) -> Exhibit:
    """What every caliper keeps, how alike it makes the arms, and what effect is found there."""
    words = _words(state)
    level = format_level(path.confidence_level)
    effect = {
        "hazard_ratio": phrase(
            "marginal hazard ratio of {endpoint} with its {level}", endpoint=path.endpoint, level=level
        ),
        "risk_difference": phrase("difference of {endpoint} with its {level}", endpoint=path.endpoint, level=level),
    }
    parts = [phrase("sets kept"), phrase("largest absolute SMD"), phrase("effective sample sizes")]
    parts += [effect[path.measure]] if path.measure is not None else []
    return Exhibit(
        name="caliper path",
        title=phrase("What each caliper keeps and balances")
        if path.measure is None
        else phrase("What each caliper keeps and balances, and finds"),
        caption=phrase(
            "The study's design at {n} calipers, all else as it is: {parts}{imputed_set}. No outcome has a part in the "
            "suggestion; a caliper chosen for its effect is no longer an honest one.",
            n=path.caliper.size,
            parts=join_phrases(parts, ", "),
            imputed_set=imputed_set(state),
        ),
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
