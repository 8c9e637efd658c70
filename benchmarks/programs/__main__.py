"""``python -m benchmarks.programs NAME FOLDER N``: one program's tasks, a line of JSON for each.

It says what it can do, and reads a line that says which ``tasks`` are wanted and how many ``readings`` of each. The
product writes the patients into the folder, where every other program finds them.
"""

import importlib
import json
import sys
import warnings
from pathlib import Path
from typing import Any

from benchmarks.clock import timed_runs
from benchmarks.cohorts import two_endpoint_cohort
from benchmarks.material import material_of, prepare, read_material, write_material


def main(name: str, folder: str, n: str) -> None:
    """Say what is compared and what can be asked, and do what is asked."""
    warnings.simplefilter("ignore")
    program: Any = importlib.import_module(f"benchmarks.programs.{name}")
    if name == "product":
        prepared = prepare(int(n))
        material = material_of(prepared, two_endpoint_cohort(int(n)))
        write_material(material, Path(folder))
        works = program.works(material, prepared)
    else:
        works = program.works(read_material(Path(folder)))
    _say({"version": program.versions(), "tasks": list(works)})
    asked = json.loads(sys.stdin.readline() or "{}")
    for task in asked.get("tasks", []):
        seconds, value, n_readings = timed_runs(works[task].run, asked["readings"])
        _say({"task": task, "seconds": seconds, "readings": n_readings, "values": works[task].read(value)})


def _say(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
