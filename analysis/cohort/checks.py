"""Every problem of a cohort and its study, before anything is estimated."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings, Problem, Remedy
from analysis.cohort.profiles import ColumnProfile, profile_columns
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess
from analysis.cohort.selection import EndpointData, StudyCohort, find_patients
from analysis.settings import StudySettings

__all__ = ["Problem", "Remedy", "check_cohort"]

SMALL_ARM = 10
"""An arm of fewer patients says next to nothing."""

PATIENTS_PER_TERM = 10
"""Patients of the smaller arm for each term of the propensity model."""

RARE = 0.02
"""A covariate in which all but this share of patients have the same value is nearly constant."""

UNEQUAL_FOLLOW_UP = 1.5
"""Ratio of the arms' median follow-up above which it differs."""

PROGRESSION_NAMES = ("PFS", "RFS", "DFS", "EFS", "TTP", "TTF")
"""Endpoints that cannot come later than death or last contact."""


def check_cohort(cohort: Cohort, settings: StudySettings | None, guess: RoleGuess | None = None) -> tuple[Problem, ...]:
    """Find everything that a person should mend or know before a study is run.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings or None
        The study; without it only the file itself is looked at.
    guess : RoleGuess or None
        What the columns were guessed to be, for what the settings do not say.

    Returns
    -------
    tuple of Problem
        Errors, each of which `select_patients` would refuse, then warnings.
    """
    if settings is None:
        return tuple(_file_warnings(profile_columns(cohort)))
    findings = Findings()
    patients = find_patients(cohort, settings, findings)
    problems = [*findings.errors, *_missing_shares(cohort, settings)]
    problems.extend(_warning(None, note.text) for note in findings.notes)
    if patients is not None:
        problems.extend(_arm_warnings(patients))
        problems.extend(_covariate_warnings(patients))
        problems.extend(_outcome_warnings(patients))
    return tuple(dict.fromkeys(problems))


def _warning(column: str | None, text: str) -> Problem:
    return Problem(severity="warning", column=column, text=text)


def _file_warnings(profiles: tuple[ColumnProfile, ...]) -> Iterator[Problem]:
    for profile in profiles:
        name = profile.column
        if profile.n_present == 0:
            yield _warning(name, f"{name}: the column holds nothing and cannot be used.")
        elif profile.n_distinct == 1:
            yield _warning(name, f"{name}: the column is the same in all patients and cannot be a covariate.")
        elif profile.is_spoilt_number:
            cells = "cells is not a number" if profile.n_others == 1 else "cells are not numbers"
            yield _warning(
                name,
                f"{name}: a column of numbers must hold nothing else; {profile.n_others:,} of {profile.n:,} {cells}. "
                "Correct them or leave them blank to use it as a number.",
            )


def _missing_shares(cohort: Cohort, settings: StudySettings) -> Iterator[Problem]:
    """Missing values among all rows, by covariate."""
    n = len(cohort.table)
    for covariate in settings.covariates:
        name = covariate.column
        if name not in cohort.table:
            continue
        missing = int(cohort.table[name].isna().sum())
        if 0 < missing < n:
            yield _warning(
                name,
                f"{name}: {100 * missing / n:.1f} % of patients ({missing:,} of {n:,}) have no value and are left out.",
            )


def _arm_warnings(patients: StudyCohort) -> Iterator[Problem]:
    for label, arm in _arms(patients):
        n = int(arm.sum())
        if n < SMALL_ARM:
            yield _warning(
                None,
                f"The arm “{label}” has {n} patients with complete covariates; below {SMALL_ARM} nothing can be "
                "estimated with any certainty.",
            )
    read, complete = patients.flow[0], patients.flow[1]
    lost = (read.treated + read.control) - (complete.treated + complete.control)
    total = read.treated + read.control
    if lost > 0.2 * total:
        yield _warning(
            None,
            f"{lost:,} of {total:,} patients ({100 * lost / total:.0f} %) are left out for a missing covariate; those "
            "who remain may differ from them.",
        )


def _arms(patients: StudyCohort) -> tuple[tuple[str, NDArray[np.bool_]], tuple[str, NDArray[np.bool_]]]:
    return (patients.treated_label, patients.treated), (patients.control_label, ~patients.treated)


def _covariate_warnings(patients: StudyCohort) -> Iterator[Problem]:
    n = len(patients.row)
    for name in patients.covariates.columns:
        column = patients.covariates[name]
        commonest = int(column.value_counts().iloc[0])
        if n - commonest <= RARE * n:
            yield _warning(
                str(name),
                f"{name}: the covariate is the same in all but {n - commonest:,} of {n:,} patients; it can hardly "
                "be balanced.",
            )
        elif isinstance(column.dtype, pd.CategoricalDtype):
            yield from _one_sided_levels(str(name), column, patients)
    terms = _count_terms(patients.covariates)
    smaller = min(int(arm.sum()) for _, arm in _arms(patients))
    if smaller < PATIENTS_PER_TERM * terms:
        yield _warning(
            None,
            f"The propensity model has {terms} {'term' if terms == 1 else 'terms'}, and the smaller arm has "
            f"{smaller:,} patients, {smaller / terms:.1f} per term; below {PATIENTS_PER_TERM} it is uncertain.",
        )


def _one_sided_levels(name: str, column: pd.Series, patients: StudyCohort) -> Iterator[Problem]:
    counts = pd.crosstab(column.to_numpy(), patients.treated)
    one_sided = int((counts.to_numpy() == 0).any(axis=1).sum())
    if one_sided:
        levels = "level occurs" if one_sided == 1 else "levels occur"
        yield _warning(
            name,
            f"{name}: {one_sided} {levels} in one arm only; those patients have nobody to be compared with.",
        )


def _count_terms(covariates: pd.DataFrame) -> int:
    """Coefficients of the model besides its intercept."""
    return sum(
        len(covariates[name].cat.categories) - 1 if isinstance(covariates[name].dtype, pd.CategoricalDtype) else 1
        for name in covariates.columns
    )


def _outcome_warnings(patients: StudyCohort) -> Iterator[Problem]:
    for endpoint in patients.endpoints:
        yield from _event_warnings(endpoint, patients)
        yield from _follow_up_warning(endpoint, patients)
    for first, second in combinations(patients.endpoints, 2):
        for progression, survival in ((first, second), (second, first)):
            if progression.name.upper() in PROGRESSION_NAMES and survival.name.upper() == "OS":
                yield from _longer_than_survival(progression, survival)


def _event_warnings(endpoint: EndpointData, patients: StudyCohort) -> Iterator[Problem]:
    for label, arm in _arms(patients):
        known, events = int((endpoint.known & arm).sum()), int((endpoint.event & arm).sum())
        if known == 0:
            yield _warning(None, f"{endpoint.name}: no patient of the arm “{label}” has a time and an event.")
        elif events == 0:
            yield _warning(
                None, f"{endpoint.name}: no event in the arm “{label}” ({known:,} patients); no ratio can be estimated."
            )


def _follow_up_warning(endpoint: EndpointData, patients: StudyCohort) -> Iterator[Problem]:
    if any(int((endpoint.known & arm).sum()) < SMALL_ARM for _, arm in _arms(patients)):
        return  # the median of a few patients is one of them
    medians = [
        _median_follow_up(endpoint.time[endpoint.known & arm], endpoint.event[endpoint.known & arm])
        for _, arm in _arms(patients)
    ]
    if None in medians:
        return
    shorter, longer = sorted(median for median in medians if median is not None)
    if shorter > 0 and longer / shorter > UNEQUAL_FOLLOW_UP:
        label = patients.treated_label if medians[0] == longer else patients.control_label
        yield _warning(
            None,
            f"{endpoint.name}: the arms should be followed equally long, and median follow-up is "
            f"{longer / shorter:.1f} times as long in the arm “{label}”. Compare the arms only up to the time both "
            "were followed.",
        )


def _median_follow_up(time: NDArray[np.float64], event: NDArray[np.bool_]) -> float | None:
    """Reverse Kaplan–Meier: when half of the patients would have been lost, had nobody had the event."""
    distinct, position = np.unique(time, return_inverse=True)
    censored = np.bincount(position, weights=~event, minlength=len(distinct))
    leaving = np.bincount(position, minlength=len(distinct))
    events = leaving - censored
    at_risk = len(time) - np.concatenate(([0], np.cumsum(leaving)[:-1])) - events  # events come before censored times
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(censored > 0, 1 - censored / at_risk, 1.0)
    reached = np.flatnonzero(np.cumprod(factor) <= 0.5)
    return float(distinct[reached[0]]) if len(reached) else None


def _longer_than_survival(progression: EndpointData, survival: EndpointData) -> Iterator[Problem]:
    both = progression.known & survival.known
    slack = 1e-6 * (1 + np.abs(survival.time[both]))
    longer = int((progression.time[both] > survival.time[both] + slack).sum())
    if longer:
        patients = "patient has" if longer == 1 else "patients have"
        yield _warning(
            None,
            f"{progression.name} cannot last longer than {survival.name}; {longer:,} of {int(both.sum()):,} {patients} "
            f"a longer {progression.name}. Check both times.",
        )
