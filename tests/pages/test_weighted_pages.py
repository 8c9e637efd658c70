"""Pages of a study whose patients are weighted, or stand in sets of any size: words, tests and numbers follow."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study_file import load_study, study_values
from tests.pages.conftest import ROOT, assert_sound, choose, words
from ui.form import form_from_settings
from ui.workspace import Workspace


@pytest.fixture
def page_of(app: AppTest) -> Callable[[dict[str, Any], str], AppTest]:
    """A page of the sample study under another design."""
    cohort = read_cohort((ROOT / "sample_data" / "cohort.csv").read_bytes(), "cohort.csv")
    values = study_values(load_study((ROOT / "sample_data" / "study.yaml").read_text(encoding="utf-8")))
    del values["matching"]

    def go(design: dict[str, Any], name: str) -> AppTest:
        settings = StudySettings.model_validate(values | design)
        form = form_from_settings([str(column) for column in cohort.table.columns], settings)
        app.session_state["workspace"] = Workspace(cohort, "cohort.csv", form)
        page = app.switch_page(f"pages/{name}.py").run()
        assert_sound(page)
        return page

    return go


OVERLAP = {"weighting": {"method": "overlap"}}
FULL = {"matching": {"method": "full"}}


def test_an_undone_weighting_puts_the_switch_where_it_stood(show: Callable[[str], AppTest]) -> None:
    page = choose(show("overview"), "Compare")
    page = choose(page, "Weighted")
    assert page.session_state["population"] == "Weighted"
    page = press(page, "Undo")
    assert page.session_state["population"] == "Compare"
    assert "Compare: before and matched." in words(page)
    page = press(page, "Redo")
    assert page.session_state["population"] == "Weighted"
    page = press(choose(page, "Before"), "Undo")
    assert page.session_state["population"] == "Compare"


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_a_weighted_study_speaks_of_weighting_on_every_page(
    page_of: Callable[[dict[str, Any], str], AppTest],
) -> None:
    overview = words(page_of(OVERLAP, "overview"))
    assert "PFS, after weighting" in overview
    assert "robust log-rank p = 0.070" in overview
    assert "Robust Wald p = 0.101" in overview
    survival, response = words(page_of(OVERLAP, "survival")), words(page_of(OVERLAP, "response"))
    assert "After weighting: Median PFS was" in survival
    assert "21 of 56 (32.4% weighted) with LEN" in response
    assert "Weighted cohort" in words(page_of(OVERLAP, "report"))
    for shown in (overview, survival, response):
        assert "after matching" not in shown.casefold()


def tables(page: AppTest) -> list[Any]:
    return [table.value for table in page.dataframe]


def test_tables_of_weighted_patients(app: AppTest, page_of: Callable[[dict[str, Any], str], AppTest]) -> None:
    endpoints, milestones = tables(page_of(OVERLAP, "survival"))
    app.session_state["section of survival"] = "Tests and models"
    _, tests = tables(page_of(OVERLAP, "survival"))
    assert endpoints["After: p"].tolist() == ["0.070 (robust)", "0.542 (robust)"]
    assert milestones["After: at risk"][0] == "56 (effective 34.6) at the start"
    assert not any("matched set" in name for name in tests["Estimate"])
    rates, differences, categories, every_test, _ = tables(page_of(OVERLAP, "response"))
    assert rates["Weighting"].unique().tolist() == categories["Weighting"].unique().tolist() == ["Before", "After"]
    assert "21/56, 32.4%* (19.3–49.0%)" in rates["LEN"].tolist()
    assert differences["p (test)"][1] == "0.101 (robust)"
    assert every_test["Named test"][1] == "robust"
    assert "Wald" in every_test


def test_sets_of_any_size_are_compared_by_their_weights(
    app: AppTest,
    page_of: Callable[[dict[str, Any], str], AppTest],
) -> None:
    app.session_state["section of survival"] = "Tests and models"
    _, tests = tables(page_of(FULL, "survival"))
    app.session_state["section of survival"] = "Curves"
    page = page_of(FULL, "survival")
    endpoints, _ = tables(page)
    assert endpoints["After: p"][0].endswith(" (robust)")
    assert not any("matched set" in name for name in tests["Estimate"])
    shown = words(page)
    assert "After matching: Median PFS was" in shown
    assert "of equal weight" in shown
    assert "clustered by matched set" not in shown
