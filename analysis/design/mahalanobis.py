"""Covariates on a scale on which ordinary distance is the Mahalanobis distance."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.terms import covariate_terms
from analysis.errors import EstimationError
from analysis.phrases import phrase

SMALLEST_EIGENVALUE = 1e-10
"""Directions of the standardised columns with less variance than this are a column that follows from others."""


def whitened_covariates(covariates: pd.DataFrame, treated: ArrayLike) -> NDArray[np.float64]:
    """Turn covariates into columns whose Euclidean distance is the Mahalanobis distance of two patients.

    The distance of x and y is √((x − y)ᵀ S⁻ (x − y)), with S the covariance within the arms, pooled:
    ((n₁ − 1) S₁ + (n₀ − 1) S₀) / (n − 2). A category enters as an indicator per level but the first; which is left
    out changes no distance. S⁻ is the generalised inverse: a column that follows from the others adds nothing, nor
    does one without variance within the arms.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numbers and categoricals, without missing values.
    treated : array_like of bool, shape (n,)
        True for the treated arm.

    Returns
    -------
    ndarray of float64, shape (n, q)
        Uncorrelated within the arms, with variance 1. Patients with identical covariates have identical rows, bit
        by bit. q is the rank of S.

    Raises
    ------
    EstimationError
        No covariate, values missing or infinite, fewer than two patients in an arm, or nothing that varies within
        the arms.

    Notes
    -----
    Source: Rubin 1980, doi:10.2307/2529981.

    Examples
    --------
    The variance within each arm is 2, so that a difference of 2 years is a distance of 2 / √2.

    >>> table = pd.DataFrame({"age": [50.0, 52.0, 60.0, 62.0]})
    >>> rows = whitened_covariates(table, [True, True, False, False])
    >>> float(abs(rows[1, 0] - rows[0, 0]).round(4))
    1.4142
    """
    arm = np.asarray(treated, dtype=np.bool_)
    _refuse_unusable(covariates, arm)
    terms = list(covariate_terms(covariates, every_level=False))
    columns = np.column_stack([term.values for term in terms]) if terms else np.empty((arm.size, 0))
    # In powers of two, exactly: the square of any finite number then is one too.
    columns = np.ldexp(columns, -np.frexp(np.abs(columns).max(axis=0, initial=0.0))[1])
    within = columns.copy()
    for rows in (arm, ~arm):
        within[rows] -= within[rows].mean(axis=0)
    spread = np.sqrt(np.square(within).sum(axis=0) / max(arm.size - 2, 1))
    # A mean is a rounded number: what remains of a constant column is no variance.
    varies = spread > SMALLEST_EIGENVALUE * np.abs(columns).max(axis=0, initial=0.0)
    if not varies.any():
        raise EstimationError(
            phrase(
                "A Mahalanobis distance needs a covariate that varies within the arms; found none. "
                "Choose covariates, or measure pairs by the propensity score."
            )
        )
    scaled = within[:, varies] / spread[varies]
    eigenvalues, directions = np.linalg.eigh(scaled.T @ scaled / (arm.size - 2))
    kept = eigenvalues > SMALLEST_EIGENVALUE * eigenvalues[-1]
    rotation = directions[:, kept] / np.sqrt(eigenvalues[kept])
    return _rotated((columns[:, varies] - columns[:, varies].mean(axis=0)) / spread[varies], rotation)


def _rotated(columns: NDArray[np.float64], rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    # Column by column, never as a matrix product, whose rounding depends on a row's place: patients with identical
    # covariates must be exactly 0 apart.
    rows = np.zeros((columns.shape[0], rotation.shape[1]))
    for column, shares in zip(columns.T, rotation, strict=True):
        rows += column[:, None] * shares
    return rows


def _refuse_unusable(covariates: pd.DataFrame, arm: NDArray[np.bool_]) -> None:
    n_treated = int(arm.sum())
    if min(n_treated, arm.size - n_treated) < 2:
        raise EstimationError(
            phrase(
                "A Mahalanobis distance needs two patients in each arm; found {n_treated} treated "
                "and {n_control} control. Measure pairs by the propensity score.",
                n_treated=n_treated,
                n_control=arm.size - n_treated,
            )
        )
    problems = []
    for position, column in enumerate(covariates.columns):
        series = covariates.iloc[:, position]
        categorical = isinstance(series.dtype, pd.CategoricalDtype)
        unknown = series.isna() if categorical else ~np.isfinite(series.to_numpy(dtype=np.float64))
        if np.any(unknown):
            problems.append(
                phrase(
                    "The covariate {column} must be known for every patient; {n_unknown} of {n} values are "
                    "missing or infinite.",
                    column=column,
                    n_unknown=int(np.sum(unknown)),
                    n=arm.size,
                )
            )
    if problems:
        raise EstimationError(*problems)
