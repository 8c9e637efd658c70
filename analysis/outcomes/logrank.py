"""Log-rank tests: do the two arms have the event at different rates? Plain, stratified, and robust to matching."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.outcomes.cox_kernel import (
    RiskSets,
    logrank_sums,
    risk_set_columns,
    score_and_information,
    score_sums,
)
from analysis.outcomes.follow_up import FollowUp, sort_follow_up
from analysis.outcomes.words import UNIT_NAMES
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogRankTest:
    """A comparison of the event rates of two arms over the whole of follow-up.

    Attributes
    ----------
    chi_square : float
        On one degree of freedom.
    p_value : float
        Two-sided, in [0, 1].
    observed_treated, expected_treated : float
        Events of the treated arm, and those expected if the arms did not differ; weighted in the robust test.
        Fewer observed than expected favours treatment.
    n, n_events : int
        Patients and events of both arms, never weighted.
    """

    chi_square: float
    p_value: float
    observed_treated: float
    expected_treated: float
    n: int
    n_events: int
    method: str


def logrank_test(time: ArrayLike, event: ArrayLike, treated: ArrayLike) -> LogRankTest:
    """Compare the event rates of two independent arms.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event, treated : (n,) bool

    Returns
    -------
    LogRankTest
        The square of observed minus expected over the hypergeometric variance, without continuity correction.

    Raises
    ------
    EstimationError
        If no event happened while both arms were at risk, or the columns are impossible.

    Notes
    -----
    Mantel 1966; Peto & Peto 1972, doi:10.2307/2344317.

    Examples
    --------
    >>> test = logrank_test([1, 2, 3, 4], [True, True, True, True], [True, True, False, False])
    >>> round(test.expected_treated, 4), round(test.chi_square, 4)
    (0.8333, 2.8824)
    """
    return plain_logrank(sort_follow_up(time, event, treated))


def stratified_logrank_test(time: ArrayLike, event: ArrayLike, treated: ArrayLike, stratum: ArrayLike) -> LogRankTest:
    """Compare the event rates of two arms within strata, for example within matched sets.

    Observed, expected and variance are summed over the strata, which respects that matched patients resemble each
    other. A stratum counts only while both its arms are at risk.

    Parameters
    ----------
    time, event, treated
        As in :func:`logrank_test`.
    stratum : (n,) labels

    Raises
    ------
    EstimationError
        If no event happened while both arms of a stratum were at risk, or the columns are impossible.

    Examples
    --------
    >>> test = stratified_logrank_test([1, 2, 4, 3], [True] * 4, [True, False, True, False], [1, 1, 2, 2])
    >>> test.observed_treated, test.expected_treated, test.chi_square
    (2.0, 2.0, 0.0)
    """
    return plain_logrank(sort_follow_up(time, event, treated, stratum=stratum), stratified=True)


def robust_logrank_test(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> LogRankTest:
    """Compare the event rates of two weighted or matched arms, with a variance that respects the clusters.

    The statistic is (Σu)²/Σu² of the clusters' sums u of weighted score residuals of a Cox model with Efron's ties
    at a hazard ratio of 1.

    Parameters
    ----------
    time, event, treated
        As in :func:`logrank_test`.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together; by default each patient on their own.

    Raises
    ------
    EstimationError
        If no event happened while both arms were at risk, or the columns are impossible.

    Notes
    -----
    Lin & Wei 1989, doi:10.1080/01621459.1989.10478874.

    Examples
    --------
    >>> test = robust_logrank_test([1, 2, 3, 4], [True] * 4, [True, True, False, False])
    >>> round(test.chi_square, 4)
    3.8431
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    return robust_logrank(follow_up, arm_risk_sets(follow_up))


def arm_risk_sets(follow_up: FollowUp) -> RiskSets:
    """Risk sets and events by arm, weighted as the follow-up is."""
    amounts, n_events = risk_set_columns(
        follow_up.event, follow_up.treated, follow_up.weights, follow_up.starts, follow_up.run_stratum
    )
    return RiskSets(amounts[0], amounts[1], amounts[2], amounts[3], n_events)


def plain_logrank(follow_up: FollowUp, sets: RiskSets | None = None, *, stratified: bool = False) -> LogRankTest:
    """The test of :func:`logrank_test` on sorted, unweighted follow-up."""
    sums = logrank_sums(arm_risk_sets(follow_up) if sets is None else sets)
    return logrank_of_sums(follow_up, *sums, stratified=stratified)


def logrank_of_sums(
    follow_up: FollowUp, observed: float, expected: float, variance: float, *, stratified: bool
) -> LogRankTest:
    """The test from the treated arm's observed and expected events and the variance between them."""
    if not variance > 0.0:
        n_events = int(np.count_nonzero(follow_up.event))
        raise EstimationError(
            phrase(
                "A log-rank test needs an event while patients of both arms in one stratum are at risk; none was found "
                "among {n_events} events. Show the curves and the numbers of events without a test.",
                n_events=n_events,
            )
            if stratified
            else phrase(
                "A log-rank test needs an event while patients of both arms are at risk; none was found among "
                "{n_events} events. Show the curves and the numbers of events without a test.",
                n_events=n_events,
            )
        )
    name = phrase("Log-rank test, stratified by set") if stratified else phrase("Log-rank test")
    return _test((observed - expected) ** 2 / variance, observed, expected, follow_up, name)


def robust_logrank(follow_up: FollowUp, sets: RiskSets) -> LogRankTest:
    """The test of :func:`robust_logrank_test` on sorted follow-up."""
    total, square = unit_score_sums(follow_up, sets, 0.0)
    information = score_and_information(sets, 0.0)[1]
    # Sums that cancel within every cluster leave rounding only, not a variance.
    if not square > 1e-20 * information:
        n_events = int(np.count_nonzero(follow_up.event))
        raise EstimationError(
            phrase(
                "A robust log-rank test needs clusters that differ; the clusters of these {n_events} events do not. "
                "Show the curves and the numbers of events without it.",
                n_events=n_events,
            )
            if information > 0.0
            else phrase(
                "A robust log-rank test needs an event while patients of both arms are at risk; none was found among "
                "{n_events} events. Show the curves and the numbers of events without it.",
                n_events=n_events,
            )
        )
    observed, unit = float(sets.died_treated.sum()), follow_up.weight_unit
    name = phrase("Log-rank test, robust over {unit}", unit=UNIT_NAMES[follow_up.unit])
    return _test(total**2 / square, observed * unit, (observed - total) * unit, follow_up, name)


def unit_score_sums(
    follow_up: FollowUp, sets: RiskSets, log_hazard_ratio: float, timing: NDArray[np.float64] | None = None
) -> tuple[float, float]:
    """Sum and sum of squares of the clusters' weighted score residuals.

    They are those of a constant effect, or of one that follows ``timing``, which holds one multiplier of the treatment
    for each run of tied times.
    """
    total, square = score_sums(
        sets,
        log_hazard_ratio,
        np.ones(sets.n_events.size) if timing is None else timing,
        follow_up.event,
        follow_up.treated,
        follow_up.weights,
        follow_up.cluster,
        follow_up.n_clusters,
        follow_up.starts,
        follow_up.run_stratum,
    )
    return total, square


def _test(chi_square: float, observed: float, expected: float, follow_up: FollowUp, method: str) -> LogRankTest:
    return LogRankTest(
        chi_square=chi_square,
        p_value=chi_square_p_value(chi_square),
        observed_treated=observed,
        expected_treated=expected,
        n=follow_up.time.size,
        n_events=int(np.count_nonzero(follow_up.event)),
        method=method,
    )


def chi_square_p_value(chi_square: float) -> float:
    """Upper tail of the chi-square distribution on one degree of freedom."""
    return math.erfc(math.sqrt(0.5 * chi_square))
