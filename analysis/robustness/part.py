"""Part of a study's patients: some of their covariates, what a design looks at, or patients drawn from them."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.missing import marker_name
from analysis.cohort.selection import StudyCohort
from analysis.errors import EstimationError
from analysis.phrases import phrase
from analysis.settings import StudySettings


def without_outcomes(patients: StudyCohort) -> StudyCohort:
    """What a design looks at, to be sent to where the work is done: neither outcomes nor ids."""
    return replace(
        patients,
        identifier=np.empty(0, dtype=object),
        excluded=pd.DataFrame(),
        endpoints=(),
        responses=(),
        subgroups=pd.DataFrame(),
        centre=None,
        scans=None,
        adverse_events=(),
        response_time=None,
        notes=(),
    )


def columns_with_markers(patients: StudyCohort, settings: StudySettings) -> tuple[str, ...]:
    """The covariates of a specification, each with the column that marks its missing values where there is one."""
    named = [name for item in settings.covariates for name in (item.column, marker_name(item.column))]
    return tuple(name for name in dict.fromkeys(named) if name in patients.covariates)


def patients_with(patients: StudyCohort, columns: tuple[str, ...]) -> StudyCohort:
    """The same patients with these covariates alone; the others stay known to calipers and classes."""
    if len(columns) == patients.covariates.shape[1]:
        return patients
    others = patients.covariates.drop(columns=list(columns))
    extra = others if patients.extra.empty else pd.concat([patients.extra, others], axis=1)
    return replace(patients, covariates=patients.covariates.loc[:, list(columns)], extra=extra)


def drawn_patients(patients: StudyCohort, rows: NDArray[np.int64]) -> StudyCohort:
    """Patients at these rows, any of them any number of times, as a cohort of their own for a design.

    Levels that nobody drawn has are gone, and covariates that are the same for all of them are no covariates.

    Raises
    ------
    EstimationError
        No covariate varies.
    """
    covariates = patients.covariates.iloc[rows].reset_index(drop=True)
    varying = []
    for name, column in covariates.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            covariates[name] = column.cat.remove_unused_categories()
            varies = len(covariates[name].cat.categories) > 1
        else:
            varies = column.min() < column.max()
        varying += [str(name)] if varies else []
    if not varying:
        raise EstimationError(phrase("A score needs a covariate that varies among the patients drawn; none does."))
    drawn = replace(
        patients,
        row=patients.row[rows],
        treated=patients.treated[rows],
        covariates=covariates,
        strata=None if patients.strata is None else patients.strata[rows],
        extra=patients.extra.iloc[rows].reset_index(drop=True),
        score=None if patients.score is None else patients.score[rows],
    )
    return patients_with(drawn, tuple(varying))
