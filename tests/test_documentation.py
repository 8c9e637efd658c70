"""What the documentation says is true: its commands run, its examples load, its links lead somewhere."""

import gzip
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from analysis.settings import (
    BalanceSettings,
    ConfidenceSettings,
    MatchingSettings,
    MissingSettings,
    PropensitySettings,
    StudySettings,
    SupportSettings,
)
from analysis.study_file import load_study

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/[!_]*/*.md"), *ROOT.glob("sample_data/*.md")]
)


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def named(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


README = ROOT / "README.md"
COMMANDS = [line for line in "\n".join(blocks(README, "sh")).splitlines() if line.startswith("python -m analysis")]


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


def test_the_commands_of_the_readme_are_all_there_are() -> None:
    assert [shlex.split(command)[3] for command in COMMANDS] == ["run", "check", "schema", "validate"]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme_run(command: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sample_data", tmp_path / "sample_data")
    done = run([sys.executable, *shlex.split(command)[1:]], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_examples_in_python_run(page: Path) -> None:
    for example in blocks(page, "python"):
        done = run([sys.executable, "-c", example], ROOT)
        assert (done.returncode, done.stderr) == (0, "")
        if page == README:
            assert done.stdout.startswith("25 pairs, largest |SMD| 0.")


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_study_files_in_the_documentation_load(page: Path) -> None:
    for example in blocks(page, "yaml"):
        load_study(example)


def test_the_file_with_every_key_has_the_defaults() -> None:
    example = blocks(ROOT / "docs" / "study_file.md", "yaml")[0]
    study = load_study(example)
    assert (study.missing, study.propensity) == (MissingSettings(), PropensitySettings())
    assert (study.support, study.balance) == (SupportSettings(), BalanceSettings())
    assert (study.matching, study.confidence) == (MatchingSettings(), ConfidenceSettings())
    assert study.outcomes.zero_times == "refuse"
    assert study.cohort.time_unit == "months"


def keys(model: type[BaseModel]) -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        found.add(name)
        parts = [field.annotation, *getattr(field.annotation, "__args__", ())]
        for part in parts:
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= keys(part)
    return found


def test_every_key_of_the_study_file_is_documented() -> None:
    page = (ROOT / "docs" / "study_file.md").read_text(encoding="utf-8")
    assert {"caliper_scale", "zero_times", "responder"} <= keys(StudySettings)
    assert {key for key in keys(StudySettings) if not re.search(rf"\b{key}\b", page)} == set()


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http://", "https://"))]
    assert [target for target in local if not (page.parent / target).exists()] == []


def test_every_page_of_methods_is_in_the_index() -> None:
    folder = ROOT / "docs" / "methods"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert pages
    assert {page for page in pages if f"]({page})" not in index} == set()


def test_the_number_of_reference_matchings_is_the_one_claimed() -> None:
    with gzip.open(ROOT / "tests" / "reference" / "matchit_cases.jsonl.gz", "rt") as cases:
        count = sum(1 for _ in cases)
    assert f"{count} random matchings" in README.read_text(encoding="utf-8")


def test_the_first_screen_is_name_sentence_picture_and_two_commands() -> None:
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if line]
    assert lines[0] == "# Matched Cohort Explorer"
    assert lines[2].startswith("![")
    assert lines[3:7] == ["```sh", "make run", "make test", "```"]


def test_what_the_container_copies_exists() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    sources = re.findall(r"^COPY (?!--from)(\S+) ", dockerfile, re.MULTILINE)
    kept = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(sources) == sorted(kept)
    assert [source for source in sources if not (ROOT / source).exists()] == []
