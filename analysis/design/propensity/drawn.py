"""The logistic score of patients drawn from a cohort again and again, from columns made once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.logistic import fit_logistic, linear_predictor, standardise, surely_independent
from analysis.design.propensity.drawn_kernel import all_overlap
from analysis.design.terms import covariate_terms, present_levels
from analysis.settings import PropensitySettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreColumns:
    """The covariates of n patients as a regression takes them.

    Attributes
    ----------
    numbers : ndarray of float64, shape (p, n)
        Numeric covariates.
    codes : ndarray of int64, shape (q, n)
        Categories, their levels by number.
    n_levels : ndarray of int64, shape (q,)
    terms : ndarray of float64, shape (k, n)
        The regression's terms without the intercept.
    """

    numbers: NDArray[np.float64]
    codes: NDArray[np.int64]
    n_levels: NDArray[np.int64]
    terms: NDArray[np.float64]


def score_columns(covariates: pd.DataFrame, settings: PropensitySettings) -> ScoreColumns | None:
    """The columns of a logistic regression on complete covariates; None where the score is another.

    Knots depend on who is drawn, and products may be the same for everyone: such scores are fitted as `fit_propensity`
    does.
    """
    if settings.model != "logistic" or settings.interactions or settings.splines:
        return None
    of_levels = [isinstance(dtype, pd.CategoricalDtype) for dtype in covariates.dtypes]
    n = len(covariates)
    series = [covariates.iloc[:, place] for place in range(len(of_levels))]
    numbers = [column.to_numpy(dtype=np.float64) for column, it_is in zip(series, of_levels, strict=True) if not it_is]
    levels = [present_levels(column) for column, it_is in zip(series, of_levels, strict=True) if it_is]
    terms = [term.values for term in covariate_terms(covariates, every_level=False)]
    return ScoreColumns(
        numbers=np.array(numbers).reshape(-1, n),
        codes=np.array([codes for _, codes in levels], dtype=np.int64).reshape(-1, n),
        n_levels=np.array([len(names) for names, _ in levels], dtype=np.int64),
        terms=np.array(terms).reshape(-1, n),
    )


def drawn_logit(
    columns: ScoreColumns, rows: NDArray[np.int64], treated: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    """The log odds of treatment in a model of these patients alone, as `fit_propensity` gives them.

    Parameters
    ----------
    columns : ScoreColumns
        Of the cohort.
    rows : ndarray of int64, shape (m,)
        Patients, any of them any number of times.
    treated : ndarray of bool, shape (m,)
        Their arms.

    Returns
    -------
    ndarray of float64, shape (m,), or None
        None where a covariate or a level is missing among them or tells the arms apart, where terms may determine each
        other, and where it is not proven that a model exists: `fit_propensity` then says what is the matter, or finds
        the model without them.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 60.0, 70.0, 80.0]})
    >>> columns = score_columns(table, PropensitySettings())
    >>> arm = np.array([False, True, False, True, False])
    >>> drawn_logit(columns, np.arange(5), arm).round(3).tolist()
    [-0.632, -0.472, -0.472, -0.312, -0.152]
    >>> drawn_logit(columns, np.array([0, 0, 1, 1]), arm[[0, 0, 1, 1]]) is None
    True
    """
    if rows.size <= columns.terms.shape[0] + 1:
        return None
    if not all_overlap(columns.numbers, columns.codes, columns.n_levels, rows, treated):
        return None
    drawn = columns.terms.take(rows, axis=1)
    design = standardise(drawn)
    if not surely_independent(design):
        return None
    fit = fit_logistic(design, treated)
    return linear_predictor(fit.coefficients, drawn) if fit.proven else None
