"""Kaplan–Meier curves: how many patients are still without the event, and how surely that is known."""

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from analysis.decimals import settle_decimal
from analysis.errors import SettingsError
from analysis.notes import Note
from analysis.outcomes.follow_up import FollowUp, one_arm, sort_follow_up
from analysis.outcomes.follow_up_kernel import TIE_TOLERANCE
from analysis.outcomes.survival_kernel import (
    LOG,
    LOG_LOG,
    PLAIN,
    ProductLimit,
    crossing_time,
    curve_limits,
    product_limit_columns,
    read_steps,
    reverse_crossing,
)
from analysis.outcomes.words import WEIGHTED, jackknife_variance
from analysis.phrases import join_phrases, phrase

ConfidenceInterval = Literal["log-log", "log", "plain"]

TRANSFORMS = {"log-log": LOG_LOG, "log": LOG, "plain": PLAIN}

INTERVAL_NAMES = {"log-log": phrase("log-log"), "log": phrase("log"), "plain": phrase("plain")}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KaplanMeierCurve:
    """The share of patients without the event at each distinct time of follow-up.

    Attributes
    ----------
    time : (k,) float64
        Distinct times of events or censoring, ascending; the curve is 1 before the first.
    survival, standard_error : (k,) float64
        In [0, 1]. The error is NaN where the curve is 0 and the variance is Greenwood's.
    ci_lower, ci_upper : (k,) float64
        Pointwise limits; NaN where undefined: at a survival of 0 (with plain limits only where the variance is
        Greenwood's) and, with log-log limits, at 1.
    ci_defined : (k,) bool
        Where both limits exist.
    n_at_risk, n_events, n_censored : (k,) int64
        Patients with time ≥ t, events at t, censored at t; never weighted.
    effective_at_risk : (k,) float64 or None
        (Σw)²/Σw² of the patients at risk; None without weights.
    n, n_total_events : int
    effective_n : float or None
        (Σw)²/Σw² of all patients; None without weights.
    median, median_ci_lower, median_ci_upper : float or None
        In the unit of ``time``; None when not reached.
    """

    time: NDArray[np.float64]
    survival: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    ci_lower: NDArray[np.float64]
    ci_upper: NDArray[np.float64]
    ci_defined: NDArray[np.bool_]
    n_at_risk: NDArray[np.int64]
    n_events: NDArray[np.int64]
    n_censored: NDArray[np.int64]
    effective_at_risk: NDArray[np.float64] | None
    n: int
    n_total_events: int
    effective_n: float | None
    median: float | None
    median_ci_lower: float | None
    median_ci_upper: float | None
    method: str
    confidence_level: float
    confidence_interval: ConfidenceInterval
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each distinct time, undefined limits missing."""
        columns = {
            "time": self.time,
            "n_at_risk": self.n_at_risk,
            "n_events": self.n_events,
            "n_censored": self.n_censored,
            "survival": self.survival,
            "standard_error": self.standard_error,
            "ci_lower": self.ci_lower,
            "ci_upper": self.ci_upper,
        }
        if self.effective_at_risk is not None:
            columns["effective_at_risk"] = self.effective_at_risk
        return pd.DataFrame(columns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalAt:
    """Survival at one time, with the counts of the table under the curve.

    Attributes
    ----------
    at_risk, events, censored : int
        Patients with time ≥ t; events and censored patients before t. The three sum to n.
    ci_lower, ci_upper : float or None
        None where the limits are undefined.
    effective_at_risk : float or None
        (Σw)²/Σw² of the patients at risk; None without weights.
    """

    time: float
    survival: float
    ci_lower: float | None
    ci_upper: float | None
    at_risk: int
    events: int
    censored: int
    effective_at_risk: float | None


def kaplan_meier(
    time: ArrayLike,
    event: ArrayLike,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    *,
    confidence_level: float = 0.95,
    confidence_interval: ConfidenceInterval = "log-log",
) -> KaplanMeierCurve:
    """Estimate the survival of one group of patients by the product-limit method.

    Parameters
    ----------
    time : (n,) numbers
        Time to event or censoring, any unit, ≥ 0. Times at most 1.5e-8 apart, absolutely or relative to the mean
        of the distinct times, are tied. Events come before censoring at the same time.
    event : (n,) bool
        True where the event was observed.
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together; by default each patient on their own.
    confidence_level : float
        In (0, 1).
    confidence_interval : {"log-log", "log", "plain"}
        The scale on which the limits are symmetric.

    Returns
    -------
    KaplanMeierCurve
        When all weights are the same the variance is Greenwood's, whether clusters are given or not. Otherwise it is
        the infinitesimal jackknife summed within clusters. A common factor of the weights changes nothing. The median
        is the first time at which survival is below one half; where survival first equals one half (to 1.5e-8), the
        midpoint of that time and the next drop, or that time itself when no drop follows. Its limits are read off the
        bands by the same rule.

    Raises
    ------
    EstimationError
        If columns differ in length, are empty, or hold impossible times, events or weights.
    SettingsError
        If the confidence level or interval is not one of those above.

    Notes
    -----
    Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452. Limits for the median: Brookmeyer & Crowley 1982,
    doi:10.2307/2530286.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 3, 4], [True, True, True, True])
    >>> curve.survival.tolist(), curve.median
    ([0.75, 0.5, 0.25, 0.0], 2.5)
    """
    follow_up = sort_follow_up(time, event, weights=weights, cluster=cluster)
    return survival_curve(
        follow_up, estimate(follow_up), confidence_level=confidence_level, confidence_interval=confidence_interval
    )


def kaplan_meier_by_arm(
    time: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    confidence_level: float = 0.95,
    confidence_interval: ConfidenceInterval = "log-log",
) -> tuple[KaplanMeierCurve, KaplanMeierCurve]:
    """Estimate the survival of the treated and of the controls, sorted together: what :func:`kaplan_meier` gives for each.

    Parameters
    ----------
    time, event, weights, confidence_level, confidence_interval
        As for :func:`kaplan_meier`, of the patients of both arms.
    treated : (n,) bool
        Both arms must hold patients.

    Returns
    -------
    treated, control : KaplanMeierCurve

    Raises
    ------
    EstimationError, SettingsError
        As :func:`kaplan_meier`, and if an arm is empty.

    Examples
    --------
    >>> treated, control = kaplan_meier_by_arm([1, 2, 3, 4], [True] * 4, [True, False, True, False])
    >>> treated.time.tolist(), control.median
    ([1.0, 3.0], 3.0)
    """
    follow_up = sort_follow_up(time, event, treated, weights=weights)
    of_treated, of_control = (
        survival_curve(arm, estimate(arm), confidence_level=confidence_level, confidence_interval=confidence_interval)
        for arm in (one_arm(follow_up, True), one_arm(follow_up, False))
    )
    return of_treated, of_control


def estimate(follow_up: FollowUp) -> ProductLimit:
    """Counts and curve of one group, without limits."""
    counts, amounts = product_limit_columns(follow_up.event, follow_up.weights, follow_up.starts)
    return ProductLimit(*counts, *amounts)


def survival_curve(
    follow_up: FollowUp,
    curve: ProductLimit,
    *,
    confidence_level: float,
    confidence_interval: ConfidenceInterval,
) -> KaplanMeierCurve:
    """The estimate of one group with its limits and median; see :func:`kaplan_meier`."""
    z = normal_quantile(confidence_level)
    transform = _transform(confidence_interval)
    figures, defined, n_total_events = curve_limits(
        follow_up.time,
        follow_up.event,
        follow_up.weights,
        follow_up.cluster,
        follow_up.n_clusters,
        follow_up.starts,
        curve,
        follow_up.weighted,
        z,
        transform,
    )
    time, error, lower, upper, effective = figures
    weighted = follow_up.weighted
    return KaplanMeierCurve(
        time=time,
        survival=curve.survival,
        standard_error=error,
        ci_lower=lower,
        ci_upper=upper,
        ci_defined=defined,
        n_at_risk=curve.n_at_risk,
        n_events=curve.n_events,
        n_censored=curve.n_censored,
        effective_at_risk=effective if weighted else None,
        n=follow_up.time.size,
        n_total_events=n_total_events,
        effective_n=settle_decimal(float(effective[0])) if weighted else None,
        median=_median(time, curve.survival),
        median_ci_lower=_median(time, lower),
        median_ci_upper=_median(time, upper),
        method=_method(follow_up, confidence_interval),
        confidence_level=confidence_level,
        confidence_interval=confidence_interval,
        notes=()
        if n_total_events
        else (Note(code="no_events", text=phrase("No event was observed: the curve stays at 1.")),),
    )


@functools.cache
def normal_quantile(confidence_level: float) -> float:
    """The multiple of the standard error that a two-sided interval of this level reaches."""
    if not 0.0 < confidence_level < 1.0:
        raise SettingsError(
            phrase(
                "The confidence level must lie between 0 and 1; {level:g} was given. Use 0.95 for 95 %.",
                level=confidence_level,
            )
        )
    return float(ndtri(0.5 + 0.5 * confidence_level))


def _transform(confidence_interval: str) -> int:
    if confidence_interval not in TRANSFORMS:
        raise SettingsError(
            phrase(
                "The confidence interval of a curve must be one of {intervals}; '{given}' "
                "was given. Choose one of these.",
                intervals=", ".join(TRANSFORMS),
                given=confidence_interval,
            )
        )
    return TRANSFORMS[confidence_interval]


def _median(time: NDArray[np.float64], band: NDArray[np.float64]) -> float | None:
    crossing = float(crossing_time(time, band, 0.5, TIE_TOLERANCE))
    return None if crossing != crossing else crossing


def _method(follow_up: FollowUp, confidence_interval: str) -> str:
    variance = phrase("Greenwood variance")
    if follow_up.weighted:
        variance = join_phrases([WEIGHTED, jackknife_variance(follow_up.unit)], ", ")
    return phrase(
        "Kaplan–Meier, {variance}, {limits} confidence limits",
        variance=variance,
        limits=INTERVAL_NAMES[confidence_interval],
    )


def follow_up_median(follow_up: FollowUp, curve: ProductLimit) -> float | None:
    """Median time under observation by the reverse Kaplan–Meier method, unweighted; None when not reached.

    Events count as the end of observation by something else, censoring as what is being timed.
    Source: Schemper & Smith 1996, doi:10.1016/0197-2456(96)00075-X.
    """
    crossing = float(
        reverse_crossing(follow_up.time, follow_up.starts, curve.n_at_risk, curve.n_censored, TIE_TOLERANCE)
    )
    return None if crossing != crossing else crossing


def survival_at(curve: KaplanMeierCurve, times: Iterable[float]) -> tuple[SurvivalAt, ...]:
    """Read a curve at given times, with the counts that belong under it.

    Parameters
    ----------
    curve : KaplanMeierCurve
    times : numbers in the unit of the curve
        A time tied with an observed one counts as equal to it. After the last observed time survival stays where
        it is and nobody is at risk; before the first it is 1 with limits of 1.

    Returns
    -------
    tuple of SurvivalAt
        One for each time, in the order given.

    Raises
    ------
    SettingsError
        If a time is negative or not finite.

    Examples
    --------
    >>> curve = kaplan_meier([1, 2, 3, 4], [True, False, True, True])
    >>> [(row.survival, row.at_risk, row.events, row.censored) for row in survival_at(curve, [0, 2.5])]
    [(1.0, 4, 0, 0), (0.75, 2, 1, 1)]
    """
    ticks = np.array([float(time) for time in times])
    if ticks.size == 0:
        return ()
    if not all(0.0 <= tick < math.inf for tick in ticks.tolist()):
        raise SettingsError(
            phrase("Times at which survival is read must be finite and at least 0. Correct the list of times.")
        )
    figures, counts = read_steps(
        curve.time,
        curve.survival,
        curve.ci_lower,
        curve.ci_upper,
        curve.n_at_risk,
        curve.n_events,
        ticks,
        TIE_TOLERANCE,
    )
    rows = zip(ticks.tolist(), figures.tolist(), counts.tolist(), strict=True)
    return tuple(_at(curve, tick, *figure, *count) for tick, figure, count in rows)


def _at(
    curve: KaplanMeierCurve,
    tick: float,
    survival: float,
    lower: float,
    upper: float,
    at_risk: int,
    events: int,
    before: int,
) -> SurvivalAt:
    effective = None
    if curve.effective_at_risk is not None:
        effective = settle_decimal(float(curve.effective_at_risk[before])) if before < curve.time.size else 0.0
    return SurvivalAt(
        time=tick,
        survival=survival,
        ci_lower=None if lower != lower else lower,
        ci_upper=None if upper != upper else upper,
        at_risk=at_risk,
        events=events,
        censored=curve.n - at_risk - events,
        effective_at_risk=effective,
    )
