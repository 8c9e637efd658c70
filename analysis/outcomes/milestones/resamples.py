"""Differences of survival, of medians and of restricted means from one set of bootstrap resamples."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.follow_up import FollowUp, one_arm, sort_follow_up
from analysis.outcomes.follow_up_kernel import TIE_TOLERANCE
from analysis.outcomes.milestones.points import MilestoneDifference, checked_milestones, survival_points
from analysis.outcomes.milestones.resamples_kernel import count_drawn, drawn_arms
from analysis.outcomes.rmst import compare_means
from analysis.outcomes.survival import estimate, normal_quantile
from analysis.outcomes.survival_kernel import crossing_time
from analysis.phrases import phrase

RESAMPLES = 2000
# Fewer resamples leave too few beyond the limits of a 95 % interval.
FEWEST_RESAMPLES = 200
# Clusters times resamples that are counted at a time: enough to forget the calls, few enough for any memory.
TOGETHER = 250_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BootstrapDifference:
    """A difference of medians or of restricted means with its percentile interval.

    Attributes
    ----------
    treated, control, difference : float or None
        In the unit of time; None where a median is not reached.
    ci_lower, ci_upper : float or None
        None where the limit is not reached: the resamples beyond it have a median that is not.
    resamples, undefined : int
        Resamples drawn, and those of them left out because the difference has no value there: nobody of an arm was
        drawn, or neither arm reached its median.
    """

    treated: float | None
    control: float | None
    difference: float | None
    ci_lower: float | None
    ci_upper: float | None
    resamples: int
    undefined: int
    n: int
    n_events: int
    confidence_level: float
    method: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalDifferences:
    """Every bootstrapped difference of one endpoint, all from the same resamples.

    Attributes
    ----------
    milestones : tuple of MilestoneDifference
    median, rmst : BootstrapDifference
    horizon : float
        Of the restricted means.
    """

    milestones: tuple[MilestoneDifference, ...]
    median: BootstrapDifference
    rmst: BootstrapDifference
    horizon: float


def survival_differences(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    milestones: Iterable[float] = (),
    horizon: float | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> SurvivalDifferences:
    """Bootstrap the differences of survival at milestones, of medians and of restricted means between two arms.

    Parameters
    ----------
    time, event, treated, milestones, weights, cluster, confidence_level
        As in :func:`~analysis.outcomes.milestones.milestone_differences`.
    horizon : float, optional
        Of the restricted means, > 0. By default the smaller of the two arms' last times.
    resamples : int
        ≥ 200.
    seed : int
        The same seed draws the same resamples.

    Returns
    -------
    SurvivalDifferences
        Whole clusters, such as matched sets, are drawn with replacement, so that matched patients stay together;
        without clusters patients are drawn within each arm. Weights are kept as they are: the design is taken as
        given. Limits are percentiles. A median that a resample does not reach lies beyond every limit; where neither
        arm reaches it the resample is left out and counted.

    Raises
    ------
    EstimationError
        If a milestone or the horizon lies past an arm's follow-up, fewer than ten clusters or patients of an arm
        could be drawn, or the columns are impossible.
    SettingsError
        If a milestone, the horizon or the number of resamples is impossible.

    Notes
    -----
    Resampling matched sets: Austin & Small 2014, doi:10.1002/sim.6276.

    Examples
    --------
    >>> time, event, treated = [5, 8, 9, 12, 15] * 8, [True] * 40, [True, False] * 20
    >>> both = survival_differences(time, event, treated, horizon=12)
    >>> both.median.treated, both.median.control, both.rmst.difference
    (9.0, 9.0, 0.0)
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights, cluster=cluster)
    return bootstrapped_differences(follow_up, milestones, horizon, confidence_level, resamples, seed)


def bootstrapped_differences(
    follow_up: FollowUp,
    milestones: Iterable[float],
    horizon: float | None,
    confidence_level: float,
    resamples: int,
    seed: int,
) -> SurvivalDifferences:
    """The differences of :func:`survival_differences` from patients already in order of time."""
    normal_quantile(confidence_level)
    arms = one_arm(follow_up, True), one_arm(follow_up, False)
    ticks = checked_milestones(milestones, arms)
    _refuse_resamples(follow_up, resamples)
    curves = estimate(arms[0]), estimate(arms[1])
    means = compare_means(follow_up, arms, curves, horizon=horizon, confidence_level=confidence_level)
    order = np.argsort(ticks, kind="stable")
    draws = _draws(follow_up, arms, ticks[order], means.horizon, resamples, seed)
    method = phrase(
        "{resamples} bootstrap resamples of {unit}, percentile limits",
        resamples=resamples,
        unit=_drawn_unit(follow_up),
    )
    medians = tuple(
        float(crossing_time(arm.time[arm.starts[:-1]], curve.survival, 0.5, TIE_TOLERANCE))
        for arm, curve in zip(arms, curves, strict=True)
    )
    return SurvivalDifferences(
        milestones=_milestones(arms, ticks, draws[:, :, np.argsort(order, kind="stable")], confidence_level, method),
        median=_percentile(follow_up, medians, draws[:, :, -2], confidence_level, method),
        rmst=_percentile(follow_up, (means.treated, means.control), draws[:, :, -1], confidence_level, method),
        horizon=means.horizon,
    )


def _refuse_resamples(follow_up: FollowUp, resamples: int) -> None:
    if resamples < FEWEST_RESAMPLES:
        raise SettingsError(
            phrase(
                "A bootstrap needs at least {fewest} resamples; {n} were asked "
                "for. Use {usual} for an interval that is steady.",
                fewest=FEWEST_RESAMPLES,
                n=resamples,
                usual=RESAMPLES,
            )
        )
    n_units = int(np.unique(follow_up.cluster).size)
    n_smaller = min(int(follow_up.treated.sum()), int((~follow_up.treated).sum()))
    if follow_up.unit == "clusters" and n_units < 10:
        raise EstimationError(
            phrase(
                "A bootstrap needs at least ten clusters to draw from; {n} were found. Show the "
                "curves and the numbers of events instead.",
                n=n_units,
            )
        )
    if follow_up.unit == "patients" and n_smaller < 10:
        raise EstimationError(
            phrase(
                "A bootstrap needs at least ten patients in each arm to draw from; {n} were found. Show the "
                "curves and the numbers of events instead.",
                n=n_smaller,
            )
        )


def _drawn_unit(follow_up: FollowUp) -> str:
    return phrase("clusters") if follow_up.unit == "clusters" else phrase("patients within arms")


def _draws(
    follow_up: FollowUp,
    arms: tuple[FollowUp, FollowUp],
    ticks: NDArray[np.float64],
    horizon: float,
    resamples: int,
    seed: int,
) -> NDArray[np.float64]:
    """(2, resamples, m + 2): each arm's survival at the ticks, median and restricted mean in every resample."""
    found = np.empty((2, resamples, ticks.size + 2))
    start = 0
    for drawn in _drawn_clusters(follow_up, arms, resamples, seed):
        done = start + drawn.shape[0]
        for arm, places in zip(arms, found, strict=True):
            drawn_arms(
                arm.time,
                arm.event,
                arm.weights,
                arm.cluster,
                arm.starts,
                drawn,
                ticks + arm.tie_gap,
                horizon,
                TIE_TOLERANCE,
                places[start:done],
            )
        start = done
    return found


def _drawn_clusters(
    follow_up: FollowUp, arms: tuple[FollowUp, FollowUp], resamples: int, seed: int
) -> Iterator[NDArray[np.int64]]:
    """(b, c): how often each cluster is drawn, for some resamples at a time."""
    rng = np.random.default_rng(seed)
    pools = [np.unique(follow_up.cluster)]
    if follow_up.unit == "patients":
        pools = [np.sort(arm.cluster) for arm in arms]
    sizes = np.array([pool.size for pool in pools])
    # Bounds draw by draw: the same numbers, whether resamples are drawn together or one after another.
    bounds, first = np.repeat(sizes, sizes), np.repeat(np.cumsum(sizes) - sizes, sizes)
    members = np.concatenate(pools)
    together = max(1, TOGETHER // follow_up.n_clusters)
    for start in range(0, resamples, together):
        units = rng.integers(0, bounds, (min(together, resamples - start), bounds.size))
        yield count_drawn(units, members, first, follow_up.n_clusters)


def _milestones(
    arms: tuple[FollowUp, FollowUp],
    ticks: NDArray[np.float64],
    draws: NDArray[np.float64],
    confidence_level: float,
    method: str,
) -> tuple[MilestoneDifference, ...]:
    points = survival_points(arms[0], ticks), survival_points(arms[1], ticks)
    rows = []
    for k, tick in enumerate(ticks):
        differences = draws[0, :, k] - draws[1, :, k]
        differences = differences[~np.isnan(differences)]
        lower, upper = np.quantile(differences, _tails(confidence_level))
        rows.append(
            MilestoneDifference(
                time=float(tick),
                treated=float(points[0].survival[k]),
                control=float(points[1].survival[k]),
                difference=float(points[0].survival[k] - points[1].survival[k]),
                ci_lower=float(lower),
                ci_upper=float(upper),
                p_value=None,
                standard_error=float(differences.std(ddof=1)),
                at_risk_treated=int(points[0].at_risk[k]),
                at_risk_control=int(points[1].at_risk[k]),
                confidence_level=confidence_level,
                method=phrase("Difference of Kaplan–Meier survival, {method}", method=method),
            )
        )
    return tuple(rows)


def _tails(confidence_level: float) -> tuple[float, float]:
    return (1.0 - confidence_level) / 2.0, (1.0 + confidence_level) / 2.0


def _percentile(
    follow_up: FollowUp,
    estimates: tuple[float, ...],
    draws: NDArray[np.float64],
    confidence_level: float,
    method: str,
) -> BootstrapDifference:
    both_endless = np.isinf(draws[0]) & np.isinf(draws[1])
    undefined = both_endless | np.isnan(draws[0]) | np.isnan(draws[1])
    differences = draws[0][~undefined] - draws[1][~undefined]
    limits: list[float | None] = [None, None]
    if differences.size >= FEWEST_RESAMPLES // 2:
        # Whole resamples, never a mean of two: one of them may be endless.
        tails = _tails(confidence_level)
        lower = np.quantile(differences, tails[0], method="lower")
        upper = np.quantile(differences, tails[1], method="higher")
        limits = [float(limit) if np.isfinite(limit) else None for limit in (lower, upper)]
    treated, control = (None if value != value else value for value in estimates)
    count = int(np.count_nonzero(undefined))
    text = phrase(
        "{count} of {n} resamples have no difference of medians and are left out: neither "
        "arm reached its median there, or an arm was empty. The interval holds for the "
        "others.",
        count=count,
        n=differences.size + count,
    )
    return BootstrapDifference(
        treated=treated,
        control=control,
        difference=None if treated is None or control is None else treated - control,
        ci_lower=limits[0],
        ci_upper=limits[1],
        resamples=draws.shape[1],
        undefined=count,
        n=follow_up.time.size,
        n_events=int(follow_up.event.sum()),
        confidence_level=confidence_level,
        method=method,
        notes=(Note(code="undefined_resamples", text=text),) if count else (),
    )
