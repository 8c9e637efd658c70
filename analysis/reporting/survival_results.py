"""Differences, competing risks and landmark: keys of the results file, and tables of a row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.outcomes.milestones import MilestoneDifference
from analysis.reporting.competing_results import (
    competing_risk_rows,
    competing_values,
    hides,
    picked,
    ratio_values,
)
from analysis.reporting.suppression import hidden_milestones, is_active, is_small
from analysis.study import StudyResult
from analysis.study.competing import CompetingComparison, compare_competing
from analysis.study.differences import EndpointDifferences, TimeDifference, endpoint_differences
from analysis.study.landmark import LandmarkComparison, compare_from_landmark

Json = dict[str, Any]
Found = TypeVar("Found")

POPULATIONS = ("before", "after")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalResults:
    """What a run says of its survival endpoints beyond curves, tests and models.

    Attributes
    ----------
    differences, competing, landmark : dict
        Endpoint and population to what was found; absent where the study or the data do not give it.
    notes : tuple of dict
        ``code``, ``text``, ``outcome``, ``population``: what to mind, and why something is absent.
    hidden : dict
        Endpoint and population to the milestones at which an arm's counts are hidden; None where an arm has so few
        events or patients that every estimate is.
    known : dict
        Endpoint and population to patients, events and responders of both arms together, told elsewhere.
    below : int
        Counts from 1 to ``below`` − 1 are hidden, and every estimate that rests on them.
    """

    differences: Mapping[tuple[str, str], EndpointDifferences]
    competing: Mapping[tuple[str, str], CompetingComparison]
    landmark: Mapping[tuple[str, str], LandmarkComparison]
    notes: tuple[Json, ...]
    hidden: Mapping[tuple[str, str], set[float] | None]
    known: Mapping[tuple[str, str], tuple[int, int, int]]
    below: int


def survival_results(result: StudyResult) -> SurvivalResults:
    """Compute what a run says of its survival endpoints beyond curves, tests and models.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    SurvivalResults
        Differences and landmarks of endpoints with competing events, and a landmark that the study does not name, are
        absent.
    """
    notes: list[Json] = []
    asked = result.settings.outcomes.landmark is not None
    plain = [item.name for item in result.patients.endpoints if item.competing is None]
    rivalled = [item.name for item in result.patients.endpoints if item.competing is not None]
    return SurvivalResults(
        differences=_collected(result, plain, endpoint_differences, notes),
        competing=_collected(result, rivalled, compare_competing, notes),
        landmark=_collected(result, plain if asked else [], compare_from_landmark, notes),
        notes=tuple(notes),
        hidden=_hidden(result),
        known=_known(result),
        below=result.settings.exports.suppress_below,
    )


def _hidden(result: StudyResult) -> dict[tuple[str, str], set[float] | None]:
    """Where the counts behind a difference are hidden, by the rules of the curves it is read from."""
    below = result.settings.exports.suppress_below
    found: dict[tuple[str, str], set[float] | None] = {}
    for population, outcomes in zip(POPULATIONS, (result.before, result.after), strict=True):
        for outcome in outcomes.survival if is_active(below) else ():
            if outcome.comparison is None:
                continue
            times: set[float] = set()
            few = False
            for arm in (outcome.comparison.treated, outcome.comparison.control):
                if is_small(arm.n, below) or is_small(arm.n_events, below):
                    few = True
                counts = [(at.at_risk, at.events, at.censored) for at in arm.at]
                hide = hidden_milestones(counts, arm.n, arm.n_events, below)
                times |= {at.time for at, small in zip(arm.at, hide, strict=True) if small}
            found[outcome.name, population] = None if few else times
    return found


def _known(result: StudyResult) -> dict[tuple[str, str], tuple[int, int, int]]:
    """What follows of a landmark's patients from other tables: with those of the landmark, how many it leaves out."""
    asked = result.settings.outcomes.landmark
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for population, outcomes in zip(POPULATIONS, (result.before, result.after), strict=True):
        responses = [item.comparison for item in outcomes.response if asked is not None and item.name == asked.response]
        responders = sum(
            arm.objective_response.count
            for comparison in responses
            if comparison is not None
            for arm in (comparison.treated, comparison.control)
        )
        for outcome in outcomes.survival:
            if outcome.comparison is not None:
                arms = (outcome.comparison.treated, outcome.comparison.control)
                found[outcome.name, population] = (
                    sum(arm.n for arm in arms),
                    sum(arm.n_events for arm in arms),
                    responders,
                )
    return found


def _collected(
    result: StudyResult, names: list[str], make: Callable[..., Found | None], notes: list[Json]
) -> dict[tuple[str, str], Found]:
    found: dict[tuple[str, str], Found] = {}
    designs: tuple[Design | None, ...] = (None, result.design)
    for name in names:
        for population, design in zip(POPULATIONS, designs, strict=True):
            where = {"outcome": name, "population": population}
            try:
                one: Any = make(result.patients, design, result.settings, name)
            except EstimationError as error:
                notes += [{"code": "not_estimable", "text": text} | where for text in error.problems]
                continue
            found[name, population] = one
            notes += [{"code": note.code, "text": note.text} | where for note in one.notes]
    return found


def survival_results_document(found: SurvivalResults) -> Json:
    """The keys ``differences``, ``competing_risks`` and ``landmark`` of the results file, small counts hidden.

    Parameters
    ----------
    found : SurvivalResults
        Of one run.

    Returns
    -------
    dict
    """
    differences = {
        key: None if (times := found.hidden.get(key, set())) is None else _differences(one, times)
        for key, one in found.differences.items()
    }
    return {
        "differences": _by_endpoint(differences),
        "competing_risks": _by_endpoint(
            {key: competing_values(one, found.below) for key, one in found.competing.items()}
        ),
        "landmark": _by_endpoint(
            {key: _landmark(one, found.known.get(key), found.below) for key, one in found.landmark.items()}
        ),
    }


def _by_endpoint(found: Mapping[tuple[str, str], Json | None]) -> list[Json]:
    names = list(dict.fromkeys(name for name, _ in found))
    return [{"outcome": name} | {when: found.get((name, when)) for when in POPULATIONS} for name in names]


def _differences(found: EndpointDifferences, hidden: set[float]) -> Json:
    return {
        "milestones": [_milestone(row) for row in found.milestones if row.time not in hidden],
        "median": _time(found.median),
        "rmst": None if found.rmst is None else {"horizon": found.horizon} | (_time(found.rmst) or {}),
        "resamples": found.resamples,
        "seed": found.seed,
    }


def _milestone(row: MilestoneDifference) -> Json:
    names = ("time", "treated", "control", "difference", "ci_lower", "ci_upper", "p_value", "standard_error", "method")
    return {name: getattr(row, name) for name in names}


def _time(found: TimeDifference | None) -> Json | None:
    if found is None:
        return None
    names = ("treated", "control", "difference", "ci_lower", "ci_upper", "p_value", "method")
    return {name: getattr(found, name) for name in names}


def _landmark(found: LandmarkComparison, known: tuple[int, int, int] | None, below: int) -> Json | None:
    kept, groups = found.kept, (found.comparison.treated, found.comparison.control)
    if hides(below, *_landmark_counts(found, known)):
        return None
    test = found.comparison.log_rank or found.comparison.log_rank_robust
    return {
        "time": kept.landmark_time,
        "response": found.response,
        "n": kept.n,
        "n_events_before": kept.n_events_before,
        "n_censored_before": kept.n_censored_before,
        "n_responded_later": kept.n_known_later,
        "groups": {
            name: {"n": group.n, "events": group.n_events, "median": group.curve.median}
            for name, group in zip(("responded", "others"), groups, strict=True)
        },
        "cox": ratio_values(found.comparison.cox),
        "log_rank": None if test is None else {"chi_square": test.chi_square, "p_value": test.p_value},
    }


def _landmark_counts(found: LandmarkComparison, known: tuple[int, int, int] | None) -> list[int]:
    """Every count a landmark tells, and every one that follows from it and from the tables of all patients."""
    kept, groups = found.kept, (found.comparison.treated, found.comparison.control)
    counts = [kept.n, kept.n_events_before, kept.n_censored_before, kept.n_known_later, found.n_undated]
    counts += [count for group in groups for count in (group.n, group.n_events, group.n - group.n_events)]
    counts.append(groups[1].n - kept.n_known_later)
    if known is not None:
        n, events, responders = known
        counts.append(n - kept.n - kept.n_events_before - kept.n_censored_before)
        counts.append(events - kept.n_events_before - groups[0].n_events - groups[1].n_events)
        counts.append(responders - groups[0].n - kept.n_known_later)
    return counts


def survival_results_tables(found: SurvivalResults) -> dict[str, pd.DataFrame]:
    """The tables ``differences``, ``competing_risks`` and ``landmark``, those that have rows, small counts hidden.

    Parameters
    ----------
    found : SurvivalResults
        Of one run.

    Returns
    -------
    dict
        By the name of the file.
    """
    document = survival_results_document(found)
    tables = {
        "differences": pd.DataFrame(
            [_outcome(item, when) | row for item, when, one in _views(document["differences"]) for row in _rows(one)],
        ),
        "competing_risks": pd.DataFrame(
            [
                _outcome(item, when) | row
                for item, when, one in _views(document["competing_risks"])
                for row in competing_risk_rows(one)
            ],
        ),
        "landmark": pd.DataFrame(
            [_outcome(item, when) | _landmark_row(one) for item, when, one in _views(document["landmark"])]
        ),
    }
    return {name: table for name, table in tables.items() if len(table)}


def _views(items: list[Json]) -> list[tuple[str, str, Json]]:
    return [(item["outcome"], when, item[when]) for item in items for when in POPULATIONS if item[when] is not None]


def _outcome(name: str, population: str) -> Json:
    return {"outcome": name, "population": population}


_DIFFERENCE = ("treated", "control", "difference", "ci_lower", "ci_upper", "p_value", "method")


def _rows(one: Json) -> list[Json]:
    rows = [
        {"measure": "survival", "time": row["time"]} | {name: row[name] for name in _DIFFERENCE}
        for row in one["milestones"]
    ]
    for measure in ("median", "rmst"):
        if one[measure] is not None:
            found = one[measure]
            rows.append(
                {"measure": measure, "time": found.get("horizon")} | {name: found[name] for name in _DIFFERENCE}
            )
    return rows


def _landmark_row(one: Json) -> Json:
    row = {
        key: one[key] for key in ("time", "response", "n", "n_events_before", "n_censored_before", "n_responded_later")
    }
    for name, group in one["groups"].items():
        row |= {f"{key}_{name}": group[key] for key in ("n", "events", "median")}
    row |= picked(one["cox"] or {}, ("hazard_ratio", "ci_lower", "ci_upper", "p_value"), "hazard_ratio")
    return row | {"log_rank_p_value": None if one["log_rank"] is None else one["log_rank"]["p_value"]}


def differences_rows(found: Mapping[str, EndpointDifferences]) -> pd.DataFrame:
    """Absolute differences of one endpoint as a table of full precision, by population."""
    rows = [{"population": name} | row for name, one in found.items() for row in _rows(_differences(one, set()))]
    return pd.DataFrame(rows)
