"""The distribution of one covariate in both arms: its distribution function and density, or the shares of its levels."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.arms import arm_name
from analysis.design.balance import effective_sample_size
from analysis.design.balance.measures import arm_moments, checked_arrays
from analysis.design.terms import present_levels
from analysis.errors import EstimationError
from analysis.phrases import phrase

Floats = NDArray[np.float64]

MOST_POINTS = 512
"""Points a curve is given at: more than a screen can tell apart."""

MOST_SHARES = 10
"""A number with no more distinct values than this, such as a performance status, is shown by its shares."""

_MOST_KERNELS = 4096
"""Places at which a density puts its kernels; where there are more values they share the nearest two."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmCurve:
    """One arm's distribution at one time.

    Attributes
    ----------
    n : int
        Patients with a value and a weight above 0.
    effective_sample_size : float
        (Σw)²/Σw² of them.
    ecdf : ndarray of float64, shape (points,)
        Weighted share of the patients at or below each point of ``NumericDistribution.values``, in [0, 1].
    density : ndarray of float64, shape (grid,), or None
        Weighted density at each point of ``NumericDistribution.grid``, per unit of the covariate; None where the arm
        has one value only.
    bandwidth : float or None
        Standard deviation of the Gaussian kernel, in units of the covariate.
    """

    n: int
    effective_sample_size: float
    ecdf: Floats
    density: Floats | None
    bandwidth: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumericDistribution:
    """Distribution functions and densities of a number, for both arms.

    Attributes
    ----------
    covariate : str
        The column.
    values : ndarray of float64, shape (points,)
        Where the distribution functions are given, ascending: every distinct value of the full sample, or, where there
        are more than ``MOST_POINTS``, values at equal steps of rank with the smallest and the largest. The functions
        are steps; at these points they are exact.
    thinned : bool
        Whether distinct values were passed over.
    grid : ndarray of float64, shape (grid,)
        Where densities are given: equal steps from the smallest to the largest value of the full sample.
    treated_before, control_before : ArmCurve or None
        The full sample; None where only the patients compared were asked for.
    treated_after, control_after : ArmCurve
        Under the design's weights.
    n_missing : int
        Patients without a value, who have no part in the curves.
    method : str
        How densities were smoothed.
    """

    covariate: str
    values: Floats
    thinned: bool
    grid: Floats
    treated_before: ArmCurve | None
    control_before: ArmCurve | None
    treated_after: ArmCurve
    control_after: ArmCurve
    n_missing: int
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelShares:
    """Shares of the levels of a category, or of the few values of a number, for both arms.

    Attributes
    ----------
    covariate : str
        The column.
    levels : tuple of str
        Levels that occur in the full sample, in order.
    treated_before, control_before : tuple of float or None
        Share of the arm's patients in each level; None where only the patients compared were asked for.
    treated_after, control_after : tuple of float
        The same under the design's weights.
    n_missing : int
        Patients without a value, who have no part in the shares.
    """

    covariate: str
    levels: tuple[str, ...]
    treated_before: tuple[float, ...] | None
    control_before: tuple[float, ...] | None
    treated_after: tuple[float, ...]
    control_after: tuple[float, ...]
    n_missing: int


def covariate_distribution(
    series: pd.Series, treated: ArrayLike, weights: ArrayLike, *, before_and_after: bool
) -> NumericDistribution | LevelShares:
    """How one covariate is distributed in each arm, under the design's weights and, if asked for, in the full sample.

    Parameters
    ----------
    series : Series, shape (n,)
        Numbers or categories; patients without a value are left aside and counted.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    weights : array_like of float, shape (n,)
        Weights of the design, 0 for a patient left out; ones for the full sample.
    before_and_after : bool
        Whether the full sample is given beside the patients compared.

    Returns
    -------
    NumericDistribution or LevelShares
        Shares for a category and for a number of at most ``MOST_SHARES`` distinct values.

    Raises
    ------
    EstimationError
        An arm is empty, all its weights are 0, or no value is known among its patients compared.

    Notes
    -----
    Densities are sums of Gaussian kernels, Σw·φ((x − xᵢ)/h)/(h·Σw), with Silverman's bandwidth
    h = 0.9·min(SD, IQR/1.34)·m^(−1/5), m the effective sample size, each curve with its own; the weighted SD is that of
    ``CovariateBalance``, quartiles are the first values at which the arm's distribution function reaches 1/4 and 3/4.
    Curves end at the smallest and largest value, beyond which there is nobody. Where there are more than 4,096
    values, each is split between the nearest two of 4,096 equal steps.

    Examples
    --------
    >>> grade = pd.Series(["I", "II", "II", "I"], name="grade", dtype="category")
    >>> covariate_distribution(grade, [True, True, False, False], np.ones(4), before_and_after=False).treated_after
    (0.5, 0.5)
    """
    arm, weight = checked_arrays(series, treated, weights)
    known = series.notna().to_numpy()
    _refuse_unknown(str(series.name), known, arm, weight)
    values, arm, weight = series[known], arm[known], weight[known]
    n_missing = int((~known).sum())
    if isinstance(values.dtype, pd.CategoricalDtype):
        levels, codes = present_levels(values)
        return _shares(str(series.name), levels, codes, arm, weight, n_missing, before_and_after)
    numbers = values.to_numpy(dtype=np.float64)
    distinct, codes = np.unique(numbers, return_inverse=True)
    if distinct.size <= MOST_SHARES:
        levels = tuple(f"{value:.12g}" for value in distinct)
        return _shares(str(series.name), levels, codes, arm, weight, n_missing, before_and_after)
    return _curves(str(series.name), numbers, distinct, arm, weight, n_missing, before_and_after)


def _refuse_unknown(name: str, known: NDArray[np.bool_], arm: NDArray[np.bool_], weight: Floats) -> None:
    problems = [
        phrase(
            "A distribution needs known values in both arms; {column} has none among the {arm} patients compared.",
            column=name,
            arm=arm_name(treated=treated),
        )
        for treated, members in ((True, arm), (False, ~arm))
        if not (known & members & (weight > 0)).any()
    ]
    if problems:
        raise EstimationError(*problems)


def _shares(
    name: str,
    levels: tuple[str, ...],
    codes: NDArray[np.int64],
    arm: NDArray[np.bool_],
    weight: Floats,
    n_missing: int,
    before_and_after: bool,
) -> LevelShares:
    def share(members: NDArray[np.bool_], amounts: Floats) -> tuple[float, ...]:
        totals = np.bincount(codes[members], weights=amounts[members], minlength=len(levels))
        return tuple((totals / totals.sum()).tolist())

    ones = np.ones(arm.size)
    return LevelShares(
        covariate=name,
        levels=levels,
        treated_before=share(arm, ones) if before_and_after else None,
        control_before=share(~arm, ones) if before_and_after else None,
        treated_after=share(arm, weight),
        control_after=share(~arm, weight),
        n_missing=n_missing,
    )


def _curves(
    name: str,
    numbers: Floats,
    distinct: Floats,
    arm: NDArray[np.bool_],
    weight: Floats,
    n_missing: int,
    before_and_after: bool,
) -> NumericDistribution:
    thinned = distinct.size > MOST_POINTS
    points = _steps_of_rank(numbers) if thinned else distinct
    grid = np.linspace(distinct[0], distinct[-1], MOST_POINTS)

    def curve(members: NDArray[np.bool_], amounts: Floats) -> ArmCurve:
        used = members & (amounts > 0)
        return _arm_curve(numbers[used], amounts[used], points, grid)

    ones = np.ones(arm.size)
    return NumericDistribution(
        covariate=name,
        values=points,
        thinned=thinned,
        grid=grid,
        treated_before=curve(arm, ones) if before_and_after else None,
        control_before=curve(~arm, ones) if before_and_after else None,
        treated_after=curve(arm, weight),
        control_after=curve(~arm, weight),
        n_missing=n_missing,
        method=phrase("Gaussian kernels, Silverman's bandwidth of each curve"),
    )


def _steps_of_rank(numbers: Floats) -> Floats:
    """At most ``MOST_POINTS`` of the values, at equal steps of rank, with both ends."""
    rows = np.linspace(0, numbers.size - 1, MOST_POINTS).astype(np.int64)
    return np.unique(np.sort(numbers)[rows])


def _arm_curve(values: Floats, weight: Floats, points: Floats, grid: Floats) -> ArmCurve:
    order = np.argsort(values, kind="stable")
    values, weight = values[order], weight[order]
    reached = np.concatenate(([0.0], np.cumsum(weight)))
    effective = effective_sample_size(weight)
    width = _bandwidth(values, weight, reached, effective)
    ecdf = reached[np.searchsorted(values, points, side="right")] / reached[-1]
    return ArmCurve(
        n=values.size,
        effective_sample_size=effective,
        ecdf=ecdf,
        density=None if width is None else _density(values, weight, width, grid),
        bandwidth=width,
    )


def _bandwidth(values: Floats, weight: Floats, reached: Floats, effective: float) -> float | None:
    variance = arm_moments(values, weight, binary=False).variance
    if not variance:
        return None
    # The smallest value with a quarter (three quarters) of the weight at or below it, in spite of rounding.
    quarters = np.array([0.25, 0.75]) * reached[-1] * (1 - 1e-12)
    low, high = values[np.searchsorted(reached[1:], quarters)]
    spread = sqrt(variance)
    if high > low:
        spread = min(spread, float(high - low) / 1.34)
    return 0.9 * spread * float(effective**-0.2)


def _density(values: Floats, weight: Floats, width: float, grid: Floats) -> Floats:
    places, amounts = _binned(values, weight)
    total = np.zeros(grid.size)
    for start in range(0, places.size, 512):  # no more than 512 × 512 kernels in memory at once
        part = slice(start, start + 512)
        total += np.exp(-0.5 * np.square((grid[:, None] - places[part]) / width)) @ amounts[part]
    return total / (width * sqrt(2 * pi) * weight.sum())


def _binned(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Kernels' places and weights: distinct values, or equal steps between which each value is split."""
    places, code = np.unique(values, return_inverse=True)
    if places.size <= _MOST_KERNELS:
        return places, np.asarray(np.bincount(code, weights=weight), dtype=np.float64)
    places = np.linspace(values[0], values[-1], _MOST_KERNELS)
    position = (values - places[0]) / (places[1] - places[0])
    lower = np.minimum(position.astype(np.int64), _MOST_KERNELS - 2)
    share = position - lower
    amounts = np.zeros(_MOST_KERNELS)
    amounts += np.bincount(lower, weights=weight * (1 - share), minlength=_MOST_KERNELS)
    amounts += np.bincount(lower + 1, weights=weight * share, minlength=_MOST_KERNELS)
    return places, amounts
