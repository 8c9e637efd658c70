"""The one effect that every specification and every replicate estimates."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.cohort.selection import StudyCohort
from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.cox import hazard_ratio
from analysis.outcomes.follow_up import FollowUp, one_arm, sort_follow_up
from analysis.outcomes.logrank import arm_risk_sets
from analysis.outcomes.proportion import weighted_share
from analysis.outcomes.rate_contrast import contrast_rates
from analysis.outcomes.rmst import compare_means
from analysis.outcomes.rmst_kernel import remaining_area
from analysis.outcomes.robust_rates import contrast_weighted_rates
from analysis.outcomes.survival import estimate
from analysis.phrases import phrase
from analysis.settings import StudySettings

Measure = Literal["hazard_ratio", "rmst_difference", "rate_difference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AskedEffect:
    """Which effect is asked for.

    Attributes
    ----------
    measure : {"hazard_ratio", "rmst_difference", "rate_difference"}
        Treated versus control: the marginal hazard ratio, the difference of restricted means, or that of objective
        response rates.
    endpoint : str
        The endpoint as the study names it.
    confidence_level : float
    horizon : float or None
        Of restricted means, in the unit of time; None for the longest that both arms allow.
    """

    measure: Measure
    endpoint: str
    confidence_level: float
    horizon: float | None

    @property
    def nothing(self) -> float:
        """What the effect is where treatment does nothing."""
        return 1.0 if self.measure == "hazard_ratio" else 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EstimatedEffect:
    """An effect as estimated.

    Attributes
    ----------
    estimate : float
    ci_lower, ci_upper, p_value : float or None
        None where the data leave no limits or no test.
    """

    estimate: float
    ci_lower: float | None
    ci_upper: float | None
    p_value: float | None


def asked_effect(settings: StudySettings) -> AskedEffect:
    """The effect that ``robustness.specifications`` names, or the study's first.

    Raises
    ------
    SettingsError
        The study has no endpoint of that name or kind, or its restricted means do not exist because other events
        compete with it.
    """
    asked = settings.robustness.specifications
    survival = {item.name: item for item in settings.outcomes.survival}
    rates = [item.name for item in settings.outcomes.response]
    is_rate = asked.endpoint in rates and asked.endpoint not in survival if asked.endpoint else not survival
    measure: Measure = asked.effect or ("rate_difference" if is_rate else "hazard_ratio")
    offered = rates if measure == "rate_difference" else list(survival)
    if not offered or (asked.endpoint is not None and asked.endpoint not in offered):
        kind = phrase("response") if measure == "rate_difference" else phrase("survival")
        names = ", ".join(f"'{name}'" for name in offered) or phrase("none")
        raise SettingsError(
            phrase(
                "robustness.specifications: the {measure} needs a {kind} endpoint of the study "
                "({names}); found {endpoint}. Name one of them, or another effect.",
                measure=measure,
                kind=kind,
                names=names,
                endpoint=phrase("none") if asked.endpoint is None else repr(asked.endpoint),
            )
        )
    endpoint = asked.endpoint or offered[0]
    if measure == "rmst_difference" and survival[endpoint].competing is not None:
        raise SettingsError(
            phrase(
                "robustness.specifications: '{endpoint}' has competing events, and restricted means "
                "would count them as censored. Ask for its hazard_ratio, or name another endpoint.",
                endpoint=endpoint,
            )
        )
    return AskedEffect(
        measure=measure,
        endpoint=endpoint,
        confidence_level=settings.confidence.level,
        horizon=settings.outcomes.rmst_horizon,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EffectData:
    """What is known of one endpoint of n patients, as kernels take it.

    Attributes
    ----------
    known, treated : ndarray of bool, shape (n,)
    time : ndarray of float64, shape (n,)
        0 for a rate.
    event : ndarray of bool, shape (n,)
        The event, or the response.
    """

    known: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]

    def of(self, rows: NDArray[np.int64]) -> "EffectData":
        """The patients at these rows, any of them any number of times."""
        return EffectData(
            known=self.known[rows], treated=self.treated[rows], time=self.time[rows], event=self.event[rows]
        )


def effect_data(patients: StudyCohort, asked: AskedEffect) -> EffectData:
    """Take the endpoint of the asked effect from the patients."""
    if asked.measure == "rate_difference":
        rate = next(item for item in patients.responses if item.name == asked.endpoint)
        nowhen = np.zeros(patients.treated.size)
        return EffectData(known=rate.known, treated=patients.treated, time=nowhen, event=rate.objective_response)
    found = next(item for item in patients.endpoints if item.name == asked.endpoint)
    return EffectData(known=found.known, treated=patients.treated, time=found.time, event=found.event)


def estimate_effect(
    asked: AskedEffect,
    data: EffectData,
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    *,
    plain_tests: bool,
) -> EstimatedEffect:
    """Estimate the effect under the weights of a design.

    Parameters
    ----------
    asked : AskedEffect
    data : EffectData
        Of n patients.
    weights : ndarray of float64, shape (n,)
        0 for a patient left out.
    cluster : ndarray of int64, shape (n,)
        Independent units for variances.
    plain_tests : bool
        Whether a rate may be tested without weights; see `Design`.

    Returns
    -------
    EstimatedEffect
        The numbers of the study's own outcomes under that design, to the last bit.

    Raises
    ------
    EstimationError
        The data cannot support the effect.
    """
    rows = np.flatnonzero(data.known & (weights > 0))
    treated, event = data.treated[rows], data.event[rows]
    if asked.measure == "rate_difference":
        return _rate_difference(asked, event, treated, weights[rows], None if plain_tests else cluster[rows])
    follow_up = sort_follow_up(data.time[rows], event, treated, weights=weights[rows], cluster=cluster[rows])
    if asked.measure == "rmst_difference":
        return _mean_difference(asked, follow_up)
    ratio = hazard_ratio(follow_up, arm_risk_sets(follow_up), confidence_level=asked.confidence_level)
    return EstimatedEffect(
        estimate=ratio.hazard_ratio, ci_lower=ratio.ci_lower, ci_upper=ratio.ci_upper, p_value=ratio.p_value
    )


def _rate_difference(
    asked: AskedEffect,
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64] | None,
) -> EstimatedEffect:
    _require_both_arms(treated)
    level = asked.confidence_level
    if cluster is None:
        contrast = contrast_rates(outcome, treated, weights, confidence_level=level)
    else:
        contrast = contrast_weighted_rates(outcome, treated, weights, cluster, confidence_level=level)
    difference = contrast.risk_difference
    assert difference.estimate is not None
    return EstimatedEffect(
        estimate=difference.estimate,
        ci_lower=difference.ci_lower,
        ci_upper=difference.ci_upper,
        p_value=contrast.test.p_value,
    )


def _require_both_arms(treated: NDArray[np.bool_]) -> None:
    n_treated = int(np.count_nonzero(treated))
    if n_treated in (0, treated.size):
        raise EstimationError(
            phrase(
                "A difference of rates needs patients in both arms; found {n_treated} treated and "
                "{n_control} control. Choose a design that keeps both.",
                n_treated=n_treated,
                n_control=treated.size - n_treated,
            )
        )


def _mean_difference(asked: AskedEffect, follow_up: FollowUp) -> EstimatedEffect:
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    means = compare_means(
        follow_up,
        arms,
        (estimate(arms[0]), estimate(arms[1])),
        horizon=asked.horizon,
        confidence_level=asked.confidence_level,
    )
    return EstimatedEffect(
        estimate=means.difference, ci_lower=means.ci_lower, ci_upper=means.ci_upper, p_value=means.p_value
    )


def with_horizon(asked: AskedEffect, data: EffectData, weights: NDArray[np.float64]) -> AskedEffect:
    """The same effect with the horizon of these patients stated, so that it does not change with who is drawn."""
    if asked.measure != "rmst_difference" or asked.horizon is not None:
        return asked
    compared = data.known & (weights > 0)
    ends = [float(data.time[compared & arm].max(initial=0.0)) for arm in (data.treated, ~data.treated)]
    return replace(asked, horizon=min(ends))


def drawn_effect(asked: AskedEffect, data: EffectData, weights: NDArray[np.float64]) -> float:
    """The estimate alone, in patients of whom some are drawn more than once.

    Parameters
    ----------
    asked : AskedEffect
        With a horizon where it is one of restricted means; a curve stays at its level after an arm's last time.
    data : EffectData
    weights : ndarray of float64, shape (n,)

    Returns
    -------
    float
        That of `estimate_effect` where nobody is drawn twice.

    Raises
    ------
    EstimationError
        The patients drawn cannot support the effect.

    Examples
    --------
    >>> arm, response = np.array([True, True, False, False]), np.array([True, False, False, False])
    >>> data = EffectData(known=np.ones(4, dtype=bool), treated=arm, time=np.zeros(4), event=response)
    >>> asked = AskedEffect(measure="rate_difference", endpoint="ORR", confidence_level=0.95, horizon=None)
    >>> drawn_effect(asked, data.of(np.array([0, 0, 1, 2])), np.ones(4))
    0.6666666666666666
    """
    rows = np.flatnonzero(data.known & (weights > 0))
    treated, event, weight = data.treated[rows], data.event[rows], weights[rows]
    if asked.measure == "rate_difference":
        _require_both_arms(treated)
        rates = [weighted_share(event[arm], weight[arm]) for arm in (treated, ~treated)]
        return rates[0] - rates[1]
    follow_up = sort_follow_up(data.time[rows], event, treated, weights=weight)
    if asked.measure == "hazard_ratio":
        return hazard_ratio(follow_up, arm_risk_sets(follow_up), confidence_level=asked.confidence_level).hazard_ratio
    assert asked.horizon is not None
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    means = [float(remaining_area(arm.time[arm.starts[:-1]], estimate(arm), asked.horizon)[0]) for arm in arms]
    return means[0] - means[1]
