"""Names that an export repeats between the patients are no patients."""

import io

import openpyxl
import pytest

from analysis.cohort.reading import read_cohort
from analysis.errors import CohortInputError

NAMES = ["id", "arm", "age", "os_months"]
PATIENTS = [[f"P{number}", "AB"[number % 2], 40 + number, 1.5 + number] for number in range(12)]


def _lines(rows: list[list[object]]) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def _workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(("pack", "filename"), [(_lines, "c.csv"), (_workbook, "c.xlsx")])
@pytest.mark.parametrize(
    ("top", "break_", "titles"),
    [
        ([NAMES], [NAMES], False),
        ([["Registry page 1"], NAMES], [["Registry page 2"], NAMES], True),
    ],
    ids=["names", "titles"],
)
def test_names_of_every_page_are_left_out(pack, filename, top, break_, titles):
    cohort = read_cohort(pack([*top, *PATIENTS[:4], *break_, *PATIENTS[4:8], *break_, *PATIENTS[8:]]), filename)
    assert cohort.table["age"].tolist() == [row[2] for row in PATIENTS]
    assert cohort.table["os_months"].tolist() == [row[3] for row in PATIENTS]
    notes = [note.text for note in cohort.notes if note.code == "repeated_names"]
    assert len(notes) == 1
    assert "again between the patients 2 times" in notes[0]
    if filename == "c.xlsx":  # in a text file, titles are rows of another length
        assert ("titles above" in notes[0]) is titles


@pytest.mark.parametrize(("pack", "filename"), [(_lines, "c.csv"), (_workbook, "c.xlsx")])
def test_both_rows_of_a_header_are_left_out_where_they_return(pack, filename):
    header = [["patient", "", "outcome", ""], NAMES]
    cohort = read_cohort(pack([*header, *PATIENTS[:6], *header, *PATIENTS[6:]]), filename)
    assert cohort.table["age"].tolist() == [row[2] for row in PATIENTS]
    assert [note.text for note in cohort.notes if note.code == "repeated_names"] == [
        "The columns' names stand again between the patients once, as on each page of a printout, with titles above them. "
        "These 2 rows were left out."
    ]


def test_a_patient_who_shares_some_cells_with_the_names_stays():
    rows = [["id", "arm", "grade"], ["1", "arm", "low"], ["2", "B", "grade"], ["3", "arm", "grade"]]
    cohort = read_cohort(_lines(rows), "c.csv")
    assert len(cohort.table) == 3
    assert "repeated_names" not in {note.code for note in cohort.notes}


def test_a_row_of_another_length_is_still_refused_by_its_place():
    rows = [NAMES, *PATIENTS[:4], NAMES, *PATIENTS[4:7], ["P99", "A"], *PATIENTS[8:]]
    with pytest.raises(CohortInputError, match="the first is row 9 under the header"):
        read_cohort(_lines(rows), "c.csv")
