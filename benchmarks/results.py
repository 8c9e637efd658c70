"""What one run measured, kept in a file so that the page can be written again without measuring."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.reading import ReadingTimes
from benchmarks.side_by_side import Measurement

FOLDER = Path(__file__).parent / "results"
MEASUREMENTS = FOLDER / "measurements.json"

ELSEWHERE = {"In the browser": "browser.json", "Many users": "users.json"}
"""Sections of the page whose figures other commands measure: lists of name, figure, unit, target, met and how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """The product's time for one stage, or one long run, on n patients."""

    n: int
    name: str
    seconds: float
    readings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One run of the benchmarks.

    Attributes
    ----------
    machine : dict
        Date, processor, memory and Python.
    versions : list of str
        Of the programs compared.
    sizes : list of int
        Patients, ascending.
    programs : list of Measurement
    stages : list of StageTime
    reading : list of ReadingTimes
    memory : dict or None
        See `measure_memory`.
    startup : dict
        See `time_startup`.
    """

    machine: dict[str, str]
    versions: list[str]
    sizes: list[int]
    programs: list[Measurement]
    stages: list[StageTime]
    reading: list[ReadingTimes] = field(default_factory=list)
    memory: dict[str, Any] | None = None
    startup: dict[str, float] = field(default_factory=dict)

    def own(self, n: int, task: str) -> float | None:
        """Seconds of the product for a task that is compared, or for a stage of its own."""
        for item in self.programs:
            if (item.n, item.task, item.by) == (n, task, ""):
                return item.seconds
        for stage in self.stages:
            if (stage.n, stage.name) == (n, task):
                return stage.seconds
        return None

    def others(self, n: int, task: str) -> list[Measurement]:
        """What the other programs needed for a task."""
        return [item for item in self.programs if item.n == n and item.task == task and item.by]


def write_results(results: Results, path: Path = MEASUREMENTS) -> None:
    """Keep a run.

    Parameters
    ----------
    results : Results
    path : Path
    """
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_results(path: Path = MEASUREMENTS) -> Results:
    """A run that was kept.

    Parameters
    ----------
    path : Path
    """
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["programs"] = [Measurement(**item) for item in kept["programs"]]
    kept["stages"] = [StageTime(**item) for item in kept["stages"]]
    kept["reading"] = [ReadingTimes(**item) for item in kept["reading"]]
    return Results(**kept)
