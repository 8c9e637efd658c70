"""Criteria crossed, responses over time, adverse events and evaluable patients: keys of the results file, and tables."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.design.design import Design
from analysis.errors import EstimationError
from analysis.outcomes.agreement import Agreement, Kappa
from analysis.outcomes.response_times import ArmTimeToResponse
from analysis.outcomes.safety import EventComparison, SafetyComparison
from analysis.outcomes.survival import KaplanMeierCurve
from analysis.study import StudyResult
from analysis.study.agreement import CriteriaAgreement, criteria_agreement, criteria_pairs
from analysis.study.evaluable import EvaluableResponses, evaluable_responses
from analysis.study.responses_over_time import (
    ResponsesOverTime,
    ending_endpoint,
    responses_over_time,
    timed_criteria,
)
from analysis.study.safety import compare_safety

Json = dict[str, Any]

_AGREEMENT = ("population", "first", "second", "arm", "first_response", "second_response", "patients")
_TIMES = (
    *("population", "criterion", "ends_with", "arm", "n", "n_responders", "n_ended_without_response", "n_censored"),
    *("time_median", "time_first_quartile", "time_third_quartile"),
    *("n_ended", "duration_median", "duration_median_ci_lower", "duration_median_ci_upper"),
)
_EVENTS = (
    *("population", "term", "lowest_grade", "count_treated", "n_treated", "rate_treated", "count_control", "n_control"),
    *("rate_control", "risk_difference", "ci_lower", "ci_upper", "test", "p_value", "adjusted_p_value"),
)


def response_document(result: StudyResult) -> Json:
    """What is told of response beside its rates, as plain values.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    dict
        ``agreement``, ``response_over_time``, ``adverse_events`` and ``response_evaluable``, each a list with an entry
        for each population, empty where the study has none; and ``scans_sha256``, the digest of the file of scans.
    """
    scans = result.patients.scans
    return {
        "scans_sha256": None if scans is None else scans.sha256,
        "agreement": [entry for when in _populations(result) for entry in _agreements(result, when)],
        "response_over_time": [entry for when in _populations(result) for entry in _over_time(result, when)],
        "adverse_events": [entry for when in _populations(result) for entry in _safety(result, when)],
        "response_evaluable": [entry for when in _populations(result) for entry in _evaluable(result, when)],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _When:
    name: str
    design: Design | None


def _populations(result: StudyResult) -> tuple[_When, _When]:
    return _When(name="before", design=None), _When(name="after", design=result.design)


def _agreements(result: StudyResult, when: _When) -> list[Json]:
    return [
        _agreement(criteria_agreement(result.patients, when.design, result.settings, first, second), when.name)
        for first, second in criteria_pairs(result.patients)
    ]


def _agreement(found: CriteriaAgreement, when: str) -> Json:
    return {
        "population": when,
        "first": found.first,
        "second": found.second,
        "both": _cross(found.both_arms),
        "treated": _cross(found.treated),
        "control": _cross(found.control),
    }


def _cross(found: Agreement | None) -> Json | None:
    if found is None:
        return None
    return {
        "n": found.n,
        "n_agree": found.n_agree,
        "categories": list(found.categories),
        "table": found.table.tolist(),
        "kappa": _kappa(found.kappa),
        "weighted_kappa": _kappa(found.weighted_kappa),
        "tests": [
            {
                "name": test.name,
                "chi_square": test.chi_square,
                "degrees_of_freedom": test.degrees_of_freedom,
                "p_value": test.p_value,
            }
            for test in found.tests
        ],
    }


def _kappa(kappa: Kappa | None) -> Json | None:
    if kappa is None:
        return None
    return {
        "weights": kappa.weights,
        "estimate": kappa.estimate,
        "ci_lower": kappa.ci_lower,
        "ci_upper": kappa.ci_upper,
        "standard_error": kappa.standard_error,
        "n": kappa.n,
    }


def _over_time(result: StudyResult, when: _When) -> list[Json]:
    entries = []
    ends_with = ending_endpoint(result.settings)
    for criterion in timed_criteria(result.patients):
        try:
            found = responses_over_time(result.patients, when.design, result.settings, criterion, ends_with)
        except EstimationError as error:
            reason = " ".join(error.problems)
            entries.append({"population": when.name, "criterion": criterion, "ends_with": ends_with, "reason": reason})
            continue
        if found is not None:
            entries.append(_course(found, when.name))
    return entries


def _course(found: ResponsesOverTime, when: str) -> Json:
    times, duration = found.time_to_response, found.duration
    return {
        "population": when,
        "criterion": found.criterion,
        "ends_with": found.ends_with,
        "reason": None,
        "treated": _arm_over_time(times.treated, duration.treated),
        "control": _arm_over_time(times.control, duration.control),
    }


def _arm_over_time(times: ArmTimeToResponse, curve: KaplanMeierCurve | None) -> Json:
    return {
        "n": times.n,
        "n_responders": times.n_responders,
        "n_ended_without_response": times.n_ended_without_response,
        "n_censored": times.n_censored,
        "time_median": times.median,
        "time_first_quartile": times.first_quartile,
        "time_third_quartile": times.third_quartile,
        "n_ended": None if curve is None else curve.n_total_events,
        "duration_median": None if curve is None else curve.median,
        "duration_median_ci_lower": None if curve is None else curve.median_ci_lower,
        "duration_median_ci_upper": None if curve is None else curve.median_ci_upper,
    }


def _safety(result: StudyResult, when: _When) -> list[Json]:
    try:
        found = compare_safety(result.patients, when.design, result.settings)
    except EstimationError:
        return []
    return [] if found is None else [_events(found, when.name)]


def _events(found: SafetyComparison, when: str) -> Json:
    return {
        "population": when,
        "n_treated": found.n_treated,
        "n_control": found.n_control,
        "method": found.method,
        "adjustment": found.adjustment,
        "terms": [_event(line) for line in (*found.any_grade, *found.severe)],
    }


def _event(line: EventComparison) -> Json:
    return {
        "term": line.term,
        "lowest_grade": line.lowest_grade,
        "count_treated": line.treated.rate.count,
        "n_treated": line.treated.n,
        "rate_treated": line.treated.rate.rate,
        "grades_treated": list(line.treated.grades),
        "count_control": line.control.rate.count,
        "n_control": line.control.n,
        "rate_control": line.control.rate.rate,
        "grades_control": list(line.control.grades),
        "risk_difference": line.risk_difference.estimate,
        "ci_lower": line.risk_difference.ci_lower,
        "ci_upper": line.risk_difference.ci_upper,
        "test": line.test,
        "p_value": line.p_value,
        "adjusted_p_value": line.adjusted_p_value,
    }


def _evaluable(result: StudyResult, when: _When) -> list[Json]:
    found = evaluable_responses(result.patients, when.design, result.settings)
    return [] if found is None else [_evaluated(found, name, when.name) for name in found.n_left_out]


def _evaluated(found: EvaluableResponses, name: str, when: str) -> Json:
    comparison = next(item.comparison for item in found.outcomes.response if item.name == name)
    treated, control = found.n_left_out[name]
    contrast = None if comparison is None else comparison.objective_response
    difference = None if contrast is None else contrast.risk_difference
    return {
        "population": when,
        "outcome": name,
        "n_left_out_treated": treated,
        "n_left_out_control": control,
        "n_treated": None if comparison is None else comparison.treated.n,
        "n_control": None if comparison is None else comparison.control.n,
        "rate_treated": None if comparison is None else comparison.treated.objective_response.rate,
        "rate_control": None if comparison is None else comparison.control.objective_response.rate,
        "risk_difference": None if difference is None else difference.estimate,
        "ci_lower": None if difference is None else difference.ci_lower,
        "ci_upper": None if difference is None else difference.ci_upper,
        "test": None if contrast is None else contrast.test.name,
        "p_value": None if contrast is None else contrast.test.p_value,
    }


def response_tables(document: Json) -> dict[str, pd.DataFrame]:
    """The tables of what `response_document` holds, hidden where it is hidden.

    Parameters
    ----------
    document : dict
        As `response_document` gives it, or with small counts hidden.

    Returns
    -------
    dict
        Of ``agreement``, ``response_times``, ``adverse_events`` and ``response_evaluable`` those that have rows.
    """
    found = {
        "agreement": pd.DataFrame(_cells(document), columns=list(_AGREEMENT)),
        "response_times": pd.DataFrame(_arms(document), columns=list(_TIMES)),
        "adverse_events": pd.DataFrame(
            [{"population": one["population"]} | term for one in document["adverse_events"] for term in one["terms"]],
            columns=list(_EVENTS),
        ),
        "response_evaluable": pd.DataFrame(document["response_evaluable"]),
    }
    return {name: table for name, table in found.items() if len(table)}


def _cells(document: Json) -> list[tuple[Any, ...]]:
    return [
        (one["population"], one["first"], one["second"], arm, first, second, cross["table"][row][column])
        for one in document["agreement"]
        for arm in ("both", "treated", "control")
        if (cross := one[arm]) is not None and cross["table"] is not None
        for row, first in enumerate(cross["categories"])
        for column, second in enumerate(cross["categories"])
    ]


def _arms(document: Json) -> list[Json]:
    return [
        {"population": one["population"], "criterion": one["criterion"], "ends_with": one["ends_with"], "arm": arm}
        | one[arm]
        for one in document["response_over_time"]
        if one["reason"] is None
        for arm in ("treated", "control")
    ]
