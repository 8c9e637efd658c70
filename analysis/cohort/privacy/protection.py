"""Columns left out, replaced by codes or turned into intervals, so that nothing of the original stays in the cohort."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.cohort.labels import as_labels
from analysis.cohort.reading import Cohort
from analysis.errors import CohortInputError, SettingsError
from analysis.notes import Note
from analysis.phrases import join_phrases, phrase

Protection = Literal["keep", "drop", "hash", "interval"]

SALT_BYTES = 16
"""A shorter salt could be tried out."""

CODE_BYTES = 8
"""Sixteen hexadecimal characters: among a million patients, two share a code once in 37 million times."""

BAND = 5
"""Width of the intervals of numbers, in the column's own unit."""

_WORDS: dict[Protection, str] = {
    "drop": phrase("left out"),
    "hash": phrase("replaced by a code"),
    "interval": phrase("turned into intervals"),
}


def protect_cohort(cohort: Cohort, actions: Mapping[str, Protection], salt: bytes) -> Cohort:
    """Protect columns of a cohort: leave them out, replace them by codes, or turn them into intervals.

    A code is the keyed BLAKE2b digest of the value: the same value has the same code as long as the salt is the same,
    and without the salt a code cannot be traced back by trying out every number there is. Dates become their year,
    numbers bands five wide such as ``60–64``, which holds every number from 60 to below 65.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    actions : mapping of str to {"keep", "drop", "hash", "interval"}
        What becomes of which column; columns that are not named are kept.
    salt : bytes
        The session's secret, at least 16 and at most 64 random bytes, kept nowhere else.

    Returns
    -------
    Cohort
        A new table that shares no memory with the old one, and a note that says what was done. The cohort itself
        when there is nothing to do.

    Raises
    ------
    SettingsError
        When a column is not in the file.
    CohortInputError
        When a column that holds neither dates nor numbers is to be turned into intervals, or fewer than two
        columns would remain.
    ValueError
        When the salt is too short to protect anything.

    Examples
    --------
    >>> from analysis.cohort.reading import read_cohort
    >>> cohort = read_cohort(b"mrn,name,age\\n812345,Ann Lee,61\\n812399,Bo Kim,58\\n", "cohort.csv")
    >>> protected = protect_cohort(cohort, {"name": "drop", "age": "interval"}, bytes(16))
    >>> protected.table["age"].tolist(), list(protected.table.columns)
    (['60–64', '55–59'], ['mrn', 'age'])
    """
    if not SALT_BYTES <= len(salt) <= hashlib.blake2b.MAX_KEY_SIZE:
        raise ValueError("a salt has 16 to 64 bytes")
    chosen = {column: action for column, action in actions.items() if action != "keep"}
    if not chosen:
        return cohort
    _refuse_unknown(cohort, chosen)
    columns: dict[str, pd.Series] = {}
    problems = []
    for name in cohort.table.columns:
        action = chosen.get(name)
        if action == "drop":
            continue
        column = _protected(cohort.table[name], action, salt)
        if column is None:
            problems.append(
                phrase(
                    "Only dates and numbers can be turned into intervals; column {column} holds text. "
                    "Leave it out or replace it by a code.",
                    column=name,
                )
            )
        else:
            columns[name] = column
    if not problems and len(columns) < 2:
        problems.append(
            phrase(
                "A cohort needs several columns, and {n} would remain. Keep those the study needs.",
                n=len(columns),
            )
        )
    if problems:
        raise CohortInputError(*problems)
    return replace(
        cohort,
        # Copied column by column: a view of the old table would keep all of it in memory.
        table=pd.DataFrame({name: column.copy() for name, column in columns.items()}),
        column_labels={name: label for name, label in cohort.column_labels.items() if name in columns},
        notes=(*cohort.notes, Note(code="protected", text=_sentence(chosen))),
    )


def _refuse_unknown(cohort: Cohort, chosen: Mapping[str, Protection]) -> None:
    unknown = [column for column in chosen if column not in cohort.table.columns]
    if unknown:
        raise SettingsError(
            phrase("Only columns of the file can be protected; {n} of the columns named is not in it.", n=1)
            if len(unknown) == 1
            else phrase(
                "Only columns of the file can be protected; {n} of the columns named are not in it.", n=len(unknown)
            )
        )


def _sentence(chosen: Mapping[str, Protection]) -> str:
    parts = []
    for action, words in _WORDS.items():
        columns = [column for column, done in chosen.items() if done == action]
        if columns:
            parts.append(phrase("{columns} {done}", columns=", ".join(columns), done=words))
    return phrase(
        "Before the cohort was used, patients' data were protected: {changes}.", changes=join_phrases(parts, "; ")
    )


def _protected(column: pd.Series, action: Protection | None, salt: bytes) -> pd.Series | None:
    if action == "hash":
        return _coded(column, salt)
    if action == "interval":
        return _banded(column)
    return column


def _coded(column: pd.Series, salt: bytes) -> pd.Series:
    codes, distinct = pd.factorize(as_labels(column), use_na_sentinel=True)
    digests = np.empty(len(distinct) + 1, dtype=object)
    digests[:-1] = [_code(label, salt) for label in distinct]
    digests[-1] = None
    return pd.Series(digests[codes], dtype=object)


def _code(label: str, salt: bytes) -> str:
    return hashlib.blake2b(label.encode("utf-8", "surrogatepass"), key=salt, digest_size=CODE_BYTES).hexdigest()


def _banded(column: pd.Series) -> pd.Series | None:
    """Years of dates, bands of numbers; None for text that is neither."""
    if column.dtype.kind == "M":
        return column.dt.year.astype(np.float64).reset_index(drop=True)
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    texts = _texts_of(distinct)
    if births_of_texts(texts) >= _MOSTLY:
        years = np.append(_years(texts), np.nan)
        return pd.Series(years[codes])
    if column.dtype.kind != "f":
        return None
    bands = np.empty(len(distinct) + 1, dtype=object)
    bands[:-1] = [_band(float(value)) for value in distinct]
    bands[-1] = None
    return pd.Series(bands[codes], dtype=object)


_MOSTLY = 0.5


def _texts_of(distinct: object) -> pa.Array:
    return pa.array(as_labels(pd.Series(distinct)).tolist(), type=pa.string())


def _band(value: float) -> str | None:
    if not np.isfinite(value):
        return None
    lower = int(np.floor(value)) // BAND * BAND  # a division first would round the smallest of numbers away
    if lower < 0:
        return f"{lower} to {lower + BAND - 1}"
    return f"{lower}–{lower + BAND - 1}"


_FULL_DATE = (
    r"^\s*(?P<year>(?:18|19|20)\d{2})\s*[-./년年 ]?\s*(?:0?[1-9]|1[0-2])\s*[-./월月 ]?"
    r"\s*(?:0?[1-9]|[12]\d|3[01])\s*(?:일|日|\.)?(?:[ T].*)?$"
)
_DAY_FIRST = r"^\s*\d{1,2}[-./ ](?:\d{1,2}|\p{L}{3,9})[-./ ,]+(?P<year>(?:18|19|20)\d{2})(?: .*)?$"
_SHORT = r"^\s*(?P<short>\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:-?(?P<century>[1-8*])[\d*]{6})?\s*$"


def births_of_texts(texts: pa.Array) -> float:
    """The share of distinct texts from which a year of birth can be read.

    Parameters
    ----------
    texts : pyarrow array of string
        Dates such as ``1961-03-02``, ``02/03/1961``, ``19610302``, ``1961년 3월 2일`` or ``610302``.

    Returns
    -------
    float
        Between 0 and 1; 0 without any text.
    """
    if not len(texts):
        return 0.0
    return float(np.isfinite(_years(texts)).mean())


def _years(texts: pa.Array) -> np.ndarray:
    years = np.full(len(texts), np.nan)
    for pattern in (_FULL_DATE, _DAY_FIRST):
        found = pc.struct_field(pc.extract_regex(texts, pattern), "year")
        number = pc.cast(found, pa.float64()).to_numpy(zero_copy_only=False)
        years = np.where(np.isnan(years), number, years)
    short = pc.extract_regex(texts, _SHORT)
    number = pc.cast(pc.struct_field(short, "short"), pa.float64()).to_numpy(zero_copy_only=False)
    digit = pc.struct_field(short, "century").to_pylist()
    return np.where(np.isnan(years), number + _centuries(number, digit), years)


def _centuries(number: np.ndarray, digit: list[str | None]) -> np.ndarray:
    """The century of a year of two digits: by the digit a resident's number has for it, else not in the future."""
    pivot = pd.Timestamp.now().year % 100
    guessed = np.where(number <= pivot, 2000.0, 1900.0)
    told = np.array([_CENTURY.get(mark or "", np.nan) for mark in digit], dtype=np.float64)
    return np.where(np.isnan(told), guessed, told)


_CENTURY = {"1": 1900.0, "2": 1900.0, "5": 1900.0, "6": 1900.0, "3": 2000.0, "4": 2000.0, "7": 2000.0, "8": 2000.0}
