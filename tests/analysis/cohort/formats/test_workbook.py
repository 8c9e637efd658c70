"""Workbooks beyond the plain XLSX sheet: older formats, the choice of a sheet, merged cells, the chosen row of names."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from analysis.cohort.isolation import preview_rows_isolated, read_cohort_isolated, sheet_names_isolated
from analysis.cohort.reading import preview_rows, read_cohort, sheet_names
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from tests.analysis.cohort.files import note_codes, note_text, refusal, workbook
from tests.analysis.cohort.old_workbooks import archive, ods, xls, xlsb

ROWS: list[list[str | float | None]] = [
    ["id", "arm", "나이", "os"],
    ["P1", "A", 61, 3.5],
    ["P2", "B", None, 4],
    ["P3", "A", 70, 12.25],
]
COVER: list[list[str | float | None]] = [["Cohort of two centres"], ["Data cut-off", "2024-03-31"]]


def book_of(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "file_format", "sheet"),
    [
        (xls({"Patients": ROWS}), "xls", "Patients"),
        (xlsb(ROWS), "xlsb", "Patients"),
        (ods({"Patients": ROWS}), "ods", "Patients"),
        (workbook(ROWS, names=("Patients",)), "xlsx", "Patients"),
        (xls({"Cover": COVER, "환자": ROWS}), "xls", "환자"),
        (ods({"Cover": COVER, "환자": ROWS}), "ods", "환자"),
        (workbook(COVER, ROWS, names=("Cover", "환자")), "xlsx", "환자"),
        (xls({"Old": [*ROWS, *ROWS[1:]], "Patients": ROWS}, hidden=["Old"]), "xls", "Patients"),
    ],
)
def test_every_workbook_gives_the_same_cohort(content: bytes, file_format: str, sheet: str) -> None:
    cohort = read_cohort_isolated(content, "a")
    assert cohort.table["나이"].tolist()[::2] == [61.0, 70.0]
    assert cohort.table["나이"].isna().tolist() == [False, True, False]
    assert cohort.table["os"].tolist() == [3.5, 4.0, 12.25]
    assert cohort.table["arm"].tolist() == ["A", "B", "A"]
    assert (cohort.file_format, cohort.sheet, cohort.header_row) == (file_format, sheet, 1)
    assert cohort.sheets == sheet_names(content) == sheet_names_isolated(content)
    assert ("sheet" in note_codes(cohort)) == (len(cohort.sheets) > 1)


@pytest.mark.parametrize("content", [xls({"One": ROWS}, encrypted=True), ods({"One": ROWS}, encrypted=True)])
def test_a_workbook_with_a_password_is_refused(content: bytes) -> None:
    assert refusal(content).startswith("The workbook must be readable without a password, and it is encrypted.")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (xls({"One": ROWS})[:1200], "XLS"),
        (ods({"One": ROWS})[:-30], "XLSX"),
        (archive({"xl/workbook.bin": b"x"}), "XLSB"),
    ],
)
def test_a_damaged_workbook_is_refused(content: bytes, name: str) -> None:
    assert refusal(content).startswith(f"The file must be a sound {name} workbook, and this one is damaged.")


def test_sheets_of_a_damaged_workbook_are_not_named() -> None:
    with pytest.raises(CohortInputError, match="this one is damaged"):
        sheet_names_isolated(xls({"One": ROWS})[:1200])
    assert sheet_names_isolated(b"a,b\n1,2\n") == ()


def test_a_word_document_of_old_is_called_by_its_name() -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le")
    assert "it is a Word document. Copy its table into Excel" in refusal(content)


def test_a_sheet_of_rows_without_end_becomes_a_sentence() -> None:
    endless = (
        '<table:table-row table:number-rows-repeated="30000"><table:table-cell table:number-columns-repeated="1000" '
        'office:value-type="float" office:value="1"/></table:table-row>'
    )
    with pytest.raises(CohortInputError, match="within a fixed amount of memory"):
        read_cohort_isolated(ods({"One": ROWS}, after=endless), "a.ods", megabytes=400)


def test_the_patients_are_preferred_to_their_scans() -> None:
    scans = [["id", "day", "size", "note"], *([f"P{row // 9}", row, 5.0, "x"] for row in range(90))]
    patients = [["ID", "arm", "age", "os"], *([f"P{row}", "A", 60 + row, 3] for row in range(10))]
    content = workbook(scans, patients, names=("Scans", "Patients"))
    assert read_cohort(content, "a.xlsx").sheet == "Patients"
    assert read_cohort(content, "a.xlsx", ReadingOptions(sheet="Scans")).sheet == "Scans"


def test_a_hidden_sheet_is_read_only_when_no_other_holds_anything() -> None:
    def fill(book: openpyxl.Workbook, *, visible_table: bool) -> None:
        for row in [*ROWS, *ROWS[1:]]:
            book.active.append(row)
        book.active.title = "Old"
        other = book.create_sheet("New")
        for row in ROWS if visible_table else []:
            other.append(row)
        book.active.sheet_state = "hidden"

    both = book_of(lambda book: fill(book, visible_table=True))
    assert read_cohort(both, "a.xlsx").sheet == "New"
    assert read_cohort(book_of(lambda book: fill(book, visible_table=False)), "a.xlsx").sheet == "Old"


def merged_book(*merges: str, rows: list[list[Any]]) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.active.append(row)
        for merge in merges:
            book.active.merge_cells(merge)

    return book_of(fill)


def test_merged_headings_and_merged_patients() -> None:
    rows = [
        ["site", "id", "PFS", None, "OS", None],
        [None, None, "months", "event", "months", "event"],
        ["K1", "P1", 3, 1, 9, 0],
        [None, "P2", 4, 0, 8, 1],
        [None, "P3", 5, 0, 7, 1],
        ["J1", "P4", 6, 1, 6, 1],
        ["* cut-off in March, follow-up to the end of the year", None, None, None, None, None],
    ]
    content = merged_book("A1:A2", "B1:B2", "C1:D1", "E1:F1", "A3:A5", "A7:F7", rows=rows)
    cohort = read_cohort(content, "a.xlsx")
    assert list(cohort.table) == ["site", "id", "PFS months", "PFS event", "OS months", "OS event"]
    assert cohort.table["site"].tolist() == ["K1", "K1", "K1", "J1"]
    assert cohort.header_row == 2
    assert (
        note_text(cohort, "merged_cells") == "1 merged cell was read as meant for each row they span; 2 cells filled."
    )
    assert "remarks_below" in note_codes(cohort)


def test_merged_patients_of_an_xls_workbook() -> None:
    rows = [["site", "id", "age"], ["K1", "P1", 61.0], [None, "P2", 55.0], ["J1", "P3", 70.0]]
    cohort = read_cohort(xls({"One": rows}, merged=[(1, 2, 0, 0)]), "a.xls")
    assert cohort.table["site"].tolist() == ["K1", "K1", "J1"]


def test_the_row_of_names_can_be_chosen_and_the_first_rows_looked_at() -> None:
    rows: list[list[Any]] = [["a", "b", "c"], ["x", "y", "z"], [], ["id", "arm", "age"], [1, "A", 61], [2, "B", 55.5]]
    for content, name in ((workbook(rows), "a.xlsx"), (b"a,b,c\nx,y,z\n\nid,arm,age\n1,A,61\n2,B,55.5\n", "a.csv")):
        shown = preview_rows(content, name)
        assert shown[3] == ("id", "arm", "age")
        assert shown[4] == ("1", "A", "61")
        assert {len(row) for row in shown} == {3}
        assert preview_rows_isolated(content, name, n=2) == shown[:2]
        cohort = read_cohort_isolated(content, name, ReadingOptions(header_row=4))
        assert cohort.table["age"].tolist() == [61.0, 55.5]
        assert cohort.header_row == 4
        assert read_cohort(content, name).header_row == 1


def test_a_preview_of_a_sheet_and_of_what_has_none() -> None:
    content = workbook(ROWS, [["u", "v"], [3, 4]], names=("One", "Two"))
    assert preview_rows(content, "a.xlsx", ReadingOptions(sheet="Two")) == (("u", "v"), ("3", "4"))
    assert preview_rows(content, "a.xlsx")[0] == ("id", "arm", "나이", "os")
    with pytest.raises(CohortInputError, match="“Three” is not"):
        preview_rows_isolated(content, "a.xlsx", ReadingOptions(sheet="Three"))
