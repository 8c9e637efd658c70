"""Time to response and duration of response as printed tables."""

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.outcomes.response_times import ArmTimeToResponse
from analysis.outcomes.survival import KaplanMeierCurve
from analysis.phrases import phrase
from analysis.study.responses_over_time import ResponsesOverTime
from charts.lettering import short_pair
from charts.style import NOT_ESTIMATED, format_count, format_interval, time_form

TIME = phrase("Time to response")
DURATION = phrase("Duration of response")


def response_time_rows(found: Mapping[str, ResponsesOverTime], treated_label: str, control_label: str) -> pd.DataFrame:
    """When patients responded and for how long, in each arm.

    Parameters
    ----------
    found : mapping of str to ResponsesOverTime
        By the name of the population.
    treated_label, control_label : str
        The arms.

    Returns
    -------
    DataFrame
        One row per population and arm; text only.
    """
    treated_label, control_label = short_pair(treated_label, control_label)
    rows = []
    for name, one in found.items():
        form = time_form(one.time_unit)
        arms = (
            (treated_label, one.time_to_response.treated, one.duration.treated),
            (control_label, one.time_to_response.control, one.duration.control),
        )
        for label, times, curve in arms:
            rows.append(
                {phrase("Population"): name, phrase("Arm"): label} | _times(times, form) | _duration(curve, form)
            )
    return pd.DataFrame(rows)


def _times(times: ArmTimeToResponse, form: Callable[[float | None], str]) -> dict[str, str]:
    responders = _part_of(times.n_responders, times.n)
    if times.median is None:
        return {phrase("Responders"): responders, TIME: NOT_ESTIMATED}
    quartiles = f"{form(times.first_quartile)}–{form(times.third_quartile)}"
    return {phrase("Responders"): responders, TIME: f"{form(times.median)} ({quartiles})"}


def _part_of(n: int, total: int) -> str:
    return phrase("{n} of {total}", n=format_count(n), total=format_count(total))


def _duration(curve: KaplanMeierCurve | None, form: Callable[[float | None], str]) -> dict[str, str]:
    if curve is None:
        return {phrase("Ended"): NOT_ESTIMATED, DURATION: NOT_ESTIMATED}
    limits = format_interval(curve.median_ci_lower, curve.median_ci_upper, form)
    return {
        phrase("Ended"): _part_of(curve.n_total_events, curve.n),
        DURATION: f"{form(curve.median)} ({limits})",
    }
