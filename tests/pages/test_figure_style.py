"""The choice of a journal for printed figures: kept in the study, shown in a preview, followed by the files."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from analysis.settings import ManuscriptSettings
from analysis.study_file import study_yaml
from charts.files import figure_file
from charts.journal import JOURNALS
from tests.pages.conftest import assert_sound, open_downloads, words
from ui.exhibit import Exhibit, printed_file
from ui.workspace import Workspace

Show = Callable[[str], AppTest]


def desk_of(page: AppTest) -> Workspace:
    desk: Workspace = page.session_state["workspace"]
    return desk


def test_the_choice_is_kept_in_the_study_file_and_names_the_files(show: Show) -> None:
    page = show("report")
    page.selectbox(key="journal of figures all").set_value("lancet").run()
    page.selectbox(key="column of figures all").set_value("single").run()
    page.selectbox(key="resolution of figures all").set_value(600).run()
    page = page.selectbox(key="palette of figures all").set_value("grey").run()
    assert_sound(page)
    desk = desk_of(page)
    assert desk.form.manuscript == ManuscriptSettings(journal="lancet", column="single", resolution=600, palette="grey")
    settings = desk.state().settings
    assert settings is not None
    assert "journal: lancet" in study_yaml(settings)
    assert "PNG, 600 dpi, ZIP" in [button.proto.label for button in page.get("download_button")]
    assert JOURNALS["lancet"].doubt in words(page)
    page = page.selectbox(key="palette of figures all").set_value("").run()
    assert desk_of(page).form.manuscript.palette is None
    desk_of(page).undo()
    assert page.run().selectbox(key="palette of figures all").value == "grey"


def test_a_preview_is_drawn_only_when_asked_for_and_says_what_was_found(show: Show) -> None:
    page = show("overview")
    assert not page.get("download_button")
    page = open_downloads(page)
    assert not page.get("image")
    toggle = next(item for item in page.toggle if str(item.key).startswith("printed survival"))
    page = toggle.set_value(True).run()
    assert_sound(page)
    assert len(page.get("image")) == 1
    assert "Some journals ask to end it there" in words(page)
    vision = next(item for item in page.get("button_group") if "vision survival" in item.proto.id)
    page = vision.set_value("grey").run()
    assert_sound(page)


def test_a_study_file_with_an_unknown_journal_prints_in_the_houses_look(show: Show) -> None:
    page = show("report")
    desk = desk_of(page)
    desk.change(replace(desk.form, manuscript=ManuscriptSettings(journal="Vogue", palette="neon", resolution=600)))
    page = page.run()
    assert_sound(page)
    assert page.selectbox(key="journal of figures all").value == "house"


def test_a_file_is_printed_as_asked(show: Show) -> None:
    from charts.survival import survival_publication
    from tests.charts.cases import PLAIN, survival

    exhibit = Exhibit(
        name="survival OS", title="OS", caption="", alt="", figure=lambda theme: None, table=lambda: None,  # type: ignore[arg-type, return-value]
        publication=lambda: survival_publication(survival("before"), population="before", outcome="OS", **PLAIN),
    )  # fmt: skip
    content = printed_file(exhibit, "png", ManuscriptSettings(journal="nature", column="single", resolution=600))
    with Image.open(io.BytesIO(content)) as image:
        assert image.width == pytest.approx(89 / 25.4 * 600, abs=1)
    assert printed_file(exhibit, "svg", ManuscriptSettings()) == figure_file(exhibit.publication(), "svg")
