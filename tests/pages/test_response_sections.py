"""The sections of the response page, matched and weighted, and the file of scans on the Data page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from analysis.settings import AdverseEventSettings
from tests.pages.conftest import assert_sound, words
from ui.data.scans import guess_scans
from ui.form import form_from_settings, settings_from_form
from ui.workspace import Workspace

SECTION = "section of response"
SECTIONS = ("Rates", "Criteria side by side", "Depth", "Over time")


def open_section(app: AppTest, name: str) -> AppTest:
    app.session_state[SECTION] = name
    page = app.switch_page("pages/response.py").run()
    assert_sound(page)
    return page


def said(page: AppTest) -> str:
    return words(page).replace("\\", "")


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("Rates", "The main analysis counts NE as no response"),
        ("Criteria side by side", "Patients of both arms, counted and never weighted"),
        ("Depth", "the dashed lines are −30% and +20%"),
        (
            "Over time",
            "A response lasts from the first scan that shows it to progression by mRECIST or an event of PFS",
        ),
    ],
)
def test_every_section_opens_and_says_what_it_shows(app: AppTest, section: str, sentence: str, weighted: bool) -> None:
    if weighted:
        app.session_state["workspace"].choose_design(weighted=True)
    page = open_section(app, section)
    group: Any = next(item for item in page.get("button_group") if item.key == SECTION)
    assert tuple(group.options) == SECTIONS
    assert sentence in said(page)


def test_adverse_events_have_a_section_where_they_are_named(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    desk.cohort = replace(desk.cohort, table=desk.cohort.table.assign(rash=np.arange(123) % 4))
    settings = settings_from_form(desk.form)[0]
    assert settings is not None
    named = settings.outcomes.model_copy(update={"adverse_events": (AdverseEventSettings(column="rash", name="Rash"),)})
    desk.change(form_from_settings(desk.cohort.table, settings.model_copy(update={"outcomes": named})))
    page = open_section(app, "Adverse events")
    assert "worst grade" in said(page)
    assert set(page.dataframe[0].value["Event"]) == {"Any adverse event", "Rash"}


def test_columns_of_adverse_events_are_chosen_on_the_data_page(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    grades = {"ae_rash": np.arange(123) % 4, "ae_fatigue": np.arange(123) % 6, "score": np.arange(123) % 9}
    table = desk.cohort.table.assign(**grades)
    app.session_state["workspace"] = Workspace(
        replace(desk.cohort, table=table), "cohort", form_from_settings(table, settings_from_form(desk.form)[0])
    )
    page = app.switch_page("pages/data.py").run()
    page = page.button(key="Use 2 columns named as adverse events adverse events").click().run()
    assert_sound(page)
    assert "2 adverse events: ae_rash, ae_fatigue" in said(page)
    chosen = page.multiselect(key="columns of adverse events")
    assert "score" not in chosen.options
    page = chosen.set_value(["ae_fatigue"]).run()
    settings = settings_from_form(page.session_state["workspace"].form)[0]
    assert settings is not None
    assert settings.outcomes.adverse_events == (AdverseEventSettings(column="ae_fatigue"),)


def test_scans_that_are_forgotten_leave_the_course_unknown_and_can_be_guessed_anew(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    scans = desk.cohort.scans
    guessed = guess_scans(scans, "patient_id", "lesions.csv")
    assert guessed == desk.form.scans
    desk.take_scans(None, None)
    assert "this study has none here" in said(open_section(app, "Over time"))
    desk.take_scans(scans, guessed)
    assert "A response lasts from" in said(open_section(app, "Over time"))


def test_the_data_page_says_how_many_scans_there_are(show: Callable[[str], AppTest]) -> None:
    assert "429 scans in the second file" in said(show("data"))


def test_a_response_can_follow_from_the_scans(app: AppTest) -> None:
    page = app.switch_page("pages/data.py").run()
    page.button(key="Add mRECIST from scans scans").click().run()
    assert_sound(page)
    desk = app.session_state["workspace"]
    assert dict(desk.form.response_scans) == {"mRECIST from scans": "mrecist"}
    text = said(page)
    assert "28 of 123 patients responded (CR or PR): CR 2, PR 26, SD 62, PD 26, NE 7, from the scans by mRECIST" in text
