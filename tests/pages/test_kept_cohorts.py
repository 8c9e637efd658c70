"""Cohorts that the server keeps: offered by name, opened by column, and nothing outside the folder."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from analysis.cohort.reading_stores import read_stored_cohort
from analysis.errors import CohortInputError
from tests.pages.conftest import assert_sound
from tests.pages.test_intake import intake, press, text, workspace
from ui.intake import kept_cohorts
from ui.intake.kept_cohorts import kept_folder, kept_names, kept_size, read_kept

Show = Callable[[str], AppTest]
ROWS = 40
TABLE = pd.DataFrame(
    {
        "patient": [f"P{row:03d}" for row in range(ROWS)],
        "arm": [("LEN", "SOR")[row % 2] for row in range(ROWS)],
        "age": [41.0 + row for row in range(ROWS)],
        "os_months": [1.5 + row * 7 % 30 for row in range(ROWS)],
        "os_event": [float(row * 7 % 3 % 2) for row in range(ROWS)],
        "email": [f"someone{row}@example.org" for row in range(ROWS)],
    }
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    kept = tmp_path / "kept"
    (kept / "registry").mkdir(parents=True)
    pq.write_table(pa.Table.from_pandas(TABLE.iloc[:25], preserve_index=False), kept / "registry" / "0.parquet")
    pq.write_table(pa.Table.from_pandas(TABLE.iloc[25:], preserve_index=False), kept / "registry" / "1.parquet")
    with duckdb.connect(kept / "hospital.duckdb") as connection:
        connection.register("given", pa.Table.from_pandas(TABLE, preserve_index=False))
        connection.execute("CREATE TABLE patients AS SELECT * FROM given")
        connection.execute("CREATE TABLE visits AS SELECT 1 AS visit, 2 AS day")
    with sqlite3.connect(kept / "small.sqlite") as other:
        TABLE.to_sql("patients", other, index=False)
    other.close()
    monkeypatch.setenv(kept_cohorts.FOLDER, str(kept))
    return kept


def test_the_server_keeps_none_unless_it_is_said(show: Show, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for value in (None, "", str(tmp_path / "absent")):
        monkeypatch.delenv(kept_cohorts.FOLDER, raising=False)
        if value is not None:
            monkeypatch.setenv(kept_cohorts.FOLDER, value)
        assert kept_folder() is None
    assert "kept on the server" not in str(show("data").expander)


def test_a_cohort_is_opened_by_its_name_with_the_columns_chosen(show: Show, folder: Path) -> None:
    page = show("data")
    page = page.selectbox(key="kept name").select("hospital.duckdb").run()
    assert str(folder) not in text(page)
    page = page.selectbox(key="kept table hospital.duckdb").select("patients").run()
    assert "40 rows, 6 columns." in text(page)
    columns = ["arm", "age", "os_months", "os_event"]
    page = page.multiselect(key="kept columns hospital.duckdb patients").set_value(columns).run()
    page = press(page, "Open the cohort")
    desk = workspace(page)
    assert (desk.name, desk.form.file, desk.form.table) == ("hospital.duckdb", "hospital.duckdb", "patients")
    pd.testing.assert_frame_equal(desk.cohort.table, TABLE[columns])
    wanted = dict.fromkeys(columns, "chosen")
    again = read_stored_cohort(folder / "hospital.duckdb", wanted=lambda _: wanted, table="patients")
    assert desk.cohort.sha256 == again.sha256
    assert "DuckDB database, table “patients”." in text(page)
    assert "Read where the server keeps it." in text(page)


def test_patients_data_of_a_kept_cohort_are_decided_upon_first(show: Show, folder: Path) -> None:
    page = show("data")
    page = page.selectbox(key="kept name").select("registry").run()
    page = press(page, "Open the cohort")
    found = intake(page)
    assert found is not None
    assert found.waits
    assert [item.column for item in found.personal] == ["email"]
    assert workspace(page).name == "sample study"
    page = press(page, "Use this cohort")
    assert "email" not in workspace(page).cohort.table
    assert len(workspace(page).cohort.table) == ROWS


def test_a_wide_cohort_asks_for_its_columns_first(show: Show, folder: Path) -> None:
    wide = TABLE.assign(**{f"lab_{number}": 1.0 for number in range(60)})
    pq.write_table(pa.Table.from_pandas(wide, preserve_index=False), folder / "wide.parquet")
    page = show("data")
    page = page.selectbox(key="kept name").select("wide.parquet").run()
    assert next(button for button in page.button if button.label == "Open the cohort").disabled
    page = page.multiselect(key="kept columns wide.parquet None").set_value(["arm", "age"]).run()
    page = press(page, "Open the cohort")
    assert list(workspace(page).cohort.table) == ["arm", "age"]


def test_what_cannot_be_read_is_said_and_the_desk_stays(show: Show, folder: Path) -> None:
    (folder / "broken.duckdb").write_bytes(bytes(8) + b"DUCK" + bytes(9000))
    page = show("data")
    page = page.selectbox(key="kept name").select("broken.duckdb").run()
    assert_sound(page)
    assert any("must be sound and readable" in box.value for box in page.error)
    assert workspace(page).name == "sample study"


def test_nothing_outside_the_folder_is_offered_or_opened(folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    pq.write_table(pa.Table.from_pandas(TABLE, preserve_index=False), outside / "secret.parquet")
    (folder / "link.parquet").symlink_to(outside / "secret.parquet")
    (folder / "linked").symlink_to(outside)
    (folder / "mixed").mkdir()
    pq.write_table(pa.Table.from_pandas(TABLE, preserve_index=False), folder / "mixed" / "0.parquet")
    (folder / "mixed" / "1.parquet").symlink_to(outside / "secret.parquet")
    (folder / ".hidden.parquet").write_bytes((outside / "secret.parquet").read_bytes())
    (folder / "notes.txt").write_text("not a cohort")
    assert kept_names(folder) == ("hospital.duckdb", "registry", "small.sqlite")
    for name in (
        "../outside/secret.parquet", "..", "", ".", "link.parquet", "linked", "mixed", "mixed/0.parquet", ".hidden.parquet",
        "notes.txt", str(outside / "secret.parquet"), "registry/../../outside", "registry\0",
    ):  # fmt: skip
        with pytest.raises(CohortInputError, match="must be one of those the server offers"):
            kept_size(folder, name, None)
        with pytest.raises(CohortInputError, match="must be one of those the server offers"):
            read_kept(folder, name, None, ())


def test_more_than_a_screen_holds_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_cohorts, "CELL_LIMIT", 100)
    with pytest.raises(
        CohortInputError, match=r"Up to 100 cells are read on screen, and 6 columns of 40 rows are 240\."
    ):
        read_kept(folder, "registry", None, ())
    assert read_kept(folder, "registry", None, ("arm", "age")).cohort is not None
