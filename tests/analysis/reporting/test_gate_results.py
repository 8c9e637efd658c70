"""The gate and the ledger in files: the same numbers as the design, and no small count."""

import csv
import io
import json

from analysis.plan import plan_digest
from analysis.reporting.csv_files import csv_files
from analysis.reporting.results import results_file
from analysis.reporting.summary import summary_lines
from analysis.settings import ExportSettings
from analysis.study import StudyResult
from analysis.study.ledger import Ledger, PlanLock, ledger_of_run
from tests.analysis.study.outcome_cases import outcome_result


def rows(result: StudyResult, name: str, ledger: Ledger | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_files(result, ledger=ledger)[name].decode("utf-8-sig"))))


def test_the_results_file_tells_the_gate_and_the_ledger() -> None:
    result = outcome_result()
    document = json.loads(results_file(result))
    checks = {(check["name"], check["where"]): check for check in document["gate"]["checks"]}
    smd = next(check for (name, _), check in checks.items() if name == "smd")
    assert smd["value"] == document["balance_summary"]["largest_smd_after"]
    kept = result.design.weights > 0
    assert checks["events", "OS"]["value"] == int(result.patients.endpoints[1].event[kept].sum())
    assert document["gate"]["passed"] == all(check["verdict"] == "pass" for check in checks.values())
    ledger = document["ledger"]
    assert ledger["settings_sha256"] == plan_digest(result.settings) == ledger["entries"][0]["settings_sha256"]
    assert ledger["outcomes"] == {"opened": "command line", "time": None}
    assert ledger["plan"] is None
    assert ledger["entries"][0]["effects"][1]["estimate"] == document["survival"][1]["after"]["cox"]["hazard_ratio"]
    assert [row["name"] for row in rows(result, "gate.csv")] == [name for name, _ in checks]
    assert rows(result, "ledger.csv")[0]["n_treated"] == str(result.design.n_treated)


def test_the_session_s_ledger_takes_the_place_of_the_run_s() -> None:
    result = outcome_result()
    lock = PlanLock(digest="0" * 64, time="2024-01-31T10:00:00+00:00", outcomes_seen=False)
    session = Ledger(entries=ledger_of_run(result).entries, lock=lock, opened="after lock", opened_time="then")
    document = json.loads(results_file(result, ledger=session))
    assert document["ledger"]["plan"]["outcomes_seen"] is False
    assert document["ledger"]["entries"][0]["is_plan"] is False
    assert "departs from it" in document["ledger"]["sentences"][1]
    assert rows(result, "ledger.csv", session)[0]["is_plan"] == "False"


def test_hidden_counts_are_hidden_here_too() -> None:
    document = json.loads(results_file(outcome_result(below=8)))
    entry = document["ledger"]["entries"][0]
    assert (entry["n_sets"], entry["n_treated"], entry["effective_sample_size"], entry["effects"]) == (
        None,
        None,
        None,
        [],
    )
    for check in document["gate"]["checks"]:
        assert (check["value"] is None) == (check["name"] in ("kept", "effective size", "events"))
    hidden = outcome_result(below=8)
    assert isinstance(hidden.settings.exports, ExportSettings)
    assert {row["value"] for row in rows(hidden, "gate.csv") if row["name"] == "events"} == {""}
    assert rows(hidden, "ledger.csv")[0]["n_treated"] == ""


def test_the_command_line_says_both_in_a_line() -> None:
    text = "\n".join(summary_lines(outcome_result()))
    assert "The design passes " in text
    assert "No plan was locked. Run from a study file; what was seen before it cannot be told." in text
