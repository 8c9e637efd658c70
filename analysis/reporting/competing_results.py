"""Competing risks in the results file: keys of an endpoint, and rows of its table, small counts hidden."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.outcomes.competing import GrayTest, IncidenceAt, IncidenceDifference, SubdistributionHazardRatio
from analysis.outcomes.cox import HazardRatio
from analysis.reporting.suppression import hidden_milestones, is_active, is_small
from analysis.study.competing import CauseComparison, CompetingComparison

Json = dict[str, Any]


def hides(below: int, *counts: int) -> bool:
    """True where one of the counts must not be told."""
    return is_active(below) and any(is_small(count, below) for count in counts)


def competing_values(found: CompetingComparison, below: int) -> Json | None:
    """One endpoint in one population; None where its totals are too small to be told."""
    arms = (found.event.treated, found.event.control)
    parts = [(arm.n, arm.n_total_events, arm.n_total_competing) for arm in arms]
    if any(hides(below, n, events, competing, n - events - competing) for n, events, competing in parts):
        return None
    return {
        "event": _cause(found.event, below),
        "competing": _cause(found.competing, below),
        "n_treated": found.n_treated,
        "n_control": found.n_control,
        "method": found.method,
    }


def _cause(found: CauseComparison, below: int) -> Json:
    return {
        "events_treated": found.treated.n_total_events,
        "events_control": found.control.n_total_events,
        "at": [
            {
                "time": treated.time,
                "treated": _incidence(treated),
                "control": _incidence(control),
                "difference": _incidence_difference(difference),
            }
            for (treated, control), difference, hide in zip(
                found.at, found.differences, _hidden_moments(found, below), strict=True
            )
            if not hide
        ],
        "gray": _gray(found.gray),
        "gray_stratified": _gray(found.gray_stratified),
        "fine_gray": ratio_values(found.fine_gray),
        "cause_specific": ratio_values(found.cause_specific),
    }


def _hidden_moments(found: CauseComparison, below: int) -> list[bool]:
    """Which milestones would give a small count of an arm away, of either cause."""
    hidden = [False] * len(found.at)
    for place, arm in enumerate((found.treated, found.control)):
        moments = [pair[place] for pair in found.at] if is_active(below) else []
        for events, others in (("events", "competing"), ("competing", "events")):
            counts = [(at.at_risk, getattr(at, events), getattr(at, others) + at.censored) for at in moments]
            total = arm.n_total_events if events == "events" else arm.n_total_competing
            hide = hidden_milestones(counts, arm.n, total, below)
            hidden = [small or known for small, known in zip(hide, hidden, strict=True)] if hide else hidden
    return hidden


def _incidence(moment: IncidenceAt) -> Json:
    names = ("incidence", "ci_lower", "ci_upper", "at_risk", "events", "competing", "censored", "effective_at_risk")
    return {name: getattr(moment, name) for name in names}


def _incidence_difference(found: IncidenceDifference) -> Json:
    names = ("difference", "ci_lower", "ci_upper", "p_value", "standard_error", "method")
    return {name: getattr(found, name) for name in names}


def _gray(test: GrayTest | None) -> Json | None:
    return None if test is None else {"chi_square": test.chi_square, "p_value": test.p_value}


def ratio_values(ratio: SubdistributionHazardRatio | HazardRatio | None) -> Json | None:
    """A hazard ratio with limits, p and its logarithm; None where there is none."""
    if ratio is None:
        return None
    names = ("hazard_ratio", "ci_lower", "ci_upper", "p_value", "log_hazard_ratio", "standard_error")
    return {name: getattr(ratio, name) for name in names}


def competing_risk_rows(one: Json) -> list[Json]:
    """A row for each ratio, test, incidence of an arm at a milestone, and difference, of what `competing_values` gives."""
    rows = []
    for cause in ("event", "competing"):
        found = one[cause]
        for name in ("fine_gray", "cause_specific"):
            ratio = found[name] or {}
            keys = ("hazard_ratio", "ci_lower", "ci_upper", "p_value")
            rows.append({"cause": cause, "measure": name, "time": None, "arm": None} | picked(ratio, keys, "estimate"))
        for name in ("gray", "gray_stratified"):
            if found[name] is not None:
                rows.append({"cause": cause, "measure": name, "p_value": found[name]["p_value"]})
        for moment in found["at"]:
            for arm in ("treated", "control"):
                values = picked(moment[arm], ("incidence", "ci_lower", "ci_upper"), "estimate")
                counts = {key: moment[arm][key] for key in ("at_risk", "events", "competing", "censored")}
                rows.append(
                    {"cause": cause, "measure": "incidence", "time": moment["time"], "arm": arm} | values | counts
                )
            values = picked(moment["difference"], ("difference", "ci_lower", "ci_upper", "p_value"), "estimate")
            rows.append({"cause": cause, "measure": "incidence_difference", "time": moment["time"]} | values)
    return rows


def picked(values: Json, keys: tuple[str, ...], first: str) -> Json:
    """The values of these keys, the first of them under another name."""
    return {first if place == 0 else key: values.get(key) for place, key in enumerate(keys)}


def competing_table_rows(found: Mapping[str, CompetingComparison]) -> pd.DataFrame:
    """Competing risks of one endpoint as a table of full precision, by population."""
    rows = [
        {"population": name} | row
        for name, one in found.items()
        for row in competing_risk_rows(competing_values(one, 0) or {})
    ]
    return pd.DataFrame(rows)
