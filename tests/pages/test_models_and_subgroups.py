"""The page of models and subgroups, section by section, matched and weighted."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import assert_sound, choose, words
from ui.session import POPULATIONS

SECTION = "section of models"
SECTIONS = ("Endpoints", "Cox table", "Subgroups", "Centres")


def open_section(app: AppTest, name: str) -> AppTest:
    app.session_state[SECTION] = name
    page = app.switch_page("pages/subgroups.py").run()
    assert_sound(page)
    return page


def said(page: AppTest) -> str:
    return words(page).replace("\\", "")


def shown_table(page: AppTest, place: int = 0) -> Any:
    return page.dataframe[place].value


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("population", POPULATIONS)
def test_every_section_draws_every_population(app: AppTest, section: str, population: str) -> None:
    choose(app, population)
    page = open_section(app, section)
    assert page.title[0].value == "Models and subgroups"
    assert f"## {section}" in said(page)
    if population == "Weighted" and section != "Centres":
        assert "after matching" not in said(page).lower()


def test_the_board_puts_adjusted_p_values_beside_the_plain_ones(app: AppTest) -> None:
    table = shown_table(open_section(app, "Endpoints"))
    after = table[table["Matching"] == "After"]
    assert after["Endpoint"].tolist() == ["PFS", "OS", "mRECIST", "RECIST 1.1"]
    assert after["p"].tolist() == ["0.047", "0.231", "0.024", ">0.999"]
    # Holm by hand: 4 × 0.0240, 3 × 0.0468, 2 × 0.2307, the largest so far.
    assert after["Adjusted p"].tolist() == ["0.140", "0.461", "0.096", ">0.999"]


def test_another_adjustment_is_one_change_that_can_be_undone(app: AppTest) -> None:
    page = open_section(app, "Endpoints")
    page = page.selectbox(key="multiplicity").set_value("none").run()
    assert_sound(page)
    assert not [name for name in shown_table(page) if "djusted" in name]
    assert app.session_state["workspace"].form.multiplicity == "none"
    page = next(button for button in page.button if button.label == "Undo").click().run()
    assert page.selectbox(key="multiplicity").value == "holm"


def test_the_cox_table_says_what_adjustment_does_to_the_treatment(app: AppTest) -> None:
    page = open_section(app, "Cox table")
    text = said(page)
    assert "After matching, the hazard ratio of PFS, LEN v SOR, was 0.54 (95% CI 0.29–0.99) by treatment alone" in text
    assert "which is doubly robust" in text
    table = shown_table(page)
    assert table["Events/n"].tolist()[:2] == ["22/25", "23/25"]
    assert table["Level"].tolist()[:2] == ["SOR", "LEN"]


def test_subgroups_are_one_change_and_numbers_are_cut_where_a_person_says(app: AppTest) -> None:
    page = open_section(app, "Subgroups")
    page = page.multiselect(key="columns of subgroups").set_value(["age", "sex"]).run()
    assert_sound(page)
    desk = app.session_state["workspace"]
    assert [item.column for item in desk.form.subgroups] == ["age", "sex"]
    assert list(dict.fromkeys(shown_table(page)["Level"])) == ["≤ 65", "> 65", "F", "M", ""]
    page = page.text_input(key="cutpoints of subgroup age").set_value("70, 60").run()
    assert list(dict.fromkeys(shown_table(page)["Level"]))[:3] == ["≤ 60", "> 60 to 70", "> 70"]
    page = page.text_input(key="cutpoints of subgroup age").set_value("sixty").run()
    assert "Cutpoints must be numbers" in said(page)
    desk.undo()
    desk.undo()
    assert [item.column for item in desk.form.subgroups] == ["age", "etiology", "ecog", "bclc", "mvi"]


def test_a_study_without_subgroups_offers_its_covariates(app: AppTest) -> None:
    page = open_section(app, "Subgroups")
    page = page.multiselect(key="columns of subgroups").set_value([]).run()
    assert "This study names no subgroups" in said(page)
    page = next(button for button in page.button if button.label == "Use the first covariates").click().run()
    assert_sound(page)
    assert len(app.session_state["workspace"].form.subgroups) == 6


def test_subgroups_of_a_design_that_matches_nobody_are_those_before(app: AppTest) -> None:
    app.multiselect(key="exact").set_value(["site", "tumor_max_mm"]).run()
    for section in SECTIONS[:3]:
        page = open_section(app, section)
        assert not (shown_table(page) == "After").to_numpy().any()
