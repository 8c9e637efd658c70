"""The effect of treatment in the levels of each subgroup of the study, before or after the design."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.reading import Cohort
from analysis.cohort.selection import EndpointData, ResponseData, StudyCohort
from analysis.cohort.subgroup_columns import read_subgroups
from analysis.design.design import Design
from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.subgroups import (
    SubgroupEffects,
    SubgroupLevel,
    SubgroupLevels,
    cut_levels,
    hazard_ratio_by_level,
    label_levels,
    rate_difference_by_level,
)
from analysis.phrases import join_phrases, phrase
from analysis.settings import StudySettings, SubgroupSettings
from analysis.study.cox_tables import cause_specific_note

ALL = phrase("All patients")

ACROSS_LEVELS = phrase(
    "some sets hold patients of different levels, so that within a level the arms are "
    "balanced only as far as the levels were matched."
)

Measure = Literal["hazard_ratio", "risk_difference"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subgroup:
    """One column's levels with the effect in each, or why there are none.

    Attributes
    ----------
    column : str
    effects : SubgroupEffects or None
    reason : str or None
        Why there are no effects.
    """

    column: str
    effects: SubgroupEffects | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndpointSubgroups:
    """Every subgroup of the study on one endpoint in one population.

    Attributes
    ----------
    endpoint : str
    measure : {"hazard_ratio", "risk_difference"}
    overall : SubgroupLevel or None
        The effect in all patients of the population; None where there is none at all.
    subgroups : tuple of Subgroup
        In the order of the study.
    confidence_level : float
    method : str
    notes : tuple of Note
        Those of columns begin with their names.
    """

    endpoint: str
    measure: Measure
    overall: SubgroupLevel | None
    subgroups: tuple[Subgroup, ...]
    confidence_level: float
    method: str
    notes: tuple[Note, ...]


def with_subgroups(patients: StudyCohort, cohort: Cohort, settings: StudySettings) -> StudyCohort:
    """Patients with the columns of the study's subgroups in the place of any they had; everything else stays.

    Parameters
    ----------
    patients : StudyCohort
        Of this cohort.
    cohort : Cohort
        The file as read.
    settings : StudySettings
        The study.

    Returns
    -------
    StudyCohort

    Raises
    ------
    SettingsError, CohortInputError
        A column of subgroups that is not there or makes no levels.
    """
    findings = Findings()
    subgroups = read_subgroups(cohort.table, patients.row, settings, findings)
    findings.raise_errors()
    return replace(patients, subgroups=subgroups)


def subgroup_endpoints(patients: StudyCohort) -> tuple[tuple[str, Measure], ...]:
    """Every endpoint with its measure of effect, survival first: the two kinds may share a name.

    Parameters
    ----------
    patients : StudyCohort
        The study's patients.

    Returns
    -------
    tuple of (str, {"hazard_ratio", "risk_difference"})
    """
    survival: list[tuple[str, Measure]] = [(item.name, "hazard_ratio") for item in patients.endpoints]
    return (*survival, *((item.name, "risk_difference") for item in patients.responses))


def compare_subgroups(
    patients: StudyCohort,
    design: Design | None,
    settings: StudySettings,
    endpoint: str,
    measure: Measure | None = None,
) -> EndpointSubgroups:
    """Estimate the effect in every level of every subgroup, and test whether it differs between levels.

    Levels are cut once, among all patients analysed, so that they are the same before and after. After the design,
    patients of a level keep its weights, with variances over its sets or patients.

    Parameters
    ----------
    patients : StudyCohort
        With the columns of the study's subgroups.
    design : Design or None
        None for all patients, each counted once.
    settings : StudySettings
        The subgroups, their cutpoints, and the level of the intervals.
    endpoint : str
        A survival or response endpoint of the study.
    measure : {"hazard_ratio", "risk_difference"}, optional
        Which of the two is meant where a survival and a response endpoint share the name; the first otherwise.

    Returns
    -------
    EndpointSubgroups

    Raises
    ------
    SettingsError
        The study has no such endpoint.

    Notes
    -----
    Test for interaction rather than p-values of levels: Wang et al. 2007, doi:10.1056/NEJMsr077003.
    """
    chosen = _endpoint(patients, endpoint, measure)
    rows = chosen.known if design is None else chosen.known & (design.weights > 0)
    subject = _Subject(chosen=chosen, patients=patients, rows=rows, design=design, level=settings.confidence.level)
    everyone = label_levels(np.full(rows.size, ALL, dtype=object))
    overall = _subgroup(ALL, everyone, subject)
    found = tuple(_of_column(item, subject) for item in settings.outcomes.subgroups)
    return EndpointSubgroups(
        endpoint=chosen.name,
        measure="hazard_ratio" if isinstance(chosen, EndpointData) else "risk_difference",
        overall=None if overall.effects is None else overall.effects.levels[0],
        subgroups=found,
        confidence_level=settings.confidence.level,
        method="" if overall.effects is None else overall.effects.method,
        notes=(*(cause_specific_note(chosen) if isinstance(chosen, EndpointData) else ()), *_notes(found)),
    )


def _endpoint(patients: StudyCohort, name: str, measure: Measure | None) -> EndpointData | ResponseData:
    offered: tuple[EndpointData | ResponseData, ...] = (
        *(patients.endpoints if measure != "risk_difference" else ()),
        *(patients.responses if measure != "hazard_ratio" else ()),
    )
    for item in offered:
        if item.name == name:
            return item
    names = ", ".join(item.name for item in offered)
    raise SettingsError(
        phrase(
            "Subgroups must be compared on an endpoint of the study: {names}. Name one.",
            names=names or phrase("it has none"),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Subject:
    """What is compared, and among whom."""

    chosen: EndpointData | ResponseData
    patients: StudyCohort
    rows: NDArray[np.bool_]
    design: Design | None
    level: float


def _of_column(asked: SubgroupSettings, subject: _Subject) -> Subgroup:
    values = subject.patients.subgroups[asked.column]
    try:
        levels = subgroup_levels(values, asked)
    except (EstimationError, SettingsError) as error:
        return Subgroup(column=asked.column, effects=None, reason=join_phrases(error.problems))
    return _subgroup(asked.column, levels, subject)


def subgroup_levels(values: pd.Series, asked: SubgroupSettings) -> SubgroupLevels:
    """The level of every patient: categories as they are, numbers cut as the study asks.

    Parameters
    ----------
    values : Series
        A column of the study's subgroups.
    asked : SubgroupSettings

    Returns
    -------
    SubgroupLevels

    Raises
    ------
    EstimationError, SettingsError
        The column makes no levels.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        return label_levels(values.astype(object), labels=list(values.cat.categories))
    return cut_levels(values.to_numpy(dtype=np.float64), asked.cutpoints)


def _subgroup(column: str, levels: SubgroupLevels, subject: _Subject) -> Subgroup:
    chosen, rows, design = subject.chosen, subject.rows, subject.design
    kept = replace(levels, codes=levels.codes[rows])
    arm = subject.patients.treated[rows]
    weights = None if design is None else design.weights[rows]
    cluster = None if design is None else design.cluster[rows]
    try:
        if isinstance(chosen, EndpointData):
            effects = hazard_ratio_by_level(
                chosen.time[rows],
                chosen.event[rows],
                arm,
                kept,
                weights=weights,
                cluster=cluster,
                confidence_level=subject.level,
            )
        else:
            effects = rate_difference_by_level(
                chosen.objective_response[rows],
                arm,
                kept,
                weights=weights,
                cluster=cluster,
                confidence_level=subject.level,
            )
    except EstimationError as error:
        return Subgroup(column=column, effects=None, reason=join_phrases(error.problems))
    return Subgroup(column=column, effects=effects, reason=None)


def _notes(found: tuple[Subgroup, ...]) -> tuple[Note, ...]:
    """Every note once, behind the columns it is of; which levels are small is told by each of them."""
    columns: dict[tuple[str, str], list[str]] = {}
    for item in found:
        given = [] if item.effects is None else [(note.code, note.text) for note in item.effects.notes]
        if item.effects is None:
            given = [("not_estimable", item.reason or "")]
        for code, text in given:
            if code == "small_subgroup":
                continue
            text = ACROSS_LEVELS if code == "sets_across_levels" else text
            columns.setdefault((code, text), []).append(item.column)
    return tuple(
        Note(code=code, text=phrase("{columns}: {text}", columns=", ".join(names), text=text))
        for (code, text), names in columns.items()
    )
