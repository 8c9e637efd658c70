"""Differences in survival at stated times with a variance in closed form, also of matched sets and weighted patients."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.outcomes.follow_up import one_arm, sort_follow_up
from analysis.outcomes.milestones.points import checked_milestones, survival_points
from analysis.outcomes.rmst_kernel import add_influence
from analysis.outcomes.survival import estimate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalDifferenceAt:
    """The difference in survival at one time, treated minus control, with its variance.

    Attributes
    ----------
    time, difference : float
    variance : float
        0 where neither curve has moved, or both have reached 0.
    """

    time: float
    difference: float
    variance: float


def jackknifed_milestones(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    milestones: Iterable[float],
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> tuple[SurvivalDifferenceAt, ...]:
    """Estimate the difference in survival at stated times, with a variance that needs no resamples.

    Percentile limits of resamples are what is printed of one data set; estimates of several imputed sets are pooled by
    their variances, which this gives.

    Parameters
    ----------
    time, event, treated, milestones, weights, cluster
        As in :func:`~analysis.outcomes.milestones.milestone_differences`.

    Returns
    -------
    tuple of SurvivalDifferenceAt
        One for each time, in the order given. Without clusters and weights that differ the variance is Greenwood's in
        each arm; otherwise the infinitesimal jackknife of the difference, summed within clusters across the arms (R's
        ``survfit`` with ``weights``, ``cluster`` and its influences).

    Raises
    ------
    EstimationError, SettingsError
        As there.

    Examples
    --------
    >>> row = jackknifed_milestones([1, 2, 3, 4] * 2, [True] * 8, [True] * 4 + [False] * 4, [2])[0]
    >>> row.difference, row.variance
    (0.0, 0.125)
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    ticks = checked_milestones(milestones, arms)
    points = tuple(survival_points(arm, ticks) for arm in arms)
    robust = follow_up.weighted or follow_up.clustered
    rows = []
    for place, tick in enumerate(ticks):
        variance = float(points[0].variance[place] + points[1].variance[place])
        if robust:
            scores = np.zeros(follow_up.n_clusters)
            for arm, point, sign in zip(arms, points, (1.0, -1.0), strict=True):
                # What an event before the time takes from the curve at it: its height there, and later nothing.
                times = arm.time[arm.starts[:-1]]
                height = np.where(times <= tick + arm.tie_gap, point.survival[place], 0.0)
                add_influence(scores, sign, arm.event, arm.weights, arm.cluster, arm.starts, estimate(arm), height)
            variance = math.fsum(scores**2)
        difference = float(points[0].survival[place] - points[1].survival[place])
        rows.append(SurvivalDifferenceAt(time=float(tick), difference=difference, variance=variance))
    return tuple(rows)
