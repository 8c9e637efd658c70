"""What was read, in words."""

from analysis.cohort.formats.encoding import ENCODINGS
from analysis.cohort.privacy.personal import PersonalKind, Protection
from analysis.cohort.reading import Cohort
from analysis.phrases import join_phrases, phrase
from ui.intake.intake import PASTED, Intake

FORMATS = {
    "csv": phrase("Text of separated values"),
    "xlsx": phrase("Excel workbook"),
    "xls": phrase("Excel workbook of the older kind"),
    "xlsb": phrase("Binary Excel workbook"),
    "ods": phrase("OpenDocument spreadsheet"),
    "parquet": phrase("Parquet file"),
    "sas": phrase("SAS data set"),
    "xpt": phrase("SAS transport file"),
    "spss": phrase("SPSS file"),
    "stata": phrase("Stata file"),
    "duckdb": phrase("DuckDB database"),
    "sqlite": phrase("SQLite database"),
}

KINDS: dict[PersonalKind, str] = {
    "name": phrase("Names"),
    "record_number": phrase("Record numbers"),
    "birth_date": phrase("Dates of birth"),
    "phone": phrase("Phone numbers"),
    "email": phrase("E-mail addresses"),
    "address": phrase("Addresses"),
    "national_id": phrase("National or insurance numbers"),
    "free_text": phrase("Free text"),
    "initials": phrase("Initials"),
}

PROTECTIONS: dict[Protection, str] = {
    "drop": phrase("Leave out"),
    "hash": phrase("Replace by a code"),
    "interval": phrase("Turn into intervals"),
    "keep": phrase("Keep"),
}
"""In the order of the choice: the safest first."""

DATE_ORDERS = {
    "day_first": phrase("Day first: 03/04 is 3 April"),
    "month_first": phrase("Month first: 03/04 is March 4"),
}


def title(intake: Intake) -> str:
    """What the file is called on screen."""
    return phrase("The pasted table") if intake.name == PASTED else intake.name


def size(cohort: Cohort) -> str:
    """How large a cohort is."""
    rows, columns = cohort.table.shape
    if rows == 1:
        return phrase("1 row, {columns:,} columns", columns=columns)
    return phrase("{rows:,} rows, {columns:,} columns", rows=rows, columns=columns)


def reading_sentence(cohort: Cohort) -> str:
    """Format, sheet, row of the names and encoding, as far as they say anything."""
    parts = [FORMATS.get(cohort.file_format, cohort.file_format)]
    if cohort.sheet is not None and len(cohort.sheets) > 1:
        parts.append(phrase("sheet “{sheet}”, one of {n}", sheet=cohort.sheet, n=len(cohort.sheets)))
    elif cohort.sheet is not None:
        parts.append(phrase("sheet “{sheet}”", sheet=cohort.sheet))
    if cohort.table_name is not None:
        parts.append(phrase("table “{table}”", table=cohort.table_name))
    if cohort.encoding is not None:
        encoding = encoding_name(cohort.encoding)
        parts.append(
            phrase("read as {encoding}", encoding=encoding)
            if cohort.encoding_certain
            else phrase("most likely {encoding}", encoding=encoding)
        )
    if cohort.header_row is not None:
        parts.append(phrase("names of the columns in row {row:,}", row=cohort.header_row))
    if cohort.date_order is not None:
        parts.append(
            phrase("dates with the day first")
            if cohort.date_order == "day_first"
            else phrase("dates with the month first")
        )
    return phrase("{parts}.", parts=join_phrases(parts, ", "))


def encoding_name(encoding: str) -> str:
    """An encoding as people know it."""
    return ENCODINGS.get(encoding, encoding.upper())
