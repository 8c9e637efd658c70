"""Two arms and one survival endpoint: the curves, every contrast the data support, and what to mind about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.cox import HazardRatio, ProportionalHazardsTest, hazard_ratio, proportionality
from analysis.outcomes.cox_kernel import RiskSets
from analysis.outcomes.follow_up import FollowUp, one_arm, sort_follow_up, without_weights
from analysis.outcomes.logrank import LogRankTest, arm_risk_sets, logrank_of_sums, plain_logrank, robust_logrank
from analysis.outcomes.rmst import RmstComparison, compare_means
from analysis.outcomes.stratum_kernel import stratum_sums
from analysis.outcomes.survival import (
    ConfidenceInterval,
    KaplanMeierCurve,
    SurvivalAt,
    estimate,
    follow_up_median,
    survival_at,
    survival_curve,
)
from analysis.outcomes.survival_kernel import ProductLimit
from analysis.outcomes.words import UNIT_NAMES, weighted_word
from analysis.phrases import join_phrases, phrase

FEW_EVENTS = 10
FEW_AT_RISK = 10
DOUBTFUL_PROPORTIONALITY = 0.05
READ_THE_MEAN = phrase("Read it beside the difference in restricted mean survival time.")
"""End of the note on doubtful proportional hazards."""

Estimate = TypeVar("Estimate")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmSurvival:
    """The follow-up of one arm.

    Attributes
    ----------
    n, n_events : int
        Patients and events, never weighted.
    curve : KaplanMeierCurve
    at : tuple of SurvivalAt
        The curve and its counts at the requested times.
    follow_up_median : float or None
        Reverse Kaplan–Meier, unweighted; None when not reached.
    """

    n: int
    n_events: int
    curve: KaplanMeierCurve
    at: tuple[SurvivalAt, ...]
    follow_up_median: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalComparison:
    """Treated versus control on one survival endpoint, in one population.

    Attributes
    ----------
    treated, control : ArmSurvival
    log_rank : LogRankTest or None
        Plain and unweighted; None where unweighted tests were not asked for.
    log_rank_stratified : LogRankTest or None
        Within matched sets, unweighted; None unless clusters serve as strata.
    log_rank_robust : LogRankTest or None
        Weighted, variance over clusters; None where neither weights that differ nor clusters were given, unless
        unweighted tests were not asked for.
    cox : HazardRatio or None
        Marginal, with the weights and clusters given.
    cox_stratified : HazardRatio or None
        Conditional on the matched set, unweighted; None unless clusters serve as strata.
    proportional_hazards : ProportionalHazardsTest or None
        Of the unweighted Cox fit, or of the weighted one where unweighted tests were not asked for.
    rmst : RmstComparison or None
    follow_up_median : float or None
        Both arms together by reverse Kaplan–Meier, unweighted; None when not reached.
    matched : bool
        True when clusters were given.
    notes : tuple of Note
        Why an estimate is None, and what to mind about those that are not.
    """

    treated: ArmSurvival
    control: ArmSurvival
    log_rank: LogRankTest | None
    log_rank_stratified: LogRankTest | None
    log_rank_robust: LogRankTest | None
    cox: HazardRatio | None
    cox_stratified: HazardRatio | None
    proportional_hazards: ProportionalHazardsTest | None
    rmst: RmstComparison | None
    follow_up_median: float | None
    matched: bool
    n: int
    method: str
    notes: tuple[Note, ...]


def compare_survival(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    competing: ArrayLike | None = None,
    stratify: bool = True,
    unweighted_tests: bool = True,
    times: Iterable[float] = (),
    rmst_horizon: float | None = None,
    confidence_level: float = 0.95,
    confidence_interval: ConfidenceInterval = "log-log",
) -> SurvivalComparison:
    """Compare the survival of two arms, before or after matching or weighting.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event, treated : (n,) bool
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out of everything, the counts included.
    cluster : (n,) labels, optional
        Patients who belong together, such as a matched set. None means before matching.
    competing : (n,) bool, optional
        True where another event came first. Such patients are censored, and not for want of follow-up: in the median
        follow-up they count as those with an event do.
    stratify : bool
        Whether the clusters are matched sets within which the arms may be compared. Say False when a patient can
        be in several sets and the clusters are patients.
    unweighted_tests : bool
        Whether tests that leave the weights aside belong here. Say False when everyone stays and only the weights
        differ: without them the tests would be those before weighting. The log-rank test is then the robust one only,
        and proportional hazards are tested in the weighted fit.
    times : numbers
        Where to read both curves.
    rmst_horizon : float, optional
        By default the smaller of the arms' last times.
    confidence_level, confidence_interval
        As in :func:`~analysis.outcomes.survival.kaplan_meier`; the level holds for every interval.

    Returns
    -------
    SurvivalComparison
        An estimate that the data cannot support is None, with a note that says why.

    Raises
    ------
    EstimationError
        If an arm is empty or the columns are impossible.
    SettingsError
        If a time, the horizon, the level or the kind of interval is out of range.

    Examples
    --------
    >>> both = compare_survival([1, 2, 3, 4], [True] * 4, [True, False, True, False], times=[2])
    >>> both.treated.at[0].survival, both.control.curve.median, both.log_rank_stratified
    (0.5, 3.0, None)
    """
    return compare_follow_up(
        sort_follow_up(time, event, treated, weights=weights, cluster=cluster),
        competing=competing,
        stratify=stratify,
        unweighted_tests=unweighted_tests,
        times=times,
        rmst_horizon=rmst_horizon,
        confidence_level=confidence_level,
        confidence_interval=confidence_interval,
    )


def compare_follow_up(
    follow_up: FollowUp,
    *,
    competing: ArrayLike | None,
    stratify: bool,
    unweighted_tests: bool,
    times: Iterable[float],
    rmst_horizon: float | None,
    confidence_level: float,
    confidence_interval: ConfidenceInterval,
) -> SurvivalComparison:
    """The comparison of :func:`compare_survival` on sorted follow-up, to whose ``rows`` ``competing`` belongs."""
    notes: list[Note] = []
    pair = one_arm(follow_up, True), one_arm(follow_up, False)
    curves = estimate(pair[0]), estimate(pair[1])
    ticks = tuple(float(tick) for tick in times)
    observed = _observed_to_the_end(follow_up, competing)
    arms = tuple(
        _arm(arm, curve, _ended(observed, curve, treats, competing), ticks, confidence_level, confidence_interval)
        for arm, curve, treats in zip(pair, curves, (True, False), strict=True)
    )
    notes += _count_notes(arms[0], arms[1])
    contrasts = (
        _contrasts(follow_up, confidence_level, stratify, notes)
        if unweighted_tests
        else _weighted_contrasts(follow_up, confidence_level, notes)
    )
    rmst = _supported(
        lambda: compare_means(follow_up, pair, curves, horizon=rmst_horizon, confidence_level=confidence_level),
        "rmst_not_estimable",
        notes,
    )
    notes += _proportionality_notes(contrasts.proportional_hazards)
    return SurvivalComparison(
        treated=arms[0],
        control=arms[1],
        log_rank=contrasts.log_rank,
        log_rank_stratified=contrasts.log_rank_stratified,
        log_rank_robust=contrasts.log_rank_robust,
        cox=contrasts.cox,
        cox_stratified=contrasts.cox_stratified,
        proportional_hazards=contrasts.proportional_hazards,
        rmst=rmst,
        follow_up_median=follow_up_median(observed, estimate(observed)),
        matched=follow_up.clustered,
        n=follow_up.time.size,
        method=_method(follow_up),
        notes=tuple(notes),
    )


def _observed_to_the_end(follow_up: FollowUp, competing: ArrayLike | None) -> FollowUp:
    """The patients with any event, competing or not, as their event: what is censored then is follow-up alone."""
    if competing is None:
        return follow_up
    return replace(follow_up, event=follow_up.event | np.asarray(competing, dtype=np.bool_)[follow_up.rows])


def _ended(observed: FollowUp, curve: ProductLimit, treated: bool, competing: ArrayLike | None) -> ProductLimit:
    """Counts of an arm whose follow-up ends with any event; where none competes, those of its curve."""
    return curve if competing is None else estimate(one_arm(observed, treated))


def _arm(
    arm: FollowUp,
    curve: ProductLimit,
    ended: ProductLimit,
    ticks: tuple[float, ...],
    confidence_level: float,
    confidence_interval: ConfidenceInterval,
) -> ArmSurvival:
    estimated = survival_curve(arm, curve, confidence_level=confidence_level, confidence_interval=confidence_interval)
    return ArmSurvival(
        n=estimated.n,
        n_events=estimated.n_total_events,
        curve=estimated,
        at=survival_at(estimated, ticks),
        follow_up_median=follow_up_median(arm, ended),
    )


IN_ARM = (phrase("in the treated arm"), phrase("in the control arm"))
THE_ARM = (phrase("the treated arm"), phrase("the control arm"))


def _count_notes(treated: ArmSurvival, control: ArmSurvival) -> list[Note]:
    notes = []
    for in_arm, arm in zip(IN_ARM, (treated, control), strict=True):
        if arm.n_events == 0:
            text = phrase(
                "No event was observed {in_arm} ({n} patients): its curve stays at 1.", in_arm=in_arm, n=arm.n
            )
            notes.append(Note(code="no_events", text=text))
        elif arm.n_events < FEW_EVENTS:
            text = phrase(
                "Only {n_events} of {n} patients {in_arm} had the event: tests and "
                "intervals that rely on large numbers are rough.",
                n_events=arm.n_events,
                n=arm.n,
                in_arm=in_arm,
            )
            notes.append(Note(code="few_events", text=text))
    for the_arm, arm in zip(THE_ARM, (treated, control), strict=True):
        few = [row for row in arm.at if row.at_risk < FEW_AT_RISK]
        if few:
            moments = ", ".join(f"{row.time:g} ({row.at_risk})" for row in few)
            text = phrase(
                "Fewer than {fewest} patients of {the_arm} were at risk at these times "
                "(number at risk): {moments}. Survival there rests on few patients.",
                fewest=FEW_AT_RISK,
                the_arm=the_arm,
                moments=moments,
            )
            notes.append(Note(code="few_at_risk", text=text))
    return notes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Contrasts:
    log_rank: LogRankTest | None
    log_rank_stratified: LogRankTest | None
    log_rank_robust: LogRankTest | None
    cox: HazardRatio | None
    cox_stratified: HazardRatio | None
    proportional_hazards: ProportionalHazardsTest | None


def _contrasts(follow_up: FollowUp, confidence_level: float, stratify: bool, notes: list[Note]) -> _Contrasts:
    """Every test and ratio, each from risk sets that are made once."""
    plain = without_weights(follow_up)
    sets = arm_risk_sets(follow_up)
    counts = arm_risk_sets(plain) if follow_up.weighted else sets
    log_rank = _supported(lambda: plain_logrank(plain, counts), "log_rank_not_estimable", notes)
    cox = _supported(
        lambda: hazard_ratio(follow_up, sets, confidence_level=confidence_level), "hazard_ratio_not_estimable", notes
    )
    robust = None
    # A missing plain test has said why; the robust test is missing for the same reason.
    if log_rank is not None and (follow_up.weighted or follow_up.clustered):
        robust = _supported(lambda: robust_logrank(follow_up, sets), "log_rank_robust_not_estimable", notes)
    proportional = None
    if cox is not None:
        beta = None if follow_up.weighted else cox.log_hazard_ratio
        proportional = _supported(
            lambda: proportionality(plain, counts, beta), "proportional_hazards_not_estimable", notes
        )
    by_set = _ByStratum(log_rank=None, cox=None)
    if stratify and follow_up.clustered and log_rank is not None:
        by_set = _by_stratum(follow_up, plain, confidence_level, cox is not None, notes)
    return _Contrasts(
        log_rank=log_rank,
        log_rank_stratified=by_set.log_rank,
        log_rank_robust=robust,
        cox=cox,
        cox_stratified=by_set.cox,
        proportional_hazards=proportional,
    )


def _weighted_contrasts(follow_up: FollowUp, confidence_level: float, notes: list[Note]) -> _Contrasts:
    """The tests and the ratio of weighted patients; none leaves the weights aside."""
    sets = arm_risk_sets(follow_up)
    robust = _supported(lambda: robust_logrank(follow_up, sets), "log_rank_robust_not_estimable", notes)
    cox = _supported(
        lambda: hazard_ratio(follow_up, sets, confidence_level=confidence_level), "hazard_ratio_not_estimable", notes
    )
    proportional = None
    if cox is not None:
        beta = cox.log_hazard_ratio
        proportional = _supported(
            lambda: proportionality(follow_up, sets, beta), "proportional_hazards_not_estimable", notes
        )
    return _Contrasts(
        log_rank=None,
        log_rank_stratified=None,
        log_rank_robust=robust,
        cox=cox,
        cox_stratified=None,
        proportional_hazards=proportional,
    )


def _supported(make: Callable[[], Estimate], code: str, notes: list[Note]) -> Estimate | None:
    """The estimate, or None and a note with the reason."""
    try:
        return make()
    except EstimationError as error:
        notes += [Note(code=code, text=problem) for problem in error.problems]
        return None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _ByStratum:
    log_rank: LogRankTest | None
    cox: HazardRatio | None


def _by_stratum(
    follow_up: FollowUp, plain: FollowUp, confidence_level: float, with_cox: bool, notes: list[Note]
) -> _ByStratum:
    """The comparison within clusters; ``plain`` are the same patients without them."""
    observed, expected, variance, amounts, n_events = stratum_sums(
        follow_up.event, follow_up.treated, follow_up.starts, follow_up.cluster, follow_up.n_clusters
    )
    log_rank = _supported(
        lambda: logrank_of_sums(plain, observed, expected, variance, stratified=True),
        "log_rank_stratified_not_estimable",
        notes,
    )
    cox = None
    if with_cox and log_rank is not None:
        sets = RiskSets(amounts[0], amounts[1], amounts[2], amounts[3], n_events)
        cox = _supported(
            lambda: hazard_ratio(plain, sets, confidence_level=confidence_level, stratified=True),
            "hazard_ratio_stratified_not_estimable",
            notes,
        )
    return _ByStratum(log_rank=log_rank, cox=cox)


def _proportionality_notes(test: ProportionalHazardsTest | None) -> list[Note]:
    if test is None or test.p_value >= DOUBTFUL_PROPORTIONALITY:
        return []
    shown = "< 0.001" if test.p_value < 0.001 else f"= {test.p_value:.3f}"
    text = phrase(
        "Proportional hazards are doubtful (p {p_value}): the hazard ratio is an average over follow-up. {advice}",
        p_value=shown,
        advice=READ_THE_MEAN,
    )
    return [Note(code="doubtful_proportional_hazards", text=text)]


def _method(follow_up: FollowUp) -> str:
    n_treated = int(np.count_nonzero(follow_up.treated))
    parts = [
        phrase(
            "{n_treated} treated and {n_control} control patients",
            n_treated=n_treated,
            n_control=follow_up.time.size - n_treated,
        )
    ]
    parts += weighted_word(follow_up.weighted)
    if follow_up.clustered:
        parts.append(phrase("variances over {unit}", unit=UNIT_NAMES[follow_up.unit]))
    return join_phrases(parts, ", ")
