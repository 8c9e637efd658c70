"""From a file's bytes to a cohort: what kind of file it is, and one typed table from any of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

import pandas as pd

from analysis.cohort.formats.delimited import preview_delimited, read_delimited
from analysis.cohort.formats.file_format import (
    EXTENSIONS,
    FORMAT_NAMES,
    STATISTICAL,
    WORKBOOKS,
    FileFormat,
    find_format,
)
from analysis.cohort.formats.parquet import read_parquet
from analysis.cohort.formats.spreadsheet import preview_spreadsheet, read_spreadsheet, spreadsheet_names
from analysis.cohort.formats.statistical_files import read_statistical
from analysis.cohort.formats.table import FILE_SIZE_LIMIT, FileTable
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from analysis.notes import Note
from analysis.phrases import phrase

_AS_FOUND = ReadingOptions()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """A cohort's file as read: one row per patient, nothing decided yet about who is studied.

    Attributes
    ----------
    table : pandas.DataFrame
        Columns are float64 (NaN missing), object of str (None missing) or datetime64 (NaT missing); the index
        counts the patients' rows from 0 in the order of the file.
    sha256 : str
        Digest of the file's bytes, in hexadecimal.
        Of the columns read, where the cohort was read from a store (`read_stored_cohort`).
    file_format : str
        ``csv`` (any separator), ``xlsx``, ``xls``, ``xlsb``, ``ods``, ``parquet``, ``sas``, ``xpt``, ``spss``,
        ``stata``, ``duckdb`` or ``sqlite``.
    notes : tuple of Note
        What was noticed on reading: encoding, marks read as missing, columns renamed, rows left out.
    encoding : str or None
        The codec of a text file.
    encoding_certain : bool
        False where the encoding is the most plausible of several that fit.
    sheet : str or None
        The worksheet that was read.
    sheets : tuple of str
        All worksheets of a workbook, in its order.
    header_row : int or None
        The row of the file or sheet, counted from 1, that holds the columns' names; the lower one of two.
    date_order : {"day_first", "month_first"} or None
        How dates such as 03/04/2024 were read, where a person said so.
    column_labels : mapping of str to str
        What a SAS, SPSS or Stata file says of a column, by the column's name; columns without are absent.
    table_name : str or None
        The table of a database, where a person named it.
    scans : Cohort or None
        The file of scans that came with it, read in the same way: one row a scan.
    """

    table: pd.DataFrame
    sha256: str
    file_format: str
    notes: tuple[Note, ...] = ()
    encoding: str | None = None
    encoding_certain: bool = True
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    date_order: str | None = None
    column_labels: Mapping[str, str] = field(default_factory=dict)
    table_name: str | None = None
    scans: "Cohort | None" = None


def read_cohort(
    content: bytes,
    filename: str,
    options: ReadingOptions = _AS_FOUND,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Cohort:
    """Read a cohort from a text file, a workbook, Parquet, SAS, SPSS or Stata, whichever its content shows it to be.

    Every cell of a text file is read as text first; a column is numeric only when each cell that is not missing
    is a number. Blank cells and NA, N/A, #N/A, NaN and null, in any case, are missing; "None" is a label.

    Parameters
    ----------
    content : bytes
        The file.
    filename : str
        Its name; only the extension is looked at, to note when content and name disagree.
    options : ReadingOptions, optional
        What a person says about the file; the rest is found from it.
    sheet, encoding : str, optional
        Short for those of ``options``.

    Returns
    -------
    Cohort
        The table, the file's digest and notes.

    Raises
    ------
    CohortInputError
        When the file is too large, empty, damaged, encrypted, of another kind, or holds no table of patients.

    Examples
    --------
    >>> cohort = read_cohort(b"id,arm,age\\n1,A,61\\n2,B,NA\\n", "cohort.csv")
    >>> cohort.table["age"].tolist()
    [61.0, nan]
    """
    refuse_size(content)
    options = with_shorthands(options, sheet=sheet, encoding=encoding)
    file_format = find_format(content)
    found = _read(content, file_format, options)
    return Cohort(
        table=found.table,
        sha256=hashlib.sha256(content).hexdigest(),
        file_format=file_format,
        notes=(*_extension_note(filename, file_format), *found.notes),
        encoding=found.encoding,
        encoding_certain=found.encoding_certain,
        sheet=found.sheet,
        sheets=found.sheets,
        header_row=found.header_row,
        date_order=options.date_order,
        column_labels=found.column_labels,
    )


def _read(content: bytes, file_format: FileFormat, options: ReadingOptions) -> FileTable:
    if file_format == "parquet":
        return read_parquet(content)
    if file_format in WORKBOOKS:
        return read_spreadsheet(content, options, WORKBOOKS[file_format])
    if file_format in STATISTICAL:
        return read_statistical(content, options, STATISTICAL[file_format])
    return read_delimited(content, options)


def with_shorthands(options: ReadingOptions, *, sheet: str | None, encoding: str | None) -> ReadingOptions:
    """Give options in which a sheet or an encoding named on its own has its place.

    Parameters
    ----------
    options : ReadingOptions
        What a person says about the file.
    sheet, encoding : str or None
        Named on their own; they win.

    Returns
    -------
    ReadingOptions
        The two together.
    """
    return replace(options, sheet=sheet or options.sheet, encoding=encoding or options.encoding)


def preview_rows(
    content: bytes, filename: str, options: ReadingOptions = _AS_FOUND, n: int = 12
) -> tuple[tuple[str, ...], ...]:
    """Give the first rows of a file as they stand, for choosing the row of the columns' names.

    Parameters
    ----------
    content : bytes
        The file.
    filename : str
        Its name.
    options : ReadingOptions, optional
        Which sheet, and which encoding; a header row is not looked at.
    n : int, optional
        How many rows at most.

    Returns
    -------
    tuple of tuple of str
        Rows as text, titles and blank rows included, all of one width; row ``header_row`` of `ReadingOptions` is
        the one at ``header_row - 1`` here. Empty for files that store their columns' names (Parquet, SAS, SPSS, Stata).

    Raises
    ------
    CohortInputError
        As `read_cohort`, for what makes a file unreadable.
    """
    refuse_size(content)
    file_format = find_format(content)
    if file_format in WORKBOOKS:
        return preview_spreadsheet(content, options.sheet, n, WORKBOOKS[file_format])
    return preview_delimited(content, options.encoding, n) if file_format == "csv" else ()


def sheet_names(content: bytes) -> tuple[str, ...]:
    """Name the worksheets a file has.

    Parameters
    ----------
    content : bytes
        Any file.

    Returns
    -------
    tuple of str
        Empty for files that are not workbooks.

    Raises
    ------
    CohortInputError
        When the file is too large, or a workbook that is damaged or encrypted.
    """
    refuse_size(content)
    file_format = find_format(content)
    return spreadsheet_names(content, WORKBOOKS[file_format]) if file_format in WORKBOOKS else ()


def refuse_size(content: bytes) -> None:
    """Refuse a file that is too large or empty before any of it is parsed.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    CohortInputError
        Above ``FILE_SIZE_LIMIT``, without a byte, or (small files) with nothing but white space.
    """
    if len(content) > FILE_SIZE_LIMIT:
        raise CohortInputError(
            phrase(
                "A cohort's file may have up to {limit} MB, and this one has "
                "{size:.0f} MB. Keep only the columns the study needs.",
                limit=FILE_SIZE_LIMIT // 1_000_000,
                size=len(content) / 1_000_000,
            )
        )
    if len(content) < 1_000_000 and not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\v\f"):
        what = phrase("it holds only white space") if content else phrase("it is empty (0 bytes)")
        raise CohortInputError(
            phrase(
                "The file must hold a table with a header and one row per patient; {what}. Check "
                "that the right file was chosen and export it again.",
                what=what,
            )
        )


def _extension_note(filename: str, file_format: FileFormat) -> tuple[Note, ...]:
    extension = PurePath(filename).suffix.lower()
    if EXTENSIONS.get(extension, file_format) == file_format and (extension in EXTENSIONS or not extension):
        return ()
    shown = (
        phrase("ends in {extension}", extension=extension)
        if extension in _KNOWN_ENDINGS
        else phrase("has another ending")
    )
    text = phrase(
        "The file is {file_format} although its name {shown}; it was read as what it is.",
        file_format=FORMAT_NAMES[file_format],
        shown=shown,
    )
    return (Note(code="wrong_extension", text=text),)


_KNOWN_ENDINGS = {*EXTENSIONS, ".json", ".xml", ".pdf", ".zip", ".sas7bcat"}
