"""``python -m benchmarks``: times, growth and ratios, printed as tables."""

import argparse
import os
from pathlib import Path

# One thread each, for every program: what is compared is the method, not the number of cores.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from benchmarks.cohorts import synthetic_cohort  # noqa: E402
from benchmarks.reading import time_reading  # noqa: E402
from benchmarks.report import curve_table, reading_table, report  # noqa: E402
from benchmarks.robustness import time_curve  # noqa: E402
from benchmarks.side_by_side import compare_programs  # noqa: E402
from benchmarks.stages import time_stages  # noqa: E402

SIZES = (123, 10_000, 100_000)
FULL_SIZE = 1_000_000
SMALLEST_FILE = 10_000
"""Smaller files are read before anyone can tell how fast."""

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, print, and write the page of the documentation when asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also a million patients")
    parser.add_argument("--reading", action="store_true", help="only the reading and checking of files")
    parser.add_argument("--robustness", action="store_true", help="only specification curves, up to 10,000 patients")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    arguments = parser.parse_args()
    if arguments.robustness:
        print(curve_table([time_curve(synthetic_cohort(n)) for n in SIZES if n <= SMALLEST_FILE]))
        return
    sizes = (*SIZES, FULL_SIZE) if arguments.full else SIZES
    reading = [time_reading(n) for n in sizes if n >= SMALLEST_FILE]
    if arguments.reading:
        print(reading_table(reading))
        return
    stages, programs = {}, {}
    for n in sizes:
        print(f"{n:,} patients …", flush=True)
        table = synthetic_cohort(n)
        measured = time_stages(table)
        stages[n] = measured.seconds
        programs[n] = compare_programs(table, measured.result, others=n < FULL_SIZE)
    page = report(stages, programs, reading)
    print(page)
    if arguments.write:
        PAGE.write_text(page, encoding="utf-8")
        print(f"Wrote docs/{PAGE.name}.")


if __name__ == "__main__":
    main()
