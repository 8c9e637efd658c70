"""The results file: one study as plain values, full precision, null where something is undefined or not reached."""

import json
import math
from typing import Any

import numpy as np

from analysis.cohort.dates import describe_censoring
from analysis.design.balance import CovariateBalance
from analysis.notes import Note
from analysis.outcomes.cox import HazardRatio
from analysis.outcomes.logrank import LogRankTest
from analysis.outcomes.proportion import Rate
from analysis.outcomes.rate_contrast import RateContrast
from analysis.outcomes.rate_effects import Estimate
from analysis.outcomes.response import ArmResponse, ResponseComparison
from analysis.outcomes.rmst import MeanRatio, RmstComparison
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from analysis.reporting.centre_results import centre_document
from analysis.reporting.design_results import design_document
from analysis.reporting.findings import Findings, study_findings
from analysis.reporting.gate_results import gate_document, ledger_document
from analysis.reporting.imputation_results import imputation_document
from analysis.reporting.model_results import models_document
from analysis.reporting.pooled_results import pooled_effect_notes, pooled_effects_document
from analysis.reporting.robustness_results import robustness_document
from analysis.reporting.sensitivity_results import sensitivity_document
from analysis.reporting.software import software_versions
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.survival_moments import competing_note, median_values, moment_values
from analysis.reporting.survival_results import survival_results_document
from analysis.settings import StudySettings, SurvivalEndpoint
from analysis.study import PooledResponse, PooledSurvival, ResponseOutcome, StudyResult, SurvivalOutcome
from analysis.study.centres import CentreComparison
from analysis.study.competing import has_competing
from analysis.study.ledger import Ledger
from analysis.study_file import study_values

FORMAT = "matched-cohort/1"
"""Keys may be added to this format, never renamed or removed."""

Json = dict[str, Any]


def results_document(result: StudyResult, findings: Findings | None = None, ledger: Ledger | None = None) -> Json:
    """Everything one run found, as values that JSON can hold.

    Parameters
    ----------
    result : StudyResult
        One run.
    findings : Findings, optional
        What `study_findings` gives, where it is at hand.
    ledger : Ledger, optional
        Of the session; that of the run alone when absent.

    Returns
    -------
    dict
        Strings, whole numbers, floats, booleans, lists, dictionaries and None only; no NaN and no infinity. The same
        cohort, study and software give the same document. Patients are named by their ids, as text.
    """
    labels = (result.patients.treated_label, result.patients.control_label)
    found = findings or study_findings(result)
    document = {
        "format": FORMAT,
        "study": study_values(result.settings),
        "software": software_versions(),
        "cohort_sha256": result.cohort_sha256,
        "notes": [
            *_notes(result),
            *_further_notes(found.other_balance, found.centres),
            *found.survival.notes,
            *pooled_effect_notes(found.pooled),
        ],
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
        **design_document(result, found.other_balance),
        "gate": gate_document(result),
        "ledger": ledger_document(result, ledger),
        "centres": centre_document(found.centres),
        "imputation": imputation_document(result.imputation, pooled_effects_document(found.pooled)),
        "survival": [
            {
                "outcome": before.name,
                "definition": _definition(endpoint, result.settings),
                "before": _survival(before.comparison, labels, competing=has_competing(result.patients, before.name)),
                "after": _survival(after.comparison, labels, competing=has_competing(result.patients, after.name)),
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
        **survival_results_document(found.survival),
        **found.response,
        **models_document(found.models),
        **robustness_document(found.robustness, result.settings.cohort.time_unit),
        **sensitivity_document(found.sensitivity),
    }
    return _plain(document)


def _definition(endpoint: SurvivalEndpoint, settings: StudySettings) -> str | None:
    """The rule by which an endpoint was built from dates; None where the file has its times."""
    if endpoint.from_dates is None or settings.dates is None:
        return None
    return describe_censoring(endpoint, settings.dates)


def results_file(result: StudyResult, findings: Findings | None = None, ledger: Ledger | None = None) -> bytes:
    """The results file, the same from the command line and from the screen, with small counts hidden if asked for.

    Parameters
    ----------
    result : StudyResult
        One run.
    findings : Findings, optional
        What `study_findings` gives, where it is at hand.
    ledger : Ledger, optional
        Of the session; that of the run alone when absent.

    Returns
    -------
    bytes
        JSON in UTF-8.
    """
    document = suppress_results(results_document(result, findings, ledger), result.settings.exports.suppress_below)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    return (text + "\n").encode()


def _plain(value: Any) -> Any:
    """The value with numpy's types made Python's, and NaN and infinity made None; phrases as their text."""
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
    return str(value) if isinstance(value, str) else value


def _notes(result: StudyResult) -> list[Json]:
    notes: list[Json] = [{"code": note.code, "text": note.text} for note in result.notes]
    for population, outcomes in (("before", result.before), ("after", result.after)):
        endpoints: list[SurvivalOutcome | ResponseOutcome] = [*outcomes.survival, *outcomes.response]
        notes += [
            {"code": note.code, "text": note.text, "outcome": outcome.name, "population": population}
            for outcome in endpoints
            for note in (*outcome.notes, *_competing_notes(result, outcome))
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


def _competing_notes(result: StudyResult, outcome: SurvivalOutcome | ResponseOutcome) -> tuple[Note, ...]:
    told = isinstance(outcome, SurvivalOutcome) and outcome.comparison is not None
    return (competing_note(outcome.name),) if told and has_competing(result.patients, outcome.name) else ()


def _further_notes(other: CovariateBalance | None, centres: tuple[CentreComparison, ...]) -> list[Json]:
    """Notes of what is told of further columns and of centres; one of all endpoints is said once."""
    found = {note.text: note for note in (*(() if other is None else other.notes), *_notes_of(centres))}
    return [{"code": note.code, "text": note.text} for note in found.values()]


def _notes_of(centres: tuple[CentreComparison, ...]) -> list[Note]:
    return [note for comparison in centres for note in comparison.notes]


def _survival(comparison: SurvivalComparison | None, labels: tuple[str, str], *, competing: bool) -> Json | None:
    if comparison is None:
        return None
    zph = comparison.proportional_hazards
    return {
        "arms": {
            "treated": _survival_arm(comparison.treated, labels[0], competing=competing),
            "control": _survival_arm(comparison.control, labels[1], competing=competing),
        },
        "log_rank": _log_rank(comparison.log_rank),
        "log_rank_stratified": _log_rank(comparison.log_rank_stratified),
        "log_rank_robust": _log_rank(comparison.log_rank_robust),
        "cox": _hazard_ratio(comparison.cox),
        "cox_stratified": _hazard_ratio(comparison.cox_stratified),
        "schoenfeld_p_value": None if zph is None else zph.p_value,
        "rmst": None if competing else _rmst(comparison.rmst),
        "follow_up_median": comparison.follow_up_median,
    }


def _survival_arm(arm: ArmSurvival, label: str, *, competing: bool) -> Json:
    curve = arm.curve
    return {
        "label": label,
        "n": arm.n,
        "events": arm.n_events,
        "effective_n": curve.effective_n,
        **median_values(curve, competing=competing),
        "follow_up_median": arm.follow_up_median,
        "at": [moment_values(arm, moment, competing=competing) for moment in arm.at],
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
        "ratio": None if rmst.ratio is None else _mean_ratio(rmst.ratio),
    }


def _mean_ratio(ratio: MeanRatio) -> Json:
    return {"estimate": ratio.ratio, "ci_lower": ratio.ci_lower, "ci_upper": ratio.ci_upper, "p_value": ratio.p_value}


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
