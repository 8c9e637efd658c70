"""Columns that a study uses as dates."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.findings import Findings
from analysis.phrases import phrase

_YEAR_FIRST = r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T].*)?$"


def day_values(column: pd.Series, findings: Findings, *, use: str) -> NDArray[np.datetime64] | None:
    """Take a column's dates, or say how many of its cells are none.

    Parameters
    ----------
    column : pandas.Series
        The rows in question.
    findings : Findings
        Takes the sentence when there is a cell that is not a date.
    use : str
        What the column is used as, such as ``dates.death``.

    Returns
    -------
    (n, ) array of datetime64[D] or None
        NaT where missing, the time of day left out; None when the column does not hold dates.
    """
    if column.dtype.kind == "M":
        local = column.dt.tz_localize(None) if isinstance(column.dtype, pd.DatetimeTZDtype) else column
        return local.to_numpy().astype("datetime64[D]")
    days = np.full(len(column), np.datetime64("NaT", "D"))
    present = column.notna().to_numpy()
    if not present.any():
        return days
    if column.dtype.kind == "f":
        wrong = int(present.sum())
    else:
        days[present] = _year_first_days(column[present])
        wrong = int((present & np.isnat(days)).sum())
    if not wrong:
        return days
    cells = phrase("cell is") if wrong == 1 else phrase("cells are")
    findings.refuse_data(
        str(column.name),
        phrase(
            "{column}: {use} must be a column of dates; {wrong:,} of {n:,} {cells} no date "
            "such as 2024-01-31. Correct these cells or leave them blank; where days or months "
            "come first, say so in cohort.date_order.",
            column=column.name,
            use=use,
            wrong=wrong,
            n=len(column),
            cells=cells,
        ),
    )
    return None


def _year_first_days(texts: pd.Series) -> NDArray[np.datetime64]:
    codes, distinct = pd.factorize(texts.astype(str))
    parts = pd.Series(distinct).str.strip().str.extract(_YEAR_FIRST)
    dashed = parts[0] + "-" + parts[1] + "-" + parts[2]
    days = pd.to_datetime(dashed, format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[D]")
    return days[codes]
