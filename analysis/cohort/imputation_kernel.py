"""One turn of chained equations: predict a column from the others, and take each missing value from a near patient."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

DONORS = 5
"""Patients among whom the donor is drawn; the predictions of five are still near, and one or two would repeat."""

RIDGE = 1e-5
"""Relative to each predictor's sum of squares: enough for predictors that repeat each other, too little to bias."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainedColumn:
    """A covariate as the chained equations see it.

    Attributes
    ----------
    name : str
        The covariate.
    scores : (n, q) array of float
        One column of normal scores for a number, one indicator for every level but the first for a category; each of
        mean 0 and standard deviation 1 among the patients with a value, 0 in the others.
    place : slice
        Its columns in the table of predictors.
    observed, missing : arrays of int
        Patients with and without a value.
    """

    name: str
    scores: NDArray[np.float64]
    place: slice
    observed: NDArray[np.int64]
    missing: NDArray[np.int64]


def working_columns(covariates: pd.DataFrame) -> list[ChainedColumn]:
    """Make of each covariate what the chained equations work with.

    Parameters
    ----------
    covariates : pandas.DataFrame
        (n, p), float64 with NaN or Categorical with missing cells.

    Returns
    -------
    list of ChainedColumn
        In the order of the table; the first two predictors of every model are the intercept and the treatment.
    """
    columns: list[ChainedColumn] = []
    start = 2
    for name in covariates.columns:
        column = covariates[name]
        absent = column.isna().to_numpy()
        raw = _indicators(column) if isinstance(column.dtype, pd.CategoricalDtype) else _normal_scores(column, absent)
        scores = _standardised(raw, absent)
        place = slice(start, start + scores.shape[1])
        start = place.stop
        columns.append(
            ChainedColumn(
                name=str(name),
                scores=scores,
                place=place,
                observed=np.flatnonzero(~absent),
                missing=np.flatnonzero(absent),
            )
        )
    return columns


def _indicators(column: pd.Series) -> NDArray[np.float64]:
    codes = column.cat.codes.to_numpy()
    return np.column_stack([codes == code for code in range(1, max(2, len(column.cat.categories)))]).astype(np.float64)


def _normal_scores(column: pd.Series, absent: NDArray[np.bool_]) -> NDArray[np.float64]:
    from scipy.stats import rankdata  # slow to load, and few cohorts are imputed

    scores = np.zeros((absent.size, 1))
    numbers = column.to_numpy(dtype=np.float64)[~absent]
    scores[~absent, 0] = ndtri(rankdata(numbers) / (numbers.size + 1))
    return scores


def _standardised(raw: NDArray[np.float64], absent: NDArray[np.bool_]) -> NDArray[np.float64]:
    known = raw[~absent]
    if not len(known):
        return np.zeros_like(raw)
    spread = known.std(axis=0)
    scores = (raw - known.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    scores[absent] = 0.0
    return scores


def draw_donors(table: NDArray[np.float64], column: ChainedColumn, rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose, for every patient without a value, a patient whose value they take.

    Parameters
    ----------
    table : (n, k) array of float
        Intercept, treatment and all covariates, completed.
    column : ChainedColumn
        The covariate to impute.
    rng : numpy.random.Generator
        Draws the model's parameters and the donors.

    Returns
    -------
    array of int
        One of ``column.observed`` for each of ``column.missing``. For a category of more than two levels the distance
        between predictions is Mahalanobis', by the covariance of the residuals.
    """
    others = np.delete(np.arange(table.shape[1]), np.r_[column.place])
    target = table[column.observed, column.place]
    gram, cross = _products(table, column.observed, others, target)
    gram[np.diag_indices_from(gram)] *= 1 + RIDGE
    gram[np.diag_indices_from(gram)] += 1e-12  # a predictor that is 0 in every patient with a value
    lower = _cholesky(gram)
    coefficients = _solve_transposed(lower, _solve(lower, cross))
    points = _predictions(table, column.observed, others, coefficients)
    spread = _spread(target - points)
    drawn = _drawn_coefficients(coefficients, lower, spread, len(target) - len(gram), rng)
    sought = _predictions(table, column.missing, others, drawn)
    if target.shape[1] > 1:
        points, sought = (_solve(spread, side.T.copy()).T for side in (points, sought))
    return column.observed[_one_of_the_nearest(points, sought, rng)]


@njit(cache=True, nogil=True)
def _products(
    table: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64], target: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of products of the predictors with each other and with the target.

    Plain loops, here and below: the systems are small, and a linear algebra library that shares them out among
    threads waits longer for these than it computes, and sums in another order on another machine.
    """
    k, q = columns.size, target.shape[1]
    gram, cross = np.zeros((k, k)), np.zeros((k, q))
    for place, row in enumerate(rows):
        for a in range(k):
            value = table[row, columns[a]]
            for b in range(a + 1):
                gram[a, b] += value * table[row, columns[b]]
            for b in range(q):
                cross[a, b] += value * target[place, b]
    for a in range(k):
        for b in range(a):
            gram[b, a] = gram[a, b]
    return gram, cross


@njit(cache=True, nogil=True)
def _predictions(
    table: NDArray[np.float64], rows: NDArray[np.int64], columns: NDArray[np.int64], coefficients: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What the model predicts for some rows; rows that are alike get predictions that are the same to the last bit."""
    predicted = np.zeros((rows.size, coefficients.shape[1]))
    for place, row in enumerate(rows):
        for a in range(columns.size):
            for b in range(coefficients.shape[1]):
                predicted[place, b] += table[row, columns[a]] * coefficients[a, b]
    return predicted


@njit(cache=True, nogil=True)
def _cholesky(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lower factor of a positive definite matrix."""
    size = matrix.shape[0]
    lower = np.zeros((size, size))
    for a in range(size):
        for b in range(a + 1):
            rest = matrix[a, b]
            for c in range(b):
                rest -= lower[a, c] * lower[b, c]
            lower[a, b] = np.sqrt(max(rest, 1e-300)) if a == b else rest / lower[b, b]
    return lower


@njit(cache=True, nogil=True)
def _solve(lower: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the lower factor has to be multiplied by to give the right side."""
    solved = right.copy()
    for a in range(lower.shape[0]):
        for b in range(right.shape[1]):
            for c in range(a):
                solved[a, b] -= lower[a, c] * solved[c, b]
            solved[a, b] /= lower[a, a]
    return solved


@njit(cache=True, nogil=True)
def _solve_transposed(lower: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same for the transpose of the lower factor."""
    size = lower.shape[0]
    solved = right.copy()
    for a in range(size - 1, -1, -1):
        for b in range(right.shape[1]):
            for c in range(a + 1, size):
                solved[a, b] -= lower[c, a] * solved[c, b]
            solved[a, b] /= lower[a, a]
    return solved


def _spread(residuals: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lower Cholesky factor of the residuals' sums of squares, kept from vanishing where the fit is perfect."""
    squares = np.einsum("ia,ib->ab", residuals, residuals)
    squares[np.diag_indices_from(squares)] += 1e-8 * len(residuals)
    return _cholesky(squares)


def _drawn_coefficients(
    coefficients: NDArray[np.float64],
    lower: NDArray[np.float64],
    spread: NDArray[np.float64],
    degrees: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """A draw from what the data say of the coefficients: residual covariance inverse Wishart, coefficients normal."""
    q = len(spread)
    degrees = max(degrees, q)
    bartlett = np.tril(rng.standard_normal((q, q)), -1)
    bartlett[np.diag_indices(q)] = np.sqrt(rng.chisquare(degrees - np.arange(q)))
    residual = _solve(bartlett, spread.T.copy())
    noise = _solve_transposed(lower, rng.standard_normal(coefficients.shape))
    return coefficients + np.einsum("ka,ab->kb", noise, residual)


def _one_of_the_nearest(
    points: NDArray[np.float64], sought: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """The position of a point for each one sought, drawn evenly from the nearest five and from those as near."""
    distinct, which, count = _distinct(points)
    k = min(DONORS, len(distinct))
    near = _nearest_in_line(distinct[:, 0], sought[:, 0], k) if points.shape[1] == 1 else _nearest(distinct, sought, k)
    within = np.cumsum(count[near], axis=1)
    enough = np.minimum((within < DONORS).sum(axis=1), k - 1)
    row = np.arange(len(sought))
    ticket = (rng.random(len(sought)) * within[row, enough]).astype(np.int64)
    group = (within <= ticket[:, None]).sum(axis=1)
    before = np.where(group > 0, within[row, np.maximum(group - 1, 0)], 0)
    by_group = np.argsort(which, kind="stable")
    first = np.cumsum(count) - count
    return by_group[first[near[row, group]] + ticket - before]


def _distinct(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    if points.shape[1] == 1:
        values, which, count = np.unique(points[:, 0], return_inverse=True, return_counts=True)
        return values[:, None], which, count
    values, which, count = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    return values, which.ravel(), count


def _nearest(points: NDArray[np.float64], sought: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    from scipy.spatial import cKDTree

    _, near = cKDTree(points).query(sought, k=np.arange(1, k + 1))
    return near.astype(np.int64)


def _nearest_in_line(ascending: NDArray[np.float64], sought: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """The k nearest of ascending numbers are among k on each side."""
    start = np.clip(np.searchsorted(ascending, sought) - k, 0, max(0, len(ascending) - 2 * k))
    window = start[:, None] + np.arange(min(2 * k, len(ascending)))
    distance = np.abs(ascending[window] - sought[:, None])
    order = np.argsort(distance, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(window, order, axis=1)
