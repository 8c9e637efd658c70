"""From a hospital's file of dates to a sound cohort, step by step, without a word typed into a table."""

import datetime
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.data_steps import card, choose, choose_step, press
from tests.browser.steps import go_to, open_app, screenshot, status, upload
from tests.browser.test_accessibility import OPTIONS, SERIOUS

STEPS = ("Confirm", "Columns", "Dates", "Eligibility", "Missing values", "Checks")
HEADER = "Chart No,Group,Sex,Age,Albumin,Child-Pugh,Start date,Progression date,Death date,Last contact date,Remark"


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has dates and no times, sex as 1 and 2, and laboratory values that are missing."""
    rng = np.random.default_rng(4)
    lines = [HEADER]
    for row in range(160):
        start = datetime.date(2019, 1, 1) + datetime.timedelta(int(rng.integers(0, 1200)))
        death, lost, worse = (int(rng.exponential(mean)) + 20 for mean in (400, 700, 150))
        last = min(death, lost)
        progression = _day(start, worse) if worse < last else ""
        albumin = "" if rng.random() < 0.12 else f"{rng.normal(3.7, 0.4):.1f}"
        died = _day(start, last) if death <= lost else ""
        remark = "" if row % 5 else "refused a visit, then moved away"
        cells = (
            100_000 + row, "LEN" if rng.random() < 0.5 else "SOR", rng.choice((1, 2)), int(rng.normal(61, 9)), albumin,
            rng.choice(("A5", "A6", "B7")), start.isoformat(), progression, died, _day(start, last), f'"{remark}"',
        )  # fmt: skip
        lines.append(",".join(map(str, cells)))
    path = tmp_path_factory.mktemp("dated") / "dates.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _day(start: datetime.date, days: int) -> str:
    return (start + datetime.timedelta(days)).isoformat()


def test_dates_become_endpoints_rules_choose_patients_and_nothing_is_lost_between_steps(
    page: Page, address: str, dated: Path
) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, dated)
    expect(card(page, "survival-OS")).to_contain_text("patients alive are censored at the last contact")
    press(page, card(page, "treatment"), "Swap the arms")
    expect(card(page, "treatment")).to_contain_text("SOR (")
    expect(card(page, "treatment")).to_contain_text("compared with LEN")
    press(page, page.locator(".st-key-step-head"), "Undo")
    press(page, card(page, "treatment"), "Confirm")
    expect(card(page, "treatment")).to_contain_text("confirmed")

    choose_step(page, "Eligibility")
    choose(page, "^Column", "Age")
    page.get_by_label("Age, lowest").fill("50")
    page.keyboard.press("Enter")
    choose_step(page, "Checks")
    choose_step(page, "Eligibility")
    expect(page.get_by_label("Age, lowest")).to_have_value("50")
    press(page, page.locator(".st-key-rule-editor"), "Add the rule")
    expect(page.get_by_text("1. Age at least 50")).to_be_visible()
    screenshot(page, "data_eligibility")

    choose_step(page, "Missing values")
    press(page, page.locator(".st-key-missing-multiple_imputation"), "Choose")
    expect(page.locator(".st-key-missing-multiple_imputation-chosen")).to_be_visible()
    screenshot(page, "data_missing")
    go_to(page, "Overview")
    expect(page.get_by_text("1 rule of eligibility left out")).to_contain_text("missing values: 20 imputed sets")
    assert int(status(page)["pairs matched"]) > 0
    go_to(page, "Data")
    choose_step(page, "Confirm")
    expect(card(page, "treatment")).to_contain_text("confirmed")


@pytest.mark.parametrize(("page", "width"), [("light", 1440), ("dark", 1024)], indirect=["page"])
def test_no_step_shuts_anyone_out_or_is_wider_than_the_window(
    page: Page, address: str, dated: Path, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_app(page, address)
    go_to(page, "Data")
    upload(page, dated)
    for step in STEPS:
        choose_step(page, step)
        assert page.evaluate(SPILLING) == []
        found = Axe().run(page, options=OPTIONS).response["violations"]
        serious = [
            f"{step} {item['id']}: {node['html'][:150]}"
            for item in found
            if item["impact"] in SERIOUS
            for node in item["nodes"]
        ]
        assert serious == []


SPILLING = """() => [...document.querySelectorAll('[data-testid="stMain"] .mce-card, [data-testid="stMain"] button')]
    .filter(item => item.checkVisibility() && item.getBoundingClientRect().right > window.innerWidth)
    .map(item => item.innerText)"""
