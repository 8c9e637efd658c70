"""Coarsening: numbers cut into classes, so that patients can be matched exactly on all columns at once."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.phrases import phrase
from analysis.settings import Coarsening


def coarsened_strata(columns: pd.DataFrame, coarsen: Sequence[Coarsening]) -> NDArray[np.int64]:
    """Stratum of each patient: those who share a class of every column.

    A column is cut at its cutpoints c₁ < c₂ < … into (−∞, c₁], (c₁, c₂], …, (c_last, ∞): a value that equals a cutpoint
    lies below it. So many bins are so many classes of equal width over the range of all patients, closed on the right
    likewise, the lowest value in the first. Columns without coarsening keep every level and every number apart.

    Parameters
    ----------
    columns : DataFrame, shape (n, q)
        The columns that make the strata: numbers, categories or labels, none missing.
    coarsen : sequence of Coarsening
        How columns of numbers are cut; each names one of ``columns``.

    Returns
    -------
    ndarray of int64, shape (n,)
        Strata in the order of the classes, the first column first, numbered from 0 without gaps.

    Raises
    ------
    EstimationError
        A value is missing, or a column to be cut holds no numbers.

    Notes
    -----
    Source: Iacus, King & Porro 2012, doi:10.1093/pan/mpr013.

    Examples
    --------
    >>> ages = pd.DataFrame({"age": [40, 50, 51, 70]})
    >>> coarsened_strata(ages, [Coarsening(column="age", cutpoints=(50, 65))]).tolist()
    [0, 0, 1, 2]
    >>> coarsened_strata(ages, [Coarsening(column="age", bins=3)]).tolist()
    [0, 0, 1, 2]
    """
    cuts = {item.column: item for item in coarsen}
    if unknown := cuts.keys() - set(columns.columns):
        raise ValueError(f"columns to be cut are not among the columns of the strata: {sorted(unknown)}")
    _check_columns(columns, cuts)
    stratum = np.zeros(len(columns), dtype=np.int64)
    for name in columns.columns:
        level = _classes(columns[name], cuts[name]) if name in cuts else _levels(columns[name])
        # Numbered anew after each column: products of many counts of levels would not fit an integer.
        pairs = stratum * (int(level.max(initial=0)) + 1) + level
        stratum = np.unique(pairs, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return stratum


def _check_columns(columns: pd.DataFrame, cuts: dict[str, Coarsening]) -> None:
    problems = []
    for name in columns.columns:
        column = columns[name]
        if name in cuts and not (pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)):
            problems.append(
                phrase(
                    "Only numbers can be cut into classes; column {column} holds labels. Match exactly on "
                    "it, or leave it out.",
                    column=name,
                )
            )
            continue
        values = column.to_numpy(dtype=np.float64) if pd.api.types.is_numeric_dtype(column) else None
        n_missing = int(column.isna().sum() if values is None else np.count_nonzero(~np.isfinite(values)))
        if n_missing:
            problems.append(
                phrase(
                    "Strata need a value for every patient; in column {column} {n_missing} of {n} "
                    "have none. Leave these patients out or drop this column.",
                    column=name,
                    n_missing=n_missing,
                    n=len(columns),
                )
            )
    if problems:
        raise EstimationError(*problems)


def _classes(column: pd.Series, cut: Coarsening) -> NDArray[np.int64]:
    values = column.to_numpy(dtype=np.float64)
    if cut.cutpoints is not None:
        points = np.asarray(cut.cutpoints, dtype=np.float64)
    else:
        # Either cutpoints or bins are given: a study file with neither is refused when it is read.
        # Halved and doubled, exactly: the width of the range can be beyond what a number holds.
        points = 2.0 * np.linspace(values.min() / 2, values.max() / 2, (cut.bins or 1) + 1)[1:-1]
    return np.searchsorted(points, values, side="left").astype(np.int64)


def _levels(column: pd.Series) -> NDArray[np.int64]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(dtype=np.int64)
    return pd.factorize(column, sort=True)[0].astype(np.int64)
