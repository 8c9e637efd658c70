"""Estimates from several imputed sets made one, by Rubin's rules."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, expit, fdtrc, ndtr, ndtri, stdtr, stdtrit

Scale = Literal["identity", "log", "logit"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledEstimate:
    """One estimate from m imputed sets.

    Attributes
    ----------
    estimate, ci_lower, ci_upper : float
        On the scale it is read on: a difference, a ratio or a rate.
    p_value : float or None
        Two-sided test of no effect, a difference of 0 or a ratio of 1; None for a rate.
    scale : {"identity", "log", "logit"}
        The scale on which the sets were pooled.
    pooled, standard_error : float
        The mean over the sets and its standard error, on that scale.
    within, between : float
        The mean variance within a set and the variance between the sets, on that scale.
    degrees_of_freedom : float or None
        Of the t-distribution behind limits and p-value; None for the normal.
    fraction_missing : float
        The fraction of the information about the estimate that is missing, in [0, 1].
    relative_efficiency : float
        Against infinitely many sets, in (0, 1].
    n_sets : int
        m.
    confidence_level : float
    """

    estimate: float
    ci_lower: float
    ci_upper: float
    p_value: float | None
    scale: Scale
    pooled: float
    standard_error: float
    within: float
    between: float
    degrees_of_freedom: float | None
    fraction_missing: float
    relative_efficiency: float
    n_sets: int
    confidence_level: float


def pool_estimates(
    estimates: Sequence[float],
    variances: Sequence[float],
    *,
    scale: Scale = "identity",
    complete_degrees_of_freedom: float | None = None,
    bounds: tuple[float, float] | None = None,
    confidence_level: float = 0.95,
) -> PooledEstimate:
    """Pool one estimate over the imputed sets by Rubin's rules.

    The pooled estimate is the mean, its variance the mean variance within a set plus 1 + 1/m times the variance
    between the sets. Limits and p-value come from a t-distribution whose degrees of freedom are those of Barnard and
    Rubin: never more than the complete data would have, fewer the more information is missing.

    Parameters
    ----------
    estimates : m floats
        On ``scale``: logarithms of ratios, logits of rates.
    variances : m floats
        The squared standard error of each, above 0.
    scale : {"identity", "log", "logit"}
        How estimate and limits are brought back to the scale they are read on.
    complete_degrees_of_freedom : float, optional
        Those an analysis without missing values would have; infinitely many unless given.
    bounds : (float, float), optional
        The range beyond which the limits do not go, such as -1 to 1 for a difference of rates.
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    PooledEstimate
        Where all sets agree nothing is missing about the estimate: its variance is that of a single set.

    Notes
    -----
    Source: Rubin 1987, Multiple Imputation for Nonresponse in Surveys, ch. 3 (doi:10.1002/9780470316696); Barnard &
    Rubin 1999, doi:10.1093/biomet/86.4.948 (degrees of freedom).

    Examples
    --------
    >>> pooled = pool_estimates([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    >>> pooled.estimate, round(pooled.standard_error**2, 4), round(pooled.degrees_of_freedom, 3)
    (2.0, 1.8333, 3.781)
    """
    values, squares = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if values.size < 1 or values.size != squares.size or not (np.isfinite(values).all() and (squares > 0).all()):
        raise ValueError("pooling needs as many finite estimates as positive variances")
    m = values.size
    # Sets that agree give their value itself, free of the rounding of a sum; sorted, so that their order is nothing.
    agree = np.ptp(values) == 0
    pooled = float(values[0]) if agree else float(np.sort(values).mean())
    within = float(squares[0]) if np.ptp(squares) == 0 else float(np.sort(squares).mean())
    between = 0.0 if agree else float(((np.sort(values) - pooled) ** 2).sum() / (m - 1))
    variance = within + (1 + 1 / m) * between
    share = (variance - within) / variance
    degrees = _degrees_of_freedom(share, m, complete_degrees_of_freedom)
    fraction = _fraction_missing(share, degrees)
    error = math.sqrt(variance)
    half = _quantile((1 + confidence_level) / 2, degrees) * error
    lower, upper = _READ[scale](pooled - half), _READ[scale](pooled + half)
    if bounds is not None:
        lower, upper = max(lower, bounds[0]), min(upper, bounds[1])
    return PooledEstimate(
        estimate=_READ[scale](pooled),
        ci_lower=lower,
        ci_upper=upper,
        p_value=None if scale == "logit" else min(1.0, 2 * _below(-abs(pooled) / error, degrees)),
        scale=scale,
        pooled=pooled,
        standard_error=error,
        within=within,
        between=between,
        degrees_of_freedom=degrees,
        fraction_missing=fraction,
        relative_efficiency=1 / (1 + fraction / m),
        n_sets=m,
        confidence_level=confidence_level,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledTest:
    """Wald's test of several coefficients at once, from m imputed sets.

    Attributes
    ----------
    statistic : float
        Held against F.
    degrees_of_freedom : int
        Coefficients tested.
    denominator_degrees_of_freedom : float or None
        None where the sets agree: k times the statistic is then held against chi-squared.
    p_value : float
    increase : float
        The average increase in variance that is due to missing values, relative to that within a set.
    n_sets : int
        m.
    """

    statistic: float
    degrees_of_freedom: int
    denominator_degrees_of_freedom: float | None
    p_value: float
    increase: float
    n_sets: int


def pool_tests(contrasts: ArrayLike, covariances: ArrayLike) -> PooledTest:
    """Pool Wald's test that k coefficients are all 0 over the imputed sets.

    The mean coefficients are held against their mean covariance, made larger in proportion by the average share that
    the sets differ by.

    Parameters
    ----------
    contrasts : (m, k) floats
        The coefficients of each set, which would all be 0.
    covariances : (m, k, k) floats
        Their covariance in each set; regular on average.

    Returns
    -------
    PooledTest
        Equal to method "D1" of R's package mitml with infinite complete-data degrees of freedom.

    Notes
    -----
    Source: Li, Raghunathan & Rubin 1991, doi:10.1080/01621459.1991.10475152.

    Examples
    --------
    >>> pooled = pool_tests([[1.0, 0.0], [1.2, 0.2], [0.8, 0.1]], [[[0.1, 0.0], [0.0, 0.1]]] * 3)
    >>> round(pooled.statistic, 3), pooled.degrees_of_freedom, round(pooled.increase, 3)
    (3.788, 2, 0.333)
    """
    values, squares = np.asarray(contrasts, dtype=np.float64), np.asarray(covariances, dtype=np.float64)
    if values.ndim != 2 or squares.shape != (*values.shape, values.shape[1]) or not np.isfinite(squares).all():
        raise ValueError("pooling a test needs as many contrasts as covariances, of the same size in every set")
    m, k = values.shape
    mean, within = values.mean(axis=0), squares.mean(axis=0)
    increase = 0.0
    if m > 1 and np.ptp(values, axis=0).any():
        moved = values - mean
        between = moved.T @ moved / (m - 1)
        increase = (1 + 1 / m) * float(np.trace(np.linalg.solve(within, between))) / k
    statistic = float(mean @ np.linalg.solve(within, mean)) / (k * (1 + increase))
    degrees = _denominator(k, m, increase)
    return PooledTest(
        statistic=statistic,
        degrees_of_freedom=k,
        denominator_degrees_of_freedom=degrees,
        p_value=float(chdtrc(k, k * statistic) if degrees is None else fdtrc(k, degrees, statistic)),
        increase=increase,
        n_sets=m,
    )


def _denominator(k: int, m: int, increase: float) -> float | None:
    if increase <= 0:
        return None
    t = k * (m - 1)
    if t > 4:
        return float(4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2)
    return float(t * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2)


def _degrees_of_freedom(share: float, m: int, complete: float | None) -> float | None:
    """Barnard and Rubin's, ``share`` being that of the variance that is due to missing values."""
    sampled = None if share <= 0 else (m - 1) / share**2
    if complete is None:
        return sampled
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return observed if sampled is None else sampled * observed / (sampled + observed)


def _fraction_missing(share: float, degrees: float | None) -> float:
    if share <= 0 or degrees is None:
        return 0.0
    increase = share / (1 - share)
    return (increase + 2 / (degrees + 3)) / (increase + 1)


def _quantile(probability: float, degrees: float | None) -> float:
    return float(ndtri(probability) if degrees is None else stdtrit(degrees, probability))


def _below(value: float, degrees: float | None) -> float:
    return float(ndtr(value) if degrees is None else stdtr(degrees, value))


def _unchanged(value: float) -> float:
    return value


def _exponential(value: float) -> float:
    return math.exp(min(value, 700.0))


def _inverse_logit(value: float) -> float:
    return float(expit(value))


_READ = {"identity": _unchanged, "log": _exponential, "logit": _inverse_logit}
