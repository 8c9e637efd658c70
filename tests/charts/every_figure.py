"""Every figure of the product in its comparison of before and after, for what must hold of all of them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import plotly.graph_objects as go
from matplotlib.figure import Figure

from analysis.study.hazard_shape import hazard_shape
from charts.agreement import agreement_figure
from charts.centres import centres_figure, centres_publication
from charts.hazard_shape import hazard_shape_figure, hazard_shape_publication
from charts.incidence import incidence_figure, incidence_publication
from charts.specification_curve import (
    order_figure,
    order_publication,
    specification_figure,
    specification_publication,
)
from charts.style import DOUBLE_COLUMN_MM, LIGHT, Theme
from charts.swimmer import swimmer_figure, swimmer_publication
from charts.tipping_point import tipping_point_figure, tipping_point_publication
from charts.waterfall import waterfall_figure, waterfall_publication
from tests.analysis.study.outcome_cases import outcome_result
from tests.charts import test_centres, test_forest, test_incidence, test_response_course, test_specification_curve
from tests.charts.cases import PLAIN, print_figures, screen_figures
from tests.charts.design_cases import design_figures, design_prints
from tests.charts.test_tipping_point import CASES as TIPPING_POINTS

INCIDENCE: dict[str, Any] = {"population": "compare", "cause": "event", "outcome": "TTP", **PLAIN}


@cache
def every_screen_figure(theme: Theme = LIGHT) -> dict[str, go.Figure]:
    """Each interactive figure by its name."""
    arms: dict[str, Any] = {**PLAIN, "theme": theme}
    course = {name: entry for name, entry in test_response_course.FIGURES.items() if name != "agreement"}
    smooth = hazard_shape(outcome_result().patients, None, outcome_result().settings, "OS").smooth
    assert smooth is not None
    return {
        **screen_figures("compare", theme=theme),
        **design_figures(theme=theme),
        **test_forest.figures(theme=theme),
        **{name: draw(case(), **arms) for name, (draw, _, _, case, _) in course.items()},
        "agreement": agreement_figure(test_response_course.agreement(), theme=theme),
        "waterfall, pairs": waterfall_figure(test_response_course.depth(), pairs=True, **arms),
        "swimmer, pairs": swimmer_figure(test_response_course.over_time(), pairs=True, **arms),
        "centres": centres_figure(test_centres._comparison(), population="compare", **arms),
        "incidence": incidence_figure(*test_incidence.pair(), **INCIDENCE, theme=theme),
        "hazard shape": hazard_shape_figure(smooth, **arms),
        "specifications": specification_figure(test_specification_curve.small(), theme=theme),
        "orders": order_figure(test_specification_curve.small(), theme=theme),
        "tipping point": tipping_point_figure(TIPPING_POINTS["lower"], **arms),
    }


@cache
def every_print(width: float = DOUBLE_COLUMN_MM) -> dict[str, Callable[[], Figure]]:
    """Each publication figure by its name, drawn when called."""
    course = test_response_course.FIGURES
    smooth = hazard_shape(outcome_result().patients, None, outcome_result().settings, "OS").smooth
    assert smooth is not None
    return {
        **print_figures("compare", width),
        **design_prints(width),
        **test_forest.prints(width, "etiology"),
        **{name: _printed(name, width) for name in course},
        "waterfall, pairs": lambda: waterfall_publication(
            test_response_course.depth(), pairs=True, **PLAIN, width=width
        ),
        "swimmer, pairs": lambda: swimmer_publication(
            test_response_course.over_time(), pairs=True, **PLAIN, width=width
        ),
        "centres": lambda: centres_publication(test_centres._comparison(), population="compare", **PLAIN, width=width),
        "incidence": lambda: incidence_publication(*test_incidence.pair(), **INCIDENCE, width=width),
        "hazard shape": lambda: hazard_shape_publication(smooth, **PLAIN, width=width),
        "specifications": lambda: specification_publication(test_specification_curve.small(), width=width),
        "orders": lambda: order_publication(test_specification_curve.small(), width=width),
        "tipping point": lambda: tipping_point_publication(TIPPING_POINTS["lower"], **PLAIN, width=width),
    }


def _printed(name: str, width: float) -> Callable[[], Figure]:
    _, publication, _, case, _ = test_response_course.FIGURES[name]
    arms = {} if name == "agreement" else PLAIN
    return lambda: publication(case(), **arms, width=width)


SCREEN_NAMES = (
    "survival", "overlap", "balance", "response", "flow", "missing", "caliper path", "caliper path, points", "scrubber",
    "scrubber, no curves", "calibration", "distribution", "density", "shares", "weights", "left out", "left out map",
    "pairs", "cox", "alone", "subgroups", "points", "board", "waterfall", "spider", "swimmer", "adverse events",
    "agreement", "waterfall, pairs", "swimmer, pairs", "centres", "incidence", "hazard shape", "specifications", "orders",
    "tipping point",
)  # fmt: skip
PRINT_NAMES = tuple(
    name
    for name in SCREEN_NAMES
    if name not in ("caliper path, points", "scrubber", "scrubber, no curves", "alone", "points")
)
