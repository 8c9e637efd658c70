"""Odd workbooks: several sheets, merged cells, formulas, and ones that would take a reader down."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import openpyxl

from tests.odd_files.case import COLUMNS, OddFile, with_columns

DAMAGED = "The file must be a sound XLSX workbook, and this one is damaged. Open it in Excel and save it again as XLSX."


def odd_workbooks() -> Iterator[OddFile]:
    """XLSX files as spreadsheet programs, and as people with bad intentions, write them."""
    yield OddFile(name="plain.xlsx", content=workbook(_table), table=COLUMNS)
    yield OddFile(name="called_csv.csv", content=workbook(_table), table=COLUMNS, notes=["wrong_extension"])
    yield OddFile(name="cover_sheet.xlsx", content=workbook(_cover_first), table=COLUMNS, notes=["sheet"])
    yield OddFile(name="title_and_notes.xlsx", content=workbook(_title_and_notes), table=COLUMNS, notes=["title_rows"])
    yield OddFile(name="merged_headings.xlsx", content=workbook(_merged_headings), table=_merged_table())
    yield OddFile(name="merged_cells.xlsx", content=workbook(_merged_cells), table=COLUMNS)
    yield OddFile(
        name="dates_in_cells.xlsx", content=workbook(_dates), notes=(),
        table=with_columns(index_date=[f"2022-0{month}-15" for month in range(1, 9)]),
    )  # fmt: skip
    yield OddFile(
        name="excel_errors.xlsx", content=workbook(_errors), notes=["spreadsheet_errors"],
        table=with_columns(age=[61, 58, None, 66, None, 49, 73, 55]),
    )  # fmt: skip
    yield OddFile(
        name="unsaved_formulas.xlsx", content=workbook(_formulas), notes=["unsaved_formulas"],
        table=with_columns(age=[None, *COLUMNS["age"][1:]]),
    )  # fmt: skip
    yield OddFile(
        name="empty.xlsx", content=workbook(lambda sheet: None),
        refusal="The workbook must hold a table with a header and one row per patient; the sheet is empty.",
    )  # fmt: skip
    yield OddFile(
        name="far_cell.xlsx", content=workbook(_far_cell),
        refusal="A sheet may span 20,000,000 cells, and this one reaches to cell XFD1048576, 17,179,869,184 cells. "
        "Delete the rows and columns beyond the table, or save the table as CSV.",
    )  # fmt: skip
    yield OddFile(name="cut_short.xlsx", content=workbook(_table)[:3000], refusal=DAMAGED)
    yield OddFile(name="nonsense_inside.xlsx", content=_with_part("xl/worksheets/sheet1.xml", b"<sheet"), refusal=" … ")
    yield OddFile(name="entities.xlsx", content=_with_part("xl/workbook.xml", _ENTITIES), refusal=DAMAGED)
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    yield OddFile(
        name="with_password.xlsx", content=encrypted,
        refusal="The workbook must be readable without a password, and it is encrypted. Open it in Excel, remove the "
        "password (File, Info, Protect Workbook) and save it again.",
    )  # fmt: skip
    yield OddFile(name="open_document.ods", content=_open_document(), table=COLUMNS)


def workbook(fill: Callable[[Any], None]) -> bytes:
    """A workbook whose first sheet is filled by a function."""
    book = openpyxl.Workbook()
    fill(book.active)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _table(sheet: Any) -> None:
    sheet.append(list(COLUMNS))
    for row in zip(*COLUMNS.values(), strict=True):
        sheet.append(list(row))


def _cover_first(sheet: Any) -> None:
    sheet.title = "Read me"
    sheet.append(["Cohort of two centres"])
    sheet.append(["Data cut-off", "2024-03-31"])
    _table(sheet.parent.create_sheet("Patients"))


def _title_and_notes(sheet: Any) -> None:
    sheet.append(["Survival of the cohort"])
    sheet.append([])
    _table(sheet)
    sheet.append([])
    sheet.append(["* follow-up until 2024-03-31"])


def _merged_headings(sheet: Any) -> None:
    sheet.append(["id", "arm", "PFS", None, "OS", None])
    sheet.append([None, None, "months", "event", "months", "event"])
    for place in ("A1:A2", "B1:B2", "C1:D1", "E1:F1"):
        sheet.merge_cells(place)
    for row in zip(*_merged_table().values(), strict=True):
        sheet.append(list(row))


def _merged_table() -> dict[str, list[Any]]:
    return {
        "id": COLUMNS["id"],
        "arm": COLUMNS["arm"],
        "PFS months": COLUMNS["os"],
        "PFS event": [1] * 8,
        "OS months": [time + 1 for time in COLUMNS["os"]],
        "OS event": COLUMNS["died"],
    }


def _merged_cells(sheet: Any) -> None:
    """Patients 2 and 3 are both men, and the word stands once for the two."""
    _table(sheet)
    sheet.merge_cells("D3:D4")


def _dates(sheet: Any) -> None:
    sheet.append([*COLUMNS, "index_date"])
    for month, row in enumerate(zip(*COLUMNS.values(), strict=True), start=1):
        sheet.append([*row, datetime(2022, month, 15)])


def _errors(sheet: Any) -> None:
    _table(sheet)
    cell = sheet.cell(row=4, column=3)
    cell.value, cell.data_type = "#DIV/0!", "e"


def _formulas(sheet: Any) -> None:
    _table(sheet)
    sheet.cell(row=2, column=3).value = "=2022-1961"


def _far_cell(sheet: Any) -> None:
    _table(sheet)
    sheet["XFD1048576"] = 1


_ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
)


def _with_part(part: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(_table))) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), content if name == part else source.read(name))
    return packed.getvalue()


def _open_document() -> bytes:
    rows = [list(COLUMNS), *zip(*COLUMNS.values(), strict=True)]
    body = "".join(f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in rows)
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="Patients">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(zipfile.ZipInfo("content.xml"), text)
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), _MANIFEST)
    return packed.getvalue()


_MANIFEST = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'


def _open_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
