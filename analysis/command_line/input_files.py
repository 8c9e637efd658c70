"""The files that a command was told to read: the study file, the cohort, and the scans."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import CohortInputError, SettingsError

if TYPE_CHECKING:
    from analysis.cohort.reading import Cohort
    from analysis.settings import StudySettings


def read_text(path: Path, what: str) -> str:
    """Read a study file.

    Parameters
    ----------
    path : Path
    what : str
        What a refusal calls it.

    Returns
    -------
    str

    Raises
    ------
    SettingsError
        It cannot be read, is larger than any study, or is no text.
    """
    from analysis.study_file import MAXIMUM_STUDY_CHARACTERS

    content = _read_bytes(path, what, limit=4 * MAXIMUM_STUDY_CHARACTERS)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(
            f"{what} must be YAML or JSON in UTF-8; {path.name} is not such a text. Is it the cohort's file?"
        ) from None


def read_named_cohort(path: Path, settings: "StudySettings | None") -> "Cohort":
    """Read the cohort as the study file says that it is to be read.

    Parameters
    ----------
    path : Path
        A file; or a database, a folder of Parquet files or a Parquet file too large to upload, of which only the
        columns that the study names are read.
    settings : StudySettings or None
        None where there is no study, or it was refused.

    Returns
    -------
    Cohort

    Raises
    ------
    CohortInputError
        It cannot be read.
    """
    from analysis.cohort.formats.file_format import find_format
    from analysis.cohort.reading import read_cohort
    from analysis.cohort.reading_options import ReadingOptions

    if _lies_in_a_store(path):
        return _read_stored(path, settings)
    if settings is not None and settings.cohort.table is not None:
        raise CohortInputError(
            f"cohort.table names a table of a database, and {path.name} is none. Remove it, or name the database."
        )
    content = _read_bytes(path, "The cohort's file")
    options = ReadingOptions()
    if settings is not None:
        told = settings.cohort
        options = ReadingOptions(
            sheet=told.sheet, header_row=told.header_row, encoding=told.encoding, date_order=told.date_order
        )
    if content and find_format(content) != "csv":  # a few kB can ask for all the memory there is, or break a parser
        from analysis.cohort.isolation import read_cohort_isolated

        return read_cohort_isolated(content, path.name, options)
    return read_cohort(content, path.name, options)


def _lies_in_a_store(path: Path) -> bool:
    """False also where nothing can be read: `_read_bytes` says why."""
    from analysis.cohort.reading_stores import is_stored

    try:
        if path.is_dir() and not path.name:  # no name was given, and this is the folder of the study file
            return False
        return is_stored(path)
    except (OSError, ValueError):
        return False


def _read_stored(path: Path, settings: "StudySettings | None") -> "Cohort":
    from analysis.cohort.reading_stores import read_stored_cohort
    from analysis.cohort.uses import columns_to_read

    if settings is None:
        return read_stored_cohort(path)
    told = settings.cohort
    return read_stored_cohort(
        path, wanted=partial(columns_to_read, settings), table=told.table, date_order=told.date_order
    )


def with_scans(cohort: "Cohort", study: Path, settings: "StudySettings | None") -> "Cohort":
    """The cohort with the file of scans that stands beside the study file, where it names one."""
    asked = settings.scans if settings is not None else None
    if asked is None or asked.file is None:
        return cohort
    from dataclasses import replace

    from analysis.cohort.isolation import read_cohort_isolated
    from analysis.cohort.reading_options import ReadingOptions

    path = study.parent / asked.file
    content = _read_bytes(path, "The file of scans")
    order = settings.cohort.date_order if settings is not None else None
    try:
        return replace(cohort, scans=read_cohort_isolated(content, path.name, ReadingOptions(date_order=order)))
    except CohortInputError as error:
        raise CohortInputError(*(f"{path.name}, the file of scans: {problem}" for problem in error.problems)) from error


def _read_bytes(path: Path, what: str, *, limit: int | None = None) -> bytes:
    """A file that the user named; messages say its own name and never its folder."""
    kind = CohortInputError if limit is None else SettingsError
    try:
        if path.is_dir():
            raise kind(f"{what} must be a file; {path.name or 'the path given'} is a folder.")
        size = path.stat().st_size
        largest = limit or _largest_cohort()
        if size > largest:
            raise kind(
                f"{what} may have up to {largest // 1_000_000} MB; {path.name} has {size // 1_000_000:,} MB. "
                + ("Keep only the columns the study needs." if limit is None else "Is it the cohort's file?")
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise kind(f"{what} must exist; {path.name} was not found. Check its name and its folder.") from None
    except PermissionError:
        raise kind(f"{what} must be readable; {path.name} may not be read by you. Ask for permission.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one"
        raise kind(f"{what} must be readable; {path.name[:60]} could not be read ({reason}).") from None


def _largest_cohort() -> int:
    from analysis.cohort.formats.table import FILE_SIZE_LIMIT

    return FILE_SIZE_LIMIT
