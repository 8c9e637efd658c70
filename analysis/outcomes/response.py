"""Objective response and disease control in two arms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.arm_weights import ArmWeights, OutcomeSums, arm_weights, outcome_sums
from analysis.outcomes.clustered_rates import ClusteredRates, clustered_rates
from analysis.outcomes.proportion import ProportionInterval, Rate, rate_among
from analysis.outcomes.rate_contrast import (
    MatchedPairs,
    RateContrast,
    complete_pairs,
    contrast_arms,
    undefined_ratio_notes,
)
from analysis.outcomes.rate_kernel import category_counts, category_weights
from analysis.outcomes.response_categories import CATEGORIES, category_codes
from analysis.outcomes.robust_rates import contrast_weighted_rates, robust_notes, robust_rate_among
from analysis.outcomes.words import CONTROL as CONTROL_ARM
from analysis.outcomes.words import TREATED, UNIT_NAMES
from analysis.phrases import join_phrases, phrase

RESPONSE, CONTROL = phrase("objective response"), phrase("disease control")

INTERVAL_NAMES: dict[ProportionInterval, str] = {
    "clopper-pearson": phrase("Clopper–Pearson"),
    "wilson": phrase("Wilson"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmResponse:
    """How one arm responded.

    Attributes
    ----------
    n : int
        All patients of the arm: the denominator of every rate.
    effective_sample_size : float or None
        How many equally weighted patients they are worth; None where their weights are equal.
    categories : dict or None
        Patients with best response CR, PR, SD, PD and NE, never weighted; None where only responders are known.
    category_shares : dict or None
        The weighted share of each category; None where weights are equal or categories unknown.
    objective_response : Rate
    disease_control : Rate or None
    """

    n: int
    effective_sample_size: float | None
    categories: dict[str, int] | None
    category_shares: dict[str, float] | None
    objective_response: Rate
    disease_control: Rate | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseComparison:
    """Response in the treated and in the control arm, and how they differ.

    Attributes
    ----------
    treated, control : ArmResponse
    objective_response : RateContrast
    disease_control : RateContrast or None
        None where disease control is not known.
    matched : bool
        Whether the patients came in matched sets.
    method : str
        Names of the intervals: of rates, differences and ratios.
    confidence_level : float
    notes : tuple of Note
    """

    treated: ArmResponse
    control: ArmResponse
    objective_response: RateContrast
    disease_control: RateContrast | None
    matched: bool
    method: str
    confidence_level: float
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Patients:
    """All patients given; those of weight 0 take no part."""

    objective_response: NDArray[np.bool_]
    disease_control: NDArray[np.bool_] | None
    code: NDArray[np.int8] | None
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64]
    subclass: NDArray[np.int64] | None
    arms: tuple[ArmWeights, ArmWeights]


def compare_response(
    objective_response: ArrayLike,
    disease_control: ArrayLike | None,
    category: ArrayLike | None,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    subclass: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    pairs: bool = False,
    robust: bool = False,
    confidence_level: float = 0.95,
    confidence_interval: ProportionInterval = "clopper-pearson",
) -> ResponseComparison:
    """Estimate response rates in two arms, and their difference, ratio and odds ratio, treated versus control.

    The denominator is every patient given: one who could not be assessed is a non-responder, not left out.
    The test to print is Fisher's exact test when any expected count is below 5, otherwise Pearson's chi-squared
    without continuity correction; all others stand beside it. Where weights differ within an arm, rates are weighted,
    their limits and those of the contrasts rest on Kish's effective sample sizes, and tests stay on unweighted counts,
    which a note says.

    With ``robust`` everything rests on the weighted rates and their sandwich covariance over the clusters: limits of
    rates on the logit scale, Wald limits of the difference, limits of the ratios on the logarithm, and as test the
    robust Wald test of the difference (:func:`~analysis.outcomes.robust_rates.contrast_weighted_rates`). No
    small-sample factor is applied and quantiles are normal, as for survival; package survey's variances are ours times
    n/(n − 1) with n clusters, and its quantiles those of a t-distribution.

    Parameters
    ----------
    objective_response : (n,) bool
        True for complete or partial response.
    disease_control : (n,) bool or None
        True for complete or partial response or stable disease.
    category : (n,) of str, or int8 of :func:`~analysis.outcomes.response_categories.category_codes`, or None
        Best response CR, PR, SD, PD or NE; a missing one counts as NE.
    treated : (n,) bool
        True for the treated arm.
    weights : (n,) float, optional
        At least 0; patients of weight 0 take no part.
    subclass : (n,) int, optional
        Number of the matched set, −1 outside any.
    cluster : (n,) int, optional
        Patients who belong together; used with ``robust`` only. By default the matched sets, or each patient on their
        own where there are none.
    pairs : bool
        Whether the sets are pairs, one treated and one control patient, nobody in two of them. Only then are
        the paired tests and the paired difference given.
    robust : bool
        Whether patients are weighted as a whole, so that counts say nothing; excludes ``pairs``.
    confidence_level : float
        Between 0 and 1.
    confidence_interval : {"clopper-pearson", "wilson"}
        Of the rates, unless ``robust``.

    Returns
    -------
    ResponseComparison

    Raises
    ------
    EstimationError
        When an arm has no patients, or when ``pairs`` is set and a set has two patients of one arm.

    Notes
    -----
    Source: Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I (difference).
    Tango 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B (pairs).
    Criteria: Eisenhauer et al. 2009, doi:10.1016/j.ejca.2008.10.026 (RECIST 1.1); Lencioni & Llovet 2010,
    doi:10.1055/s-0030-1247132 (mRECIST).

    Examples
    --------
    >>> treated = np.repeat([True, False], 25)
    >>> responder = np.concatenate([np.arange(25) < 10, np.arange(25) < 3])
    >>> comparison = compare_response(responder, None, None, treated)
    >>> comparison.treated.objective_response.rate, comparison.control.objective_response.rate
    (0.4, 0.12)
    >>> comparison.objective_response.test.name, round(comparison.objective_response.test.p_value, 3)
    ('Pearson chi-squared', 0.024)
    """
    if pairs and subclass is None:
        raise ValueError("pairs=True needs subclass")
    if pairs and robust:
        raise ValueError("pairs=True excludes robust=True")
    patients = _patients(objective_response, disease_control, category, treated, weights, subclass)
    _require_both_arms(patients.arms)
    matched_pairs = (
        complete_pairs(patients.treated, patients.subclass) if pairs and patients.subclass is not None else None
    )
    clustered = _clustered(patients, cluster) if robust else None

    outcomes = {RESPONSE: patients.objective_response, CONTROL: patients.disease_control}
    sums = {
        name: outcome_sums(outcome, patients.treated, patients.weights, patients.arms)
        for name, outcome in outcomes.items()
        if outcome is not None
    }

    def contrast(name: str, outcome: NDArray[np.bool_]) -> RateContrast:
        if clustered is None:
            return contrast_arms(outcome, sums[name], patients.arms, matched_pairs, confidence_level=confidence_level)
        kept = outcome[clustered.kept]
        return contrast_weighted_rates(
            kept, clustered.treated, clustered.weights, clustered.unit, confidence_level=confidence_level
        )

    response = contrast(RESPONSE, patients.objective_response)
    control = None if patients.disease_control is None else contrast(CONTROL, patients.disease_control)
    weighted = {} if clustered is None else _weighted_rates(patients, clustered)
    treated_arm, control_arm = _arm_responses(patients, sums, weighted, confidence_level, confidence_interval)
    return ResponseComparison(
        treated=treated_arm,
        control=control_arm,
        objective_response=response,
        disease_control=control,
        matched=subclass is not None,
        method=_method(clustered, confidence_interval),
        confidence_level=confidence_level,
        notes=_notes(patients, matched_pairs, weighted, response, control),
    )


def _patients(
    objective_response: ArrayLike,
    disease_control: ArrayLike | None,
    category: ArrayLike | None,
    treated: ArrayLike,
    weights: ArrayLike | None,
    subclass: ArrayLike | None,
) -> _Patients:
    arm = np.asarray(treated, dtype=bool)
    given = np.ones(arm.size) if weights is None else np.asarray(weights, dtype=np.float64)
    if weights is not None and not (given.min(initial=0.0) >= 0 and given.max(initial=0.0) < np.inf):
        raise ValueError("weights must be finite and at least 0")
    sets = None if subclass is None else np.asarray(subclass, dtype=np.int64)
    return _Patients(
        objective_response=np.asarray(objective_response, dtype=bool),
        disease_control=None if disease_control is None else np.asarray(disease_control, dtype=bool),
        code=None if category is None else category_codes(category),
        treated=arm,
        weights=given,
        subclass=sets if sets is None or weights is None else np.where(given > 0, sets, -1),
        arms=arm_weights(arm, given),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Clustered:
    """Those of the patients with a weight, and the units that vary independently."""

    kept: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64]
    unit: NDArray[np.int64] | None


def _clustered(patients: _Patients, cluster: ArrayLike | None) -> _Clustered:
    kept = patients.weights > 0
    units = _units(None if patients.subclass is None else patients.subclass[kept])
    if cluster is not None:
        units = np.unique(np.asarray(cluster)[kept], return_inverse=True)[1]
    return _Clustered(kept=kept, treated=patients.treated[kept], weights=patients.weights[kept], unit=units)


def _units(subclass: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """Matched sets, a patient in none of them on their own."""
    if subclass is None:
        return None
    units = subclass.copy()
    alone = subclass < 0
    units[alone] = -1 - np.arange(np.count_nonzero(alone))
    return units


def _weighted_rates(patients: _Patients, clustered: _Clustered) -> dict[str, ClusteredRates]:
    """Both arms' rate of every outcome, with the covariance that the clusters give them."""
    outcomes = {RESPONSE: patients.objective_response, CONTROL: patients.disease_control}
    return {
        name: clustered_rates(outcome[clustered.kept], clustered.treated, clustered.weights, clustered.unit)
        for name, outcome in outcomes.items()
        if outcome is not None
    }


def _require_both_arms(arms: tuple[ArmWeights, ArmWeights]) -> None:
    if not arms[0].n or not arms[1].n:
        raise EstimationError(
            phrase(
                "Response can be compared only when both arms have patients: the treated arm has "
                "{n_treated}, the control arm {n_control}. Check the arms' labels, the response column and the "
                "matching settings.",
                n_treated=arms[0].n,
                n_control=arms[1].n,
            )
        )


def _arm_responses(
    patients: _Patients,
    sums: dict[str, OutcomeSums],
    weighted: dict[str, ClusteredRates],
    confidence_level: float,
    confidence_interval: ProportionInterval,
) -> tuple[ArmResponse, ArmResponse]:
    rates = {
        name: _rates(found, patients.arms, weighted.get(name), confidence_level, confidence_interval)
        for name, found in sums.items()
    }
    counts: list[list[int]] | None = None
    masses: list[list[float]] = []
    if patients.code is not None:
        given = patients.code, patients.treated, patients.weights, len(CATEGORIES)
        counts = category_counts(*given).tolist()
        if patients.arms[0].differ or patients.arms[1].differ:
            masses = category_weights(*given).tolist()
    first, second = (
        ArmResponse(
            n=arm.n,
            effective_sample_size=arm.size if arm.differ else None,
            categories=None if counts is None else dict(zip(CATEGORIES, counts[side], strict=True)),
            category_shares=None
            if counts is None or not arm.differ
            else {label: total / arm.total for label, total in zip(CATEGORIES, masses[side], strict=True)},
            objective_response=rates[RESPONSE][side],
            disease_control=rates[CONTROL][side] if CONTROL in rates else None,
        )
        for side, arm in enumerate(patients.arms)
    )
    return first, second


def _rates(
    sums: OutcomeSums,
    arms: tuple[ArmWeights, ArmWeights],
    weighted: ClusteredRates | None,
    confidence_level: float,
    confidence_interval: ProportionInterval,
) -> tuple[Rate, Rate]:
    """The rate of one outcome in the treated and in the control arm."""
    if weighted is None:
        chosen = confidence_level, confidence_interval
        return (
            rate_among(sums.treated, sums.treated_share, arms[0].size, *chosen),
            rate_among(sums.control, sums.control_share, arms[1].size, *chosen),
        )
    return (
        robust_rate_among(sums.treated, arms[0].size, weighted.treated, weighted.variance_treated, confidence_level),
        robust_rate_among(sums.control, arms[1].size, weighted.control, weighted.variance_control, confidence_level),
    )


def _method(clustered: _Clustered | None, confidence_interval: ProportionInterval) -> str:
    if clustered is None:
        return phrase(
            "{interval} (rates), Newcombe (difference), logarithmic (ratios)",
            interval=INTERVAL_NAMES[confidence_interval],
        )
    several = clustered.unit is not None and np.unique(clustered.unit).size < clustered.unit.size
    return phrase(
        "logit (rates), Wald (difference), logarithmic (ratios), sandwich variance over {unit}",
        unit=UNIT_NAMES["clusters" if several else "patients"],
    )


def _notes(
    patients: _Patients,
    pairs: MatchedPairs | None,
    weighted: dict[str, ClusteredRates],
    response: RateContrast,
    control: RateContrast | None,
) -> tuple[Note, ...]:
    notes = [*_weighting_note(patients.arms, bool(weighted)), *_pairing_note(patients.arms, pairs)]
    for name, contrast in ((RESPONSE, response), (CONTROL, control)):
        if contrast is not None and name in weighted:
            notes += robust_notes(weighted[name], contrast, name)
        elif contrast is not None:
            notes += undefined_ratio_notes(contrast, name)
    return tuple(notes)


def _weighting_note(arms: tuple[ArmWeights, ArmWeights], robust: bool) -> list[Note]:
    unequal = [
        phrase("{arm} arm, {n} patients worth {effective:.1f}", arm=name, n=arm.n, effective=arm.size)
        for name, arm in zip((TREATED, CONTROL_ARM), arms, strict=True)
        if arm.differ
    ]
    if not unequal:
        return []
    text = phrase(
        "Weights differ within an arm ({arms}): rates are weighted, confidence intervals rest on these effective sizes, "
        "and tests are of the unweighted counts.",
        arms=join_phrases(unequal, "; "),
    )
    if robust:
        text = phrase(
            "Weights differ within an arm ({arms}): rates are weighted, and so are their confidence intervals and tests, "
            "which allow for the weights.",
            arms=join_phrases(unequal, "; "),
        )
    return [Note(code="weighted_rates", text=text)]


def _pairing_note(arms: tuple[ArmWeights, ArmWeights], pairs: MatchedPairs | None) -> list[Note]:
    if pairs is None:
        return []
    n_pairs = len(pairs.treated_row)
    alone = arms[0].n + arms[1].n - 2 * n_pairs
    if not alone:
        return []
    text = phrase(
        "Patients without their partner here: {alone}. Paired tests and the paired "
        "difference rest on complete pairs only, of which there are {n_pairs}.",
        alone=alone,
        n_pairs=n_pairs,
    )
    return [Note(code="incomplete_pairs", text=text)]
