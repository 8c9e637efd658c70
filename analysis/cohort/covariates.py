"""What is known of patients before treatment, as numbers and categories a model can take."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.cells.columns import MOSTLY_NUMERIC
from analysis.cohort.collation import collation_key
from analysis.cohort.findings import Findings
from analysis.cohort.kept_labels import count_numeric_labels, labels_in
from analysis.cohort.labels import Labels, code_labels, describe_labels, find_label, missing_cells
from analysis.cohort.numeric import numeric_values
from analysis.phrases import phrase
from analysis.settings import CovariateSettings

MANY_LEVELS = 50
"""A category with more levels than this is free text or an identifier."""

FEW_LEVELS = 5
"""A category with at most this many levels is never refused for their number."""

PATIENTS_PER_LEVEL = 3
"""Above ``FEW_LEVELS`` a category needs on average this many patients per level."""


MISSING_LEVEL = "missing"
"""The level that stands for a missing category; what is not known is never the reference."""


def covariate_type(table: pd.DataFrame, covariate: CovariateSettings) -> str:
    """Decide whether a covariate is a number or a category.

    Parameters
    ----------
    table : pandas.DataFrame
        The file.
    covariate : CovariateSettings
        The column, and the type the study asks for, if any; a reference level makes it a category.

    Returns
    -------
    {"numeric", "categorical"}
        A column of numbers is numeric, 0/1 included; so is text that is mostly numbers, whose other cells
        are then refused.
    """
    if covariate.type is not None:
        return covariate.type
    if covariate.reference is not None:
        return "categorical"
    kind = table[covariate.column].dtype.kind
    if kind == "f":
        return "numeric"
    n_numbers, n_others = count_numeric_labels(table, covariate.column) if kind == "O" else (0, 0)
    return "numeric" if n_others and n_numbers >= MOSTLY_NUMERIC * (n_numbers + n_others) else "categorical"


def covariate_values(
    table: pd.DataFrame,
    rows: NDArray[np.bool_],
    covariates: tuple[CovariateSettings, ...],
    findings: Findings,
    *,
    use: str = "covariates",
) -> dict[str, pd.Series | Labels]:
    """Take the covariates of the patients in the study's arms, missing values included.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file: the type of a column does not depend on who is studied.
    rows : (n, ) array of bool
        True for rows of the two arms; only their cells can be at fault.
    covariates : tuple of CovariateSettings
        Columns and types, all present in the table.
    findings : Findings
        Takes what is wrong: text among numbers, infinite numbers, dates, a column with nothing in it.
    use : str
        Where the study names these columns, for sentences.

    Returns
    -------
    dict of str to pandas.Series or Labels
        float64, or labels for categories; the columns that were refused are left out.
    """
    values: dict[str, pd.Series | Labels] = {}
    everyone = bool(rows.all())
    for covariate in covariates:
        name = covariate.column
        whole = table[name]
        texts = labels_in(table, name)[rows] if whole.dtype == object else None
        column = whole if everyone else whole[rows]
        if missing_cells(column if texts is None else texts).all():
            findings.refuse_data(
                name,
                phrase(
                    "{column}: {noun} must have values, and all {n:,} cells are missing. Remove it from {use}.",
                    column=name,
                    noun=_noun(use),
                    n=len(column),
                    use=use,
                ),
            )
        elif column.dtype.kind == "M":
            findings.refuse_data(
                name,
                phrase(
                    "{column}: {noun} must be a number or a category, and the column holds dates. Use what "
                    "the date stands for, such as age or year, as a number.",
                    column=name,
                    noun=_noun(use),
                ),
            )
        elif covariate_type(table, covariate) == "categorical":
            values[name] = labels_in(table, name)[rows] if texts is None else texts
        else:
            numbers = _finite_numbers(column, findings, use)
            if numbers is not None:
                values[name] = numbers
    return values


def _noun(use: str) -> str:
    return phrase("a covariate") if use == "covariates" else phrase("a column of {use}", use=use)


def _finite_numbers(column: pd.Series, findings: Findings, use: str) -> pd.Series | None:
    name = str(column.name)
    remedy = phrase("say so with type: categorical") if use == "covariates" else phrase("match exactly on it instead")
    otherwise = (
        phrase("If “{column}” is a category, {remedy}.", column=name, remedy=remedy)
        if use.startswith(("covariates", "matching"))
        else ""
    )
    numbers = numeric_values(column, findings, otherwise=otherwise)
    if numbers is None:
        return None
    infinite = int(np.isinf(numbers).sum())
    if infinite:
        findings.refuse_data(
            name,
            phrase(
                "{column}: all numbers must be finite; {infinite:,} of {n:,} are infinite. "
                "Correct them or leave them blank.",
                column=name,
                infinite=infinite,
                n=len(column),
            ),
        )
        return None
    return column if column.dtype == np.float64 else pd.Series(numbers, index=column.index, name=name)


def encode_covariates(
    values: Mapping[str, pd.Series | Labels],
    covariates: tuple[CovariateSettings, ...],
    findings: Findings,
    *,
    use: str = "covariates",
) -> pd.DataFrame:
    """Turn covariates into the table that a model takes.

    Parameters
    ----------
    values : mapping of str to pandas.Series or Labels
        Covariates of the patients who are analysed, as `covariate_values` gives them; values still to be imputed are
        missing and stay so.
    covariates : tuple of CovariateSettings
        For the reference levels.
    findings : Findings
        Takes what is wrong: a constant, a category with too many levels, a reference that is not there.
    use : str
        Where the study names these columns, for sentences.

    Returns
    -------
    pandas.DataFrame
        float64 columns, and Categorical columns of text levels: the reference first, the others as
        `collation_key` sorts them (by number where the labels are numbers), only levels that occur.
    """
    columns = {}
    for covariate in covariates:
        column = values.get(covariate.column)
        if column is None:
            continue
        held = code_labels(column) if isinstance(column, Labels) or column.dtype == object else column
        if not _varies(held):
            findings.refuse_data(
                covariate.column,
                phrase(
                    "{column}: {noun} must differ between patients, and it is the same in all "
                    "{n:,} with complete covariates. Remove it from {use}.",
                    column=covariate.column,
                    noun=_noun(use),
                    n=len(column),
                    use=use,
                ),
            )
        elif isinstance(held, Labels):
            columns[covariate.column] = _category(held, covariate, findings, use)
        else:
            columns[covariate.column] = held.to_numpy(dtype=np.float64)
    return pd.DataFrame(columns)


def _varies(column: pd.Series | Labels) -> bool:
    """Whether a column has two different values, missing ones aside."""
    if isinstance(column, Labels):
        return len(column.present()) > 1
    values = column.to_numpy(dtype=np.float64)
    return bool(np.fmin.reduce(values, initial=np.inf) < np.fmax.reduce(values, initial=-np.inf))


def _category(column: Labels, covariate: CovariateSettings, findings: Findings, use: str) -> pd.Categorical:
    name = covariate.column
    levels = _sorted_levels(column)
    if has_too_many_levels(len(levels), len(column)):
        findings.refuse_data(
            name,
            phrase(
                "{column}: a category must have few levels, and it has {n_levels:,} among {n:,} "
                "patients, as free text or an identifier has. Group the levels, or remove it from "
                "{use}.",
                column=name,
                n_levels=len(levels),
                n=len(column),
                use=use,
            ),
        )
    if covariate.reference is not None:
        reference = find_label(covariate.reference, levels)
        if reference is None:
            findings.refuse_study(
                name,
                phrase(
                    "The reference of “{column}” must be one of its levels, and “{reference}” is not; "
                    "among patients with complete covariates there are {labels}. Name one of the levels.",
                    column=name,
                    reference=covariate.reference,
                    labels=describe_labels(column),
                ),
            )
        else:
            levels.remove(reference)
            levels.insert(0, reference)
    place = {level: number for number, level in enumerate(levels)}
    codes = column.told(np.array([place.get(level, -1) for level in column.levels], dtype=np.int64), -1)
    return pd.Categorical.from_codes(codes, categories=levels)


def has_too_many_levels(n_levels: int, n: int) -> bool:
    """Tell whether a column has more levels than a category of a model can have.

    Parameters
    ----------
    n_levels : int
        Distinct labels.
    n : int
        Patients.

    Returns
    -------
    bool
        True above 50 levels, or above 5 when there are fewer than 3 patients per level.
    """
    return n_levels > MANY_LEVELS or (n_levels > FEW_LEVELS and n_levels * PATIENTS_PER_LEVEL > n)


def _sorted_levels(column: Labels) -> list[str]:
    levels = sorted(column.present(), key=collation_key)
    unknown = [level for level in levels if level == MISSING_LEVEL]
    levels = [level for level in levels if level != MISSING_LEVEL]
    try:
        return sorted(levels, key=float) + unknown
    except ValueError:
        return levels + unknown


def strata_of(table: pd.DataFrame) -> NDArray[np.int64]:
    """Number the combinations of labels that patients share.

    Parameters
    ----------
    table : pandas.DataFrame
        Complete columns of labels.

    Returns
    -------
    (n, ) array of int
        From 0, in the sorted order of the combinations.
    """
    numbers = table.groupby(list(table.columns), sort=True, observed=True).ngroup()
    return numbers.to_numpy(dtype=np.int64)
