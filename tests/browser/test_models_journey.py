"""Every endpoint, covariate and subgroup, as a person asks: a click on the board opens the endpoint it stands for."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_violations
from tests.browser.steps import go_to, open_app, settle
from tests.browser.test_matching_journey import card, click_point, open_section


def open_models(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Models and subgroups")


@pytest.mark.parametrize(
    ("point", "title", "shown"), [(1, "Survival", "OS: Kaplan–Meier curves"), (4, "Response", None)]
)
def test_a_click_on_the_board_opens_the_endpoint(
    page: Page, address: str, point: int, title: str, shown: str | None
) -> None:
    open_models(page, address)
    click_point(page, card(page, "Every endpoint"), point)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    if shown is not None:
        expect(page.get_by_role("heading", level=3, name=shown)).to_be_visible()
    go_to(page, "Models and subgroups")
    expect(page.get_by_role("heading", level=2, name="Endpoints")).to_be_visible()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_no_serious_violation_in_any_section(page: Page, address: str) -> None:
    open_models(page, address)
    for section in ("Endpoints", "Cox table", "Subgroups"):
        open_section(page, section)
        settle(page)
        assert serious_violations(page) == [], section
