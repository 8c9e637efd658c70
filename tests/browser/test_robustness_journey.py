"""Would it hold if something were otherwise: long runs beside the page, stopped, continued, downloaded and out of date."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import serious_violations
from tests.browser.steps import download, go_to, open_app, screenshot, settle

SECTIONS = ("Unmeasured confounding", "Power", "Specification curve", "Bootstrap")
UNDER_WAY = re.compile(r"^[1-9][\d,]* of 1,376 specifications$")


def open_section(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()
    settle(page)


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=re.compile(words))


def specifications_done(content: str) -> list[bool]:
    return [row["done"] == "True" for row in csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))]


def test_a_curve_is_stopped_continued_downloaded_and_out_of_date_with_the_study(
    page: Page, address: str, tmp_path: Path
) -> None:
    open_app(page, address)
    go_to(page, "Robustness")
    open_section(page, "Specification curve")
    button(page, "Carry out 1,376 specifications").click()
    expect(page.get_by_text(UNDER_WAY)).to_be_visible()
    button(page, "Cancel").click()

    more = button(page, "Continue with the other")
    expect(more).to_be_visible()
    settle(page)
    expect(page.get_by_text(re.compile(r"^Partial: [\d,]+ of 1,376 specifications were carried out"))).to_be_visible()
    partial = int(re.sub(r"\D", "", more.inner_text()))
    assert 0 < partial < 1376

    more.click()
    expect(page.get_by_text("1,376 specifications were carried out.", exact=True)).to_be_visible()
    settle(page)
    expect(more).to_have_count(0)
    expect(page.get_by_role("heading", name="Hazard ratio of PFS, every specification")).to_be_visible()
    assert serious_violations(page) == []
    screenshot(page, "specification_curve")
    figure = download(page, 0, "SVG")
    assert figure.suggested_filename == "sample_specification_curve.svg"
    figure.save_as(tmp_path / "curve.svg")
    assert "<svg" in (tmp_path / "curve.svg").read_text(encoding="utf-8")[:600]
    numbers = download(page, 0, "Data, CSV")
    numbers.save_as(tmp_path / "curve.csv")
    assert specifications_done((tmp_path / "curve.csv").read_text(encoding="utf-8")) == [True] * 1376

    go_to(page, "Response")
    slider = page.get_by_role("slider", name=re.compile("Caliper"))
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(button(page, "Undo")).to_be_enabled()
    settle(page)
    go_to(page, "Robustness")
    stale = page.get_by_text("Stale: this curve is of an earlier study")
    expect(stale).to_be_visible()
    expect(page.get_by_text("1,376 specifications were carried out.", exact=True)).to_be_visible()
    button(page, "Undo").click()
    settle(page)
    expect(stale).to_have_count(0)


@pytest.mark.parametrize("page", ["dark"], indirect=True)
def test_every_section_can_be_read_and_a_run_of_another_study_is_stopped(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Robustness")
    for section in SECTIONS:
        open_section(page, section)
        assert serious_violations(page) == [], section
    page.get_by_role("spinbutton", name="Replicates").fill("100000")
    page.keyboard.press("Tab")
    button(page, "Draw 100,000 replicates").click()
    expect(button(page, "Cancel")).to_be_visible()

    # A run goes on while its page is not looked at.
    go_to(page, "Response")
    go_to(page, "Robustness")
    expect(button(page, "Cancel")).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("radio", name="2", exact=True).click()
    expect(page.get_by_text("The study or the choices changed, so the run under way was stopped.")).to_be_visible()
    expect(button(page, "Draw 100,000 replicates")).to_be_visible()
    expect(button(page, "Cancel")).to_have_count(0)


def test_a_moved_caliper_is_answered_while_a_long_run_is_under_way(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Robustness")
    open_section(page, "Bootstrap")
    page.get_by_role("spinbutton", name="Replicates").fill("100000")
    page.keyboard.press("Tab")
    button(page, "Draw 100,000 replicates").click()
    expect(button(page, "Cancel")).to_be_visible()
    go_to(page, "Overview")
    card = page.locator(".mce-figure").first
    before = card.inner_text()
    slider = page.get_by_role("slider", name=re.compile("Caliper"))
    slider.focus()
    slider.press("Home")
    expect(card).not_to_have_text(before, use_inner_text=True)
    settle(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()

    # The run was still under way: what it was of is no longer the study, so its page stops it.
    go_to(page, "Robustness")
    expect(page.get_by_text("The study or the choices changed, so the run under way was stopped.")).to_be_visible()
