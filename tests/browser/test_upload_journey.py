"""A cohort of one's own: roles set by hand, matched, saved and loaded back."""

import json
import shutil
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from analysis.__main__ import main
from tests.browser.data_steps import card, choose_step
from tests.browser.steps import choose_population, go_to, open_app, screenshot, settle, status, upload

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def place_at_rest(page: Page) -> tuple[float, float]:
    """Where the grid's upper left corner is, once nothing on the page moves any more."""
    places: list[tuple[float, float]] = []
    while len(places) < 4 or len(set(places[-4:])) > 1:
        place = page.evaluate(
            """() => {
                const grid = document.querySelector('[data-testid="stDataFrame"]');
                if (!grid) return [0, 0];
                grid.scrollIntoView({block: 'center'});
                const box = grid.getBoundingClientRect();
                return [box.x, box.y];
            }"""
        )
        places.append((place[0], place[1]))
        page.wait_for_timeout(200)
    return places[-1]


def set_role(page: Page, row: int, role: str) -> None:
    """Give the column in this row of the grid a role, by the keyboard as a person would."""
    editor = page.locator("#portal input")
    for _ in range(10):  # the grid is a canvas: a click while it is drawn anew goes nowhere, and one clicks again
        left, top = place_at_rest(page)
        page.mouse.click(left + 250, top + 35 * (row + 1.5))
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        if editor.count():
            break
    expect(editor).to_be_focused()
    page.keyboard.type(role)
    page.keyboard.press("Enter")
    settle(page)


def save(page: Page, words: str, path: Path) -> Path:
    """Download what the button with these words gives."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    waiting.value.save_as(path)
    return path


def test_gbsg_with_roles_set_by_hand_gives_the_reference_pairs(page: Page, address: str, tmp_path: Path) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, REFERENCE / "gbsg.csv")
    expect(page.locator(".mce-intake").get_by_text("686 rows, 11 columns")).to_be_visible()
    expect(page.get_by_text("tamoxifen (246) compared with no (440, the reference)")).to_be_visible()
    screenshot(page, "data")

    # Column 9 is er: not a covariate, and then one again.
    for role, count in (("Not used", 0), ("Covariate", 1)):
        choose_step(page, "Columns")
        set_role(page, 8, role)
        choose_step(page, "Confirm")
        expect(card(page, "covariates").get_by_text("er · number", exact=True)).to_have_count(count)

    go_to(page, "Matching")
    assert status(page)["pairs matched"] == "240"
    screenshot(page, "matching")
    go_to(page, "Report")
    saved = save(page, "Study file, YAML", tmp_path / "study.yaml")
    shown = save(page, "Results, JSON", tmp_path / "results.json")

    # Files are made when they are asked for, and still are of this study as the switch shows it.
    choose_population(page, "Matched")
    with zipfile.ZipFile(save(page, "SVG, ZIP", tmp_path / "figures.zip")) as archive:
        names = archive.namelist()
    figures = [name for name in names if name != "what_was_examined.txt"]
    assert figures
    assert all(name.startswith("gbsg_") for name in figures)
    assert [name for name in names if "survival" in name] == [
        "gbsg_survival_Survival_matched.svg",
        "gbsg_survival_Survival_matched.csv",
    ]

    # The command line finds the cohort beside the saved study and has the same results to the last digit.
    shutil.copy(REFERENCE / "gbsg.csv", tmp_path)
    assert main(["run", str(saved), "--out", str(tmp_path / "found"), "--quiet"]) == 0
    found, on_page = (json.loads(path.read_text("utf-8")) for path in (tmp_path / "found" / "results.json", shown))
    # Only a session knows what was examined before, and when outcomes came in sight.
    assert on_page.pop("ledger")["outcomes"]["opened"] == "from the start"
    assert found.pop("ledger")["outcomes"]["opened"] == "command line"
    assert found == on_page

    page.reload()
    settle(page)
    go_to(page, "Data")
    upload(page, REFERENCE / "gbsg.csv", saved)
    expect(page.get_by_text("Study file study.yaml is applied to the cohort.")).to_be_visible()
    go_to(page, "Overview")
    assert status(page)["pairs matched"] == "240"


def test_a_bad_file_says_why_and_leaves_the_study_alone(page: Page, address: str, tmp_path: Path) -> None:
    bad = tmp_path / "three events.csv"
    rows = ["id,arm,age,os,dead", *(f"{row},{'AB'[row % 2]},{40 + row},{row + 1},{row % 3}" for row in range(30))]
    bad.write_text("\n".join(rows), encoding="utf-8")
    empty = tmp_path / "empty.csv"
    empty.touch()
    open_app(page, address)
    go_to(page, "Data")
    upload(page, empty)
    expect(page.get_by_text("What was on the desk before is still there.")).to_be_visible()
    screenshot(page, "bad_file")
    upload(page, bad)
    expect(page.locator(".mce-intake").get_by_text("30 rows, 5 columns")).to_be_visible()
    screenshot(page, "bad_events")
    page.get_by_role("button", name="Back to the earlier cohort").click()
    settle(page)
    go_to(page, "Overview")
    assert status(page)["pairs matched"] == "25"


def test_labels_that_look_like_markup_are_shown_letter_by_letter(page: Page, address: str, tmp_path: Path) -> None:
    content = (REFERENCE / "veteran.csv").read_text(encoding="utf-8")
    content = content.replace('"test"', '"<b>neu</b>, ""A"" $x$ 💊"').replace('"standard"', '"*alt* [b](c) :red[d]"')
    odd = tmp_path / "odd.csv"
    odd.write_text(content, encoding="utf-8")
    shutil.copy(REFERENCE / "veteran.study.json", tmp_path / "odd.json")
    open_app(page, address)
    go_to(page, "Data")
    upload(page, odd)
    expect(page.locator(".mce-card").first).to_contain_text('<b>neu</b>, "A" $x$ 💊')
    go_to(page, "Overview")
    screenshot(page, "odd_labels")
    expect(page.locator(".mce-status")).to_contain_text('<b>neu</b>, "…')
    assert page.locator(".mce-status b b").count() == 0
