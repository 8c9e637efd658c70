"""The manuscript on the Report page: made on demand, kept while it is true, in the language that is chosen."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound, words
from ui.ledger.record import Record
from ui.workspace import Workspace

Show = Callable[[str], AppTest]


def labels(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def press(page: AppTest, key: str) -> AppTest:
    page = page.button(key=key).click().run()
    assert_sound(page)
    return page


def made(page: AppTest, name: str) -> bytes:
    content: bytes = page.session_state[f"kept:document {name}"][1]
    return content


def test_a_report_is_made_when_asked_for_and_offered_until_the_study_changes(show: Show) -> None:
    page = show("report")
    assert not [label for label in labels(page) if label.startswith("Download: ")]
    page = press(page, "make slides")
    assert "Download: Slides, PowerPoint" in labels(page)
    with zipfile.ZipFile(io.BytesIO(made(page, "slides"))) as archive:
        assert "ppt/slides/slide5.xml" in archive.namelist()
    desk: Workspace = page.session_state["workspace"]
    desk.change_matching(caliper=0.3)
    page = page.run()
    assert "Download: Slides, PowerPoint" not in labels(page)
    assert page.session_state["kept:document slides"] is None


def test_language_is_a_choice_of_the_study_and_documents_follow(show: Show) -> None:
    page = show("report")
    page = page.selectbox(key="language of the manuscript").set_value("ko").run()
    desk: Workspace = page.session_state["workspace"]
    assert desk.form.manuscript.language == "ko"
    page = press(page, "make report word")
    document = docx.Document(io.BytesIO(made(page, "report word")))
    headings = [item.text for item in document.paragraphs if item.style.name == "Heading 1"]
    assert headings[:2] == ["방법", "결과"]


def test_text_and_checklists_are_read_and_copied_on_the_page(show: Show) -> None:
    page = show("report")
    page = page.segmented_control(key="manuscript read here").set_value("Methods").run()
    assert_sound(page)
    assert "propensity score" in page.code[0].value
    page = page.segmented_control(key="manuscript read here").set_value("Checklists").run()
    assert_sound(page)
    assert "items filled from the run" in words(page)


@pytest.mark.parametrize("asked", [True, False])
def test_patients_rows_go_into_a_capsule_only_when_asked_for(show: Show, asked: bool) -> None:
    page = show("report")
    if asked:
        page = page.checkbox(key="capsule with patients").check().run()
    assert ("The capsule will hold a row for every patient" in words(page)) is asked
    page = page.number_input(key="hide below").set_value(10).run()
    assert_sound(page)
    assert "capsule with patients" not in [box.key for box in page.checkbox]


def test_nothing_is_offered_while_outcomes_are_covered(app: AppTest) -> None:
    page = app.switch_page("pages/data.py").run()
    page.session_state["workspace"].record = Record()
    page = page.run().toggle(key="open blinded").set_value(True).run()
    page = page.switch_page("pages/report.py").run()
    assert_sound(page)
    assert "A report can be had once outcomes are uncovered." in words(page)
    assert "Capsule, ZIP" not in labels(page)
    assert "make report word" not in [button.key for button in page.button]
