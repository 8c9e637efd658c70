"""What each column of a cohort holds, told without a look at any single patient."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.cohort.cells.columns import MOSTLY_NUMERIC, count_numbers
from analysis.cohort.labels import NAMED_LABELS, as_labels
from analysis.cohort.reading import Cohort
from analysis.phrases import phrase

MOST_FREQUENT = 5
"""Labels shown of a column of labels."""

SAMPLED_ROWS = 20_000
"""Where columns are compared with one another, this many rows, evenly spread, tell as much as all of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ColumnProfile:
    """One column in figures.

    Attributes
    ----------
    column : str
        Its name.
    values : pandas.Series
        The column itself.
    n, n_missing, n_distinct : int
        Rows, missing cells, different values.
    n_numbers, n_others : int
        Cells that are numbers, and cells that are neither numbers nor missing.
    label : str
        What a SAS, SPSS or Stata file says of the column; empty where it says nothing.
    """

    column: str
    values: pd.Series
    n: int
    n_missing: int
    n_distinct: int
    n_numbers: int
    n_others: int
    label: str = ""

    @property
    def n_present(self) -> int:
        """Cells that are not missing."""
        return self.n - self.n_missing

    @property
    def is_number(self) -> bool:
        """True for a column of nothing but numbers."""
        return self.values.dtype.kind == "f"

    @property
    def is_date(self) -> bool:
        """True for a column of dates."""
        return self.values.dtype.kind == "M"

    @property
    def is_spoilt_number(self) -> bool:
        """True for text that is mostly numbers."""
        return bool(
            not self.is_number and self.n_others and self.n_numbers >= MOSTLY_NUMERIC * (self.n_numbers + self.n_others)
        )

    @property
    def is_unique(self) -> bool:
        """True when no two patients share a value and none is missing."""
        return self.n_missing == 0 and self.n_distinct == self.n

    @cached_property
    def labels(self) -> pd.Series:
        """Counts of the labels, most frequent first, of a column with few of them; empty otherwise."""
        if self.n_distinct > NAMED_LABELS:
            return pd.Series(dtype=np.int64)
        return as_labels(self.values).value_counts()

    @cached_property
    def sample(self) -> pd.Series:
        """Every row of a small file, at most ``SAMPLED_ROWS`` evenly spread rows of a large one."""
        return self.values.iloc[:: sampling_step(self.n)]

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """Each sampled row's value by its number in the order of appearance, -1 where missing."""
        return pd.factorize(self.sample)[0].astype(np.int64)

    @cached_property
    def partition(self) -> tuple[int, bytes]:
        """How the column tells patients apart: the same for columns that do so in exactly the same way."""
        return self.n_distinct, blake2b(self.codes.tobytes(), digest_size=16).digest()


def sampling_step(n: int) -> int:
    """How far apart the rows of a sample lie.

    Parameters
    ----------
    n : int
        Rows of the file.

    Returns
    -------
    int
        1 for files of at most ``SAMPLED_ROWS`` rows.
    """
    return max(1, -(-n // SAMPLED_ROWS))


def profile_columns(cohort: Cohort) -> tuple[ColumnProfile, ...]:
    """Profile every column of a cohort.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    tuple of ColumnProfile
        In the order of the file.
    """
    labels = cohort.column_labels
    return tuple(_profile(str(name), cohort.table[name], labels.get(str(name), "")) for name in cohort.table.columns)


def _profile(name: str, values: pd.Series, label: str) -> ColumnProfile:
    n_missing = int(values.isna().sum())
    n_numbers, n_others = _numbers_of(values, n_missing)
    return ColumnProfile(
        column=name,
        values=values,
        n=len(values),
        n_missing=n_missing,
        n_distinct=int(values.nunique()),
        n_numbers=n_numbers,
        n_others=n_others,
        label=label,
    )


def _numbers_of(values: pd.Series, n_missing: int) -> tuple[int, int]:
    """Cells that are numbers, and others; a large column of text is counted whole only where a part has numbers."""
    if len(values) > SAMPLED_ROWS and values.dtype == object:
        found, others = count_numbers(values.iloc[:: sampling_step(len(values))])
        if found < MOSTLY_NUMERIC / 2 * (found + others):
            return 0, len(values) - n_missing
    return count_numbers(values)


def describe_profile(profile: ColumnProfile) -> str:
    """Say in a few words what a column holds.

    Parameters
    ----------
    profile : ColumnProfile
        The column.

    Returns
    -------
    str
        Such as ``numbers 18 to 84, 3 missing`` or ``LEN, SOR``.
    """
    if profile.n_present == 0:
        return phrase("nothing")
    missing = phrase(", {n:,} missing", n=profile.n_missing) if profile.n_missing else ""
    return _content(profile) + missing


def _content(profile: ColumnProfile) -> str:
    if profile.is_date:
        return phrase("dates, {first:%Y-%m} to {last:%Y-%m}", first=profile.values.min(), last=profile.values.max())
    if profile.is_number and profile.n_distinct > 2 and not profile.is_unique:
        return phrase(
            "numbers {lowest} to {highest}",
            lowest=_rounded(profile.values.min()),
            highest=_rounded(profile.values.max()),
        )
    if profile.is_unique:
        return phrase("numbers, all different") if profile.is_number else phrase("text, all different")
    if profile.is_spoilt_number:
        return phrase(
            "numbers, but {n:,} {cells} not",
            n=profile.n_others,
            cells=phrase("cell is") if profile.n_others == 1 else phrase("cells are"),
        )
    if len(profile.labels):
        shown = ", ".join(map(str, profile.labels.index[:MOST_FREQUENT]))
        return shown + (" …" if len(profile.labels) > MOST_FREQUENT else "")
    return phrase("text, {n:,} different", n=profile.n_distinct)


def _rounded(number: float) -> str:
    """Three significant digits, and every digit before the point."""
    if abs(number) >= 1e6:
        return f"{number:.3g}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
