"""What a capsule holds, what it gives back, and what it refuses."""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.errors import AnalysisError, CohortInputError, SettingsError
from analysis.manuscript.capsule import archive as archives
from analysis.manuscript.capsule import capsule_bytes, is_archive, read_capsule
from analysis.manuscript.capsule.archive import pack, unpack
from analysis.manuscript.publication import Publication
from analysis.settings import ExportSettings
from tests.analysis.manuscript.capsule.conftest import ROOT, reference_cohort, unpacked


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def hiding(publication: Publication) -> Publication:
    """The same run, of a study that hides small counts."""
    settings = publication.result.settings.model_copy(update={"exports": ExportSettings(suppress_below=5)})
    return replace(publication, result=replace(publication.result, settings=settings))


def test_the_same_run_gives_the_same_bytes_and_gives_itself_back(veteran: Publication) -> None:
    content = capsule_bytes(veteran)
    assert content == capsule_bytes(veteran)
    assert is_archive(content)
    found = read_capsule(content)
    assert found.settings == veteran.result.settings
    assert found.cohort_sha256 == veteran.result.cohort_sha256
    assert found.cohort is None
    assert found.cohort_name == "cohort.csv"
    assert found.results["survival"][0]["after"]["cox"]["hazard_ratio"] is not None
    entry, own = found.ledger.entries[0], veteran.ledger.entries[0]
    assert entry.settings == own.settings
    for name in ("digest", "design", "n_sets", "n_treated", "effective_control", "largest_smd", "outcomes_visible"):
        assert getattr(entry, name) == getattr(own, name)
    assert entry.effects == own.effects


def test_patients_are_in_it_only_where_they_are_asked_for(veteran: Publication) -> None:
    names = set(veteran.result.patients.identifier)
    assert len(names) > 100
    files = files_of(capsule_bytes(veteran))
    assert "sets.csv" not in files
    assert not any(name.startswith("cohort.") for name in files)
    assert json.loads(files["results.json"])["matching"]["sets"] is None
    assert "No rows of patients are in this archive." in files["README.txt"].decode()

    files = files_of(capsule_bytes(veteran, patients=True, cohort=reference_cohort("veteran.csv")))
    assert files["cohort.csv"] == reference_cohort("veteran.csv")
    assert json.loads(files["results.json"])["matching"]["sets"]
    rows = files["sets.csv"].decode("utf-8-sig").splitlines()
    assert rows[0] == "row,treated,set,unit,weight"
    assert len(rows) == 1 + len(names)


def test_a_study_that_hides_counts_hides_them_here(veteran: Publication) -> None:
    hidden = hiding(veteran)
    with pytest.raises(SettingsError, match="would show the counts below 5 that the study hides"):
        capsule_bytes(hidden, patients=True)
    files = files_of(capsule_bytes(hidden))
    assert json.loads(files["ledger.json"])["entries"] == []
    assert ",NA" not in files["expected.csv"].decode()
    assert len(files["expected.csv"]) < len(files_of(capsule_bytes(veteran))["expected.csv"])


def test_only_the_cohort_of_the_run_may_be_put_in(veteran: Publication) -> None:
    with pytest.raises(SettingsError, match="must be that of the run, and this file has another digest"):
        capsule_bytes(veteran, cohort=b"id,arm\n")


def changed(content: bytes, name: str, to: bytes | None) -> bytes:
    files = files_of(content)
    if to is None:
        del files[name]
    else:
        files[name] = to
    return pack(files)


def test_what_is_no_capsule_is_refused_in_a_sentence(veteran: Publication) -> None:
    content = capsule_bytes(veteran)
    cases = {
        "it is damaged or encrypted": content[: len(content) // 2],
        "It was changed or damaged".lower(): changed(content, "study.yaml", b"title: other\n"),
        "lacks parts of it": changed(content, "ledger.json", None),
        "1 of its 10 files are no part of one": changed(content, "../../etc/passwd", b"x"),
        "no part of one": changed(content, "xl/workbook.xml", b"x"),
    }
    for sentence, damaged in cases.items():
        with pytest.raises(CohortInputError, match=sentence):
            read_capsule(damaged)


def test_a_bomb_is_refused_whatever_it_says_of_its_size(veteran: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    content = changed(capsule_bytes(veteran), "study.yaml", b"#" * 3_000_000)
    monkeypatch.setattr(archives, "TEXT_LIMIT", 2_000_000)
    with pytest.raises(CohortInputError, match="may unpack to 2 MB, and one in this archive is larger"):
        read_capsule(content)
    truth, lie = (3_000_000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    with pytest.raises(CohortInputError):
        read_capsule(content.replace(truth, lie))


def test_a_name_that_stands_twice_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("run.py", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("run.py", b"2")
    with pytest.raises(CohortInputError, match="a file stands in it twice"):
        unpack(target.getvalue(), ("run.py",))


def signed(files: dict[str, bytes], **manifest: object) -> bytes:
    """An archive whose list of digests was made to fit what was changed in it."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "capsule.json"}
    values = json.loads(files["capsule.json"]) | {"sha256": digests} | manifest
    return pack(files | {"capsule.json": json.dumps(values).encode()})


@pytest.mark.parametrize(
    "manifest",
    [
        {"cohort_sha256": 5},
        {"cohort_sha256": "ab"},
        {"cohort_file": ["cohort.csv"]},
        {"cohort_file": "run.py"},
        {"scans_file": {"a": 1}},
        {"scans_file": "cohort.csv"},
        {"format": "another/1"},
    ],
)
def test_a_list_of_contents_that_makes_no_sense_is_refused(veteran: Publication, manifest: dict[str, object]) -> None:
    files = files_of(capsule_bytes(veteran, cohort=reference_cohort("veteran.csv")))
    assert read_capsule(signed(files)).cohort_file == "cohort.csv"
    with pytest.raises(CohortInputError, match="lacks parts of it or comes from another version"):
        read_capsule(signed(files, **manifest))


@pytest.mark.parametrize(
    ("name", "value"), [("study", "x"), ("n_sets", 1e999), ("effective_control", 1e999), ("largest_smd", 1e999)]
)
def test_an_entry_of_the_ledger_that_is_none_is_refused(veteran: Publication, name: str, value: object) -> None:
    files = files_of(capsule_bytes(veteran))
    ledger = json.loads(files["ledger.json"])
    ledger["entries"][0][name] = value
    files["ledger.json"] = json.dumps(ledger).encode()
    with pytest.raises(AnalysisError, match="The ledger of a capsule must be as the product wrote it"):
        read_capsule(signed(files))


def test_results_that_are_no_document_are_refused(veteran: Publication) -> None:
    with pytest.raises(CohortInputError, match="is not the one that was put in"):
        read_capsule(signed(files_of(capsule_bytes(veteran)) | {"results.json": b"[]"}))


@pytest.mark.parametrize(
    "ledger", ["[]", '{"opened": "never", "plan": null, "opened_time": null, "entries": []}', '{"entries": 3}']
)
def test_a_ledger_that_is_none_is_refused(veteran: Publication, ledger: str) -> None:
    files = files_of(capsule_bytes(veteran))
    files["ledger.json"] = ledger.encode()
    with pytest.raises(AnalysisError, match="The ledger of a capsule must be as the product wrote it"):
        read_capsule(signed(files))


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(folder / "run.py"), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_the_python_script_runs_the_study_again_and_finds_a_changed_number(
    veteran: Publication, tmp_path: Path
) -> None:
    folder = unpacked(veteran, tmp_path, cohort=reference_cohort("veteran.csv"))
    told = run_python(folder)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "; 0 do not agree." in told.stdout

    path = folder / "results.json"
    document = json.loads(path.read_text())
    document["survival"][0]["after"]["cox"]["hazard_ratio"] *= 1 + 3e-6
    path.write_text(json.dumps(document))
    told = run_python(folder)
    assert told.returncode == 1
    assert "/survival/0/after/cox/hazard_ratio: expected" in told.stdout
    assert "; 1 do not agree." in told.stdout

    other = tmp_path / "other.csv"
    other.write_bytes(b"id,arm\n1,a\n")
    told = run_python(folder, str(other))
    assert told.returncode == 2
    assert f"The file must have the SHA-256 {veteran.result.cohort_sha256}" in told.stderr
