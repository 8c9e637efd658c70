"""A cohort as a table of an SQLite database, read by Python's own SQLite: DuckDB would have to fetch an extension."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.cohort.cells.columns import LARGEST_EXACT_INTEGER
from analysis.cohort.stores.store import Column, quoted, the_table
from analysis.errors import CohortInputError
from analysis.phrases import phrase

ROWS_AT_ONCE = 50_000

_UNREADABLE = phrase(
    "The SQLite database must be sound and readable, its text in UTF-8, and it is not, "
    "or another program is writing to it. Close it there, or export the table as CSV."
)


class SqliteStore:
    """One table, in the order of its rows. SQLite holds dates as text or numbers: cells are read as in a text file."""

    infer = True

    def __init__(self, connection: sqlite3.Connection, table: str, *, is_view: bool) -> None:
        self._connection = connection
        # Through an index the rows would come in its order.
        self._relation = quoted(table) + ("" if is_view else " NOT INDEXED")
        found = connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1", (table,)).fetchall()
        self.names = tuple(name for (name,) in found)
        self.n_rows = int(connection.execute(f"SELECT count(*) FROM {self._relation}").fetchone()[0])

    def columns(self, names: Sequence[str]) -> Iterator[Column | None]:
        """Give columns, all from one pass over the rows; see `ColumnStore`."""
        if not names:
            return
        pieces: list[list[_Piece]] = [[] for _ in names]
        rows = self._connection.execute(f"SELECT {', '.join(map(quoted, names))} FROM {self._relation}")
        while batch := rows.fetchmany(ROWS_AT_ONCE):
            for piece, cells in zip(pieces, zip(*batch, strict=True), strict=True):
                piece.append(_piece(cells))
        for column in pieces:
            yield _whole(column)
            column.clear()

    def notes(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Tell nothing: what is noticed about cells is told where they are typed."""
        return iter(())


_Piece: TypeAlias = pa.Array | NDArray[np.float64] | None
"""Some rows of a column: text, numbers, or None for bytes."""

_NUMBERS = {int, float, type(None)}


def _piece(cells: tuple[Any, ...]) -> _Piece:
    kinds = set(map(type, cells))
    if bytes in kinds:
        return None
    if kinds <= _NUMBERS and not (int in kinds and _has_long_integer(cells)):
        return np.array(cells, dtype=np.float64)
    texts = [cell if cell is None or isinstance(cell, str) else _written(cell) for cell in cells]
    return pa.array(texts, type=pa.large_string())


def _has_long_integer(cells: tuple[Any, ...]) -> bool:
    return any(isinstance(cell, int) and abs(cell) > LARGEST_EXACT_INTEGER for cell in cells)


def _written(number: float) -> str:
    """A number among text, a whole one without a point."""
    return str(int(number)) if number == int(number) else repr(number)


def _whole(pieces: list[_Piece]) -> Column | None:
    if any(piece is None for piece in pieces):
        return None
    numbers = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    if len(numbers) == len(pieces):
        return pd.Series(np.concatenate([np.empty(0), *numbers]))
    texts = [_as_text(piece) if isinstance(piece, np.ndarray) else piece for piece in pieces]
    return pc.utf8_trim_whitespace(pa.chunked_array(texts, type=pa.large_string())).combine_chunks()


def _as_text(numbers: NDArray[np.float64]) -> pa.Array:
    texts = [None if np.isnan(number) else _written(number) for number in numbers.tolist()]
    return pa.array(texts, type=pa.large_string())


@contextmanager
def open_sqlite(path: Path, table: str | None) -> Iterator[SqliteStore]:
    """Open a table of an SQLite database, which is not written.

    Parameters
    ----------
    path : Path
        The database.
    table : str or None
        Its table or view; None where there is only one.

    Yields
    ------
    SqliteStore

    Raises
    ------
    CohortInputError
        It cannot be opened, or has no such table.
    """
    with _connected(path) as connection:
        found = _tables(connection)
        name, kind = found[the_table([name for name, _ in found], table)]
        yield SqliteStore(connection, name, is_view=kind == "view")


def sqlite_tables(path: Path) -> tuple[str, ...]:
    """Name the tables and views of an SQLite database."""
    with _connected(path) as connection:
        return tuple(name for name, _ in _tables(connection))


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA temp_store = MEMORY")  # patients' data never reach a disk
            connection.execute("PRAGMA trusted_schema = OFF")  # a view calls nothing but plain functions
            connection.execute("BEGIN")  # all of it as it stood at one moment
            yield connection
    except sqlite3.Error:  # its own words may quote a cell
        raise CohortInputError(_UNREADABLE) from None


def _tables(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    query = (
        "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\' ORDER BY name"
    )
    return [(name, kind) for name, kind in connection.execute(query).fetchall()]
