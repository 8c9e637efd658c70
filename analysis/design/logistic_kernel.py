"""Compiled passes over a design matrix: what a Newton step needs of the patients, gathered in one reading of the rows."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from analysis.design.sums_kernel import BLOCK, sum_products


@njit(cache=True, nogil=True)
def gather_derivatives(
    columns: NDArray[np.float64],
    outcome: NDArray[np.bool_],
    coefficients: NDArray[np.float64],
    step: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Information, gradient and what else a Newton step is judged by, at some coefficients of a logistic regression.

    Parameters
    ----------
    columns : float64 (k, n)
        The design matrix, one row a column.
    outcome : bool (n,)
    coefficients : float64 (k,)
    step : float64 (k,)
        The step that led to them.

    Returns
    -------
    information : float64 (k, k)
    gradient : float64 (k,)
    summary : float64 (4,)
        The log-likelihood; the smallest probability of any patient's other outcome; the largest move of any logit by
        the step; the largest logit, both without their sign.
    """
    k, n = columns.shape
    information = np.zeros((k, k))
    gradient = np.zeros(k)
    logit = np.empty(BLOCK)
    move = np.empty(BLOCK)
    residual = np.empty(BLOCK)
    spread = np.empty(BLOCK)
    scaled = np.empty(BLOCK)
    summary = np.array([0.0, 1.0, 0.0, 0.0])
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start)
        logit[:] = 0.0
        move[:] = 0.0
        for j in range(k):
            column = columns[j, start : start + size]
            for i in range(size):
                logit[i] += coefficients[j] * column[i]
                move[i] += step[j] * column[i]
        _judge(logit[:size], move[:size], outcome[start : start + size], residual, spread, summary)
        for j in range(k):
            column = columns[j, start : start + size]
            for i in range(size):
                scaled[i] = spread[i] * column[i]
            gradient[j] += sum_products(residual[:size], column)
            for other in range(j + 1):
                information[j, other] += sum_products(scaled[:size], columns[other, start : start + size])
    for j in range(k):
        for other in range(j):
            information[other, j] = information[j, other]
    return information, gradient, summary


@njit(cache=True, nogil=True)
def _judge(
    logit: NDArray[np.float64],
    move: NDArray[np.float64],
    outcome: NDArray[np.bool_],
    residual: NDArray[np.float64],
    spread: NDArray[np.float64],
    summary: NDArray[np.float64],
) -> None:
    # Factors between 1 and 2, whose product over a block is far from overflow: one logarithm for all of them.
    product = 1.0
    for i in range(logit.size):
        size = abs(logit[i])
        summary[2] = max(summary[2], abs(move[i]))
        summary[3] = max(summary[3], size)
        small = np.exp(-size)
        total = 1.0 + small
        product *= total
        agrees = (logit[i] > 0.0) == outcome[i]
        # The residual as a small probability of its own, not as 1 minus a number close to 1.
        wrong = (small if agrees else 1.0) / total
        summary[1] = min(summary[1], wrong)
        if not agrees:
            summary[0] -= size
        residual[i] = wrong if outcome[i] else -wrong
        spread[i] = small / (total * total)
    summary[0] -= np.log(product)
