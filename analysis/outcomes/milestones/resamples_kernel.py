"""Compiled loops behind bootstrapped contrasts: one arm's curve when each cluster counts as often as it was drawn."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def drawn_arm(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    starts: NDArray[np.int64],
    drawn: NDArray[np.int64],
    ticks: NDArray[np.float64],
    horizon: float,
    tolerance: float,
    survivors: NDArray[np.float64],
    died: NDArray[np.float64],
    found: NDArray[np.float64],
) -> None:
    """Fill ``found`` with survival at each tick, then the median (inf when not reached) and the area to the horizon.

    All are NaN where nobody of the arm was drawn. After the last time of those drawn survival stays where it is.

    Parameters
    ----------
    time, event, weights, cluster : arrays (n,)
        Of one arm, in order of time.
    starts : int64 (g + 1,)
    drawn : int64 (c,)
        How often each cluster was drawn.
    ticks : float64 (m,)
        Ascending, each moved up by the gap within which times are tied.
    survivors, died : float64 (g,)
        Room to work in.
    found : float64 (m + 2,)
    """
    n_times, n_ticks = starts.shape[0] - 1, ticks.shape[0]
    left = 0.0
    for g in range(n_times - 1, -1, -1):
        gone, stay = 0.0, left
        for i in range(starts[g], starts[g + 1]):
            weight = weights[i] * drawn[cluster[i]]
            if event[i]:
                gone += weight
            else:
                stay += weight
        survivors[g], died[g] = stay, gone
        left = stay + gone
    if left == 0.0:
        found[:] = np.nan
        return
    survival, area, since, tick = 1.0, 0.0, 0.0, 0
    median, level_at = np.inf, np.nan
    for g in range(n_times):
        now = time[starts[g]]
        while tick < n_ticks and ticks[tick] < now:
            found[tick] = survival
            tick += 1
        if died[g] == 0.0:
            continue
        until = min(now, horizon)
        if until > since:
            area += survival * (until - since)
            since = until
        survival *= survivors[g] / (survivors[g] + died[g])
        if median == np.inf:
            if level_at == level_at:
                median = 0.5 * (level_at + now)
            elif survival < 0.5 - tolerance:
                median = now
            elif survival <= 0.5 + tolerance:
                level_at = now
    while tick < n_ticks:
        found[tick] = survival
        tick += 1
    if median == np.inf and level_at == level_at:
        median = level_at
    found[n_ticks] = median
    found[n_ticks + 1] = area + survival * max(horizon - since, 0.0)


@njit(cache=True, nogil=True)
def drawn_arms(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    starts: NDArray[np.int64],
    drawn: NDArray[np.int64],
    ticks: NDArray[np.float64],
    horizon: float,
    tolerance: float,
    found: NDArray[np.float64],
) -> None:
    """Fill each row of ``found`` (b, m + 2) as `drawn_arm` does from a row of ``drawn`` (b, c)."""
    n_times = starts.shape[0] - 1
    survivors = np.empty(n_times)
    died = np.empty(n_times)
    for b in range(drawn.shape[0]):
        drawn_arm(time, event, weights, cluster, starts, drawn[b], ticks, horizon, tolerance, survivors, died, found[b])


@njit(cache=True, nogil=True)
def count_drawn(
    units: NDArray[np.int64], pools: NDArray[np.int64], first: NDArray[np.int64], n_clusters: int
) -> NDArray[np.int64]:
    """How often each cluster was drawn in each resample.

    Parameters
    ----------
    units : int64 (b, m)
        What each draw took, by place in its pool.
    pools : int64 (m,)
        Numbers of the clusters, one pool after another, each as long as it is drawn from.
    first : int64 (m,)
        Where the pool of each draw begins.
    n_clusters : int64

    Returns
    -------
    int64 (b, n_clusters)
    """
    times = np.zeros((units.shape[0], n_clusters), np.int64)
    for b in range(units.shape[0]):
        for k in range(units.shape[1]):
            times[b, pools[first[k] + units[b, k]]] += 1
    return times
