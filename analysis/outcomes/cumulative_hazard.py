"""Cumulative hazard by Nelson and Aalen: how much risk patients have lived through by each time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.notes import Note
from analysis.outcomes.cumulative_hazard_kernel import hazard_jackknife_error
from analysis.outcomes.follow_up import FollowUp, sort_follow_up
from analysis.outcomes.survival import estimate, normal_quantile
from analysis.outcomes.words import WEIGHTED, jackknife_variance
from analysis.phrases import join_phrases, phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeHazard:
    """The cumulative hazard of one group at each distinct time; a straight line is a constant hazard.

    Attributes
    ----------
    time : (k,) float64
        Distinct times of events or censoring, ascending; the hazard is 0 before the first.
    hazard, standard_error : (k,) float64
        ≥ 0; expected number of events of a patient who could have several.
    ci_lower, ci_upper : (k,) float64
        Pointwise limits, NaN before the first event.
    ci_defined : (k,) bool
    n_at_risk, n_events : (k,) int64
        Never weighted.
    n, n_total_events : int
    """

    time: NDArray[np.float64]
    hazard: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    ci_lower: NDArray[np.float64]
    ci_upper: NDArray[np.float64]
    ci_defined: NDArray[np.bool_]
    n_at_risk: NDArray[np.int64]
    n_events: NDArray[np.int64]
    n: int
    n_total_events: int
    method: str
    confidence_level: float
    notes: tuple[Note, ...]

    def to_table(self) -> pd.DataFrame:
        """One row for each distinct time, undefined limits missing."""
        names = ("time", "n_at_risk", "n_events", "hazard", "standard_error", "ci_lower", "ci_upper")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def cumulative_hazard(
    time: ArrayLike,
    event: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
) -> CumulativeHazard:
    """Estimate the cumulative hazard of one group of patients.

    Parameters
    ----------
    time : (n,) numbers
        ≥ 0, any unit; tied as in :func:`~analysis.outcomes.survival.kaplan_meier`.
    event : (n,) bool
    weights : (n,) numbers, optional
        ≥ 0; patients of weight 0 are left out.
    cluster : (n,) labels, optional
        Patients who belong together; used where weights differ.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    CumulativeHazard
        Sums of events over patients at risk. Where weights do not differ the variance sums d/n²; otherwise it is the
        infinitesimal jackknife over clusters, by default over patients. Both are R's ``survfit()$std.chaz``. Limits
        are symmetric on the logarithm.

    Raises
    ------
    EstimationError
        If columns differ in length, are empty, or hold impossible times, events or weights.

    Notes
    -----
    Aalen 1978, doi:10.1214/aos/1176344247.

    Examples
    --------
    >>> cumulative_hazard([1, 2, 3, 4], [True, False, True, True]).hazard.tolist()
    [0.25, 0.25, 0.75, 1.75]
    """
    z = normal_quantile(confidence_level)
    follow_up = sort_follow_up(time, event, weights=weights, cluster=cluster)
    curve = estimate(follow_up)
    hazard = np.cumsum((curve.at_risk - curve.survivors) * (curve.n_events > 0) / curve.at_risk)
    error = np.sqrt(np.cumsum(curve.n_events / curve.n_at_risk.astype(np.float64) ** 2))
    if follow_up.weighted:
        error = hazard_jackknife_error(
            follow_up.event, follow_up.weights, follow_up.cluster, follow_up.n_clusters, follow_up.starts, curve
        )
    defined = hazard > 0.0
    factor = np.full(hazard.size, np.nan)
    factor[defined] = np.exp(z * error[defined] / hazard[defined])
    n_total_events = int(curve.n_events.sum())
    return CumulativeHazard(
        time=follow_up.time[follow_up.starts[:-1]],
        hazard=hazard,
        standard_error=error,
        ci_lower=hazard / factor,
        ci_upper=hazard * factor,
        ci_defined=defined,
        n_at_risk=curve.n_at_risk,
        n_events=curve.n_events,
        n=follow_up.time.size,
        n_total_events=n_total_events,
        method=_method(follow_up),
        confidence_level=confidence_level,
        notes=()
        if n_total_events
        else (Note(code="no_events", text=phrase("No event was observed: the cumulative hazard stays at 0.")),),
    )


def _method(follow_up: FollowUp) -> str:
    variance = phrase("variance d/n²")
    if follow_up.weighted:
        variance = join_phrases([WEIGHTED, jackknife_variance(follow_up.unit)], ", ")
    return phrase("Nelson–Aalen cumulative hazard, {variance}, log confidence limits", variance=variance)
