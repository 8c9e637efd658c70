"""The design in the results file: score, sets or weights, who was left out, and balance."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design.balance import CovariateBalance, describe_convention, software_like
from analysis.design.calibration import Calibration, calibration
from analysis.design.description import describe_design, describe_score, estimand_sentence, target_population
from analysis.design.design import Design
from analysis.design.matched_sets import MatchedSets
from analysis.settings import BalanceSettings
from analysis.status import caliper_on_both_scales
from analysis.study import StudyResult

Json = dict[str, Any]


def design_document(result: StudyResult, other: CovariateBalance | None) -> Json:
    """How the arms were made comparable and how far that went, as plain values.

    Parameters
    ----------
    result : StudyResult
        One run.
    other : CovariateBalance or None
        Of the columns that are no covariates.

    Returns
    -------
    dict
        The keys propensity, design, matching, weighting, balance, balance_summary and balance_other.
    """
    return {
        "propensity": _propensity(result),
        "design": _design(result),
        "matching": None if result.matching is None else _matching(result, result.matching),
        "weighting": _weighting(result.design),
        "balance": _balance(result.balance),
        "balance_summary": _balance_summary(result.balance),
        "balance_other": None if other is None else _other_balance(other),
    }


def _propensity(result: StudyResult) -> Json:
    model = result.propensity
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
        "sentence": describe_score(result.settings.propensity),
        "penalty": model.penalty,
        "n_folds": model.n_folds,
        "seed": model.seed,
        "knots": {column: list(knots) for column, knots in model.knots},
        "calibration": _calibration(calibration(model.propensity_score, result.patients.treated)),
    }


def _calibration(found: Calibration) -> Json:
    return {
        "intercept": found.intercept,
        "slope": found.slope,
        "slope_standard_error": found.slope_standard_error,
        "in_the_large": found.in_the_large,
        "brier_score": found.brier_score,
        "groups": found.to_table().to_dict(orient="records"),
    }


def _design(result: StudyResult) -> Json:
    design, patients = result.design, result.patients
    support = design.support
    return {
        "kind": design.kind,
        "method": design.method,
        "estimand": design.estimand,
        "target": target_population(design),
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


def _sets(sets: MatchedSets, treated: NDArray[np.bool_], identifier: NDArray[np.object_]) -> list[Json]:
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


def _sets_without_links(sets: MatchedSets, treated: NDArray[np.bool_], identifier: NDArray[np.object_]) -> list[Json]:
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


def _reasons(reason: NDArray[np.object_], arm: NDArray[np.bool_]) -> dict[str, int]:
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


def _other_balance(balance: CovariateBalance) -> list[Json]:
    return [{"n_missing": 0} | row for row in _balance(balance)]


def _balance_summary(balance: CovariateBalance) -> Json:
    return {
        "largest_smd_before": balance.largest_smd_before,
        "largest_smd_after": balance.largest_smd_after,
        "chance_smd_before": balance.chance_smd_before,
        "chance_smd_after": balance.chance_smd_after,
        "convention": _convention(balance.convention),
    }


def _convention(convention: BalanceSettings) -> Json:
    return {
        "denominator": convention.denominator,
        "after": convention.after,
        "binary": convention.binary,
        "in_words": describe_convention(convention),
        "as_in": [
            f"{software.name}. {software.differs}" if software.differs else software.name
            for software in software_like(convention)
        ],
    }
