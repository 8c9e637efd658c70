"""What a person does on the steps of the Data page, in her words."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import choose_option, settle


def choose_step(page: Page, name: str) -> None:
    """Choose a step and wait until it is drawn."""
    step = page.locator(".st-key-steps").get_by_role("radio", name=re.compile(name))
    step.click()
    expect(step).to_have_attribute("aria-checked", "true")
    page.wait_for_timeout(300)
    settle(page)


def card(page: Page, name: str) -> Locator:
    """The card of a question, such as ``treatment`` or ``survival OS``."""
    return page.locator(f".st-key-card-{name.replace(' ', '-')}")


def press(page: Page, place: Locator, words: str) -> None:
    """Press a button inside a card and wait until the page has answered."""
    place.get_by_role("button", name=words).click()
    page.wait_for_timeout(300)
    settle(page)


def choose(page: Page, label: str, value: str) -> None:
    """Choose in a list by typing, with a click on what it offers."""
    choose_option(page, page.get_by_role("combobox", name=re.compile(label)).last, value)
