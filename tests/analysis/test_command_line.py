"""The command line: files in and out, exit codes, and a sentence for everything a user can mend."""

import contextlib
import io
import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

import analysis.study.result
from analysis.__main__ import main
from analysis.study import STAGES
from analysis.study_file import load_study, study_values

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "reference"

TABLE = pd.read_csv(REFERENCE / "veteran.csv")
STUDY: dict[str, Any] = json.loads((REFERENCE / "veteran.study.json").read_text())

TABLES = [
    *("at_risk", "balance", "cox", "curves", "differences", "endpoints"),
    *("flow", "gate", "ledger", "patients", "propensity", "sensitivity", "sets", "survival"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a sound study and its cohort, and the process in it."""
    write(tmp_path, TABLE, {})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, table: pd.DataFrame | bytes, changes: dict[str, Any]) -> None:
    study = json.loads(json.dumps(STUDY))
    for group, change in changes.items():
        study[group] = {**study.get(group, {}), **change} if isinstance(change, dict) else change
    (folder / "study.json").write_text(json.dumps(study))
    content = table if isinstance(table, bytes) else table.to_csv(index=False).encode()
    (folder / "veteran.csv").write_bytes(content)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_run_as_a_process_of_its_own(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "analysis", "run", "study.json", "--out", "found"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Matched 54 of 68 patients in arm test with 54 of 69 in arm standard: 54 sets." in done.stdout
    assert done.stdout.endswith(f"Wrote {len(TABLES) + 2} files into found.\n")
    found = json.loads((folder / "found" / "results.json").read_text())
    assert found["format"] == "matched-cohort/1"
    assert found["survival"][0]["after"]["arms"]["treated"]["n"] == 54


def test_no_run_needs_streamlit_and_no_refusal_needs_pandas(folder: Path) -> None:
    for arguments, unwanted in (
        (["run", "study.json", "--figures", "svg", "--quiet"], {"streamlit"}),
        (["run", "study.json"], {"streamlit", "plotly", "matplotlib"}),
        (["run", "absent.yaml"], {"streamlit", "plotly", "pandas", "numba", "matplotlib"}),
    ):
        script = f"import sys; from analysis.__main__ import main; main({arguments}); print(*sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
            check=True,
        )
        assert unwanted & set(done.stdout.split()) == set()


def test_a_refusal_as_a_process_of_its_own_has_no_traceback(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "run", "absent.yaml"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "The study file must exist; absent.yaml was not found. Check its name and its folder.\n"


@pytest.mark.parametrize("arguments", [["run", "study.json", "--out", "found"], ["schema"]])
def test_a_reader_that_has_read_enough_is_no_bug(folder: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "analysis", *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "found" / "results.json").exists() == (arguments[0] == "run")


def test_a_run_writes_its_files_and_nothing_else(folder: Path) -> None:
    before = names(folder)
    assert main(["run", "study.json"]) == 0
    written = ["results", "results/SHA256SUMS", "results/results.json", *(f"results/{name}.csv" for name in TABLES)]
    assert names(folder) == sorted([*before, *written])


def test_two_runs_write_the_same_bytes(folder: Path) -> None:
    assert main(["run", "study.json", "--out", "one", "--figures", "svg,pdf", "--quiet"]) == 0
    assert main(["run", "study.json", "--out", "two", "--figures", "svg,pdf", "--quiet"]) == 0
    assert names(folder / "one") == names(folder / "two")
    for path in (folder / "one").iterdir():
        assert path.read_bytes() == (folder / "two" / path.name).read_bytes(), path.name


def test_what_is_missing_is_drawn_where_covariates_are_missing(folder: Path) -> None:
    table = TABLE.copy()
    table.loc[::9, "age"] = None
    write(folder, table, {"missing": {"method": "indicator"}})
    assert main(["run", "study.json", "--figures", "png", "--quiet"]) == 0
    assert (folder / "results" / "missing_covariates.png").read_bytes().startswith(b"\x89PNG")


def test_figures_are_named_for_what_they_hold(folder: Path) -> None:
    assert main(["run", "study.json", "--figures", "png", "--quiet"]) == 0
    figures = [path.name for path in sorted(folder.glob("results/*.png"))]
    assert figures == [
        "balance_before_and_after.png",
        "calibration_of_the_score.png",
        "cox_OS_after.png",
        "cox_OS_before.png",
        "endpoints_before_and_after.png",
        "flow_of_patients.png",
        "left_out.png",
        "overlap_after.png",
        "overlap_before.png",
        "survival_OS_after.png",
        "survival_OS_before.png",
        "tipping_point_OS_after.png",
        "tipping_point_OS_before.png",
    ]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in folder.glob("results/*.png"))


def test_a_second_run_leaves_no_figure_of_the_first(folder: Path) -> None:
    assert main(["run", "study.json", "--figures", "svg", "--quiet"]) == 0
    (folder / "results" / "remarks.txt").write_text("mine")
    assert main(["run", "study.json", "--quiet"]) == 0
    assert not list(folder.glob("results/*.svg"))
    assert (folder / "results" / "remarks.txt").read_text() == "mine"


def test_the_cohort_may_be_given_instead_of_the_one_the_study_names(folder: Path) -> None:
    (folder / "veteran.csv").rename(folder / "other.csv")
    assert main(["run", "study.json", "--cohort", "other.csv", "--quiet"]) == 0


def test_the_cohort_is_looked_for_beside_the_study_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "deeper").mkdir()
    monkeypatch.chdir(folder / "deeper")
    assert main(["run", "../study.json", "--out", "../found", "--quiet"]) == 0
    assert (folder / "found" / "results.json").exists()


def test_quiet_prints_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "study.json", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a Unix thing")
def test_a_terminal_is_shown_the_stages_and_left_clean(folder: Path) -> None:
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "run", "study.json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    drawn = [step for step in (*STAGES, "writing") if step in shown]
    assert drawn == [*STAGES, "writing"]
    assert shown.rstrip("\r").split("\r")[-1].strip() == ""
    assert b"\r" not in done.stdout


def test_the_schema_is_printed_and_holds_for_the_study(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    sample = load_study((ROOT / "sample_data" / "study.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(STUDY, schema)
    jsonschema.validate(study_values(sample), schema)


def test_check_says_what_was_understood(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "veteran.csv"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("137 rows, 9 columns. The columns were taken for:\n  id          id\n")
    assert "  treatment   arm, test compared with standard" in out
    assert "  covariates  celltype, karno, diagtime, age, prior\n" in out
    assert out.endswith("Nothing stands in the way of a run.\n")


def test_check_against_a_study(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "veteran.csv", "--study", "study.json"]) == 0
    out, _ = capsys.readouterr()
    assert "  Treatment   test (68) compared with standard (69, the reference), from column arm\n" in out
    assert names(folder) == ["study.json", "veteran.csv"]


def test_check_of_a_cohort_whose_roles_cannot_be_guessed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "plain.csv").write_text("a,b\n1.5,2\n2.5,3\n3.5,3\n")
    assert main(["check", "plain.csv"]) == 0
    assert capsys.readouterr().out.endswith("A run needs the roles that were not found.\n")


def test_check_tells_errors_then_warnings_then_how_the_file_was_read(folder: Path) -> None:
    rows = ["id,arm,age,afp,size,seen,os_months,death"]
    for row in range(40):
        size, seen = f"{row + 10} {('mm', 'cm')[row % 2]}", f"{row % 28 + 1:02d}/04/2022"
        rows.append(f"{row // 2},{'AB'[row % 2]},{50 + row},>{100 + row % 3},{size},{seen},{row + 1},{row % 3 // 2}")
        rows[-1] = rows[-1].replace(">", ">" if row % 9 == 0 else "")
    (folder / "x.csv").write_text("\n".join(rows))
    (folder / "x.yaml").write_text(
        "cohort: {id: id, time_unit: months}\ntreatment: {column: arm, treated: A, control: B}\n"
        'covariates: [age, afp]\noutcomes: {survival: [{name: OS, time: os_months, event: death, observed: ["1"]}]}\n'
    )
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        assert main(["check", "x.csv", "--study", "x.yaml"]) == 2
    lines = told.getvalue().splitlines()
    kinds = [line.split(":")[0] if line.startswith(("Warning: ", "Note: ")) else "other" for line in lines]
    assert [kind for kind, _ in itertools.groupby(kinds)] == ["other", "Warning", "Note"]
    assert any(line.startswith("id: every id must stand on one row") for line in lines)
    assert any(line.startswith("Warning: The numbers of a column must have one unit") for line in lines)
    assert (
        "Note: Day and month of dates were read in this order: day first in seen (by numbers above 12 in it)." in lines
    )


def test_check_of_patients_in_columns_names_none_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patients = range(40)
    rows = [["id", *(f"S{row:04d}" for row in patients)]]
    rows += [[name, *(str(row * step % 17) for row in patients)] for name, step in (("age", 3), ("os_months", 5))]
    rows += [["arm", *("AB"[row % 2] for row in patients)]]
    (folder / "x.csv").write_text("\n".join(map(",".join, rows)))
    assert main(["check", "x.csv"]) == 0
    size, warning = capsys.readouterr().out.splitlines()
    assert size == "3 rows, 41 columns."
    assert warning.startswith("Warning: Each patient must stand on one row, and the table has 3 rows and 41 columns")


def test_problems_of_the_study_and_of_the_cohort_are_told_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    duplicated = TABLE.assign(id=TABLE["id"].clip(upper=130))
    write(folder, duplicated, {"covariates": ["agee", "karno"], "matching": {"caliper": -1}, "titel": "x"})
    for command in (["run", "study.json"], ["check", "veteran.csv", "--study", "study.json"]):
        assert main(command) == 2
        assert capsys.readouterr().err.splitlines() == [
            "4 problems:",
            "- matching.caliper must be above 0; found -1.",
            "- titel is not a key of the study file; remove it or correct its name.",
            "- “agee” (covariates) must be a column of the file, and there is none of that name. Is “age” meant?",
            "- id: every id must stand on one row, one row per patient; 1 id stands on several rows (8 rows). "
            "Keep one row per patient, or choose another id column.",
        ]
    assert names(folder) == ["study.json", "veteran.csv"]


def test_of_two_columns_of_one_name_neither_is_taken(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, TABLE.rename(columns={"diagtime": "age"}), {"covariates": ["age", "karno"]})
    assert main(["run", "study.json"]) == 2
    note, problem = capsys.readouterr().err.splitlines()
    assert note.startswith("Note: Every column needs a name of its own; repeated in the header: “age” (2 times).")
    assert problem.startswith("“age” (covariates) must be a column of the file, and there is none of that name.")


LONG = "a column name of sixty characters and more, as some exports have them"

NASTY = {"test": 'new, "best" 🚀', "standard": "=SUM(A1)"}


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (TABLE.rename(columns={"age": LONG}), {"covariates": ["karno", LONG]}),
        (
            TABLE.assign(arm=TABLE["arm"].map(NASTY)),
            {"treatment": {"treated": NASTY["test"], "control": NASTY["standard"]}},
        ),
    ],
    ids=["a long column name", "commas, quotes, emoji and a formula in labels"],
)
def test_odd_names_and_labels_run_like_any_other(folder: Path, table: pd.DataFrame, changes: dict[str, Any]) -> None:
    write(folder, table, changes)
    assert main(["run", "study.json", "--figures", "svg", "--quiet"]) == 0
    patients = pd.read_csv(folder / "results" / "patients.csv")
    assert len(patients) == len(TABLE)
    assert not patients["arm"].str.startswith("=").any()


def changed(column: str, value: Any, rows: int = 1) -> pd.DataFrame:
    table = TABLE.astype({column: object})
    table.loc[: rows - 1, column] = value
    return table


SECRET = "Kowalska 480412"


@pytest.mark.parametrize(
    ("table", "changes", "sentences"),
    [
        pytest.param(
            b"",
            {},
            [
                "The file must hold a table with a header and one row per patient; it is empty (0 bytes). "
                "Check that the right file was chosen and export it again."
            ],
            id="empty file",
        ),
        pytest.param(
            b"id\n1\n2\n",
            {},
            [
                "A cohort needs several columns (treatment, covariates, outcome), and only one column was found. "
                "Separate the columns with commas, semicolons or tabs, or save the file as XLSX."
            ],
            id="one column",
        ),
        pytest.param(
            TABLE.head(0),
            {},
            [
                "The file must hold one row per patient under its header; it has a header and no rows. "
                "Export the table again with its rows."
            ],
            id="no rows",
        ),
        pytest.param(
            b"%PDF-1.7 something",
            {},
            [
                "The file must be text (CSV, TSV), a workbook (XLSX, XLS, ODS), Parquet, SAS, SPSS or Stata, and it is "
                "a PDF document. "
                "Open it in the program that wrote it and save the table as XLSX or CSV."
            ],
            id="another kind of file",
        ),
        pytest.param(
            TABLE.assign(id=TABLE["id"].clip(upper=130)),
            {},
            [
                "id: every id must stand on one row, one row per patient; 1 id stands on several rows (8 rows). "
                "Keep one row per patient, or choose another id column."
            ],
            id="duplicate ids",
        ),
        pytest.param(
            changed("age", SECRET),
            {},
            [
                "age: all cells must be numbers; 1 of 137 cells is not a number. Correct these cells or leave them "
                "blank. If “age” is a category, say so with type: categorical."
            ],
            id="text in numbers",
        ),
        pytest.param(
            changed("t", -1.5, rows=3),
            {},
            ["t: every time must be a number above 0; 3 of 137 are negative. Correct them or leave them blank."],
            id="negative times",
        ),
        pytest.param(
            changed("t", 0, rows=3),
            {},
            ["t: every time must be above 0; 3 of 137 are 0. Correct them, or keep them with zero_times: keep."],
            id="zero times",
        ),
        pytest.param(
            changed("status", 2, rows=3),
            {},
            [
                "status: the event column of OS must hold two labels, event and censored; it holds 3: "
                "“0”, “1” and “2”. Say which of them mean the event (observed in the study file)."
            ],
            id="event with three values",
        ),
        pytest.param(
            TABLE[TABLE["arm"] == "test"],
            {},
            [
                "The treatment column “arm” must hold two arms; all patients have the same label. "
                "Choose the column that tells the arms apart."
            ],
            id="one arm",
        ),
        pytest.param(
            TABLE,
            {"treatment": {"treated": "tested"}},
            [
                "treatment.treated must be a label of the column “arm”, and “tested” is not in it; it holds “standard” "
                "and “test”. Name one of the labels as it is written there."
            ],
            id="a label that is not there",
        ),
        pytest.param(
            TABLE,
            {"covariates": ["age", "status"]},
            [
                "covariates must be known before treatment; 'status' is part of the outcome OS. "
                "Remove it from covariates."
            ],
            id="an outcome as covariate",
        ),
        pytest.param(
            TABLE.assign(age=60),
            {},
            [
                "age: a covariate must differ between patients, and it is the same in all 137 with complete "
                "covariates. Remove it from covariates."
            ],
            id="constant column",
        ),
        pytest.param(
            TABLE.assign(karno=TABLE["karno"] + 1000 * (TABLE["arm"] == "test")),
            {},
            [
                "The covariate karno must overlap between the arms; no treated patient lies below any control, so that "
                "no propensity model exists. Leave it out, restrict the cohort to patients who could have been "
                "given either treatment, or choose Firth's penalised regression, which gives scores all the same."
            ],
            id="separation",
        ),
        pytest.param(
            TABLE,
            {"matching": {"caliper": 1e-9}},
            [
                "A pair needs a treated and a control patient at most 5.31e-10 apart; the closest two are 5.45e-06 "
                "apart. Widen the caliper or reconsider the covariates."
            ],
            id="no pair within the caliper",
        ),
        pytest.param(
            TABLE.assign(status=0),
            {},
            [
                "status: the event column of OS must hold two labels, event and censored; it holds one, “0”. "
                "Say whether it means the event (observed in the study file), or choose another column."
            ],
            id="no event",
        ),
        pytest.param(
            TABLE,
            {"outcomes": {"response": [{"name": "BOR", "column": "bor"}]}},
            [
                "“bor” (response BOR) must be a column of the file, and there is none of that name. "
                "Name a column as the file's header has it."
            ],
            id="a column that is not there",
        ),
    ],
)
def test_bad_input_gets_a_sentence_and_nothing_is_written(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    table: pd.DataFrame | bytes,
    changes: dict[str, Any],
    sentences: list[str],
) -> None:
    write(folder, table, changes)
    assert main(["run", "study.json", "--figures", "png"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == sentences
    assert SECRET not in err
    assert names(folder) == ["study.json", "veteran.csv"]


def test_fewer_than_two_events_leave_the_curves_and_say_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, TABLE.assign(status=(TABLE["id"] == 1).astype(int)), {})
    assert main(["run", "study.json"]) == 0
    found = json.loads((folder / "results" / "results.json").read_text())
    view = found["survival"][0]["before"]
    assert view["cox"] is None
    assert view["arms"]["control"]["events"] == 1
    assert "Note (OS, before matching): " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("prepare", "arguments", "sentence"),
    [
        (
            lambda here: None,
            ["run", "absent.yaml"],
            "The study file must exist; absent.yaml was not found. Check its name and its folder.",
        ),
        (
            lambda here: (here / "veteran.csv").unlink(),
            ["run", "study.json"],
            "The cohort's file must exist; veteran.csv was not found. Check its name and its folder.",
        ),
        (
            lambda here: (here / "deeper").mkdir(),
            ["run", "deeper"],
            "The study file must be a file; deeper is a folder.",
        ),
        (
            lambda here: None,
            ["run", "study.json", "--cohort", "."],
            "The cohort's file must be a file; the path given is a folder.",
        ),
        (
            lambda here: (here / "study.json").write_bytes(b"\xff\xfe\x00"),
            ["run", "study.json"],
            "The study file must be YAML or JSON in UTF-8; study.json is not such a text. Is it the cohort's file?",
        ),
        (
            lambda here: write(here, TABLE, {"cohort": {"file": None}}),
            ["run", "study.json"],
            "A run needs a cohort; none is named. Add cohort.file to the study file or give --cohort.",
        ),
        (
            lambda here: write(here, TABLE, {"cohort": {"file": "a\0b"}}),
            ["run", "study.json"],
            "The cohort's file must be readable; a\\x00b could not be read (its name is not one).",
        ),
        (
            lambda here: None,
            ["run", "study.json", "--cohort", "n" * 300],
            f"The cohort's file must be readable; {'n' * 60} could not be read (File name too long).",
        ),
        (
            lambda here: None,
            ["run", "study.json", "--out", "veteran.csv"],
            "The folder for results must be one you may write into; this one is not. Name another with --out.",
        ),
        (lambda here: None, ["check", "absent.csv"], "The cohort's file must exist; absent.csv was not found. "
         "Check its name and its folder."),
    ],
)  # fmt: skip
def test_files_that_cannot_be_used(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    prepare: Callable[[Path], object],
    arguments: list[str],
    sentence: str,
) -> None:
    prepare(folder)
    before = names(folder)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.replace("\0", "\\x00").splitlines() == [sentence]
    assert names(folder) == before


def test_a_file_too_large_is_refused_without_being_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "veteran.csv").open("wb") as file:
        file.truncate(250_000_000)  # sparse: takes no room on the disk
    assert main(["run", "study.json"]) == 2
    assert capsys.readouterr().err == (
        "The cohort's file may have up to 200 MB; veteran.csv has 250 MB. Keep only the columns the study needs.\n"
    )


@pytest.mark.parametrize("formats", ["jpg", "", "png,bmp"])
def test_unknown_figure_formats_are_refused(capsys: pytest.CaptureFixture[str], formats: str) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["run", "study.json", "--figures", formats])
    assert raised.value.code == 2
    assert "must be one or more of png,svg,pdf,eps,tiff,pptx" in capsys.readouterr().err


def test_unknown_formats_of_a_report_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "study.json", "--report", "pdf"])
    assert "must be one or more of html,docx,pptx; found 'pdf'" in capsys.readouterr().err


def test_a_report_stands_beside_the_results_and_names_no_folder(folder: Path) -> None:
    assert main(["run", "study.json", "--report", "html,pptx", "--quiet"]) == 0
    page = (folder / "results" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert str(folder) not in page
    assert (folder / "results" / "slides.pptx").stat().st_size > 10_000


def test_a_bug_says_where_and_shows_no_value(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(analysis.study.result, "covariate_balance", broken)
    assert main(["run", "study.json"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "test_command_line.py" in err
    assert err.endswith("This is a bug (KeyError); please report the lines above.\n")
    assert SECRET not in err
    assert names(folder) == ["study.json", "veteran.csv"]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--help"])
    assert raised.value.code == 0
    assert re.findall(r"^    (\w+)  ", capsys.readouterr().out, re.MULTILINE) == ["run", "check", "schema", "validate"]


BY_DESIGN: dict[str, tuple[dict[str, Any], str]] = {
    "overlap": ({"weighting": {"method": "overlap"}}, "Compared 68 of 68 patients in arm test with 69 of 69"),
    "support": (
        {"weighting": {"method": "iptw"}, "support": {"method": "score", "lower": 0.3, "upper": 0.7}},
        "scores from 0.3 to 0.7.",
    ),
    "optimal": ({"matching": {"method": "optimal"}}, "1:1 optimal matching on the logit of the propensity score"),
    "full": ({"matching": {"method": "full"}}, "Optimal full matching on the logit of the propensity score"),
    "strata": (
        {"matching": {"method": "strata", "exact": ["prior"], "coarsen": [{"column": "karno", "cutpoints": [60]}]}},
        "Coarsened exact matching, exact on prior, karno in classes cut at 60, weighted for the ATT.",
    ),
    "mahalanobis": (
        {"matching": {"distance": "mahalanobis", "calipers": [{"column": "age", "width": 5}]}},
        "age within 5, without replacement",
    ),
    "firth": ({"propensity": {"model": "firth"}}, "Propensity score: logistic regression with Firth's penalty"),
    "column": ({"propensity": {"model": "column", "column": "brought"}}, "Propensity score: a column of the file"),
}


def redesign(folder: Path, changes: dict[str, Any], table: pd.DataFrame = TABLE) -> None:
    """The study with another design, nothing said of matching unless the design says it."""
    study = {key: value for key, value in STUDY.items() if key not in ("matching", "propensity")}
    (folder / "study.json").write_text(json.dumps(study | changes))
    (folder / "veteran.csv").write_text(table.to_csv(index=False))


@pytest.mark.parametrize("name", BY_DESIGN)
def test_every_design_runs_and_says_what_it_did(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    changes, sentence = BY_DESIGN[name]
    redesign(folder, changes, TABLE.assign(brought=(TABLE["age"] / 100).round(3)))
    assert main(["check", "veteran.csv", "--study", "study.json"]) == 0
    checked = capsys.readouterr().out
    assert "\n  Score       " in checked
    assert "\n  Design      " in checked
    assert main(["run", "study.json", "--figures", "svg"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert sentence in out
    kind = "weighting" if "weighting" in changes else "matching"
    assert f"\nAfter {kind}: Median OS was " in out
    written = set(names(folder / "results"))
    assert ("sets.csv" in written) == (kind == "matching")
    assert {"flow_of_patients.svg", "overlap_after.svg", "survival_OS_after.svg", "results.json"} <= written


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {"matching": {"method": "full"}, "weighting": {"method": "overlap"}},
            ["A study is either matched or weighted, and both are given; remove matching or weighting."],
        ),
        (
            {"weighting": {"method": "overlap", "estimand": "ATE", "stabilised": True}, "centre": "sites"},
            [
                "weighting.estimand must be one that overlap can answer, ATO; found ATE.",
                "weighting.stabilised belongs to iptw for the ATE; found overlap for the ATE. Set stabilised: false.",
                "“sites” (centre) must be a column of the file, and there is none of that name. "
                "Name a column as the file's header has it.",
            ],
        ),
        (
            {"matching": {"method": "strata", "calipers": [{"column": "agee", "width": 5}]}},
            [
                "matching.method strata needs columns whose classes make the strata; add exact or coarsen.",
                "matching.calipers belong to pairs, and method strata makes none; remove them, or coarsen these columns.",
                "“agee” (matching.calipers) must be a column of the file, and there is none of that name. "
                "Is “age” meant?",
            ],
        ),
        (
            {"propensity": {"model": "column", "column": "status"}, "balance": {"also": ["t"]}},
            [
                "propensity.column must name columns known before treatment; 'status' is part of the outcome OS. "
                "Remove it.",
                "balance.also must name columns known before treatment; 't' is part of the outcome OS. Remove it.",
                "status: a propensity score must lie between 0 and 1, both excluded; 137 of 137 do not. "
                "Correct them, or have the score estimated from covariates.",
            ],
        ),
        (
            {"propensity": {"model": "column", "column": "age"}, "weighting": {"method": "iptw"}},
            [
                "age: a propensity score must lie between 0 and 1, both excluded; 137 of 137 do not. "
                "Correct them, or have the score estimated from covariates."
            ],
        ),
    ],
    ids=["both", "estimand", "strata", "outcomes", "score"],
)
def test_a_design_that_cannot_be_is_refused_in_every_respect(
    folder: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], sentences: list[str]
) -> None:
    redesign(folder, changes)
    for command in (["check", "veteran.csv", "--study", "study.json"], ["run", "study.json"]):
        assert main(command) == 2
        told = capsys.readouterr().err.splitlines()
        assert [line.removeprefix("- ") for line in told if not line.endswith(" problems:")] == sentences
    assert names(folder) == ["study.json", "veteran.csv"]


def test_a_design_that_leaves_nobody_is_refused_without_a_patient(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redesign(folder, {"support": {"method": "score", "lower": 0.97, "upper": 0.98}})
    assert main(["run", "study.json"]) == 2
    assert capsys.readouterr().err == (
        "Both arms need patients with propensity scores from 0.97 to 0.98; found 0 of 68 treated and 0 of 69 control. "
        "Widen the range, or choose another rule.\n"
    )
    assert names(folder) == ["study.json", "veteran.csv"]
