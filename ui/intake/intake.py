"""One file on its way to the desk, and what has been understood of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.cohort.isolation import preview_rows_isolated, read_cohort_isolated
from analysis.cohort.privacy.personal import PersonalColumn, Protection, find_personal, protect_cohort
from analysis.cohort.reading import Cohort
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from analysis.settings import CohortSettings, StudySettings

PREVIEWED_ROWS = 12
"""First rows shown for choosing the one that holds the columns' names."""

PASTED = "pasted.txt"
"""The name of a table that came through the clipboard."""

HAS_HEADER_ROW = ("csv", "xlsx", "xls", "xlsb", "ods")
"""Formats in which the columns' names stand in a row like any other."""

HAS_ENCODING = ("csv", "sas", "xpt", "spss", "stata")
"""Formats whose text may be in one of several encodings."""


STATISTICS_FILES = (".sas7bdat", ".xpt", ".sav", ".zsav", ".por", ".dta")
"""Files whose rows cannot be shown as they stand, but whose encoding a person may know."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intake:
    """A file a person has handed over.

    Attributes
    ----------
    name : str
        The file's name.
    content : bytes or None
        The file itself, kept so that it can be read differently; None once it has been forgotten.
    options : ReadingOptions
        What the person said about it.
    cohort : Cohort or None
        As read, or as protected; None while it cannot be read.
    problems : tuple of str
        Why it cannot be read as it is.
    personal : tuple of PersonalColumn
        Columns that must be decided upon before the cohort is used.
    preview : tuple of tuple of str
        The first rows as they stand.
    sheets : tuple of str
        The worksheets, as far as any reading has told them.
    study : StudySettings or None
        A study file that came with it.
    on_desk : bool
        True when a reading of this file lies on the desk.
    protected : bool
        True when the person has decided about the patients' data.
    table : str or None
        The table of a database that the server keeps.
    is_kept : bool
        True when the cohort was not handed over but read where the server keeps it.
    """

    name: str
    content: bytes | None
    options: ReadingOptions
    cohort: Cohort | None = None
    problems: tuple[str, ...] = ()
    personal: tuple[PersonalColumn, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    sheets: tuple[str, ...] = ()
    study: StudySettings | None = None
    on_desk: bool = False
    protected: bool = False
    table: str | None = None
    is_kept: bool = False

    @property
    def waits(self) -> bool:
        """True while a person is asked: how the file is to be read, or what becomes of its patients' data."""
        if self.cohort is None:
            return self.can_be_read_again
        return bool(self.personal) and not self.protected

    @property
    def can_be_read_again(self) -> bool:
        """True while the file itself is in memory."""
        return self.content is not None


def read_intake(
    content: bytes,
    name: str,
    options: ReadingOptions,
    *,
    study: StudySettings | None = None,
    on_desk: bool = False,
) -> Intake:
    """Read a file and look for patients' data in it; a file that cannot be read says why.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        Its name.
    options : ReadingOptions
        What the person said about it.
    study : StudySettings, optional
        A study file that came with it.
    on_desk : bool, optional
        Whether an earlier reading of the same file lies on the desk.
    """
    read = Intake(name=name, content=content, options=options, study=study, on_desk=on_desk)
    try:
        cohort = read_cohort_isolated(content, name, options)
    except CohortInputError as error:
        preview = _preview(content, name, options)
        if not preview and options == ReadingOptions() and not name.lower().endswith(STATISTICS_FILES):
            return replace(read, problems=error.problems, content=None)  # nothing that a person says can help
        return replace(read, problems=error.problems, preview=preview)
    preview = _preview(content, name, options) if cohort.file_format in HAS_HEADER_ROW else ()
    return replace(read, cohort=cohort, personal=find_personal(cohort), preview=preview, sheets=cohort.sheets)


def _preview(content: bytes, name: str, options: ReadingOptions) -> tuple[tuple[str, ...], ...]:
    """The first rows, as many as can be shown; none of a file whose bytes cannot be read at all."""
    try:
        return preview_rows_isolated(content, name, options, PREVIEWED_ROWS)
    except CohortInputError:
        return ()


def protect_intake(intake: Intake, actions: Mapping[str, Protection], salt: bytes) -> Intake:
    """Do what a person decided about the patients' data, and forget the file.

    Parameters
    ----------
    intake : Intake
        With a cohort.
    actions : mapping of str to {"keep", "drop", "hash", "interval"}
        The decision for each column.
    salt : bytes
        The session's secret.

    Raises
    ------
    CohortInputError
        When the decisions leave no cohort; the intake stays as it is.
    """
    assert intake.cohort is not None
    protected = protect_cohort(intake.cohort, actions, salt)
    return replace(intake, cohort=protected, content=None, preview=(), protected=True)


def options_of_study(settings: CohortSettings) -> ReadingOptions:
    """How a study file says that its cohort is read."""
    return ReadingOptions(
        sheet=settings.sheet,
        header_row=settings.header_row,
        encoding=settings.encoding,
        date_order=settings.date_order,
    )
