"""Compiled loops behind the Cox model of several columns: likelihood, scores of patients, effects that change."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def efron_derivatives(
    columns: NDArray[np.float64],
    predictor: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Log partial likelihood, its gradient and minus its second derivatives, from the last time to the first.

    Parameters
    ----------
    columns : float64 (n, p)
        In order of time.
    predictor : float64 (n,)
        Columns times coefficients, centred so that its exponential stays within reach.
    event : bool (n,)
    weights : float64 (n,)
    starts : int64 (g + 1,)
        Where each run of tied times starts, and n.
    """
    p = columns.shape[1]
    constant = np.ones(starts.size - 1)
    likelihood, gradient, informations = changing_effects(columns, predictor, event, weights, starts, constant)
    information = np.empty((p, p))
    for a in range(p):
        for b in range(p):
            information[a, b] = informations[0, a, b]
    return likelihood, gradient, information


@njit(cache=True, nogil=True)
def changing_effects(
    columns: NDArray[np.float64],
    predictor: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
    timing: NDArray[np.float64],
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Likelihood, score of effects multiplied by ``timing`` at each time, and the information of 0, 1 and 2 timings.

    The information of constant effects is ``[0]``, between constant and changing ones ``[1]``, of changing ones
    ``[2]``.
    """
    p = columns.shape[1]
    likelihood = 0.0
    score = np.zeros(p)
    informations = np.zeros((3, p, p))
    risk, first, second = 0.0, np.zeros(p), np.zeros((p, p))
    died_first, died_second = np.zeros(p), np.zeros((p, p))
    for g in range(starts.size - 2, -1, -1):
        died, mass, deaths = 0.0, 0.0, 0
        died_first[:] = 0.0
        died_second[:] = 0.0
        for i in range(starts[g], starts[g + 1]):
            weight = weights[i] * math.exp(predictor[i])
            risk += weight
            if event[i]:
                deaths += 1
                died += weight
                mass += weights[i]
                likelihood += weights[i] * predictor[i]
            for a in range(p):
                part = weight * columns[i, a]
                first[a] += part
                if event[i]:
                    died_first[a] += part
                    score[a] += timing[g] * weights[i] * columns[i, a]
                for b in range(a + 1):
                    second[a, b] += part * columns[i, b]
                    if event[i]:
                        died_second[a, b] += part * columns[i, b]
        for k in range(deaths):
            share, each = k / deaths, mass / deaths
            total = risk - share * died
            if not total > 0.0:  # everyone left is too far below the largest predictor: no step may end here
                return -math.inf, score, informations
            likelihood -= each * math.log(total)
            for a in range(p):
                mean_a = (first[a] - share * died_first[a]) / total
                score[a] -= timing[g] * each * mean_a
                for b in range(a + 1):
                    mean_b = (first[b] - share * died_first[b]) / total
                    spread = each * ((second[a, b] - share * died_second[a, b]) / total - mean_a * mean_b)
                    informations[0, a, b] += spread
                    informations[1, a, b] += timing[g] * spread
                    informations[2, a, b] += timing[g] * timing[g] * spread
    for power in range(3):
        for a in range(p):
            for b in range(a):
                informations[power, b, a] = informations[power, a, b]
    return likelihood, score, informations


@njit(cache=True, nogil=True)
def column_scores(
    columns: NDArray[np.float64],
    predictor: NDArray[np.float64],
    event: NDArray[np.bool_],
    weights: NDArray[np.float64],
    cluster: NDArray[np.int64],
    n_clusters: int,
    starts: NDArray[np.int64],
    timing: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Weighted Efron score residuals of every column, summed within clusters: (n_clusters, p).

    A patient who leaves at a time has lived through the running sums of hazard and of hazard times the mean of the
    columns; those with the event there carry only part of each of Efron's steps.
    """
    p, n_runs = columns.shape[1], starts.size - 1
    risk, first = _risk_sums(columns, predictor, weights, starts)
    scores = np.zeros((n_clusters, p))
    hazard, mean_hazard = 0.0, np.zeros(p)
    past_mean, mean, died_first = np.zeros(p), np.zeros(p), np.zeros(p)
    for g in range(n_runs):
        died, mass, deaths = 0.0, 0.0, 0
        died_first[:] = 0.0
        for i in range(starts[g], starts[g + 1]):
            if event[i]:
                weight = weights[i] * math.exp(predictor[i])
                deaths += 1
                died += weight
                mass += weights[i]
                for a in range(p):
                    died_first[a] += weight * columns[i, a]
        past_hazard = hazard
        mean[:] = 0.0
        past_mean[:] = mean_hazard
        for k in range(deaths):
            share = k / deaths
            total = risk[g] - share * died
            increment = timing[g] * (mass / deaths) / total
            hazard += increment
            past_hazard += (1.0 - share) * increment
            for a in range(p):
                here = (first[g, a] - share * died_first[a]) / total
                mean[a] += here / deaths
                mean_hazard[a] += increment * here
                past_mean[a] += (1.0 - share) * increment * here
        for i in range(starts[g], starts[g + 1]):
            relative = math.exp(predictor[i])
            for a in range(p):
                x = columns[i, a]
                if event[i]:
                    residual = timing[g] * (x - mean[a]) - relative * (x * past_hazard - past_mean[a])
                else:
                    residual = -relative * (x * hazard - mean_hazard[a])
                scores[cluster[i], a] += weights[i] * residual
    return scores


@njit(cache=True, nogil=True)
def _risk_sums(
    columns: NDArray[np.float64],
    predictor: NDArray[np.float64],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Risk of everyone still there, and its sum times each column, at each time."""
    p, n_runs = columns.shape[1], starts.size - 1
    risk, first = np.empty(n_runs), np.empty((n_runs, p))
    total, sums = 0.0, np.zeros(p)
    for g in range(n_runs - 1, -1, -1):
        for i in range(starts[g], starts[g + 1]):
            weight = weights[i] * math.exp(predictor[i])
            total += weight
            for a in range(p):
                sums[a] += weight * columns[i, a]
        risk[g] = total
        first[g] = sums
    return risk, first
