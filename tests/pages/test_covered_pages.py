"""While outcomes are covered no page computes one, and nothing of one is in what a page sends."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analysis.plan import SHORT
from analysis.study.ledger import ledger_sentences
from analysis.study_file import load_study
from tests.pages.conftest import assert_sound, status, words
from tests.pages.test_downloads import labels
from ui.downloads import study_bytes, tables_archive
from ui.ledger.plan import ledger_of
from ui.ledger.record import Record
from ui.matching.sections import SECTIONS
from ui.robustness.sections import SECTIONS as ROBUSTNESS_SECTIONS

Show = Callable[[str], AppTest]

COVERED = ("overview", "survival", "response", "subgroups", "robustness")
OUTCOME_WORDS = re.compile(
    r"hazard ratio|median (os|pfs)|log-rank|response rate [0-9]|events in|\bp [=<] ?0|responders \(", re.IGNORECASE
)
"""What is said of outcomes; the gate speaks of events of both arms together and of what an interval is worth."""


def refused(*_: Any, **__: Any) -> None:
    raise AssertionError("an outcome was computed while outcomes are covered")


@pytest.fixture
def blinded(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """A study that opens blinded, on a cohort of which nothing was seen, in which no outcome may be computed."""
    page = app.switch_page("pages/data.py").run()
    desk = page.session_state["workspace"]
    desk.record = Record()
    desk._stages.clear()
    page = page.run().toggle(key="open blinded").set_value(True).run()
    for name in ("ui.workspace.outcomes_before", "ui.workspace.outcomes_after", "analysis.study.imputed.pool_outcomes"):
        monkeypatch.setattr(name, refused)
    return page


def everything(page: AppTest) -> str:
    """Texts, tables and figures of a page, the sidebar's too, as one string."""
    parts = [words(page), *(item.value.to_csv() for item in page.dataframe)]
    parts += [item.proto.spec for item in page.get("plotly_chart")]
    return "\n".join(parts).replace("\\", "")


def press(page: AppTest, key: str) -> AppTest:
    page = page.button(key=key).click().run()
    assert_sound(page)
    return page


def test_pages_of_outcomes_are_covered_and_compute_none(blinded: AppTest) -> None:
    for name in COVERED:
        page = blinded.switch_page(f"pages/{name}.py").run()
        assert_sound(page)
        text = everything(page)
        assert "Outcomes are covered" in text
        assert "<b>covered</b><span>outcomes</span>" in status(page)
        assert not OUTCOME_WORDS.search(text.replace("covers every", "")), OUTCOME_WORDS.search(text)
        assert not page.get("plotly_chart")


@pytest.mark.parametrize("section", ROBUSTNESS_SECTIONS)
def test_no_section_of_robustness_computes_or_begins_anything(
    blinded: AppTest, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "confounding.study_confounding", "confounding.endpoint_tipping", "power.study_power", "running.start_run",
        "specifications.specification_curve", "bootstrap.bootstrap_study",
    ):  # fmt: skip
        monkeypatch.setattr(f"ui.robustness.{name}", refused)
    blinded.session_state["section of robustness"] = section
    page = blinded.switch_page("pages/robustness.py").run()
    assert_sound(page)
    text = everything(page)
    assert "Outcomes are covered" in text
    assert f"## {section}" not in text
    assert not OUTCOME_WORDS.search(text), OUTCOME_WORDS.search(text)
    assert not page.get("plotly_chart")
    assert not len(page.dataframe)
    assert not labels(page)
    page = press(page, "lock plan")
    assert f"## {section}" not in everything(page)


def test_a_caliper_promises_no_curve_and_no_finding(blinded: AppTest) -> None:
    blinded.session_state["section of matching"] = "Caliper"
    text = words(blinded.switch_page("pages/matching.py").run())
    assert "### Balance while the caliper moves" in text
    assert "### What each caliper keeps and balances" in text.replace("\\", "")
    assert "finds" not in text


def test_the_matching_page_shows_the_design_and_nothing_of_an_outcome(blinded: AppTest) -> None:
    page = blinded.switch_page("pages/matching.py").run()
    for section in SECTIONS:
        page.session_state["section of matching"] = section
        page = page.run()
        assert_sound(page)
        text = everything(page)
        assert not OUTCOME_WORDS.search(text.replace("hazard ratio reaches from", "")), section
        assert "Survival (%)" not in text
    page.session_state["section of matching"] = "Balance"
    page.session_state["view of balance"] = "Prognostic score"
    assert "learnt from outcomes, which are covered" in words(page.run())


def test_the_report_has_the_study_and_no_result(blinded: AppTest) -> None:
    page = blinded.switch_page("pages/report.py").run()
    assert_sound(page)
    assert not OUTCOME_WORDS.search(everything(page))
    assert [label for label in labels(page) if "Results" in label or "ZIP" in label] == []
    assert "Study file, YAML" in labels(page)
    assert "Outcomes have not been seen." in words(page)


def test_no_page_computes_an_outcome_where_covariates_are_imputed(blinded: AppTest) -> None:
    desk = blinded.session_state["workspace"]
    missing = desk.form.missing.model_copy(update={"method": "multiple_imputation", "imputations": 2, "iterations": 1})
    desk.change(replace(desk.form, missing=missing))
    for name in ("data", "overview", "report"):
        page = blinded.switch_page(f"pages/{name}.py").run()
        assert_sound(page)
    assert not OUTCOME_WORDS.search(everything(page))


def test_a_locked_plan_is_shown_departed_from_and_gone_back_to(
    blinded: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = blinded.switch_page("pages/overview.py").run()
    page = press(page, "lock plan")
    desk = page.session_state["workspace"]
    plan = desk.record.ledger.lock.digest
    assert f"Plan `{plan[:SHORT]}` is locked" in words(page)
    page.slider(key="caliper").set_value(0.05).run()
    assert page.button(key="show outcomes").disabled
    assert "departs from the plan" in words(page)
    page = press(page, "back to plan")
    monkeypatch.undo()
    page = press(page, "show outcomes")
    assert "Median PFS was 4.8 months with LEN" in words(page)
    page.slider(key="caliper").set_value(0.05).run()
    page = page.switch_page("pages/report.py").run()
    text = words(page).replace("\\", "")
    assert "Second specification examined." in text
    assert f"Plan {plan[:SHORT]} locked before outcomes were seen; this specification departs from it." in text
    assert load_study(study_bytes_of(page)).gate.plan == plan


def study_bytes_of(page: AppTest) -> str:
    """The study file as the Report page gives it."""
    desk = page.session_state["workspace"]
    settings = desk.state().settings
    return study_bytes(settings, " ".join(ledger_sentences(ledger_of(desk), settings))).decode()


def test_opening_early_is_one_click_with_a_confirmation_and_stays_in_every_export(
    blinded: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = blinded.switch_page("pages/overview.py").run()
    monkeypatch.undo()
    page = press(page, "open early")
    assert OUTCOME_WORDS.search(everything(page))
    assert "Median PFS was 4.8 months with LEN" in words(page)
    desk = page.session_state["workspace"]
    desk.undo()
    given: dict[str, Callable[[], bytes]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.downloads._button", lambda label, data, *_: given.setdefault(label, data))
        page = page.switch_page("pages/report.py").run()
    said = "Outcomes were opened early, before a plan was locked."
    # A button's file is made when it is asked for, outside the session: nothing may then be looked up in it.
    monkeypatch.setattr("ui.session.workspace", refused)
    assert said in given["Study file, YAML"]().decode()
    assert said in json.loads(given["Results, JSON"]())["ledger"]["sentences"]
    with zipfile.ZipFile(io.BytesIO(given["SVG, ZIP"]())) as files:
        assert said in files.read("what_was_examined.txt").decode()
    monkeypatch.undo()
    assert said in words(page).replace("\\", "")
    assert said in study_bytes_of(page)
    result = desk.result()
    archive = tables_archive(result, ledger_of(desk))
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert b"covered" not in files.read("gate.csv")
        assert files.read("ledger.csv").decode("utf-8-sig").count("False") >= 1


def test_the_ledger_lists_compares_and_goes_back(app: AppTest) -> None:
    app.slider(key="caliper").set_value(0.5).run()
    page = app.switch_page("pages/report.py").run()
    assert_sound(page)
    text = words(page).replace("\\", "")
    assert "Second specification examined. No plan was locked. Outcomes were in sight from the start." in text
    ledger = next(item.value for item in page.dataframe if "Digest" in item.value)
    assert ledger["No."].tolist() == ["2", "1"]
    assert ledger[""].tolist() == ["on the desk", ""]
    page.session_state["compare entries"] = True
    page = page.run()
    compared = next(item.value for item in page.dataframe if "No. 1" in item.value).set_index("")
    assert compared.loc["matching.caliper"].tolist() == ["0.2", "0.5"]
    assert "PFS, hazard ratio" in compared.index
    page = press(page, "go to 1")
    desk = page.session_state["workspace"]
    assert desk.form.matching.caliper == 0.2
    assert len(desk.record.ledger.entries) == 2
    assert "First specification examined of 2." in words(page)
    desk.undo()
    assert desk.form.matching.caliper == 0.5


def test_a_threshold_is_changed_on_the_page_and_is_no_other_specification(show: Show) -> None:
    page = show("matching")
    page.session_state["section of matching"] = "Gate"
    page = page.run()
    table = next(item.value for item in page.dataframe if "Should be" in item.value)
    assert table.set_index("Check").loc["Largest |SMD|", "Should be"] == "at most 0.1"
    page = page.number_input(key="gate largest_smd").set_value(0.5).run()
    assert_sound(page)
    table = next(item.value for item in page.dataframe if "Should be" in item.value)
    assert table.set_index("Check").loc["Largest |SMD|", "Should be"] == "at most 0.5"
    page = page.number_input(key="gate least_events").set_value(None).run()
    desk = page.session_state["workspace"]
    assert desk.form.gate.least_events is None
    assert len(desk.record.ledger.entries) == 1


def test_outcomes_that_were_seen_cannot_be_covered(show: Show) -> None:
    show("overview")
    page = show("data")
    assert page.toggle(key="open blinded").disabled
    assert "covering them would make nobody blind" in words(page)


def test_results_json_of_the_page_has_the_session_s_ledger(app: AppTest) -> None:
    from analysis.reporting.results import results_file

    desk = app.session_state["workspace"]
    result = desk.result()
    document = json.loads(results_file(result, ledger=ledger_of(desk)))
    assert document["ledger"]["outcomes"]["opened"] == "from the start"
    assert document["ledger"]["entries"][0]["time"] is not None
