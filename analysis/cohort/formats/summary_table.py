"""A finished table of results, such as a paper's first, that was taken for a cohort."""

import re
from collections.abc import Sequence

import pandas as pd

from analysis.errors import CohortInputError
from analysis.phrases import phrase

MOST_ROWS = 200
"""No printed table of characteristics is longer."""

_NUMBER = r"[0-9][0-9,]*(?:\.[0-9]+)?"
_SUMMARY_CELL = re.compile(
    rf"-?{_NUMBER} ?%? ?(?:[(\[] ?-?{_NUMBER} ?%?(?: ?(?:[-–—~,;/]|to) ?-?{_NUMBER} ?%?)? ?[)\]]|(?:±|\+/-) ?{_NUMBER})"
)
_ARM_WITH_SIZE = re.compile(r"\bn ?= ?[0-9]", re.IGNORECASE)


def refuse_summary_table(names: Sequence[str], table: pd.DataFrame) -> None:
    """Refuse a table whose rows are variables and whose cells are counts with shares or means with spreads.

    Such a table has words in its first column, and either columns named with the size of an arm, "Drug (n=56)", that
    hold at least one such cell each, or at least two columns in which half of the cells or more are of that kind.

    Parameters
    ----------
    names : sequence of str
        The columns' names.
    table : pandas.DataFrame
        The file's table, columns in the order of the names.

    Raises
    ------
    CohortInputError
        When the table is one of results.
    """
    n = len(table)
    if n > MOST_ROWS or not _holds_words(table.iloc[:, 0]):
        return
    shares = {name: _share_of_summaries(table[name]) for name in names[1:]}
    sized = [name for name, share in shares.items() if share and _ARM_WITH_SIZE.search(name)]
    full = [name for name, share in shares.items() if share >= 0.5]
    if not sized and len(full) < 2:
        return
    found = len({*sized, *full})
    raise CohortInputError(
        phrase(
            "A cohort needs one row per patient, and this is a finished table of results: its {rows}, and {columns} cells "
            "such as 12 (34%) or 61 (40-80). Choose the file of patients from which the table was made.",
            rows=phrase("1 row names a variable") if n == 1 else phrase("{n:,} rows name variables", n=n),
            columns=phrase("1 column holds") if found == 1 else phrase("{n:,} columns hold", n=found),
        )
    )


def _holds_words(first: pd.Series) -> bool:
    """Names of variables: different words, most of them without a digit, which identifiers nearly always have."""
    present = first.dropna()
    if first.dtype != object or len(present) == 0:
        return False
    texts = present.astype(str)
    return bool(texts.str.contains(r"[^\W\d_]{2}").mean() >= 0.8 and (~texts.str.contains(r"\d")).mean() >= 0.4)


def _share_of_summaries(column: pd.Series) -> float:
    present = column.dropna()
    if column.dtype != object or len(present) == 0:
        return 0.0
    return sum(_SUMMARY_CELL.fullmatch(str(cell).strip()) is not None for cell in present) / len(present)
