"""What kind of file it is, told by its content and never by its name."""

import io
import re
import zipfile
import zlib
from typing import Literal, TypeAlias

from analysis.cohort.formats.statistical_dates import StatisticalFormat
from analysis.cohort.formats.workbook import ENCRYPTED, WorkbookKind
from analysis.cohort.formats.workbook_archive import DAMAGED
from analysis.errors import CohortInputError
from analysis.phrases import phrase

FileFormat: TypeAlias = Literal["csv", "xlsx", "xls", "xlsb", "ods", "parquet", "sas", "xpt", "spss", "stata"]

WORKBOOKS: dict[FileFormat, WorkbookKind] = {"xlsx": "xlsx", "xls": "xls", "xlsb": "xlsb", "ods": "ods"}
"""Formats that have worksheets."""

STATISTICAL: dict[FileFormat, StatisticalFormat] = {"sas": "sas", "xpt": "xpt", "spss": "spss", "stata": "stata"}
"""Formats of statistics programs."""

EXTENSIONS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".dat": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".sas7bdat": "sas",
    ".xpt": "xpt",
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss",
    ".dta": "stata",
}
"""How the names of such files end."""

FORMAT_NAMES: dict[FileFormat, str] = {
    "csv": phrase("text of separated values"),
    "xlsx": phrase("an XLSX workbook"),
    "xls": phrase("an XLS workbook"),
    "xlsb": phrase("an XLSB workbook"),
    "ods": phrase("an OpenDocument workbook"),
    "parquet": "Parquet",
    "sas": phrase("a SAS file"),
    "xpt": phrase("a SAS transport file"),
    "spss": phrase("an SPSS file"),
    "stata": phrase("a Stata file"),
}
"""The same in words."""

_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", phrase("a PDF document")),
    (b"\x1f\x8b", phrase("a compressed (gzip) file")),
    (b"7z\xbc\xaf", phrase("a compressed (7z) file")),
    (b"Rar!", phrase("a compressed (RAR) file")),
    (b"BZh", phrase("a compressed (bzip2) file")),
    (b"\xfd7zXZ", phrase("a compressed (xz) file")),
    (b"\x28\xb5\x2f\xfd", phrase("a compressed (zstd) file")),
    (b"\x89PNG", phrase("an image")),
    (b"\xff\xd8\xff", phrase("an image")),
    (b"GIF8", phrase("an image")),
    (b"**COMPRESSED** **COMPRESSED**", phrase("a SAS CPORT file")),
    (b"RDX", phrase("an R data file")),
    (b"RDA", phrase("an R data file")),
    (b"SQLite format 3", phrase("a database")),
    (b"\x00\x01\x00\x00Standard", phrase("a database")),
    (b"{\\rtf", phrase("a text document (RTF)")),
    (b"ARROW1", phrase("an Arrow file")),
    (b"PARE", phrase("an encrypted Parquet file")),
)
_DUCKDB, _DUCKDB_PLACE = b"DUCK", slice(8, 12)
_SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_SAS_KIND = slice(156, 164)


def find_format(content: bytes) -> FileFormat:
    """Tell what kind of file it is.

    Parameters
    ----------
    content : bytes
        The file.

    Returns
    -------
    FileFormat
        Text is ``csv``, whatever separates its cells.

    Raises
    ------
    CohortInputError
        When it is a kind of file that holds no cohort, or a workbook that is encrypted.
    """
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith(b"PK\x03\x04"):
        return _format_of_archive(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _format_of_ole(content)
    statistical = _statistical_format(content)
    if statistical is not None:
        return statistical
    if content[_DUCKDB_PLACE] == _DUCKDB and b"\x00" in content[:64]:
        raise _refused(
            phrase("a DuckDB database"),
            phrase(
                "Databases are read where they lie, by the command line or from the server's own folder; or save the table "
                "as Parquet or CSV."
            ),
        )
    for mark, what in _FOREIGN:
        if content.startswith(mark):
            raise _refused(what, _SAVE_AS)
    if content[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise _refused(phrase("a web page or XML, whatever its name"), _SAVE_AS)
    if _JSON.match(content[:200]):
        raise _refused("JSON", _SAVE_AS)
    return "csv"


_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*(\{\s*"[^"]*"\s*:|\[\s*(\{\s*"|\[))')
_SAVE_AS = phrase("Open it in the program that wrote it and save the table as XLSX or CSV.")
_COPY_TABLE = phrase("Copy its table into Excel and save it as XLSX.")


def _refused(what: str, remedy: str) -> CohortInputError:
    text = phrase(
        "The file must be text (CSV, TSV), a workbook (XLSX, XLS, ODS), Parquet, SAS, SPSS or Stata, and it is {what}. "
        "{remedy}",
        what=what,
        remedy=remedy,
    )
    return CohortInputError(text)


def _statistical_format(content: bytes) -> FileFormat | None:
    if content.startswith(_SAS):
        if content[_SAS_KIND].strip() in (b"CATALOG", b"VIEW", b"ITEMSTOR", b"PROGRAM"):
            raise CohortInputError(
                phrase(
                    "The file must hold the table itself (sas7bdat), and it is a SAS catalog (sas7bcat) or another file that "
                    "goes with one. Choose the sas7bdat file."
                )
            )
        return "sas"
    if content.startswith(b"HEADER RECORD*******LIB"):
        return "xpt"
    if content.startswith((b"$FL2", b"$FL3")) or b"SPSS PORT FILE" in content[:420].replace(b"\r", b"").replace(
        b"\n", b""
    ):
        return "spss"
    old_stata = content[:1] in (b"h", b"i", b"l", b"n", b"o", b"p", b"q", b"r", b"s")
    if content.startswith(b"<stata_dta>") or (
        old_stata and content[1:2] in (b"\1", b"\2") and content[2:4] in (b"\1\0", b"\0\0")
    ):
        return "stata"
    return None


def _format_of_archive(content: bytes) -> FileFormat:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            kind = _beginning(archive, "mimetype") if "mimetype" in names else b""
            manifest = _beginning(archive, "META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error):
        raise CohortInputError(DAMAGED) from None
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and (b"spreadsheet" in kind or not kind):
        if b"encryption-data" in manifest:
            raise CohortInputError(ENCRYPTED)
        return "ods"
    if "content.xml" in names:
        what, remedy = phrase("an OpenDocument file without a table"), phrase("Save its table as ODS, XLSX or CSV.")
    elif "word/document.xml" in names:
        what, remedy = phrase("a Word document"), _COPY_TABLE
    else:
        what, remedy = phrase("a ZIP archive"), phrase("Unpack it and choose the table inside.")
    raise _refused(what, remedy)


_MANIFEST_BYTES = 100_000


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_MANIFEST_BYTES)


def _format_of_ole(content: bytes) -> FileFormat:
    if "EncryptedPackage".encode("utf-16-le") in content or _has_password(content):
        raise CohortInputError(ENCRYPTED)
    if "WordDocument".encode("utf-16-le") in content:
        raise _refused(phrase("a Word document"), _COPY_TABLE)
    return "xls"


_XLS_BEGIN = re.compile(rb"\x09\x08(?:\x10\x00\x00\x06|\x08\x00\x00\x05)\x05\x00")
_FILE_PASS = 0x2F


def _has_password(content: bytes) -> bool:
    """An XLS workbook says among its first records that the rest is encrypted."""
    found = _XLS_BEGIN.search(content)
    place = found.start() if found is not None else len(content)
    for _ in range(4):
        kind, length = content[place : place + 2], content[place + 2 : place + 4]
        if int.from_bytes(kind, "little") == _FILE_PASS and length:
            return True
        place += 4 + int.from_bytes(length, "little")
    return False
