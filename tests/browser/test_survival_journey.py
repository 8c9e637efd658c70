"""Do they live longer, as a person asks it: curves, differences, tests, competing risks and a landmark."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import serious_violations
from tests.browser.data_steps import card
from tests.browser.steps import choose_option, choose_population, go_to, open_app, screenshot, settle, upload

SECTIONS = ("Curves", "Differences", "Tests and models", "Competing risks", "Landmark")


def open_survival(page: Page, address: str) -> None:
    open_app(page, address)
    go_to(page, "Survival")


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def choose(page: Page, name: str) -> None:
    """Choose a section, or a view within one."""
    button = main(page).get_by_role("radio", name=name, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-checked", "true")
    settle(page)


@pytest.fixture
def study(tmp_path: Path) -> tuple[Path, Path]:
    """A cohort in which death competes with progression and responses have a time, and its study file."""
    rng, n = np.random.default_rng(5), 160
    treated = np.arange(n) % 2 == 0
    progression, death, end = rng.exponential(8 + 4 * treated), rng.exponential(18, n), rng.uniform(4, 30, n)
    first = np.select([progression < np.minimum(death, end), death < end], ["progressed", "died"], "alive")
    best = rng.choice(["CR", "PR", "SD", "PD"], n, p=[0.1, 0.3, 0.4, 0.2])
    responded = np.isin(best, ["CR", "PR"])
    table = {
        "id": np.arange(n),
        "arm": np.where(treated, "new", "old"),
        "age": rng.normal(60, 8, n).round(),
        "ttp": np.minimum(np.minimum(progression, death), end).round(2) + 0.05,
        "first": first,
        "os": np.minimum(death, end).round(2) + 0.05,
        "dead": (death < end).astype(int),
        "best": best,
        "seen_at": np.where(responded, (np.minimum(death, end) * 0.4).round(2), np.nan),
    }
    names = {"name": "TTP", "time": "ttp", "event": "first", "observed": ["progressed"]}
    settings = {
        "cohort": {"file": "cohort.csv", "id": "id", "time_unit": "months"},
        "treatment": {"column": "arm", "treated": "new", "control": "old"},
        "covariates": ["age"],
        "outcomes": {
            "survival": [{"name": "OS", "time": "os", "event": "dead"}, names],
            "response": [{"name": "RECIST", "column": "best"}],
            "times": [6, 12],
        },
    }
    files = (tmp_path / "cohort.csv", tmp_path / "study.json")
    pd.DataFrame(table).to_csv(files[0], index=False)
    files[1].write_text(json.dumps(settings), encoding="utf-8")
    return files


def open_endpoint(page: Page, row: int, name: str) -> None:
    """Choose a row of the table of endpoints, and wait until the page speaks of it."""
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    assert box is not None
    # The table is drawn on a canvas: a row lies below the header and the rows before it.
    page.mouse.click(box["x"] + 15, box["y"] + 35 * (row + 1.5))
    expect(main(page).get_by_text(name).first).to_be_visible()
    settle(page)


def test_curves_differences_and_tests_answer_for_the_population_of_the_switch(page: Page, address: str) -> None:
    open_survival(page, address)
    for when in ("After", "Before"):
        expect(main(page).get_by_text(f"{when} matching: At 6 months")).to_be_visible()
    choose(page, "With event")
    expect(page.get_by_role("heading", name="PFS: patients with the event")).to_be_visible()
    choose(page, "Cumulative hazard")
    expect(main(page).get_by_text("Nelson–Aalen estimate of the cumulative hazard")).to_be_visible()

    choose(page, "Differences")
    expect(page.get_by_role("heading", name="PFS: absolute differences, LEN v SOR")).to_be_visible()
    expect(main(page).get_by_text("difference 14.5 points (95% CI −17.8 to 44.3)")).to_be_visible()

    choose(page, "Tests and models")
    expect(main(page).get_by_text("PFS: within matched sets, conditional")).to_be_visible()
    expect(main(page).get_by_text("Hazard ratios do not average")).to_be_visible()
    expect(page.get_by_role("heading", name="PFS: hazard ratio over follow-up, before matching")).to_be_visible()
    choose_population(page, "Before")
    expect(main(page).get_by_text("PFS: within matched sets, conditional")).to_have_count(0)
    expect(page.get_by_role("heading", name="PFS: hazard ratio over follow-up, after matching")).to_have_count(0)


def test_what_competes_is_chosen_and_named_on_the_data_card(page: Page, address: str, study: tuple[Path, Path]) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, *study)
    expect(card(page, "survival TTP").get_by_text("Event = ‘progressed’")).to_be_visible()
    go_to(page, "Survival")
    open_endpoint(page, 1, "TTP: Kaplan–Meier curves")
    choose(page, "Competing risks")
    expect(main(page).get_by_text("A patient who dies before progression can never progress")).to_be_visible()
    choose_option(page, main(page).get_by_role("combobox", name="what can come first"), "died")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="TTP: cumulative incidence")).to_be_visible()
    expect(main(page).get_by_text("Cumulative incidence of TTP, other events competing").first).to_be_visible()
    screenshot(page, "competing_risks")
    choose(page, "Competing events")
    expect(page.get_by_role("heading", name="TTP: competing events")).to_be_visible()
    go_to(page, "Data")
    expect(card(page, "survival TTP").get_by_text("competing = ‘died’")).to_be_visible()


def test_responders_are_compared_from_a_landmark_on(page: Page, address: str, study: tuple[Path, Path]) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, *study)
    go_to(page, "Survival")
    choose(page, "Landmark")
    expect(main(page).get_by_text("Choose when responses were first seen")).to_be_visible()
    choose_option(page, main(page).get_by_role("combobox", name="Time of the first response"), "seen_at")
    expect(page.get_by_role("heading", name="OS from 3 months on, by response until then")).to_be_visible()
    expect(main(page).get_by_text("patients reached the landmark")).to_be_visible()
    slider = main(page).get_by_role("slider", name="Landmark")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="OS from 3.5 months on, by response until then")).to_be_visible()
    settle(page)
    screenshot(page, "landmark")
    assert serious_violations(page) == []
    page.get_by_role("button", name="No landmark").click()
    expect(main(page).get_by_text("Choose when responses were first seen")).to_be_visible()


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_no_section_has_a_serious_violation(page: Page, address: str) -> None:
    open_survival(page, address)
    for section in SECTIONS:
        choose(page, section)
        assert serious_violations(page) == [], section
