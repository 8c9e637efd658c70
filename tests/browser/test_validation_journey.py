"""Are the numbers right on this machine: known answers, computed when they are asked for."""

from playwright.sync_api import Page, expect

from tests.browser.axe import serious_violations
from tests.browser.steps import go_to, open_app, screenshot, settle


def test_every_known_answer_agrees(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Report")
    page.get_by_role("link", name="Are the numbers right on this machine?").click()
    expect(page.get_by_role("heading", level=1, name="Validation")).to_be_visible()
    told = page.get_by_text("known answers agree")
    expect(told).to_be_visible()
    settle(page)
    agreeing, _, every = told.inner_text().split()[:3]
    assert agreeing == every
    expect(page.get_by_role("radio", name="Differences (0)")).to_be_visible()
    assert serious_violations(page) == []
    screenshot(page, "validation")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Every value, CSV").click()
    content = waiting.value.path().read_text(encoding="utf-8-sig")
    assert len(content.splitlines()) > 500
