"""From a hospital's file to a cohort that may be used: nothing before a person decides, nothing left anywhere after."""

import os
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_violations
from tests.browser.conftest import running_app
from tests.browser.steps import choose_option, go_to, open_app, screenshot, settle, upload

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
SURNAMES, GIVEN = "김이박최정", "민수영희지훈서연도윤하은준호"
SENTINEL = "Qzx" + "Sentinel" + "4711"


def hospital_list(path: Path) -> Path:
    """A made-up list as a Korean hospital would send it, with names, resident numbers and remarks."""
    rows = ["등록번호,성명,주민등록번호,생년월일,비고,arm,age,os_months,os_event"]
    for row in range(60):
        born = f"{31 + row % 50}{1 + row % 12:02}{1 + row % 28:02}"
        name = SURNAMES[row % 5] + GIVEN[row % 13] + GIVEN[row * 5 % 13]
        cells = [40000001 + 1037449 * row, name, f"{born}-1{234000 + 37 * row}", f"19{born[:2]}-{born[2:4]}-{born[4:]}"]
        cells += [
            f"보호자와 상담 {SENTINEL} {row}",
            "LEN" if row % 2 else "SOR",
            40 + row % 37,
            1.5 + row * 7 % 30,
            row % 3 % 2,
        ]
        rows.append(",".join(map(str, cells)))
    path.write_bytes("\n".join(rows).encode("cp949"))
    return path


def workbook(path: Path) -> Path:
    """A workbook of three sheets; the cohort has a title above it."""
    cohort = pd.read_csv(SAMPLE / "cohort.csv")
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        pd.DataFrame({"About": ["Exported for the study"]}).to_excel(book, sheet_name="About", index=False)
        cohort.to_excel(book, sheet_name="Patients", index=False, startrow=2)
        book.sheets["Patients"]["A1"] = "Second-line treatment"
        cohort.head(50).to_excel(book, sheet_name="Old export", index=False)
    return path


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_patients_data_are_decided_upon_before_anything_is_used(page: Page, address: str, tmp_path: Path) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, hospital_list(tmp_path / "list.csv"))
    expect(page.get_by_text("5 columns may tell who a patient is.")).to_be_visible()
    expect(page.locator(".mce-desk")).to_contain_text("sample study")
    expect(page.get_by_role("heading", name="How your file was understood")).to_have_count(0)
    assert serious_violations(page) == []
    screenshot(page, "patients_data")
    page.locator(".st-key-personal-0-3, [class*='st-key-personal-'][class*='-3']").get_by_text("Leave out").click()
    settle(page)
    page.get_by_role("button", name="Use this cohort").click()
    settle(page)
    expect(page.locator(".mce-desk")).to_contain_text("list.csv")
    expect(page.locator(".mce-intake")).to_contain_text(
        "성명, 주민등록번호, 생년월일, 비고 left out; 등록번호 replaced by a code"
    )
    expect(page.get_by_text("The file itself is no longer in memory")).to_be_visible()
    page.get_by_role("button", name="Delete everything now").click()
    settle(page)
    expect(page.locator(".mce-desk")).to_contain_text("sample study")
    expect(page.locator(".mce-intake")).to_have_count(0)


def test_another_sheet_of_a_workbook_is_read_at_once(page: Page, address: str, tmp_path: Path) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, workbook(tmp_path / "book.xlsx"))
    expect(page.locator(".mce-intake")).to_contain_text("sheet “Patients”, one of 3, names of the columns in row 3")
    page.get_by_text("Read it differently").click()
    expect(page.locator(".mce-preview tr.names")).to_contain_text("patient_id")
    screenshot(page, "read_differently")
    settle(page)
    choose_option(page, page.get_by_role("combobox", name="Sheet"), "Old export")
    expect(page.locator(".mce-intake")).to_contain_text("50 rows, 37 columns")
    expect(page.locator(".mce-desk")).to_contain_text("50 rows, 37 columns")


def test_a_pasted_table_is_read(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Data")
    page.get_by_text("Paste a table").click()
    table = (SAMPLE / "cohort.csv").read_text(encoding="utf-8").replace(",", "\t")
    page.get_by_role("textbox", name="Copy the cells in Excel").fill(table)
    page.get_by_role("button", name="Read the table").click()
    expect(page.locator(".mce-intake")).to_contain_text("The pasted table")
    expect(page.locator(".mce-desk")).to_contain_text("123 rows, 37 columns")


def test_nothing_of_a_cell_reaches_the_log_or_the_disk(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", os.fspath(scratch))
    ragged = files / "ragged.csv"
    ragged.write_text(f"id,arm,age\n1,A,61\n2,{SENTINEL},55,8,9\n3,A,4,4\n4,B,3\n", encoding="utf-8")
    broken = files / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04" + SENTINEL.encode() * 50)
    study = files / "study.yaml"
    study.write_text(f"treatment: [{SENTINEL}", encoding="utf-8")
    large = files / "large.csv"
    large.write_text("id,arm,age,os,dead\n" + f"{SENTINEL},A,61,3.5,1\n" * 90_000, encoding="utf-8")
    listed = hospital_list(files / "list.csv")
    log = tmp_path / "log.txt"
    with running_app(log) as address:
        open_app(page, address)
        go_to(page, "Data")
        for file in (ragged, broken, study, listed, large):
            upload(page, file)
            assert SENTINEL not in page.url
            if file in (broken, study, listed):
                assert SENTINEL not in page.content()
            for written in scratch.rglob("*"):
                assert not written.is_file() or SENTINEL.encode() not in written.read_bytes(), written.name
        page.get_by_role("button", name="Delete everything now").click()
        settle(page)
        page.goto("about:blank")  # a page still open would complain that its server ends
    assert SENTINEL not in log.read_text(encoding="utf-8")
    left = [path for path in scratch.rglob("*") if path.is_file() and SENTINEL.encode() in path.read_bytes()]
    assert left == []
