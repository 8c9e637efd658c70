"""What was read, in words."""

from analysis.cohort.formats.encoding import ENCODINGS
from analysis.cohort.privacy.personal import PersonalKind, Protection
from analysis.cohort.reading import Cohort
from ui.intake.intake import PASTED, Intake

FORMATS = {
    "csv": "Text of separated values",
    "xlsx": "Excel workbook",
    "xls": "Excel workbook of the older kind",
    "xlsb": "Binary Excel workbook",
    "ods": "OpenDocument spreadsheet",
    "parquet": "Parquet file",
    "sas": "SAS data set",
    "xpt": "SAS transport file",
    "spss": "SPSS file",
    "stata": "Stata file",
    "duckdb": "DuckDB database",
    "sqlite": "SQLite database",
}

KINDS: dict[PersonalKind, str] = {
    "name": "Names",
    "record_number": "Record numbers",
    "birth_date": "Dates of birth",
    "phone": "Phone numbers",
    "email": "E-mail addresses",
    "address": "Addresses",
    "national_id": "National or insurance numbers",
    "free_text": "Free text",
    "initials": "Initials",
}

PROTECTIONS: dict[Protection, str] = {
    "drop": "Leave out",
    "hash": "Replace by a code",
    "interval": "Turn into intervals",
    "keep": "Keep",
}
"""In the order of the choice: the safest first."""

DATE_ORDERS = {"day_first": "Day first: 03/04 is 3 April", "month_first": "Month first: 03/04 is March 4"}


def title(intake: Intake) -> str:
    """What the file is called on screen."""
    return "The pasted table" if intake.name == PASTED else intake.name


def size(cohort: Cohort) -> str:
    """How large a cohort is."""
    rows, columns = cohort.table.shape
    return f"{rows:,} {'row' if rows == 1 else 'rows'}, {columns:,} columns"


def reading_sentence(cohort: Cohort) -> str:
    """Format, sheet, row of the names and encoding, as far as they say anything."""
    parts = [FORMATS.get(cohort.file_format, cohort.file_format)]
    if cohort.sheet is not None and len(cohort.sheets) > 1:
        parts.append(f"sheet “{cohort.sheet}”, one of {len(cohort.sheets)}")
    elif cohort.sheet is not None:
        parts.append(f"sheet “{cohort.sheet}”")
    if cohort.table_name is not None:
        parts.append(f"table “{cohort.table_name}”")
    if cohort.encoding is not None:
        sure = "read as" if cohort.encoding_certain else "most likely"
        parts.append(f"{sure} {encoding_name(cohort.encoding)}")
    if cohort.header_row is not None:
        parts.append(f"names of the columns in row {cohort.header_row:,}")
    if cohort.date_order is not None:
        parts.append(f"dates with the {'day' if cohort.date_order == 'day_first' else 'month'} first")
    return ", ".join(parts) + "."


def encoding_name(encoding: str) -> str:
    """An encoding as people know it."""
    return ENCODINGS.get(encoding, encoding.upper())
