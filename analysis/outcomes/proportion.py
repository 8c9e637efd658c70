"""The rate of a yes-or-no outcome in one arm, with its confidence interval."""

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtri

from analysis.decimals import settle_decimal

ProportionInterval = Literal["clopper-pearson", "wilson"]

# Weights that differ by less than this, relative to their mean, are rounding of one and the same weight.
EQUAL_WEIGHTS = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rate:
    """The share of an arm's patients with the outcome.

    Attributes
    ----------
    count : int
        Patients with the outcome, never weighted.
    rate : float
        Their share of all patients of the arm, in [0, 1]; the weighted share where weights differ.
    ci_lower, ci_upper : float
        Confidence limits, in [0, 1].
    """

    count: int
    rate: float
    ci_lower: float
    ci_upper: float


def estimate_rate(
    outcome: NDArray[np.bool_],
    weights: NDArray[np.float64] | None = None,
    *,
    confidence_level: float = 0.95,
    confidence_interval: ProportionInterval = "clopper-pearson",
) -> Rate:
    """Estimate the share of patients with an outcome, among all patients given.

    Where the weights differ, the share is weighted and its limits are those of the same share among as
    many patients as the effective sample size (:func:`effective_sample_size`). Equal weights change nothing.

    Parameters
    ----------
    outcome : (n,) bool
        True for a patient with the outcome; a patient who could not be assessed is False, not left out.
    weights : (n,) float, optional
        Positive weights.
    confidence_level : float
        Between 0 and 1.
    confidence_interval : {"clopper-pearson", "wilson"}
        The exact interval of Clopper and Pearson, or Wilson's score interval.

    Returns
    -------
    Rate

    Notes
    -----
    Source: Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404. Wilson 1927,
    doi:10.1080/01621459.1927.10502953. Effective size: Korn & Graubard 1998, Survey Methodology 24:193–201.

    Examples
    --------
    >>> rate = estimate_rate(np.array([True, False, False, False]))
    >>> rate.count, rate.rate, round(rate.ci_lower, 4), round(rate.ci_upper, 4)
    (1, 0.25, 0.0063, 0.8059)
    """
    share = weighted_share(outcome, weights)
    size = effective_sample_size(weights) if weights is not None else float(len(outcome))
    return rate_among(int(np.count_nonzero(outcome)), share, size, confidence_level, confidence_interval)


def rate_among(
    count: int, share: float, size: float, confidence_level: float, confidence_interval: ProportionInterval
) -> Rate:
    """The rate of :func:`estimate_rate` from patients with the outcome, their share, and the size it rests on."""
    lower, upper = _INTERVALS[confidence_interval](share, size, confidence_level)
    return Rate(count=count, rate=share, ci_lower=lower, ci_upper=upper)


def weighted_share(outcome: NDArray[np.bool_], weights: NDArray[np.float64] | None = None) -> float:
    """Estimate the share of patients with an outcome, in [0, 1]; plain counts where the weights are equal."""
    if weights is None or equal_weights(weights):
        return int(np.count_nonzero(outcome)) / len(outcome)
    return float(np.sum(weights[outcome]) / np.sum(weights))


def effective_sample_size(weights: NDArray[np.float64]) -> float:
    """Estimate how many equally weighted patients the weighted ones are worth, (Σw)² / Σw² (Kish).

    Equal weights give the number of patients itself, free of rounding.

    Examples
    --------
    >>> effective_sample_size(np.array([0.5, 0.5, 2.0]))
    2.0
    """
    if equal_weights(weights):
        return float(len(weights))
    # A power of two rounds nothing and keeps the squares of tiny and large weights within reach.
    scaled = np.ldexp(weights, -int(np.frexp(weights.max())[1]))
    return settle_decimal(float(np.sum(scaled) ** 2 / np.sum(scaled**2)))


def equal_weights(weights: NDArray[np.float64]) -> bool:
    """Tell whether all weights are the same but for rounding."""
    return bool(np.ptp(weights) <= EQUAL_WEIGHTS * np.mean(weights))


def clopper_pearson_limits(rate: float, n: float, confidence_level: float) -> tuple[float, float]:
    """Give the exact limits of a rate; ``n`` may be an effective size, then the limits interpolate the exact ones."""
    tail = (1 - confidence_level) / 2
    count = rate * n
    lower = 0.0 if rate <= 0 else float(betaincinv(count, n - count + 1, tail))
    upper = 1.0 if rate >= 1 else float(betaincinv(count + 1, n - count, 1 - tail))
    return lower, upper


def wilson_limits(rate: float, n: float, confidence_level: float) -> tuple[float, float]:
    """Give Wilson's score limits of a rate, without continuity correction; ``n`` may be an effective size."""
    z = normal_quantile(confidence_level)
    centre = rate + z**2 / (2 * n)
    half = z * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    scale = 1 + z**2 / n
    lower = 0.0 if rate <= 0 else max(0.0, (centre - half) / scale)
    upper = 1.0 if rate >= 1 else min(1.0, (centre + half) / scale)
    return lower, upper


@functools.cache
def normal_quantile(confidence_level: float) -> float:
    """Give z for a two-sided interval, 1.96 for 0.95."""
    return float(ndtri((1 + confidence_level) / 2))


_INTERVALS: dict[ProportionInterval, Callable[[float, float, float], tuple[float, float]]] = {
    "clopper-pearson": clopper_pearson_limits,
    "wilson": wilson_limits,
}
