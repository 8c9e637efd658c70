"""A cohort as one Parquet file or a folder of them, partitioned or not, read through DuckDB."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet

from analysis.cohort.formats.parquet import typed_arrow
from analysis.cohort.stores.engine import connected
from analysis.cohort.stores.store import Column, parquet_files, quoted
from analysis.errors import CohortInputError
from analysis.phrases import join_phrases, phrase

if TYPE_CHECKING:
    import duckdb


class ParquetStore:
    """Parquet files as one table; the rows in the order of the files' names, then as in the file."""

    infer = False

    def __init__(self, connection: "duckdb.DuckDBPyConnection", files: Sequence[Path], folder: Path | None) -> None:
        self._connection = connection
        self._files = [str(path) for path in files]  # a file that exists is taken before its name could be a pattern
        self._schemas, rows = _schemas(files)
        self.n_rows = sum(rows)
        partitioned = folder is not None and any("=" in part for path in files for part in _folders(path, folder))
        self._relation = f"read_parquet(?, union_by_name = true, hive_partitioning = {str(partitioned).lower()})"
        described = connection.sql(f"DESCRIBE SELECT * FROM {self._relation}", params=[self._files]).fetchall()
        self.names = tuple(name for name, *_ in described)

    def columns(self, names: Sequence[str]) -> Iterator[Column | None]:
        """Give columns one by one; see `ColumnStore`."""
        self._refuse_differing(names)
        zones = {field.name: field.type.tz for field in self._schemas[0] if pa.types.is_timestamp(field.type)}
        for name in names:
            # One column at a time: that, and the columns that are typed already, are all that is in memory.
            query = f"SELECT {quoted(name)} FROM {self._relation}"
            column = self._connection.sql(query, params=[self._files]).to_arrow_table().column(0)
            if pa.types.is_timestamp(column.type) and zones.get(name) is not None:
                # A moment is shown by the clock of the zone that it was written in.
                column = column.cast(pa.timestamp(column.type.unit, zones[name]))
            yield typed_arrow(column)

    def notes(self, names: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Tell nothing: Parquet says what its columns are."""
        return iter(())

    def _refuse_differing(self, names: Sequence[str]) -> None:
        kinds = [{field.name.casefold(): _kind(field.type) for field in schema} for schema in self._schemas]
        problems = []
        for name in names:
            n_with = sum(name.casefold() in kind for kind in kinds)
            found = Counter(filter(None, (kind.get(name.casefold()) for kind in kinds)))
            if len(found) > 1:
                how = join_phrases(
                    (phrase("{kind} in {n:,}", kind=kind, n=count) for kind, count in found.most_common()), ", "
                )
                problems.append(
                    phrase(
                        "{column}: a column must be of one kind in all Parquet files of the folder; it holds "
                        "{kinds}. Write the files again from one table.",
                        column=name,
                        kinds=how,
                    )
                )
            elif 0 < n_with < len(kinds):
                problems.append(
                    phrase(
                        "{column}: a column must be in all Parquet files of the folder; {n_lacking:,} of "
                        "{n_files:,} lack it. Write the files again from one table.",
                        column=name,
                        n_lacking=len(kinds) - n_with,
                        n_files=len(kinds),
                    )
                )
        if problems:
            raise CohortInputError(*problems)


@contextmanager
def open_parquet(path: Path) -> Iterator[ParquetStore]:
    """Open a Parquet file, or a folder of them with the folders in it.

    Parameters
    ----------
    path : Path
        Folders such as ``site=3`` become a column ``site``.

    Yields
    ------
    ParquetStore

    Raises
    ------
    CohortInputError
        There is no such file, one is damaged or encrypted, they differ in a column that is read, or one changes while
        they are read.
    """
    is_folder = path.is_dir()
    files = parquet_files(path) if is_folder else (path,)
    if not files:
        raise CohortInputError(
            phrase(
                "The cohort's folder must hold Parquet files, and there is none in it. Name the "
                "folder that they are in."
            )
        )
    before, place = _state(files), path.resolve()
    files = tuple(place / file.relative_to(path) for file in files) if is_folder else (place,)
    with connected(readable=place) as connection:
        yield ParquetStore(connection, files, place if is_folder else None)
        if _state(files) != before:
            raise CohortInputError(
                phrase("The Parquet files must not change while they are read, and they did. Read them again.")
            )


def n_cells(path: Path) -> int:
    """Count rows times columns of one Parquet file, from its footer."""
    schemas, rows = _schemas([path])
    return rows[0] * len(schemas[0])


def _schemas(files: Sequence[Path]) -> tuple[list[pa.Schema], list[int]]:
    schemas, rows, n_damaged = [], [], 0
    for path in files:
        try:
            metadata = pyarrow.parquet.read_metadata(path)
            schemas.append(metadata.schema.to_arrow_schema())
            rows.append(metadata.num_rows)
        except (pa.ArrowException, OSError, ValueError):
            n_damaged += 1
    if n_damaged:
        raise CohortInputError(
            phrase(
                "Parquet files must be sound and not encrypted; {n_damaged:,} of {n_files:,} cannot "
                "be read. Write them again, or save the table as CSV.",
                n_damaged=n_damaged,
                n_files=len(files),
            )
        )
    return schemas, rows


def _kind(kind: pa.DataType) -> str | None:
    """What a column holds, as far as files must agree on it; None for nothing at all."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_null(kind):
        return None
    if pa.types.is_boolean(kind):
        return phrase("true and false")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return phrase("numbers")
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return phrase("dates")
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return phrase("text")
    return phrase("something else")


def _folders(path: Path, folder: Path) -> tuple[str, ...]:
    return path.relative_to(folder).parts[:-1]


def _state(files: Sequence[Path]) -> list[tuple[int, int]]:
    return [(found.st_size, found.st_mtime_ns) for found in (path.stat() for path in files)]
