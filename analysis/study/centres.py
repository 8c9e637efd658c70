"""Centres: how alike the arms are in each, the effect in each, and whether the effects differ."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.design.balance import SubgroupBalance, subgroup_balance
from analysis.design.design import Design
from analysis.design.terms import present_levels
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.clustered_rates import clustered_rates
from analysis.outcomes.cox import cox_hazard_ratio
from analysis.outcomes.rate_contrast import contrast_rates
from analysis.outcomes.robust_rates import contrast_weighted_rates
from analysis.phrases import join_phrases, phrase
from analysis.settings import StudySettings

FEW_PATIENTS = 5
FEW_EVENTS = 5
"""A centre with fewer patients in an arm, or fewer events, has an effect that says next to nothing."""

Measure = Literal["hazard_ratio", "risk_difference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CentreEffect:
    """The effect in one centre.

    Attributes
    ----------
    level : str
        The centre.
    n_treated, n_control, n_events : int
        Patients with a known outcome and events, or responders, among them; never weighted.
    estimate, ci_lower, ci_upper : float or None
        Treated versus control; None where the centre cannot support them.
    standard_error : float or None
        Of the log hazard ratio, or of the difference; None where it is 0 or there is none.
    few : bool
        Fewer than 5 patients in an arm, or than 5 events: shown, but no part of the heterogeneity.
    reason : str or None
        Why there is no estimate.
    """

    level: str
    n_treated: int
    n_control: int
    n_events: int
    estimate: float | None
    ci_lower: float | None
    ci_upper: float | None
    standard_error: float | None
    few: bool
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heterogeneity:
    """Whether the effects of centres differ by more than chance.

    Attributes
    ----------
    q : float
        Cochran's Q: squared differences from the mean effect over squared standard errors.
    degrees_of_freedom : int
        Centres less one.
    p_value : float
        Of a Q at least as large where all centres share one effect.
    i_squared : float
        Share of the variation that is beyond chance, (Q − df)/Q, at least 0.
    n_levels : int
        Centres that take part.
    method : str
    """

    q: float
    degrees_of_freedom: int
    p_value: float
    i_squared: float
    n_levels: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CentreComparison:
    """Balance and effect by centre, before and after the design.

    Attributes
    ----------
    centre : str
        The column.
    balance : SubgroupBalance
    endpoint : str
    measure : {"hazard_ratio", "risk_difference"}
    before, after : tuple of CentreEffect
        One for each level of ``balance``, in its order.
    heterogeneity_before, heterogeneity_after : Heterogeneity or None
        None with fewer than two centres whose effect has a standard error.
    confidence_level : float
    method : str
    notes : tuple of Note
    """

    centre: str
    balance: SubgroupBalance
    endpoint: str
    measure: Measure
    before: tuple[CentreEffect, ...]
    after: tuple[CentreEffect, ...]
    heterogeneity_before: Heterogeneity | None
    heterogeneity_after: Heterogeneity | None
    confidence_level: float
    method: str
    notes: tuple[Note, ...]


def compare_centres(
    patients: StudyCohort, design: Design, settings: StudySettings, endpoint: str | None = None
) -> CentreComparison:
    """Compare the arms within each centre, before and after the design.

    Before, patients count once. After, those of a centre keep the weights the design gave them, with variances over its
    sets or patients. Where sets reach across centres the arms of one centre were not matched with each other, and a
    note says so. No interaction is searched for: the heterogeneity of all centres together is stated, and with few
    centres it finds large differences only.

    Parameters
    ----------
    patients : StudyCohort
        With centres and outcomes.
    design : Design
        Of these patients.
    settings : StudySettings
        Level of the intervals and the convention of balance.
    endpoint : str, optional
        A survival or response endpoint; the first of the study when absent.

    Returns
    -------
    CentreComparison

    Raises
    ------
    SettingsError
        The study names no centres, or has no such endpoint.

    Notes
    -----
    Survival endpoints give hazard ratios, pooled on the logarithm; response endpoints differences of rates. Cochran
    1954, doi:10.2307/3001666 (Q); Higgins & Thompson 2002, doi:10.1002/sim.1186 (I²).
    """
    if patients.centre is None:
        raise SettingsError(
            phrase("Effects by centre need a column of centres; the study names none. Name their column under centre.")
        )
    chosen = _endpoint(patients, endpoint)
    balance = subgroup_balance(patients.covariates, patients.treated, design.weights, patients.centre, settings.balance)
    levels, level_of = present_levels(patients.centre)
    level = settings.confidence.level
    members = [(name, level_of == number) for number, name in enumerate(levels)]
    before = tuple(_effect(chosen, patients, rows, name, None, level) for name, rows in members)
    after = tuple(_effect(chosen, patients, rows, name, design, level) for name, rows in members)
    measure: Measure = "hazard_ratio" if isinstance(chosen, EndpointData) else "risk_difference"
    return CentreComparison(
        centre=str(patients.centre.name),
        balance=balance,
        endpoint=chosen.name,
        measure=measure,
        before=before,
        after=after,
        heterogeneity_before=heterogeneity(before, measure),
        heterogeneity_after=heterogeneity(after, measure),
        confidence_level=level,
        method=_METHODS[measure],
        notes=(*balance.notes, *_few_note(before), *_across_note(design, level_of)),
    )


_METHODS: dict[Measure, str] = {
    "hazard_ratio": phrase("Cox regression on treatment within each centre, weighted after the design"),
    "risk_difference": phrase("difference of objective response rates within each centre, weighted after the design"),
}


def _endpoint(patients: StudyCohort, name: str | None) -> EndpointData | ResponseData:
    offered: tuple[EndpointData | ResponseData, ...] = (*patients.endpoints, *patients.responses)
    for item in offered:
        if name is None or item.name == name:
            return item
    names = ", ".join(item.name for item in offered)
    raise SettingsError(
        phrase(
            "Effects by centre must be on an endpoint of the study: {names}. Name one.",
            names=names or phrase("it has none"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Figures:
    estimate: float | None = None
    ci_lower: float | None = None
    ci_upper: float | None = None
    standard_error: float | None = None
    reason: str | None = None


def _effect(
    chosen: EndpointData | ResponseData,
    patients: StudyCohort,
    members: NDArray[np.bool_],
    name: str,
    design: Design | None,
    level: float,
) -> CentreEffect:
    kept = chosen.known & members if design is None else chosen.known & members & (design.weights > 0)
    rows = np.flatnonzero(kept)
    arm = patients.treated[rows]
    happened = chosen.event if isinstance(chosen, EndpointData) else chosen.objective_response
    n_treated, n_control = int(np.count_nonzero(arm)), int(np.count_nonzero(~arm))
    n_events = int(np.count_nonzero(happened[rows]))
    figures = _figures(chosen, rows, arm, design, level)
    return CentreEffect(
        level=name,
        n_treated=n_treated,
        n_control=n_control,
        n_events=n_events,
        estimate=figures.estimate,
        ci_lower=figures.ci_lower,
        ci_upper=figures.ci_upper,
        standard_error=figures.standard_error,
        few=min(n_treated, n_control) < FEW_PATIENTS or n_events < FEW_EVENTS,
        reason=figures.reason,
    )


def _figures(
    chosen: EndpointData | ResponseData,
    rows: NDArray[np.int64],
    arm: NDArray[np.bool_],
    design: Design | None,
    level: float,
) -> _Figures:
    if not arm.any() or arm.all():
        if rows.size == 0:
            return _Figures(reason=phrase("Nobody is here."))
        one_arm = phrase("Only treated patients are here.") if arm.all() else phrase("Only control patients are here.")
        return _Figures(reason=one_arm)
    if isinstance(chosen, ResponseData):
        return _difference(chosen.objective_response[rows], arm, rows, design, level)
    try:
        ratio = cox_hazard_ratio(
            chosen.time[rows],
            chosen.event[rows],
            arm,
            weights=None if design is None else design.weights[rows],
            cluster=None if design is None else design.cluster[rows],
            confidence_level=level,
        )
    except EstimationError as error:
        return _Figures(reason=join_phrases(error.problems))
    return _Figures(
        estimate=ratio.hazard_ratio,
        ci_lower=ratio.ci_lower,
        ci_upper=ratio.ci_upper,
        standard_error=ratio.standard_error,
    )


def _difference(
    outcome: NDArray[np.bool_],
    arm: NDArray[np.bool_],
    rows: NDArray[np.int64],
    design: Design | None,
    level: float,
) -> _Figures:
    weights = np.ones(rows.size) if design is None else design.weights[rows]
    cluster = None if design is None else design.cluster[rows]
    if design is None or design.plain_tests:
        effect = contrast_rates(outcome, arm, weights, confidence_level=level).risk_difference
    else:
        effect = contrast_weighted_rates(outcome, arm, weights, cluster, confidence_level=level).risk_difference
    rates = clustered_rates(outcome, arm, weights, cluster)
    inside = 0.0 < rates.treated < 1.0 and 0.0 < rates.control < 1.0
    variance = rates.contrast_variance(1.0, -1.0)
    return _Figures(
        estimate=effect.estimate,
        ci_lower=effect.ci_lower,
        ci_upper=effect.ci_upper,
        standard_error=math.sqrt(variance) if inside and variance > 0 else None,
    )


def heterogeneity(effects: tuple[CentreEffect, ...], measure: Measure) -> Heterogeneity | None:
    """Cochran's Q and I² of the centres whose effect has a standard error and does not rest on few patients.

    Parameters
    ----------
    effects : tuple of CentreEffect
    measure : {"hazard_ratio", "risk_difference"}
        Ratios are compared on the logarithm.

    Returns
    -------
    Heterogeneity or None
        None with fewer than two such centres.
    """
    counted = [
        (effect.estimate, effect.standard_error)
        for effect in effects
        if effect.estimate is not None and effect.standard_error is not None and not effect.few
    ]
    if len(counted) < 2:
        return None
    logs = measure == "hazard_ratio"
    values = np.array([math.log(estimate) if logs else estimate for estimate, _ in counted])
    weights = np.array([1.0 / error**2 for _, error in counted])
    mean = float(weights @ values / weights.sum())
    q = float(weights @ np.square(values - mean))
    freedom = len(counted) - 1
    return Heterogeneity(
        q=q,
        degrees_of_freedom=freedom,
        p_value=float(chdtrc(freedom, q)),
        i_squared=max(0.0, (q - freedom) / q) if q > 0 else 0.0,
        n_levels=len(counted),
        method=phrase("Cochran's Q over {n} centres, log hazard ratios", n=len(counted))
        if logs
        else phrase("Cochran's Q over {n} centres, differences of rates", n=len(counted)),
    )


def _few_note(before: tuple[CentreEffect, ...]) -> tuple[Note, ...]:
    few = [effect.level for effect in before if effect.few]
    if not few:
        return ()
    text = phrase(
        "Fewer than {few_patients} patients in an arm or fewer than {few_events} events: "
        "{centres}. Effects there say next to nothing and take no part in the heterogeneity "
        "of centres.",
        few_patients=FEW_PATIENTS,
        few_events=FEW_EVENTS,
        centres=", ".join(few),
    )
    return (Note(code="few_in_centre", text=text),)


def _across_note(design: Design, level_of: NDArray[np.int64]) -> tuple[Note, ...]:
    """Whether sets reach across centres."""
    rows = np.flatnonzero((design.subclass >= 0) & (level_of >= 0))
    n_sets = int(design.subclass.max(initial=-1)) + 1
    lowest, highest = np.full(n_sets, level_of.size), np.full(n_sets, -1)
    np.minimum.at(lowest, design.subclass[rows], level_of[rows])
    np.maximum.at(highest, design.subclass[rows], level_of[rows])
    across = int(np.count_nonzero(highest > lowest))
    if across == 0:
        return ()
    text = phrase(
        "{across:,} of {n_sets:,} sets hold patients of several centres: within a centre the "
        "arms were not matched with each other. Match within centres to compare them there.",
        across=across,
        n_sets=n_sets,
    )
    return (Note(code="sets_across_centres", text=text),)
