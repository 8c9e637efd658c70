"""Firth's logistic regression: a penalty that gives finite coefficients whatever the covariates tell."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_solve, cholesky, solve_triangular
from scipy.special import expit, log_expit

from analysis.design.logistic import STEP_TOLERANCE, LogisticFit, StandardisedDesign, back_transformation

MOST_STEPS = 200
# Fisher scoring settles most fits in fewer; what it is slow on is finished with the penalised likelihood's own curvature.
MOST_SCORING_STEPS = 10
# Far from the maximum no step moves any logit by more than this, or by more than the largest logit so far: beyond it the
# information has lost its meaning.
LARGEST_MOVE = 5.0
SHORTEST_STEP = 1e-6
# Beside this share of the log-likelihood a difference is rounding.
LIKELIHOOD_ROUNDING = 1e-13
_CHUNK = 4_096


def fit_firth(design: StandardisedDesign, outcome: NDArray[np.bool_]) -> LogisticFit:
    """Coefficients that maximise the likelihood times Jeffreys' prior, the root of the information's determinant.

    The maximum is finite for every design of full rank, under separation too. It solves
    Σ (y − p + h (1/2 − p)) x = 0 with h the leverages, by Fisher scoring, then Newton's method, with halved steps on
    standardised columns; the penalty is the same in every unit.

    Parameters
    ----------
    design : StandardisedDesign
        Columns of full rank.
    outcome : ndarray of bool, shape (n,)
        True for the treated arm.

    Returns
    -------
    LogisticFit
        Standard errors from the information matrix at the estimate.

    Notes
    -----
    Firth 1993, doi:10.1093/biomet/80.1.27. Heinze & Schemper 2002, doi:10.1002/sim.1047. That the maximum is finite:
    Kosmidis & Firth 2021, Biometrika 108:71.
    """
    matrix = design.matrix
    coefficients = np.zeros(matrix.shape[1])
    here = _penalised_likelihood(matrix, outcome, coefficients)
    converged = False
    n_iterations = 0
    while not converged and n_iterations < MOST_STEPS:
        n_iterations += 1
        root = here.root if n_iterations <= MOST_SCORING_STEPS else _curvature_root(matrix, coefficients, here.root)
        step = cho_solve((root, True), here.gradient)
        moved = float(np.abs(matrix @ step).max())
        largest = float(np.abs(matrix @ coefficients).max())
        converged = moved < STEP_TOLERANCE * max(1.0, largest)
        length = min(1.0, max(LARGEST_MOVE, largest) / moved) if moved > 0 else 1.0
        floor = here.likelihood - LIKELIHOOD_ROUNDING * abs(here.likelihood)
        there = _penalised_likelihood(matrix, outcome, coefficients + length * step)
        while there.likelihood < floor and length > SHORTEST_STEP:
            length /= 2
            there = _penalised_likelihood(matrix, outcome, coefficients + length * step)
        if there.likelihood < floor:
            break
        coefficients = coefficients + length * step
        here = there
    back = back_transformation(design)
    half = solve_triangular(here.root, back.T, lower=True)
    return LogisticFit(
        coefficients=back @ coefficients,
        standard_errors=np.sqrt(np.square(half).sum(axis=0)),
        converged=converged,
        proven=converged,
        n_iterations=n_iterations,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Likelihood:
    """Penalised log-likelihood, its gradient, and the lower Cholesky root of the information."""

    likelihood: float
    gradient: NDArray[np.float64]
    root: NDArray[np.float64]


def _penalised_likelihood(
    matrix: NDArray[np.float64], outcome: NDArray[np.bool_], coefficients: NDArray[np.float64]
) -> _Likelihood:
    predictor = matrix @ coefficients
    score = expit(predictor)
    spread = score * expit(-predictor)
    information = np.zeros((coefficients.size, coefficients.size))
    for part, rows in _parts(matrix):
        information += part.T @ (part * spread[rows, None])
    try:
        root = cholesky(information, lower=True)
    except LinAlgError:
        # So far out that the information has vanished: the worst place of all, from where the step is halved.
        return _Likelihood(likelihood=-np.inf, gradient=np.zeros(0), root=np.zeros((0, 0)))
    gradient = np.zeros(coefficients.size)
    for part, rows in _parts(matrix):
        leverage = spread[rows] * np.square(solve_triangular(root, part.T, lower=True)).sum(axis=0)
        gradient += part.T @ (outcome[rows] - score[rows] + leverage * (0.5 - score[rows]))
    sign = np.where(outcome, 1.0, -1.0)
    likelihood = float(log_expit(sign * predictor).sum() + np.log(np.diag(root)).sum())
    return _Likelihood(likelihood=likelihood, gradient=gradient, root=root)


def _curvature_root(
    matrix: NDArray[np.float64], coefficients: NDArray[np.float64], root: NDArray[np.float64]
) -> NDArray[np.float64]:
    # Minus the second derivative: Σ (w + h w − 2 h (1/2 − p)²) x x' + 2 T T', where row j of T holds the sums of
    # w (1/2 − p) x_j z_a z_b over patients and z are the rows freed of the information's root. Away from the maximum it
    # need not be positive; the information then serves.
    size = coefficients.size
    curvature = np.zeros((size, size))
    change = np.zeros((size, size * size))
    for part, _ in _parts(matrix):
        predictor = part @ coefficients
        score = expit(predictor)
        spread = score * expit(-predictor)
        freed = solve_triangular(root, part.T, lower=True).T
        leverage = spread * np.square(freed).sum(axis=1)
        weight = spread * (1 + leverage) - 2 * leverage * np.square(0.5 - score)
        curvature += part.T @ (part * weight[:, None])
        products = (freed[:, :, None] * freed[:, None, :]).reshape(score.size, -1)
        change += (part * (spread * (0.5 - score))[:, None]).T @ products
    curvature += 2 * change @ change.T
    try:
        return np.asarray(cholesky(curvature, lower=True), dtype=np.float64)
    except LinAlgError:
        return root


def _parts(matrix: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], slice]]:
    starts = range(0, matrix.shape[0], _CHUNK)
    return [(matrix[start : start + _CHUNK], slice(start, start + _CHUNK)) for start in starts]
