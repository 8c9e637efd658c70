"""The first five minutes: the guide, the keys, and the overview by its own address."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.data_steps import choose_step
from tests.browser.steps import go_to, open_app, resting_place, screenshot, settle, status


def guide(page: Page) -> str:
    return page.locator(".mce-guide").inner_text()


def press_key(page: Page, key: str) -> None:
    page.keyboard.press(key)
    page.wait_for_timeout(300)
    settle(page)


def leave_fields(page: Page) -> None:
    """Take the focus from whatever has it, as a click beside it does."""
    page.get_by_role("heading", level=1).click()


def test_a_guide_of_three_steps_leads_to_its_pages_and_is_gone_once_done_with(page: Page, address: str) -> None:
    open_app(page, address)
    assert "1 of 3" in guide(page)
    screenshot(page, "guide")
    page.get_by_role("link", name="Bring your own file").click()
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    settle(page)
    assert "1 of 3" in guide(page)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator(".mce-guide")).to_contain_text("2 of 3")
    page.get_by_role("link", name="See it on the overview").click()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("link", name="Go to the report").click()
    expect(page.get_by_role("heading", level=1, name="Report")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page.locator(".mce-guide")).to_have_count(0)
    go_to(page, "Matching")
    expect(page.locator(".mce-guide")).to_have_count(0)

    page.get_by_role("button", name="Help", exact=True).click()
    page.get_by_role("button", name="Show the guide again").click()
    expect(page.locator(".mce-guide")).to_contain_text("1 of 3")
    settle(page)
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.locator(".mce-guide")).to_have_count(0)


def test_keys_do_the_main_actions_and_are_not_heard_in_a_field(page: Page, address: str) -> None:
    open_app(page, address)
    slider = page.get_by_role("slider", name=re.compile("Caliper"))
    slider.focus()
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".mce-status > div b").first).not_to_have_text("25")
    settle(page)
    leave_fields(page)
    for _ in range(15):
        if page.get_by_role("button", name="Undo").is_disabled():
            break
        press_key(page, "z")
    assert status(page)["pairs matched"] == "25"
    press_key(page, "y")
    press_key(page, "z")

    shown = page.get_by_test_id("stSidebar").get_by_role("radio", name="Before", exact=True)
    press_key(page, "1")
    expect(shown).to_be_checked()
    page.get_by_role("combobox", name="Covariates").click()
    page.keyboard.type("24zyn")
    page.keyboard.press("Escape")  # the text
    page.keyboard.press("Escape")  # the list
    settle(page)
    expect(shown).to_be_checked()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    leave_fields(page)
    press_key(page, "4")
    expect(shown).not_to_be_checked()
    press_key(page, "n")
    expect(page.get_by_role("heading", level=1, name="Matching")).to_be_visible()
    press_key(page, "d")
    expect(page.get_by_role("button", name="SVG", exact=True)).to_be_visible()
    press_key(page, "Escape")
    expect(page.get_by_role("button", name="SVG", exact=True)).to_have_count(0)
    press_key(page, "p")
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()


def test_writing_into_the_table_of_columns_presses_no_key(page: Page, address: str) -> None:
    page.goto(f"{address}/data")
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    settle(page)
    choose_step(page, "Columns")
    grid = page.get_by_test_id("stDataFrame").first
    expect(grid.locator("canvas").first).to_be_visible()
    box = resting_place(page, grid)
    page.mouse.click(box["x"] + 400, box["y"] + 60)  # the endpoint of the first column
    page.wait_for_function("() => document.activeElement.closest('[data-testid=\"stDataFrame\"]')")
    page.keyboard.type("np")
    page.wait_for_timeout(500)
    settle(page)
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/overview"])
def test_the_overview_opens_at_the_apps_address_and_at_its_own(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}")
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    settle(page)
    assert page.get_by_role("dialog").count() == 0
    assert status(page)["pairs matched"] == "25"
    go_to(page, "Matching")
    page.go_back()
    expect(page.get_by_role("heading", level=1, name="Overview")).to_be_visible()
    settle(page)
    assert page.get_by_role("dialog").count() == 0
