"""A study on a folder of Parquet or a database gives the numbers of the same table as text, from the command line."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.__main__ import main
from tests.analysis.test_command_line import TABLE, write

OTHERS = {"cohort_sha256", "ledger", "notes", "study"}
"""What a run says of its file, and of the plan, which names the table."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, TABLE, {})
    wide = TABLE.assign(**{f"lab_{number}": np.arange(len(TABLE)) for number in range(5)})
    (tmp_path / "parts").mkdir()
    for number, start in enumerate(range(0, len(wide), 50)):
        part = pa.Table.from_pandas(wide.iloc[start : start + 50], preserve_index=False)
        pq.write_table(part, tmp_path / "parts" / f"{number}.parquet")
    with duckdb.connect(tmp_path / "registry.duckdb") as connection:
        connection.register("given", pa.Table.from_pandas(wide, preserve_index=False))
        connection.execute("CREATE TABLE patients AS SELECT * FROM given")
        connection.execute("CREATE TABLE visits AS SELECT 1 AS id")
    with sqlite3.connect(tmp_path / "registry.sqlite") as other:
        wide.to_sql("patients", other, index=False)
    other.close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def results(folder: Path, out: str) -> dict[str, Any]:
    return json.loads((folder / out / "results.json").read_text())


def test_a_run_on_a_store_is_the_run_on_the_text(folder: Path) -> None:
    assert main(["run", "study.json", "--out", "text", "--quiet"]) == 0
    text = results(folder, "text")
    digests = set()
    for number, cohort in enumerate(
        ({"file": "parts"}, {"file": "registry.duckdb", "table": "patients"}, {"file": "registry.sqlite"})
    ):
        write(folder, TABLE, {"cohort": cohort})
        assert main(["run", "study.json", "--out", f"store {number}", "--quiet"]) == 0
        found = results(folder, f"store {number}")
        assert {key: found[key] for key in found if key not in OTHERS} == {
            key: text[key] for key in text if key not in OTHERS
        }
        assert f"of {TABLE.shape[1] + 5} columns were read" in json.dumps(found["notes"])
        digests.add(found["cohort_sha256"])
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("cohort", "sentence"),
    [
        ({"file": "veteran.csv", "table": "t"}, "cohort.table names a table of a database, and veteran.csv is none."),
        (
            {"file": "registry.duckdb"},
            "this one has 2: “patients”, “visits”. Name one in cohort.table of the study file.",
        ),
        ({"file": "registry.duckdb", "table": "x"}, "“x” is none. It has “patients”, “visits”."),
        (
            {"file": "registry.duckdb", "table": "visits"},
            "must be a column of the file, and there is none of that name.",
        ),
        ({"file": "empty"}, "The cohort's folder must hold Parquet files, and there is none in it."),
    ],
)
def test_a_refusal_is_a_sentence_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str], cohort: dict[str, str], sentence: str
) -> None:
    (folder / "empty").mkdir()
    write(folder, TABLE, {"cohort": cohort})
    assert main(["run", "study.json"]) == 2
    assert sentence in capsys.readouterr().err
    assert not (folder / "results").exists()


def test_a_store_is_checked_with_and_without_a_study(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "parts"]) == 0
    assert f"{len(TABLE)} rows, {TABLE.shape[1] + 5} columns" in capsys.readouterr().out
    assert main(["check", "parts", "--study", "study.json"]) == 0
    assert "Nothing stands in the way of a run." in capsys.readouterr().out
