"""When the first response was seen, by a column of times or by a date of the study."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.day_values import day_values
from analysis.cohort.findings import Findings
from analysis.cohort.numeric import numeric_values
from analysis.cohort.time_units import convert_times
from analysis.phrases import phrase
from analysis.settings import StudySettings


def read_response_time(
    table: pd.DataFrame, rows: NDArray[np.bool_], settings: StudySettings, findings: Findings
) -> NDArray[np.float64] | None:
    """Take the time from the index date to the first response, as far as the file tells it.

    Parameters
    ----------
    table : pandas.DataFrame
        All rows of the file.
    rows : (n, ) array of bool
        True for the rows in question.
    settings : StudySettings
        A landmark names the column of times (``outcomes.landmark.at``); without one the date of response is taken
        (``dates.response``). Without a landmark nothing is read.
    findings : Findings
        Takes what is wrong: text, negative or infinite times, a response before the index date.

    Returns
    -------
    (n, ) array of float or None
        In the cohort's time unit, NaN where there is none; None where the file does not tell it, or tells it wrongly.
    """
    asked = settings.outcomes.landmark
    if asked is None:
        return None
    if asked.at is not None:
        return _times(table, rows, asked.at, findings)
    dates = settings.dates
    if dates is None or dates.response is None or dates.response not in table or dates.index not in table:
        return None
    first = day_values(table[dates.response][rows], findings, use="dates.response")
    index = day_values(table[dates.index][rows], findings, use="dates.index")
    if first is None or index is None:
        return None
    length = first - index
    days = np.where(np.isnat(length), np.nan, length.astype(np.int64))
    return _sound(convert_times(days, "days", settings.cohort.time_unit), dates.response, findings)


def _times(table: pd.DataFrame, rows: NDArray[np.bool_], column: str, findings: Findings) -> NDArray[np.float64] | None:
    if column not in table:
        return None
    time = numeric_values(table[column][rows], findings, otherwise=phrase("A time of response is a number, or blank."))
    return None if time is None else _sound(time, column, findings)


def _sound(time: NDArray[np.float64], column: str, findings: Findings) -> NDArray[np.float64] | None:
    wrong = int(np.count_nonzero((time < 0) | np.isinf(time)))
    if wrong == 0:
        return time
    findings.refuse_data(
        column,
        phrase(
            "{column}: a response must be seen at the index date or after it; {wrong:,} of {n:,} lies before it. "
            "Correct them or leave them blank.",
            column=column,
            wrong=wrong,
            n=time.size,
        )
        if wrong == 1
        else phrase(
            "{column}: a response must be seen at the index date or after it; {wrong:,} of {n:,} lie before it. "
            "Correct them or leave them blank.",
            column=column,
            wrong=wrong,
            n=time.size,
        ),
    )
    return None
