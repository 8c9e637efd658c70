"""Differences in survival at stated times, with their intervals."""

import math
from collections.abc import Iterable

from numpy.typing import ArrayLike

from analysis.outcomes.follow_up import one_arm, sort_follow_up
from analysis.outcomes.logrank import chi_square_p_value
from analysis.outcomes.milestones.points import MilestoneDifference, checked_milestones, survival_points
from analysis.outcomes.milestones.resamples import RESAMPLES, bootstrapped_differences
from analysis.outcomes.survival import normal_quantile
from analysis.phrases import phrase


def milestone_differences(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    milestones: Iterable[float],
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[MilestoneDifference, ...]:
    """Compare the share of patients without the event at stated times between two arms.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event, treated : (n,) bool
    milestones : numbers in the unit of time
        Finite and > 0; each arm must be followed up that long, unless its curve has reached 0.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.
    confidence_level : float
        In (0, 1).
    resamples, seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of MilestoneDifference
        One for each time, in the order given. Without clusters and weights that differ: Greenwood's variance in each
        arm and plain limits, cut at −1 and 1. Otherwise the percentile interval of
        :func:`~analysis.outcomes.milestones.survival_differences`.

    Raises
    ------
    EstimationError
        If a milestone lies past an arm's follow-up, or the columns are impossible.
    SettingsError
        If a milestone is not a finite number above 0, or there are fewer than 200 resamples.

    Notes
    -----
    Klein and others 2007, doi:10.1002/sim.2864.

    Examples
    --------
    >>> row = milestone_differences([1, 2, 3, 4] * 2, [True] * 8, [True] * 4 + [False] * 4, [2])[0]
    >>> row.treated, row.difference, round(row.standard_error, 4)
    (0.5, 0.0, 0.3536)
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    if follow_up.weighted or follow_up.clustered:
        return bootstrapped_differences(follow_up, milestones, None, confidence_level, resamples, seed).milestones
    z = normal_quantile(confidence_level)
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    ticks = checked_milestones(milestones, arms)
    points = tuple(survival_points(arm, ticks) for arm in arms)
    rows = []
    for k, tick in enumerate(ticks):
        difference = float(points[0].survival[k] - points[1].survival[k])
        error = math.sqrt(points[0].variance[k] + points[1].variance[k])
        rows.append(
            MilestoneDifference(
                time=float(tick),
                treated=float(points[0].survival[k]),
                control=float(points[1].survival[k]),
                difference=difference,
                ci_lower=max(-1.0, difference - z * error),
                ci_upper=min(1.0, difference + z * error),
                p_value=chi_square_p_value((difference / error) ** 2) if error > 0.0 else None,
                standard_error=error,
                at_risk_treated=int(points[0].at_risk[k]),
                at_risk_control=int(points[1].at_risk[k]),
                confidence_level=confidence_level,
                method=phrase("Difference of Kaplan–Meier survival, Greenwood variance"),
            )
        )
    return tuple(rows)
