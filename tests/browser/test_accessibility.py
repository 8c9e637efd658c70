"""What assistive technology meets: no serious violation of WCAG A or AA from the product's own markup."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_violations

PAGES = {
    "": "Overview",
    "data": "Data",
    "matching": "Matching",
    "survival": "Survival",
    "response": "Response",
    "subgroups": "Models and subgroups",
    "robustness": "Robustness",
    "report": "Report",
    "validation": "Validation",
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_no_serious_violation(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    expect(page.get_by_role("heading", level=1, name=PAGES[path])).to_be_visible()
    assert serious_violations(page) == []
