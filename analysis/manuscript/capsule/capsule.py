"""A capsule: one archive from which an analysis is rebuilt, checked, and opened again on the page."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.formats.file_format import EXTENSIONS
from analysis.errors import CohortInputError, SettingsError
from analysis.manuscript.capsule.archive import pack, unpack
from analysis.manuscript.capsule.expected import expected_csv, expected_values
from analysis.manuscript.capsule.ledger_file import ledger_from_values, ledger_values
from analysis.manuscript.capsule.read_me import read_me
from analysis.manuscript.capsule.scripts import python_script, r_script
from analysis.manuscript.publication import Publication
from analysis.phrases import phrase
from analysis.reporting.csv_files import csv_bytes
from analysis.reporting.results import results_document
from analysis.reporting.software import software_versions
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.suppression import is_active
from analysis.settings import StudySettings
from analysis.study import StudyResult
from analysis.study.ledger import Ledger
from analysis.study_file import load_study, study_yaml

FORMAT = "matched-cohort-capsule/1"

_ALWAYS = (
    *("README.txt", "capsule.json", "study.yaml", "results.json", "expected.csv", "ledger.json"),
    *("requirements.txt", "run.py", "analysis.R"),
)
_SETS = "sets.csv"
_COHORTS = tuple(f"cohort{ending}" for ending in EXTENSIONS)
_SCANS = tuple(f"scans{ending}" for ending in EXTENSIONS)
_DIGEST = re.compile("[0-9a-f]{64}")
_REQUIREMENTS = Path(__file__).resolve().parents[3] / "requirements.txt"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Capsule:
    """What a capsule holds.

    Attributes
    ----------
    settings : StudySettings
        The study as it was understood, defaults included.
    cohort_sha256 : str
        Digest of the cohort's file.
    cohort_name : str or None
        The name it had, without folders.
    results : dict
        The results file.
    ledger : Ledger
        What was examined; without entries where small counts are hidden.
    cohort, scans : bytes or None
        The files, where they were put in; their digest is that of the run.
    cohort_file, scans_file : str or None
        Their names inside the capsule, with the ending of their kind.
    """

    settings: StudySettings
    cohort_sha256: str
    cohort_name: str | None
    results: dict[str, Any]
    ledger: Ledger
    cohort: bytes | None
    scans: bytes | None
    cohort_file: str | None
    scans_file: str | None


def capsule_bytes(
    publication: Publication, *, patients: bool = False, cohort: bytes | None = None, scans: bytes | None = None
) -> bytes:
    """Write a run as one archive from which it is rebuilt, checked, and opened again.

    Parameters
    ----------
    publication : Publication
        One run.
    patients : bool, optional
        Whether rows of patients are put in: the members of sets in results.json, and sets.csv, with which the outcome
        half of the R script runs where MatchIt does not.
    cohort, scans : bytes, optional
        The files themselves, to be put in; absent, the capsule knows the cohort by its digest alone.

    Returns
    -------
    bytes
        A ZIP archive, the same for the same run and software.

    Raises
    ------
    SettingsError
        Patients' rows or files were asked for and the study hides small counts, or a file is not that of the run.
    """
    result = publication.result
    below = result.settings.exports.suppress_below
    hidden = is_active(below)
    if hidden and (patients or cohort is not None or scans is not None):
        raise SettingsError(
            phrase(
                "A capsule with patients' rows or files would show the counts below {below} that the study hides "
                "(exports.suppress_below). Write it without them, or do not hide counts.",
                below=below,
            )
        )
    inside = _files_inside(publication, cohort, scans)
    document = suppress_results(results_document(result, publication.findings, publication.ledger), below)
    if not patients and document["matching"] is not None:
        document["matching"]["sets"] = None
    files = {
        "README.txt": read_me(publication, patients=patients, with_cohort=cohort is not None).encode(),
        "capsule.json": b"",
        "study.yaml": study_yaml(result.settings).encode(),
        "results.json": _json(document),
        "expected.csv": expected_csv(expected_values(document, hidden=hidden)),
        "ledger.json": _json(ledger_values(publication, hidden=hidden)),
        "requirements.txt": _REQUIREMENTS.read_bytes(),
        "run.py": python_script().encode(),
        "analysis.R": r_script(publication).encode(),
    }
    if patients:
        files[_SETS] = csv_bytes(sets_of_rows(result))
    files |= dict(inside.values())
    files["capsule.json"] = _json(_manifest(publication, files, inside))
    return pack(files)


def sets_of_rows(result: StudyResult) -> pd.DataFrame:
    """Set, weight and independent unit of every patient analysed, by their place in the file.

    Parameters
    ----------
    result : StudyResult
        One run.

    Returns
    -------
    DataFrame
        ``row`` counts the patients of the file from 1; ``set`` is blank for patients in none, ``unit`` is what varies
        independently, counted from 1 with the patients of no set each on their own. No id, no covariate and no outcome.
    """
    design = result.design
    own = np.arange(design.n) + 1 + max(int(design.cluster.max()) + 1, 0)
    return pd.DataFrame(
        {
            "row": result.patients.row + 1,
            "treated": result.patients.treated.astype(np.int64),
            "set": pd.array(design.subclass + 1, dtype="Int64"),
            "unit": np.where(design.cluster >= 0, design.cluster + 1, own),
            "weight": design.weights,
        }
    ).assign(set=lambda table: table["set"].where(table["set"] > 0))


_Inside = dict[str, tuple[str, bytes]]


def _files_inside(publication: Publication, cohort: bytes | None, scans: bytes | None) -> _Inside:
    result = publication.result
    inside: _Inside = {}
    if cohort is not None:
        if _digest(cohort) != result.cohort_sha256:
            raise SettingsError(
                phrase("The cohort of a capsule must be that of the run, and this file has another digest.")
            )
        inside["cohort"] = (f"cohort{_ending(publication.cohort_file or result.settings.cohort.file)}", cohort)
    if scans is not None:
        named = result.patients.scans
        if named is None or _digest(scans) != named.sha256:
            raise SettingsError(
                phrase("The file of scans of a capsule must be that of the run, and this file has another digest.")
            )
        settings = result.settings.scans
        inside["scans"] = (f"scans{_ending(None if settings is None else settings.file)}", scans)
    return inside


def _ending(name: str | None) -> str:
    ending = PurePath(name or "").suffix.lower()
    return ending if ending in EXTENSIONS else ".csv"


def _manifest(publication: Publication, files: dict[str, bytes], inside: _Inside) -> dict[str, Any]:
    result = publication.result
    scans = result.patients.scans
    return {
        "format": FORMAT,
        "cohort_sha256": result.cohort_sha256,
        "cohort_name": publication.cohort_file,
        "scans_sha256": None if scans is None else scans.sha256,
        "cohort_file": inside["cohort"][0] if "cohort" in inside else None,
        "scans_file": inside["scans"][0] if "scans" in inside else None,
        "environment": software_versions(),
        "sha256": {name: _digest(content) for name, content in files.items() if name != "capsule.json"},
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def read_capsule(content: bytes) -> Capsule:
    """Read a capsule that someone hands over; nothing in it is run or written anywhere.

    Parameters
    ----------
    content : bytes
        The archive.

    Returns
    -------
    Capsule

    Raises
    ------
    CohortInputError
        The archive is no capsule, is damaged, too large, or one of its files is not the one that was put in.
    SettingsError
        Its study file or its ledger cannot be understood.
    """
    files = unpack(content, (*_ALWAYS, _SETS, *_COHORTS, *_SCANS), (*_COHORTS, *_SCANS))
    manifest = _manifest_of(files)
    names = [manifest["cohort_file"], manifest["scans_file"]]
    found = [None if name is None else files.get(name) for name in names]
    if found[0] is not None and _digest(found[0]) != manifest["cohort_sha256"]:
        raise CohortInputError(_CHANGED)
    try:
        results, ledger = (json.loads(files[name]) for name in ("results.json", "ledger.json"))
        study = files["study.yaml"].decode()
    except (ValueError, RecursionError):
        raise CohortInputError(_CHANGED) from None
    if not isinstance(results, dict):
        raise CohortInputError(_CHANGED)
    return Capsule(
        settings=load_study(study),
        cohort_sha256=manifest["cohort_sha256"],
        cohort_name=manifest["cohort_name"],
        results=results,
        ledger=ledger_from_values(ledger),
        cohort=found[0],
        scans=found[1],
        cohort_file=names[0],
        scans_file=names[1],
    )


_CHANGED = phrase(
    "A file of the capsule is not the one that was put in: it was changed or damaged. Use the capsule as it was."
)


def _manifest_of(files: dict[str, bytes]) -> dict[str, Any]:
    """The list of what the capsule holds, held against what is there."""
    try:
        manifest = json.loads(files["capsule.json"])
        digests = dict(manifest["sha256"])
        known = (
            manifest["format"] == FORMAT
            and _DIGEST.fullmatch(manifest["cohort_sha256"]) is not None
            and manifest["cohort_file"] in (None, *_COHORTS)
            and manifest["scans_file"] in (None, *_SCANS)
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        known, manifest, digests = False, {}, {}
    if not known or not set(_ALWAYS) <= set(files):
        raise CohortInputError(
            phrase(
                "The archive must be a capsule as the Report page writes it, and this one lacks parts of it or comes from "
                "another version. Download it again."
            )
        )
    if {name: _digest(content) for name, content in files.items() if name != "capsule.json"} != digests:
        raise CohortInputError(_CHANGED)
    if any(name is not None and name not in files for name in (manifest["cohort_file"], manifest["scans_file"])):
        raise CohortInputError(_CHANGED)
    manifest["cohort_name"] = _plain_name(manifest.get("cohort_name"))
    return manifest


def _plain_name(name: Any) -> str | None:
    return PurePath(name.replace("\\", "/")).name if isinstance(name, str) else None
