"""The sections of the page that asks whether they live longer."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis.settings import LandmarkSettings
from tests.analysis.study.cases import cohort_of
from tests.analysis.study.outcome_cases import outcome_result, outcome_table
from tests.pages.conftest import assert_sound, words
from ui.form import form_from_settings
from ui.workspace import Workspace

SECTION, VIEW = "section of survival", "view of survival"
SECTIONS = ("Curves", "Differences", "Tests and models", "Competing risks", "Landmark")


def open_section(app: AppTest, name: str, view: str | None = None) -> AppTest:
    app.session_state[SECTION] = name
    if view is not None:
        app.session_state[VIEW] = view
    page = app.switch_page("pages/survival.py").run()
    assert_sound(page)
    return page


def said(page: AppTest) -> str:
    return words(page).replace("\\", "").replace("\u00a0", " ")


@pytest.fixture
def competing(app: AppTest) -> AppTest:
    """A study of which the first endpoint has competing events, with a landmark."""
    cohort = cohort_of(outcome_table())
    form = form_from_settings([str(name) for name in cohort.table.columns], outcome_result().settings)
    app.session_state["workspace"] = Workspace(cohort, "cohort.csv", form)
    return app


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("weighted", [False, True])
def test_every_section_opens(app: AppTest, section: str, weighted: bool) -> None:
    app.session_state["workspace"].choose_design(weighted=weighted)
    page = open_section(app, section)
    group: Any = next(item for item in page.get("button_group") if item.key == SECTION)
    assert tuple(group.options) == SECTIONS
    assert not weighted or "after matching" not in said(page).casefold()


@pytest.mark.parametrize("view", ["Survival", "With event", "Cumulative hazard"])
def test_every_view_of_the_curves_is_drawn(app: AppTest, view: str) -> None:
    page = open_section(app, "Curves", view)
    method = {
        "Survival": "Kaplan–Meier estimate,",
        "With event": "One minus the Kaplan–Meier",
        "Cumulative hazard": "Nelson–Aalen",
    }
    text = said(page)
    assert method[view] in text
    assert "After matching: At 6 months " in text
    assert "Before matching: At 6 months " in text
    assert "progression-free (LEN v SOR), difference " in text


def test_both_ratios_stand_side_by_side_with_the_reason_why_they_differ(app: AppTest) -> None:
    text = said(open_section(app, "Tests and models"))
    assert "marginal, robust over matched sets" in text
    assert "within matched sets, conditional" in text
    assert "Hazard ratios do not average" in text
    assert "test of proportional hazards p " in text


def test_where_others_compete_no_mean_survival_time_is_told(competing: AppTest) -> None:
    page = open_section(competing, "Tests and models")
    assert "ratios and tests here are cause-specific" in said(page)
    tests = next(table.value for table in page.dataframe if "Estimate" in table.value)
    assert not tests["Estimate"].str.contains("mean survival time").any()


def test_the_row_of_the_endpoint_shown_is_chosen_from_the_start(app: AppTest) -> None:
    page = open_section(app, "Differences")
    assert "## PFS: absolute differences, LEN v SOR" in said(page)
    assert "None" not in page.dataframe[1].value.to_numpy().astype(str)


def test_competing_events_take_the_place_of_survival(competing: AppTest) -> None:
    page = open_section(competing, "Competing risks")
    text = said(page)
    assert "Aalen–Johansen estimate of the share of patients in whom it came first" in text
    assert "Cumulative incidence of TTP, other events competing" in text
    endpoints = page.dataframe[0].value
    assert endpoints["After: median"].tolist()[0] == "–"
    assert page.multiselect(key="competing of TTP section").value == ["died"]
    curves = said(open_section(competing, "Curves"))
    assert "Kaplan–Meier estimate" not in curves
    assert "Median TTP" not in curves
    assert "Read the incidences under competing risks" in said(open_section(competing, "Differences"))
    overview = competing.switch_page("pages/overview.py").run()
    assert_sound(overview)
    assert "Cause-specific; other events compete" in said(overview)


def test_without_competing_labels_survival_is_drawn_again(competing: AppTest) -> None:
    page = open_section(competing, "Competing risks")
    page = page.multiselect(key="competing of TTP section").set_value([]).run()
    assert_sound(page)
    assert "can never progress" in said(page)
    assert competing.session_state["workspace"].form.competing == {}


def test_a_landmark_says_once_what_it_needs(competing: AppTest) -> None:
    text = said(open_section(competing, "Landmark"))
    assert text.count("a landmark analysis draws survival curves") == 1
    desk = competing.session_state["workspace"]
    desk.change(replace(desk.form, landmark=None))
    assert "Choose when responses were first seen" in said(open_section(competing, "Landmark"))


def test_a_landmark_is_moved_by_its_slider_and_left(competing: AppTest) -> None:
    desk = competing.session_state["workspace"]
    desk.change(replace(desk.form, competing={}))
    page = open_section(competing, "Landmark")
    text = said(page)
    assert "from the index date, responders seem to live longer even where response does nothing" in text
    assert "patients reached the landmark" in text
    page = page.slider(key="landmark time").set_value(4.0).run()
    assert_sound(page)
    assert desk.form.landmark == LandmarkSettings(time=4, response="RECIST", at="resp_at")
    next(button for button in page.button if button.label == "No landmark").click()
    page = page.run()
    assert_sound(page)
    assert desk.form.landmark is None
    assert "patients reached the landmark" not in said(page)


def test_a_landmark_that_few_reach_is_refused(competing: AppTest) -> None:
    desk = competing.session_state["workspace"]
    desk.change(replace(desk.form, competing={}, landmark=LandmarkSettings(time=30, response="RECIST", at="resp_at")))
    assert "Choose an earlier landmark" in said(open_section(competing, "Landmark"))


def test_where_hazards_are_not_proportional_the_difference_in_mean_time_comes_first(app: AppTest) -> None:
    table, rng = outcome_table(), np.random.default_rng(7)
    treated = (table["arm"] == "new").to_numpy()
    table["os"] = np.where(treated, 12 * rng.weibull(5, 240), rng.exponential(12, 240)).round(2) + 0.1
    table["dead"] = (np.arange(240) % 20 > 0).astype(int)
    cohort = cohort_of(table)
    settings = outcome_result(landmark=False).settings
    form = form_from_settings([str(name) for name in cohort.table.columns], settings)
    app.session_state["workspace"] = Workspace(cohort, "cohort.csv", replace(form, competing={}))
    overview = app.switch_page("pages/overview.py").run()
    assert_sound(overview)
    assert "Hazards not proportional; HR " in said(overview)
    tests = said(open_section(app, "Tests and models"))
    assert "0.001. Mean time without the event up to" in tests
    assert "Mean time up to" in tests
    assert "this difference is the one to read" in tests
