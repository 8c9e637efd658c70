"""The Data page, step by step: what is understood, corrected, chosen and mended reaches the study."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import REFERENCE, ROOT, assert_sound, words
from ui.workspace import Workspace

Show = Callable[[str], AppTest]
STEPS = ("Confirm", "Columns", "Dates", "Eligibility", "Missing values", "Checks")

DATED = "\n".join(
    [
        "Chart No,Group,Sex,Age,Albumin,Start date,Progression date,Death date,Last contact date",
        *(
            f"{1000 + row},{'AB'[row % 2]},{1 + row % 3 % 2},{40 + row % 37},{'' if row % 9 == 0 else 3 + row % 5 / 10},"
            f"2020-01-{1 + row % 27:02d},{f'2020-0{3 + row % 4}-11' if row % 3 else ''},"
            f"{f'2021-0{1 + row % 8}-05' if row % 4 == 0 else ''},{f'2021-0{1 + row % 8}-05'}"
            for row in range(120)
        ),
    ]
)


def open_file(show: Show, name: str, content: bytes) -> AppTest:
    page = show("data")
    page.file_uploader[0].upload(name, content).run()
    assert_sound(page)
    return page


def desk(page: AppTest) -> Workspace:
    return page.session_state["workspace"]


def step(page: AppTest, name: str) -> AppTest:
    page.session_state["data step"] = name
    page.run()
    assert_sound(page)
    return page


def press(page: AppTest, words: str) -> AppTest:
    next(button for button in page.button if button.key == words).click().run()
    assert_sound(page)
    return page


def text(page: AppTest) -> str:
    return words(page).replace("\\", "")


@pytest.fixture
def gbsg(show: Show) -> AppTest:
    return open_file(show, "gbsg.csv", (REFERENCE / "gbsg.csv").read_bytes())


@pytest.fixture
def dated(show: Show) -> AppTest:
    return open_file(show, "dates.csv", DATED.encode())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gbsg.csv", (REFERENCE / "gbsg.csv").read_bytes()),
        ("received.csv", (ROOT / "sample_data" / "cohort_as_received.csv").read_bytes()),
        ("dates.csv", DATED.encode()),
        ("bare.csv", b"id,x\n" + b"".join(f"P{row},{row % 5}\n".encode() for row in range(30))),
    ],
)
def test_every_step_draws_for_every_kind_of_file(show: Show, name: str, content: bytes) -> None:
    page = open_file(show, name, content)
    for chosen in STEPS:
        step(page, chosen)


def test_the_sample_has_nothing_to_check(show: Show) -> None:
    page = show("data")
    assert "Everything here is confirmed, or was set by hand or by a study file" in text(page)
    assert "LEN (56) compared with SOR (67, the reference), from column arm" in text(page)


def test_arms_and_codings_are_swapped_with_one_click_each(gbsg: AppTest) -> None:
    press(gbsg, "Swap the arms arms")
    assert (desk(gbsg).form.treated, desk(gbsg).form.control) == ("no", "tamoxifen")
    assert "no (440) compared with tamoxifen (246, the reference)" in text(gbsg)
    name = desk(gbsg).state().settings.outcomes.survival[0].name
    before = desk(gbsg).state().patients.endpoints[0].event.sum()
    press(gbsg, f"Swap event and censored {name}")
    assert desk(gbsg).state().patients.endpoints[0].event.sum() == 686 - before


def test_what_is_no_outcome_is_dropped_and_had_back(gbsg: AppTest) -> None:
    name = desk(gbsg).state().settings.outcomes.survival[0].name
    press(gbsg, f"Not an outcome survival {name}")
    assert "At least one outcome is needed" in text(gbsg)
    next(button for button in gbsg.button if button.label == "Undo").click().run()
    assert_sound(gbsg)
    assert desk(gbsg).state().settings.outcomes.survival[0].name == name


def test_a_confirmed_answer_stays_confirmed_until_it_changes(gbsg: AppTest) -> None:
    press(gbsg, "Confirm treatment")
    assert "confirmed" in text(gbsg)
    assert not [button for button in gbsg.button if button.key == "Confirm treatment"]
    press(gbsg, "Swap the arms arms")
    press(gbsg, "Swap the arms arms")
    assert not [button for button in gbsg.button if button.key == "Confirm treatment"]


def test_dates_make_endpoints_and_state_their_rule(dated: AppTest) -> None:
    settings = desk(dated).state().settings
    assert {item.from_dates for item in settings.outcomes.survival} == {"os", "pfs"}
    assert "patients alive are censored at the last contact (Last contact date)" in text(dated)
    step(dated, "Dates")
    assert "median follow-up" in text(dated)
    dated.toggle(key="from dates ttp").set_value(True).run()
    assert_sound(dated)
    assert desk(dated).form.from_dates["TTP"] == "ttp"
    dated.toggle(key="from dates pfs").set_value(False).run()
    assert set(desk(dated).form.from_dates.values()) == {"os", "ttp"}
    dated.selectbox(key="date index").set_value(None).run()
    assert_sound(dated)
    assert "Needs the index date" in text(dated)
    assert any("need the index date" in problem for problem in desk(dated).state().problems)


def test_a_rule_of_eligibility_is_added_costs_patients_and_is_removed(gbsg: AppTest) -> None:
    step(gbsg, "Eligibility")
    gbsg.selectbox(key="rule column").set_value("age").run()
    gbsg.number_input(key="rule low").set_value(50.0).run()
    gbsg.text_input(key="rule reason").set_value("fifty or older").run()
    next(button for button in gbsg.button if button.label == "Add the rule").click().run()
    assert_sound(gbsg)
    rule = desk(gbsg).form.eligibility[0]
    assert (rule.column, rule.at_least, rule.reason) == ("age", 50.0, "fifty or older")
    assert "1. fifty or older" in text(gbsg)
    table = desk(gbsg).cohort.table
    left = int((table["age"].astype(float) < 50).sum())
    flow = desk(gbsg).state().flow
    assert flow[0].treated + flow[0].control - flow[1].treated - flow[1].control == left
    press(gbsg, "Remove rule 0")
    assert desk(gbsg).form.eligibility == ()


def test_rules_are_edited_and_change_their_order(gbsg: AppTest) -> None:
    step(gbsg, "Eligibility")
    for column, low in (("age", 40.0), ("nodes", 1.0)):
        gbsg.selectbox(key="rule column").set_value(column).run()
        gbsg.number_input(key="rule low").set_value(low).run()
        next(button for button in gbsg.button if button.label == "Add the rule").click().run()
    press(gbsg, "Later rule 0")
    assert [rule.column for rule in desk(gbsg).form.eligibility] == ["nodes", "age"]
    press(gbsg, "Edit rule 1")
    assert gbsg.number_input(key="rule low").value == 40.0
    gbsg.number_input(key="rule low").set_value(45.0).run()
    next(button for button in gbsg.button if button.label == "Change the rule").click().run()
    assert_sound(gbsg)
    assert desk(gbsg).form.eligibility[1].at_least == 45.0


def test_the_way_with_missing_values_is_chosen_with_its_cost_in_sight(dated: AppTest) -> None:
    step(dated, "Missing values")
    assert "keeps 60 of 60" in text(dated)
    press(dated, "choose missing indicator")
    assert desk(dated).form.missing.method == "indicator"
    assert desk(dated).state().patients.treated.size == 120


def test_imputed_sets_are_told_on_every_page(show: Show, dated: AppTest) -> None:
    step(dated, "Missing values")
    press(dated, "choose missing multiple_imputation")
    dated.number_input(key="missing imputations").set_value(3).run()
    assert_sound(dated)
    for name in ("overview", "matching", "survival"):
        assert "Missing values: 3 imputed sets, of which set 1 is shown." in text(show(name))


def test_a_remedy_mends_the_study_with_one_click_and_can_be_undone(show: Show) -> None:
    rows = [f"P{row},{'AB'[row % 2]},{40 + row % 31},{row % 40},{row % 3 % 2}" for row in range(120)]
    page = open_file(show, "zero.csv", "\n".join(["id,arm,age,os_months,os_event", *rows]).encode())
    assert desk(page).state().patients is None
    step(page, "Checks")
    assert "Stops the study" in text(page)
    press(page, "remedy stop 0")
    assert desk(page).form.zero_times == "keep"
    assert desk(page).state().patients is not None
    next(button for button in page.button if button.label == "Undo").click().run()
    assert desk(page).form.zero_times == "refuse"


def test_blank_means_no_event_with_one_click(show: Show) -> None:
    rows = (f"P{row},{'AB'[row % 2]},{50 + row % 21},{1 + row % 23}.5,{'Y' if row % 3 else ''}" for row in range(120))
    page = open_file(show, "blank.csv", "\n".join(["id,arm,age,OS (months),Death", *rows]).encode())
    assert "Event from Death (‘Y’; does blank mean no event?)" in text(page)
    press(page, "Blank means no event OS")
    endpoint = desk(page).state().patients.endpoints[0]
    assert (int(endpoint.event.sum()), int(endpoint.known.sum())) == (80, 120)
    assert "Event = ‘Y’ (80) · censored = ‘blank’ (40)" in text(page)
    press(page, "Blank means not known OS")
    assert desk(page).state().patients.endpoints[0].known.sum() == 80


def test_what_competes_is_chosen_on_the_card_of_the_endpoint_and_named_there(show: Show) -> None:
    first = ("progressed", "died", "alive")
    rows = (f"P{row},{'AB'[row % 2]},{50 + row % 21},{1 + row % 23}.5,{first[row % 3]}" for row in range(120))
    page = open_file(show, "first.csv", "\n".join(["id,arm,age,PFS (months),PFS event", *rows]).encode())
    page.multiselect(key="observed PFS choice").set_value(["progressed"]).run()
    assert "Event = ‘progressed’ (40) · censored = ‘died’ (40) or ‘alive’ (40)" in text(page)
    page.multiselect(key="competing of PFS card").set_value(["died"]).run()
    assert_sound(page)
    assert "Event = ‘progressed’ (40) · competing = ‘died’ (40) · censored = ‘alive’ (40)" in text(page)
    press(page, "Swap event and censored PFS")
    assert desk(page).form.observed == {"PFS": ("alive",)}
    assert desk(page).form.competing == {"PFS": ("died",)}
    page.multiselect(key="observed PFS choice").set_value(["died", "alive"]).run()
    assert_sound(page)
    assert desk(page).form.competing == {}


@pytest.mark.parametrize("key", ["treatment column", "arm treated", "arm control"])
def test_a_cleared_choice_of_the_treatment_leaves_the_study_its_treatment(show: Show, key: str) -> None:
    """Escape in an open list clears what is chosen in it, and a study without a treatment is none."""
    page = show("data")
    before = desk(page).form
    page.selectbox(key=key).set_value(None).run()
    assert_sound(page)
    assert desk(page).form == before
    assert page.selectbox(key=key).value is not None, "the list shows it again"
