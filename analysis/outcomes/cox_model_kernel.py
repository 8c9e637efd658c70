"""Compiled loop behind the Cox model of several columns: likelihood, score and information with Efron's ties."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def efron_derivatives(
    columns: NDArray[np.float64], predictor: NDArray[np.float64], event: NDArray[np.bool_], starts: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Log partial likelihood, its gradient and minus its second derivatives, from the last time to the first.

    Parameters
    ----------
    columns : float64 (n, p)
        In order of time.
    predictor : float64 (n,)
        Columns times coefficients, centred so that its exponential stays within reach.
    event : bool (n,)
    starts : int64 (g + 1,)
        Where each run of tied times starts, and n.
    """
    p = columns.shape[1]
    likelihood = 0.0
    gradient = np.zeros(p)
    information = np.zeros((p, p))
    risk, first, second = 0.0, np.zeros(p), np.zeros((p, p))
    for g in range(starts.size - 2, -1, -1):
        died, died_first, died_second = 0.0, np.zeros(p), np.zeros((p, p))
        deaths = 0
        for i in range(starts[g], starts[g + 1]):
            weight = math.exp(predictor[i])
            risk += weight
            if event[i]:
                deaths += 1
                died += weight
                likelihood += predictor[i]
            for a in range(p):
                part = weight * columns[i, a]
                first[a] += part
                if event[i]:
                    died_first[a] += part
                    gradient[a] += columns[i, a]
                for b in range(a + 1):
                    second[a, b] += part * columns[i, b]
                    if event[i]:
                        died_second[a, b] += part * columns[i, b]
        for k in range(deaths):
            share = k / deaths
            total = risk - share * died
            likelihood -= math.log(total)
            for a in range(p):
                mean_a = (first[a] - share * died_first[a]) / total
                gradient[a] -= mean_a
                for b in range(a + 1):
                    mean_b = (first[b] - share * died_first[b]) / total
                    information[a, b] += (second[a, b] - share * died_second[a, b]) / total - mean_a * mean_b
    for a in range(p):
        for b in range(a):
            information[b, a] = information[a, b]
    return likelihood, gradient, information
