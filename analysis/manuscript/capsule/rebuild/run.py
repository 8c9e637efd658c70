"""Runs the study of this capsule again and holds every number against results.json.

    python run.py COHORT [--scans FILE] [--any-cohort]

COHORT may be left out where the capsule holds the file. Needs Matched Cohort Explorer (its folder as the working
directory, or on PYTHONPATH) with the libraries of requirements.txt. Ends with 0 where everything agrees, 1 where a number
does not, 2 where it cannot run.
"""

import argparse
import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-6
NOT_COMPARED = ("software", "ledger", "specification_curve", "bootstrap")
"""Versions, what was examined in a session, and analyses of robustness, which a run alone does not make."""


def main() -> int:
    """Run, compare and say what came of it."""
    given = _arguments()
    try:
        from analysis.cohort.reading import read_cohort
        from analysis.cohort.reading_options import ReadingOptions
        from analysis.cohort.reading_stores import is_stored
        from analysis.command_line.input_files import read_named_cohort
        from analysis.errors import AnalysisError
        from analysis.reporting.results import results_file
        from analysis.study import run
        from analysis.study_file import load_study
    except ImportError as error:
        return _refuse(f"Matched Cohort Explorer must be importable, and it is not ({error}). Start in its folder.")
    capsule = json.loads((HERE / "capsule.json").read_text(encoding="utf-8"))
    path = given.cohort or _inside(capsule["cohort_file"])
    scans_path = given.scans or _inside(capsule["scans_file"])
    if path is None or not path.exists():
        return _refuse("The cohort's file must be named: it is not in this capsule.")
    try:
        settings = load_study((HERE / "study.yaml").read_text(encoding="utf-8"))
        if is_stored(path):  # its digest is that of the columns read
            cohort = read_named_cohort(path, settings)
            found = cohort.sha256
        else:
            content = path.read_bytes()
            found = hashlib.sha256(content).hexdigest()
        if found != capsule["cohort_sha256"] and not given.any_cohort:
            return _refuse(f"The file must have the SHA-256 {capsule['cohort_sha256']}; it has {found}.")
        if not is_stored(path):
            named = settings.cohort
            options = ReadingOptions(
                sheet=named.sheet, header_row=named.header_row, encoding=named.encoding, date_order=named.date_order
            )
            cohort = read_cohort(content, path.name, options)
        if scans_path is not None:
            cohort = replace(cohort, scans=read_cohort(scans_path.read_bytes(), scans_path.name))
        again = json.loads(results_file(run(cohort, settings)))
    except AnalysisError as error:
        return _refuse("\n".join(error.problems))
    expected = json.loads((HERE / "results.json").read_text(encoding="utf-8"))
    return _told(again, expected)


def _arguments() -> argparse.Namespace:
    reader = argparse.ArgumentParser(description="Run the study of this capsule again.")
    reader.add_argument("cohort", nargs="?", type=Path)
    reader.add_argument("--scans", type=Path)
    reader.add_argument("--any-cohort", action="store_true")
    return reader.parse_args()


def _inside(name: str | None) -> Path | None:
    return None if name is None else HERE / name


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _told(again: Any, expected: Any) -> int:
    for name in NOT_COMPARED:
        again.pop(name, None)
        expected.pop(name, None)
    if expected.get("matching") and expected["matching"]["sets"] is None:
        again["matching"]["sets"] = None  # ids are not in this capsule
    wrong = list(_differences(again, expected, ""))
    for line in wrong[:50]:
        print(f"  {line}")
    print(f"{_count(expected)} values compared; {len(wrong)} do not agree.")
    return 1 if wrong else 0


def _differences(again: Any, expected: Any, where: str) -> Any:
    if isinstance(expected, dict) and isinstance(again, dict):
        for key, value in expected.items():
            if key not in again:
                yield f"{where}/{key}: absent"
            else:
                yield from _differences(again[key], value, f"{where}/{key}")
    elif isinstance(expected, list) and isinstance(again, list) and len(expected) == len(again):
        for place, value in enumerate(expected):
            yield from _differences(again[place], value, f"{where}/{place}")
    elif not _agrees(again, expected):
        yield f"{where}: expected {_shown(expected)}, found {_shown(again)}"


def _agrees(again: Any, expected: Any) -> bool:
    numbers = [isinstance(value, int | float) and not isinstance(value, bool) for value in (again, expected)]
    if all(numbers):
        return bool(abs(again - expected) <= TOLERANCE * max(1.0, abs(expected)))
    return bool(again == expected)


def _shown(value: Any) -> str:
    """A number as it is; of a list or a text only that it is one, as it may name patients."""
    return str(value) if value is None or isinstance(value, int | float) else f"a {type(value).__name__}"


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 1


if __name__ == "__main__":
    sys.exit(main())
