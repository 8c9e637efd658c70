"""What a store of columns is, and which kind a path leads to."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import pandas as pd
import pyarrow as pa

from analysis.errors import CohortInputError
from analysis.phrases import phrase

StoreKind: TypeAlias = Literal["parquet", "duckdb", "sqlite"]
"""Parquet stands for one file or a folder of them."""

Column: TypeAlias = pa.Array | pd.Series
"""Text still to be looked at, or a column that has its type."""

DATABASE_ENDINGS = (".duckdb", ".ddb", ".db", ".sqlite", ".sqlite3")
PARQUET_ENDINGS = (".parquet", ".pq")

_SQLITE = b"SQLite format 3\x00"
_DUCKDB, _DUCKDB_PLACE = b"DUCK", slice(8, 12)
_ENCRYPTED_PARQUET = b"PARE"


class ColumnStore(Protocol):
    """A table that gives the columns asked for and leaves the others where they are.

    Attributes
    ----------
    names : tuple of str
        Every column, as the store has it.
    n_rows : int
        Patients.
    infer : bool
        True where text may stand for numbers and dates, as in a text file.
    """

    names: tuple[str, ...]
    n_rows: int
    infer: bool

    def columns(self, names: Sequence[str]) -> Iterator[Column | None]:
        """Give columns in the order asked for, all with their rows in one order; None for lists, records or bytes."""
        ...

    def notes(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Tell codes and sentences of what was noticed in these columns, once they have been read."""
        ...


def find_store(path: Path) -> StoreKind | None:
    """Tell which kind of store a path leads to, by what is there and not by its name.

    Parameters
    ----------
    path : Path
        A file or a folder.

    Returns
    -------
    {"parquet", "duckdb", "sqlite"} or None
        None for any other file, such as a text or a workbook.

    Raises
    ------
    CohortInputError
        The file is named as a database and is none that can be read, or it is an encrypted Parquet file.
    """
    if path.is_dir():
        return "parquet"
    with path.open("rb") as file:
        start = file.read(16)
    if start == _SQLITE:
        return "sqlite"
    if start[_DUCKDB_PLACE] == _DUCKDB:
        return "duckdb"
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(_ENCRYPTED_PARQUET):
        raise CohortInputError(
            phrase(
                "A Parquet file must be readable without a key, and this one is encrypted. Write it "
                "again without encryption."
            )
        )
    if path.suffix.lower() in DATABASE_ENDINGS:
        raise CohortInputError(
            phrase(
                "The file must be a DuckDB or an SQLite database, as its name says; it is neither, "
                "or it is encrypted. Check that the right file was chosen, or export the table as "
                "Parquet or CSV."
            )
        )
    return None


def parquet_files(folder: Path) -> tuple[Path, ...]:
    """Find the Parquet files of a folder and of the folders in it, in the order of their names.

    Parameters
    ----------
    folder : Path
        Files and folders whose names begin with a dot or an underscore are left aside, as other programs do.

    Returns
    -------
    tuple of Path
        Maybe none.
    """
    found = []
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "_")) for part in parts)
        if not hidden and path.suffix.lower() in PARQUET_ENDINGS and path.is_file():
            found.append((parts, path))
    return tuple(path for _, path in sorted(found))


def the_table(names: Sequence[str], told: str | None) -> int:
    """Find the table that is meant among those of a database.

    Parameters
    ----------
    names : sequence of str
        As the database lists them; compared, never put together into a command.
    told : str or None
        The one a person named.

    Returns
    -------
    int
        Its place.

    Raises
    ------
    CohortInputError
        There is none, none of that name, or there are several and none is named.
    """
    if not names:
        raise CohortInputError(phrase("A database must hold a table of patients; this one has no table."))
    if told is None and len(names) == 1:
        return 0
    if told in names:
        return names.index(told)
    listed = ", ".join(f"“{name}”" for name in names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    if told is None:
        raise CohortInputError(
            phrase(
                "The table of patients must be named where a database has several, and this one has "
                "{n}: {listed}. Name one in cohort.table of the study file.",
                n=len(names),
                listed=listed,
            )
        )
    raise CohortInputError(
        phrase(
            "cohort.table must be a table of the database; “{name}” is none. It has {listed}.", name=told, listed=listed
        )
    )


_LISTED = 20


def quoted(name: str) -> str:
    """Write a name from a catalogue as an identifier of SQL.

    >>> print(quoted('arm "B"; drop table x'))
    "arm ""B""; drop table x"
    """
    return '"' + name.replace('"', '""') + '"'
