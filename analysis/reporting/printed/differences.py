"""Absolute differences as a printed table."""

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.cohort.time_units import time_words
from analysis.reporting.absolute_effects import has_interval
from analysis.study.differences import EndpointDifferences, TimeDifference
from charts.style import (
    NOT_ESTIMATED,
    format_interval,
    format_p,
    format_percent,
    format_points,
    time_form,
)


def difference_rows(found: Mapping[str, EndpointDifferences | None], time_unit: str) -> pd.DataFrame:
    """Every absolute difference of an endpoint: survival at milestones, medians, restricted means.

    Parameters
    ----------
    found : mapping of str to EndpointDifferences or None
        Heading to differences.
    time_unit : str
        As in the study file.

    Returns
    -------
    DataFrame
        Text only: for each population both arms, the difference with its interval, and p where it has a closed form.
    """
    rows: dict[str, dict[str, str]] = {}
    form = time_form(time_unit)
    for heading, differences in found.items():
        if differences is None:
            continue
        for row in differences.milestones:
            name = f"At {time_words(row.time, time_unit)} (points)"
            cells = rows.setdefault(name, {"Difference": name})
            cells[f"{heading}: arms"] = f"{format_percent(row.treated)} v {format_percent(row.control)}"
            limits = format_interval(row.ci_lower, row.ci_upper, format_points)
            limits = limits if has_interval(row) else NOT_ESTIMATED
            cells[f"{heading}: difference (CI)"] = f"{format_points(row.difference)} ({limits})"
            cells[f"{heading}: p"] = format_p(row.p_value)
        _time_row(rows, heading, f"Median ({time_unit})", differences.median, form)
        _time_row(rows, heading, f"Restricted mean ({time_unit})", differences.rmst, form, differences.horizon)
    return pd.DataFrame(list(rows.values())).fillna(NOT_ESTIMATED)


def _time_row(
    rows: dict[str, dict[str, str]],
    heading: str,
    name: str,
    found: TimeDifference | None,
    form: Callable[[float | None], str],
    horizon: float | None = None,
) -> None:
    cells = rows.setdefault(name, {"Difference": name})
    if found is None:
        cells |= {f"{heading}: {part}": NOT_ESTIMATED for part in ("arms", "difference (CI)", "p")}
        return
    upto = "" if horizon is None else f", up to {form(horizon)}"
    cells[f"{heading}: arms"] = f"{form(found.treated)} v {form(found.control)}{upto}"
    difference = NOT_ESTIMATED if found.difference is None else form(found.difference)
    limits = format_interval(found.ci_lower, found.ci_upper, form)
    known = (found.difference, found.ci_lower, found.ci_upper) != (None, None, None)
    cells[f"{heading}: difference (CI)"] = f"{difference} ({limits})" if known else NOT_ESTIMATED
    cells[f"{heading}: p"] = format_p(found.p_value)
