"""The labels of a table's columns, found once and kept while the table lives."""

import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.cohort.cells.number_column import read_number_column
from analysis.cohort.labels import Labels, code_labels


@dataclass(slots=True, kw_only=True, eq=False)
class _Kept:
    """The labels of a column, and the cells they were found in."""

    cells: NDArray[Any]
    labels: Labels
    n_numbers: int | None = None


_TABLES: dict[int, tuple[weakref.ref[pd.DataFrame], dict[str, _Kept]]] = {}


def labels_in(table: pd.DataFrame, name: str) -> Labels:
    """Give the labels of a column of a table, as `code_labels` finds them.

    A run reads the same columns again and again while a study is being drawn up; their labels are found at the first
    time and kept beside the table, as long as it lives and its cells are the same.

    Parameters
    ----------
    table : pandas.DataFrame
        A cohort's table.
    name : str
        One of its columns.

    Returns
    -------
    Labels
        Of all rows.
    """
    return _kept(table, name).labels


def count_numeric_labels(table: pd.DataFrame, name: str) -> tuple[int, int]:
    """Count how many cells of a column of text are numbers, and how many are neither numbers nor missing.

    Parameters
    ----------
    table, name
        As for `labels_in`.

    Returns
    -------
    n_numbers, n_others : int
        As `count_numbers` counts them.
    """
    kept = _kept(table, name)
    counts = kept.labels.counts()
    if kept.n_numbers is None:
        found = read_number_column(pa.array(kept.labels.levels, type=pa.string())) if counts.size else None
        kept.n_numbers = 0 if found is None else int(counts[~np.isnan(found.values)].sum())
    return kept.n_numbers, int(counts.sum()) - kept.n_numbers


def _kept(table: pd.DataFrame, name: str) -> _Kept:
    reference, columns = _TABLES.get(id(table), (None, {}))
    if reference is None or reference() is not table:
        key, columns = id(table), {}
        _TABLES[key] = (weakref.ref(table, lambda _: _TABLES.pop(key, None)), columns)
    column = table[name]
    cells = column.to_numpy()
    kept = columns.get(name)
    if kept is None or not _same_cells(kept.cells, cells):
        kept = _Kept(cells=cells.copy(), labels=code_labels(column))
        columns[name] = kept
    return kept


def _same_cells(one: NDArray[Any], other: NDArray[Any]) -> bool:
    # Bytes of numbers; of texts the places in memory, where what is kept stays: another text is another place.
    return one.dtype == other.dtype and one.tobytes() == other.tobytes()
