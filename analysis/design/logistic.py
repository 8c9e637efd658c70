"""Unpenalised logistic regression on standardised columns."""

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve, qr
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

# Scikit-learn's own stopping rule (largest mean gradient); Newton steps go on from there to full precision.
FIRST_TOLERANCE = 1e-8
# A fit has converged when one more Newton step moves no patient's logit by more than this (times the largest logit).
STEP_TOLERANCE = 1e-9
MAX_ITERATIONS = 100
MAX_STEPS = 20
# A column whose standardised residual on the columns before it is smaller than this adds nothing.
DEPENDENCE_TOLERANCE = 1e-7
# Residuals below this are too small beside rounding errors to prove anything.
SMALLEST_RESIDUAL = 1e-12
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandardisedDesign:
    """A design matrix with an intercept first and every other column at mean 0 and standard deviation 1.

    Attributes
    ----------
    matrix : ndarray of float64, shape (n, 1 + p)
        The intercept's ones, then the standardised columns.
    means, scales : ndarray of float64, shape (p,)
        What was subtracted, and what each column was then divided by.
    """

    matrix: NDArray[np.float64]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogisticFit:
    """Maximum-likelihood coefficients on the scale of the columns as they came.

    Attributes
    ----------
    coefficients, standard_errors : ndarray of float64, shape (1 + p,)
        Intercept first; standard errors from the information matrix.
    converged : bool
        A further Newton step changes nothing.
    proven : bool
        With ``converged``: it is certain that a maximum exists (no separation). False leaves it open.
    n_iterations : int
        Iterations of scikit-learn's solver and the Newton steps after it.
    """

    coefficients: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    converged: bool
    proven: bool
    n_iterations: int


def standardise(columns: list[NDArray[np.float64]]) -> StandardisedDesign:
    """Design matrix of columns that vary; each is scaled by its largest deviation first, so that none overflows."""
    matrix = np.ones((columns[0].size, 1 + len(columns)))
    means = np.empty(len(columns))
    scales = np.empty(len(columns))
    for position, column in enumerate(columns):
        means[position] = column.mean()
        deviations = column - means[position]
        largest = np.abs(deviations).max()
        deviations /= largest
        spread = np.sqrt(np.square(deviations).mean())
        scales[position] = largest * spread
        matrix[:, position + 1] = deviations / spread
    return StandardisedDesign(matrix=matrix, means=means, scales=scales)


def dependent_columns(design: StandardisedDesign) -> dict[int, tuple[int, ...]]:
    """Columns (0-based, without the intercept) that the kept columns before them determine, and by which."""
    triangle = _triangle(design.matrix)
    kept = [0]
    dependent: dict[int, tuple[int, ...]] = {}
    for position in range(1, triangle.shape[1]):
        column = triangle[:, position]
        share = np.linalg.lstsq(triangle[:, kept], column, rcond=None)[0]
        residual = np.linalg.norm(column - triangle[:, kept] @ share)
        if residual > DEPENDENCE_TOLERANCE * np.linalg.norm(column):
            kept.append(position)
        else:
            partners = zip(kept, share, strict=True)
            dependent[position - 1] = tuple(k - 1 for k, part in partners if k > 0 and abs(part) > 1e-6)
    return dependent


def _triangle(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    # The QR triangle, built up in chunks: the same columns' angles without a second copy of the matrix.
    triangle = np.empty((0, matrix.shape[1]))
    for start in range(0, matrix.shape[0], _CHUNK):
        (triangle,) = qr(np.vstack((triangle, matrix[start : start + _CHUNK])), mode="r", check_finite=False)
        triangle = triangle[: matrix.shape[1]]
    return triangle


def fit_logistic(design: StandardisedDesign, outcome: NDArray[np.bool_]) -> LogisticFit:
    """Maximum-likelihood fit, with the proof that a maximum exists where the fit itself can give it.

    Scikit-learn's Newton–Cholesky solver without penalty comes close; plain Newton steps finish. At a point where
    such a step moves every patient's logit by less than 1, the residuals can be corrected to strictly positive
    weights under which the signed columns sum to zero, and this is possible only without separation. Under
    separation some logit moves by 1 or more at every step. Residuals near rounding error prove nothing.
    """
    coefficients, n_iterations = _first_fit(design.matrix, outcome)
    information, gradient, smallest = _derivatives(design.matrix, outcome, coefficients)
    converged = False
    for _ in range(MAX_STEPS):
        try:
            step = cho_solve(cho_factor(information), gradient)
        except (LinAlgError, ValueError):
            break
        coefficients = coefficients + step
        n_iterations += 1
        moved = np.abs(design.matrix @ step).max()
        information, gradient, smallest = _derivatives(design.matrix, outcome, coefficients)
        converged = bool(moved < STEP_TOLERANCE * max(1.0, np.abs(design.matrix @ coefficients).max()))
        if converged:
            break
    back = back_transformation(design)
    return LogisticFit(
        coefficients=back @ coefficients,
        standard_errors=_standard_errors(back, information) if converged else np.zeros(coefficients.size),
        converged=converged,
        proven=converged and smallest > SMALLEST_RESIDUAL,
        n_iterations=n_iterations,
    )


def _first_fit(matrix: NDArray[np.float64], outcome: NDArray[np.bool_]) -> tuple[NDArray[np.float64], int]:
    model = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=FIRST_TOLERANCE, max_iter=MAX_ITERATIONS)
    with warnings.catch_warnings():
        # A fit that has not converged is found by the steps that follow, and refused with the column's name.
        warnings.simplefilter("ignore")
        model.fit(matrix[:, 1:], outcome)
    return np.concatenate((model.intercept_, model.coef_[0])), int(model.n_iter_[0])


def _derivatives(
    matrix: NDArray[np.float64], outcome: NDArray[np.bool_], coefficients: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    information = np.zeros((matrix.shape[1], matrix.shape[1]))
    gradient = np.zeros(matrix.shape[1])
    smallest = 1.0
    for start in range(0, matrix.shape[0], _CHUNK):
        part = matrix[start : start + _CHUNK]
        predictor = part @ coefficients
        sign = np.where(outcome[start : start + _CHUNK], 1.0, -1.0)
        # The residual as a small probability of its own, not as 1 minus a number close to 1.
        wrong = expit(-sign * predictor)
        smallest = min(smallest, float(wrong.min()))
        gradient += part.T @ (sign * wrong)
        information += part.T @ (part * (wrong * (1.0 - wrong))[:, None])
    return information, gradient, smallest


def _standard_errors(back: NDArray[np.float64], information: NDArray[np.float64]) -> NDArray[np.float64]:
    root, lower = cho_factor(information)
    errors: NDArray[np.float64] = np.sqrt(np.diag(back @ cho_solve((root, lower), back.T)))
    return errors


def back_transformation(design: StandardisedDesign) -> NDArray[np.float64]:
    """Matrix that takes coefficients of the standardised columns to those of the columns as they came."""
    back = np.diag(np.concatenate(([1.0], 1.0 / design.scales)))
    back[0, 1:] = -design.means / design.scales
    return back
