"""The Cox table of a survival endpoint: treatment and every covariate, alone and together, before and after the design."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.selection import EndpointData, StudyCohort
from analysis.design.design import Design
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.cox_table import CoxTable, cox_table
from analysis.phrases import phrase
from analysis.settings import StudySettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointCoxTable:
    """The Cox table of one endpoint in one population, or why there is none.

    Attributes
    ----------
    endpoint : str
    treatment : str
        The variable of the table that is the treatment, its first one.
    table : CoxTable or None
    left_out : tuple of str
        Covariates that are the same in all patients of this population.
    notes : tuple of Note
    """

    endpoint: str
    treatment: str
    table: CoxTable | None
    left_out: tuple[str, ...]
    notes: tuple[Note, ...]


def endpoint_cox_table(
    patients: StudyCohort, design: Design | None, settings: StudySettings, endpoint: str
) -> EndpointCoxTable:
    """Estimate hazard ratios of the treatment and of every covariate, each alone and all together.

    Before the design the multivariable model adjusts for the covariates by regression alone. After it, patients keep
    the weights of the design and variances are over its sets or patients: the ratio of the treatment is then doubly
    robust.

    Parameters
    ----------
    patients : StudyCohort
        Arms, covariates and endpoints; nothing of the covariates missing.
    design : Design or None
        None for all patients, each counted once.
    settings : StudySettings
        The treatment's column and the level of the intervals.
    endpoint : str
        A survival endpoint of the study.

    Returns
    -------
    EndpointCoxTable
        The treatment first, the control arm its reference, then the covariates in the study's order. Columns of 0 and 1
        enter as categories, so that their levels have events of their own; the ratio is the same.

    Raises
    ------
    SettingsError
        The study has no such survival endpoint.

    Notes
    -----
    Funk et al. 2011, doi:10.1093/aje/kwq439 (doubly robust estimation).
    """
    chosen = _endpoint(patients, endpoint)
    rows = chosen.known if design is None else chosen.known & (design.weights > 0)
    treatment = settings.treatment.column
    columns = _columns(patients, treatment)[rows]
    same = tuple(str(name) for name, column in columns.items() if column.nunique() < 2)
    table, notes = None, [*cause_specific_note(chosen), *([_same_note(same)] if same else [])]
    try:
        table = cox_table(
            chosen.time[rows],
            chosen.event[rows],
            columns.drop(columns=list(same)),
            weights=None if design is None else design.weights[rows],
            cluster=None if design is None else design.cluster[rows],
            confidence_level=settings.confidence.level,
        )
    except EstimationError as error:
        notes += [Note(code="not_estimable", text=text) for text in error.problems]
    return EndpointCoxTable(
        endpoint=chosen.name,
        treatment=treatment,
        table=table,
        left_out=same,
        notes=(*notes, *(table.notes if table is not None else ())),
    )


def _endpoint(patients: StudyCohort, name: str) -> EndpointData:
    for item in patients.endpoints:
        if item.name == name:
            return item
    names = ", ".join(item.name for item in patients.endpoints)
    raise SettingsError(
        phrase(
            "A Cox table must be of a survival endpoint of the study: {names}. Name one of them.",
            names=names or phrase("it has none"),
        )
    )


def cause_specific_note(endpoint: EndpointData) -> tuple[Note, ...]:
    """That a hazard ratio is cause-specific where other events compete; nothing elsewhere.

    Parameters
    ----------
    endpoint : EndpointData
        A survival endpoint.

    Returns
    -------
    tuple of Note
    """
    if endpoint.competing is None:
        return ()
    text = phrase(
        "Other events compete with {name}: patients who have one are censored, and hazard "
        "ratios are cause-specific. The Survival page has the cumulative incidence.",
        name=endpoint.name,
    )
    return (Note(code="cause_specific", text=text),)


def _columns(patients: StudyCohort, treatment: str) -> pd.DataFrame:
    labels = (patients.control_label, patients.treated_label)
    arm = pd.Series(pd.Categorical.from_codes(patients.treated.astype(np.int64), categories=list(labels)))
    covariates = {str(name): _by_level(column) for name, column in patients.covariates.items()}
    return pd.DataFrame({treatment: arm, **covariates})


def _by_level(column: pd.Series) -> pd.Series:
    """A column of 0 and 1 as the two levels it has."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column
    numbers: NDArray[np.float64] = column.to_numpy(dtype=np.float64)
    if not np.isin(numbers, (0.0, 1.0)).all():
        return column
    return pd.Series(pd.Categorical.from_codes(numbers.astype(np.int64), categories=["0", "1"]), index=column.index)


def _same_note(names: tuple[str, ...]) -> Note:
    text = phrase(
        "The same in all patients of this population, and so no part of the models: {columns}.",
        columns=", ".join(names),
    )
    return Note(code="same_in_all", text=text)
