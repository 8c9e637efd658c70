"""A study with imputed covariates on its pages: which set is shown, and what all sets give together."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from charts.style import format_interval, format_ratio
from tests.analysis.study.cases import cohort_of, holed_table, imputed_result, study
from tests.pages.conftest import assert_sound, words
from ui.form import form_from_settings
from ui.workspace import Workspace

MARKUP = re.compile(r"<[^>]+>|\\")


@pytest.fixture
def imputed(app: AppTest) -> Callable[[str], AppTest]:
    """Go to a page of the study with holes."""
    cohort = cohort_of(holed_table())
    form = form_from_settings([str(column) for column in cohort.table.columns], study())
    app.session_state["workspace"] = Workspace(cohort, "cohort.csv", form)

    def go(name: str) -> AppTest:
        page = app.switch_page(f"pages/{name}.py").run()
        assert_sound(page)
        return page

    return go


def read(page: AppTest) -> str:
    return MARKUP.sub("", words(page))


def test_the_pages_show_the_pooled_effects_and_say_which_set_is_shown(imputed: Callable[[str], AppTest]) -> None:
    ratio = imputed_result().imputation.after.survival[0].hazard_ratio
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    overview = read(imputed("overview"))
    assert f"HR {format_ratio(ratio.estimate)}" in overview
    assert "pooled over 4 imputed sets" in overview
    assert "imputed set 1 of 4" in overview
    page = imputed("survival")
    shown = read(page)
    assert "imputed set 1 of 4" in shown
    assert f"HR pooled over 4 imputed sets, the one to report: {format_ratio(ratio.estimate)} ({interval})." in shown
    tables = [table.value for table in page.dataframe if "Pooled estimate (CI)" in table.value]
    assert f"{format_ratio(ratio.estimate)} ({interval})" in tables[0]["Pooled estimate (CI)"].tolist()
    page = imputed("response")
    assert "Difference in points pooled over 4 imputed sets, the one to report: RECIST" in read(page)
    assert any("Pooled estimate (CI)" in table.value for table in page.dataframe)


def test_a_pooled_effect_cannot_be_taken_for_that_of_the_set_shown(
    app: AppTest, imputed: Callable[[str], AppTest]
) -> None:
    """The first table has the pooled hazard ratio; whatever is of one set has the set's number beside it."""
    result = imputed_result()
    pooled = result.imputation.after.survival[0].hazard_ratio
    one = result.after.survival[0].comparison.cox
    assert format_ratio(pooled.estimate) != format_ratio(one.hazard_ratio)
    page = imputed("survival")
    endpoints = page.dataframe[0].value
    assert endpoints["After, pooled: HR"].tolist() == [
        f"{format_ratio(pooled.estimate)} ({format_interval(pooled.ci_lower, pooled.ci_upper, format_ratio)})"
    ]
    assert "After, set 1: median" in endpoints
    assert not {"After, set 1: HR", "After: HR"} & set(endpoints)
    shown = read(page)
    assert "After matching, imputed set 1 of 4: " in shown
    assert shown.index("pooled over 4 imputed sets: ") < shown.index("After matching, imputed set 1 of 4: ")
    assert "After matching, imputed set 1 of 4: " in read(imputed("response"))
    app.session_state["section of survival"] = "Tests and models"
    (tests,) = [table.value for table in imputed("survival").dataframe if "Estimate" in table.value]
    assert tests["After, set 1"].tolist()[0].startswith(format_ratio(one.hazard_ratio))


@pytest.mark.parametrize("name", ["survival", "response", "subgroups", "robustness"])
def test_a_page_of_outcomes_says_what_is_pooled_and_what_is_not(imputed: Callable[[str], AppTest], name: str) -> None:
    shown = read(imputed(name))
    assert "whatever is not said to be pooled is of imputed set 1 of 4" in shown
    assert "are not pooled" in shown


@pytest.mark.parametrize("section", ["Caliper", "Left out", "Pairs", "Score"])
def test_a_section_of_the_design_says_which_set_it_is_of(
    app: AppTest, imputed: Callable[[str], AppTest], section: str
) -> None:
    app.session_state["section of matching"] = section
    text = read(imputed("matching"))
    _, _, beneath = text.partition(f"## {section}")
    assert "imputed set 1 of 4" in beneath
