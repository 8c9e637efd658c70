"""What axe-core finds wrong with a page that has come to rest."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.steps import settle

OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    # All rules run on all elements; only what passes is not written up, which takes as long as the rules themselves.
    "resultTypes": ["violations"],
}
SERIOUS = ("serious", "critical")

LOOKS = 3
"""A colour that is being faded in is judged again: what is wrong at rest is wrong each time."""


def serious_violations(page: Page) -> list[str]:
    """Violations of WCAG A or AA of serious or critical impact, each with the element it is found in."""
    serious: list[str] = []
    for _ in range(LOOKS):
        settle(page)
        found = Axe().run(page, options=OPTIONS).response["violations"]
        serious = [
            f"{item['id']}: {node['html'][:150]}"
            for item in found
            if item["impact"] in SERIOUS
            for node in item["nodes"]
        ]
        if not serious:
            break
        page.wait_for_timeout(700)
    return serious
