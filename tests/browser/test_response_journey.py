"""Do they respond more often, as a person asks it: rates, criteria, depth, time and adverse events on the Response page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import serious_violations
from tests.browser.steps import choose_option, choose_population, go_to, open_app, screenshot, settle, upload
from tests.browser.test_matching_journey import card, open_section

COHORT = Path(__file__).resolve().parents[2] / "sample_data" / "cohort.csv"
SECTIONS = ("Rates", "Criteria side by side", "Depth", "Over time")


def open_response(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Response")


def test_matched_patients_stand_beside_each_other_and_a_criterion_is_changed(page: Page, address: str) -> None:
    open_response(page, address)
    open_section(page, "Depth")
    bars = card(page, "After matching: best change, mRECIST").locator(".bars .point")
    expect(bars).to_have_count(47)
    page.get_by_test_id("stMain").get_by_text("Matched patients beside each other").click()
    expect(page.get_by_text("Matched patients stand beside each other")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("radio", name="RECIST 1.1", exact=True).first.click()
    expect(page.get_by_role("heading", name="After matching: best change, RECIST 1.1")).to_be_visible()


def test_the_end_of_a_response_is_chosen_and_said(page: Page, address: str) -> None:
    open_response(page, address)
    open_section(page, "Over time")
    expect(page.get_by_text("to progression by mRECIST or an event of PFS")).to_be_visible()
    ends = page.get_by_role("combobox", name=re.compile("A response ends with an event of"))
    choose_option(page, ends, "Progression on scans alone")
    expect(page.get_by_text("to progression by mRECIST, whichever comes first")).to_be_visible()


def test_adverse_events_are_chosen_on_the_data_page_and_compared(page: Page, address: str, tmp_path: Path) -> None:
    rows = COHORT.read_text(encoding="utf-8").splitlines()
    graded = [
        f"{row},{'ae_rash,ae_fatigue' if number == 0 else f'{number % 4},{number % 3}'}"
        for number, row in enumerate(rows)
    ]
    file = tmp_path / "cohort.csv"
    file.write_text("\n".join(graded), encoding="utf-8")
    open_app(page, address)
    go_to(page, "Data")
    upload(page, file)
    page.get_by_role("button", name="Use 2 columns named as adverse events").click()
    expect(page.get_by_text("2 adverse events: ae_rash, ae_fatigue")).to_be_visible()
    settle(page)
    go_to(page, "Response")
    choose_population(page, "Compare")
    open_section(page, "Adverse events")
    for when in ("Before", "After"):
        expect(page.get_by_role("heading", name=f"{when} matching: adverse events by worst grade")).to_be_visible()
    screenshot(page, "adverse_events")
    assert serious_violations(page) == []


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_no_section_has_a_serious_violation(page: Page, address: str) -> None:
    open_response(page, address)
    for section in SECTIONS:
        open_section(page, section)
        assert serious_violations(page) == [], section
