"""The labels of a column by which a study's label is meant, however they are spelt there."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analysis.cohort.cells.writing import fold_spelling
from analysis.cohort.findings import Findings
from analysis.cohort.labels import Labels, code_labels
from analysis.phrases import phrase


def find_spellings(
    labels: pd.Series | Labels, wanted: Iterable[str], findings: Findings, *, apart: Iterable[str] = ()
) -> set[str]:
    """Find every spelling of a study's labels in a column.

    Parameters
    ----------
    labels : pandas.Series or Labels
        Labels as `as_labels` or `code_labels` gives them.
    wanted : iterable of str
        Labels that the study names together, such as those that mean death.
    findings : Findings
        Takes a note where a spelling was found that the study does not have.
    apart : iterable of str, optional
        Labels that the study tells from these; a difference in spelling only is then a difference.

    Returns
    -------
    set of str
        The labels as they stand in the column; empty where there are none.
    """
    named = set(wanted)
    folded = {fold_spelling(label) for label in named} - {fold_spelling(label) for label in apart}
    coded = code_labels(labels)
    found = {label for label in coded.present() if label in named or fold_spelling(label) in folded}
    others = found - named
    if others:
        rows = int(np.count_nonzero(coded.isin(others)))
        spelt = "”, “".join(sorted(named))
        findings.note(
            "other_spelling",
            phrase(
                "{column}: {n:,} cell is spelt otherwise than “{spelt}” in case, width or blanks and counts as the same.",
                column=labels.name,
                n=rows,
                spelt=spelt,
            )
            if rows == 1
            else phrase(
                "{column}: {n:,} cells are spelt otherwise than “{spelt}” in case, width or blanks and count as the same.",
                column=labels.name,
                n=rows,
                spelt=spelt,
            ),
        )
    return found
