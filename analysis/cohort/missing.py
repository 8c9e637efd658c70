"""Missing covariates: where they are, what each way of handling them costs in patients, and the missing indicator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.arms import assign_arms
from analysis.cohort.covariates import MISSING_LEVEL, covariate_values
from analysis.cohort.design_columns import read_design_columns
from analysis.cohort.eligibility import eligible_rows
from analysis.cohort.findings import Findings
from analysis.cohort.kept_labels import labels_in
from analysis.cohort.labels import Labels, missing_cells
from analysis.cohort.reading import Cohort
from analysis.phrases import phrase
from analysis.settings import CovariateSettings, StudySettings

MissingMethod = Literal["complete_case", "indicator", "multiple_imputation"]

METHODS: tuple[MissingMethod, ...] = ("complete_case", "indicator", "multiple_imputation")


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPattern:
    """Covariates that are missing together, and in how many patients.

    Attributes
    ----------
    columns : tuple of str
        The covariates missing in these patients and no others; empty for the complete patients.
    treated, control : int
        Patients of each arm with exactly this pattern.
    """

    columns: tuple[str, ...]
    treated: int
    control: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissingPicture:
    """Where covariates are missing, by arm.

    Attributes
    ----------
    columns : tuple of str
        The p covariates with missing values, in the order of the study.
    n_covariates : int
        All covariates of the study that could be read.
    treated_label, control_label : str
        The arms.
    n_treated, n_control : int
        Eligible patients of each arm, complete or not.
    missing_treated, missing_control : (p, ) array of int
        Patients of each arm without a value.
    patterns : tuple of MissingPattern
        The most frequent first; the complete patients' pattern is among them.
    """

    columns: tuple[str, ...]
    n_covariates: int
    treated_label: str
    control_label: str
    n_treated: int
    n_control: int
    missing_treated: NDArray[np.int64]
    missing_control: NDArray[np.int64]
    patterns: tuple[MissingPattern, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCost:
    """How many patients one way of handling missing covariates keeps.

    Attributes
    ----------
    method : {"complete_case", "indicator", "multiple_imputation"}
        As in the study file.
    treated, control : int
        Patients of each arm who go on to matching.
    lost_treated, lost_control : int
        Eligible patients of each arm who are left out for a missing value.
    n_columns_with_missing : int
        Covariates with missing values.
    explanation : str
        What the method does and when it may mislead, in a sentence or two.
    """

    method: MissingMethod
    treated: int
    control: int
    lost_treated: int
    lost_control: int
    n_columns_with_missing: int
    explanation: str


def missing_by_arm(cohort: Cohort, settings: StudySettings) -> MissingPicture | None:
    """Count the missing values of every covariate among the eligible patients of both arms.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study; how it handles missing values does not matter here.

    Returns
    -------
    MissingPicture or None
        None while the study's arms cannot be found in the file. Columns that cannot be used as covariates are left
        out; the checks of the cohort tell of them.
    """
    studied = _studied(cohort, settings)
    if studied is None:
        return None
    absent = {name: column for name, column in studied.absent.items() if column.any()}
    treated = studied.treated
    return MissingPicture(
        columns=tuple(absent),
        n_covariates=len(studied.absent),
        treated_label=settings.treatment.treated,
        control_label=settings.treatment.control,
        n_treated=int(treated.sum()),
        n_control=int((~treated).sum()),
        missing_treated=np.array([int((column & treated).sum()) for column in absent.values()], dtype=np.int64),
        missing_control=np.array([int((column & ~treated).sum()) for column in absent.values()], dtype=np.int64),
        patterns=_patterns(absent, treated),
    )


def missing_costs(cohort: Cohort, settings: StudySettings) -> tuple[MissingCost, ...]:
    """Count the patients that each way of handling missing covariates keeps, before one is chosen.

    A column of exact matching must be known whatever the method: a patient cannot be compared within an unknown
    stratum. A covariate of a caliper must be known where missing values are only marked.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study; its own method does not matter here.

    Returns
    -------
    tuple of MissingCost
        Complete cases, missing indicator, multiple imputation; empty while the study's arms cannot be found.
    """
    studied = _studied(cohort, settings)
    if studied is None:
        return ()
    treated = studied.treated
    kept = {method: ~studied.unusable[method] for method in METHODS}
    for column in studied.absent.values():
        kept["complete_case"] &= ~column
    n_columns = sum(bool(column.any()) for column in studied.absent.values())
    return tuple(
        MissingCost(
            method=method,
            treated=int((kept[method] & treated).sum()),
            control=int((kept[method] & ~treated).sum()),
            lost_treated=int((~kept[method] & treated).sum()),
            lost_control=int((~kept[method] & ~treated).sum()),
            n_columns_with_missing=n_columns,
            explanation=_EXPLANATIONS[method],
        )
        for method in METHODS
    )


_EXPLANATIONS: dict[MissingMethod, str] = {
    "complete_case": phrase(
        "Leaves out every patient with a missing covariate. Simple, and right for the "
        "patients who remain; they may differ from those left out."
    ),
    "indicator": phrase(
        "Keeps everyone: a missing number becomes the mean and is marked in a column of its "
        "own, a missing category becomes the level “missing”. The arms are made alike in who "
        "has a value, not in the value itself."
    ),
    "multiple_imputation": phrase(
        "Keeps everyone: each missing value is drawn several times from patients who are "
        "alike in the other covariates and the treatment, each set is matched, and the "
        "results are pooled. Right when what is missing can be told from what is known."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Studied:
    """The eligible patients of both arms: their arm, what of each covariate is absent, and who lacks another column."""

    treated: NDArray[np.bool_]
    absent: dict[str, NDArray[np.bool_]]
    unusable: dict[MissingMethod, NDArray[np.bool_]]


def _studied(cohort: Cohort, settings: StudySettings) -> _Studied | None:
    table, treatment = cohort.table, settings.treatment
    findings = Findings()  # what is wrong is told by the checks; here it only leaves a column out
    arms = assign_arms(labels_in(table, treatment.column), treatment, findings) if treatment.column in table else None
    if arms is None:
        return None
    rows = arms.studied & eligible_rows(table, arms, settings.eligibility, findings)
    known = tuple(covariate for covariate in settings.covariates if covariate.column in table)
    values = covariate_values(table, rows, known, findings)
    columns = read_design_columns(table, rows, settings, values, findings)
    unusable: dict[MissingMethod, NDArray[np.bool_]] = {}
    for method in METHODS:
        unusable[method] = np.zeros(int(rows.sum()), dtype=bool)
        for column in columns.required(method).values():
            unusable[method] |= missing_cells(column)
    return _Studied(
        treated=arms.treated[rows],
        absent={name: missing_cells(column) for name, column in values.items()},
        unusable=unusable,
    )


def _patterns(absent: dict[str, NDArray[np.bool_]], treated: NDArray[np.bool_]) -> tuple[MissingPattern, ...]:
    """Each pattern that occurs, numbered column by column so that any number of columns will do."""
    number = np.zeros(treated.size, dtype=np.int64)
    for column in absent.values():
        number = np.unique(2 * number + column, return_inverse=True)[1].astype(np.int64)
    _, first, which = np.unique(number, return_index=True, return_inverse=True)
    in_treated = np.bincount(which, weights=treated, minlength=first.size).astype(np.int64)
    total = np.bincount(which, minlength=first.size)
    found = [
        MissingPattern(
            columns=tuple(name for name, column in absent.items() if column[row]),
            treated=int(in_treated[place]),
            control=int(total[place] - in_treated[place]),
        )
        for place, row in enumerate(first.tolist())
    ]
    return tuple(sorted(found, key=lambda pattern: (-(pattern.treated + pattern.control), pattern.columns)))


def mark_missing(
    values: Mapping[str, pd.Series | Labels], covariates: tuple[CovariateSettings, ...]
) -> dict[str, pd.Series | Labels]:
    """Fill missing covariates in and mark them, so that nobody is left out: the missing-indicator method.

    A missing number becomes the mean of those observed, and a column of 0 and 1 named ``age (missing)`` beside it
    marks the patient; a missing category becomes the level ``missing``. A column without missing values is unchanged.

    Parameters
    ----------
    values : dict of str to pandas.Series
        Covariates as `covariate_values` gives them, other columns beside them.
    covariates : tuple of CovariateSettings
        Which of the columns are covariates; the others are returned as they are.

    Returns
    -------
    dict of str to pandas.Series
        Each marking column directly after its covariate. `marked_covariates` gives the settings that go with it.

    Notes
    -----
    For a propensity score the method balances what was observed and whether it was observed, which is what is wanted
    where a value's absence itself decided on the treatment (D'Agostino & Rubin 2000,
    doi:10.2307/2669455); elsewhere confounding by the values that are missing remains. In adjusting an
    outcome's regression the same indicator is biased even where values are missing completely at random (Groenwold
    et al. 2012, doi:10.1503/cmaj.110977).

    Examples
    --------
    >>> marked = mark_missing({"age": pd.Series([60.0, np.nan, 70.0])}, (CovariateSettings(column="age"),))
    >>> marked["age"].tolist(), marked["age (missing)"].tolist()
    ([60.0, 65.0, 70.0], [0.0, 1.0, 0.0])
    """
    wanted = {covariate.column for covariate in covariates}
    marked: dict[str, pd.Series | Labels] = {}
    for name, column in values.items():
        absent = column.isna()
        if name not in wanted or not absent.any() or absent.all():
            marked[name] = column
        elif isinstance(column, Labels) or column.dtype == object:
            held = column.to_series() if isinstance(column, Labels) else column
            marked[name] = held.fillna(MISSING_LEVEL)
        else:
            marked[name] = column.fillna(column.mean())
            marker = marker_name(name)
            marked[marker] = pd.Series(np.asarray(absent, dtype=np.float64), index=column.index, name=marker)
    return marked


def marked_covariates(
    values: Mapping[str, pd.Series | Labels], covariates: tuple[CovariateSettings, ...]
) -> tuple[CovariateSettings, ...]:
    """Name the covariates of `mark_missing`: each one, and after it the column that marks its missing values.

    Parameters
    ----------
    values : dict of str to pandas.Series
        What `mark_missing` gave.
    covariates : tuple of CovariateSettings
        Those of the study.

    Returns
    -------
    tuple of CovariateSettings
    """
    settings = []
    for covariate in covariates:
        settings.append(covariate)
        marker = marker_name(covariate.column)
        if marker in values and not any(other.column == marker for other in covariates):
            settings.append(CovariateSettings(column=marker, type="numeric"))
    return tuple(settings)


def marker_name(column: str) -> str:
    """Name the column of 0 and 1 that marks the missing values of a covariate."""
    return f"{column} (missing)"
