"""Columns that a study names and the file does not have."""

import difflib
from collections.abc import Mapping

import pandas as pd

from analysis.cohort.findings import Findings
from analysis.phrases import phrase


def refuse_unknown_columns(table: pd.DataFrame, uses: Mapping[str, str], findings: Findings) -> None:
    """Refuse every column of a study that is not in the file, with the column that may be meant.

    Parameters
    ----------
    table : pandas.DataFrame
        The file.
    uses : mapping of str to str
        Columns, and what the study names them for.
    findings : Findings
        Takes a sentence for each column that is not there.
    """
    for column, use in uses.items():
        if column in table:
            continue
        close = difflib.get_close_matches(column.casefold(), [str(name).casefold() for name in table], n=1, cutoff=0.75)
        meant = next((str(name) for name in table if close and str(name).casefold() == close[0]), None)
        hint = (
            phrase("Is “{meant}” meant?", meant=meant)
            if meant is not None
            else phrase("Name a column as the file's header has it.")
        )
        findings.refuse_study(
            column,
            phrase(
                "“{column}” ({use}) must be a column of the file, and there is none of that name. {hint}",
                column=column,
                use=use,
                hint=hint,
            ),
        )
