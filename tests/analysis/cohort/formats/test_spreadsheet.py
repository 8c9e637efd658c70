"""Workbooks: sheets, dates, formulas, damage, and one cell at the end of the world."""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest

from analysis.cohort.formats import workbook_archive
from analysis.cohort.reading import read_cohort
from tests.analysis.cohort.files import note_codes, note_text, refusal, workbook

ROWS = [["id", "arm", "age"], [1, "A", 61], [2, "B", 55.5]]


def test_numbers_labels_dates_and_blanks() -> None:
    content = workbook(
        [
            ["id", "code", "start", "mixed", "flag", "empty", "big"],
            [1, "007", datetime.date(2024, 1, 31), 3, True, None, 12345678901234567890],
            [2, "008", datetime.datetime(2023, 12, 1), "5-6", False, None, 1],
            [3, None, None, None, None, None, None],
        ]
    )
    cohort = read_cohort(content, "a.xlsx")
    table = cohort.table
    assert table["id"].tolist() == [1.0, 2.0, 3.0]
    assert table["code"].tolist() == ["007", "008", None]
    assert table["start"].dtype == "datetime64[ns]"
    assert table["start"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2024-01-31", "2023-12-01"]
    assert table["mixed"].tolist() == ["3", "5-6", None]
    assert table["flag"].tolist() == ["True", "False", None]
    assert table["empty"].isna().all()
    assert table["big"].dtype == object
    assert cohort.file_format == "xlsx"
    assert cohort.sheet == "Sheet1"


def test_numbers_kept_as_text_are_numbers() -> None:
    table = read_cohort(workbook([["id", "age"], [1, "61"], [2, " 55 "], [3, "NA"]]), "a.xlsx").table
    assert table["age"].tolist()[:2] == [61.0, 55.0]


def test_the_first_sheet_with_content_is_read_and_named() -> None:
    content = workbook([], [[None, " "]], ROWS, [["x", "y"], [1, 2]], names=("Cover", "Blank", "환자", "Other"))
    cohort = read_cohort(content, "a.xlsx")
    assert cohort.sheet == "환자"
    assert note_text(cohort, "sheet") == "The workbook has 4 sheets; “환자” was read."
    assert read_cohort(content, "a.xlsx", sheet="Other").table["y"].tolist() == [2.0]


def test_a_sheet_that_is_not_there_is_refused() -> None:
    content = workbook(ROWS, [["x", "y"]], names=("One", "Two"))
    assert refusal(content, sheet="Three") == (
        "The sheet must be one of the workbook's, and “Three” is not; it has “One”, “Two”."
    )


def test_an_empty_workbook_is_refused() -> None:
    assert refusal(workbook([], [])) == (
        "The workbook must hold a table with a header and one row per patient; each of its 2 sheets is empty."
    )
    assert refusal(workbook(ROWS, []), sheet="Sheet2").endswith("the sheet is empty.")
    assert "it has a header and no rows" in refusal(workbook([["id", "arm"]]))


def test_titles_units_blank_rows_and_remarks() -> None:
    content = workbook(
        [
            ["Cohort", None, None, None],
            [None, None, None, None],
            ["id", "arm", "age", "os"],
            ["no.", None, "years", "months"],
            [1, "A", 61, 3.5],
            [None, None, None, None],
            [2, "B", 55, 4.5],
            [None, None, None, None],
            ["* data cut-off March 2024", None, None, None],
        ]
    )
    cohort = read_cohort(content, "a.xlsx")
    assert cohort.table["age"].tolist() == [61.0, 55.0]
    assert note_codes(cohort) == ["title_rows", "second_header", "remarks_below", "blank_rows"]


def test_formulas_give_the_values_saved_with_them() -> None:
    content = workbook([["id", "bmi", "sum"], [1, "=20+2", 5], [2, "=20+3", 6]])
    unsaved = read_cohort(content, "a.xlsx")
    assert unsaved.table["bmi"].isna().all()
    assert note_text(unsaved, "unsaved_formulas").startswith("2 cells hold a formula without a saved value")
    # An empty value is written in one of two ways, depending on what writes the XML.
    saved = _edited(content, lambda xml: re.sub(rb"<f>20\+([23])</f><v ?(/>|></v>)", rb"<f>20+\1</f><v>2\1</v>", xml))
    cohort = read_cohort(saved, "a.xlsx")
    assert cohort.table["bmi"].tolist() == [22.0, 23.0]
    assert cohort.notes == ()


def _edited(content: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    """The same workbook with every part passed through a function."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return stream.getvalue()


def test_excel_errors_are_missing_and_counted() -> None:
    cohort = read_cohort(workbook([["id", "x"], [1, "#DIV/0!"], [2, 5]]), "a.xlsx")
    assert cohort.table["x"].isna().tolist() == [True, False]
    assert note_text(cohort, "spreadsheet_errors") == (
        "1 cell holds an Excel error such as #N/A or #DIV/0!, read as missing."
    )


def hostile_workbook() -> bytes:
    """Five kilobytes that span seventeen thousand million cells."""
    content = workbook([["id", "arm"], [1, "A"]])
    return _edited(
        content,
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )


def test_one_cell_at_the_end_of_the_sheet_becomes_a_sentence() -> None:
    content = hostile_workbook()
    assert len(content) < 10_000
    assert refusal(content) == (
        "A sheet may span 20,000,000 cells, and this one reaches to cell XFD1048576, 17,179,869,184 cells. "
        "Delete the rows and columns beyond the table, or save the table as CSV."
    )


def test_a_far_cell_on_another_sheet_does_no_harm() -> None:
    content = workbook(ROWS, [["x"]])
    far = _edited(
        content, lambda xml: xml.replace(b"<t>x</t></is></c>", b'<t>x</t></is></c><c r="XFD1048576"><v>1</v></c>')
    )
    assert read_cohort(far, "a.xlsx").table.shape == (2, 3)


def test_a_part_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_archive, "UNPACKED_LIMIT", 1_000)
    assert "A sheet may unpack to" in refusal(workbook([["id", "arm"]] + [[row, "A"] for row in range(200)]))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_workbook_cut_short_is_damaged(kept: float) -> None:
    content = workbook(ROWS)
    assert "this one is damaged" in refusal(content[: int(kept * len(content))])


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_a_workbook_with_nonsense_inside_is_damaged(part: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<v>&nonsense" if name == part else old.read(name))
    assert "this one is damaged" in refusal(stream.getvalue())


def test_hidden_rows_are_read_and_told() -> None:
    book = openpyxl.Workbook()
    for row in [*ROWS, [3, "A", 70]]:
        book.active.append(row)
    for number in (3, 4):
        book.active.row_dimensions[number].hidden = True
    book.active.row_dimensions[9].hidden = True  # nothing stands in it
    packed = io.BytesIO()
    book.save(packed)
    cohort = read_cohort(packed.getvalue(), "a.xlsx")
    assert cohort.table["age"].tolist() == [61.0, 55.5, 70.0]
    assert note_text(cohort, "hidden_rows") == (
        "2 rows of the sheet are hidden, as by a filter, and were read like the others. Delete hidden rows that are no "
        "patients of the cohort."
    )
    assert "hidden_rows" not in note_codes(read_cohort(workbook(ROWS), "a.xlsx"))
