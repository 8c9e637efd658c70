"""The columns that covariates become: numbers as they are, one indicator per level of a category."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovariateTerm:
    """One column of numbers made from a covariate.

    Attributes
    ----------
    name : str
        The covariate's name, or ``column=level``.
    covariate : str
        The column it was made from.
    level : str or None
        The level it marks; None for a numeric covariate.
    values : ndarray of float64, shape (n,)
        The numbers, or 1 where the patient has the level.
    """

    name: str
    covariate: str
    level: str | None
    values: NDArray[np.float64]


def covariate_terms(covariates: pd.DataFrame, *, every_level: bool) -> Iterator[CovariateTerm]:
    """Terms of a table of covariates, in its column order, made one at a time.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numbers or categoricals, without missing values.
    every_level : bool
        False leaves out each category's first level (the reference), as a model needs it. True keeps all levels
        of a category of three or more, and the second level of one of two, as a balance table needs it.
    """
    for position, column in enumerate(covariates.columns):
        series = covariates.iloc[:, position]
        if not isinstance(series.dtype, pd.CategoricalDtype):
            values = series.to_numpy(dtype=np.float64)
            yield CovariateTerm(name=str(column), covariate=str(column), level=None, values=values)
            continue
        levels, codes = present_levels(series)
        start = 0 if every_level and len(levels) != 2 else 1
        for code in range(start, len(levels)):
            yield CovariateTerm(
                name=f"{column}={levels[code]}",
                covariate=str(column),
                level=levels[code],
                values=(codes == code).astype(np.float64),
            )


def present_levels(series: pd.Series) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Levels of a categorical that occur, in order, and each patient's level by number (−1 missing)."""
    used = series.cat.remove_unused_categories()
    return tuple(str(level) for level in used.cat.categories), used.cat.codes.to_numpy().astype(np.int64)
