"""What is measured of one term: means, variances and distributions of both arms, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.balance.convention import divisor
from analysis.design.balance.kernel import distribution_gaps
from analysis.design.terms import CovariateTerm
from analysis.errors import EstimationError
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


def measure_term(
    term: CovariateTerm, arm: NDArray[np.bool_], weight: NDArray[np.float64], *, n_missing: int = 0
) -> TermMeasures:
    """Measure one term in the patients given, in the full sample and under the weights."""
    values = term.values
    binary = is_binary(term)
    moments = [
        arm_moments(values[members], w[members], binary=binary)
        for w in (np.ones(values.size), weight)
        for members in (arm, ~arm)
    ]
    if binary:
        before = abs(moments[0].mean - moments[1].mean)
        after = abs(moments[2].mean - moments[3].mean)
        gaps = (before, before, after, after)
    else:
        order = np.argsort(values, kind="stable")
        found = distribution_gaps(values[order], arm[order], weight[order])
        gaps = (float(found[0]), float(found[1]), float(found[2]), float(found[3]))
    return TermMeasures(
        term=term.name,
        covariate=term.covariate,
        binary=binary,
        treated_before=moments[0],
        control_before=moments[1],
        treated_after=moments[2],
        control_after=moments[3],
        gaps=gaps,
        n_missing=n_missing,
    )


def is_binary(term: CovariateTerm) -> bool:
    """Whether a term is a level of a category, or a number of 0 and 1 only."""
    return term.level is not None or bool(((term.values == 0.0) | (term.values == 1.0)).all())


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
    return float(weight.sum() ** 2 / np.square(weight).sum())


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
    for label, members in (("treated", arm), ("control", ~arm)):
        if not members.any():
            yield f"Balance needs patients in both arms; the {label} arm is empty. Check the treatment column."
        elif not (weight[members] > 0).any():
            yield (
                "Balance after matching needs matched patients in both arms; "
                f"no {label} patient has a weight above 0. Widen the caliper."
            )
