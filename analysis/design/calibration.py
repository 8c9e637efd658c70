"""Calibration of a score: whether of patients with a score of 0.3 three in ten were treated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, ndtri
from scipy.special import logit as log_odds

from analysis.design.logistic import fit_logistic, standardise
from analysis.design.separation import separating_covariates
from analysis.errors import EstimationError
from analysis.phrases import phrase

SMALLEST_GROUP = 20
"""Patients to a group: with fewer, a share says nothing; fewer groups are made then."""

CONFIDENCE_LEVEL = 0.95
# Scores of 0 and 1 count as this near to them: the spacing of numbers next to 1.
_NEAREST = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """How the shares of treated patients follow the score.

    Attributes
    ----------
    n, n_groups : int
        Patients; groups of similar score, in ascending order.
    group_n, group_treated : ndarray of int64, shape (n_groups,)
        Patients of each group, and those of them who were treated.
    mean_predicted, observed : ndarray of float64, shape (n_groups,)
        Mean score of each group, and its share of treated patients.
    ci_lower, ci_upper : ndarray of float64, shape (n_groups,)
        Wilson limits of that share.
    confidence_level : float
        0.95.
    intercept, slope, slope_standard_error : float or None
        Of the logistic regression of treatment on the score's log odds: 0 and 1 for a calibrated score, a slope below 1
        for one too extreme. None where it has no estimate: all scores equal, or arms that the score separates.
    in_the_large : float
        What would have to be added to every log odds for the mean score to be the share of the treated: above 0, the
        scores are too low.
    brier_score : float
        Mean squared difference of score and treatment (1 or 0).
    """

    n: int
    n_groups: int
    group_n: NDArray[np.int64]
    group_treated: NDArray[np.int64]
    mean_predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    ci_lower: NDArray[np.float64]
    ci_upper: NDArray[np.float64]
    confidence_level: float
    intercept: float | None
    slope: float | None
    slope_standard_error: float | None
    in_the_large: float
    brier_score: float

    def to_table(self) -> pd.DataFrame:
        """One row per group: patients, treated, mean predicted, observed share and its limits."""
        return pd.DataFrame(
            {
                "n": self.group_n,
                "treated": self.group_treated,
                "mean_predicted": self.mean_predicted,
                "observed": self.observed,
                "ci_lower": self.ci_lower,
                "ci_upper": self.ci_upper,
            }
        )


def calibration(propensity_score: ArrayLike, treated: ArrayLike, groups: int = 10) -> Calibration:
    """Compare scores with the shares that were treated, by groups of the score and by logistic recalibration.

    Groups hold about equal numbers, at least about 20 patients; equal scores share a group, so that there may be fewer
    groups than asked for. A logistic regression is calibrated in the patients it was fitted to (slope 1, intercept 0)
    whatever it is worth; for cross-fitted scores and scores brought in the figures are a test.

    Parameters
    ----------
    propensity_score : array_like of float, shape (n,)
        Probability of treatment, in [0, 1].
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    groups : int
        Most groups to make: 10 for tenths of the patients.

    Returns
    -------
    Calibration

    Raises
    ------
    EstimationError
        One arm only, or scores that are missing or no probabilities.

    Notes
    -----
    Slope and intercept: Cox 1958, Biometrika 45:562-565. Limits: Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> score = np.repeat([0.25, 0.5], 40)
    >>> arm = np.arange(80) % 4 == 0  # a quarter of each group, half as many as foretold in the second
    >>> found = calibration(score, arm)
    >>> found.mean_predicted.tolist(), found.observed.tolist()
    ([0.25, 0.5], [0.25, 0.25])
    >>> found.brier_score  # (3/16 + 1/4) / 2
    0.21875
    """
    score = np.asarray(propensity_score, dtype=np.float64)
    arm = np.asarray(treated, dtype=np.bool_)
    _refuse_unusable(score, arm)
    group = _groups(score, groups)
    group_n = np.bincount(group)
    group_treated = np.bincount(group[arm], minlength=group_n.size)
    lower, upper = _wilson_limits(group_treated, group_n)
    logit = log_odds(np.clip(score, _NEAREST, 1 - _NEAREST))
    line = _recalibration(logit, arm)
    return Calibration(
        n=arm.size,
        n_groups=group_n.size,
        group_n=group_n,
        group_treated=group_treated,
        mean_predicted=np.bincount(group, weights=score) / group_n,
        observed=group_treated / group_n,
        ci_lower=lower,
        ci_upper=upper,
        confidence_level=CONFIDENCE_LEVEL,
        intercept=None if line is None else line[0],
        slope=None if line is None else line[1],
        slope_standard_error=None if line is None else line[2],
        in_the_large=_in_the_large(logit, arm),
        brier_score=float(np.square(score - arm).mean()),
    )


def _refuse_unusable(score: NDArray[np.float64], arm: NDArray[np.bool_]) -> None:
    n_treated = int(arm.sum())
    if n_treated in (0, arm.size):
        raise EstimationError(
            phrase(
                "Calibration needs patients in both arms; found {n_treated} treated and {n_control} "
                "control. Check the treatment column and its two arms.",
                n_treated=n_treated,
                n_control=arm.size - n_treated,
            )
        )
    n_wrong = int(np.count_nonzero(~((score >= 0) & (score <= 1))))
    if n_wrong:
        raise EstimationError(
            phrase(
                "Scores must be probabilities from 0 to 1; {n_wrong} of {n} are missing or "
                "outside. Bring in probabilities, or choose a model for the score.",
                n_wrong=n_wrong,
                n=score.size,
            )
        )


def _groups(score: NDArray[np.float64], groups: int) -> NDArray[np.int64]:
    from scipy.stats import rankdata  # slow to load, and needed on one page only

    # By the middle of their ranks equal scores fall together; numbers that no score falls on are closed up.
    n_groups = max(1, min(groups, score.size // SMALLEST_GROUP))
    place = np.ceil(rankdata(score) * n_groups / score.size - 1e-9).astype(np.int64)
    numbers: NDArray[np.int64] = np.unique(place, return_inverse=True)[1]
    return numbers


def _wilson_limits(
    n_events: NDArray[np.int64], n: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    z = ndtri((1 + CONFIDENCE_LEVEL) / 2)
    share = n_events / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Exact at the ends, where rounding would leave the share outside its own limits.
    return np.where(n_events == 0, 0.0, middle - half), np.where(n_events == n, 1.0, middle + half)


def _recalibration(logit: NDArray[np.float64], arm: NDArray[np.bool_]) -> tuple[float, float, float] | None:
    if logit.min() == logit.max():
        return None
    design = standardise([logit])
    fit = fit_logistic(design, arm)
    if not fit.proven and (not fit.converged or separating_covariates(design.matrix, ("score",), arm)):
        return None
    return float(fit.coefficients[0]), float(fit.coefficients[1]), float(fit.standard_errors[1])


def _in_the_large(logit: NDArray[np.float64], arm: NDArray[np.bool_]) -> float:
    from scipy.optimize import brentq

    n_treated = int(arm.sum())
    overall = np.log(n_treated / (arm.size - n_treated))
    # With every log odds at the largest, or at the smallest, the shift would be one end of the bracket.
    low, high = overall - logit.max() - 1.0, overall - logit.min() + 1.0
    return float(brentq(lambda shift: float(expit(logit + shift).sum()) - n_treated, low, high, xtol=1e-13))
