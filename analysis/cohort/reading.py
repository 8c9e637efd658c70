"""From a file's bytes to a cohort: what kind of file it is, and one typed table from any of them."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Literal

import pandas as pd

from analysis.cohort.delimited import preview_delimited, read_delimited
from analysis.cohort.parquet import read_parquet
from analysis.cohort.reading_options import ReadingOptions
from analysis.cohort.spreadsheet import DAMAGED, preview_spreadsheet, read_spreadsheet, spreadsheet_names
from analysis.cohort.table import FILE_SIZE_LIMIT
from analysis.errors import CohortInputError
from analysis.notes import Note

FileFormat = Literal["csv", "xlsx", "parquet"]

_EXTENSIONS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_FORMAT_NAMES: dict[str, str] = {"csv": "text of separated values", "xlsx": "an XLSX workbook", "parquet": "Parquet"}


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
    file_format : str
        ``csv`` (any separator), ``xlsx`` or ``parquet``.
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


def read_cohort(
    content: bytes,
    filename: str,
    options: ReadingOptions = _AS_FOUND,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Cohort:
    """Read a cohort from a CSV, TSV, XLSX or Parquet file, whichever its content shows it to be.

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
    file_format = _format_of(content)
    if file_format == "parquet":
        found = read_parquet(content)
    elif file_format == "xlsx":
        found = read_spreadsheet(content, options.sheet)
    else:
        found = read_delimited(content, options.encoding)
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
        the one at ``header_row - 1`` here. Empty for files that store their columns' names (Parquet).

    Raises
    ------
    CohortInputError
        As `read_cohort`, for what makes a file unreadable.
    """
    refuse_size(content)
    file_format = _format_of(content)
    if file_format == "parquet":
        return ()
    if file_format == "xlsx":
        return preview_spreadsheet(content, options.sheet, n)
    return preview_delimited(content, options.encoding, n)


def sheet_names(content: bytes) -> tuple[str, ...]:
    """Name the worksheets a file has.

    Parameters
    ----------
    content : bytes
        Any file.

    Returns
    -------
    tuple of str
        Empty for files that are not XLSX workbooks.

    Raises
    ------
    CohortInputError
        When the file is too large, or a workbook that is damaged or encrypted.
    """
    refuse_size(content)
    return spreadsheet_names(content) if _format_of(content) == "xlsx" else ()


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
            f"A cohort's file may have up to {FILE_SIZE_LIMIT // 1_000_000} MB, and this one has "
            f"{len(content) / 1_000_000:.0f} MB. Keep only the columns the study needs."
        )
    if len(content) < 1_000_000 and not content.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n\v\f"):
        what = "it holds only white space" if content else "it is empty (0 bytes)"
        raise CohortInputError(
            f"The file must hold a table with a header and one row per patient; {what}. "
            "Check that the right file was chosen and export it again."
        )


_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf", "a compressed (7z) file"),
    (b"Rar!", "a compressed (RAR) file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"$FL2", "an SPSS file"),
    (b"HEADER RECORD", "a SAS transport file"),
    (b"RDX", "an R data file"),
    (b"<stata_dta>", "a Stata file"),
    (b"SQLite format 3", "a database"),
)


def _format_of(content: bytes) -> FileFormat:
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith(b"PK\x03\x04"):
        return _format_of_archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        _refuse_ole(content)
    for mark, what in _FOREIGN:
        if content.startswith(mark):
            raise CohortInputError(f"The file must be CSV, TSV, XLSX or Parquet, and it is {what}. {_SAVE_AS}")
    if content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise CohortInputError(
            f"The file must be CSV, TSV, XLSX or Parquet, and it is a web page or XML, whatever its name. {_SAVE_AS}"
        )
    return "csv"


_SAVE_AS = "Open it in the program that wrote it and save the table as XLSX or CSV."


def _format_of_archive(content: bytes) -> FileFormat:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError):
        raise CohortInputError(DAMAGED) from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        what, remedy = "a binary workbook (XLSB)", "Open it in Excel and save it as XLSX."
    elif "content.xml" in names:
        what, remedy = "an OpenDocument file", "Open it and save the table as XLSX or CSV."
    elif "word/document.xml" in names:
        what, remedy = "a Word document", "Copy its table into Excel and save it as XLSX."
    else:
        what, remedy = "a ZIP archive", "Unpack it and choose the table inside."
    raise CohortInputError(f"The file must be CSV, TSV, XLSX or Parquet, and it is {what}. {remedy}")


def _refuse_ole(content: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise CohortInputError(
            "The workbook must be readable without a password, and it is encrypted. "
            "Open it in Excel, remove the password (File, Info, Protect Workbook) and save it again."
        )
    raise CohortInputError(
        "The workbook must be XLSX, and it is in an older binary format (XLS). Open it in Excel and save it as XLSX."
    )


def _extension_note(filename: str, file_format: FileFormat) -> tuple[Note, ...]:
    extension = PurePath(filename).suffix.lower()
    if _EXTENSIONS.get(extension, file_format) == file_format and (extension in _EXTENSIONS or not extension):
        return ()
    shown = f"ends in {extension}" if extension in _KNOWN_ENDINGS else "has another ending"
    text = f"The file is {_FORMAT_NAMES[file_format]} although its name {shown}; it was read as what it is."
    return (Note(code="wrong_extension", text=text),)


_KNOWN_ENDINGS = {*_EXTENSIONS, ".xls", ".xlsb", ".ods", ".dat", ".json", ".xml", ".pdf", ".zip"}
