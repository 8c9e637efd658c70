"""From Parquet or a database to a cohort, reading the columns that a study names and no others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from analysis.cohort.findings import Findings
from analysis.cohort.formats.header import name_columns
from analysis.cohort.formats.table import CELL_LIMIT, FILE_SIZE_LIMIT, build_table
from analysis.cohort.reading import Cohort
from analysis.cohort.reading_options import DateOrder
from analysis.cohort.stores.contents_digest import contents_digest
from analysis.cohort.stores.duckdb_store import duckdb_tables, open_duckdb
from analysis.cohort.stores.parquet_store import n_cells, open_parquet
from analysis.cohort.stores.sqlite_store import open_sqlite, sqlite_tables
from analysis.cohort.stores.store import Column, ColumnStore, StoreKind, find_store
from analysis.cohort.unknown_columns import refuse_unknown_columns
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

STORED_CELL_LIMIT = 1_000_000_000
"""Rows times columns that are read of a store; eight gigabytes as numbers."""

MOST_WITHOUT_CHOICE = CELL_LIMIT
"""Rows times columns that are read where nobody said which columns."""


def is_stored(path: Path) -> bool:
    """Tell whether a cohort is read where it lies: a database, a folder of Parquet, or a Parquet file too large to upload.

    Parameters
    ----------
    path : Path
        A file or a folder that exists.

    Raises
    ------
    CohortInputError
        As `find_store`.
    """
    kind = find_store(path)
    if kind != "parquet" or path.is_dir():
        return kind is not None
    try:
        return path.stat().st_size > FILE_SIZE_LIMIT or n_cells(path) > CELL_LIMIT
    except CohortInputError:  # a damaged file; whoever reads it says so
        return False


def read_stored_cohort(
    path: Path,
    *,
    wanted: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
    table: str | None = None,
    date_order: DateOrder | None = None,
) -> Cohort:
    """Read columns of a Parquet file, a folder of Parquet files, or a table of a DuckDB or SQLite database.

    Columns that are not wanted are never read. No row is left out while reading: whoever is not eligible is counted
    by the flow of patients. What is read is typed as an uploaded Parquet file is; text of SQLite as a text file's.

    Parameters
    ----------
    path : Path
        A file or a folder.
    wanted : callable, optional
        Gives, of all the columns' names, those to read and what they are named for; names that are not among the
        columns are refused. All columns when absent, up to ``MOST_WITHOUT_CHOICE`` cells.
    table : str, optional
        The table of a database; not needed where there is only one.
    date_order : {"day_first", "month_first"}, optional
        How dates in text such as 03/04/2024 are read.

    Returns
    -------
    Cohort
        Its ``sha256`` is the `contents_digest` of the columns read.

    Raises
    ------
    CohortInputError
        The path leads to no store, there is no such table or column, or what is there cannot be read.
    """
    kind = find_store(path)
    if kind is None:
        raise CohortInputError(
            phrase("The cohort must be Parquet, or a DuckDB or an SQLite database, and it is none of these.")
        )
    with _opened(path, kind, table) as store:
        names, notes = name_columns(store.names)
        places = _places(store, names, wanted)
        columns = _read(store, places, named=wanted is not None)
        held = [place for place, column in zip(places, columns, strict=True) if column is not None]
        kept = [column for column in columns if column is not None]
        notes += [Note(code=code, text=text) for code, text in store.notes([store.names[place] for place in held])]
        notes += _chosen_note(len(places), len(names)) + _left_out_note(names, set(places) - set(held))
        infer = store.infer
        del columns
    result, noticed = build_table([names[place] for place in held], kept, infer=infer, date_order=date_order)
    return Cohort(
        table=result,
        sha256=contents_digest(result),
        file_format=kind,
        notes=(*notes, *noticed),
        date_order=date_order,
        table_name=table,
    )


def table_names(path: Path) -> tuple[str, ...]:
    """Name the tables of a database; none for Parquet.

    Raises
    ------
    CohortInputError
        As `read_stored_cohort`.
    """
    kind = find_store(path)
    if kind == "duckdb":
        return duckdb_tables(path)
    return sqlite_tables(path) if kind == "sqlite" else ()


def store_size(path: Path, table: str | None = None) -> tuple[int, tuple[str, ...]]:
    """Count the patients of a store and name its columns, reading no cell.

    Returns
    -------
    n_rows : int
    names : tuple of str
        As a study names them.

    Raises
    ------
    CohortInputError
        As `read_stored_cohort`.
    """
    kind = find_store(path)
    if kind is None:
        raise CohortInputError(
            phrase("The cohort must be Parquet, or a DuckDB or an SQLite database, and it is none of these.")
        )
    with _opened(path, kind, table) as store:
        return store.n_rows, tuple(name_columns(store.names)[0])


@contextmanager
def _opened(path: Path, kind: StoreKind, table: str | None) -> Iterator[ColumnStore]:
    if kind == "parquet":
        if table is not None:
            raise CohortInputError(phrase("cohort.table names a table of a database, and Parquet has none. Remove it."))
        with open_parquet(path) as files:
            yield files
    elif kind == "duckdb":
        with open_duckdb(path, table) as duckdb_table:
            yield duckdb_table
    else:
        with open_sqlite(path, table) as sqlite_table:
            yield sqlite_table


def _places(
    store: ColumnStore, names: list[str], wanted: Callable[[Sequence[str]], Mapping[str, str]] | None
) -> list[int]:
    """Places of the columns to read; names that are none are refused, and so is more than can be held."""
    places = list(range(len(names)))
    limit = MOST_WITHOUT_CHOICE
    if wanted is not None:
        uses, limit = wanted(names), STORED_CELL_LIMIT
        findings = Findings()
        refuse_unknown_columns(pd.DataFrame(columns=names), uses, findings)
        if findings.errors:
            raise CohortInputError(*(problem.text for problem in findings.errors))
        places = [place for place, name in enumerate(names) if name in uses]
    count = store.n_rows * len(places)
    if count > limit:
        raise CohortInputError(
            phrase(
                "Up to {limit:,} cells are read, and {n_columns:,} columns of {n_rows:,} rows are {n_cells:,}. {remedy}",
                limit=limit,
                n_columns=len(places),
                n_rows=store.n_rows,
                n_cells=count,
                remedy=phrase("Name fewer columns.")
                if wanted
                else phrase("Say in a study file which columns are needed; only those are read."),
            )
        )
    return places


def _read(store: ColumnStore, places: list[int], *, named: bool) -> list[Column | None]:
    asked = [store.names[place] for place in places]
    columns = list(store.columns(asked))
    lengths = {len(column) for column in columns if column is not None}
    if lengths - {store.n_rows}:
        raise CohortInputError(phrase("The cohort must not change while it is read, and it did. Read it again."))
    unusable = [name for name, column in zip(asked, columns, strict=True) if column is None]
    if unusable and named:
        raise CohortInputError(
            *(
                phrase(
                    "{column}: a column of a cohort must hold numbers, labels or dates; this one holds "
                    "lists, records, bytes or spans of time. Write its parts as columns of their own.",
                    column=name,
                )
                for name in unusable
            )
        )
    return columns


def _chosen_note(n_read: int, n_all: int) -> list[Note]:
    if n_read == n_all:
        return []
    text = phrase("{n_read:,} of {n_all:,} columns were read: those that the study names.", n_read=n_read, n_all=n_all)
    return [Note(code="columns_chosen", text=text)]


def _left_out_note(names: list[str], places: set[int]) -> list[Note]:
    if not places:
        return []
    listed = ", ".join(names[place] for place in sorted(places))
    return [
        Note(
            code="columns_left_out",
            text=phrase("Columns of lists, records or bytes were left out: {columns}.", columns=listed),
        )
    ]
