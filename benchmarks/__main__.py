"""``python -m benchmarks``: the product beside other programs, its stages, growth and memory; prints the page."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.child import ONE_THREAD, Child

# What is measured in this process runs on one thread as well.
os.environ.update(ONE_THREAD)

from benchmarks.cohorts import synthetic_cohort
from benchmarks.reading import time_reading
from benchmarks.report import curve_table, reading_table, report
from benchmarks.results import MEASUREMENTS, Results, StageTime, read_results, write_results
from benchmarks.robustness import time_curve
from benchmarks.side_by_side import LOADING, Measurement, compare_programs
from benchmarks.startup import time_startup
from benchmarks.targets import RATIO_AT, judge

SIZES = (123, 10_000, 100_000, 1_000_000)
QUICK = (123, 10_000)
SMALLEST_FILE = 10_000
"""Smaller files are read before anyone can tell how fast."""

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, print, and write the page of the documentation when asked."""
    arguments = _arguments()
    sizes = QUICK if arguments.quick else arguments.sizes
    if arguments.robustness:
        print(curve_table([time_curve(synthetic_cohort(n)) for n in QUICK]))
    elif arguments.reading:
        print(reading_table([time_reading(n) for n in sizes if n >= SMALLEST_FILE]))
    else:
        results = read_results() if arguments.render else measure(sizes)
        if arguments.write and not arguments.render:
            write_results(results)
        page = report(results)
        print(page)
        if arguments.write or arguments.render:
            PAGE.write_text(page, encoding="utf-8")
            print(f"Wrote docs/{PAGE.name}.")
        missed = [item.name for item in judge(results) if item.met is False]
        print(f"Targets not met: {'; '.join(missed) or 'none'}.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="123 and 10,000 patients only")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="patients of the cohorts, ascending")
    parser.add_argument("--write", action="store_true", help=f"write {MEASUREMENTS.name} and docs/{PAGE.name}")
    parser.add_argument(
        "--render", action="store_true", help=f"measure nothing: write docs/{PAGE.name} from the last run"
    )
    parser.add_argument("--reading", action="store_true", help="only the reading and checking of files")
    parser.add_argument("--robustness", action="store_true", help="only specification curves, up to 10,000 patients")
    return parser.parse_args()


def measure(sizes: Sequence[int]) -> Results:
    """Measure everything.

    Parameters
    ----------
    sizes : sequence of int
        Patients, ascending.

    Raises
    ------
    UnequalError
        Another program's numbers differ from the product's by more than is allowed.
    """
    programs: list[Measurement] = []
    versions: list[str] = []
    for n in sizes:
        found, measured = compare_programs(n, programs, _say)
        versions += found
        programs += measured
    stages = [stage for n in sizes for stage in _own("stages", n)] + _own("bootstrap", 0)
    if RATIO_AT in sizes:
        stages += _own("sweep", RATIO_AT)
    large = [n for n in sizes if n >= SMALLEST_FILE]
    return Results(
        machine=_machine(),
        versions=list(dict.fromkeys(versions)),
        sizes=list(sizes),
        programs=programs,
        stages=stages,
        reading=[time_reading(n) for n in large],
        memory=_memory(large[-1]) if large else None,
        startup=time_startup(),
    )


def _own(what: str, n: int) -> list[StageTime]:
    child = Child([sys.executable, "-m", "benchmarks.stages", what, str(n)])
    stages = []
    while (found := child.next(LOADING)) is not None:
        stages.append(StageTime(**found))
        _say(f"{n:,}  {stages[-1].name}: {1000 * stages[-1].seconds:,.3g} ms")
    return stages


def _memory(n: int) -> dict[str, float | int | None] | None:
    """Measured in a process of its own, where the system tells what a process holds."""
    if not Path("/proc/self/statm").exists():
        return None
    found = Child([sys.executable, "-m", "benchmarks.memory", str(n)]).next(LOADING)
    _say(f"memory: {found}")
    return found


def _machine() -> dict[str, str]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
