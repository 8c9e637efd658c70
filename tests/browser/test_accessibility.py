"""What assistive technology meets: no serious violation of WCAG A or AA from the product's own markup."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.steps import settle

PAGES = {
    "": "Overview",
    "data": "Data",
    "matching": "Matching",
    "survival": "Survival",
    "response": "Response",
    "report": "Report",
}
OPTIONS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_no_serious_violation(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    expect(page.get_by_role("heading", level=1, name=PAGES[path])).to_be_visible()
    settle(page)
    found = Axe().run(page, options=OPTIONS).response["violations"]
    serious = [
        f"{item['id']}: {node['html'][:150]}" for item in found if item["impact"] in SERIOUS for node in item["nodes"]
    ]
    assert serious == []
