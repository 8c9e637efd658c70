"""The way of the patients from the file to the analysis, step by step, and why each row fell out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.arms import Arms
from analysis.cohort.eligibility import EligibilityStep
from analysis.cohort.labels import Labels, missing_cells
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStep:
    """Patients per arm after one step from the file to the analysis.

    Attributes
    ----------
    step : str
        ``read``, an eligibility rule in words, ``complete covariates`` or ``covariates imputed``, ``within the common
        support``, ``matched`` or ``weighted``.
    kind : {"read", "eligibility", "complete", "support", "matched", "weighted"}
        What kind of step it is, whatever its words.
    treated, control : int
        Patients of the study's arms.
    other : int
        Rows of other arms, or without an arm.
    """

    step: str
    kind: Literal["read", "eligibility", "complete", "support", "matched", "weighted"]
    treated: int
    control: int
    other: int


def patient_flow(
    arms: Arms, steps: Sequence[EligibilityStep], row: NDArray[np.intp], *, incomplete: bool
) -> tuple[FlowStep, ...]:
    """Count the patients of each arm after every step of selection.

    Parameters
    ----------
    arms : Arms
        The arm of every row of the file.
    steps : sequence of EligibilityStep
        The rules of eligibility as applied.
    row : (k, ) array of int
        The rows that are analysed.
    incomplete : bool
        True when missing covariates are kept to be imputed.

    Returns
    -------
    tuple of FlowStep
        ``read``, one step a rule, and ``complete covariates`` or ``covariates imputed``.
    """
    everyone = np.ones(len(arms.label), dtype=bool)
    analysed = np.zeros(len(arms.label), dtype=bool)
    analysed[row] = True
    last = phrase("covariates imputed") if incomplete else phrase("complete covariates")
    return (
        _step(phrase("read"), "read", everyone, arms),
        *(_step(step.words, "eligibility", step.eligible, arms) for step in steps),
        _step(last, "complete", analysed, arms),
    )


def _step(
    words: str, kind: Literal["read", "eligibility", "complete"], rows: NDArray[np.bool_], arms: Arms
) -> FlowStep:
    return FlowStep(
        step=words,
        kind=kind,
        treated=int((rows & arms.treated).sum()),
        control=int((rows & arms.control).sum()),
        other=int((rows & ~arms.studied).sum()),
    )


def excluded_rows(
    arms: Arms,
    steps: Sequence[EligibilityStep],
    values: Mapping[str, pd.Series | Labels],
    identifier: NDArray[np.object_],
    row: NDArray[np.intp],
) -> pd.DataFrame:
    """Say of every row that is not analysed which step left it out.

    Parameters
    ----------
    arms : Arms
        The arm of every row of the file.
    steps : sequence of EligibilityStep
        The rules of eligibility as applied.
    values : mapping of str to pandas.Series or Labels
        The columns that a patient needs, of the eligible rows of the two arms.
    identifier : (n, ) array of object
        The id of every row of the file.
    row : (k, ) array of int
        The rows that are analysed.

    Returns
    -------
    pandas.DataFrame
        ``row``, ``identifier``, ``arm`` (None when missing) and ``reason``, by row.
    """
    reason = np.full(len(arms.label), None, dtype=object)
    remaining = np.ones(len(arms.label), dtype=bool)
    for step in steps:
        reason[remaining & ~step.eligible] = phrase("not eligible: {words}", words=step.words)
        remaining &= step.eligible
    elsewhere = np.flatnonzero(remaining & ~arms.studied)
    missing = pd.isna(arms.label[elsewhere])
    reason[elsewhere[missing]] = phrase("arm missing")
    reason[elsewhere[~missing]] = phrase("other arm")
    analysed = np.zeros(len(reason), dtype=bool)
    analysed[row] = True
    _name_missing(reason, remaining & arms.studied & ~analysed, values, remaining & arms.studied)
    left_out = np.flatnonzero(~analysed)
    return pd.DataFrame(
        {
            "row": left_out.astype(np.int64),
            "identifier": identifier[left_out],
            "arm": arms.label[left_out],
            "reason": reason[left_out],
        }
    )


def _name_missing(
    reason: NDArray[np.object_],
    lost: NDArray[np.bool_],
    values: Mapping[str, pd.Series | Labels],
    reached: NDArray[np.bool_],
) -> None:
    """One sentence for each pattern of missing columns, then spread to the patients who have it."""
    if not lost.any():
        return
    missing = np.column_stack([missing_cells(column) for column in values.values()])[lost[reached]]
    patterns, which = np.unique(missing, axis=0, return_inverse=True)
    names = np.array(list(values), dtype=object)
    reasons = np.array(
        [phrase("missing covariate: {columns}", columns=", ".join(names[pattern])) for pattern in patterns],
        dtype=object,
    )
    reason[lost] = reasons[which.reshape(-1)]
