"""Unpenalised logistic regression on standardised columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.linalg.lapack import dposv

from analysis.design.logistic_kernel import gather_derivatives

# A fit has converged when a Newton step that begins where the mean gradient is this small moves no patient's logit by
# more than the second number (times the largest logit).
GRADIENT_TOLERANCE = 1e-8
STEP_TOLERANCE = 1e-9
MAX_STEPS = 60
SHORTEST_STEP = 1e-6
# Beside this share of the log-likelihood a difference is rounding.
LIKELIHOOD_ROUNDING = 1e-12
# A column whose standardised residual on the columns before it is smaller than this adds nothing.
DEPENDENCE_TOLERANCE = 1e-7
# Beyond this smallest eigenvalue of the columns' cosines every residual is far above that tolerance.
CERTAINLY_INDEPENDENT = 1e-6
# Residuals below this are too small beside rounding errors to prove anything.
SMALLEST_RESIDUAL = 1e-12
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandardisedDesign:
    """A design matrix with an intercept first and every other column at mean 0 and standard deviation 1.

    Attributes
    ----------
    matrix : ndarray of float64, shape (n, 1 + p)
        The intercept's ones, then the standardised columns; each column contiguous.
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
        Newton steps.
    """

    coefficients: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    converged: bool
    proven: bool
    n_iterations: int


def standardise(columns: Sequence[NDArray[np.float64]] | NDArray[np.float64]) -> StandardisedDesign:
    """Design matrix of columns that vary; each is scaled by its largest deviation first, so that none overflows."""
    n_columns, n = len(columns), columns[0].size
    rows = np.empty((1 + n_columns, n))
    rows[0] = 1.0
    rows[1:] = columns
    means = np.empty(n_columns)
    scales = np.empty(n_columns)
    # Several short columns at a time, long ones one by one: what lies beside them in memory stays small.
    together = max(1, _CHUNK // n)
    for start in range(0, n_columns, together):
        deviations = rows[1 + start : 1 + start + together]
        mean = deviations.mean(axis=1)
        deviations -= mean[:, None]
        largest = np.maximum(deviations.max(axis=1), -deviations.min(axis=1))
        deviations /= largest[:, None]
        spread = np.sqrt(np.square(deviations).mean(axis=1))
        deviations /= spread[:, None]
        means[start : start + together] = mean
        scales[start : start + together] = largest * spread
    return StandardisedDesign(matrix=rows.T, means=means, scales=scales)


def dependent_columns(design: StandardisedDesign) -> dict[int, tuple[int, ...]]:
    """Columns (0-based, without the intercept) that the kept columns before them determine, and by which."""
    if surely_independent(design):
        return {}
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


def surely_independent(design: StandardisedDesign) -> bool:
    """Whether no column is near to the span of the others; False leaves it open."""
    # Columns have mean square 1: their products are cosines, and no column is nearer to the span of the others than the
    # root of the smallest eigenvalue. Products lose half of the digits, hence only the clear case is decided here.
    cosines = design.matrix.T @ design.matrix / design.matrix.shape[0]
    return bool(np.linalg.eigvalsh(cosines)[0] > CERTAINLY_INDEPENDENT)


def _triangle(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    # The QR triangle, built up in chunks: the same columns' angles without a second copy of the matrix.
    triangle = np.empty((0, matrix.shape[1]))
    for start in range(0, matrix.shape[0], _CHUNK):
        (triangle,) = qr(np.vstack((triangle, matrix[start : start + _CHUNK])), mode="r", check_finite=False)
        triangle = triangle[: matrix.shape[1]]
    return triangle


def fit_logistic(design: StandardisedDesign, outcome: NDArray[np.bool_]) -> LogisticFit:
    """Maximum-likelihood fit, with the proof that a maximum exists where the fit itself can give it.

    Newton steps from 0, halved where the likelihood would fall. At a point where such a step moves every patient's
    logit by less than 1, the residuals can be corrected to strictly positive weights under which the signed columns
    sum to zero, and this is possible only without separation. Under separation some logit moves by 1 or more at every
    step. Residuals near rounding error prove nothing.
    """
    coefficients = np.zeros(design.matrix.shape[1])
    here = _derivatives(design.matrix, outcome, coefficients, coefficients)
    converged = False
    n_steps = 0
    while not converged and n_steps < MAX_STEPS:
        _, step, failed = dposv(here.information, here.gradient)
        if failed:
            break
        there = _derivatives(design.matrix, outcome, coefficients + step, step)
        floor = here.likelihood - LIKELIHOOD_ROUNDING * abs(here.likelihood)
        length = 1.0
        while not there.likelihood >= floor and length > SHORTEST_STEP:
            length /= 2
            there = _derivatives(design.matrix, outcome, coefficients + length * step, length * step)
        near = np.abs(here.gradient).max() <= GRADIENT_TOLERANCE * outcome.size
        converged = bool(near and there.moved < STEP_TOLERANCE * max(1.0, there.largest))
        coefficients = coefficients + length * step
        here = there
        n_steps += 1
    back = back_transformation(design)
    return LogisticFit(
        coefficients=back @ coefficients,
        standard_errors=_standard_errors(back, here.information) if converged else np.zeros(coefficients.size),
        converged=converged,
        proven=converged and here.smallest > SMALLEST_RESIDUAL,
        n_iterations=n_steps,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Derivatives:
    """The likelihood at some coefficients, and how far the last step moved."""

    information: NDArray[np.float64]
    gradient: NDArray[np.float64]
    likelihood: float
    smallest: float
    moved: float
    largest: float


def _derivatives(
    matrix: NDArray[np.float64],
    outcome: NDArray[np.bool_],
    coefficients: NDArray[np.float64],
    step: NDArray[np.float64],
) -> _Derivatives:
    information, gradient, summary = gather_derivatives(matrix.T, outcome, coefficients, step)
    likelihood, smallest, moved, largest = summary.tolist()
    return _Derivatives(
        information=information,
        gradient=gradient,
        likelihood=likelihood,
        smallest=smallest,
        moved=moved,
        largest=largest,
    )


def _standard_errors(back: NDArray[np.float64], information: NDArray[np.float64]) -> NDArray[np.float64]:
    errors: NDArray[np.float64] = np.sqrt(np.diag(back @ dposv(information, back.T)[1]))
    return errors


def linear_predictor(
    coefficients: NDArray[np.float64], columns: Sequence[NDArray[np.float64]] | NDArray[np.float64]
) -> NDArray[np.float64]:
    """The intercept and columns of n numbers times their coefficients, added up."""
    # Column by column, never as a matrix product, whose rounding depends on a row's place: patients with identical
    # covariates must tie exactly.
    predictor = np.full(columns[0].size, coefficients[0])
    for coefficient, column in zip(coefficients[1:].tolist(), columns, strict=True):
        predictor += coefficient * column
    return predictor


def back_transformation(design: StandardisedDesign) -> NDArray[np.float64]:
    """Matrix that takes coefficients of the standardised columns to those of the columns as they came."""
    back = np.diag(np.concatenate(([1.0], 1.0 / design.scales)))
    back[0, 1:] = -design.means / design.scales
    return back
