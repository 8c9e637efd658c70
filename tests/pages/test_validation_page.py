"""The page of known answers: reached from the report and by its address, with what agrees and what differs."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from analysis.outcomes.competing import gray
from tests.pages.conftest import assert_sound, words

Show = Callable[[str], AppTest]


def table(page: AppTest):
    return next(item.value for item in page.dataframe if "Known from" in item.value.columns)


def test_everything_agrees_and_is_filtered_by_part(show: Show) -> None:
    page = show("validation")
    assert "62 of 62 known answers agree" in page.success[0].value.replace("\\", "")
    assert len(table(page)) == 62
    assert set(table(page)["Answer"]) == {"✓ agrees"}
    assert "survival 3.5-3" in words(page).replace("\\", "")
    page.selectbox(key="validation group").set_value("RECIST").run()
    assert_sound(page)
    assert list(table(page)["Check"]) == [f"RECIST 1.1, table {number}" for number in (1, 2, 3)]


def test_what_differs_is_told_and_computed_again(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    page = show("validation")
    with monkeypatch.context() as patch:
        patch.setattr(gray, "gray_sums", lambda *_: (3.0, 1.0, 1.0))
        next(button for button in page.button if button.label == "Compute again").click().run()
        assert_sound(page)
    assert "61 of 62 known answers agree" in page.error[0].value.replace("\\", "")
    page.button_group(key="validation shown").set_value("Differences").run()
    assert list(table(page)["Check"]) == ["Gray's test"]
    assert list(table(page)["Answer"]) == ["✗ differs"]


def test_the_report_leads_there(show: Show) -> None:
    links = [item.proto.page for item in show("report").get("page_link")]
    assert "validation" in links
