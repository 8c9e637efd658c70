"""A first visit: the sample study works, answers a moved caliper, follows the switch and downloads."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.steps import choose_population, download, go_to, open_app, screenshot, settle, status


def test_a_moved_caliper_changes_every_number_and_undo_brings_it_back(page: Page, address: str) -> None:
    open_app(page, address)
    assert status(page)["pairs matched"] == "25"
    screenshot(page, "overview")
    before = page.locator(".mce-figures").inner_text()

    slider = page.get_by_role("slider", name=re.compile("Caliper"))
    slider.focus()
    for _ in range(15):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".mce-status > div b").first).not_to_have_text("25")
    settle(page)
    assert int(status(page)["pairs matched"]) < 25
    assert page.locator(".mce-figures").inner_text() != before

    while page.get_by_role("button", name="Undo").is_enabled():
        page.get_by_role("button", name="Undo").click()
        settle(page)
    assert status(page)["pairs matched"] == "25"
    assert page.locator(".mce-figures").inner_text() == before


def test_the_switch_governs_every_exhibit(page: Page, address: str) -> None:
    open_app(page, address)
    choose_population(page, "Before")
    expect(page.locator(".mce-figures")).not_to_contain_text("after matching")
    expect(page.get_by_text("HR 0.51").first).to_be_visible()
    go_to(page, "Survival")
    expect(page.get_by_text("Kaplan–Meier estimate, before matching: 56 + 67 patients")).to_be_visible()
    choose_population(page, "Matched")
    expect(page.get_by_text("Kaplan–Meier estimate, after 1:1 nearest-neighbour matching")).to_be_visible()
    go_to(page, "Response")
    expect(page.get_by_text("10 of 25")).to_be_visible()


def test_a_row_of_the_endpoint_table_opens_its_curve(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Survival")
    expect(page.get_by_role("heading", name="PFS: Kaplan–Meier curves")).to_be_visible()
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    assert box is not None
    # The table is drawn on a canvas: its second row lies two row heights below its header.
    page.mouse.click(box["x"] + 15, box["y"] + 35 * 2.5)
    settle(page)
    expect(page.get_by_role("heading", name="OS: Kaplan–Meier curves")).to_be_visible()
    screenshot(page, "survival")


@pytest.mark.parametrize(
    ("words", "extension"), [("PNG, 300 dpi", "png"), ("SVG", "svg"), ("PDF", "pdf"), ("Data, CSV", "csv")]
)
def test_a_figure_downloads_as_what_it_says(
    page: Page, address: str, tmp_path: Path, words: str, extension: str
) -> None:
    open_app(page, address)
    found = download(page, 1, words)
    assert found.suggested_filename == f"sample_survival_PFS_before_and_after.{extension}"
    found.save_as(tmp_path / "figure")
    content = (tmp_path / "figure").read_bytes()
    if extension == "png":
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.info["dpi"][0] == pytest.approx(300, abs=1)
            assert min(picture.size) > 1_000
    elif extension == "pdf":
        assert content.startswith(b"%PDF-")
    elif extension == "svg":
        assert b"<svg" in content[:600]
    else:
        assert content.decode("utf-8-sig").startswith("matching,arm,time,n_at_risk,n_events")


def test_the_matched_cohort_and_the_study_file_download(page: Page, address: str, tmp_path: Path) -> None:
    open_app(page, address)
    go_to(page, "Report")
    screenshot(page, "report")
    for words, name, start in (
        ("Matched cohort, CSV", "sample_matched_cohort.csv", "id,arm,propensity_score,logit,set,weight,reason"),
        ("Study file, YAML", "sample_study.yaml", "# First specification examined."),
        ("Results, JSON", "sample_results.json", "{"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=words).click()
        assert waiting.value.suggested_filename == name
        waiting.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8-sig").startswith(start)


def test_a_deep_link_opens_its_page_in_the_frame(page: Page, address: str) -> None:
    page.goto(f"{address}/matching")
    expect(page.get_by_role("heading", level=1, name="Matching")).to_be_visible()
    settle(page)
    assert status(page)["pairs matched"] == "25"


def test_a_deep_link_as_the_first_visit_of_all_opens_its_page_in_the_frame(fresh_address: str, page: Page) -> None:
    # The address comes first among the fixtures, so that the page is closed before its server ends.
    page.goto(f"{fresh_address}/survival")
    expect(page.get_by_role("heading", level=1, name="Survival")).to_be_visible()
    settle(page)
    assert status(page)["pairs matched"] == "25"
