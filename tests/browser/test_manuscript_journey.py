"""Take it to my manuscript: the report as a person makes it, and the capsule that opens the session again."""

import json
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.axe import SERIOUS, Axe
from tests.browser.steps import go_to, open_app, settle, status, upload

REFERENCE = Path(__file__).parents[1] / "reference"


def save(page: Page, words: str, path: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=words).click()
    waiting.value.save_as(path)
    return path


def test_a_report_is_made_downloaded_and_read_without_the_network(page: Page, address: str, tmp_path: Path) -> None:
    open_app(page, address)
    go_to(page, "Report")
    page.get_by_role("button", name="Report, HTML").click()
    expect(page.get_by_role("button", name="Download: Report, HTML")).to_be_visible()
    settle(page)
    report = save(page, "Download: Report, HTML", tmp_path / "report.html")

    # Elsewhere, without the app.
    reader = page.context.new_page()
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(report.as_uri())
    expect(reader.get_by_role("heading", name="Methods", exact=True)).to_be_visible()
    expect(reader.get_by_text("HR 0.54, 95% CI 0.29–0.99").first).to_be_visible()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    violations = Axe().run(reader).response["violations"]
    assert [item["id"] for item in violations if item["impact"] in SERIOUS] == []


def test_a_capsule_opens_its_session_again(page: Page, address: str, tmp_path: Path) -> None:
    open_app(page, address)
    go_to(page, "Data")
    upload(page, REFERENCE / "gbsg.csv", REFERENCE / "gbsg.study.json")
    go_to(page, "Matching")
    assert status(page)["pairs matched"] == "240"
    go_to(page, "Report")
    capsule = save(page, "Capsule, ZIP", tmp_path / "gbsg_capsule.zip")
    with zipfile.ZipFile(capsule) as archive:
        assert not {"sets.csv", "cohort.csv"} & set(archive.namelist())
        found = json.loads(archive.read("results.json"))
    assert found["matching"]["caliper_width"] > 0

    page.reload()
    settle(page)
    go_to(page, "Data")
    upload(page, capsule)
    expect(page.get_by_text("its SHA-256 begins with")).to_be_visible()
    upload(page, REFERENCE / "gbsg.csv")
    expect(page.get_by_text("is open again: its study and 1 examined specification")).to_be_visible()
    go_to(page, "Matching")
    assert status(page)["pairs matched"] == "240"
