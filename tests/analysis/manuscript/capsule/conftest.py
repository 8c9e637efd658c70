"""Runs of reference cohorts as publications, and their capsules unpacked where R finds them."""

import io
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.cohort.reading import read_cohort
from analysis.manuscript.capsule import capsule_bytes
from analysis.manuscript.publication import Publication
from analysis.reporting.findings import study_findings
from analysis.settings import StudySettings
from analysis.study import run
from analysis.study.ledger import ledger_of_run
from analysis.study_file import load_study

ROOT = Path(__file__).parents[4]
REFERENCE = ROOT / "tests" / "reference"
SAMPLE = ROOT / "sample_data"

LEAST_RESAMPLES = 200
"""Bootstrapped differences take most of a run's time, and no capsule's script rebuilds them."""


def published(content: bytes, settings: StudySettings, *, scans: bytes | None = None) -> Publication:
    """A run of a cohort, with everything that is told of it."""
    cohort = read_cohort(content, "cohort.csv")
    if scans is not None:
        cohort = replace(cohort, scans=read_cohort(scans, "scans.csv"))
    outcomes = settings.outcomes.model_copy(update={"resamples": LEAST_RESAMPLES})
    result = run(cohort, settings.model_copy(update={"outcomes": outcomes}))
    return Publication(
        result=result, findings=study_findings(result), ledger=ledger_of_run(result), cohort_file="cohort.csv"
    )


def reference_cohort(name: str) -> bytes:
    return (REFERENCE / name).read_bytes()


def reference_study(name: str, **matching: Any) -> StudySettings:
    settings = load_study((REFERENCE / f"{name}.study.json").read_text())
    return (
        settings.model_copy(update={"matching": settings.matching.model_copy(update=matching)})
        if matching
        else settings
    )


def unpacked(publication: Publication, folder: Path, **options: Any) -> Path:
    """The capsule of a run as a folder, patients' rows included."""
    content = capsule_bytes(publication, patients=True, **options)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def run_r(
    folder: Path, cohort: Path, *arguments: str, library: Path | None = None, locale: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": locale}
    if library is not None:
        environment["R_LIBS"] = str(library)
    command = ["Rscript", "--vanilla", str(folder / "analysis.R"), str(cohort), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)


@pytest.fixture(scope="session")
def veteran() -> Publication:
    return published(reference_cohort("veteran.csv"), reference_study("veteran"))


@pytest.fixture
def with_file(tmp_path: Path) -> Callable[[bytes], Path]:
    """Puts a cohort's file beside a capsule."""

    def put(content: bytes) -> Path:
        path = tmp_path / "cohort.csv"
        path.write_bytes(content)
        return path

    return put
