"""The guide of a first visit, help, and the keys."""

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import REFERENCE, assert_sound, words
from tests.pages.test_pages import upload
from ui.guide.keys import SWITCH
from ui.guide.steps import STEPS

Show = Callable[[str], AppTest]


def press(page: AppTest, key: str) -> AppTest:
    page = page.button(key=key).click().run()
    assert_sound(page)
    return page


def shown(page: AppTest) -> int | None:
    """The step that is drawn, counted from 0."""
    text = words(page)
    return next((number for number, step in enumerate(STEPS) if step.heading in text), None)


def keys(page: AppTest) -> dict[str, Any]:
    """The buttons on the page that a key presses, by their keys."""
    return {button.proto.shortcut: button for button in page.button if button.proto.shortcut}


def test_a_first_visit_is_guided_in_three_steps_to_their_pages(app: AppTest) -> None:
    assert shown(app) == 0
    text = words(app)
    assert "1 of 3" in text
    assert "held in memory only" in text
    page = press(app, "guide next")
    assert shown(page) == 1
    assert "caliper" in words(page)
    page = press(press(page, "guide back"), "guide next")
    page = press(page, "guide next")
    assert shown(page) == 2
    links = [link.proto.page for link in page.get("page_link")]
    assert "report" in links
    page = press(page, "guide next")
    assert shown(page) is None


def test_a_step_does_not_lead_to_the_page_on_which_it_stands(show: Show) -> None:
    page = show("data")
    assert shown(page) == 0
    assert not [link for link in page.get("page_link") if link.proto.label == STEPS[0].link]


def test_a_skipped_guide_stays_away_on_every_page_and_can_be_had_again(app: AppTest, show: Show) -> None:
    press(app, "guide skip")
    for name in ("matching", "data", "overview"):
        assert shown(show(name)) is None
    page = app
    page.session_state["help"] = True
    page = press(page.run(), "guide again")
    assert shown(page) == 0
    assert page.session_state["help"] is False


def test_who_has_brought_a_cohort_is_not_guided_unless_asked(show: Show) -> None:
    page = upload(show("data"), "gbsg.csv", (REFERENCE / "gbsg.csv").read_bytes())
    assert shown(page) is None
    assert shown(show("overview")) is None
    page = show("data")
    page.session_state["help"] = True
    assert shown(press(page.run(), "guide again")) == 0


def test_the_guide_gives_way_to_covered_outcomes_and_to_what_stands_in_the_way(app: AppTest) -> None:
    desk = app.session_state["workspace"]
    form = desk.form
    app.multiselect(key="covariates").set_value([]).run()
    assert shown(app) is None
    desk.change(form)
    assert shown(app.run()) == 0
    desk.change_matching(caliper=1e-9)
    assert shown(app.run()) is None
    desk.undo()
    desk.record.sight = "covered"
    desk.set_gate(blinded=True)
    app.run()
    assert "Outcomes are covered" in words(app)
    assert shown(app) is None


def test_what_was_skipped_stays_so_when_everything_is_deleted(app: AppTest, show: Show) -> None:
    press(app, "guide skip")
    page = show("data")
    page = next(button for button in page.button if button.label == "Delete everything now").click().run()
    assert_sound(page)
    assert shown(page) is None


def test_keys_press_the_main_actions(app: AppTest) -> None:
    assert set(keys(app)) == {"z", "y", "p", "n", "d", *SWITCH}
    app.slider(key="caliper").set_value(0.05).run()
    page = keys(app)["z"].click().run()
    assert page.slider(key="caliper").value == 0.2
    page = keys(page)["1"].click().run()
    assert page.session_state["population"] == "Before"
    page = keys(page)["3"].click().run()
    assert page.session_state["population"] == "Weighted"
    assert page.session_state["workspace"].form.is_weighted


def test_keys_turn_the_pages_in_the_order_of_the_menu(show: Show) -> None:
    assert keys(show("survival"))["n"].click().run().title[0].value == "Response"
    assert keys(show("survival"))["p"].click().run().title[0].value == "Matching"
    assert "p" not in keys(show("data"))
    assert not {"p", "n"} & set(keys(show("validation")))


def test_a_key_opens_the_downloads_of_the_figure_that_a_page_draws_first(show: Show) -> None:
    page = show("survival")
    page = keys(page)["d"].click().run()
    assert_sound(page)
    assert [button for button in page.get("download_button") if button.proto.label == "SVG"]
    page = keys(page)["d"].click().run()
    assert not [button for button in page.get("download_button") if button.proto.label == "SVG"]


def test_keys_can_be_switched_off_and_are_listed(app: AppTest) -> None:
    app.session_state["help"] = True
    app.run()
    assert "Take the last change back" in words(app)
    app.toggle(key="keys heard").set_value(False).run()
    assert keys(app) == {}
    app.toggle(key="keys heard").set_value(True).run()
    assert "z" in keys(app)


def test_the_overview_has_an_address_of_its_own(app: AppTest) -> None:
    pages = app._registered_pages.values()  # what Streamlit looks addresses up in
    assert "overview" in {info["url_pathname"] for info in pages}
    assert app.title[0].value == "Overview"
