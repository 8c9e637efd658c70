"""Effects by centre as a printed table."""

from typing import Any

import pandas as pd

from analysis.phrases import phrase
from analysis.study.centres import CentreComparison, CentreEffect
from charts.style import format_interval, format_level, format_points, format_ratio


def centre_rows(
    found: CentreComparison, treated_label: str, control_label: str, *, before: bool = True, after: bool = True
) -> pd.DataFrame:
    """Patients, events and effect of each centre in one row.

    Parameters
    ----------
    found : CentreComparison
        As computed.
    treated_label, control_label : str
        The arms.
    before, after : bool
        Which populations to show.

    Returns
    -------
    DataFrame
        One row per centre; text. Effects of few patients or events carry an asterisk.
    """
    columns: dict[str, list[Any]] = {found.centre: list(found.balance.levels)}
    ratio = found.measure == "hazard_ratio"
    form = format_ratio if ratio else format_points
    name = phrase("Hazard ratio") if ratio else phrase("Difference, points")
    for heading, wanted, effects in ((phrase("Before"), before, found.before), (phrase("After"), after, found.after)):
        if wanted:
            arms = phrase("{treated} v {control}", treated=treated_label, control=control_label)
            columns[phrase("{population}: {heading}", population=heading, heading=arms)] = [
                phrase("{treated} v {control}", treated=f"{effect.n_treated:,}", control=f"{effect.n_control:,}")
                for effect in effects
            ]
            counted = (
                phrase("{population}: events", population=heading)
                if ratio
                else phrase("{population}: responders", population=heading)
            )
            columns[counted] = [f"{effect.n_events:,}" for effect in effects]
            columns[phrase("{population}: {heading}", population=heading, heading=name)] = [
                form(effect.estimate) + _mark(effect) for effect in effects
            ]
            level = format_level(found.confidence_level)
            columns[phrase("{population}: {heading}", population=heading, heading=level)] = [
                format_interval(effect.ci_lower, effect.ci_upper, form) for effect in effects
            ]
    return pd.DataFrame(columns)


def _mark(effect: CentreEffect) -> str:
    return "*" if effect.few and effect.estimate is not None else ""
