"""Confidence intervals from bootstrap replicates: percentiles, and percentiles corrected for bias and acceleration."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from analysis.errors import EstimationError
from analysis.phrases import phrase

FEWEST_REPLICATES = 200
"""Fewer leave too little beyond the limits of a 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interval:
    """Limits of an effect."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcceleratedInterval:
    """Limits by BCa, and the two corrections.

    Attributes
    ----------
    lower, upper : float
    bias : float
        Normal quantile of the share of replicates below the estimate; 0 where half of them are.
    acceleration : float
        How fast the standard error changes with the effect; 0 where it does not.
    """

    lower: float
    upper: float
    bias: float
    acceleration: float


def percentile_interval(replicates: ArrayLike, confidence_level: float) -> Interval:
    """Take the percentiles of the replicates, interpolated linearly.

    Parameters
    ----------
    replicates : (k,) numbers
    confidence_level : float
        Between 0 and 1.

    Raises
    ------
    EstimationError
        There are fewer than 200 replicates.

    Examples
    --------
    >>> interval = percentile_interval(np.arange(201), 0.95)
    >>> round(interval.lower, 9), round(interval.upper, 9)
    (5.0, 195.0)
    """
    values = _enough(replicates)
    tail = (1.0 - confidence_level) / 2.0
    lower, upper = np.quantile(values, (tail, 1.0 - tail))
    return Interval(lower=float(lower), upper=float(upper))


def accelerated_interval(
    estimate: float, replicates: ArrayLike, left_out: ArrayLike, confidence_level: float
) -> AcceleratedInterval:
    """Correct the percentiles for bias and acceleration (BCa).

    The limits are the replicates' percentiles at Φ(z₀ + (z₀ ± z) / (1 − a (z₀ ± z))). z₀ is the normal quantile of the
    share of replicates below the estimate, half of those equal to it among them; with d the mean of the leave-one-out
    estimates less each of them, a = Σd³ / (6 (Σd²)^1.5).

    Parameters
    ----------
    estimate : float
    replicates : (k,) numbers
    left_out : (m,) numbers
        Estimates with one independent unit, or one group of them, left out.
    confidence_level : float
        Between 0 and 1.

    Raises
    ------
    EstimationError
        There are fewer than 200 replicates, all of them lie on one side of the estimate, the leave-one-out estimates
        do not differ, or the correction passes the end of the replicates.

    Notes
    -----
    Source: Efron 1987, doi:10.1080/01621459.1987.10478410.

    Examples
    --------
    Without bias and skewness the limits are the percentiles:

    >>> interval = accelerated_interval(100, np.arange(201), [99, 100, 101], 0.95)
    >>> interval.bias, interval.acceleration, round(interval.lower, 9), round(interval.upper, 9)
    (0.0, 0.0, 5.0, 195.0)
    """
    values = _enough(replicates)
    share = (np.count_nonzero(values < estimate) + np.count_nonzero(values <= estimate)) / (2.0 * values.size)
    if not 0.0 < share < 1.0:
        raise EstimationError(
            phrase(
                "A bias-corrected interval needs replicates on both sides of the estimate; all "
                "{n:,} lie on one side. Give the percentile interval.",
                n=values.size,
            )
        )
    leave_outs = np.asarray(left_out, dtype=np.float64)
    offsets = leave_outs.mean() - leave_outs
    square = float(np.square(offsets).sum())
    # Leave-outs that differ by rounding only say nothing of skewness.
    if square <= (1e-12 * np.abs(leave_outs).max(initial=0.0)) ** 2 * leave_outs.size:
        raise EstimationError(
            phrase(
                "The acceleration of an interval needs leave-one-out estimates that differ; the "
                "{n:,} found do not. Give the percentile interval.",
                n=leave_outs.size,
            )
        )
    bias, acceleration = float(ndtri(share)), float((offsets**3).sum()) / (6.0 * square**1.5)
    quantile = float(ndtri((1.0 + confidence_level) / 2.0))
    shifted = np.array([bias - quantile, bias + quantile])
    if (1.0 - acceleration * shifted <= 0.0).any():
        raise EstimationError(
            phrase(
                "The acceleration of an interval must leave its limits in order; {acceleration:.3g} "
                "does not. Give the percentile interval.",
                acceleration=acceleration,
            )
        )
    lower, upper = np.quantile(values, ndtr(bias + shifted / (1.0 - acceleration * shifted)))
    return AcceleratedInterval(lower=float(lower), upper=float(upper), bias=bias, acceleration=acceleration)


def _enough(replicates: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(replicates, dtype=np.float64)
    if values.size < FEWEST_REPLICATES:
        raise EstimationError(
            phrase(
                "A bootstrap interval needs at least {fewest} replicates with an effect; "
                "{n} have one. Draw more, or give the interval of the model.",
                fewest=FEWEST_REPLICATES,
                n=values.size,
            )
        )
    return values
