"""Columns of two populations beside each other, with what matters most where a narrow window still shows it."""

from collections.abc import Sequence

import pandas as pd


def paired_columns(table: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """The columns of several populations in pairs: the first measure of each, then the second of each.

    Parameters
    ----------
    table : DataFrame
        Columns of a population are named ``heading: measure``; those of one alone are left as they stand.
    measures : sequence of str
        What measures begin with, the most important first; others follow.

    Returns
    -------
    DataFrame
        The same columns.
    """
    headings = {str(name).split(": ")[0] for name in table.columns if ": " in str(name)}
    if len(headings) < 2:
        return table

    def place(name: str) -> int:
        if ": " not in name:
            return -1
        measure = name.split(": ", 1)[1]
        return next((rank for rank, start in enumerate(measures) if measure.startswith(start)), len(measures))

    return table[sorted(table.columns, key=lambda name: place(str(name)))]
