"""A study that uses dates, rules, units and missing values, through the command line from file to results."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from analysis.__main__ import main
from analysis.study_file import load_study

STUDY: dict[str, Any] = {
    "cohort": {"file": "cohort.csv", "id": "patient", "time_unit": "months"},
    "treatment": {"column": "arm", "treated": "new", "control": "standard"},
    "eligibility": [
        {"column": "start", "at_least": "2019-01-01", "at_most": "2021-12-31"},
        {"column": "age", "at_least": 18, "missing": "keep", "reason": "Adults"},
        {"column": "stage", "one_of": ["b", "c"]},
    ],
    "dates": {
        "index": "start",
        "progression": "progressed",
        "died": "status",
        "died_observed": ["DEAD"],
        "last_contact": "last_seen",
        "last_assessment": "last_scan",
        "cutoff": "2023-06-30",
    },
    "covariates": ["age", "albumin"],
    "missing": {"method": "indicator"},
    "matching": {"caliper": None},
    "outcomes": {
        "survival": [
            {"name": "OS", "from_dates": "os"},
            {"name": "PFS", "from_dates": "pfs"},
            {"name": "TTP", "from_dates": "ttp"},
            {"name": "OS by days", "time": "days", "event": "status", "observed": ["Dead"], "unit": "days"},
        ],
    },
}
"""Every key that selection reads, labels in other spellings than the file's among them."""


def cohort() -> pd.DataFrame:
    """Two hundred patients; twenty of a third arm."""
    rng = np.random.default_rng(7)
    n = 220
    start = pd.Timestamp("2018-10-01") + pd.to_timedelta(rng.integers(0, 1300, n), unit="D")
    days = rng.integers(30, 900, n)
    scan = (days * rng.uniform(0.3, 1.0, n)).astype(int)
    table = pd.DataFrame(
        {
            "patient": [f"P{row:03d}" for row in range(n)],
            "arm": ["new", "standard"] * 100 + ["third"] * 20,
            "age": rng.integers(16, 85, n).astype(float),
            "albumin": rng.normal(3.6, 0.5, n).round(1),
            "stage": rng.choice(["A", "B", "C"], n, p=[0.2, 0.5, 0.3]),
            "start": start,
            "progressed": np.where(rng.random(n) < 0.5, start + pd.to_timedelta(scan, unit="D"), pd.NaT),
            "last_scan": start + pd.to_timedelta(scan, unit="D"),
            "last_seen": start + pd.to_timedelta(days, unit="D"),
            "status": rng.choice(["Dead", "Alive"], n),
            "days": days,
        }
    )
    table["progressed"] = pd.to_datetime(table["progressed"])
    table.loc[::9, "albumin"] = np.nan
    table.loc[4::21, "age"] = np.nan
    return table


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a study on the cohort and give its results."""
    monkeypatch.chdir(tmp_path)
    cohort().to_csv("cohort.csv", index=False)

    def _run(**changes: Any) -> dict[str, Any]:
        with Path("study.yaml").open("w", encoding="utf-8") as stream:
            YAML(typ="safe", pure=True).dump(STUDY | changes, stream)
        assert main(["run", "study.yaml", "--out", "found", "--quiet"]) == 0
        return json.loads(Path("found/results.json").read_text(encoding="utf-8"))

    return _run


def test_a_study_from_dates_with_rules_and_marked_values(run: Any) -> None:
    found, table = run(), cohort()
    within = table["start"].between("2019-01-01", "2021-12-31")
    adult = within & ~(table["age"] < 18)
    staged = adult & table["stage"].isin(["B", "C"])
    arms = {"treated": table["arm"] == "new", "control": table["arm"] == "standard", "other": table["arm"] == "third"}
    assert [(step["step"], step["kind"]) for step in found["flow"]] == [
        ("read", "read"),
        ("start from 2019-01-01 to 2021-12-31", "eligibility"),
        ("Adults", "eligibility"),
        ("stage is b or c", "eligibility"),
        ("complete covariates", "complete"),
        ("matched", "matched"),
    ]
    for step, rows in zip(found["flow"][1:4], (within, adult, staged), strict=True):
        assert {arm: step[arm] for arm in arms} == {arm: int((rows & members).sum()) for arm, members in arms.items()}
    assert {term["term"] for term in found["balance"]} >= {"age (missing)", "albumin (missing)"}
    by_name = {outcome["outcome"]: outcome for outcome in found["survival"]}
    assert by_name["OS"]["definition"].endswith("nothing after the data cut-off on 2023-06-30 counts.")
    assert by_name["OS by days"]["definition"] is None
    dead = staged & arms["treated"] & (table["status"] == "Dead")
    assert by_name["OS by days"]["before"]["arms"]["treated"]["events"] == int(dead.sum())
    in_time = dead & (table["last_seen"] <= "2023-06-30")
    assert by_name["OS"]["before"]["arms"]["treated"]["events"] == int(in_time.sum()) < int(dead.sum())
    assert by_name["PFS"]["before"]["arms"]["treated"]["events"] > by_name["TTP"]["before"]["arms"]["treated"]["events"]
    assert {"time_converted", "eligibility_missing"} <= {note["code"] for note in found["notes"]}


def test_without_a_cutoff_dates_and_days_are_the_same_endpoint(run: Any) -> None:
    dates = {key: value for key, value in STUDY["dates"].items() if key != "cutoff"}
    found = {outcome["outcome"]: outcome for outcome in run(dates=dates)["survival"]}
    assert found["OS"]["before"] == found["OS by days"]["before"]
    assert found["OS"]["after"] == found["OS by days"]["after"]


def test_the_study_in_the_results_runs_again_to_the_same_results(run: Any) -> None:
    first = run()
    load_study(json.dumps(first["study"]))
    assert run(**first["study"]) == first


def test_a_study_that_does_not_fit_is_refused_in_sentences(
    run: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run()
    study = STUDY | {"eligibility": [{"column": "stage", "one_of": ["D"]}, {"column": "start", "at_least": 18}]}
    (tmp_path / "other.json").write_text(json.dumps(study))
    assert main(["run", "other.json", "--out", "other"]) == 2
    told = capsys.readouterr().err
    assert "eligibility: every label must be in the column “stage”, and “D” is not" in told
    assert "eligibility: the bounds of “start” are numbers, and the column holds dates." in told
