"""No word that was read or typed occurs in what an operator may know."""

import json
import urllib.request
from pathlib import Path

import pandas as pd
from playwright.sync_api import Browser, expect

from tests.browser.hosted import hosted_app
from tests.browser.steps import PATIENCE_MS, go_to, open_app, settle, upload

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
MARK = "zq7x"
"""Stands in every name and every label of this journey, and nowhere in the product."""


def marked_cohort(folder: Path) -> Path:
    table = pd.read_csv(REFERENCE / "gbsg.csv")
    table["arm"] = table["arm"].map({"tamoxifen": f"{MARK} drug", "no": f"{MARK} none"})
    table["id"] = [f"{MARK}{value}" for value in table["id"]]
    path = folder / f"{MARK} hospital.csv"
    table.rename(columns=lambda name: f"{MARK} {name}").to_csv(path, index=False)
    return path


def marked_study(folder: Path, cohort: Path) -> Path:
    study = json.loads((REFERENCE / "gbsg.study.json").read_text(encoding="utf-8"))
    study["cohort"] |= {"file": cohort.name, "id": f"{MARK} id"}
    study["title"] = f"{MARK} title"
    study["treatment"] = {"column": f"{MARK} arm", "treated": f"{MARK} drug", "control": f"{MARK} none"}
    study["covariates"] = [f"{MARK} {name}" for name in study["covariates"]]
    study["outcomes"]["survival"] = [{"name": f"{MARK} RFS", "time": f"{MARK} t", "event": f"{MARK} status"}]
    path = folder / f"{MARK} study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    return path


def test_a_journey_full_of_marks_leaves_none(browser: Browser, tmp_path: Path) -> None:
    settings = {"audit_identity": "email", "idle_minutes": "0"}
    with hosted_app(tmp_path, None, settings) as app:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        open_app(page, app.address)
        go_to(page, "Data")
        broken = tmp_path / f"{MARK} broken.xlsx"
        broken.write_bytes(MARK.encode() * 40)
        upload(page, broken)
        cohort = marked_cohort(tmp_path)
        upload(page, cohort, marked_study(tmp_path, cohort))
        use = page.get_by_role("button", name="Use the cohort")
        if use.count():
            use.first.click()
            settle(page)
        go_to(page, "Report")
        kinds = []
        for words, kind in (
            ("Study file, YAML", "study"),
            ("Matched cohort, CSV", "matched cohort"),
            ("All tables, ZIP", "tables"),
        ):
            button = page.get_by_role("button", name=words)
            with page.expect_download() as waiting:
                button.click()
            assert MARK.encode() in Path(waiting.value.path()).read_bytes() or kind == "tables"
            kinds.append(kind)
        go_to(page, "Survival")
        page.get_by_role("button", name="Download", exact=True).first.click()
        with page.expect_download():
            page.get_by_role("button", name="SVG", exact=True).first.click()
        expect(page.get_by_text(MARK).first).to_be_visible()
        context.close()
        exports = [event["kind"] for event in app.events("export")]
        assert exports == [*kinds, "figure svg"]
        sizes = [(event["rows"], event["columns"], event["sample"]) for event in app.events("cohort opened")]
        assert sizes[-1] == (686, 11, False)
        assert [event["problems"] for event in app.events("file refused")] == [1]
        with urllib.request.urlopen(app.metrics, timeout=10) as answer:
            metrics = answer.read().decode()
    log = (tmp_path / "log.txt").read_text(encoding="utf-8")
    for text in (app.audit.read_text(encoding="utf-8"), metrics, log):
        assert MARK not in text.lower()
    assert 'explorer_exports_total{kind="figure svg"} 1.0' in metrics
