"""Parquet files, whose columns keep the types they were stored with."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet

from analysis.cohort.cells.columns import LARGEST_EXACT_INTEGER
from analysis.cohort.formats.table import CELL_LIMIT, FileTable, build_table
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

_DAMAGED = phrase(
    "The file must be a sound Parquet file, and this one is damaged or cut short. Write it again, or save it as CSV."
)


def read_parquet(content: bytes) -> FileTable:
    """Read a Parquet file.

    Whole and real numbers become float64, dates and times datetime64, everything else labels; marks such as NA
    among labels are missing, as in text files. Columns of lists, records or bytes are left out with a note.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    FileTable
        The patients' rows.

    Raises
    ------
    CohortInputError
        A damaged file, or one with more cells than can be read.
    """
    try:
        source = pyarrow.parquet.ParquetFile(pa.BufferReader(content))
        _refuse_too_many_cells(source.metadata)
        table = source.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError):
        raise CohortInputError(_DAMAGED) from None
    header, columns, left_out = [], [], []
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name.startswith("__index_level_"):  # the row labels of the program that wrote the file
            continue
        converted = typed_arrow(column)
        if converted is None:
            left_out.append(name)
        else:
            header.append(name)
            columns.append(converted)
    result, notes = build_table(header, columns, infer=False)
    return FileTable(table=result, notes=(*_left_out_note(left_out), *notes))


def _refuse_too_many_cells(metadata: pyarrow.parquet.FileMetaData) -> None:
    n_cells = metadata.num_rows * metadata.num_columns
    if n_cells > CELL_LIMIT:
        raise CohortInputError(
            phrase(
                "A cohort may have up to {limit:,} cells, and this file has {n_cells:,} ({n_rows:,} rows of {n_columns}). "
                "Keep only the columns the study needs.",
                limit=CELL_LIMIT,
                n_cells=n_cells,
                n_rows=metadata.num_rows,
                n_columns=metadata.num_columns,
            )
        )


def typed_arrow(column: pa.ChunkedArray) -> pa.Array | pd.Series | None:
    """Give a column of Arrow as numbers, dates or text still to be looked at.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        (n, ), of any type.

    Returns
    -------
    pandas.Series, pyarrow array of string or None
        float64 or datetime64[ns]; text for labels, true and false, times of a day, and whole numbers too long for a
        float; None for lists, records and bytes.
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "True", "False").combine_chunks()
    if _is_whole(kind) and _has_long_integer(column):
        return column.cast(pa.string()).combine_chunks()
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pd.Series(
            column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).astype("float64", copy=True)
        )
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _dates(column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pc.utf8_trim_whitespace(column.cast(pa.large_string())).combine_chunks()
    if pa.types.is_time(kind) or pa.types.is_null(kind):
        return column.cast(pa.string()).combine_chunks()
    return None


def _is_whole(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0)


def _has_long_integer(column: pa.ChunkedArray) -> bool:
    extremes = pc.min_max(column).as_py()
    return max(abs(value or 0) for value in extremes.values()) > LARGEST_EXACT_INTEGER


def _dates(column: pa.ChunkedArray) -> pa.Array | pd.Series:
    """Dates a nanosecond clock cannot hold (year 9999 for "never") stay text."""
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column)
    try:
        return pd.Series(column.cast(pa.timestamp("ns")).to_numpy(zero_copy_only=False))
    except pa.ArrowInvalid:
        return column.cast(pa.string()).combine_chunks()


def _left_out_note(names: list[str]) -> tuple[Note, ...]:
    if not names:
        return ()
    text = phrase("Columns of lists, records or bytes were left out: {columns}.", columns=", ".join(names))
    return (Note(code="columns_left_out", text=text),)
