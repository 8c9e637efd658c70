"""Where no font of this machine has a label's letters, that is said beside the figures' downloads."""

import io
from collections.abc import Iterator

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study_file import load_study, study_values
from charts import fonts
from tests.pages.conftest import ROOT, assert_sound, open_downloads, words
from ui.form import form_from_settings
from ui.workspace import Workspace

LABEL = "렌바티닙"
SENTENCE = f"No font here has these letters: {LABEL}"


@pytest.fixture
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that has the fonts that come along, and no other."""
    caches = (fonts.print_fonts, fonts.drawable_letters, fonts.printed_width)
    monkeypatch.setattr(fonts, "PRINT_FALLBACK_FONTS", ())
    for found in caches:
        found.cache_clear()
    yield
    for found in caches:
        found.cache_clear()


def desk_of(label: str) -> Workspace:
    folder = ROOT / "sample_data"
    table = pd.read_csv(folder / "cohort.csv", dtype=str, keep_default_na=False)
    table["arm"] = table["arm"].replace({"LEN": label})
    values = study_values(load_study((folder / "study.yaml").read_text(encoding="utf-8")))
    values["treatment"]["treated"] = label
    values["outcomes"].pop("response", None)
    buffer = io.StringIO()
    table.to_csv(buffer, index=False)
    cohort = read_cohort(buffer.getvalue().encode(), "cohort.csv")
    form = form_from_settings([str(column) for column in table.columns], StudySettings.model_validate(values))
    return Workspace(cohort, "cohort.csv", form)


@pytest.mark.usefixtures("without_fonts")
def test_letters_that_no_font_has_are_named_beside_the_downloads(app: AppTest) -> None:
    app.session_state["workspace"] = desk_of(LABEL)
    page = open_downloads(app.switch_page("pages/survival.py").run())
    assert SENTENCE in words(page).replace("\\", "")
    page = app.switch_page("pages/report.py").run()
    assert_sound(page)
    assert SENTENCE in words(page).replace("\\", "")


@pytest.mark.usefixtures("without_fonts")
def test_nothing_is_said_where_every_letter_can_be_printed(app: AppTest) -> None:
    for name in ("survival", "report"):
        assert "No font here" not in words(open_downloads(app.switch_page(f"pages/{name}.py").run()))
