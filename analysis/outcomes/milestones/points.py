"""Survival at stated times in two arms, and what is known of its difference."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.follow_up import FollowUp
from analysis.outcomes.survival import estimate
from analysis.outcomes.words import CONTROL, TREATED
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MilestoneDifference:
    """Survival at one time in each arm, and the difference.

    Attributes
    ----------
    time, treated, control : float
        The time, and the share of each arm still without the event there.
    difference, ci_lower, ci_upper : float
        Treated minus control, in [−1, 1]; above 0 favours treatment where the event is unwanted.
    p_value : float or None
        Wald test of no difference; None where the interval is bootstrapped or the standard error is 0.
    standard_error : float
        Of the difference; with a bootstrap the standard deviation of the resamples.
    at_risk_treated, at_risk_control : int
        Patients with time ≥ t, never weighted.
    """

    time: float
    treated: float
    control: float
    difference: float
    ci_lower: float
    ci_upper: float
    p_value: float | None
    standard_error: float
    at_risk_treated: int
    at_risk_control: int
    confidence_level: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalPoints:
    """One arm's survival with Greenwood's variance, and patients at risk, one entry for each time."""

    survival: NDArray[np.float64]
    variance: NDArray[np.float64]
    at_risk: NDArray[np.int64]


def checked_milestones(milestones: Iterable[float], arms: tuple[FollowUp, FollowUp]) -> NDArray[np.float64]:
    """Milestones that are times both arms (treated first) were followed up to, in the order given."""
    ticks = np.array([float(tick) for tick in milestones])
    if ticks.size and not (ticks.min() > 0.0 and ticks.max() < np.inf):
        raise SettingsError(phrase("Milestones must be finite times above 0. Correct the list of times."))
    for arm, name in zip(arms, (TREATED, CONTROL), strict=True):
        past = ticks[ticks > arm.time[-1] + arm.tie_gap]
        if past.size and estimate(arm).survival[-1] > 0.0:
            raise EstimationError(
                phrase(
                    "Survival at a milestone needs follow-up that long; {past} of {n} milestones "
                    "lie past the follow-up of the {arm} arm. Choose earlier milestones.",
                    past=past.size,
                    n=ticks.size,
                    arm=name,
                )
            )
    return ticks


def survival_points(arm: FollowUp, ticks: NDArray[np.float64]) -> SurvivalPoints:
    """Survival with Greenwood's variance, and patients at risk, at each time; 0 varies no more."""
    curve, times = estimate(arm), arm.time[arm.starts[:-1]]
    last = np.searchsorted(times, ticks + arm.tie_gap, side="right")
    survival = np.concatenate([[1.0], curve.survival])[last]
    greenwood = np.concatenate([[0.0], curve.greenwood])[last]
    variance = np.zeros(ticks.size)
    alive = survival > 0.0
    variance[alive] = survival[alive] ** 2 * greenwood[alive]
    at_risk = np.concatenate([curve.n_at_risk, [0]])[np.searchsorted(times, ticks - arm.tie_gap, side="left")]
    return SurvivalPoints(survival=survival, variance=variance, at_risk=at_risk)
