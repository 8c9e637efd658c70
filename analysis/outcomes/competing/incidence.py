"""Cumulative incidence: the share of patients to whom one thing has happened first, when others may forestall it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.decimals import settle_decimal
from analysis.errors import SettingsError
from analysis.notes import Note
from analysis.outcomes.competing.causes import CompetingFollowUp, one_arm_causes, sort_competing
from analysis.outcomes.competing.incidence_kernel import (
    aalen_johansen,
    cause_sets,
    counting_error,
    incidence_jackknife_error,
)
from analysis.outcomes.follow_up_kernel import TIE_TOLERANCE
from analysis.outcomes.survival import normal_quantile
from analysis.outcomes.survival_kernel import LOG_LOG, survival_limits
from analysis.outcomes.words import WEIGHTED, jackknife_variance
from analysis.phrases import join_phrases, phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeIncidence:
    """The share of one arm's patients with an event of one cause by each distinct time.

    Attributes
    ----------
    cause : int
    time : (k,) float64
        Distinct times of events or censoring, ascending; the incidence is 0 before the first.
    incidence, standard_error : (k,) float64
        In [0, 1]. The incidences of all causes and ``event_free`` sum to 1.
    event_free : (k,) float64
        Share of patients without an event of any cause.
    ci_lower, ci_upper : (k,) float64
        Pointwise limits, NaN where the incidence is 0 or 1.
    ci_defined : (k,) bool
    n_at_risk, n_events, n_competing, n_censored : (k,) int64
        Patients with time ≥ t; events of the cause, of other causes, and censored at t; never weighted.
    effective_at_risk : (k,) float64 or None
        (Σw)²/Σw² of the patients at risk; None without weights.
    n, n_total_events, n_total_competing : int
    """

    cause: int
    time: NDArray[np.float64]
    incidence: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    event_free: NDArray[np.float64]
    ci_lower: NDArray[np.float64]
    ci_upper: NDArray[np.float64]
    ci_defined: NDArray[np.bool_]
    n_at_risk: NDArray[np.int64]
    n_events: NDArray[np.int64]
    n_competing: NDArray[np.int64]
    n_censored: NDArray[np.int64]
    effective_at_risk: NDArray[np.float64] | None
    n: int
    n_total_events: int
    n_total_competing: int
    method: str
    confidence_level: float
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each distinct time, undefined limits missing."""
        columns = {
            "time": self.time,
            "n_at_risk": self.n_at_risk,
            "n_events": self.n_events,
            "n_competing": self.n_competing,
            "n_censored": self.n_censored,
            "incidence": self.incidence,
            "standard_error": self.standard_error,
            "ci_lower": self.ci_lower,
            "ci_upper": self.ci_upper,
        }
        if self.effective_at_risk is not None:
            columns["effective_at_risk"] = self.effective_at_risk
        return pd.DataFrame(columns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CompetingIncidence:
    """Cumulative incidence of every cause in both arms; ``treated[0]`` is the first cause in the treated arm."""

    treated: tuple[CumulativeIncidence, ...]
    control: tuple[CumulativeIncidence, ...]
    n_causes: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncidenceAt:
    """Cumulative incidence at one time, with the counts of the table under the curve.

    Attributes
    ----------
    ci_lower, ci_upper : float or None
        None where the limits are undefined.
    at_risk, events, competing, censored : int
        Patients with time ≥ t; events, competing events and censored patients before t. The four sum to n.
    effective_at_risk : float or None
        (Σw)²/Σw² of the patients at risk; None without weights.
    """

    time: float
    incidence: float
    ci_lower: float | None
    ci_upper: float | None
    at_risk: int
    events: int
    competing: int
    censored: int
    effective_at_risk: float | None


def cumulative_incidence(
    time: ArrayLike,
    cause: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> CompetingIncidence:
    """Estimate by Aalen and Johansen how often each cause has happened by when, in both arms.

    One minus a Kaplan–Meier curve that censors the other causes is never used: it gives the share in a world where
    nothing else can happen, and is too high in this one.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    cause : (n,) whole numbers
        What happened first: 0 = censored, 1, 2, … the causes.
    treated : (n,) bool
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together, for example to one matched set.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    CompetingIncidence
        Where weights do not differ within an arm, the variance takes the causes as independent counting processes
        (R's ``cmprsk::cuminc``). Otherwise it is the infinitesimal jackknife over clusters, by default over patients
        (R's ``survfit`` of several states with ``weights`` and ``cluster``). Limits are symmetric for log(−log(F)).

    Raises
    ------
    EstimationError
        If columns differ in length, are empty, or hold impossible times, causes or weights.

    Notes
    -----
    Aalen & Johansen 1978; Gray 1988, doi:10.1214/aos/1176350951. In words for clinicians: Putter, Fiocco & Geskus
    2007, doi:10.1002/sim.2712.

    Examples
    --------
    >>> both = cumulative_incidence([1, 2, 3, 4, 1, 2], [1, 2, 0, 1, 1, 2], [True] * 4 + [False] * 2)
    >>> both.treated[0].incidence.tolist(), both.treated[1].incidence.tolist()
    ([0.25, 0.25, 0.25, 0.75], [0.0, 0.25, 0.25, 0.25])
    """
    patients = sort_competing(time, cause, treated, weights=weights, cluster=cluster)
    arms = one_arm_causes(patients, True), one_arm_causes(patients, False)
    causes = range(1, patients.n_causes + 1)
    return CompetingIncidence(
        treated=tuple(_one_cause(arms[0], number, confidence_level) for number in causes),
        control=tuple(_one_cause(arms[1], number, confidence_level) for number in causes),
        n_causes=patients.n_causes,
    )


def _one_cause(patients: CompetingFollowUp, cause: int, confidence_level: float) -> CumulativeIncidence:
    z, follow_up = normal_quantile(confidence_level), patients.follow_up
    sets = cause_sets(patients.cause, follow_up.weights, follow_up.starts, cause)
    incidence, free = aalen_johansen(sets)
    effective = None
    if follow_up.weighted:
        error = incidence_jackknife_error(
            patients.cause,
            follow_up.weights,
            follow_up.cluster,
            follow_up.n_clusters,
            follow_up.starts,
            cause,
            sets,
            incidence,
        )
        effective = sets.at_risk**2 / sets.squared_weights
    else:
        error = counting_error(sets)
    # Sums of shares may pass 1 by rounding.
    lower, upper = survival_limits(np.minimum(incidence, 1.0), error, z, LOG_LOG)
    n_total_events = int(sets.n_events.sum())
    text = phrase("No event of cause {cause} was observed: its incidence stays at 0.", cause=cause)
    return CumulativeIncidence(
        cause=cause,
        time=follow_up.time[follow_up.starts[:-1]],
        incidence=incidence,
        standard_error=error,
        event_free=free,
        ci_lower=lower,
        ci_upper=upper,
        ci_defined=~(np.isnan(lower) | np.isnan(upper)),
        n_at_risk=sets.n_at_risk,
        n_events=sets.n_events,
        n_competing=sets.n_competing,
        n_censored=sets.n_censored,
        effective_at_risk=effective,
        n=follow_up.time.size,
        n_total_events=n_total_events,
        n_total_competing=int(sets.n_competing.sum()),
        method=_method(patients),
        confidence_level=confidence_level,
        notes=() if n_total_events else (Note(code="no_events", text=text),),
    )


def _method(patients: CompetingFollowUp) -> str:
    variance = phrase("variance of independent counting processes")
    if patients.follow_up.weighted:
        variance = join_phrases([WEIGHTED, jackknife_variance(patients.follow_up.unit)], ", ")
    return phrase("Aalen–Johansen cumulative incidence, {variance}, log-log confidence limits", variance=variance)


def incidence_at(curve: CumulativeIncidence, times: Iterable[float]) -> tuple[IncidenceAt, ...]:
    """Read an incidence at given times, with the counts that belong under it.

    Parameters
    ----------
    curve : CumulativeIncidence
    times : numbers in the unit of the curve
        A time tied with an observed one counts as equal to it. After the last observed time the incidence stays
        where it is and nobody is at risk; before the first it is 0 without limits.

    Returns
    -------
    tuple of IncidenceAt
        One for each time, in the order given.

    Raises
    ------
    SettingsError
        If a time is negative or not finite.

    Examples
    --------
    >>> both = cumulative_incidence([1, 2, 3, 4, 1, 2], [1, 2, 0, 1, 1, 2], [True] * 4 + [False] * 2)
    >>> row = incidence_at(both.treated[0], [3])[0]
    >>> row.incidence, row.at_risk, row.events, row.competing, row.censored
    (0.25, 2, 1, 1, 0)
    """
    ticks = np.array([float(time) for time in times])
    if ticks.size and not (ticks.min() >= 0.0 and ticks.max() < np.inf):
        raise SettingsError(
            phrase("Times at which incidence is read must be finite and at least 0. Correct the list of times.")
        )
    gap = max(TIE_TOLERANCE, TIE_TOLERANCE * float(curve.time.mean()))
    reached = np.searchsorted(curve.time, ticks + gap, side="right") - 1  # last observed time ≤ tick
    passed = np.searchsorted(curve.time, ticks - gap, side="left")  # observed times < tick
    return tuple(
        _read(curve, float(tick), int(last), int(before))
        for tick, last, before in zip(ticks, reached, passed, strict=True)
    )


def _read(curve: CumulativeIncidence, tick: float, last: int, before: int) -> IncidenceAt:
    observed = before < curve.time.size
    at_risk = int(curve.n_at_risk[before]) if observed else 0
    events, competing = int(curve.n_events[:before].sum()), int(curve.n_competing[:before].sum())
    effective = None
    if curve.effective_at_risk is not None:
        effective = settle_decimal(float(curve.effective_at_risk[before])) if observed else 0.0
    defined = last >= 0 and bool(curve.ci_defined[last])
    return IncidenceAt(
        time=tick,
        incidence=float(curve.incidence[last]) if last >= 0 else 0.0,
        ci_lower=float(curve.ci_lower[last]) if defined else None,
        ci_upper=float(curve.ci_upper[last]) if defined else None,
        at_risk=at_risk,
        events=events,
        competing=competing,
        censored=curve.n - at_risk - events - competing,
        effective_at_risk=effective,
    )
