"""Restricted mean survival time: how long patients of each arm are without the event up to a stated horizon."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.follow_up import FollowUp, one_arm, sort_follow_up
from analysis.outcomes.logrank import chi_square_p_value
from analysis.outcomes.rmst_kernel import area_and_influence, influence_errors
from analysis.outcomes.survival import estimate, normal_quantile
from analysis.outcomes.survival_kernel import ProductLimit
from analysis.outcomes.words import jackknife_variance, weighted_word
from analysis.phrases import join_phrases, phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanRatio:
    """How many times as long treated patients are without the event, up to the horizon.

    Attributes
    ----------
    ratio, ci_lower, ci_upper : float
        Treated over control; limits are symmetric on the logarithm.
    p_value : float or None
        Wald test of a ratio of 1 on the logarithm; None when its standard error is 0.
    """

    ratio: float
    ci_lower: float
    ci_upper: float
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RmstComparison:
    """Mean time without the event up to the horizon, in each arm, the difference and the ratio.

    Attributes
    ----------
    horizon, treated, control : float
        In the unit of time; the arms' means lie in [0, horizon].
    difference, ci_lower, ci_upper : float
        Treated minus control; above 0 favours treatment where the event is unwanted.
    p_value : float or None
        Wald test of no difference; None when the standard error is 0.
    standard_error : float
        Of the difference.
    treated_error, control_error : float
        Standard errors of the two means.
    ratio : MeanRatio or None
        None where an arm's mean is 0.
    n, n_events : int
        Patients and events of both arms, never weighted; events after the horizon are counted too.
    robust : bool
        True where the standard error is the infinitesimal jackknife over clusters or patients.
    """

    horizon: float
    treated: float
    control: float
    difference: float
    ci_lower: float
    ci_upper: float
    p_value: float | None
    standard_error: float
    treated_error: float
    control_error: float
    ratio: MeanRatio | None
    n: int
    n_events: int
    robust: bool
    confidence_level: float
    method: str


def rmst_comparison(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    horizon: float | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> RmstComparison:
    """Compare the mean time without the event up to a horizon between two arms.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event, treated : (n,) bool
    horizon : float, optional
        > 0, in the unit of time. By default the smaller of the two arms' last times.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together; clusters may span both arms.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    RmstComparison
        The areas under the Kaplan–Meier curves. Without clusters and weights that differ the variance is
        Greenwood's in each arm; otherwise the infinitesimal jackknife of the difference, summed within clusters
        across the arms, so that matched patients who resemble each other narrow the interval. The ratio has its error by
        the delta method on the logarithm.

    Raises
    ------
    EstimationError
        If the horizon lies past the last time of an arm whose curve has not reached 0, or the columns are
        impossible.
    SettingsError
        If the horizon is not a finite number above 0.

    Notes
    -----
    Royston & Parmar 2013, doi:10.1186/1471-2288-13-152.

    Examples
    --------
    >>> means = rmst_comparison([1, 3, 2, 4], [True] * 4, [False, False, True, True], horizon=3)
    >>> means.treated, means.control, means.difference
    (2.5, 2.0, 0.5)
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    return compare_means(
        follow_up, arms, (estimate(arms[0]), estimate(arms[1])), horizon=horizon, confidence_level=confidence_level
    )


def compare_means(
    follow_up: FollowUp,
    arms: tuple[FollowUp, FollowUp],
    curves: tuple[ProductLimit, ProductLimit],
    *,
    horizon: float | None,
    confidence_level: float,
) -> RmstComparison:
    """The estimate of :func:`rmst_comparison` from both arms, treated first, and their curves."""
    z = normal_quantile(confidence_level)
    until = _horizon(arms, curves, horizon)
    robust = follow_up.weighted or follow_up.clustered
    (treated, of_treated), (control, of_control) = (
        area_and_influence(
            robust, arm.time, arm.event, arm.weights, arm.cluster, arm.n_clusters, arm.starts, curve, until
        )
        for arm, curve in zip(arms, curves, strict=True)
    )
    difference = treated - control
    nothing = min(treated, control) <= 0.0  # then there is no ratio
    treated_error, control_error, error, ratio_error = influence_errors(
        of_treated, of_control, 1.0 if nothing else treated, 1.0 if nothing else control, robust
    )
    return RmstComparison(
        horizon=until,
        treated=treated,
        control=control,
        difference=difference,
        ci_lower=difference - z * error,
        ci_upper=difference + z * error,
        p_value=chi_square_p_value((difference / error) ** 2) if error > 0.0 else None,
        standard_error=error,
        treated_error=treated_error,
        control_error=control_error,
        ratio=None if nothing else _ratio(treated, control, ratio_error, z),
        n=follow_up.time.size,
        n_events=int(np.count_nonzero(follow_up.event)),
        robust=robust,
        confidence_level=confidence_level,
        method=_method(follow_up),
    )


def _ratio(treated: float, control: float, error: float, z: float) -> MeanRatio:
    logarithm = math.log(treated / control)
    return MeanRatio(
        ratio=treated / control,
        ci_lower=math.exp(logarithm - z * error),
        ci_upper=math.exp(logarithm + z * error),
        p_value=chi_square_p_value((logarithm / error) ** 2) if error > 0.0 else None,
    )


def _horizon(
    arms: tuple[FollowUp, FollowUp], curves: tuple[ProductLimit, ProductLimit], horizon: float | None
) -> float:
    if horizon is None:
        longest = min(float(arm.time[-1]) for arm in arms)
        if longest > 0.0:
            return longest
        raise EstimationError(
            phrase("A restricted mean needs follow-up after time 0 in both arms; one arm has none. Check the times.")
        )
    if not 0.0 < horizon < math.inf:
        raise SettingsError(
            phrase(
                "The horizon of the restricted mean must be a finite time above 0; {horizon:g} was "
                "given. Choose a time within follow-up.",
                horizon=horizon,
            )
        )
    for arm, curve in zip(arms, curves, strict=True):
        # A curve that has reached 0 stays there, so the area past its last time is known.
        if curve.survival[-1] > 0.0 and horizon > float(arm.time[-1]) + arm.tie_gap:
            raise EstimationError(
                phrase(
                    "The horizon of the restricted mean must not lie past the follow-up of either arm; "
                    "{horizon:g} does. Choose an earlier horizon, or give none to use the longest that "
                    "both arms allow.",
                    horizon=horizon,
                )
            )
    return float(horizon)


def _method(follow_up: FollowUp) -> str:
    if not (follow_up.weighted or follow_up.clustered):
        return phrase("Restricted mean survival time, Greenwood variance")
    parts = [phrase("Restricted mean survival time"), *weighted_word(follow_up.weighted)]
    return join_phrases([*parts, jackknife_variance(follow_up.unit)], ", ")
