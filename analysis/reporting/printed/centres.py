"""Effects by centre as a printed table."""

from typing import Any

import pandas as pd

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
    name = "Hazard ratio" if ratio else "Difference, points"
    for heading, wanted, effects in (("Before", before, found.before), ("After", after, found.after)):
        if wanted:
            columns[f"{heading}: {treated_label} v {control_label}"] = [
                f"{effect.n_treated:,} v {effect.n_control:,}" for effect in effects
            ]
            columns[f"{heading}: events" if ratio else f"{heading}: responders"] = [
                f"{effect.n_events:,}" for effect in effects
            ]
            columns[f"{heading}: {name}"] = [form(effect.estimate) + _mark(effect) for effect in effects]
            columns[f"{heading}: {format_level(found.confidence_level)}"] = [
                format_interval(effect.ci_lower, effect.ci_upper, form) for effect in effects
            ]
    return pd.DataFrame(columns)


def _mark(effect: CentreEffect) -> str:
    return "*" if effect.few and effect.estimate is not None else ""
