"""A study whose outcomes stay covered until its plan is locked, or are opened early; and what its files then say."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import serious_violations
from tests.browser.steps import download, go_to, open_app, screenshot, settle, status

COVERED = ("Overview", "Survival", "Response", "Models and subgroups", "Robustness")
LOCKED_BEFORE = "locked before outcomes were seen"
OPENED_EARLY = "Outcomes were opened early, before a plan was locked."


def open_blinded(page: Page, address: str) -> None:
    """Come to the Data page before any page has shown an outcome, and cover them."""
    page.goto(f"{address}/data")
    expect(page.get_by_role("heading", level=1, name="Data")).to_be_visible()
    settle(page)
    page.get_by_text("Keep outcomes covered until the plan is locked").click()
    settle(page)


def file_of(page: Page, words: str, path: Path) -> tuple[str, bytes]:
    """What the button with these words gives: its name and its bytes."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    waiting.value.save_as(path)
    return waiting.value.suggested_filename, path.read_bytes()


def assert_files_say(page: Page, sentence: str, folder: Path) -> None:
    """The study file and the results of the Report page say it, and so does a figure of the overview."""
    go_to(page, "Report")
    study = file_of(page, "Study file, YAML", folder / "study")[1].decode()
    assert sentence in " ".join(study.replace("#", " ").split())
    results = json.loads(file_of(page, "Results, JSON", folder / "results")[1])
    assert sentence in " ".join(results["ledger"]["sentences"])
    go_to(page, "Overview")
    download(page, 1, "SVG").save_as(folder / "figure.svg")
    assert sentence in (folder / "figure.svg").read_text(encoding="utf-8")


def test_outcomes_are_covered_everywhere_until_the_plan_is_locked(page: Page, address: str, tmp_path: Path) -> None:
    open_blinded(page, address)
    main = page.get_by_test_id("stMain")
    for name in COVERED:
        go_to(page, name)
        expect(main.get_by_role("heading", name="Outcomes are covered")).to_be_visible()
        assert status(page)["outcomes"] == "covered"
        assert main.locator(".js-plotly-plot").count() == 0
        assert main.get_by_test_id("stDataFrame").count() == 0
    assert serious_violations(page) == []
    screenshot(page, "covered")

    go_to(page, "Matching")
    main.get_by_role("radio", name="Caliper", exact=True).click()
    expect(page.get_by_role("heading", name="Balance while the caliper moves")).to_be_visible()
    go_to(page, "Report")
    settle(page)
    for words in ("Results, JSON", "All tables, ZIP", "SVG, ZIP", "Matched cohort, CSV"):
        expect(page.get_by_role("button", name=words)).to_have_count(0)
    assert "Outcomes have not been seen." in file_of(page, "Study file, YAML", tmp_path / "study")[1].decode()

    page.get_by_role("button", name="Lock the plan").click()
    page.get_by_role("button", name="Show outcomes").click()
    expect(main.get_by_text("Median PFS was 4.8 months with LEN").first).to_be_visible()
    settle(page)
    assert_files_say(page, LOCKED_BEFORE, tmp_path)


def test_outcomes_opened_early_are_said_to_be_in_every_export(page: Page, address: str, tmp_path: Path) -> None:
    open_blinded(page, address)
    go_to(page, "Overview")
    page.get_by_role("button", name="Open outcomes early").click()
    page.get_by_role("button", name="Open outcomes now").click()
    expect(page.get_by_text("HR 0.54").first).to_be_visible()
    settle(page)
    assert "outcomes" not in status(page)
    assert_files_say(page, OPENED_EARLY, tmp_path)
    assert "outcomes_opened_early" in download(page, 1, "PNG, 300 dpi").suggested_filename
    screenshot(page, "opened_early")


def test_two_specifications_are_compared_and_one_is_put_back(page: Page, address: str) -> None:
    open_app(page, address)
    page.get_by_test_id("stSidebar").get_by_role("radio", name="2", exact=True).click()
    settle(page)
    go_to(page, "Report")
    page.get_by_text("Compare two specifications").click()
    page.get_by_role("button", name="Put no. 1 on the desk").click()
    expect(page.get_by_text("First specification examined of 2.").first).to_be_visible()
    settle(page)
    assert status(page)["pairs matched"] == "25"
    screenshot(page, "ledger")
