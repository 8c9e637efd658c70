"""The worst grade of each adverse event, patient by patient."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.labels import as_labels
from analysis.phrases import phrase
from analysis.settings import AdverseEventSettings

HIGHEST_GRADE = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdverseEventData:
    """One adverse event.

    Attributes
    ----------
    name : str
        As shown: its own name, else its column's.
    grade : (n, ) array of int
        0 for none, 1 to 5 for the worst grade.
    """

    name: str
    grade: NDArray[np.int64]


def holds_grades(labels: Iterable[str]) -> bool:
    """Tell whether the labels of a column are grades of an adverse event, one of them at least grade 1.

    Examples
    --------
    >>> holds_grades(["0", "2", "G3"]), holds_grades(["0", "none"]), holds_grades(["1", "12"])
    (True, False, False)
    """
    grades = [_grade(str(label)) for label in labels]
    return None not in grades and any(grade for grade in grades)


def read_adverse_event(
    table: pd.DataFrame, rows: NDArray[np.bool_], asked: AdverseEventSettings, findings: Findings
) -> AdverseEventData | None:
    """Take the worst grades of an adverse event, or say how many cells are no grade.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file.
    rows : (N, ) array of bool
        True for the rows in question; only their cells can be at fault.
    asked : AdverseEventSettings
        The column.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    AdverseEventData or None
        For the rows picked, in their order; None where the column cannot be used.
    """
    if asked.column not in table:
        return None
    labels = as_labels(table[asked.column][rows])
    meaning = {label: _grade(label) for label in labels.dropna().unique()}
    unread = int(labels.isin([label for label, grade in meaning.items() if grade is None]).sum())
    if unread:
        cells = phrase("cells holds") if unread == 1 else phrase("cells hold")
        findings.refuse_data(
            asked.column,
            phrase(
                "{column}: an adverse event's worst grade must be 0 to {highest}, or blank for "
                "none; {unread:,} of {n:,} {cells} something else. Recode them.",
                column=asked.column,
                highest=HIGHEST_GRADE,
                unread=unread,
                n=len(labels),
                cells=cells,
            ),
        )
        return None
    grades = np.array([meaning.get(label) or 0 for label in labels], dtype=np.int64)
    return AdverseEventData(name=asked.name or asked.column, grade=grades)


def _grade(label: str) -> int | None:
    """A grade as people write it: 3, G3, grade 3; and words for none."""
    word = label.strip().casefold()
    if word in ("none", "no", "-"):
        return 0
    digits = word.removeprefix("grade").removeprefix("g").strip()
    return int(digits) if digits in tuple("012345") else None
