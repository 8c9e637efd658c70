"""Are the groups comparable, as a person asks it: covariates, calipers, pairs and weights on the Matching page."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import serious_violations
from tests.browser.steps import (
    SEEN,
    choose_population,
    go_to,
    open_app,
    resting_place,
    screenshot,
    settle,
    status,
)

MATCHED_SECTIONS = ("Balance", "Caliper", "Left out", "Pairs", "Centres", "Score")


def open_matching(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Matching")


def open_section(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()
    settle(page)


def card(page: Page, title: str) -> Locator:
    """The figure of the card with this title."""
    cards = page.locator('[data-testid="stVerticalBlock"]:has(> [data-testid="stElementContainer"] .js-plotly-plot)')
    return cards.filter(has=page.get_by_role("heading", level=3, name=title, exact=True)).last.locator(
        ".js-plotly-plot"
    )


def click_point(page: Page, figure: Locator, number: int) -> None:
    """Point, see what is under the pointer, and click: what Plotly takes for clicked is what it last showed."""
    point = figure.locator(".point").nth(number)
    expect(point).to_be_visible()
    settle(page)  # a click while the page is still being drawn is lost
    box = resting_place(page, point)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(figure.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.wait_for_timeout(SEEN)
    page.mouse.down()
    page.mouse.up()
    settle(page)


def test_a_click_on_the_love_plot_opens_the_covariate(page: Page, address: str) -> None:
    open_matching(page, address)
    love = card(page, "Balance of the covariates")
    love.scroll_into_view_if_needed()
    click_point(page, love, 1)
    expect(page.get_by_role("heading", name="age: density")).to_be_visible()
    click_point(page, love, 0)
    expect(page.get_by_role("heading", name="etiology: share of each value")).to_be_visible()


def test_the_caliper_scrubs_in_the_browser_and_one_of_the_path_is_used(page: Page, address: str) -> None:
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_matching(page, address)
    open_section(page, "Caliper")
    expect(page.get_by_text("Suggested 0.799")).to_be_visible()
    screenshot(page, "caliper")

    figure = card(page, "Balance and curves while the caliper moves")
    figure.scroll_into_view_if_needed()
    label, drawn = figure.locator(".slider-label").first, _curves(figure)
    before, asked = label.text_content(), len(sent)
    assert asked > 0
    rail = figure.locator(".slider-rail-touch-rect").bounding_box()
    assert rail is not None
    page.mouse.click(rail["x"] + 0.95 * rail["width"], rail["y"] + rail["height"] / 2)
    expect(label).not_to_have_text(str(before))
    page.wait_for_timeout(300)
    assert _curves(figure) != drawn
    assert len(sent) == asked

    page.get_by_role("button", name="Use this caliper").click()
    settle(page)
    assert status(page)["pairs matched"] == "29"
    page.get_by_role("button", name="Undo").click()
    settle(page)
    assert status(page)["pairs matched"] == "25"


def _curves(figure: Locator) -> list[str | None]:
    paths = figure.locator(".scatterlayer path.js-line")
    return [paths.nth(row).get_attribute("d") for row in range(paths.count())]


def test_a_click_on_a_patient_shows_the_set_side_by_side(page: Page, address: str) -> None:
    open_matching(page, address)
    open_section(page, "Pairs")
    expect(page.get_by_text("Set 4: its members side by side")).to_be_visible()
    figure = card(page, "Who stands with whom")
    figure.scroll_into_view_if_needed()
    click_point(page, figure, 20)
    expect(page.get_by_text("Set 4: its members side by side")).to_have_count(0)
    expect(page.get_by_text("its members side by side")).to_be_visible()


def test_a_weighted_study_is_told_in_words_of_weighting(page: Page, address: str) -> None:
    open_matching(page, address)
    choose_population(page, "Weighted")
    expect(page.get_by_text("The effect refers to patients who might have been given either treatment")).to_be_visible()
    open_section(page, "Weights")
    expect(page.get_by_role("heading", name="How much each patient counts")).to_be_visible()
    screenshot(page, "weights")
    assert page.get_by_test_id("stMain").get_by_role("radio", name="Pairs", exact=True).count() == 0
    assert "after matching" not in page.get_by_test_id("stMain").inner_text().lower()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_no_section_has_a_serious_violation(page: Page, address: str) -> None:
    open_matching(page, address)
    for section in MATCHED_SECTIONS:
        open_section(page, section)
        assert serious_violations(page) == [], section
    choose_population(page, "Weighted")
    open_section(page, "Weights")
    assert serious_violations(page) == []
