"""A cohort as a table of a DuckDB database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.cohort.formats.parquet import typed_arrow
from analysis.cohort.stores.engine import connected
from analysis.cohort.stores.store import Column, quoted, the_table
from analysis.phrases import phrase

if TYPE_CHECKING:
    import duckdb

_OF_DAYS = ("DATE", "TIMESTAMP")
_MOMENTS = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


class DuckdbStore:
    """One table, in the order of its rows; all columns are read as the table stood at one moment."""

    infer = False

    def __init__(self, connection: "duckdb.DuckDBPyConnection", relation: str) -> None:
        self._connection = connection
        self._relation = relation
        described = connection.sql(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        self._types = {name: str(kind) for name, kind, *_ in described}
        self.names = tuple(self._types)
        self.n_rows = int(connection.sql(f"SELECT count(*) FROM {relation}").fetchall()[0][0])

    def columns(self, names: Sequence[str]) -> Iterator[Column | None]:
        """Give columns one by one; see `ColumnStore`."""
        for name in names:
            column = quoted(name)
            if self._types[name].startswith(_OF_DAYS):  # a database may say "infinity" where others say 9999
                column = f"CASE WHEN isfinite({column}) THEN {column} END"
            table = self._connection.sql(f"SELECT {column} AS cells FROM {self._relation}").to_arrow_table()
            yield typed_arrow(table.column(0))

    def notes(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Tell which moments were read in UTC, and which dates are no days."""
        for name in names:
            kind, column = self._types[name], quoted(name)
            if kind.startswith(_MOMENTS):
                yield (
                    "time_zone",
                    phrase(
                        "{column}: moments of a DuckDB table have no zone of their own; days are those of UTC.",
                        column=name,
                    ),
                )
            if kind.startswith(_OF_DAYS):
                query = f"SELECT count(*) FROM {self._relation} WHERE NOT isfinite({column})"
                count = int(self._connection.sql(query).fetchall()[0][0])
                if count:
                    yield "never_dates", _never(name, count)


def _never(column: str, count: int) -> str:
    if count == 1:
        return phrase("{column}: 1 cell says “infinity” and no day; read as missing.", column=column)
    return phrase("{column}: {n:,} cells say “infinity” and no day; read as missing.", column=column, n=count)


@contextmanager
def open_duckdb(path: Path, table: str | None) -> Iterator[DuckdbStore]:
    """Open a table of a DuckDB database, which is not written.

    Parameters
    ----------
    path : Path
        The database.
    table : str or None
        Its table or view, with its schema before a point where that is not the usual one; None where there is only one.

    Yields
    ------
    DuckdbStore

    Raises
    ------
    CohortInputError
        It cannot be opened, or has no such table.
    """
    with connected(database=path) as connection:
        connection.execute("BEGIN TRANSACTION READ ONLY")
        found = _tables(connection)
        schema, name = found[the_table([_shown(*item) for item in found], table)]
        yield DuckdbStore(connection, f"{quoted(schema)}.{quoted(name)}")


def duckdb_tables(path: Path) -> tuple[str, ...]:
    """Name the tables and views of a DuckDB database, as `open_duckdb` takes them."""
    with connected(database=path) as connection:
        return tuple(_shown(*item) for item in _tables(connection))


_USUAL_SCHEMA = "main"


def _tables(connection: "duckdb.DuckDBPyConnection") -> list[tuple[str, str]]:
    query = (
        "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = current_database() "
        "ORDER BY table_schema <> 'main', table_schema, table_name"
    )
    return [(schema, name) for schema, name in connection.sql(query).fetchall()]


def _shown(schema: str, name: str) -> str:
    return name if schema == _USUAL_SCHEMA else f"{schema}.{name}"
