"""What a page says when there is nothing to show: one clear sentence, and what to do next."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound, words
from ui.form.columns import EVENT, OUTCOME_ROLES, RESPONDER, RESPONSE, TIME, UNUSED, ColumnRole
from ui.ledger.record import Record
from ui.robustness.sections import SECTIONS as ROBUSTNESS

Show = Callable[[str], AppTest]
PAGES = ("overview", "matching", "survival", "response", "subgroups", "robustness", "report")
RESULTS = ("overview", "survival", "response", "subgroups", "robustness")


def told(page: AppTest) -> str:
    assert_sound(page)
    return words(page).replace("\\", "")


def links(page: AppTest) -> list[str]:
    return [link.proto.label for link in page.get("page_link")]


def without(app: AppTest, *roles: str) -> None:
    """Take every column of these roles out of the study."""
    desk = app.session_state["workspace"]
    kept = [item if item.role not in roles else ColumnRole(column=item.column, role=UNUSED) for item in desk.form.roles]
    desk.change(replace(desk.form, roles=tuple(kept), response_changes={}, negative_control=None, landmark=None))


@pytest.mark.parametrize("name", PAGES)
def test_without_outcomes_a_page_says_what_is_needed_and_leads_there(show: Show, app: AppTest, name: str) -> None:
    without(app, *OUTCOME_ROLES)
    page = show(name)
    assert told(page).count("At least one outcome is needed: a time with its event, or a response") >= 1
    assert "Go to Data" in links(page)


@pytest.mark.parametrize("name", PAGES)
def test_without_covariates_a_page_says_what_is_needed_and_leads_there(show: Show, app: AppTest, name: str) -> None:
    app.multiselect(key="covariates").set_value([]).run()
    page = show(name)
    assert "At least one column must be a covariate, by which the arms are made comparable" in told(page)
    assert "Go to Data" in links(page)


@pytest.mark.parametrize("name", RESULTS)
def test_covered_outcomes_are_said_with_the_ways_to_uncover_them(app: AppTest, name: str) -> None:
    page = app.switch_page("pages/data.py").run()
    desk = page.session_state["workspace"]
    desk.record = Record()
    page.run().toggle(key="open blinded").set_value(True).run()
    page = page.switch_page(f"pages/{name}.py").run()
    assert told(page).count("### :material/visibility_off: Outcomes are covered") == 1
    assert {"Lock the plan", "Open outcomes now"} <= {button.label for button in page.button}
    assert "Go to Matching" in links(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_cohort_without_responses_is_shown_without_them(show: Show, app: AppTest, name: str) -> None:
    without(app, RESPONSE, RESPONDER)
    page = show(name)
    text = told(page)
    if name == "response":
        assert "This study has no response. Give a column of best responses on the Data page." in text
        assert "Go to Data" in links(page)
    else:
        assert page.get("plotly_chart") or page.dataframe or "Kaplan" in text


def test_a_cohort_without_survival_says_so_where_curves_would_be(show: Show, app: AppTest) -> None:
    without(app, TIME, EVENT)
    page = show("survival")
    assert "This study has no time to an event. Give a time and its event on the Data page." in told(page)
    assert "Go to Data" in links(page)
    for name in PAGES:
        told(show(name))


@pytest.mark.parametrize("name", PAGES)
def test_without_a_single_pair_a_page_says_what_to_change(show: Show, app: AppTest, name: str) -> None:
    app.session_state["workspace"].change_matching(caliper=1e-9)
    page = show(name)
    text = told(page)
    assert "Widen the caliper" in text
    assert "What is shown below is the cohort as it is" in text
    if name == "report":
        assert "A report can be had once patients are matched or weighted" in text
        assert "Results, tables and figures can be had once patients are matched or weighted" in text


@pytest.mark.parametrize("section", ROBUSTNESS)
def test_without_a_single_pair_no_section_of_robustness_is_left_blank(show: Show, app: AppTest, section: str) -> None:
    app.session_state["workspace"].change_matching(caliper=1e-9)
    page = show("robustness")
    page.session_state["section of robustness"] = section
    page = page.run()
    text = told(page)
    assert (
        page.dataframe or page.info or [button for button in page.button if (button.key or "").startswith("start ")]
    ), text
