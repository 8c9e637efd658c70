"""DuckDB as the product uses it: nothing from a network, nothing onto a disk, nothing outside the cohort."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import CohortInputError
from analysis.phrases import phrase

if TYPE_CHECKING:
    import duckdb

_CONFIGURATION: dict[str, Any] = {
    "autoinstall_known_extensions": "false",  # DuckDB would fetch what a query lacks
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
    "allow_extension_repositories": "forbidden",
    "allow_persistent_secrets": "false",
}
_MEMORY = ":memory:"


@contextmanager
def connected(*, database: Path | None = None, readable: Path | None = None) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Open a database to read it, or the engine alone to read Parquet.

    Parameters
    ----------
    database : Path, optional
        A DuckDB file, opened so that it cannot be written.
    readable : Path, optional
        The one file, or folder, that the engine may open besides.

    Yields
    ------
    duckdb.DuckDBPyConnection
        It keeps to memory, and no setting can be changed any more; times are in UTC.

    Raises
    ------
    CohortInputError
        The database cannot be opened or read.
    """
    import duckdb  # 90 ms and 60 MB that a run without a database need not pay

    try:
        connection = duckdb.connect(
            _MEMORY if database is None else str(database), read_only=database is not None, config=_CONFIGURATION
        )
        try:
            connection.execute("SET temp_directory = ''")  # patients' data never reach a disk
            connection.execute("SET TimeZone = 'UTC'")
            if readable is not None:
                scope = "allowed_directories" if readable.is_dir() else "allowed_paths"
                connection.execute(f"SET {scope} = [{_text(str(readable))}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        raise CohortInputError(_sentence(error)) from None  # its own words may quote a cell or a path


def _text(value: str) -> str:
    """A text of SQL, for the one statement that takes no parameters."""
    return "'" + value.replace("'", "''") + "'"


def _sentence(error: Exception) -> str:
    words = str(error)
    for mark, sentence in _REASONS.items():
        if mark in words:
            return sentence
    return phrase(
        "The database or Parquet file must be sound and readable, and it is not: it is "
        "damaged, or written by a program of a newer version. Write it again, or export the "
        "table as CSV."
    )


_REASONS = {
    "ncrypt": phrase(
        "The database or Parquet file must be readable without a key, and it is encrypted. "
        "Export the table of patients without encryption."
    ),
    "Could not set lock": phrase(
        "The database must not be open for writing elsewhere while it is read, and another "
        "program has it open. Close it there, or read a copy."
    ),
    "Cannot access file": phrase(
        "The table must be in the database itself; it is a view of files elsewhere, which "
        "are not opened. Store it as a table."
    ),
    "Out of Memory": phrase(
        "The columns of the study must fit into memory, and they do not. Keep only the rows "
        "and columns that the study needs."
    ),
    "does not exist": phrase(
        "The database must be whole, and something in it refers to what is not there, such "
        "as a function or an extension that is never fetched. Store the patients as a table "
        "of their own."
    ),
}
