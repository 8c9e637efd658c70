"""Objective response and disease control in two arms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.clustered_rates import ClusteredRates, clustered_rates
from analysis.outcomes.proportion import (
    ProportionInterval,
    Rate,
    effective_sample_size,
    equal_weights,
    estimate_rate,
    weighted_share,
)
from analysis.outcomes.rate_contrast import (
    MatchedPairs,
    RateContrast,
    complete_pairs,
    contrast_rates,
    undefined_ratio_notes,
)
from analysis.outcomes.robust_rates import contrast_weighted_rates, robust_notes, robust_rate

CATEGORIES = ("CR", "PR", "SD", "PD", "NE")

RESPONSE, CONTROL = "objective response", "disease control"

INTERVAL_NAMES: dict[ProportionInterval, str] = {"clopper-pearson": "Clopper–Pearson", "wilson": "Wilson"}


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
    objective_response: NDArray[np.bool_]
    disease_control: NDArray[np.bool_] | None
    category: NDArray[np.object_] | None
    treated: NDArray[np.bool_]
    weights: NDArray[np.float64] | None
    subclass: NDArray[np.int64] | None
    unit: NDArray[np.int64] | None


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
    category : (n,) of str or None
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
    patients = _patients_with_weight(objective_response, disease_control, category, treated, weights, subclass, cluster)
    _require_both_arms(patients.treated)
    matched_pairs = (
        complete_pairs(patients.treated, patients.subclass) if pairs and patients.subclass is not None else None
    )

    def contrast(outcome: NDArray[np.bool_]) -> RateContrast:
        if robust:
            return contrast_weighted_rates(
                outcome, patients.treated, _weights(patients), patients.unit, confidence_level=confidence_level
            )
        return contrast_rates(
            outcome, patients.treated, patients.weights, matched_pairs, confidence_level=confidence_level
        )

    weighted = _weighted_rates(patients) if robust else {}
    response = contrast(patients.objective_response)
    control = None if patients.disease_control is None else contrast(patients.disease_control)
    return ResponseComparison(
        treated=_arm_response(patients, True, weighted, confidence_level, confidence_interval),
        control=_arm_response(patients, False, weighted, confidence_level, confidence_interval),
        objective_response=response,
        disease_control=control,
        matched=subclass is not None,
        method=_method(patients, robust, confidence_interval),
        confidence_level=confidence_level,
        notes=_notes(patients, matched_pairs, weighted, response, control),
    )


def _patients_with_weight(
    objective_response: ArrayLike,
    disease_control: ArrayLike | None,
    category: ArrayLike | None,
    treated: ArrayLike,
    weights: ArrayLike | None,
    subclass: ArrayLike | None,
    cluster: ArrayLike | None,
) -> _Patients:
    arm = np.asarray(treated, dtype=bool)
    given = None if weights is None else np.asarray(weights, dtype=np.float64)
    if given is not None and not np.all(np.isfinite(given) & (given >= 0)):
        raise ValueError("weights must be finite and at least 0")
    kept = np.ones(len(arm), dtype=bool) if given is None else given > 0
    sets = None if subclass is None else np.asarray(subclass, dtype=np.int64)[kept]
    return _Patients(
        objective_response=np.asarray(objective_response, dtype=bool)[kept],
        disease_control=None if disease_control is None else np.asarray(disease_control, dtype=bool)[kept],
        category=None if category is None else np.asarray(category, dtype=object)[kept],
        treated=arm[kept],
        weights=None if given is None else given[kept],
        subclass=sets,
        unit=_units(sets) if cluster is None else np.unique(np.asarray(cluster)[kept], return_inverse=True)[1],
    )


def _units(subclass: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """Matched sets, a patient in none of them on their own."""
    if subclass is None:
        return None
    units = subclass.copy()
    alone = subclass < 0
    units[alone] = -1 - np.arange(np.count_nonzero(alone))
    return units


def _weighted_rates(patients: _Patients) -> dict[str, ClusteredRates]:
    """Both arms' rate of every outcome, with the covariance that the clusters give them."""
    outcomes = {RESPONSE: patients.objective_response, CONTROL: patients.disease_control}
    return {
        name: clustered_rates(outcome, patients.treated, _weights(patients), patients.unit)
        for name, outcome in outcomes.items()
        if outcome is not None
    }


def _weights(patients: _Patients) -> NDArray[np.float64]:
    return np.ones(patients.treated.size) if patients.weights is None else patients.weights


def _require_both_arms(treated: NDArray[np.bool_]) -> None:
    n_treated, n_control = int(np.count_nonzero(treated)), int(np.count_nonzero(~treated))
    if not n_treated or not n_control:
        raise EstimationError(
            "Response can be compared only when both arms have patients: "
            f"the treated arm has {n_treated}, the control arm {n_control}. "
            "Check the arms' labels, the response column and the matching settings."
        )


def _arm_response(
    patients: _Patients,
    treated: bool,
    weighted: dict[str, ClusteredRates],
    confidence_level: float,
    confidence_interval: ProportionInterval,
) -> ArmResponse:
    arm = patients.treated == treated
    weights = None if patients.weights is None or equal_weights(patients.weights[arm]) else patients.weights[arm]
    members = None if patients.category is None else _members(patients.category[arm])

    def rate(name: str, outcome: NDArray[np.bool_]) -> Rate:
        if name in weighted:
            both = weighted[name]
            share = both.treated if treated else both.control
            variance = both.variance_treated if treated else both.variance_control
            return robust_rate(outcome[arm], _weights(patients)[arm], share, variance, confidence_level)
        return estimate_rate(
            outcome[arm], weights, confidence_level=confidence_level, confidence_interval=confidence_interval
        )

    return ArmResponse(
        n=int(np.count_nonzero(arm)),
        effective_sample_size=None if weights is None else effective_sample_size(weights),
        categories=None if members is None else {label: int(np.count_nonzero(own)) for label, own in members.items()},
        category_shares=None
        if members is None or weights is None
        else {label: weighted_share(own, weights) for label, own in members.items()},
        objective_response=rate(RESPONSE, patients.objective_response),
        disease_control=None if patients.disease_control is None else rate(CONTROL, patients.disease_control),
    )


def _members(category: NDArray[np.object_]) -> dict[str, NDArray[np.bool_]]:
    assessed = {label: category == label for label in CATEGORIES if label != "NE"}
    unassessed = ~np.logical_or.reduce(list(assessed.values()))
    strange = sum(label is not None and label == label and label != "NE" for label in category[unassessed])
    if strange:
        raise ValueError(f"{strange} best responses are none of {', '.join(CATEGORIES)}")
    return {**assessed, "NE": unassessed}


def _method(patients: _Patients, robust: bool, confidence_interval: ProportionInterval) -> str:
    if not robust:
        return f"{INTERVAL_NAMES[confidence_interval]} (rates), Newcombe (difference), logarithmic (ratios)"
    several = patients.unit is not None and np.unique(patients.unit).size < patients.unit.size
    return (
        "logit (rates), Wald (difference), logarithmic (ratios), "
        f"sandwich variance over {'clusters' if several else 'patients'}"
    )


def _notes(
    patients: _Patients,
    pairs: MatchedPairs | None,
    weighted: dict[str, ClusteredRates],
    response: RateContrast,
    control: RateContrast | None,
) -> tuple[Note, ...]:
    notes = [*_weighting_note(patients, bool(weighted)), *_pairing_note(patients, pairs)]
    for name, contrast in ((RESPONSE, response), (CONTROL, control)):
        if contrast is not None and name in weighted:
            notes += robust_notes(weighted[name], contrast, name)
        elif contrast is not None:
            notes += undefined_ratio_notes(contrast, name)
    return tuple(notes)


def _weighting_note(patients: _Patients, robust: bool) -> list[Note]:
    if patients.weights is None:
        return []
    arms = {"treated": patients.weights[patients.treated], "control": patients.weights[~patients.treated]}
    unequal = [
        f"{name} arm, {len(weights)} patients worth {effective_sample_size(weights):.1f}"
        for name, weights in arms.items()
        if not equal_weights(weights)
    ]
    if not unequal:
        return []
    text = f"Weights differ within an arm ({'; '.join(unequal)}): rates are weighted, " + (
        "and so are their confidence intervals and tests, which allow for the weights."
        if robust
        else "confidence intervals rest on these effective sizes, and tests are of the unweighted counts."
    )
    return [Note(code="weighted_rates", text=text)]


def _pairing_note(patients: _Patients, pairs: MatchedPairs | None) -> list[Note]:
    if pairs is None:
        return []
    n_pairs = len(pairs.treated_row)
    alone = len(patients.treated) - 2 * n_pairs
    if not alone:
        return []
    text = (
        f"Patients without their partner here: {alone}. Paired tests and the paired difference rest on complete "
        f"pairs only, of which there are {n_pairs}."
    )
    return [Note(code="incomplete_pairs", text=text)]
