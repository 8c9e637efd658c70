"""The way in: what was read is said, can be read differently, and patients' data are decided upon before anything is used."""

import gc
import io
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from analysis.study_file import study_yaml
from tests.pages.conftest import assert_sound, words
from ui.intake.intake import Intake
from ui.workspace import Workspace

Show = Callable[[str], AppTest]
ROWS = 40


def patients(**more: list[str]) -> bytes:
    """A made-up cohort with whatever columns are given besides arm, age and overall survival."""
    columns: dict[str, list[str]] = {
        **more,
        "arm": [("LEN", "SOR")[row % 2] for row in range(ROWS)],
        "age": [str(41 + row) for row in range(ROWS)],
        "os_months": [f"{1.5 + row * 7 % 30:.1f}" for row in range(ROWS)],
        "os_event": [str(row * 7 % 3 % 2) for row in range(ROWS)],
    }
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines).encode()


def names() -> list[str]:
    return [
        "김이박최"[row % 4] + "민수영희지훈서연도윤"[row % 10] + "하은준호진우가나다라"[row // 4] for row in range(ROWS)
    ]


def records() -> list[str]:
    return [str(40000001 + 1037449 * row) for row in range(ROWS)]


def workspace(page: AppTest) -> Workspace:
    desk: Workspace = page.session_state["workspace"]
    return desk


def intake(page: AppTest) -> Intake | None:
    found: Intake | None = page.session_state.get("intake", None)
    return found


def drop(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    uploader = page.file_uploader[0]
    for name, content in files:
        uploader.upload(name, content)
    page = uploader.run()
    assert_sound(page)
    return page


def press(page: AppTest, label: str) -> AppTest:
    page = next(button for button in page.button if button.label == label).click().run()
    assert_sound(page)
    return page


def text(page: AppTest) -> str:
    return words(page).replace("\\", "")


def test_a_cohort_without_patients_data_is_used_at_once_and_its_reading_is_said(show: Show) -> None:
    page = drop(show("data"), ("cohort.csv", patients()))
    assert workspace(page).name == "cohort.csv"
    assert "Text of separated values, read as UTF-8, names of the columns in row 1." in text(page)
    assert "on the desk" in text(page)
    assert "Patients’ data" not in text(page)


def test_nothing_is_used_before_a_person_decides(show: Show) -> None:
    page = drop(show("data"), ("list.csv", patients(mrn=records(), 성명=names())))
    assert workspace(page).is_sample
    assert "2 columns may tell who a patient is." in text(page)
    assert "not used yet" in text(page)
    choices = page.get("button_group")
    assert [choice.proto.label for choice in choices] == ["What becomes of mrn", "What becomes of 성명"]
    page = press(page, "Use this cohort")
    desk, present = workspace(page), intake(page)
    assert desk.name == "list.csv"
    assert "성명" not in desk.cohort.table
    assert desk.cohort.table["mrn"].str.fullmatch("[0-9a-f]{16}").all()
    assert present is not None
    assert present.content is None
    assert "The file itself is no longer in memory" in text(page)
    assert [note.code for note in desk.cohort.notes][-1] == "protected"


def test_an_intake_can_be_cancelled(show: Show) -> None:
    page = press(drop(show("data"), ("list.csv", patients(성명=names()))), "Cancel")
    assert intake(page) is None
    assert workspace(page).is_sample
    assert "may tell who a patient is" not in text(page)


def test_a_choice_that_leaves_no_cohort_is_refused_on_the_card(show: Show) -> None:
    lines = ["성명,note", *(f"{name},remark number {row} of the doctor on duty" for row, name in enumerate(names()))]
    page = press(drop(show("data"), ("list.csv", "\n".join(lines).encode())), "Use this cohort")
    assert "A cohort needs several columns, and 0 would remain" in text(page)
    assert workspace(page).is_sample


def test_another_sheet_is_read_at_once_in_place_of_the_first_reading(show: Show) -> None:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream) as book:
        pd.read_csv(io.BytesIO(patients())).to_excel(book, sheet_name="First", index=False)
        pd.read_csv(io.BytesIO(patients())).head(30).to_excel(book, sheet_name="Second", index=False)
    page = drop(show("data"), ("book.xlsx", stream.getvalue()))
    assert "sheet “First”, one of 2" in text(page)
    sheet = next(box for box in page.selectbox if box.label == "Sheet")
    page = sheet.set_value("Second").run()
    assert_sound(page)
    assert len(workspace(page).cohort.table) == 30
    assert workspace(page).form.sheet == "Second"
    page = press(page, "Back to the earlier cohort")
    assert workspace(page).is_sample
    assert intake(page) is None


def test_the_row_of_names_and_the_order_of_dates_are_corrected_and_saved(show: Show) -> None:
    page = drop(show("data"), ("cohort.csv", b"a title\n" + patients()))
    row = next(box for box in page.number_input if box.label == "Row with the columns’ names")
    assert row.value == 2
    order = next(box for box in page.selectbox if box.label == "Dates such as 03/04/2024")
    page = order.set_value("day_first").run()
    assert_sound(page)
    assert workspace(page).form.date_order == "day_first"
    assert "dates with the day first" in text(page)


def test_the_file_can_be_forgotten_while_its_cohort_stays(show: Show) -> None:
    page = press(drop(show("data"), ("cohort.csv", patients())), "Forget the file")
    present = intake(page)
    assert present is not None
    assert present.content is None
    assert workspace(page).name == "cohort.csv"
    assert not [box for box in page.selectbox if box.label == "Dates such as 03/04/2024"]


def test_a_study_dropped_with_its_cohort_says_how_it_is_read(show: Show) -> None:
    page = drop(show("data"), ("cohort.csv", patients()))
    settings = workspace(page).state().settings
    assert settings is not None
    saved = settings.model_copy(
        update={"cohort": settings.cohort.model_copy(update={"encoding": "cp949", "date_order": "month_first"})}
    )
    page = press(page, "Delete everything now")
    page = drop(page, ("study.yaml", study_yaml(saved).encode()), ("cohort.csv", patients()))
    assert "Study file study.yaml is applied to the cohort." in text(page)
    assert "Korean (CP949)" in text(page)
    assert workspace(page).form.date_order == "month_first"
    assert workspace(page).state().settings == saved


def test_a_pasted_table_is_read(show: Show) -> None:
    page = show("data")
    page.text_area[0].set_value(patients().decode().replace(",", "\t")).run()
    page = press(page, "Read the table")
    assert "The pasted table" in text(page)
    assert len(workspace(page).cohort.table) == ROWS
    assert page.text_area[0].value in (None, "")
    page = press(page, "Read the table")
    assert "There is nothing to read yet" in text(page)


def test_of_several_cohorts_the_first_is_read(show: Show) -> None:
    page = drop(show("data"), ("a.csv", patients()), ("b.csv", patients()))
    assert workspace(page).name == "a.csv"
    assert "a.csv was read and 1 more was not" in text(page)


def test_a_file_that_cannot_be_read_leaves_the_desk_and_can_be_dismissed(show: Show) -> None:
    page = drop(show("data"), ("empty.csv", b""))
    assert "empty.csv could not be read" in text(page).replace("*", "")
    assert workspace(page).is_sample
    assert intake(page) is not None
    assert intake(press(page, "Dismiss")) is None


def strings_within(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bytes | bytearray):
        yield bytes(value).decode("utf-8", "replace")
    elif isinstance(value, np.ndarray) and value.dtype == object:
        yield from (item for item in value.ravel().tolist() if isinstance(item, str))
    elif isinstance(value, pa.Array | pa.ChunkedArray) and pa.types.is_string(value.type):
        yield from (item for item in value.to_pylist() if item is not None)


def holders(sentinel: str) -> list[str]:
    """What kinds of living objects hold a text, this test's own frames aside."""
    gc.collect()
    frames = {id(frame) for frame in sys._current_frames().values()}
    found = []
    seen: set[int] = set()
    for holder in gc.get_objects():
        if id(holder) in frames or type(holder).__name__ == "frame":
            continue
        for value in gc.get_referents(holder):
            if id(value) not in seen:
                seen.add(id(value))
                if any(sentinel in string and string is not sentinel for string in strings_within(value)):
                    found.append(f"{type(holder).__name__} of {type(value).__name__}")
    return found


@pytest.mark.parametrize("used", [True, False])
def test_deleting_everything_leaves_nothing_of_a_cell_in_memory(show: Show, used: bool) -> None:
    cells = [f"zq{row}" + "-" + "xw" for row in range(ROWS)]
    cells[3] = "".join(["sent", "inel", "qz7"])
    page = drop(show("data"), ("list.csv", patients(code=cells, 성명=names())))
    if used:
        page = press(page, "Use this cohort")
        assert "code" in workspace(page).cohort.table
    assert holders("".join(["sent", "inel", "qz7"])) != []
    page = press(page, "Delete everything now")
    assert workspace(page).is_sample
    # The test's runner itself remembers the file it uploaded; a browser's session has no such thing.
    forget_uploads(page)
    cells.clear()
    page = show("overview")
    assert holders("".join(["sent", "inel", "qz7"])) == []


def forget_uploads(page: AppTest) -> None:
    for name, value in vars(page).items():
        if "file" in name.lower() and isinstance(value, dict | list):
            value.clear()


def test_a_bug_on_the_page_tells_nothing_of_a_cell(
    show: Show, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Sentinel-Cell-4711"

    def fail(*_: Any) -> None:
        raise ValueError(f"could not convert string to float: {secret}")

    page = drop(show("data"), ("cohort.csv", patients(code=[secret, *(f"c{row}" for row in range(ROWS - 1))])))
    assert workspace(page).name == "cohort.csv"
    monkeypatch.setattr("ui.upload.draw_intake", fail)
    page = page.run()
    assert "Something went wrong that is not your doing" in text(page)
    assert secret not in text(page)
    assert secret not in caplog.text
    monkeypatch.undo()
    monkeypatch.setattr("ui.session.go_back", fail)
    button = next(button for button in page.run().button if button.label == "Back to the earlier cohort")
    page = button.click().run()
    assert page.exception == []  # Streamlit's own box would quote it
    (fault,) = (
        box.value for box in page.error
    )  # what else stands on the page is the cohort's preview, which is its owner's
    assert fault.startswith("Something went wrong that is not your doing")
    assert "ValueError at test_intake.py:" in fault
    assert secret not in fault
    assert secret not in caplog.text
