"""Ridge logistic regression: coefficients shrunk towards zero, as far as cross-validation advises."""

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.special import expit, log_expit

from analysis.design.folds import assign_folds, distinct_rows
from analysis.design.logistic import STEP_TOLERANCE, LogisticFit, StandardisedDesign, back_transformation

PENALTIES_PER_PATIENT = tuple(10.0 ** (half / 2) for half in range(-12, 3))
"""Penalties tried, per patient: from a millionth to 10, two to each power of ten."""

MAX_ITERATIONS = 100
MAX_STEPS = 20
# Deviances are compared, not reported: this mean gradient is near enough to the minimum.
VALIDATION_TOLERANCE = 1e-5
FIRST_TOLERANCE = 1e-8


def fit_ridge(design: StandardisedDesign, outcome: NDArray[np.bool_], penalty: float) -> LogisticFit:
    """Coefficients that minimise minus the log-likelihood plus penalty / 2 times the sum of their squares.

    Coefficients are penalised per standard deviation of their column (divisor n), so that units do not matter; the
    intercept is not penalised. Scikit-learn's Newton–Cholesky solver comes close, plain Newton steps finish.

    Parameters
    ----------
    design : StandardisedDesign
        Columns that vary; they may determine each other, and outnumber the patients.
    outcome : ndarray of bool, shape (n,)
        True for the treated arm.
    penalty : float
        Above 0, on the scale of a sum over patients: scikit-learn's 1/C.

    Returns
    -------
    LogisticFit
        Standard errors are those of the shrunken coefficients at this penalty, (I+P)⁻¹ I (I+P)⁻¹ with I the
        information and P the penalties; they do not measure the bias that the penalty brings.

    Notes
    -----
    le Cessie & van Houwelingen 1992, Applied Statistics 41:191-201.
    """
    matrix = design.matrix
    coefficients, n_iterations = _first_fit(matrix, outcome, penalty)
    penalties = np.full(coefficients.size, penalty)
    penalties[0] = 0.0
    converged = False
    for _ in range(MAX_STEPS):
        information, gradient = _derivatives(matrix, outcome, coefficients)
        try:
            step = cho_solve(cho_factor(information + np.diag(penalties)), gradient - penalties * coefficients)
        except LinAlgError:
            break
        coefficients = coefficients + step
        n_iterations += 1
        largest = max(1.0, float(np.abs(matrix @ coefficients).max()))
        converged = bool(np.abs(matrix @ step).max() < STEP_TOLERANCE * largest)
        if converged:
            break
    back = back_transformation(design)
    errors = np.zeros(coefficients.size)
    if converged:
        inverse = cho_solve(cho_factor(information + np.diag(penalties)), back.T)
        # Sums of squares, which rounding cannot turn negative where the arms separate and the information vanishes.
        predictor = matrix @ coefficients
        root = np.sqrt(expit(predictor) * expit(-predictor))[:, None]
        errors = np.sqrt(np.square((root * matrix) @ inverse).sum(axis=0))
    return LogisticFit(
        coefficients=back @ coefficients,
        standard_errors=errors,
        converged=converged,
        proven=converged,
        n_iterations=n_iterations,
    )


def choose_penalty(
    design: StandardisedDesign, outcome: NDArray[np.bool_], *, n_folds: int, seed: int
) -> tuple[float, bool]:
    """Penalty with the least deviance in patients whom the fit has not seen.

    Each penalty of `PENALTIES_PER_PATIENT`, times the patients fitted, is tried in every fold; of equal ones the
    largest is taken. Columns are standardised once, over all patients.

    Parameters
    ----------
    design, outcome
        As in `fit_ridge`.
    n_folds : int
        Folds, dealt out by arm; the same whatever the order of the rows.
    seed : int
        Of the folds.

    Returns
    -------
    float
        The penalty for all patients.
    bool
        True when it is the largest tried.

    Raises
    ------
    EstimationError
        An arm has fewer patients than folds.
    """
    matrix = design.matrix
    folds = assign_folds(_places(matrix, outcome), outcome, n_folds=n_folds, seed=seed)
    deviance = np.zeros(len(PENALTIES_PER_PATIENT))
    for fold in range(n_folds):
        deviance += _deviances(matrix, outcome, folds == fold)
    best = len(deviance) - 1 - int(np.argmin(deviance[::-1]))
    return PENALTIES_PER_PATIENT[best] * outcome.size, best == len(deviance) - 1


def _places(matrix: NDArray[np.float64], outcome: NDArray[np.bool_]) -> NDArray[np.int64]:
    # Each patient's own number, by values and arm: equal patients of one arm are interchangeable.
    rows = distinct_rows([*matrix.T[1:], outcome.astype(np.float64)])
    places = np.empty(rows.size, dtype=np.int64)
    places[np.argsort(rows, kind="stable")] = np.arange(rows.size)
    return places


def _deviances(
    matrix: NDArray[np.float64], outcome: NDArray[np.bool_], left_out: NDArray[np.bool_]
) -> NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression  # slow to load, and few scores are penalised

    # From the strongest penalty down, each fit starting at the one before.
    fitted, seen = matrix[~left_out, 1:], outcome[~left_out]
    sign = np.where(outcome[left_out], 1.0, -1.0)
    model = LogisticRegression(
        solver="newton-cholesky", tol=VALIDATION_TOLERANCE, max_iter=MAX_ITERATIONS, warm_start=True
    )
    deviances = np.empty(len(PENALTIES_PER_PATIENT))
    for position in reversed(range(deviances.size)):
        model.C = 1.0 / (PENALTIES_PER_PATIENT[position] * seen.size)
        with warnings.catch_warnings():
            # A fit short of its minimum only makes its penalty look worse.
            warnings.simplefilter("ignore")
            model.fit(fitted, seen)
        predictor = model.intercept_[0] + matrix[left_out, 1:] @ model.coef_[0]
        deviances[position] = -2 * log_expit(sign * predictor).sum()
    return deviances


def _first_fit(
    matrix: NDArray[np.float64], outcome: NDArray[np.bool_], penalty: float
) -> tuple[NDArray[np.float64], int]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1.0 / penalty, solver="newton-cholesky", tol=FIRST_TOLERANCE, max_iter=MAX_ITERATIONS)
    with warnings.catch_warnings():
        # The steps that follow decide whether it has converged.
        warnings.simplefilter("ignore")
        model.fit(matrix[:, 1:], outcome)
    return np.concatenate((model.intercept_, model.coef_[0])), int(model.n_iter_[0])


def _derivatives(
    matrix: NDArray[np.float64], outcome: NDArray[np.bool_], coefficients: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    predictor = matrix @ coefficients
    score = expit(predictor)
    information = matrix.T @ (matrix * (score * expit(-predictor))[:, None])
    gradient: NDArray[np.float64] = matrix.T @ (outcome - score)
    return information, gradient
