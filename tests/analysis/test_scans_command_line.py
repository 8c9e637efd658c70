"""The file of scans on the command line, beside the study file; and what a study may not say of scans."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.contradictions import contradictions
from analysis.settings import StudySettings
from tests.analysis.test_command_line import TABLE, folder, write

__all__ = ["folder"]

STUDY: dict = {
    "cohort": {"file": "veteran.csv", "id": "patient"},
    "scans": {"file": "scans.csv", "id": "patient", "date": "day", "sum": "size"},
    "outcomes": {"survival": [], "response": [{"name": "RECIST", "scans": "recist"}]},
}


def scanned(folder: Path) -> None:
    table = TABLE.copy()
    table["patient"] = range(len(table))
    write(folder, table, STUDY)
    rows = [(row, day, size) for row in range(len(table)) for day, size in ((0, 50), (60, 20 if row % 3 else 60))]
    pd.DataFrame(rows, columns=["patient", "day", "size"]).to_csv(folder / "scans.csv", index=False)


def test_scans_beside_the_study_file_are_read_and_told_of(folder: Path) -> None:
    scanned(folder)
    assert main(["run", "study.json", "--quiet"]) == 0
    found = json.loads((folder / "results" / "results.json").read_text())
    arms = found["response"][0]["before"]["arms"]
    assert sum(arm["objective_response"]["count"] for arm in arms.values()) == sum(row % 3 > 0 for row in range(137))
    assert len(found["scans_sha256"]) == 64
    assert (folder / "results" / "response_times.csv").exists()


def test_scans_that_are_not_there_are_asked_for_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scanned(folder)
    (folder / "scans.csv").unlink()
    assert main(["run", "study.json"]) == 2
    told = capsys.readouterr().err
    assert "The file of scans must exist; scans.csv was not found." in told
    assert str(folder) not in told


def test_what_is_wrong_with_scans_is_said_of_their_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scanned(folder)
    (folder / "scans.csv").write_text("patient,day,size\n")
    assert main(["run", "study.json"]) == 2
    assert "scans.csv, the file of scans: The file must hold one row per patient" in capsys.readouterr().err


def test_a_check_with_a_study_reads_the_scans_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scanned(folder)
    (folder / "scans.csv").write_text("patient,day,size\n0,0,50\n0,0,50\n")
    assert main(["check", "veteran.csv", "--study", "study.json"]) == 2
    assert "1 of 2 rows repeat a day of the same patient" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cohort": {}}, "scans are joined to their patients by id, and the cohort names none; add cohort.id."),
        ({"scans": None}, "outcomes.response 'RECIST' follows from scans, and the study has none"),
        (
            {"outcomes": {"response": [{"name": "mRECIST", "scans": "mrecist"}]}},
            "outcomes.response 'mRECIST' follows from the column scans.viable_sum, and there is none; add it.",
        ),
        (
            {"outcomes": {"response": [{"name": "RECIST", "scans": "recist", "change": "shrinkage"}]}},
            "outcomes.response 'RECIST' follows from scans, which tell its change; remove change.",
        ),
        (
            {"outcomes": {"response": [{"name": "R", "column": "bor"}], "adverse_events": ["rash", "rash"]}},
            "outcomes.adverse_events must name each column once; 'rash' stands there 2 times.",
        ),
        (
            {"outcomes": {"response": [{"name": "R", "column": "bor"}], "adverse_events": ["age"]}},
            "covariates must be known before treatment; 'age' is an adverse event.",
        ),
        (
            {"outcomes": {"response": [{"name": "R", "column": "bor", "change": "age"}]}},
            "covariates must be known before treatment; 'age' is the change of R.",
        ),
    ],
)
def test_what_a_study_may_not_say_of_scans(changes: dict, sentence: str) -> None:
    values = {"treatment": {"column": "arm", "treated": "A", "control": "B"}, "covariates": ["age"], **STUDY, **changes}
    assert any(sentence in text for text in contradictions(StudySettings.model_validate(values)))
