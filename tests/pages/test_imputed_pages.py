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
    assert f"HR pooled over 4 imputed sets: {format_ratio(ratio.estimate)} ({interval})." in shown
    tables = [table.value for table in page.dataframe if "Pooled estimate (CI)" in table.value]
    assert f"{format_ratio(ratio.estimate)} ({interval})" in tables[0]["Pooled estimate (CI)"].tolist()
    page = imputed("response")
    assert "Difference in points pooled over 4 imputed sets: RECIST" in read(page)
    assert any("Pooled estimate (CI)" in table.value for table in page.dataframe)
