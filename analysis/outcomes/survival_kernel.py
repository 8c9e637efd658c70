"""Compiled loops behind the Kaplan–Meier estimate: counts, curve, variances, limits and the crossing of a level."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

PLAIN, LOG, LOG_LOG = 0, 1, 2


class ProductLimit(NamedTuple):
    """One entry for each distinct time; the weighted amounts equal the counts where all weights are 1."""

    n_at_risk: NDArray[np.int64]
    n_events: NDArray[np.int64]
    n_censored: NDArray[np.int64]
    at_risk: NDArray[np.float64]
    squared_weights: NDArray[np.float64]  # sum of squared weights at risk
    survivors: NDArray[np.float64]  # weight at risk without an event, exactly 0 when everyone left had one
    survival: NDArray[np.float64]
    greenwood: NDArray[np.float64]  # variance of the logarithm of survival


@njit(cache=True, nogil=True)
def product_limit_columns(
    event: NDArray[np.bool_], weights: NDArray[np.float64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The fields of :class:`ProductLimit`, whole numbers and others, a row each: few arrays leave compiled code sooner.

    Risk sets are summed from the end, so that nothing is ever subtracted.
    """
    n_times = starts.shape[0] - 1
    counts, amounts = np.empty((3, n_times), dtype=np.int64), np.empty((5, n_times))
    n_at_risk, n_events, n_censored = counts[0], counts[1], counts[2]
    at_risk, squared, survivors, survival, greenwood = amounts[0], amounts[1], amounts[2], amounts[3], amounts[4]
    left, left_squared, count = 0.0, 0.0, 0
    for g in range(n_times - 1, -1, -1):
        died, deaths = 0.0, 0
        for i in range(starts[g], starts[g + 1]):
            # Multiplied by 0 or 1: who has the event is as good as random, and a wrongly guessed branch costs more.
            happened = int(event[i])
            left_squared += weights[i] * weights[i]
            died += weights[i] * happened
            left += weights[i] * (1 - happened)
            deaths += happened
        here = starts[g + 1] - starts[g]
        count += here
        n_at_risk[g], n_events[g], n_censored[g] = count, deaths, here - deaths
        survivors[g] = left
        left += died
        at_risk[g], squared[g] = left, left_squared
    curve, variance = 1.0, 0.0
    for g in range(n_times):
        if n_events[g] > 0:
            curve *= survivors[g] / at_risk[g]
            if survivors[g] > 0.0:
                variance += (at_risk[g] - survivors[g]) / (at_risk[g] * survivors[g])
            else:
                variance = np.inf
        survival[g], greenwood[g] = curve, variance
    return counts, amounts


@njit(cache=True, nogil=True)
def curve_limits(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    curve: ProductLimit,
    weighted: bool,
    z: float,
    transform: int,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], int]:
    """Distinct times, standard error, both limits and effective numbers at risk, a row each; where limits exist; events."""
    if weighted:
        error = jackknife_error(event, weights, cluster, n_clusters, starts, curve)
    else:
        error = greenwood_error(curve)
    lower, upper = survival_limits(curve.survival, error, z, transform)
    n_times = error.shape[0]
    figures, defined = np.empty((5, n_times)), np.empty(n_times, dtype=np.bool_)
    n_events = 0
    for g in range(n_times):
        figures[0, g], figures[1, g], figures[2, g], figures[3, g] = time[starts[g]], error[g], lower[g], upper[g]
        figures[4, g] = curve.at_risk[g] * curve.at_risk[g] / curve.squared_weights[g]
        defined[g] = not (math.isnan(lower[g]) or math.isnan(upper[g]))
        n_events += curve.n_events[g]
    return figures, defined, n_events


@njit(cache=True, nogil=True)
def read_steps(
    time: NDArray[np.float64],
    survival: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    n_at_risk: NDArray[np.int64],
    n_events: NDArray[np.int64],
    ticks: NDArray[np.float64],
    tolerance: float,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each tick, a row: survival and its limits; patients at risk, events before it, and how many times lie before."""
    total = 0.0
    for g in range(time.shape[0]):
        total += time[g]
    gap = max(tolerance, tolerance * total / time.shape[0])
    figures, counts = np.ones((ticks.shape[0], 3)), np.zeros((ticks.shape[0], 3), dtype=np.int64)
    for k in range(ticks.shape[0]):
        reached = np.searchsorted(time, ticks[k] + gap, side="right") - 1
        if reached >= 0:
            figures[k, 0], figures[k, 1], figures[k, 2] = survival[reached], lower[reached], upper[reached]
        before = np.searchsorted(time, ticks[k] - gap, side="left")
        if before < time.shape[0]:
            counts[k, 0] = n_at_risk[before]
        for g in range(before):
            counts[k, 1] += n_events[g]
        counts[k, 2] = before
    return figures, counts


@njit(cache=True, nogil=True)
def reverse_crossing(
    time: NDArray[np.float64],
    starts: NDArray[np.int64],
    n_at_risk: NDArray[np.int64],
    n_censored: NDArray[np.int64],
    tolerance: float,
) -> float:
    """Where the reverse curve crosses one half, NaN when it never does."""
    times = np.empty(n_at_risk.shape[0])
    for g in range(times.shape[0]):
        times[g] = time[starts[g]]
    return crossing_time(times, reverse_curve(n_at_risk, n_censored), 0.5, tolerance)


@njit(cache=True, nogil=True)
def greenwood_error(curve: ProductLimit) -> NDArray[np.float64]:
    """Standard error of survival; undefined (NaN) where survival is 0."""
    error = np.empty(curve.survival.shape[0])
    for g in range(error.shape[0]):
        error[g] = curve.survival[g] * math.sqrt(curve.greenwood[g]) if curve.survival[g] > 0.0 else np.nan
    return error


@njit(cache=True, nogil=True)
def jackknife_error(
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    curve: ProductLimit,
) -> NDArray[np.float64]:
    """Standard error of survival by the infinitesimal jackknife over clusters, in one pass.

    A cluster's sum of influences on log S is ``past − hazard · present``: ``present`` is its weight still at
    risk, ``past`` what its patients contributed when they left. Three running sums over clusters (present²,
    present · past, past²) then give the variance at every time without visiting the clusters again.
    """
    present = np.zeros(n_clusters)
    past = np.zeros(n_clusters)
    for i in range(event.shape[0]):
        present[cluster[i]] += weights[i]
    present_square, cross, past_square = (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)
    for c in range(n_clusters):
        present_square = _add(present_square, present[c] * present[c])
    error = np.empty(curve.survival.shape[0])
    hazard = 0.0
    for g in range(error.shape[0]):
        step = 0.0
        if curve.n_events[g] > 0:
            if curve.survivors[g] == 0.0:
                error[g:] = 0.0
                break
            step = 1.0 / curve.survivors[g]
            hazard += (curve.at_risk[g] - curve.survivors[g]) / (curve.at_risk[g] * curve.survivors[g])
        for i in range(starts[g], starts[g + 1]):
            c = cluster[i]
            now, gone = present[c], past[c]
            present[c] = now - weights[i]
            past[c] = gone + weights[i] * ((step if event[i] else 0.0) - hazard)
            present_square = _add(_add(present_square, -now * now), present[c] * present[c])
            cross = _add(_add(cross, -now * gone), present[c] * past[c])
            past_square = _add(_add(past_square, -gone * gone), past[c] * past[c])
        variance = _value(past_square) - 2.0 * hazard * _value(cross) + hazard * hazard * _value(present_square)
        error[g] = curve.survival[g] * math.sqrt(max(variance, 0.0))
    return error


@njit(cache=True, nogil=True)
def _add(total: tuple[float, float], term: float) -> tuple[float, float]:
    """Add to a sum that carries its own rounding, for sums that shrink from a million patients to a few."""
    high = total[0] + term
    part = high - total[0]
    return high, total[1] + ((total[0] - (high - part)) + (term - part))


@njit(cache=True, nogil=True)
def _value(total: tuple[float, float]) -> float:
    return total[0] + total[1]


@njit(cache=True, nogil=True)
def survival_limits(
    survival: NDArray[np.float64], error: NDArray[np.float64], z: float, transform: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pointwise limits on the transformed scale; NaN where the transform or the error is undefined."""
    lower = np.empty(survival.shape[0])
    upper = np.empty(survival.shape[0])
    for g in range(survival.shape[0]):
        s = survival[g]
        if transform == PLAIN:
            if math.isnan(error[g]):
                lower[g], upper[g] = np.nan, np.nan
            else:
                lower[g], upper[g] = max(0.0, s - z * error[g]), min(1.0, s + z * error[g])
        elif s == 0.0 or (transform == LOG_LOG and s == 1.0):
            lower[g], upper[g] = np.nan, np.nan
        elif transform == LOG:
            factor = math.exp(z * error[g] / s)
            lower[g], upper[g] = s / factor, min(1.0, s * factor)
        else:
            power = math.exp(-z * error[g] / (s * math.log(s)))
            lower[g], upper[g] = s**power, s ** (1.0 / power)
    return lower, upper


@njit(cache=True, nogil=True)
def crossing_time(time: NDArray[np.float64], band: NDArray[np.float64], level: float, tolerance: float) -> float:
    """First time the band lies below the level, NaN when it never does.

    Where it first equals the level: halfway to the next drop, or that time itself when none follows.
    """
    equal = np.nan
    value = level
    for g in range(time.shape[0]):
        if math.isnan(band[g]):
            continue
        if not math.isnan(equal):
            if band[g] < value:
                return 0.5 * (equal + time[g])
        elif band[g] < level - tolerance:
            return time[g]
        elif band[g] <= level + tolerance:
            equal, value = time[g], band[g]
    return equal


@njit(cache=True, nogil=True)
def reverse_curve(n_at_risk: NDArray[np.int64], n_censored: NDArray[np.int64]) -> NDArray[np.float64]:
    """The curve with the roles of events and censoring exchanged, unweighted: time under observation."""
    reverse = np.empty(n_at_risk.shape[0])
    level = 1.0
    for g in range(reverse.shape[0]):
        level *= (n_at_risk[g] - n_censored[g]) / n_at_risk[g]
        reverse[g] = level
    return reverse
