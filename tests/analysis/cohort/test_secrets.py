"""No message holds a patient's value, an identifier or a path, whatever stands in the cells."""

import contextlib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.checks import check_cohort
from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from analysis.cohort.selection import select_patients
from analysis.errors import AnalysisError
from tests.analysis.cohort.files import study_of, workbook

COLUMNS = ("id", "arm", "age", "sex", "time", "event", "bor")
N = 24
STUDY = study_of(
    cohort={"id": "id"},
    covariates=["age", {"column": "sex", "reference": "M"}],
    outcomes={
        "survival": [{"name": "OS", "time": "time", "event": "event"}],
        "response": [{"name": "RECIST", "column": "bor"}],
    },
    matching={"exact": ["sex"]},
)

number = st.integers(0, 10**6).map(lambda value: f"{918273645 + 7 * value}")
written = st.sampled_from(["Kim{}", "{}", "-{}.5", "-{}", "0{}", "{} x", ">{}"])
secret = st.tuples(number, written)
"""Digits that occur nowhere else, and how they are written into a cell."""


def rows() -> list[list[str]]:
    return [
        [
            f"P{row}",
            "AB"[row % 2],
            str(40 + row),
            "MF"[row // 2 % 2],
            str(1 + row),
            str(row // 3 % 2),
            ["PR", "SD", "PD"][row % 3],
        ]
        for row in range(N)
    ]


def messages(content: bytes, filename: str) -> list[str]:
    """Everything that is said to a person between the file and the selection."""
    try:
        cohort = read_cohort(content, filename)
    except AnalysisError as error:
        return list(error.problems)
    said = [note.text for note in cohort.notes]
    for study in (STUDY, None):
        said += [problem.text for problem in check_cohort(cohort, study)]
    guess = guess_roles(cohort)
    said += [role.reason for role in guess.columns]
    with contextlib.suppress(AnalysisError):
        said += [note.text for note in select_patients(cohort, STUDY).notes]
    try:
        select_patients(cohort, STUDY)
    except AnalysisError as error:
        said += error.problems
    return said


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, len(COLUMNS) - 1), secret), min_size=1, max_size=5),
    ragged=st.booleans(),
    quoted=st.booleans(),
)
def test_no_message_about_a_text_file_tells_a_cell(
    places: list[tuple[int, int, tuple[str, str]]], ragged: bool, quoted: bool
) -> None:
    cells = rows()
    for row, column, (digits, form) in places:
        cells[row][column] = form.format(digits)
    lines = [",".join(COLUMNS), *(",".join(row) for row in cells)]
    if ragged:
        lines[5] += ",extra"
    if quoted:
        lines[7] = lines[7].replace(",", ',"', 1)
    said = messages("\n".join(lines).encode(), "secret Kim folder/Kim.xlsx")
    assert not [text for text in said for _, _, (digits, _) in places if digits in text]
    assert not [text for text in said if "Kim" in text or "folder" in text]


@settings(max_examples=20, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, N - 1), st.integers(0, len(COLUMNS) - 1), secret), min_size=1, max_size=4)
)
def test_no_message_about_a_workbook_tells_a_cell(places: list[tuple[int, int, tuple[str, str]]]) -> None:
    cells: list[list[Any]] = [[_value(cell) for cell in row] for row in rows()]
    for row, column, (digits, form) in places:
        cells[row][column] = _value(form.format(digits))
    said = messages(workbook([list(COLUMNS), *cells]), "cohort.xlsx")
    assert not [text for text in said for _, _, (digits, _) in places if digits in text]


def _value(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell


def test_the_messages_are_there_to_be_searched() -> None:
    cells = rows()
    cells[3][2], cells[4][5], cells[5][0] = "secret one", "secret two", "P1"
    said = messages("\n".join([",".join(COLUMNS), *(",".join(row) for row in cells)]).encode(), "a.csv")
    assert any(text.startswith("age: all cells must be numbers; 1 of 24 cell") for text in said)
    assert any(text.startswith("event: the event column of OS must hold two labels") for text in said)
    assert any(text.startswith("id: every id must stand on one row") for text in said)
