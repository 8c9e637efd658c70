"""One rate in two arms with a covariance that allows for matched sets."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusteredRates:
    """The weighted rate of each arm and how precisely both are known.

    Attributes
    ----------
    treated, control : float
        In [0, 1].
    variance_treated, variance_control, covariance : float
        Of the two rates; the covariance comes from clusters with patients of both arms.
    n_clusters : int
        Independent units: clusters, or patients without them.
    """

    treated: float
    control: float
    variance_treated: float
    variance_control: float
    covariance: float
    n_clusters: int

    def contrast_variance(self, treated: float, control: float) -> float:
        """The variance of a contrast whose derivatives by the two rates are given (delta method)."""
        return (
            treated**2 * self.variance_treated
            + control**2 * self.variance_control
            + 2 * treated * control * self.covariance
        )


def clustered_rates(
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64] | None = None,
    cluster: NDArray[np.int64] | None = None,
) -> ClusteredRates:
    """Estimate a rate in each arm, with the sandwich covariance over matched sets.

    Each patient adds weight times (outcome − rate) divided by the arm's sum of weights; these are summed within a
    cluster, and their squares and products over the clusters. Without clusters and weights that is p(1−p)/n in each
    arm; in 1:1 pairs the difference has the variance of McNemar's discordant pairs, (b + c − (b − c)²/n)/n².

    Parameters
    ----------
    outcome, treated : (n, ) array of bool
    weights : (n, ) array of float, optional
        At least 0; patients of weight 0 take no part.
    cluster : (n, ) array of int, optional
        Patients who belong together, such as a matched set.

    Returns
    -------
    ClusteredRates

    Raises
    ------
    EstimationError
        When an arm has no patients.

    Notes
    -----
    Source: Austin 2011, doi:10.1002/sim.4200 (differences in rates after propensity-score matching).

    Examples
    --------
    >>> rates = clustered_rates(np.array([True, False, False, False]), np.array([True, True, False, False]))
    >>> rates.treated, rates.variance_treated, rates.covariance
    (0.5, 0.125, 0.0)
    """
    kept = np.ones(treated.size, dtype=bool) if weights is None else weights > 0
    used = np.ones(int(kept.sum())) if weights is None else weights[kept]
    arm, happened = treated[kept], outcome[kept].astype(np.float64)
    if not arm.any() or arm.all():
        raise EstimationError(
            phrase(
                "Rates can be compared only when both arms have patients; the treated arm has "
                "{n_treated:,}, the control arm {n_control:,}.",
                n_treated=int(arm.sum()),
                n_control=int((~arm).sum()),
            )
        )
    unit = np.arange(arm.size) if cluster is None else np.unique(cluster[kept], return_inverse=True)[1]
    n_clusters = int(unit.max()) + 1
    rates, scores = [], []
    for members in (arm, ~arm):
        total = used[members].sum()
        rate = float((used[members] * happened[members]).sum() / total)
        rates.append(rate)
        scores.append(np.bincount(unit, weights=used * members * (happened - rate) / total, minlength=n_clusters))
    return ClusteredRates(
        treated=rates[0],
        control=rates[1],
        variance_treated=float(scores[0] @ scores[0]),
        variance_control=float(scores[1] @ scores[1]),
        covariance=float(scores[0] @ scores[1]),
        n_clusters=n_clusters,
    )
