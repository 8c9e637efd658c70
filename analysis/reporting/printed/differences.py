"""Absolute differences as a printed table."""

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.cohort.time_units import UNIT_NAMES, time_words
from analysis.phrases import phrase
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

ARMS = phrase("arms", "a column")
INTERVAL = phrase("difference (CI)")
"""Columns of each population."""


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
            name = phrase("At {time} (points)", time=time_words(row.time, time_unit))
            cells = rows.setdefault(name, {phrase("Difference"): name})
            cells[_heading(heading, ARMS)] = phrase(
                "{treated} v {control}", treated=format_percent(row.treated), control=format_percent(row.control)
            )
            limits = format_interval(row.ci_lower, row.ci_upper, format_points)
            limits = limits if has_interval(row) else NOT_ESTIMATED
            cells[_heading(heading, INTERVAL)] = format_points(row.difference) + " (" + limits + ")"
            cells[_heading(heading, "p")] = format_p(row.p_value)
        unit = UNIT_NAMES[time_unit]
        _time_row(rows, heading, phrase("Median ({unit})", unit=unit), differences.median, form)
        mean = phrase("Restricted mean ({unit})", unit=unit)
        _time_row(rows, heading, mean, differences.rmst, form, differences.horizon)
    return pd.DataFrame(list(rows.values())).fillna(NOT_ESTIMATED)


def _heading(population: str, heading: str) -> str:
    return phrase("{population}: {heading}", population=population, heading=heading)


def _time_row(
    rows: dict[str, dict[str, str]],
    heading: str,
    name: str,
    found: TimeDifference | None,
    form: Callable[[float | None], str],
    horizon: float | None = None,
) -> None:
    cells = rows.setdefault(name, {phrase("Difference"): name})
    if found is None:
        cells |= {_heading(heading, part): NOT_ESTIMATED for part in (ARMS, INTERVAL, "p")}
        return
    arms = phrase("{treated} v {control}", treated=form(found.treated), control=form(found.control))
    if horizon is not None:
        arms = phrase("{arms}, up to {time}", arms=arms, time=form(horizon))
    cells[_heading(heading, ARMS)] = arms
    difference = NOT_ESTIMATED if found.difference is None else form(found.difference)
    limits = format_interval(found.ci_lower, found.ci_upper, form)
    known = (found.difference, found.ci_lower, found.ci_upper) != (None, None, None)
    cells[_heading(heading, INTERVAL)] = difference + " (" + limits + ")" if known else NOT_ESTIMATED
    cells[_heading(heading, "p")] = format_p(found.p_value)
