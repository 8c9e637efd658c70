"""Columns that a study uses as numbers."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.cells.columns import count_numbers, numbers_in
from analysis.cohort.findings import Findings
from analysis.phrases import join_phrases, phrase


def numeric_values(column: pd.Series, findings: Findings, *, otherwise: str = "") -> NDArray[np.float64] | None:
    """Take a column's numbers, or say how many of its cells are none.

    Parameters
    ----------
    column : pandas.Series
        The rows in question.
    findings : Findings
        Takes the sentence when there is a cell that is not a number.
    otherwise : str, optional
        What else could be done about it, a sentence.

    Returns
    -------
    (n, ) array of float or None
        NaN where missing; None when the column is not numeric.
    """
    if column.dtype.kind == "f":
        return column.to_numpy(dtype=np.float64)
    name, total = str(column.name), len(column)
    remedy = join_phrases(filter(None, (phrase("Correct these cells or leave them blank."), otherwise)))
    if column.dtype.kind == "M":
        dated = phrase("{column}: all cells must be numbers, and the column holds dates.", column=name)
        findings.refuse_data(name, join_phrases(filter(None, (dated, otherwise))))
        return None
    n_numbers, n_others = count_numbers(column)
    if n_others:
        cells = phrase("cells is not a number") if n_others == 1 else phrase("cells are not numbers")
        findings.refuse_data(
            name,
            phrase(
                "{column}: all cells must be numbers; {n_others:,} of {n:,} {cells}. {remedy}",
                column=name,
                n_others=n_others,
                n=total,
                cells=cells,
                remedy=remedy,
            ),
        )
        return None
    if n_numbers:
        if _storable(column):
            return numbers_in(column)
        coded = phrase(
            "{column}: all cells must be numbers, and its numbers have leading zeros or more than 15 digits, as codes have.",
            column=name,
        )
        findings.refuse_data(name, join_phrases(filter(None, (coded, otherwise))))
        return None
    return np.full(total, np.nan)


def _storable(column: pd.Series) -> bool:
    """Numbers kept as text by the file, or left as text because of cells that are not among these rows."""
    texts = column.dropna().astype(str)
    return not bool((texts.str.match(r"[+-]?0[0-9]") | (texts.str.fullmatch(r"[+-]?[0-9]{16,}"))).any())
