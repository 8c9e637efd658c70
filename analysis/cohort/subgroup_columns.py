"""The columns by whose levels effects are given one by one."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.covariates import FEW_LEVELS, covariate_values, encode_covariates
from analysis.cohort.findings import Findings
from analysis.cohort.labels import Labels
from analysis.cohort.unknown_columns import refuse_unknown_columns
from analysis.settings import CovariateSettings, StudySettings

USE = "outcomes.subgroups"


def read_subgroups(
    table: pd.DataFrame, row: NDArray[np.int64], settings: StudySettings, findings: Findings
) -> pd.DataFrame:
    """Take the columns of subgroups of the patients who are analysed, as the file has them.

    Parameters
    ----------
    table : pandas.DataFrame
        The file.
    row : (n, ) array of int
        The patients' rows.
    settings : StudySettings
        The subgroups, and the covariates, whose types and reference levels hold here too.
    findings : Findings
        Takes a column that is not there, one without values or of one value only, one with too many levels, and text
        among numbers that are to be cut.

    Returns
    -------
    pandas.DataFrame
        (n, q), index 0 to n - 1: float64 where numbers are to be cut, else Categorical. Numbers of at most five
        different values for which no cutpoints are given are taken value by value. Missing values stay missing, also
        where the covariate of that name is marked or imputed.
    """
    if not settings.outcomes.subgroups or row.size == 0:
        return pd.DataFrame(index=range(row.size))
    refuse_unknown_columns(table, {item.column: USE for item in settings.outcomes.subgroups}, findings)
    covariates = {item.column: item for item in settings.covariates}
    cut = {item.column: item.cutpoints is not None for item in settings.outcomes.subgroups if item.column in table}
    asked = tuple(
        CovariateSettings(column=name, type="numeric")
        if is_cut
        else covariates.get(name, CovariateSettings(column=name))
        for name, is_cut in cut.items()
    )
    chosen = np.zeros(len(table), dtype=np.bool_)
    chosen[row] = True
    values = covariate_values(table, chosen, asked, findings, use=USE)
    by_value = {
        name: column
        for name, column in values.items()
        if not isinstance(column, Labels) and not cut[name] and 1 < column.nunique() <= FEW_LEVELS
    }
    encoded = encode_covariates({k: v for k, v in values.items() if k not in by_value}, asked, findings, use=USE)
    encoded = encoded.assign(**{name: _by_value(column) for name, column in by_value.items()})
    kept = [name for name in cut if name in encoded]
    return encoded[kept].reset_index(drop=True) if kept else pd.DataFrame(index=range(row.size))


def _by_value(column: pd.Series) -> pd.Categorical:
    distinct = sorted(column.dropna().unique())
    names = {value: f"{value:g}" for value in distinct}
    return pd.Categorical(column.map(names), categories=list(names.values()))
