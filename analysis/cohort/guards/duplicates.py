"""The same patient on two rows."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammainc

from analysis.cohort.findings import Problem
from analysis.cohort.guards.evidence import Evidence
from analysis.cohort.guards.wording import all_of, even_rows, verb, warn
from analysis.cohort.guesses.id_guess import tells_patients_on_several_rows
from analysis.cohort.words.role_words import split_words
from analysis.phrases import phrase

_BIRTH_WORDS = {"birth", "birthday", "birthdate", "dob", "생년월일", "생일", "生年月日"}
_SEX_WORDS = {"sex", "gender", "성별", "性別"}
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SAMPLE = 2_000
BY_CHANCE = 0.05
"""Probability of as many agreeing rows by chance, from which agreement says nothing about who they are."""

MORE_THAN_CHANCE = 3.0
"""As many times the rows expected by chance must agree, so that most of them are no coincidence."""

_DAYS_IN_YEAR = 365.25


def guard_duplicates(evidence: Evidence) -> Iterator[Problem]:
    """Find patients on several rows: by another column than the id, by all columns, by birth date, sex and index date.

    Parameters
    ----------
    evidence : Evidence
        Its table.

    Yields
    ------
    Problem
        ``several_rows``, ``identical_rows``, ``same_person``.

    Notes
    -----
    Nothing is said where that many rows would agree by chance, as in a file of few categories: their number is taken as
    Poisson, with the mean that independent columns would have.
    """
    table = evidence.table
    columns = [str(name) for name in table.columns if name != evidence.id]
    several = next((name for name in columns if tells_patients_on_several_rows(name, table[name])), None)
    if several is not None:
        known = table[several].dropna()
        yield warn(
            "several_rows",
            several,
            phrase(
                "{column}: each patient must stand on one row, and by this column {n:,} patients stand on {n_rows:,} rows, "
                "each of which counts as a patient of its own. Keep one row for each patient.",
                column=several,
                n=known.nunique(),
                n_rows=len(known),
            ),
        )
    twice = _repeated_rows(table, columns)
    if twice and not _by_chance(twice, table, columns):
        yield warn(
            "identical_rows",
            None,
            phrase(
                "Each patient must stand on one row; {found} another in every column but the id, and whoever is counted "
                "twice makes the result look surer than it is. Remove the copies.",
                found=verb(
                    twice,
                    phrase("{n:,} of {total:,} rows repeats", n=twice, total=len(table)),
                    phrase("{n:,} of {total:,} rows repeat", n=twice, total=len(table)),
                ),
            ),
        )
    if several is None and evidence.id is not None:
        yield from _same_person(table[~table.duplicated(subset=columns)] if twice else table, evidence)


def _same_person(table: pd.DataFrame, evidence: Evidence) -> Iterator[Problem]:
    birth = _named(table, _BIRTH_WORDS)
    sex = _named(table, _SEX_WORDS)
    named = dict.fromkeys((birth, sex, evidence.date_column("index")))
    columns = [name for name in named if name is not None and name in table]
    if birth is None or len(columns) < 2:
        return
    complete = table[columns].notna().all(axis=1)
    known = table.loc[complete, columns]
    twice = _repeated_rows(known, columns)
    if twice and not _by_chance(twice, known, columns):
        yield warn(
            "same_person",
            birth,
            phrase(
                "Each patient must stand on one row; {found} the same {columns} as another, and may be the same person "
                "under two ids. Compare these rows, and keep one of each person.",
                found=verb(
                    twice,
                    phrase("{n:,} of {total:,} rows has", n=twice, total=len(known)),
                    phrase("{n:,} of {total:,} rows have", n=twice, total=len(known)),
                ),
                columns=all_of(columns),
            ),
        )


def _named(table: pd.DataFrame, words: set[str]) -> str | None:
    return next((str(name) for name in table.columns if words.intersection(split_words(str(name)))), None)


def _repeated_rows(table: pd.DataFrame, columns: Sequence[str]) -> int:
    """Rows that repeat an earlier one; columns of text are looked at only where the numbers agree."""
    if len(table) < 2 or not columns:
        return 0
    numbers = [name for name in columns if table[name].dtype.kind in "fM"]
    rows = np.arange(len(table))
    if numbers:
        keys = np.zeros(len(table), dtype=np.uint64)
        for name in numbers:
            keys = (keys ^ _bits(table[name])) * _MULTIPLIER
            keys ^= keys >> np.uint64(29)
        rows = _shared(keys)
    return int(table.iloc[rows].duplicated(subset=list(columns)).sum()) if len(rows) else 0


def _bits(column: pd.Series) -> NDArray[np.uint64]:
    values = column.to_numpy()
    numbers = values.astype(np.int64) if values.dtype.kind == "M" else (values + 0.0).view(np.int64)
    return numbers.view(np.uint64)


def _shared(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Positions of keys that occur more than once."""
    ordered = np.sort(keys)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return np.flatnonzero(np.isin(keys, repeated)) if len(repeated) else np.empty(0, dtype=np.int64)


def _by_chance(twice: int, table: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether so many repeated rows need no explanation."""
    expected = _pairs_by_chance(table, columns)
    return twice < MORE_THAN_CHANCE * expected or float(gammainc(twice, expected)) > BY_CHANCE


def _pairs_by_chance(table: pd.DataFrame, columns: Sequence[str]) -> float:
    """Expected number of agreeing pairs if the columns had nothing to do with each other."""
    n = len(table)
    sample = table.iloc[even_rows(n, _SAMPLE)].drop_duplicates(subset=list(columns))  # the copies are no coincidence
    agree = 1.0
    for name in columns:
        agree *= _share_of_pairs(sample[name])
    return agree * n * (n - 1) / 2


def _share_of_pairs(values: pd.Series) -> float:
    """Share of all pairs that agree in a column; dates as if spread evenly within each year, where no two agree."""
    pairs = max(len(values) * (len(values) - 1), 1)
    same = _ordered_pairs(values) / pairs
    if values.dtype.kind == "M":
        return max(same, max(_ordered_pairs(values.dt.year), 1.0) / pairs / _DAYS_IN_YEAR)
    return max(same, 1.0 / pairs)


def _ordered_pairs(values: pd.Series) -> float:
    counts = values.value_counts(dropna=False).to_numpy().astype(np.float64)
    return float((counts * (counts - 1)).sum())
