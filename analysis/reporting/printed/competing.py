"""Competing risks as printed tables."""

from collections.abc import Collection, Mapping

import pandas as pd

from analysis.outcomes.competing import GrayTest, IncidenceAt, IncidenceDifference, SubdistributionHazardRatio
from analysis.outcomes.cox import HazardRatio
from analysis.study.competing import CauseComparison, CompetingComparison
from charts.style import (
    NOT_ESTIMATED,
    format_interval,
    format_level,
    format_p,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
)

Comparisons = Mapping[str, CompetingComparison | None]
"""The populations shown, by their heading."""


def incidence_rows(
    found: Comparisons, endpoint: str, treated_label: str, control_label: str, time_unit: str
) -> pd.DataFrame:
    """Incidence of the event and of what competes with it at each milestone.

    Parameters
    ----------
    found : mapping of str to CompetingComparison or None
        Heading to comparison.
    endpoint, treated_label, control_label, time_unit : str
        As in the study file.

    Returns
    -------
    DataFrame
        One row per cause, milestone and arm, and one of the difference in points; text only.
    """
    labels = (treated_label, control_label, "Difference (points)")
    rows: dict[tuple[int, float, int], dict[str, str]] = {}
    for heading, comparison in found.items():
        for cause in () if comparison is None else comparison.causes:
            for pair, difference in zip(cause.at, cause.differences, strict=True):
                for place, cells in enumerate(
                    (*(_arm_cells(moment) for moment in pair), _difference_cells(difference))
                ):
                    name = endpoint if cause.cause == 1 else "Competing"
                    words = {"Cause": name, "Time": f"{difference.time:g} {time_unit}", "Arm": labels[place]}
                    row = rows.setdefault((cause.cause, difference.time, place), words)
                    row |= {f"{heading}: {part}": text for part, text in cells.items()}
    return pd.DataFrame([rows[key] for key in sorted(rows)]).fillna(NOT_ESTIMATED)


def _arm_cells(moment: IncidenceAt) -> dict[str, str]:
    return {
        "incidence (CI)": _incidence(moment),
        "events": f"{moment.events:,}",
        "at risk": f"{moment.at_risk:,}",
    }


def _difference_words(found: IncidenceDifference) -> str:
    if found.p_value is None:
        return ""
    limits = format_interval(found.ci_lower, found.ci_upper, format_points)
    return f" (difference {format_points(found.difference)} points, {format_level(found.confidence_level)} {limits})"


def _difference_cells(found: IncidenceDifference) -> dict[str, str]:
    points = format_points(found.difference)
    if found.p_value is None:
        return {"incidence (CI)": f"{points} ({NOT_ESTIMATED})"}
    limits = format_interval(found.ci_lower, found.ci_upper, format_points)
    return {"incidence (CI)": f"{points} ({limits}), {format_p_statement(found.p_value)}"}


def _incidence(moment: IncidenceAt) -> str:
    return f"{format_percent(moment.incidence)} ({format_interval(moment.ci_lower, moment.ci_upper, format_percent)})"


def competing_rows(found: Comparisons, endpoint: str) -> pd.DataFrame:
    """Gray's tests and both hazard ratios, of the event and of what competes with it, as far as a population has them.

    Parameters
    ----------
    found : mapping of str to CompetingComparison or None
        Heading to comparison.
    endpoint : str
        As the study names it.

    Returns
    -------
    DataFrame
        Text only.
    """
    rows: dict[tuple[int, str], dict[str, str]] = {}
    for heading, comparison in found.items():
        for cause in () if comparison is None else comparison.causes:
            for name, words in _cells(cause).items():
                of = endpoint if cause.cause == 1 else "Competing"
                rows.setdefault((cause.cause, name), {"Cause": of, "Estimate": name})[heading] = words
    told = [row for row in rows.values() if any(row.get(heading, NOT_ESTIMATED) != NOT_ESTIMATED for heading in found)]
    return pd.DataFrame(told).fillna(NOT_ESTIMATED)


def _cells(cause: CauseComparison) -> dict[str, str]:
    events = (cause.treated.n_total_events, cause.control.n_total_events)
    return {
        "Events, treated v control": f"{events[0]:,}/{cause.treated.n:,} v {events[1]:,}/{cause.control.n:,}",
        "Gray’s test p": _p(cause.gray),
        "Gray’s test p, stratified by matched set": _p(cause.gray_stratified),
        "Subdistribution hazard ratio (Fine–Gray)": _ratio(cause.fine_gray),
        "Fine–Gray p": NOT_ESTIMATED if cause.fine_gray is None else format_p(cause.fine_gray.p_value),
        "Cause-specific hazard ratio": _ratio(cause.cause_specific),
        "Cause-specific p": NOT_ESTIMATED if cause.cause_specific is None else format_p(cause.cause_specific.p_value),
    }


def _p(test: GrayTest | None) -> str:
    return NOT_ESTIMATED if test is None else format_p(test.p_value)


def _ratio(ratio: SubdistributionHazardRatio | HazardRatio | None) -> str:
    if ratio is None:
        return NOT_ESTIMATED
    return f"{format_ratio(ratio.hazard_ratio)} ({format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)})"


def incidence_sentence(
    found: CompetingComparison,
    treated_label: str,
    control_label: str,
    time_unit: str,
    among: Collection[float] | None = None,
) -> str:
    """The incidence of an endpoint in one sentence: at the middle milestone with the difference, Gray's test and both ratios.

    Parameters
    ----------
    found : CompetingComparison
        One population.
    treated_label, control_label, time_unit : str
        As in the study file.
    among : collection of float, optional
        Milestones that every population compared reaches, so that all are told at the same time.

    Returns
    -------
    str
    """
    event = found.event
    parts = []
    moments = [row for row in event.differences if among is None or row.time in among]
    if moments:
        row = moments[(len(moments) - 1) // 2]
        parts.append(
            f"at {row.time:g} {time_unit} {format_percent(row.treated)} with {treated_label} and "
            f"{format_percent(row.control)} with {control_label}{_difference_words(row)}"
        )
    for name, ratio in (
        ("subdistribution hazard ratio", event.fine_gray),
        ("cause-specific hazard ratio", event.cause_specific),
    ):
        if ratio is not None:
            parts.append(f"{name} {_ratio(ratio)}")
    if event.gray is not None:
        parts.append(
            f"Gray’s test p {_p(event.gray)}" if _p(event.gray)[0] in "<>" else f"Gray’s test p = {_p(event.gray)}"
        )
    told = "; ".join(parts) or "too few events to compare the arms"
    return f"Cumulative incidence of {found.endpoint}, other events competing: {told}."
