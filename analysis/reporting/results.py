"""The results file: one study as plain values, full precision, null where something is undefined or not reached."""

import json
import math
from collections import Counter
from typing import Any

import numpy as np

from analysis.cohort.dates import describe_censoring
from analysis.design.balance import CovariateBalance
from analysis.design.description import describe_design, estimand_sentence
from analysis.design.design import Design
from analysis.design.matched_sets import MatchedSets
from analysis.design.propensity import PropensityModel
from analysis.outcomes.cox import HazardRatio
from analysis.outcomes.logrank import LogRankTest
from analysis.outcomes.proportion import Rate
from analysis.outcomes.rate_contrast import RateContrast
from analysis.outcomes.rate_effects import Estimate
from analysis.outcomes.response import ArmResponse, ResponseComparison
from analysis.outcomes.rmst import RmstComparison
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.reporting.imputation_results import imputation_document
from analysis.reporting.software import software_versions
from analysis.reporting.suppressed_results import suppress_results
from analysis.settings import StudySettings, SurvivalEndpoint
from analysis.status import caliper_on_both_scales
from analysis.study import PooledResponse, PooledSurvival, ResponseOutcome, StudyResult, SurvivalOutcome
from analysis.study_file import study_values

FORMAT = "matched-cohort/1"
"""Keys may be added to this format, never renamed or removed."""

Json = dict[str, Any]


def results_document(result: StudyResult) -> Json:
    """Everything one run found, as values that JSON can hold.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    dict
        Strings, whole numbers, floats, booleans, lists, dictionaries and None only; no NaN and no infinity. The same
        cohort, study and software give the same document. Patients are named by their ids, as text.
    """
    labels = (result.patients.treated_label, result.patients.control_label)
    document = {
        "format": FORMAT,
        "study": study_values(result.settings),
        "software": software_versions(),
        "cohort_sha256": result.cohort_sha256,
        "notes": _notes(result),
        "flow": [
            {
                "step": step.step,
                "kind": step.kind,
                "treated": step.treated,
                "control": step.control,
                "other": step.other,
            }
            for step in result.flow
        ],
        "propensity": _propensity(result.propensity),
        "design": _design(result),
        "matching": None if result.matching is None else _matching(result, result.matching),
        "weighting": _weighting(result.design),
        "balance": _balance(result.balance),
        "balance_summary": _balance_summary(result.balance),
        "imputation": imputation_document(result.imputation),
        "survival": [
            {
                "outcome": before.name,
                "definition": _definition(endpoint, result.settings),
                "before": _survival(before.comparison, labels),
                "after": _survival(after.comparison, labels),
            }
            for endpoint, before, after in zip(
                result.settings.outcomes.survival, result.before.survival, result.after.survival, strict=True
            )
        ],
        "response": [
            {
                "outcome": before.name,
                "before": _response(before.comparison, labels),
                "after": _response(after.comparison, labels),
            }
            for before, after in zip(result.before.response, result.after.response, strict=True)
        ],
    }
    return _plain(document)


def _definition(endpoint: SurvivalEndpoint, settings: StudySettings) -> str | None:
    """The rule by which an endpoint was built from dates; None where the file has its times."""
    if endpoint.from_dates is None or settings.dates is None:
        return None
    return describe_censoring(endpoint, settings.dates)


def results_file(result: StudyResult) -> bytes:
    """The results file, the same from the command line and from the screen, with small counts hidden if asked for.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    bytes
        JSON in UTF-8.
    """
    document = suppress_results(results_document(result), result.settings.exports.suppress_below)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return (text + "\n").encode()


def _plain(value: Any) -> Any:
    """The value with numpy's types made Python's, and NaN and infinity made None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return value


def _notes(result: StudyResult) -> list[Json]:
    notes: list[Json] = [{"code": note.code, "text": note.text} for note in result.notes]
    for population, outcomes in (("before", result.before), ("after", result.after)):
        endpoints: list[SurvivalOutcome | ResponseOutcome] = [*outcomes.survival, *outcomes.response]
        notes += [
            {"code": note.code, "text": note.text, "outcome": outcome.name, "population": population}
            for outcome in endpoints
            for note in outcome.notes
        ]
    if result.imputation is not None:
        for population, pooled in (("before", result.imputation.before), ("after", result.imputation.after)):
            items: list[PooledSurvival | PooledResponse] = [*pooled.survival, *pooled.response]
            notes += [
                {"code": note.code, "text": note.text, "outcome": item.name, "population": population}
                for item in items
                for note in item.notes
            ]
    return notes


def _propensity(model: PropensityModel) -> Json:
    return {
        "coefficients": dict(zip(model.terms, model.coefficients, strict=True)),
        "standard_errors": dict(zip(model.terms, model.standard_errors, strict=True)),
        "c_statistic": model.c_statistic,
        "converged": model.converged,
        "n": model.n,
        "n_iterations": model.n_iterations,
        "dropped": list(model.dropped),
        "equipoise_share": model.equipoise_share,
        "equipoise_share_treated": model.equipoise_share_treated,
        "equipoise_share_control": model.equipoise_share_control,
        "patients_per_term": model.patients_per_term,
        "model": model.method,
    }


def _design(result: StudyResult) -> Json:
    design, patients = result.design, result.patients
    support = design.support
    return {
        "kind": design.kind,
        "method": design.method,
        "estimand": design.estimand,
        "sentence": describe_design(result.settings, design),
        "estimand_sentence": estimand_sentence(patients, design),
        "n_treated": design.n_treated,
        "n_control": design.n_control,
        "effective_sample_size": {
            "treated": design.effective_sample_size_treated,
            "control": design.effective_sample_size_control,
        },
        "left_out": {
            "treated": _reasons(design.reason, patients.treated),
            "control": _reasons(design.reason, ~patients.treated),
        },
        "support": None
        if support is None
        else {
            "method": support.method,
            "lower": support.lower,
            "upper": support.upper,
            "left_out_treated": support.n_left_out_treated,
            "left_out_control": support.n_left_out_control,
        },
    }


def _matching(result: StudyResult, sets: MatchedSets) -> Json:
    patients = result.patients
    width = caliper_on_both_scales(sets.caliper_width, result.propensity, patients, result.settings.matching)
    return {
        "caliper_width": sets.caliper_width,
        "caliper_width_on_logit": width.on_logit,
        "caliper_width_on_probability": width.on_probability,
        "n_sets": sets.n_sets,
        "n_treated": sets.n_treated,
        "n_control": sets.n_control,
        "effective_sample_size": {
            "treated": sets.effective_sample_size_treated,
            "control": sets.effective_sample_size_control,
        },
        "sets": _sets(sets, patients.treated, patients.identifier),
        "unmatched": _reasons(sets.reason, patients.treated),
        "unmatched_controls": _reasons(sets.reason, ~patients.treated),
    }


def _sets(sets: MatchedSets, treated: np.ndarray[Any, Any], identifier: np.ndarray[Any, Any]) -> list[Json]:
    """The members of each set: the patient it is built around by name, all of both arms, and the links' distances."""
    if sets.treated_row.size == 0:
        return _sets_without_links(sets, treated, identifier)
    members: list[dict[str, dict[Any, None]]] = [{"treated": {}, "control": {}} for _ in range(sets.n_sets)]
    distances: list[list[float]] = [[] for _ in range(sets.n_sets)]
    links = zip(
        sets.set_number.tolist(),
        identifier[sets.treated_row],
        identifier[sets.control_row],
        sets.link_distance.tolist(),
        strict=True,
    )
    for number, one, other, distance in links:
        members[number]["treated"][one] = None
        members[number]["control"][other] = None
        distances[number].append(distance)
    return [
        _set(list(member["treated"]), list(member["control"]), apart)
        for member, apart in zip(members, distances, strict=True)
    ]


def _sets_without_links(
    sets: MatchedSets, treated: np.ndarray[Any, Any], identifier: np.ndarray[Any, Any]
) -> list[Json]:
    members: list[tuple[list[Any], list[Any]]] = [([], []) for _ in range(sets.n_sets)]
    for row in np.flatnonzero(sets.subclass >= 0).tolist():
        members[sets.subclass[row]][0 if treated[row] else 1].append(identifier[row])
    return [_set(treated_ids, control_ids, []) for treated_ids, control_ids in members]


def _set(treated: list[Any], controls: list[Any], distances: list[float]) -> Json:
    return {
        "treated": treated[0] if len(treated) == 1 else None,
        "treated_patients": treated,
        "controls": controls,
        "distances": distances,
    }


def _reasons(reason: np.ndarray[Any, Any], arm: np.ndarray[Any, Any]) -> dict[str, int]:
    counts = Counter(words for words in reason[arm] if words is not None)
    return dict(sorted(counts.items()))


def _weighting(design: Design) -> Json | None:
    weighted = design.weighted
    if weighted is None:
        return None
    return {
        "method": weighted.method,
        "estimand": weighted.estimand,
        "stabilised": weighted.stabilised,
        "truncated_at": weighted.truncated_at,
        "n_truncated": weighted.n_truncated,
        "largest_share": {"treated": weighted.largest_share_treated, "control": weighted.largest_share_control},
        "effective_sample_size": {
            "treated": weighted.effective_sample_size_treated,
            "control": weighted.effective_sample_size_control,
        },
    }


def _balance(balance: CovariateBalance) -> list[Json]:
    rows = balance.to_table().to_dict(orient="records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _balance_summary(balance: CovariateBalance) -> Json:
    return {
        "largest_smd_before": balance.largest_smd_before,
        "largest_smd_after": balance.largest_smd_after,
        "chance_smd_before": balance.chance_smd_before,
        "chance_smd_after": balance.chance_smd_after,
    }


def _survival(comparison: SurvivalComparison | None, labels: tuple[str, str]) -> Json | None:
    if comparison is None:
        return None
    zph = comparison.proportional_hazards
    return {
        "arms": {
            "treated": _survival_arm(comparison.treated, labels[0]),
            "control": _survival_arm(comparison.control, labels[1]),
        },
        "log_rank": _log_rank(comparison.log_rank),
        "log_rank_stratified": _log_rank(comparison.log_rank_stratified),
        "log_rank_robust": _log_rank(comparison.log_rank_robust),
        "cox": _hazard_ratio(comparison.cox),
        "cox_stratified": _hazard_ratio(comparison.cox_stratified),
        "schoenfeld_p_value": None if zph is None else zph.p_value,
        "rmst": _rmst(comparison.rmst),
        "follow_up_median": comparison.follow_up_median,
    }


def _survival_arm(arm: ArmSurvival, label: str) -> Json:
    curve = arm.curve
    return {
        "label": label,
        "n": arm.n,
        "events": arm.n_events,
        "effective_n": curve.effective_n,
        "median": curve.median,
        "median_ci_lower": curve.median_ci_lower,
        "median_ci_upper": curve.median_ci_upper,
        "follow_up_median": arm.follow_up_median,
        "at": [
            {
                "time": at.time,
                "survival": at.survival,
                "ci_lower": at.ci_lower,
                "ci_upper": at.ci_upper,
                "at_risk": at.at_risk,
                "events": at.events,
                "censored": at.censored,
                "effective_at_risk": at.effective_at_risk,
            }
            for at in arm.at
        ],
    }


def _log_rank(test: LogRankTest | None) -> Json | None:
    return None if test is None else {"chi_square": test.chi_square, "p_value": test.p_value}


def _hazard_ratio(ratio: HazardRatio | None) -> Json | None:
    if ratio is None:
        return None
    return {
        "hazard_ratio": ratio.hazard_ratio,
        "ci_lower": ratio.ci_lower,
        "ci_upper": ratio.ci_upper,
        "p_value": ratio.p_value,
        "log_hazard_ratio": ratio.log_hazard_ratio,
        "standard_error": ratio.standard_error,
        "robust": ratio.robust,
    }


def _rmst(rmst: RmstComparison | None) -> Json | None:
    if rmst is None:
        return None
    return {
        "horizon": rmst.horizon,
        "treated": rmst.treated,
        "control": rmst.control,
        "difference": rmst.difference,
        "ci_lower": rmst.ci_lower,
        "ci_upper": rmst.ci_upper,
        "p_value": rmst.p_value,
    }


def _response(comparison: ResponseComparison | None, labels: tuple[str, str]) -> Json | None:
    if comparison is None:
        return None
    return {
        "arms": {
            "treated": _response_arm(comparison.treated, labels[0]),
            "control": _response_arm(comparison.control, labels[1]),
        },
        "objective_response": _contrast(comparison.objective_response),
        "disease_control": _contrast(comparison.disease_control),
    }


def _response_arm(arm: ArmResponse, label: str) -> Json:
    return {
        "label": label,
        "n": arm.n,
        "effective_sample_size": arm.effective_sample_size,
        "categories": arm.categories,
        "objective_response": _rate(arm.objective_response),
        "disease_control": _rate(arm.disease_control),
    }


def _rate(rate: Rate | None) -> Json | None:
    if rate is None:
        return None
    return {"count": rate.count, "rate": rate.rate, "ci_lower": rate.ci_lower, "ci_upper": rate.ci_upper}


def _contrast(contrast: RateContrast | None) -> Json | None:
    if contrast is None:
        return None
    return {
        "risk_difference": _estimate(contrast.risk_difference),
        "risk_ratio": _estimate(contrast.risk_ratio),
        "odds_ratio": _estimate(contrast.odds_ratio),
        "paired_difference": _estimate(contrast.paired_difference),
        "test": {"name": contrast.test.name, "p_value": contrast.test.p_value},
        "tests": contrast.tests,
    }


def _estimate(estimate: Estimate | None) -> Json | None:
    if estimate is None:
        return None
    return {"estimate": estimate.estimate, "ci_lower": estimate.ci_lower, "ci_upper": estimate.ci_upper}
