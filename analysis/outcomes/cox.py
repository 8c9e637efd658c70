"""Cox regression on treatment alone: the hazard ratio of two arms, and whether one ratio describes them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.cox_kernel import (
    RiskSets,
    contested_events,
    maximise,
    proportionality_sums,
)
from analysis.outcomes.follow_up import FollowUp, sort_follow_up
from analysis.outcomes.logrank import arm_risk_sets, chi_square_p_value, unit_score_sums
from analysis.outcomes.survival import normal_quantile
from analysis.outcomes.words import arm_name, robust_variance, weighted_word
from analysis.phrases import join_phrases, phrase

# A changing effect with less information than this has one event time, but for rounding.
NO_INFORMATION = 1e-12

LARGEST_LOGARITHM = 700.0
"""Beyond it the exponential is no number any more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardRatio:
    """How many times as often the event happens in treated patients as in controls, at any time.

    Attributes
    ----------
    hazard_ratio, ci_lower, ci_upper : float
        Treated versus control, > 0; below 1 favours treatment.
    p_value : float
        Wald test of a ratio of 1, robust where the standard error is.
    log_hazard_ratio, standard_error : float
        On the logarithmic scale.
    n, n_events : int
        Patients and events, never weighted.
    robust : bool
        True where the standard error is the sandwich over clusters or patients.
    """

    hazard_ratio: float
    ci_lower: float
    ci_upper: float
    p_value: float
    log_hazard_ratio: float
    standard_error: float
    n: int
    n_events: int
    robust: bool
    confidence_level: float
    method: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProportionalHazardsTest:
    """A test of whether the hazard ratio stays the same over time; a small p-value speaks against it.

    Attributes
    ----------
    chi_square : float
        On one degree of freedom.
    p_value : float
    n, n_events : int
    """

    chi_square: float
    p_value: float
    n: int
    n_events: int
    method: str


def cox_hazard_ratio(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> HazardRatio:
    """Estimate the hazard ratio of treated versus control patients by maximum partial likelihood.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event, treated : (n,) bool
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.
    stratum : (n,) labels, optional
        Each stratum keeps a baseline hazard of its own. With matched sets as strata the ratio is conditional on the
        set, not the marginal one.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    HazardRatio
        Ties by Efron's method. The standard error is the model's when there are neither clusters nor weights that
        differ; otherwise the sandwich over clusters (by default over patients), without a small-sample factor. The
        interval is symmetric on the logarithmic scale.

    Raises
    ------
    EstimationError
        If there are fewer than two events, or no finite ratio exists because only one arm has events while both are
        at risk, or the columns are impossible.

    Notes
    -----
    Ties: Efron 1977, doi:10.1080/01621459.1977.10480613. Sandwich: Lin & Wei 1989,
    doi:10.1080/01621459.1989.10478874. After matching: Austin 2014, doi:10.1002/sim.5984.

    Examples
    --------
    >>> ratio = cox_hazard_ratio([1, 2, 3, 4], [True] * 4, [True, False, True, False])
    >>> round(ratio.hazard_ratio, 3)
    2.562
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster, stratum=stratum)
    return hazard_ratio(
        follow_up, arm_risk_sets(follow_up), confidence_level=confidence_level, stratified=stratum is not None
    )


def hazard_ratio(
    follow_up: FollowUp, sets: RiskSets, *, confidence_level: float, stratified: bool = False
) -> HazardRatio:
    """The estimate of :func:`cox_hazard_ratio` on sorted follow-up."""
    z = normal_quantile(confidence_level)
    beta, information = _fit(follow_up, sets)
    robust = follow_up.weighted or follow_up.clustered
    error = _sandwich_error(follow_up, sets, beta, information) if robust else 1.0 / math.sqrt(information)
    return HazardRatio(
        hazard_ratio=math.exp(beta),
        ci_lower=math.exp(beta - z * error),
        ci_upper=math.exp(min(beta + z * error, LARGEST_LOGARITHM)),
        p_value=chi_square_p_value((beta / error) ** 2),
        log_hazard_ratio=beta,
        standard_error=error,
        n=follow_up.time.size,
        n_events=int(np.count_nonzero(follow_up.event)),
        robust=robust,
        confidence_level=confidence_level,
        method=_method(follow_up, stratified),
        notes=(),
    )


def _fit(follow_up: FollowUp, sets: RiskSets) -> tuple[float, float]:
    """Log hazard ratio and its information, or a sentence saying why there is none."""
    n_events = int(np.count_nonzero(follow_up.event))
    if n_events < 2:
        raise EstimationError(
            phrase(
                "A hazard ratio needs at least two events; {n_events} of {n} patients had one. "
                "Show the numbers of events and the curves instead.",
                n_events=n_events,
                n=follow_up.time.size,
            )
        )
    treated, control = contested_events(sets)
    if treated == 0 or control == 0:
        lone = phrase("Neither arm") if treated == control else phrase("Only the {arm} arm", arm=arm_name(treated != 0))
        raise EstimationError(
            phrase(
                "A hazard ratio needs events in both arms while patients of the other arm are at "
                "risk. {lone} has such events among the {n_events} found, so no finite ratio exists. "
                "Show the numbers of events and the curves instead.",
                lone=lone,
                n_events=n_events,
            )
        )
    beta, information, converged = maximise(sets)
    if not (converged and information > 0.0):
        raise EstimationError(
            phrase(
                "The hazard ratio must settle on one value; the search over {n_events} events did "
                "not. Check the weights for extreme values, or show the curves instead.",
                n_events=n_events,
            )
        )
    return beta, information


def _sandwich_error(follow_up: FollowUp, sets: RiskSets, beta: float, information: float) -> float:
    error = math.sqrt(unit_score_sums(follow_up, sets, beta)[1]) / information
    # Sums that cancel within every cluster leave rounding only, not a standard error.
    if error * math.sqrt(information) < 1e-10:
        raise EstimationError(
            phrase(
                "The robust standard error of the hazard ratio needs clusters that differ; those "
                "found do not. Check that the clusters are the matched sets, not one group."
            )
        )
    return error


def _method(follow_up: FollowUp, stratified: bool) -> str:
    parts = [phrase("Cox regression on treatment"), phrase("Efron ties")]
    if stratified:
        parts.append(phrase("conditional on strata"))
    parts += weighted_word(follow_up.weighted)
    if follow_up.weighted or follow_up.clustered:
        parts.append(robust_variance(follow_up.unit))
    return join_phrases(parts, ", ")


def proportional_hazards_test(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> ProportionalHazardsTest:
    """Test whether the hazard ratio of treatment stays the same over follow-up.

    The score test of a log hazard ratio that changes linearly with the Kaplan–Meier survival of both arms
    together just before each event, given the Cox fit (Efron ties). Where neither clusters nor weights that differ
    are given, the score is held against its information (R's ``cox.zph``). Otherwise it is (Σu)²/Σu² of the
    clusters' sums u of weighted score residuals, as in the robust log-rank test: held against the information, a
    statistic of weighted patients would double with doubled weights.

    Parameters
    ----------
    time, event, treated, weights, cluster
        As in :func:`cox_hazard_ratio`.

    Raises
    ------
    EstimationError
        If no hazard ratio can be estimated, or events at one time only leave nothing to compare.

    Notes
    -----
    Grambsch & Therneau 1994, doi:10.1093/biomet/81.3.515. Robust: Lin & Wei 1989,
    doi:10.1080/01621459.1989.10478874.

    Examples
    --------
    >>> test = proportional_hazards_test([1, 2, 3, 4, 5, 6], [True] * 6, [True, True, False, False, False, True])
    >>> round(test.p_value, 3)
    0.062
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    return proportionality(follow_up, arm_risk_sets(follow_up))


def proportionality(
    follow_up: FollowUp, sets: RiskSets, log_hazard_ratio: float | None = None
) -> ProportionalHazardsTest:
    """The test of :func:`proportional_hazards_test` on sorted follow-up."""
    beta = _fit(follow_up, sets)[0] if log_hazard_ratio is None else log_hazard_ratio
    score, variance, timing = proportionality_sums(sets, beta)
    robust = follow_up.weighted or follow_up.clustered
    if robust and variance > NO_INFORMATION:
        score, square = unit_score_sums(follow_up, sets, beta, timing)
        # Sums that cancel within every cluster leave rounding only, not a variance.
        variance = square if square > 1e-20 * variance else 0.0
    n_events = int(np.count_nonzero(follow_up.event))
    if not variance > (0.0 if robust else NO_INFORMATION):
        raise EstimationError(
            phrase(
                "A test of proportional hazards needs events at two times or more at which both arms "
                "are at risk; the {n_events} events found do not give them. Judge proportionality "
                "from the curves.",
                n_events=n_events,
            )
        )
    chi_square = score**2 / variance
    return ProportionalHazardsTest(
        chi_square=chi_square,
        p_value=chi_square_p_value(chi_square),
        n=follow_up.time.size,
        n_events=n_events,
        method=_proportionality_method(follow_up),
    )


def _proportionality_method(follow_up: FollowUp) -> str:
    name = phrase("Score test of a time-dependent effect, Kaplan–Meier transform of time")
    if not (follow_up.weighted or follow_up.clustered):
        return name
    return join_phrases([name, *weighted_word(follow_up.weighted), robust_variance(follow_up.unit)], ", ")
