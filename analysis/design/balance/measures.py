"""What is measured of one term: means, variances and distributions of both arms, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.decimals import settle_decimal
from analysis.design.arms import arm_name
from analysis.design.balance.convention import divisor
from analysis.design.balance.kernel import total_weights, weighted_moments
from analysis.design.terms import CovariateTerm
from analysis.errors import EstimationError
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

NORMAL_975 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmMoments:
    """Weighted mean and variance of one arm; no variance of a single patient."""

    mean: float
    variance: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TermMeasures:
    """What is measured of one term.

    Attributes
    ----------
    term, covariate : str
        Its name, and the column it was made from.
    binary : bool
        A level of a category, or a number of 0 and 1 only.
    treated_before, control_before, treated_after, control_after : ArmMoments
        In the full sample, and under the design's weights.
    gaps : tuple of float
        Largest and mean difference of the arms' distribution functions before, the same after.
    n_missing : int
        Patients without a value, of whom nothing is measured.
    """

    term: str
    covariate: str
    binary: bool
    treated_before: ArmMoments
    control_before: ArmMoments
    treated_after: ArmMoments
    control_after: ArmMoments
    gaps: tuple[float, float, float, float]
    n_missing: int = 0

    def smd(self, convention: BalanceSettings, *, after: bool) -> float | None:
        """The difference treated − control, standardised as the convention says; None where it has no divisor."""
        treated, control = self._arms(after)
        difference = treated.mean - control.mean
        if self.binary and convention.binary == "raw":
            return difference
        one, zero = self._arms(after and convention.after == "recomputed")
        spread = divisor(one.variance, zero.variance, convention)
        return None if spread is None else difference / spread

    def variance_ratio(self, *, after: bool) -> float | None:
        """Variance of the treated over that of the controls; None for a binary term."""
        one, zero = (arm.variance for arm in self._arms(after))
        return None if self.binary or one is None or zero is None or zero <= 0 else one / zero

    def _arms(self, after: bool) -> tuple[ArmMoments, ArmMoments]:
        if after:
            return self.treated_after, self.control_after
        return self.treated_before, self.control_before


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeightedArms:
    """Both arms under one or several weightings, ready for any number of terms.

    Attributes
    ----------
    arm : ndarray of bool, shape (n,)
    weight : ndarray of float64, shape (n,)
        Of the last weighting.
    weights : ndarray of float64, shape (2 m, n)
        For each weighting the treated, then the controls; 0 in the other arm.
    first, n_weighted : ndarray of int64, shape (2 m,)
    totals : ndarray of float64, shape (2 m, 2)
        As `total_weights` gives them.
    """

    arm: NDArray[np.bool_]
    weight: NDArray[np.float64]
    weights: NDArray[np.float64]
    first: NDArray[np.int64]
    n_weighted: NDArray[np.int64]
    totals: NDArray[np.float64]

    def moments(self, values: NDArray[np.float64], *, binary: bool) -> list[ArmMoments]:
        """Mean and variance of a term in each arm, by the rules of `arm_moments`, one weighting after the other."""
        found = weighted_moments(np.ascontiguousarray(values), self.weights, self.first, self.totals, not binary)
        if binary:
            means = [min(max(mean, 0.0), 1.0) for mean in found[:, 0].tolist()]
            return [ArmMoments(mean=mean, variance=mean * (1.0 - mean)) for mean in means]
        figures = zip(found.tolist(), self.totals.tolist(), self.n_weighted.tolist(), strict=True)
        moments = []
        for (mean, squares), (total, square), n in figures:
            freedom = total * total - square
            variance = squares * total / freedom if n > 1 and freedom > 0 else None
            moments.append(ArmMoments(mean=mean, variance=variance))
        return moments


def weigh_arms(arm: NDArray[np.bool_], *weightings: NDArray[np.float64]) -> WeightedArms:
    """Prepare both arms for measuring terms under some weightings, each with weights above 0 in both arms."""
    weights = np.empty((2 * len(weightings), arm.size))
    for place, weight in enumerate(weightings):
        np.multiply(weight, arm, out=weights[2 * place])
        np.multiply(weight, ~arm, out=weights[2 * place + 1])
    first, n_weighted, totals = total_weights(weights)
    return WeightedArms(
        arm=arm, weight=weightings[-1], weights=weights, first=first, n_weighted=n_weighted, totals=totals
    )


def is_binary(term: CovariateTerm) -> bool:
    """Whether a term is a level of a category, or a number of 0 and 1 only."""
    if term.level is not None:
        return True
    values = term.values
    # Most numbers are told by their first.
    return bool(values[:1].max(initial=0.0) in (0.0, 1.0) and ((values == 0.0) | (values == 1.0)).all())


def arm_moments(values: NDArray[np.float64], weight: NDArray[np.float64], *, binary: bool) -> ArmMoments:
    """Weighted mean and variance: p(1 − p) if binary, else Σw(x − m)²·Σw/((Σw)² − Σw²), which is n − 1 for equal weights.

    Parameters
    ----------
    values, weight : ndarray of float64, shape (n,)
        Of one arm, in which some weight is above 0.
    binary : bool
        Whether the values are 0 and 1.
    """
    used = weight > 0
    values, weight = values[used], weight[used]
    total = weight.sum()
    # Measured from the first value, so that a constant column has a variance of exactly 0.
    origin = values[0]
    offsets = values - origin
    offset = float(weight @ offsets / total)
    mean = float(origin) + offset
    if binary:
        mean = min(max(mean, 0.0), 1.0)
        return ArmMoments(mean=mean, variance=mean * (1.0 - mean))
    freedom = total * total - weight @ weight
    if values.size < 2 or freedom <= 0:
        return ArmMoments(mean=mean, variance=None)
    return ArmMoments(mean=mean, variance=float(weight @ np.square(offsets - offset) * total / freedom))


def root(variance: float | None) -> float | None:
    """The standard deviation, where there is a variance."""
    return None if variance is None else sqrt(variance)


def effective_sample_size(weight: NDArray[np.float64]) -> float:
    """(Σw)²/Σw²: how many patients of equal weight would say as much.

    >>> effective_sample_size(np.array([1.0, 1.0, 2.0, 0.0]))
    2.6666666666666665
    """
    return settle_decimal(float(weight.sum() ** 2 / np.square(weight).sum()))


def chance_smd(n_treated: float, n_control: float) -> float:
    """|SMD| that chance alone stays below in 95 % of randomised comparisons of this (effective) size.

    1.96·√(1/n₁ + 1/n₀), the normal approximation to the distribution of an SMD whose true value is 0.

    >>> round(chance_smd(25, 25), 3)
    0.554
    """
    return NORMAL_975 * sqrt(1.0 / n_treated + 1.0 / n_control)


def checked_arrays(
    columns: pd.DataFrame | pd.Series, treated: ArrayLike, weights: ArrayLike
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Arms and weights as arrays, of one length, with patients to compare in both arms.

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.
    """
    arm = np.asarray(treated, dtype=np.bool_)
    weight = np.asarray(weights, dtype=np.float64)
    if arm.shape != weight.shape or arm.size != len(columns):
        raise ValueError("covariates, treated and weights must have one entry per patient")
    if (weight < 0).any():
        raise ValueError("weights must not be negative")
    problems = [*_arm_problems(arm, weight)]
    if problems:
        raise EstimationError(*problems)
    return arm, weight


def _arm_problems(arm: NDArray[np.bool_], weight: NDArray[np.float64]) -> Iterator[str]:
    compared = weight > 0
    for name, members in ((arm_name(treated=True), arm), (arm_name(treated=False), ~arm)):
        if not members.any():
            yield phrase(
                "Balance needs patients in both arms; the {arm} arm is empty. Check the treatment column.", arm=name
            )
        elif not (compared & members).any():
            yield phrase(
                "Balance after matching needs matched patients in both arms; no {arm} patient has a weight above 0. "
                "Widen the caliper.",
                arm=name,
            )
