"""Options of the specification curve and the bootstrap on the command line, and runs that are resumed."""

import hashlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.__main__ import INTERRUPTED, main
from analysis.reporting.robustness_run import find_robustness
from tests.analysis.robustness.cases import ONE_OF_EACH

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests" / "reference"

BOTH = ["--specifications", "--bootstrap"]

ASKED = {**ONE_OF_EACH, "calipers": [0.2, 0.1, 0.00001], "ratios": [1, 2]}
"""The narrowest caliper leaves nobody: its specifications find no effect."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the veteran study, few specifications and few replicates; the process is in it."""
    (tmp_path / "veteran.csv").write_bytes((REFERENCE / "veteran.csv").read_bytes())
    change(tmp_path, {})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(folder: Path, changes: dict[str, Any]) -> None:
    study = json.loads((REFERENCE / "veteran.study.json").read_text())
    study["robustness"] = {"specifications": ASKED, "bootstrap": {"replicates": 200}}
    (folder / "study.json").write_text(json.dumps(study | changes))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stopped_run(monkeypatch: pytest.MonkeyPatch, what: str, *options: str) -> None:
    """A run that is interrupted as soon as the first few specifications, or replicates, are done."""

    def interrupted(*arguments: Any, **asked: Any) -> Any:
        asked["on_progress"] = lambda counted, *_: counted == what and signal.raise_signal(signal.SIGINT)
        return find_robustness(*arguments, **asked)

    with monkeypatch.context() as patched:
        patched.setattr("analysis.robustness.curve.PIECE", 1)
        patched.setattr("analysis.reporting.robustness_run.find_robustness", interrupted)
        assert main(["run", "study.json", *options, "--quiet", "--out", "resumed"]) == INTERRUPTED


def resumed_run(*options: str) -> int:
    return main(["run", "study.json", *(options or BOTH), "--resume", "--quiet", "--out", "resumed"])


@pytest.mark.parametrize("what", ["specifications", "replicates"])
def test_a_run_that_was_stopped_and_resumed_writes_the_bytes_of_one_that_was_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    assert main(["run", "study.json", *BOTH, "--figures", "svg", "--quiet", "--out", "whole"]) == 0
    stopped_run(monkeypatch, what, *BOTH)
    partial = json.loads((folder / "resumed" / "results.json").read_text())
    assert partial["specification_curve"]["complete"] == (what == "replicates")
    assert (partial["bootstrap"] is None) == (what == "specifications")
    assert resumed_run(*BOTH, "--figures", "svg") == 0
    whole = contents(folder / "whole")
    assert json.loads(whole["results.json"])["specification_curve"]["failures"]
    assert contents(folder / "resumed") == whole


def test_what_is_done_is_not_done_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_run(monkeypatch, "replicates", *BOTH)
    left = json.loads((folder / "resumed" / "results.json").read_text())
    begun: list[tuple[int, int]] = []

    def looked_at(*arguments: Any, **asked: Any) -> Any:
        begun.append((len(asked["earlier"].curve.results), asked["earlier"].bootstrap.number.size))
        return find_robustness(*arguments, **asked)

    monkeypatch.setattr("analysis.reporting.robustness_run.find_robustness", looked_at)
    assert resumed_run() == 0
    n_failed = sum(item["n"] for item in left["specification_curve"]["failures"])
    assert begun == [(left["specification_curve"]["n_done"] - n_failed, left["bootstrap"]["n_done"])]
    assert left["bootstrap"]["n_done"] == 20


def test_a_run_may_be_stopped_and_resumed_again_and_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_run(monkeypatch, "specifications", "--specifications")
    stopped_run(monkeypatch, "specifications", "--specifications", "--resume")
    assert resumed_run("--specifications") == 0
    first = contents(folder / "resumed")
    assert resumed_run("--specifications", "--processes", "2") == 0
    assert contents(folder / "resumed") == first
    assert resumed_run() == 0
    assert main(["run", "study.json", *BOTH, "--quiet", "--out", "whole"]) == 0
    assert contents(folder / "resumed") == contents(folder / "whole")


def test_a_run_of_an_imputed_set_is_resumed_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = (folder / "veteran.csv").read_text().splitlines()
    age = rows[0].replace('"', "").split(",").index("age")
    cells = [row.split(",") for row in rows]
    (folder / "veteran.csv").write_text(
        "\n".join(
            ",".join("" if place == age and number % 9 == 5 else cell for place, cell in enumerate(row))
            for number, row in enumerate(cells)
        )
    )
    change(folder, {"missing": {"method": "multiple_imputation", "imputations": 2, "iterations": 1}})
    assert main(["run", "study.json", "--specifications", "--quiet", "--out", "whole"]) == 0
    stopped_run(monkeypatch, "specifications", "--specifications")
    assert resumed_run("--specifications") == 0
    assert b"imputed_set" in contents(folder / "whole")["specifications.csv"]
    assert contents(folder / "resumed") == contents(folder / "whole")


def test_a_resumed_run_that_is_given_up_leaves_the_earlier_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_run(monkeypatch, "specifications", "--specifications")
    before = contents(folder / "resumed")

    def given_up(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.reporting.robustness_run.find_robustness", given_up)
    assert resumed_run("--specifications") == INTERRUPTED
    assert contents(folder / "resumed") == before


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of results of a curve that was interrupted."""
    here = tmp_path_factory.mktemp("stopped")
    (here / "veteran.csv").write_bytes((REFERENCE / "veteran.csv").read_bytes())
    change(here, {})
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(here)
        stopped_run(patched, "specifications", "--specifications")
    return here / "resumed"


def altered(name: str, old: bytes, new: bytes, *, digest: bool) -> Callable[[Path], None]:
    """A change of one file of the earlier run, and of its digest or not."""

    def alter(folder: Path) -> None:
        path, sums = folder / "resumed" / name, folder / "resumed" / "SHA256SUMS"
        content = path.read_bytes()
        changed = content.replace(old, new, 1)
        assert changed != content
        path.write_bytes(changed)
        if digest:
            before, after = (hashlib.sha256(item).hexdigest() for item in (content, changed))
            sums.write_text(sums.read_text().replace(before, after))

    return alter


ANEW = " Leave --resume out to begin anew."
SAME = "To resume, study, cohort and software must be those of the earlier run; "
UNCHANGED = "To resume, the files must be as the earlier run wrote them; "


@pytest.mark.parametrize(
    ("prepare", "options", "sentence"),
    [
        (
            lambda here: change(here, {"matching": {"caliper": 0.3}, "covariates": ["age"]}),
            BOTH,
            f"{SAME}the study file has another covariates, matching.{ANEW}",
        ),
        (
            lambda here: (here / "veteran.csv").write_bytes((here / "veteran.csv").read_bytes() + b"\n"),
            BOTH,
            f"{SAME}the cohort is another file.{ANEW}",
        ),
        (
            altered("results.json", b'"python": "', b'"python": "0', digest=True),
            BOTH,
            f"{SAME}python was 0{sys.version.split()[0]} and is {sys.version.split()[0]}.{ANEW}",
        ),
        (
            altered("specifications.csv", b"True", b"False", digest=False),
            BOTH,
            f"{UNCHANGED}specifications.csv was changed since.{ANEW}",
        ),
        (
            altered("specifications.csv", b"nearest", b"optimal", digest=True),
            BOTH,
            f"{UNCHANGED}what they hold is not what a run writes.{ANEW}",
        ),
        (
            altered("results.json", b"{", b"[", digest=True),
            BOTH,
            f"{UNCHANGED}what they hold is not what a run writes.{ANEW}",
        ),
        (
            lambda here: (here / "resumed" / "SHA256SUMS").unlink(),
            BOTH,
            "To resume, the folder for results must hold what an earlier run wrote; results.json with SHA256SUMS was not "
            "found or could not be read. Name the folder with --out, or leave --resume out.",
        ),
        (
            lambda here: change(here, {"exports": {"suppress_below": 5}}),
            BOTH,
            "To resume, a run needs the tables of single specifications and replicates, and they are not written where "
            f"small counts are hidden (exports.suppress_below).{ANEW}",
        ),
        (
            lambda here: None,
            ["--bootstrap"],
            "To resume, a run must ask for all that the earlier one found; specifications.csv is there and would be "
            "removed. Add --specifications, or write into another folder.",
        ),
        (
            lambda here: main(["run", "study.json", "--quiet", "--out", "resumed"]),
            BOTH,
            "To resume, the earlier run must have left specifications or replicates, and it left none. "
            "Leave --resume out.",
        ),
    ],
    ids=["study", "cohort", "software", "changed", "other rows", "no JSON", "nothing", "hidden", "removed", "neither"],
)
def test_what_cannot_be_resumed_is_said_and_left_as_it_is(
    folder: Path,
    stopped: Path,
    capsys: pytest.CaptureFixture[str],
    prepare: Callable[[Path], object],
    options: list[str],
    sentence: str,
) -> None:
    shutil.copytree(stopped, folder / "resumed")
    prepare(folder)
    before = contents(folder / "resumed")
    capsys.readouterr()
    assert resumed_run(*options) == 2
    assert capsys.readouterr().err.splitlines() == [sentence]
    assert contents(folder / "resumed") == before


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ["--processes", "2"],
            "--processes must come with --specifications or --bootstrap, and neither is given. Add one of them, or leave "
            "it out.",
        ),
        (
            ["--dask", "tcp://127.0.0.1:1", "--resume"],
            "--dask and --resume must come with --specifications or --bootstrap, and neither is given. Add one of them, "
            "or leave them out.",
        ),
        (
            ["--bootstrap", "--processes", "2", "--dask", "tcp://127.0.0.1:1"],
            "Work is shared out among processes of this machine or by a Dask cluster; --processes and --dask ask for "
            "both. Leave one of them out.",
        ),
    ],
)
def test_an_option_in_vain_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], sentence: str
) -> None:
    assert main(["run", "study.json", *options]) == 2
    assert capsys.readouterr().err.splitlines() == [sentence]
    assert not (folder / "results").exists()


def test_a_refusal_of_options_needs_no_library(folder: Path) -> None:
    script = (
        "import sys; from analysis.__main__ import main; main(['run', 'study.json', '--resume']); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        check=True,
    )
    assert {"pandas", "numpy", "pydantic"} & set(done.stdout.split()) == set()
