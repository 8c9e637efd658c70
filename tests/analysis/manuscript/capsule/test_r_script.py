"""The R script of a capsule rebuilds the run, and says where it cannot."""

import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.manuscript.capsule.scripts import r_script
from analysis.manuscript.publication import Publication
from analysis.settings import StudySettings
from analysis.study_file import load_study
from tests.analysis.manuscript.capsule.conftest import (
    SAMPLE,
    published,
    reference_cohort,
    reference_study,
    run_r,
    unpacked,
)


def _has_survival() -> bool:
    if shutil.which("Rscript") is None:
        return False
    told = subprocess.run(
        ["Rscript", "--vanilla", "-e", 'quit(status = !requireNamespace("survival", quietly = TRUE))'],
        capture_output=True,
        check=False,
    )
    return told.returncode == 0


needs_r = pytest.mark.skipif(not _has_survival(), reason="R with its package survival is not installed")


def counts(told: str) -> tuple[int, int, int, int]:
    """Numbers that agree, all of them, those not rebuilt, and those that do not agree."""
    found = re.search(r"(\d+) of (\d+) numbers agree to 1e-6; (\d+) were not rebuilt in R; (\d+) do not", told)
    assert found, told
    return tuple(map(int, found.groups()))  # type: ignore[return-value]


REFERENCES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "gbsg": ("gbsg.csv", "gbsg", {}),
    "veteran": ("veteran.csv", "veteran", {}),
    "rotterdam": ("rotterdam_hormon.csv", "rotterdam_hormon", {}),
    "weighted": ("gbsg.csv", "gbsg_iptw", {}),
    "two controls": ("gbsg.csv", "gbsg_two_controls", {}),
    "replacement": ("gbsg.csv", "gbsg_replacement", {}),
    "full": ("veteran.csv", "veteran", {"method": "full", "order": "closest"}),
}


@needs_r
@pytest.mark.parametrize("name", REFERENCES)
def test_every_number_of_a_reference_is_rebuilt(name: str, tmp_path: Path, with_file: Callable[[bytes], Path]) -> None:
    file, study, matching = REFERENCES[name]
    content = reference_cohort(file)
    folder = unpacked(published(content, reference_study(study, **matching)), tmp_path / "capsule")
    told = run_r(folder, with_file(content), "--use-sets")
    assert told.returncode == 0, told.stdout + told.stderr
    agree, total, left, wrong = counts(told.stdout)
    assert (agree, left, wrong) == (total, 0, 0)
    assert total > 150


@needs_r
def test_every_number_of_the_sample_is_rebuilt(tmp_path: Path, with_file: Callable[[bytes], Path]) -> None:
    content = (SAMPLE / "cohort.csv").read_bytes()
    settings = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    publication = published(content, settings, scans=(SAMPLE / "lesions.csv").read_bytes())
    told = run_r(unpacked(publication, tmp_path / "capsule"), with_file(content), "--use-sets")
    assert told.returncode == 0, told.stdout + told.stderr
    agree, total, left, _ = counts(told.stdout)
    assert (agree, left) == (total, 0)


@needs_r
def test_a_changed_number_is_found(veteran: Publication, tmp_path: Path, with_file: Callable[[bytes], Path]) -> None:
    folder = unpacked(veteran, tmp_path / "capsule")
    expected = folder / "expected.csv"
    lines = expected.read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("survival/0/after/cox/hazard_ratio,"))
    key, value = lines[place].split(",")
    lines[place] = f"{key},{float(value) * (1 + 3e-6)!r}"
    expected.write_text("\n".join(lines) + "\n")
    told = run_r(folder, with_file(reference_cohort("veteran.csv")), "--use-sets")
    assert told.returncode == 1
    assert counts(told.stdout)[3] == 1
    assert f"{key}: expected" in told.stdout


@needs_r
def test_another_cohort_is_refused_by_its_digest(
    veteran: Publication, tmp_path: Path, with_file: Callable[[bytes], Path]
) -> None:
    content = reference_cohort("veteran.csv")
    other = with_file(content[: content.rstrip().rfind(b"\n") + 1])
    folder = unpacked(veteran, tmp_path / "capsule")
    told = run_r(folder, other, "--use-sets")
    assert told.returncode == 2
    assert f"with the SHA-256 {veteran.result.cohort_sha256}; it has" in told.stderr
    told = run_r(folder, other, "--use-sets", "--any-cohort")
    assert "Another cohort than the capsule's, as --any-cohort allows" in told.stdout
    assert told.returncode != 0


PACKAGE = """\
Package: MatchIt
Version: {version}
Title: Stands in for the Package
Description: Answers what the sets file says and writes down what it was asked.
License: none
"""

STAND_IN = """\
matchit <- function(formula, data, ...) {
  asked <- list(formula = formula, ...)
  dput(asked[setdiff(names(asked), c("distance", "formula"))], Sys.getenv("ASKED"))
  sets <- read.csv(Sys.getenv("SETS"), fileEncoding = "UTF-8-BOM")
  list(weights = sets$weight * 2, subclass = factor(sets$set))
}
"""


def package(folder: Path, version: str) -> Path:
    """A package of this name and version, installed in a library of its own."""
    source, library = folder / "MatchIt", folder / "library"
    (source / "R").mkdir(parents=True)
    library.mkdir(parents=True)
    (source / "DESCRIPTION").write_text(PACKAGE.format(version=version))
    (source / "NAMESPACE").write_text("export(matchit)\n")
    (source / "R" / "matchit.R").write_text(STAND_IN)
    subprocess.run(
        ["R", "CMD", "INSTALL", "--no-docs", "--no-test-load", "-l", str(library), str(source)],
        capture_output=True,
        check=True,
    )
    return library


@needs_r
def test_an_old_matchit_is_refused_by_its_version(
    veteran: Publication, tmp_path: Path, with_file: Callable[[bytes], Path]
) -> None:
    folder, cohort = unpacked(veteran, tmp_path / "capsule"), with_file(reference_cohort("veteran.csv"))
    told = run_r(folder, cohort, library=package(tmp_path / "old", "4.5.1"))
    assert told.returncode == 2
    assert "needs MatchIt 4.5.4 or later (earlier versions ignore calipers on many systems)" in told.stderr
    assert "version 4.5.1 is installed" in told.stderr
    assert "add --use-sets" in told.stderr
    script = folder / "analysis.R"
    script.write_text(script.read_text().replace('order = "largest"', 'order = "closest"'))
    told = run_r(folder, cohort, library=package(tmp_path / "older", "4.5.5"))
    assert told.returncode == 2
    assert 'needs MatchIt 4.6.0 or later (earlier versions do not know the order "closest")' in told.stderr


@needs_r
def test_a_new_matchit_is_asked_for_the_study_s_matching(
    veteran: Publication, tmp_path: Path, with_file: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpacked(veteran, tmp_path / "capsule")
    library = package(tmp_path, "4.7.2")
    script = folder / "analysis.R"
    asked = tmp_path / "asked.R"
    setting = f'Sys.setenv(ASKED = "{asked}", SETS = "{folder / "sets.csv"}")\n'
    script.write_text(setting + script.read_text())
    told = run_r(folder, with_file(reference_cohort("veteran.csv")), library=library)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "matched by MatchIt" in told.stdout
    assert counts(told.stdout)[3] == 0
    call = asked.read_text()
    sets = veteran.result.matching
    assert sets is not None
    assert sets.caliper_width is not None
    width = float(re.search(r"caliper = ([0-9.e-]+)", call).group(1))  # type: ignore[union-attr]
    assert width == pytest.approx(sets.caliper_width, rel=1e-9)
    for part in (
        'method = "nearest"',
        'estimand = "ATT"',
        "std.caliper = FALSE",
        "ratio = 1",
        "replace = FALSE",
        'm.order = "largest"',
    ):
        assert part in call


NAME = 'OS "months"\\ 기간'


def odd_study(**changes: Any) -> tuple[bytes, StudySettings]:
    """The veterans under names and labels that a script could trip over."""
    names = {"t": NAME, "status": "死亡 event", "age": "나이 (歳)", "celltype": "조직형\t'x'", "arm": "`arm`"}
    lines = reference_cohort("veteran.csv").decode().splitlines()
    head = [names.get(name, name) for name in (name.strip('"') for name in lines[0].split(","))]
    quoted = ",".join('"' + name.replace('"', '""') + '"' for name in head)
    body = "\n".join(lines[1:]).replace('"squamous"', '"편평\\\\n ""s"""').replace('"test"', '"t\'est) # 시험"')
    values = {
        "cohort": {"id": "id"},
        "treatment": {"column": "`arm`", "treated": "t'est) # 시험", "control": "standard"},
        "covariates": ["조직형 'x'", "karno", "diagtime", "나이 (歳)", "prior"],
        "matching": {"order": "largest"},
        "outcomes": {"survival": [{"name": 'OS"); quit(', "time": NAME, "event": "死亡 event"}], "times": [3, 6]},
        "title": 'A "title"\n# quit()',
    }
    if "weighting" in changes:
        del values["matching"]
    return f"{quoted}\n{body}\n".encode(), StudySettings.model_validate(values | changes)


@needs_r
def test_odd_names_and_labels_run_in_a_locale_that_has_none_of_their_letters(
    tmp_path: Path, with_file: Callable[[bytes], Path]
) -> None:
    content, settings = odd_study()
    publication = published(content, settings)
    script = r_script(publication)
    assert script.isascii()
    assert "\\uc870\\uc9c1\\ud615" in script
    folder = unpacked(publication, tmp_path / "capsule")
    told = run_r(folder, with_file(content), "--use-sets", locale="C")
    assert told.returncode == 0, told.stdout + told.stderr
    assert counts(told.stdout)[3] == 0


@needs_r
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"propensity": {"model": "firth"}}, "Firth's regression is not rebuilt"),
        ({"weighting": {"method": "entropy"}}, "Entropy balancing is solved by the product"),
    ],
)
def test_what_r_does_not_rebuild_is_said(
    changes: dict[str, Any], reason: str, tmp_path: Path, with_file: Callable[[bytes], Path]
) -> None:
    content, settings = odd_study(**changes)
    folder = unpacked(published(content, settings), tmp_path / "capsule")
    told = run_r(folder, with_file(content))
    assert told.returncode == 0, told.stdout + told.stderr
    assert reason in told.stdout
    agree, total, left, _ = counts(told.stdout)
    assert left > 0
    assert agree + left == total


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"propensity": {"splines": ["karno"]}}, "splines and products of covariates are not rebuilt"),
        ({"matching": {"order": "random"}}, "A random order depends on the program's own random numbers"),
    ],
)
def test_the_script_holds_the_reason(changes: dict[str, Any], reason: str) -> None:
    content, settings = odd_study()
    assert reason not in r_script(published(content, settings))
    content, settings = odd_study(**changes)
    assert reason in r_script(published(content, settings))


@needs_r
@pytest.mark.parametrize(
    "changes",
    [
        {"weighting": {"method": "iptw", "stabilised": True, "truncate": 95}},
        {"weighting": {"method": "matching"}, "support": {"method": "common_range"}},
        {
            "weighting": {"method": "overlap"},
            "support": {"method": "preference", "lower": 0.35},
            "confidence": {"level": 0.9, "survival": "log"},
        },
        {
            "eligibility": [{"column": "karno", "at_least": 40}, {"column": "조직형 'x'", "none_of": ["large"]}],
            "balance": {"denominator": "treated", "after": "recomputed", "binary": "raw"},
            "matching": {"method": "strata", "exact": ["prior"], "coarsen": [{"column": "karno", "bins": 3}]},
        },
    ],
    ids=["truncated", "matching weights", "preference", "strata"],
)
def test_designs_without_matching_are_rebuilt_by_their_formulas(
    changes: dict[str, Any], tmp_path: Path, with_file: Callable[[bytes], Path]
) -> None:
    content, settings = odd_study(**changes)
    folder = unpacked(published(content, settings), tmp_path / "capsule")
    told = run_r(folder, with_file(content))
    assert told.returncode == 0, told.stdout + told.stderr
    assert "sets.csv" not in told.stdout
    agree, total, left, _ = counts(told.stdout)
    assert (agree, left) == (total, 0)


@needs_r
def test_a_file_as_hospitals_keep_it_is_read_alike(tmp_path: Path, with_file: Callable[[bytes], Path]) -> None:
    """Semicolons, decimal commas, days, competing deaths, responses by name, and missing covariates that are marked."""
    table = pd.read_csv(io.BytesIO(reference_cohort("veteran.csv")))
    place = np.arange(len(table))
    table["bor"] = np.array(["Partial response", "SD", "1: PD", "안정", "CR", "NE", ""])[place % 7]
    table["what"] = np.where(table["status"] == 0, "censored", np.where(place % 4 == 0, "death", "progressed"))
    table["days"] = (table["t"] * 30.4375).round() + 1
    table.loc[place % 13 == 0, "age"] = np.nan
    content = table.to_csv(index=False, sep=";", decimal=",").encode()
    settings = StudySettings.model_validate(
        {
            "cohort": {"id": "id"},
            "treatment": {"column": "arm", "treated": "test", "control": "standard"},
            "covariates": ["celltype", "karno", "age"],
            "missing": {"method": "indicator"},
            "outcomes": {
                "survival": [
                    {"name": "TTP", "time": "t", "event": "what", "observed": ["progressed"], "competing": ["death"]},
                    {"name": "OS", "time": "days", "event": "status", "unit": "days"},
                ],
                "response": [{"name": "BOR", "column": "bor"}],
                "times": [3, 6],
            },
            "confidence": {"proportion": "wilson", "survival": "plain"},
        }
    )
    folder = unpacked(published(content, settings), tmp_path / "capsule")
    told = run_r(folder, with_file(content), "--use-sets")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "missing covariates were marked and filled by a rule of the product's own" in told.stdout
    agree, total, left, wrong = counts(told.stdout)
    assert wrong == 0
    assert left > 0
    assert agree > 200
    assert agree + left == total


@needs_r
def test_a_study_that_names_no_times_is_rebuilt(tmp_path: Path, with_file: Callable[[bytes], Path]) -> None:
    content, settings = odd_study()
    settings = settings.model_copy(update={"outcomes": settings.outcomes.model_copy(update={"times": ()})})
    folder = unpacked(published(content, settings), tmp_path / "capsule")
    told = run_r(folder, with_file(content), "--use-sets")
    assert told.returncode == 0, told.stdout + told.stderr
    agree, total, left, _ = counts(told.stdout)
    assert (agree, left) == (total, 0)
