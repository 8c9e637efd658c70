"""Every problem of a cohort and its study, before anything is estimated."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from analysis.cohort.cells.cell_notes import LEFT_UNREAD
from analysis.cohort.findings import Findings, Problem, Remedy
from analysis.cohort.guards.covariates import guard_arms, guard_covariates
from analysis.cohort.guards.date_order import guard_date_order
from analysis.cohort.guards.deaths import guard_deaths
from analysis.cohort.guards.duplicates import guard_duplicates
from analysis.cohort.guards.endpoints import guard_contradicting_endpoints, guard_events, guard_units
from analysis.cohort.guards.event_coding import guard_event_coding
from analysis.cohort.guards.evidence import Evidence, gather_evidence
from analysis.cohort.guards.follow_up import guard_follow_up
from analysis.cohort.guards.missing import guard_missing_covariates, guard_missing_outcomes
from analysis.cohort.guards.outcome_columns import guard_outcome_columns
from analysis.cohort.guards.overlap import guard_overlap
from analysis.cohort.guards.plausibility import guard_plausibility
from analysis.cohort.guards.time_zero import guard_time_zero
from analysis.cohort.guards.wording import remove_covariate, warn
from analysis.cohort.guesses.profiles import ColumnProfile, profile_columns
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess
from analysis.cohort.selection import find_patients
from analysis.phrases import phrase
from analysis.settings import StudySettings

__all__ = ["Problem", "Remedy", "check_cohort"]

GUARDS: tuple[Callable[[Evidence], Iterator[Problem]], ...] = (
    guard_overlap,
    guard_outcome_columns,
    guard_event_coding,
    guard_time_zero,
    guard_date_order,
    guard_deaths,
    guard_contradicting_endpoints,
    guard_units,
    guard_duplicates,
    guard_plausibility,
    guard_missing_outcomes,
    guard_follow_up,
    guard_events,
    guard_arms,
    guard_missing_covariates,
    guard_covariates,
)
"""The gravest first: what makes the estimate wrong, then what biases it, then what makes it uncertain."""


def check_cohort(cohort: Cohort, settings: StudySettings | None, guess: RoleGuess | None = None) -> tuple[Problem, ...]:
    """Find everything that a person should mend or know before a study is run.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings or None
        The study; without it only the file itself is looked at.
    guess : RoleGuess or None
        What the columns were guessed to be, for what the settings do not say: the dates, and what is known only
        after time zero.

    Returns
    -------
    tuple of Problem
        Errors, each of which `select_patients` or the propensity model would refuse, then warnings, the gravest first.
    """
    findings = Findings()
    problems: list[Problem] = []
    patients = None
    if settings is not None:
        patients = find_patients(cohort, settings, findings)
        problems.extend(_with_remedy(problem, settings) for problem in findings.errors)
    else:
        problems.extend(_transposed(cohort))
        problems.extend(_file_warnings(profile_columns(cohort)))
    evidence = gather_evidence(cohort, settings, guess, patients)
    with np.errstate(
        all="ignore"
    ):  # a number near the largest there is overflows; it is found as too large all the same
        for guard in GUARDS:
            problems.extend(guard(evidence))
    problems.extend(warn(note.code, None, note.text) for note in findings.notes)
    problems.extend(warn(note.code, None, note.text) for note in cohort.notes if note.code in LEFT_UNREAD)
    once = tuple({problem.text: problem for problem in reversed(problems)}.values())[::-1]
    return tuple(sorted(once, key=lambda problem: problem.severity))  # "error" before "warning", else as found


def _with_remedy(problem: Problem, settings: StudySettings) -> Problem:
    """Errors of selection that one change of the settings mends."""
    if problem.text.endswith("keep them with zero_times: keep."):
        remedy = Remedy(kind="keep_zero_times", column=problem.column, words=phrase("Keep times of 0"))
        return replace(problem, code="zero_times", remedy=remedy)
    for covariate in settings.covariates:
        name = covariate.column
        if problem.text.startswith(f"covariates must be known before treatment; '{name}' is "):
            return replace(problem, column=name, code="outcome_as_covariate", remedy=remove_covariate(name))
        if problem.column == name and problem.text.endswith("emove it from covariates."):
            return replace(problem, remedy=remove_covariate(name))
    return problem


_MANY_COLUMNS = 20


def is_transposed(cohort: Cohort) -> bool:
    """Tell whether a table is so much wider than long that its columns seem to be patients.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    bool
        True where nothing is to be said of the columns one by one, as their names may identify patients.
    """
    n_rows, n_columns = cohort.table.shape
    return n_columns >= _MANY_COLUMNS and n_columns >= 3 * n_rows


def _transposed(cohort: Cohort) -> Iterator[Problem]:
    if is_transposed(cohort):
        n_rows, n_columns = cohort.table.shape
        yield warn(
            "transposed",
            None,
            phrase(
                "Each patient must stand on one row, and the table has {n_rows:,} rows and "
                "{n_columns:,} columns, as if each patient stood in a column. Transpose it, if so "
                "(in Excel: copy, then Paste Special, Transpose).",
                n_rows=n_rows,
                n_columns=n_columns,
            ),
        )


def _file_warnings(profiles: tuple[ColumnProfile, ...]) -> Iterator[Problem]:
    for profile in profiles:
        name = profile.column
        if profile.n_present == 0:
            yield warn(
                "empty_column", name, phrase("{column}: the column holds nothing and cannot be used.", column=name)
            )
        elif profile.n_distinct == 1:
            text = phrase("{column}: the column is the same in all patients and cannot be a covariate.", column=name)
            if profile.n_missing:
                text = phrase(
                    "{column}: the column holds one value, in {n_present:,} of {n:,} rows, and nothing in "
                    "the others; nothing tells whether blank means no or not known. If it means no, "
                    "write it in the file.",
                    column=name,
                    n_present=profile.n_present,
                    n=profile.n,
                )
            yield warn("constant_column", name, text)
        elif profile.is_spoilt_number:
            cells = phrase("cells is not a number") if profile.n_others == 1 else phrase("cells are not numbers")
            yield warn(
                "spoilt_number",
                name,
                phrase(
                    "{column}: a column of numbers must hold nothing else; {n_others:,} of {n:,} {cells}. "
                    "Correct them or leave them blank to use it as a number.",
                    column=name,
                    n_others=profile.n_others,
                    n=profile.n,
                    cells=cells,
                ),
            )
