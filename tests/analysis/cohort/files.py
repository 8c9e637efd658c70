"""Small files and studies for the tests of reading and selection."""

import io
from typing import Any

import pandas as pd
from openpyxl import Workbook

from analysis.cohort.reading import Cohort, read_cohort
from analysis.errors import AnalysisError
from analysis.settings import StudySettings


def refusal(content: bytes, filename: str = "cohort.csv", **options: Any) -> str:
    """The sentence with which a file is refused."""
    try:
        read_cohort(content, filename, **options)
    except AnalysisError as error:
        return str(error)
    raise AssertionError("the file was read")


def read_text(text: str, **options: Any) -> Cohort:
    return read_cohort(text.encode(), "cohort.csv", **options)


def note_codes(cohort: Cohort) -> list[str]:
    return [note.code for note in cohort.notes]


def note_text(cohort: Cohort, code: str) -> str:
    return next(note.text for note in cohort.notes if note.code == code)


def workbook(*sheets: list[list[Any]], names: tuple[str, ...] = ()) -> bytes:
    """An XLSX file with the rows of each sheet."""
    book = Workbook()
    book.remove(book.active)
    for position, rows in enumerate(sheets):
        sheet = book.create_sheet(names[position] if names else f"Sheet{position + 1}")
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def cohort_of(**columns: Any) -> Cohort:
    """A cohort as if read, of columns given as lists: numbers become float64, the rest text."""
    series = {}
    for name, values in columns.items():
        column = pd.Series(values)
        series[name] = column.astype("float64") if column.dtype.kind in "if" else column.where(column.notna(), None)
        if series[name].dtype.kind not in "fM":
            series[name] = series[name].astype(object)
    return Cohort(table=pd.DataFrame(series), sha256="0" * 64, file_format="csv")


def study_of(**changes: Any) -> StudySettings:
    """A study of arms A (treated) and B with one covariate and one survival endpoint, unless changed."""
    values: dict[str, Any] = {
        "treatment": {"column": "arm", "treated": "A", "control": "B"},
        "covariates": ["age"],
        "outcomes": {"survival": [{"name": "OS", "time": "time", "event": "event"}]},
    }
    return StudySettings.model_validate(values | changes)


def small_cohort(**changes: Any) -> Cohort:
    """Eight patients, four in each arm, on whom `study_of` can be run."""
    columns: dict[str, Any] = {
        "id": ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"],
        "arm": ["A", "B", "A", "B", "A", "B", "A", "B"],
        "age": [61, 55, 70, 48, 66, 59, 73, 52],
        "sex": ["M", "F", "F", "M", "F", "M", "M", "F"],
        "time": [3.5, 6, 2, 9, 12, 4, 7, 5],
        "event": [1, 0, 1, 1, 0, 1, 1, 0],
        "bor": ["PR", "SD", "PD", "NE", "CR", "PD", "SD", "PR"],
    }
    return cohort_of(**(columns | changes))
