"""What may happen to a server in a hospital: killed, out of disk, two tabs, a cohort swapped under a run, hostile labels."""

import io
import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import STARTING_SECONDS
from tests.browser.hosted import Hosted, free_port, hosted_app
from tests.browser.steps import PATIENCE_MS, go_to, settle, status, upload
from tests.browser.test_idle_journey import wait_until

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
PATIENTS = "686 rows, 11 columns"


def tab(browser: Browser) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    return context


def arrive(page: Page, app: Hosted) -> None:
    page.goto(app.address)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible(timeout=STARTING_SECONDS * 1000)
    settle(page)


def bring(page: Page, *files: Path) -> None:
    go_to(page, "Data")
    upload(page, *files)
    expect(page.locator(".mce-intake").get_by_text(PATIENTS)).to_be_visible()


def saved(page: Page, words: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    return Path(waiting.value.path()).read_bytes()


def test_a_killed_server_loses_nothing_that_was_saved(browser: Browser, tmp_path: Path) -> None:
    port, study = free_port(), tmp_path / "study.yaml"
    context = tab(browser)
    page = context.new_page()
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with hosted_app(tmp_path / "first", None, {}, port=port) as app:
        arrive(page, app)
        bring(page, REFERENCE / "gbsg.csv", REFERENCE / "gbsg_two_controls.study.json")
        go_to(page, "Matching")
        before = status(page)
        go_to(page, "Report")
        study.write_bytes(saved(page, "Study file, YAML"))
        app.server.kill()
        app.server.wait()
    with hosted_app(tmp_path / "second", None, {}, port=port) as app:
        page.goto(app.address)  # a page that stays open connects again by itself, and is at the sample
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        settle(page)
        assert status(page) != before
        bring(page, REFERENCE / "gbsg.csv", study)
        go_to(page, "Matching")
        assert status(page) == before
    context.close()


def test_without_any_disk_a_study_is_still_carried_through(browser: Browser, tmp_path: Path) -> None:
    """No file may grow by a byte: what a full disk, or one that is read-only, leaves."""
    context = tab(browser)
    page = context.new_page()
    with hosted_app(tmp_path, None, {}, within=("prlimit", "--fsize=0", "--")) as app:
        arrive(page, app)
        bring(page, REFERENCE / "gbsg.csv", REFERENCE / "gbsg.study.json")
        go_to(page, "Report")
        assert saved(page, "Matched cohort, CSV").count(b"\n") > 600
        with zipfile.ZipFile(io.BytesIO(saved(page, "All tables, ZIP"))) as tables:
            assert len(tables.namelist()) > 5
        expect(page.get_by_text("Something went wrong")).to_have_count(0)
        assert (
            app.metric("explorer_audit_events_lost_total") > 0
        )  # the log had no place either: counted, and nobody stopped
        assert app.server.poll() is None
    context.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> "Hosted":
    gone = ("--server.disconnectedSessionTTL", "3")
    with hosted_app(tmp_path_factory.mktemp("hardening"), None, {}, options=gone) as found:
        yield found


def test_two_tabs_of_one_person_are_two_sessions(browser: Browser, app: Hosted) -> None:
    context = tab(browser)
    first, second = context.new_page(), context.new_page()
    arrive(first, app)
    bring(first, REFERENCE / "gbsg.csv")
    arrive(second, app)
    go_to(second, "Data")
    expect(second.get_by_text("On the desk: sample study")).to_be_visible()
    second.get_by_role("button", name="Delete everything now").click()
    settle(second)
    assert app.metric("explorer_rows_in_memory") == 686  # the other tab's is untouched
    context.close()  # and a browser that leaves leaves nothing
    wait_until(lambda: app.metric("explorer_cohorts_in_memory") == 0)


def test_a_cohort_swapped_under_a_run_takes_the_run_with_it(browser: Browser, app: Hosted) -> None:
    context = tab(browser)
    page = context.new_page()
    arrive(page, app)
    bring(page, REFERENCE / "gbsg.csv", REFERENCE / "gbsg.study.json")
    go_to(page, "Robustness")
    page.get_by_test_id("stMain").get_by_role("radio", name="Specification curve", exact=True).click()
    settle(page)
    ended = app.metric("explorer_background_run_seconds_count")
    page.get_by_role("button", name=re.compile("Carry out")).click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    go_to(page, "Data")
    page.get_by_role("button", name="Delete everything now").click()
    settle(page)
    wait_until(lambda: app.metric("explorer_background_run_seconds_count") == ended + 1)
    wait_until(lambda: app.metric("explorer_cohorts_in_memory") == 0)
    go_to(page, "Robustness")
    expect(page.get_by_text(re.compile("Partial: |Stale: "))).to_have_count(0)
    context.close()


HOSTILE = (
    '<img src=x onerror="window.pwned=1">',
    "<script>window.pwned=1</script>",
    "[click](javascript:window.pwned=1)",
    "$$\\input{/etc/passwd}$$ :red[x]",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
)
LIVELY = ":material/delete: :smile: www.evil.org [x](http://evil.org) $\\alpha$ -> y"
"""What Streamlit makes an icon, an emoji, links, a formula and an arrow of, in an endpoint's name and an arm's label."""
ENDPOINT = f"{HOSTILE[1]} {LIVELY}"
CONTROL = f"{HOSTILE[3]} {LIVELY}"
SECTIONS = {
    "Matching": ("Left out", "Pairs"),
    "Survival": ("Differences", "Tests and models", "Competing risks"),
    "Models and subgroups": ("Cox table",),
}


def hostile_files(folder: Path) -> tuple[Path, Path]:
    """A cohort whose every name and label is somebody's attempt, and its study."""
    table = pd.read_csv(REFERENCE / "gbsg.csv")
    table["arm"] = table["arm"].map({"tamoxifen": HOSTILE[0], "no": CONTROL})
    table["grade"] = table["grade"].map({1: HOSTILE[1], 2: HOSTILE[2], 3: HOSTILE[5]})
    names = {"age": HOSTILE[4], "nodes": HOSTILE[0] + " n", "pgr": HOSTILE[5], "er": HOSTILE[3]}
    cohort = folder / "..%2f<b>cohort</b>.csv".replace("/", "")
    table.rename(columns=names).to_csv(cohort, index=False)
    study = json.loads((REFERENCE / "gbsg.study.json").read_text(encoding="utf-8"))
    study["treatment"] = {"column": "arm", "treated": HOSTILE[0], "control": CONTROL}
    study["covariates"] = [names.get(name, name) for name in study["covariates"]]
    study["outcomes"]["survival"][0]["name"] = ENDPOINT
    study["title"] = HOSTILE[2]
    path = folder / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    return cohort, path


def test_labels_are_letters_on_every_page_and_in_every_file(browser: Browser, app: Hosted, tmp_path: Path) -> None:
    context = tab(browser)
    page = context.new_page()
    arrive(page, app)
    bring(page, *hostile_files(tmp_path))
    for name in ("Overview", "Matching", "Survival", "Models and subgroups", "Robustness", "Report"):
        go_to(page, name)
        hold_letters(page)
        for section in SECTIONS.get(name, ()):
            page.get_by_test_id("stMain").get_by_role("radio", name=section, exact=True).click()
            settle(page)
            hold_letters(page)
    go_to(page, "Data")
    page.get_by_role("button", name="Choose other columns, unit or labels").click()
    settle(page)
    observed = page.get_by_role("dialog").get_by_text("labels that mean the event was observed")
    assert (observed.text_content() or "").replace("\u2060", "").startswith(ENDPOINT)
    hold_letters(page)
    page.keyboard.press("Escape")
    go_to(page, "Report")
    for words in ("Matched cohort, CSV", "All tables, ZIP", "LaTeX", "HTML", "Study file, YAML"):
        button = page.get_by_role("button", name=words, exact=True)
        with page.expect_download() as waiting:
            button.first.click()
        assert re.fullmatch(r"[\w. -]+", waiting.value.suggested_filename), words
        text = contents(Path(waiting.value.path()).read_bytes())
        judge(words, text)
    context.close()


def hold_letters(page: Page) -> None:
    """Nothing on the page was made of a label."""
    expect(page.get_by_text("Something went wrong")).to_have_count(0)
    assert page.evaluate("window.pwned") is None
    links = "a[href^='javascript'], a[href^='http'][href*='evil']"
    made = f"img[src='x'], {links}, .katex, [data-testid=stMain] script, [aria-label='delete icon']"
    assert page.locator(made).evaluate_all("found => found.map(one => one.parentElement.outerHTML.slice(0, 500))") == []
    shown = page.get_by_test_id("stMain").inner_text()
    assert "\N{SMILING FACE WITH OPEN MOUTH AND SMILING EYES}" not in shown
    assert "\N{RIGHTWARDS ARROW} y" not in shown


def contents(found: bytes) -> str:
    """A file's text; that of every file inside an archive."""
    if not found.startswith(b"PK"):
        return found.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(found)) as packed:
        assert [name for name in packed.namelist() if name.startswith("/") or ".." in name] == []
        return "\n".join(packed.read(name).decode("utf-8-sig") for name in packed.namelist())


def judge(words: str, text: str) -> None:
    """Whatever the file, a label in it is letters."""
    if words == "HTML":
        assert "<img src=x" not in text
        assert "<script>window" not in text
        assert "&lt;img src=x" in text
    elif words == "LaTeX":
        assert "\\input{" not in text
        assert "$$" not in text.replace("\\$\\$", "")
    elif words != "Study file, YAML":
        cells = [cell for line in text.splitlines() for cell in line.split(",")]
        assert [cell for cell in cells if cell.strip('"').startswith(("=cmd", "+cmd", "@cmd"))] == []
