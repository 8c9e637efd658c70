"""Multiple imputation of covariates by chained equations with predictive mean matching, blind to every outcome."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.notes import Note
from analysis.settings import MissingSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImputedSets:
    """The values drawn for every missing covariate, m times.

    Attributes
    ----------
    n_sets : int
        m.
    columns : tuple of str
        The covariates with missing values, in the order of the table.
    rows : tuple of (k_j, ) arrays of int
        For each of them the patients without a value, ascending.
    values : tuple of (m, k_j) arrays
        For each of them the values drawn: float64, or int64 codes of the category's levels.
    notes : tuple of Note
        What a reader should know of the imputation.
    """

    n_sets: int
    columns: tuple[str, ...]
    rows: tuple[NDArray[np.int64], ...]
    values: tuple[NDArray[np.float64] | NDArray[np.int64], ...]
    notes: tuple[Note, ...]


def impute(
    covariates: pd.DataFrame,
    treated: NDArray[np.bool_],
    missing: MissingSettings,
    progress: Callable[[int], None] | None = None,
) -> ImputedSets:
    """Draw every missing covariate m times."""
    raise NotImplementedError


def imputed_covariates(covariates: pd.DataFrame, sets: ImputedSets, number: int) -> pd.DataFrame:
    """Fill the covariates with one set, ``number`` counted from 1."""
    raise NotImplementedError


def impute_covariates(
    covariates: pd.DataFrame, treated: NDArray[np.bool_], missing: MissingSettings
) -> tuple[pd.DataFrame, ...]:
    """Fill the covariates m times."""
    sets = impute(covariates, treated, missing)
    return tuple(imputed_covariates(covariates, sets, number) for number in range(1, sets.n_sets + 1))
