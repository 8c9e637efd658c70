"""What leaves the Report page when small counts are to be hidden."""

import csv
import io
import zipfile
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound, open_downloads, words
from ui.downloads import hidden_figures, tables_archive
from ui.workspace import Workspace

Show = Callable[[str], AppTest]


def labels(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def hide_below(page: AppTest, below: int) -> AppTest:
    page = page.number_input(key="hide below").set_value(below).run()
    assert_sound(page)
    return page


def test_hiding_is_a_choice_of_the_study_and_can_be_undone(show: Show) -> None:
    page = show("report")
    assert "Matched cohort, CSV" in labels(page)
    page = hide_below(page, 10)
    desk: Workspace = page.session_state["workspace"]
    assert desk.form.exports.suppress_below == 10
    assert desk.state().settings is not None
    assert "Matched cohort, CSV" not in labels(page)
    assert "Counts of 1 to 9 patients, and what gives them away, are hidden" in words(page)
    desk.undo()
    assert "Matched cohort, CSV" in labels(page.run())


def test_files_of_the_report_page_hide_what_is_small(show: Show) -> None:
    page = hide_below(show("report"), 10)
    result = page.session_state["workspace"].result()
    assert result is not None
    with zipfile.ZipFile(io.BytesIO(tables_archive(result))) as archive:
        assert not {"patients.csv", "sets.csv", "curves.csv"} & set(archive.namelist())
        response = list(csv.DictReader(io.StringIO(archive.read("response.csv").decode("utf-8-sig"))))
    assert any(row["CR"] == "<10" or row["PR"] == "<10" for row in response)
    with zipfile.ZipFile(io.BytesIO(hidden_figures(result, "svg"))) as archive:
        assert "balance_before_and_after.svg" in archive.namelist()
        assert "response_after.svg" not in archive.namelist()


def test_no_page_offers_a_file_that_would_show_a_hidden_count(show: Show) -> None:
    assert "CSV" in " ".join(labels(open_downloads(show("response"))))
    hide_below(show("report"), 10)
    for name in ("overview", "matching", "survival", "response", "data"):
        page = open_downloads(show(name))
        assert not [label for label in labels(page) if "CSV" in label], name
        assert "the Report page has the figures and tables without them" in words(page)
