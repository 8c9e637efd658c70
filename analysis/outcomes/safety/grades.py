"""The worst grade of every patient in every adverse event."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.phrases import phrase

WORST = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorstGrades:
    """The worst grade of every patient in every term.

    Attributes
    ----------
    terms : tuple of str
    grade : (n, k) int8
        0 without the event; an event of unknown grade counts as grade 1.
    n_unknown_grade : int
        Events of unknown grade.
    """

    terms: tuple[str, ...]
    grade: NDArray[np.int8]
    n_unknown_grade: int


def worst_grades(patient: ArrayLike, term: ArrayLike, grade: ArrayLike, *, n: int) -> WorstGrades:
    """Take the worst grade of every patient and term from a long table, one row an event.

    Parameters
    ----------
    patient : (m,) int
        Number of the patient, 0 to ``n`` − 1.
    term : (m,) of str
    grade : (m,) numbers
        1 to 5; NaN where unknown.
    n : int
        All patients; one without a row had no event.

    Raises
    ------
    EstimationError
        If columns differ in length, a patient is not one of the n, a term is missing, or a grade is impossible.

    Examples
    --------
    >>> worst = worst_grades([0, 0, 2], ["rash", "rash", "fatigue"], [1, 3, 2], n=3)
    >>> worst.terms, worst.grade.tolist()
    (('fatigue', 'rash'), [[0, 3], [0, 0], [2, 0]])
    """
    numbers, names, grades = np.asarray(patient), np.asarray(term, dtype=object), np.asarray(grade, dtype=np.float64)
    if not numbers.shape == names.shape == grades.shape or numbers.ndim != 1:
        raise EstimationError(
            phrase(
                "Every column must have one entry for each event; the entries found are: patient "
                "{n_patient}, term {n_term}, grade {n_grade}. Give columns of the same events.",
                n_patient=numbers.size,
                n_term=names.size,
                n_grade=grades.size,
            )
        )
    problems = _grade_problems(grades, lowest=1)
    if numbers.size and (numbers.dtype.kind not in "iu" or numbers.min() < 0 or numbers.max() >= n):
        strange = int(np.count_nonzero(~np.isin(numbers, np.arange(n))))
        problems.append(
            phrase(
                "Every event must belong to one of the {n} patients, numbered from 0; {strange} of "
                "{n_events} do not. Leave these events out or add their patients.",
                n=n,
                strange=strange,
                n_events=numbers.size,
            )
        )
    if unnamed := int(pd.isna(names).sum()):
        problems.append(
            phrase(
                "Every event must have a term; {unnamed} of {n} have none. Name them or leave these rows out.",
                unnamed=unnamed,
                n=names.size,
            )
        )
    if problems:
        raise EstimationError(*problems)
    codes, found = pd.factorize(names, sort=True)
    worst = np.zeros((n, len(found)), dtype=np.int8)
    known = np.where(np.isnan(grades), 1, grades).astype(np.int8)
    np.maximum.at(worst, (numbers.astype(np.int64), codes), known)
    return WorstGrades(
        terms=tuple(str(name) for name in found), grade=worst, n_unknown_grade=int(np.isnan(grades).sum())
    )


def worst_grades_of_columns(grades: ArrayLike, terms: Sequence[str]) -> WorstGrades:
    """Take the worst grades from a wide table, one column a term.

    Parameters
    ----------
    grades : (n, k) numbers
        0 or NaN without the event, otherwise 1 to 5.
    terms : sequence of k str

    Raises
    ------
    EstimationError
        If the table has another number of columns, or a grade is impossible.

    Examples
    --------
    >>> worst_grades_of_columns([[0, 3], [np.nan, 1]], ["rash", "fatigue"]).grade.tolist()
    [[0, 3], [0, 1]]
    """
    table = np.asarray(grades, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(terms):
        raise EstimationError(
            phrase(
                "There must be one column of grades for each term; {n_terms} terms and a table of "
                "shape {shape} were found. Name every column once.",
                n_terms=len(terms),
                shape=table.shape,
            )
        )
    problems = _grade_problems(table, lowest=0)
    if problems:
        raise EstimationError(*problems)
    return WorstGrades(terms=tuple(terms), grade=np.nan_to_num(table).astype(np.int8), n_unknown_grade=0)


def _grade_problems(grades: NDArray[np.float64], lowest: int) -> list[str]:
    known = grades[~np.isnan(grades)]
    wrong = int(np.count_nonzero((known < lowest) | (known > WORST) | (known != np.floor(known))))
    if not wrong:
        return []
    return [
        phrase(
            "Every grade must be a whole number from {lowest} to {worst}, or missing; {wrong} of "
            "{n} are not. Correct them in the file.",
            lowest=lowest,
            worst=WORST,
            wrong=wrong,
            n=known.size,
        )
    ]
