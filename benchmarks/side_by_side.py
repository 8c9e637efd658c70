"""Every program on the same patients: how long each task takes, and that the numbers are the product's."""

import importlib.util
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.child import Child, OutOfMemoryError, TooLongError
from benchmarks.clock import REPEATS
from benchmarks.comparison import differences
from benchmarks.programs.task import Values

BOUND = 120.0
"""Seconds of the clock; what needs longer is not waited for, so that a full run takes less than half an hour."""

LOADING = 600.0
"""Seconds of the clock within which a program must have read the patients."""

LARGE = 1_000
"""Growth is told from cohorts above this size; below, fixed costs hide it."""

NEEDS = {
    "with_numpy": "sklearn",
    "with_scikit_survival": "sksurv",
    "with_statsmodels": "statsmodels",
    "with_lifelines": "lifelines",
}

LONGER = f"more than {BOUND / 60:.0f} minutes"
EXPECTED = f"{LONGER} expected"
MEMORY = "more memory than there is"

PART = {"the R path": "R Matching::Match"}
"""A path is not begun once its longest part was too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One task of one program on one cohort.

    Attributes
    ----------
    n : int
        Patients.
    task : str
        As the product names it.
    by : str
        The program and its function; empty for the product.
    seconds : float or None
        Median seconds of the processor; None where it was not measured.
    readings : int
        How many the median is of.
    differences : dict
        The largest relative difference from the product, by kind of number.
    reason : str or None
        Why it was not measured.
    """

    n: int
    task: str
    by: str
    seconds: float | None
    readings: int = 0
    differences: dict[str, float] = field(default_factory=dict)
    reason: str | None = None


def compare_programs(
    n: int, earlier: list[Measurement], say: Callable[[str], None], *, bound: float = BOUND, readings: int = REPEATS
) -> tuple[list[str], list[Measurement]]:
    """Time the product and every program that is installed on one cohort.

    Parameters
    ----------
    n : int
        Patients.
    earlier : list of Measurement
        Of smaller cohorts: what they let expect to take too long is not begun.
    say : callable
        Told of each measurement as it is made.
    bound : float
        Seconds of the clock for one task.
    readings : int
        Of the clock, that a median is of.

    Returns
    -------
    versions : list of str
        What was compared.
    measurements : list of Measurement
        The product's first.

    Raises
    ------
    UnequalError
        Another program's numbers differ from the product's by more than is allowed.
    """
    with tempfile.TemporaryDirectory() as folder:
        versions, measured = [], []
        own: dict[str, Values] = {}
        for program in ("product", *(name for name in NEEDS if importlib.util.find_spec(NEEDS[name])), "with_r"):
            if program == "with_r" and shutil.which("Rscript") is None:
                continue
            run = _Run(program=program, folder=Path(folder), n=n, earlier=earlier, bound=bound, readings=readings)
            for version, found, values in run.tasks():
                versions.append(version)
                if not found.by and found.seconds is not None:
                    own[found.task] = values
                elif found.task not in own:
                    continue
                elif found.seconds is not None:
                    found.differences.update(differences(f"{found.task}:{found.by}", own[found.task], values))
                measured.append(found)
                say(_told(found))
    return list(dict.fromkeys(versions)), measured


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A program on a cohort, begun again without the task that was too much for it."""

    program: str
    folder: Path
    n: int
    earlier: list[Measurement]
    bound: float
    readings: int = REPEATS

    def tasks(self) -> Iterator[tuple[str, Measurement, Values]]:
        """Every task it offers, with its version; one that is too much for it ends it, and the others go on in a new one."""
        child, version, offered = self._begin()
        refused = {name: reason for name in offered if (reason := self._refusal(name)) is not None}
        for name, reason in refused.items():
            yield version, self._unmeasured(name, reason), {}
        wanted = [name for name in offered if name not in refused]
        try:
            while wanted:
                for found, values in self._some(child, wanted):
                    wanted.remove(f"{found.task}:{found.by}".removesuffix(":"))
                    yield version, found, values
                    for name in _as_long(found, wanted):
                        wanted.remove(name)
                        yield version, self._unmeasured(name, EXPECTED), {}
                if wanted:
                    child, _, _ = self._begin()
        finally:
            child.stop()

    def _begin(self) -> tuple[Child, str, list[str]]:
        child = Child(self._command())
        first = child.next(LOADING)
        if first is None:
            raise RuntimeError(f"{self.program} ended without a word")
        return child, first["version"], first["tasks"]

    def _command(self) -> list[str]:
        if self.program == "with_r":
            return ["Rscript", str(Path(__file__).parent / "programs" / "with_r.R"), str(self.folder)]
        return [sys.executable, "-m", "benchmarks.programs", self.program, str(self.folder), str(self.n)]

    def _some(self, child: Child, wanted: list[str]) -> Iterator[tuple[Measurement, Values]]:
        child.tell({"tasks": wanted, "readings": self.readings})
        for name in list(wanted):
            try:
                found = child.next(self.bound)
            except TooLongError:
                yield self._unmeasured(name, LONGER), {}
                return
            except OutOfMemoryError:
                yield self._unmeasured(name, MEMORY), {}
                return
            if found is None:
                raise RuntimeError(f"{self.program} ended before {name}")
            task, _, by = name.partition(":")
            yield (
                Measurement(n=self.n, task=task, by=by, seconds=found["seconds"], readings=found["readings"]),
                found["values"],
            )

    def _unmeasured(self, name: str, reason: str) -> Measurement:
        task, _, by = name.partition(":")
        return Measurement(n=self.n, task=task, by=by, seconds=None, reason=reason)

    def _refusal(self, name: str) -> str | None:
        task, _, by = name.partition(":")
        smaller = sorted((item for item in self.earlier if (item.task, item.by) == (task, by)), key=lambda item: item.n)
        smaller = [item for item in smaller if item.n < self.n]
        if not smaller:
            return None
        if smaller[-1].seconds is None:
            return EXPECTED if smaller[-1].reason in (LONGER, EXPECTED) else smaller[-1].reason
        return EXPECTED if _expected(smaller, self.n) > self.bound else None


def _as_long(found: Measurement, wanted: list[str]) -> list[str]:
    """What is not begun since the same function was too long on the same patients, or a part of it was."""
    if found.reason != LONGER:
        return []
    functions = (found.by, *(whole for whole, part in PART.items() if part == found.by))
    return [name for name in wanted if name.partition(":")[2] in functions]


def _expected(smaller: list[Measurement], n: int) -> float:
    """Seconds at n patients, growing as between the two largest cohorts, never slower than their number."""
    last = smaller[-1]
    assert last.seconds is not None
    power = 1.0
    if len(smaller) > 1 and smaller[-2].n > LARGE and smaller[-2].seconds:
        power = max(power, math.log(last.seconds / smaller[-2].seconds) / math.log(last.n / smaller[-2].n))
    return last.seconds * (n / last.n) ** power


def _told(found: Measurement) -> str:
    spent = found.reason if found.seconds is None else f"{1000 * found.seconds:,.3g} ms"
    return f"{found.n:,}  {found.task}  {found.by or 'this product'}: {spent}"
