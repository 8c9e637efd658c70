"""What an earlier run into the same folder left of its specifications and replicates, to be continued."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from analysis.cohort.reading import Cohort
from analysis.errors import SettingsError
from analysis.reporting.csv_files import csv_bytes
from analysis.reporting.folder import CHECKSUMS
from analysis.reporting.results import FORMAT
from analysis.reporting.robustness_results import RobustnessFindings
from analysis.reporting.software import software_versions
from analysis.reporting.suppression import is_active
from analysis.robustness.bootstrap import Bootstrap
from analysis.robustness.effect import asked_effect
from analysis.robustness.result import SpecificationCurve, SpecificationResult
from analysis.robustness.specifications import specifications
from analysis.settings import StudySettings
from analysis.study_file import study_values
from charts.specification_curve import specification_rows

RESULTS, SPECIFICATIONS, REPLICATES = "results.json", "specifications.csv", "bootstrap.csv"

ANEW = "Leave --resume out to begin anew."


def earlier_robustness(
    folder: Path, cohort: Cohort, settings: StudySettings, *, curve: bool, bootstrap: bool
) -> RobustnessFindings:
    """Take up what an earlier run found, from the files that it wrote.

    Only effects are taken, which the tables hold at full precision. What found none is carried out again: its sentence in
    a table may be made inert for spreadsheets. Effects with one unit left out, which no table holds, are found again too.

    Parameters
    ----------
    folder : Path
        Where the earlier run wrote.
    cohort : Cohort
        As it was read for this run.
    settings : StudySettings
        Of this run.
    curve, bootstrap : bool
        What this run asks for.

    Returns
    -------
    RobustnessFindings
        Without what the earlier run had not begun.

    Raises
    ------
    SettingsError
        There is nothing to continue, it was changed, it is of another study, cohort or software, or the run leaves out
        something that the earlier one found and that would be lost.
    """
    if is_active(settings.exports.suppress_below):
        raise SettingsError(
            "To resume, a run needs the tables of single specifications and replicates, and they are not written where "
            f"small counts are hidden (exports.suppress_below). {ANEW}"
        )
    files = _unchanged_files(folder)
    try:
        document = json.loads(files[RESULTS])
        _require_same_run(document, cohort, settings)
        _require_all_asked_for(files, curve, bootstrap)
        return RobustnessFindings(
            curve=_curve(files[SPECIFICATIONS], settings) if SPECIFICATIONS in files else None,
            bootstrap=_bootstrap(files[REPLICATES], document["bootstrap"], settings) if REPLICATES in files else None,
        )
    except (KeyError, ValueError, TypeError):
        raise _changed("what they hold is not what a run writes") from None


def _changed(what: str) -> SettingsError:
    return SettingsError(f"To resume, the files must be as the earlier run wrote them; {what}. {ANEW}")


def _unchanged_files(folder: Path) -> dict[str, bytes]:
    """The files that are needed, where the earlier run's list of digests says that they are as it wrote them."""
    files: dict[str, bytes] = {}
    try:
        listed = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
        digests = {name: digest for digest, _, name in (line.partition("  ") for line in listed)}
        for name in (RESULTS, SPECIFICATIONS, REPLICATES):
            if name in digests:
                files[name] = (folder / name).read_bytes()
                if hashlib.sha256(files[name]).hexdigest() != digests[name]:
                    raise _changed(f"{name} was changed since")
    except (OSError, UnicodeDecodeError):
        files = {}
    if RESULTS not in files:
        raise SettingsError(
            f"To resume, the folder for results must hold what an earlier run wrote; {RESULTS} with {CHECKSUMS} was not "
            "found or could not be read. Name the folder with --out, or leave --resume out."
        )
    return files


def _require_same_run(document: dict[str, Any], cohort: Cohort, settings: StudySettings) -> None:
    """Make sure that the numbers of both runs belong together."""
    if document["format"] != FORMAT:
        raise ValueError
    study, software = study_values(settings), software_versions()
    other = _different(document["study"], study)
    found = [f"the study file has another {', '.join(other)}"] if other else []
    scans = document["scans_sha256"]
    if document["cohort_sha256"] != cohort.sha256:
        found.append("the cohort is another file")
    if scans is not None and (cohort.scans is None or cohort.scans.sha256 != scans):
        found.append("the scans are another file")
    found += [
        f"{name} was {document['software'].get(name, 'absent')} and is {software.get(name, 'absent')}"
        for name in _different(document["software"], software)
    ]
    if found:
        raise SettingsError(
            f"To resume, study, cohort and software must be those of the earlier run; {'; '.join(found)}. {ANEW}"
        )


def _different(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))


def _require_all_asked_for(files: dict[str, bytes], curve: bool, bootstrap: bool) -> None:
    """What a run does not ask for would leave the folder with its files."""
    if not files.keys() & {SPECIFICATIONS, REPLICATES}:
        raise SettingsError(
            "To resume, the earlier run must have left specifications or replicates, and it left none. "
            "Leave --resume out."
        )
    for name, asked, option in ((SPECIFICATIONS, curve, "--specifications"), (REPLICATES, bootstrap, "--bootstrap")):
        if name in files and not asked:
            raise SettingsError(
                f"To resume, a run must ask for all that the earlier one found; {name} is there and would be removed. "
                f"Add {option}, or write into another folder."
            )


def _curve(content: bytes, settings: StudySettings) -> SpecificationCurve:
    asked = asked_effect(settings)
    rows = _rows(content)
    curve = SpecificationCurve(
        measure=asked.measure,
        endpoint=asked.endpoint,
        nothing=asked.nothing,
        confidence_level=asked.confidence_level,
        specifications=specifications(settings),
        results=tuple(_result(row) for row in rows if row["estimate"]),
    )
    again = _rows(csv_bytes(specification_rows(curve)))
    for row, same in zip(rows, again, strict=True):
        if row["estimate"] and any(row[key] != text for key, text in same.items()):
            raise ValueError
    return curve


def _result(row: dict[str, str]) -> SpecificationResult:
    return SpecificationResult(
        number=int(row["number"]) - 1,
        estimate=float(row["estimate"]),
        ci_lower=_number(row["ci_lower"]),
        ci_upper=_number(row["ci_upper"]),
        p_value=_number(row["p_value"]),
        n_sets=int(row["n_sets"]) if row["n_sets"] else None,
        n_treated=int(row["n_treated"]),
        n_control=int(row["n_control"]),
        effective_sample_size_treated=float(row["effective_sample_size_treated"]),
        effective_sample_size_control=float(row["effective_sample_size_control"]),
        largest_smd=_number(row["largest_smd"]),
        failure=None,
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _bootstrap(content: bytes, found: dict[str, Any], settings: StudySettings) -> Bootstrap:
    asked, chosen = asked_effect(settings), settings.robustness.bootstrap
    known = [row for row in _rows(content) if row["estimate"]]
    return Bootstrap(
        draws=chosen.draws,
        measure=asked.measure,
        endpoint=asked.endpoint,
        confidence_level=asked.confidence_level,
        estimate=float(found["estimate"]),
        n_units=int(found["n_units"]),
        seed=chosen.seed,
        n_planned=chosen.replicates,
        number=np.array([int(row["replicate"]) - 1 for row in known], dtype=np.int64),
        value=np.array([float(row["estimate"]) for row in known]),
        failed=(),
        left_out=(),
        standard_error=None,
        percentile=None,
        accelerated=None,
        notes=(),
    )


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
