"""The sections of the page that asks whether the groups are comparable, for every kind of design."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.settings import BalanceSettings, Coarsening, WeightingSettings
from tests.pages.conftest import assert_sound, words

Show = Callable[[str], AppTest]

SECTION = "section of matching"
VIEW = "view of balance"
MATCHED_SECTIONS = ("Balance", "Gate", "Caliper", "Left out", "Pairs", "Centres", "Score")
WEIGHTED_SECTIONS = ("Balance", "Gate", "Left out", "Weights", "Centres", "Score")


def offered(page: AppTest) -> list[str]:
    group: Any = next(item for item in page.get("button_group") if item.key == SECTION)
    return list(group.options)


def open_section(app: AppTest, name: str, view: str | None = None) -> AppTest:
    app.session_state[SECTION] = name
    if view is not None:
        app.session_state[VIEW] = view
    page = app.switch_page("pages/matching.py").run()
    assert_sound(page)
    return page


def said(page: AppTest) -> str:
    return words(page).replace("\\", "")


@pytest.mark.parametrize("section", MATCHED_SECTIONS)
def test_every_section_of_a_matched_study_opens(app: AppTest, section: str) -> None:
    page = open_section(app, section)
    assert tuple(offered(page)) == MATCHED_SECTIONS
    assert f"## {section}" in said(page)


@pytest.mark.parametrize("section", WEIGHTED_SECTIONS)
def test_every_section_of_a_weighted_study_opens_and_speaks_of_weighting(app: AppTest, section: str) -> None:
    app.session_state["workspace"].choose_design(weighted=True)
    page = open_section(app, section)
    assert tuple(offered(page)) == WEIGHTED_SECTIONS
    text = said(page)
    assert "Overlap weighting (ATO)." in text
    assert "after overlap weighting (ATO): 56 + 67 patients, worth 34.6 + 39.2 of equal weight" in text
    assert "after matching" not in text.lower()


def test_the_page_says_first_whom_the_effect_refers_to(app: AppTest) -> None:
    text = said(open_section(app, "Balance"))
    assert "31 of 56 LEN patients had no counterpart: the effect now refers to patients like the other 25" in text


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        ("Covariates", 'R cobalt, bal.tab for the ATE with binary = "std"; R MatchIt, summary for the ATE'),
        ("Squares and products", "Balance of squares and of products of two covariates"),
        ("Within subgroups", "Patients of both arms in each level of sex, before and after matching"),
        ("Not in the model", "No column beside the covariates is named for the balance table"),
        ("Prognostic score", "needs at least 5 events among the controls"),
    ],
)
def test_every_view_of_balance_says_what_it_shows(app: AppTest, view: str, sentence: str) -> None:
    assert sentence in said(open_section(app, "Balance", view))


def test_columns_outside_the_model_have_their_balance(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    desk.change(replace(desk.form, balance=BalanceSettings(also=("weight_kg", "country"))))
    page = open_section(app, "Balance", "Not in the model")
    table = page.dataframe[0].value
    assert table["Term"].iloc[0] == "weight_kg"
    assert table["Term"].str.startswith("country").sum() >= 1


def test_few_terms_and_enough_events_give_a_prognostic_balance(app: AppTest) -> None:
    app.multiselect(key="covariates").set_value(["age", "ecog", "albi_score"]).run()
    page = open_section(app, "Balance", "Prognostic score")
    assert list(page.dataframe[0].value["Prognostic score"]) == ["PFS, before", "PFS, after"]


def test_a_caliper_of_the_path_is_used_in_one_change_that_can_be_undone(app: AppTest) -> None:
    page = open_section(app, "Caliper")
    desk, earlier = app.session_state["workspace"], app.session_state["workspace"].form
    chosen = page.selectbox(key="caliper on the path").value
    assert chosen != earlier.matching.caliper
    page = page.button(key="use caliper").click().run()
    assert_sound(page)
    assert desk.form.matching.caliper == chosen
    assert page.button(key="use caliper").disabled
    desk.undo()
    assert desk.form == earlier


def test_a_chosen_set_stands_side_by_side(app: AppTest) -> None:
    page = open_section(app, "Pairs")
    page = page.number_input(key="number of the set").set_value(1).run()
    assert_sound(page)
    members = page.dataframe[0].value
    assert list(members.iloc[0])[:3] == ["Arm", "LEN", "SOR"]
    assert members.columns[-2:].tolist() == ["Difference", "In SD"]
    assert "Set 1: its members side by side" in said(page)


@pytest.mark.parametrize("section", ["Pairs", "Left out", "Weights"])
def test_single_patients_are_left_out_while_small_counts_are_hidden(app: AppTest, section: str) -> None:
    desk = app.session_state["workspace"]
    desk.change(replace(desk.form, exports=desk.form.exports.model_copy(update={"suppress_below": 5})))
    if section == "Weights":
        desk.choose_design(weighted=True)
    page = open_section(app, section)
    assert "left out while small counts are hidden" in said(page)
    identifiers = set(desk.state().patients.identifier)
    shown = {str(cell) for table in page.dataframe for cell in table.value.to_numpy().ravel()}
    assert not identifiers & shown


def test_a_column_of_centres_gives_effects_centre_by_centre(app: AppTest) -> None:
    assert "Choose one under Balance and centres in the sidebar" in said(open_section(app, "Centres"))
    desk = app.session_state["workspace"]
    desk.change(replace(desk.form, centre="country"))
    page = open_section(app, "Centres")
    assert "PFS, centre by centre" in said(page)
    assert page.dataframe[0].value.columns[0] == "country"


def test_an_opened_covariate_is_drawn_in_both_arms(app: AppTest) -> None:
    app.session_state["opened covariate"] = "age"
    text = said(open_section(app, "Score"))
    assert "age: share at or below each value" in text
    assert "age: density" in text
    app.session_state["opened covariate"] = "sex"
    text = said(open_section(app, "Score"))
    assert "sex: share of each value" in text
    assert "sex: density" not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "optimal", "ratio": 2},
        {"method": "full", "estimand": "ATE"},
        {"method": "strata", "caliper": None, "exact": ("sex",), "coarsen": (Coarsening(column="age", bins=4),)},
        {"estimand": "ATC"},
        {"replacement": True, "ratio": 2},
        {"caliper": 1e-9},
    ],
)
def test_every_section_of_every_matching_opens(app: AppTest, changes: dict[str, object]) -> None:
    app.session_state["workspace"].change_matching(**changes)
    sections = offered(open_section(app, "Score"))
    assert sections
    for section in sections:
        open_section(app, section)


@pytest.mark.parametrize("method", ["iptw", "matching", "entropy"])
def test_every_section_of_every_weighting_opens(app: AppTest, method: str) -> None:
    desk = app.session_state["workspace"]
    desk.change(replace(desk.form, is_weighted=True, weighting=WeightingSettings.model_validate({"method": method})))
    for section in offered(open_section(app, "Score")):
        open_section(app, section)
