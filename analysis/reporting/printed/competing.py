"""Competing risks as printed tables."""

from collections.abc import Collection, Mapping

import pandas as pd

from analysis.cohort.time_units import UNIT_NAMES
from analysis.outcomes.competing import GrayTest, IncidenceAt, IncidenceDifference, SubdistributionHazardRatio
from analysis.outcomes.cox import HazardRatio
from analysis.phrases import join_phrases, phrase
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

INCIDENCE = phrase("incidence (CI)")
"""The column of what is estimated."""


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
    labels = (treated_label, control_label, phrase("Difference (points)"))
    rows: dict[tuple[int, float, int], dict[str, str]] = {}
    for heading, comparison in found.items():
        for cause in () if comparison is None else comparison.causes:
            for pair, difference in zip(cause.at, cause.differences, strict=True):
                for place, cells in enumerate(
                    (*(_arm_cells(moment) for moment in pair), _difference_cells(difference))
                ):
                    name = endpoint if cause.cause == 1 else phrase("Competing")
                    time = phrase("{time:g} {unit}", time=difference.time, unit=UNIT_NAMES[time_unit])
                    words = {phrase("Cause"): name, phrase("Time", "a milestone"): time, phrase("Arm"): labels[place]}
                    row = rows.setdefault((cause.cause, difference.time, place), words)
                    row |= {
                        phrase("{population}: {heading}", population=heading, heading=part): text
                        for part, text in cells.items()
                    }
    return pd.DataFrame([rows[key] for key in sorted(rows)]).fillna(NOT_ESTIMATED)


def _arm_cells(moment: IncidenceAt) -> dict[str, str]:
    return {
        INCIDENCE: _incidence(moment),
        phrase("events"): f"{moment.events:,}",
        phrase("at risk"): f"{moment.at_risk:,}",
    }


def _difference_words(found: IncidenceDifference) -> str:
    if found.p_value is None:
        return ""
    limits = format_interval(found.ci_lower, found.ci_upper, format_points)
    return phrase(
        " (difference {difference} points, {level} {limits})",
        difference=format_points(found.difference),
        level=format_level(found.confidence_level),
        limits=limits,
    )


def _difference_cells(found: IncidenceDifference) -> dict[str, str]:
    points = format_points(found.difference)
    if found.p_value is None:
        return {INCIDENCE: f"{points} ({NOT_ESTIMATED})"}
    limits = format_interval(found.ci_lower, found.ci_upper, format_points)
    told = phrase("{points} ({limits}), {p}", points=points, limits=limits, p=format_p_statement(found.p_value))
    return {INCIDENCE: told}


def _incidence(moment: IncidenceAt) -> str:
    limits = format_interval(moment.ci_lower, moment.ci_upper, format_percent)
    return format_percent(moment.incidence) + " (" + limits + ")"


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
                of = endpoint if cause.cause == 1 else phrase("Competing")
                rows.setdefault((cause.cause, name), {phrase("Cause"): of, phrase("Estimate"): name})[heading] = words
    told = [row for row in rows.values() if any(row.get(heading, NOT_ESTIMATED) != NOT_ESTIMATED for heading in found)]
    return pd.DataFrame(told).fillna(NOT_ESTIMATED)


def _cells(cause: CauseComparison) -> dict[str, str]:
    events = (cause.treated.n_total_events, cause.control.n_total_events)
    return {
        phrase("Events, treated v control"): phrase(
            "{treated} v {control}",
            treated=f"{events[0]:,}/{cause.treated.n:,}",
            control=f"{events[1]:,}/{cause.control.n:,}",
        ),
        phrase("Gray’s test p"): _p(cause.gray),
        phrase("Gray’s test p, stratified by matched set"): _p(cause.gray_stratified),
        phrase("Subdistribution hazard ratio (Fine–Gray)"): _ratio(cause.fine_gray),
        phrase("Fine–Gray p"): _ratio_p(cause.fine_gray),
        phrase("Cause-specific hazard ratio"): _ratio(cause.cause_specific),
        phrase("Cause-specific p"): _ratio_p(cause.cause_specific),
    }


def _p(test: GrayTest | None) -> str:
    return NOT_ESTIMATED if test is None else format_p(test.p_value)


def _ratio_p(ratio: SubdistributionHazardRatio | HazardRatio | None) -> str:
    return NOT_ESTIMATED if ratio is None else format_p(ratio.p_value)


def _ratio(ratio: SubdistributionHazardRatio | HazardRatio | None) -> str:
    if ratio is None:
        return NOT_ESTIMATED
    return format_ratio(ratio.hazard_ratio) + " (" + format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio) + ")"


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
            phrase(
                "at {time:g} {unit} {rate_treated} with {treated} and {rate_control} with {control}{difference}",
                time=row.time,
                unit=UNIT_NAMES[time_unit],
                rate_treated=format_percent(row.treated),
                treated=treated_label,
                rate_control=format_percent(row.control),
                control=control_label,
                difference=_difference_words(row),
            )
        )
    for name, ratio in (
        (phrase("subdistribution hazard ratio"), event.fine_gray),
        (phrase("cause-specific hazard ratio"), event.cause_specific),
    ):
        if ratio is not None:
            parts.append(phrase("{name} {ratio}", name=name, ratio=_ratio(ratio)))
    if event.gray is not None:
        p_value = _p(event.gray)
        parts.append(phrase("Gray’s test p {p}", p=p_value if p_value[0] in "<>" else f"= {p_value}"))
    told = join_phrases(parts, "; ") if parts else phrase("too few events to compare the arms")
    return phrase(
        "Cumulative incidence of {endpoint}, other events competing: {told}.", endpoint=found.endpoint, told=told
    )
