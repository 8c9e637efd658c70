"""The specification curve and the bootstrap on the command line: progress, Ctrl-C and the files."""

import json
import signal
from pathlib import Path
from typing import Any

import joblib
import pandas as pd
import pytest
from joblib.externals.loky import get_reusable_executor

from analysis.__main__ import INTERRUPTED, main
from analysis.errors import EstimationError, SettingsError
from analysis.reporting.robustness_run import (
    _start_processes,
    find_robustness,
    require_robustness,
    stopped_by_interrupt,
)
from analysis.study import run
from tests.analysis.robustness.cases import ONE_OF_EACH, cohort, robust_study

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the veteran study, two specifications and few replicates."""
    study = json.loads((REFERENCE / "veteran.study.json").read_text())
    study["robustness"] = {"specifications": ONE_OF_EACH, "bootstrap": {"replicates": 200}}
    (tmp_path / "study.json").write_text(json.dumps(study))
    (tmp_path / "veteran.csv").write_bytes((REFERENCE / "veteran.csv").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def results(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "results" / "results.json").read_text())


def test_a_run_writes_both_when_they_are_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "study.json", "--specifications", "--bootstrap", "--processes", "1", "--figures", "svg"]) == 0
    found = results(folder)
    assert found["specification_curve"]["complete"]
    assert found["bootstrap"]["complete"]
    table = pd.read_csv(folder / "results" / "specifications.csv")
    chosen = table.loc[table["chosen"]].iloc[0]
    assert chosen["estimate"] == found["survival"][0]["after"]["cox"]["hazard_ratio"]
    assert len(pd.read_csv(folder / "results" / "bootstrap.csv")) == 200
    assert (folder / "results" / "specification_curve.svg").exists()
    said = capsys.readouterr().out
    assert f"{len(table)} specifications were carried out." in said
    assert "200 bootstrap replicates" in said


def test_a_plain_run_makes_neither(folder: Path) -> None:
    assert main(["run", "study.json", "--quiet"]) == 0
    assert results(folder)["specification_curve"] is results(folder)["bootstrap"] is None
    assert not (folder / "results" / "specifications.csv").exists()


def test_ctrl_c_keeps_what_is_done_and_the_file_says_partial(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any, **options: Any) -> Any:
        options["on_progress"] = lambda *_: signal.raise_signal(signal.SIGINT)
        return find_robustness(*arguments, **options)

    monkeypatch.setattr("analysis.robustness.curve.PIECE", 1)
    monkeypatch.setattr("analysis.reporting.robustness_run.find_robustness", interrupted)
    assert main(["run", "study.json", "--specifications", "--bootstrap", "--quiet"]) == INTERRUPTED
    found = results(folder)
    assert not found["specification_curve"]["complete"]
    assert found["specification_curve"]["n_done"] == 1
    assert found["specification_curve"]["in_words"][0].startswith("Partial: 1 of ")
    assert found["bootstrap"] is None


def test_the_second_ctrl_c_gives_up(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopped_by_interrupt() as stopped:
        assert not stopped()
        signal.raise_signal(signal.SIGINT)
        assert stopped()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    assert "what is done is kept" in capsys.readouterr().err


def test_progress_names_what_is_counted() -> None:
    seen: list[tuple[str, int, int]] = []
    result = run(cohort(), robust_study(ONE_OF_EACH))
    found = find_robustness(
        result, curve=True, bootstrap=False, on_progress=lambda *now: seen.append(now), cancelled=lambda: False
    )
    assert seen[-1] == ("specifications", 5, 5)
    assert found.curve is not None
    assert found.bootstrap is None
    assert not found.partial


@pytest.mark.parametrize("changes", [{"endpoint": "nothing"}, {"covariates": [["unknown"]]}])
def test_what_cannot_be_listed_is_refused_before_the_run(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"robustness\.specifications"):
        require_robustness(robust_study({**ONE_OF_EACH, **changes}))


def test_a_number_of_processes_is_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", "study.json", "--specifications", "--processes", "0"])
    assert "whole number from 1 to 512; found '0'" in capsys.readouterr().err


def test_processes_have_loaded_the_product_before_their_memory_is_measured() -> None:
    """One that loads it with its first work seems to leak, and is ended with a warning."""
    get_reusable_executor().shutdown(kill_workers=True)
    _start_processes(2)
    loaded = joblib.Parallel(n_jobs=2, max_nbytes=None)(
        joblib.delayed(eval)("'analysis.robustness.bootstrap' in __import__('sys').modules") for _ in range(4)
    )
    assert loaded == [True] * 4


def test_a_study_that_cannot_be_drawn_is_refused_before_its_specifications_are_carried_out() -> None:
    settings = robust_study(ONE_OF_EACH, matching={"caliper": 0.003})
    told: list[str] = []
    with pytest.raises(EstimationError, match=r"at least 10 sets to draw from"):
        find_robustness(
            run(cohort(), settings),
            curve=True,
            bootstrap=True,
            on_progress=lambda what, done, of: told.append(what),
            cancelled=lambda: False,
        )
    assert told == []
