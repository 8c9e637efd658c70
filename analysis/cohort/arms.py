"""Which arm each row of the file belongs to."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.cohort.labels import Labels, code_labels, describe_labels
from analysis.cohort.spellings import find_spellings
from analysis.phrases import phrase
from analysis.settings import TreatmentSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arms:
    """The arm of every row of the file.

    Attributes
    ----------
    label : (n, ) array of object
        The study's own label in its arms, the column's elsewhere, None where it is missing.
    treated, control : (n, ) array of bool
        True for rows of that arm; rows of other arms, or without one, are in neither.
    """

    label: NDArray[np.object_]
    treated: NDArray[np.bool_]
    control: NDArray[np.bool_]

    @property
    def studied(self) -> NDArray[np.bool_]:
        """True for rows of either arm of the study."""
        return self.treated | self.control


def assign_arms(column: pd.Series | Labels, treatment: TreatmentSettings, findings: Findings) -> Arms | None:
    """Assign each row to the treated arm, the control arm or neither.

    Parameters
    ----------
    column : pandas.Series or Labels
        The treatment column, or its labels.
    treatment : TreatmentSettings
        The labels of the two arms.
    findings : Findings
        Takes what is wrong: an arm's label that is not in the column, or a column with one arm only.

    Returns
    -------
    Arms or None
        None when one of the two arms has no row.
    """
    labels = code_labels(column)
    treated, control = (
        labels.isin(find_spellings(labels, (wanted,), findings, apart=(other,)))
        for wanted, other in ((treatment.treated, treatment.control), (treatment.control, treatment.treated))
    )
    name = treatment.column
    distinct = len(labels.present())
    if distinct < 2:
        what = phrase("it is empty") if distinct == 0 else phrase("all patients have the same label")
        findings.refuse_data(
            name,
            phrase(
                "The treatment column “{column}” must hold two arms; {what}. Choose the column that "
                "tells the arms apart.",
                column=name,
                what=what,
            ),
        )
        return None
    for role, wanted, rows in (("treated", treatment.treated, treated), ("control", treatment.control, control)):
        if not rows.any():
            findings.refuse_study(
                name,
                phrase(
                    "treatment.{role} must be a label of the column “{column}”, and “{wanted}” is not in "
                    "it; it holds {labels}. Name one of the labels as it is written there.",
                    role=role,
                    column=name,
                    wanted=wanted,
                    labels=describe_labels(labels),
                ),
            )
    if not (treated.any() and control.any()):
        return None
    missing = int(np.count_nonzero(labels.isna()))
    if missing:
        patients = phrase("patient has") if missing == 1 else phrase("patients have")
        findings.note(
            "arm_missing",
            phrase(
                "{missing} {patients} no treatment in “{column}” and cannot be in either arm.",
                missing=missing,
                patients=patients,
                column=name,
            ),
        )
    other = labels[labels.notna() & ~(treated | control)]
    if len(other):
        held = phrase("rows holds") if len(other) == 1 else phrase("rows hold")
        findings.note(
            "arm_other",
            phrase(
                "{column}: {n_other:,} of {n:,} {rows} neither “{treated}” nor “{control}” "
                "but {other}, and cannot be in either arm.",
                column=name,
                n_other=len(other),
                n=len(labels),
                rows=held,
                treated=treatment.treated,
                control=treatment.control,
                other=describe_labels(other),
            ),
        )
    label = labels.texts()
    label[treated], label[control] = treatment.treated, treatment.control
    return Arms(label=label, treated=treated, control=control)
