"""``python -m benchmarks.scaling``: cohorts read from Parquet by column, and sweeps shared out by processes and by Dask.

Writes ``benchmarks/results/scaling.json``, a list of ``{"name", "figure", "unit", "how"}``. Every reading runs in a process
of its own, so that its peak memory is its own; files are made by DuckDB in a temporary folder and removed afterwards.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "scaling.json"

Figure = dict[str, Any]

STUDY = {
    "cohort": {"id": "id"},
    "treatment": {"column": "arm", "treated": "A", "control": "B"},
    "eligibility": [{"column": "year", "at_least": 2012}],
    "covariates": ["age", "sex", "ecog", "albi", "tumour", "afp"],
    "outcomes": {
        "survival": [{"name": "OS", "time": "os", "event": "dead"}],
        "response": [{"name": "R", "responder": "r"}],
    },
}
"""Names 12 columns."""

_COLUMNS = """
    i AS id,
    CASE WHEN hash(i) % 100 < 30 THEN 'A' ELSE 'B' END AS arm,
    2010 + hash(i + 1) % 14 AS year,
    20 + (hash(i * 3) % 7000) / 100 AS age,
    CASE WHEN hash(i * 5) % 4 = 0 THEN 'female' ELSE 'male' END AS sex,
    (hash(i * 7) % 3)::INTEGER AS ecog,
    -3.5 + (hash(i * 11) % 3000) / 1000 AS albi,
    10 + (hash(i * 13) % 1200) / 10 AS tumour,
    1 + (hash(i * 17) % 50000) / 10 AS afp,
    round(-20 * ln((hash(i * 19) % 100000 + 1) / 100001), 2) + 0.01 AS os,
    (hash(i * 23) % 3 > 0)::INTEGER AS dead,
    (hash(i * 29) % 4 = 0)::INTEGER AS r
"""
_N_NAMED = 12

WARMING = 80
"""Specifications: several pieces for each process."""


def make(path: Path, n: int, n_columns: int) -> None:
    """Write a Parquet file of n patients whose study names 12 of n_columns columns.

    Parameters
    ----------
    path : Path
    n : int
    n_columns : int
        The others are laboratory values of three digits.
    """
    import duckdb

    others = [f"(hash(i * {2 * number + 31}) % 1000) / 10 AS lab_{number}" for number in range(n_columns - _N_NAMED)]
    select = ",\n".join([_COLUMNS, *others])
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '3GB'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"COPY (SELECT {select} FROM range({n}) t(i)) TO '{path}' (FORMAT parquet)")


def read_named(path: Path) -> str:
    """Read what the study names."""
    from analysis.cohort.reading_stores import read_stored_cohort
    from analysis.cohort.uses import columns_to_read
    from analysis.settings import StudySettings

    wanted = partial(columns_to_read, StudySettings.model_validate(STUDY))
    return _shape(read_stored_cohort(path, wanted=wanted).table)


def read_all(path: Path) -> str:
    """Read every column."""
    from analysis.cohort.reading_stores import read_stored_cohort

    return _shape(read_stored_cohort(path, wanted=lambda names: dict.fromkeys(names, "all")).table)


def read_text(path: Path) -> str:
    """Read every column of the same table as text."""
    from analysis.cohort.reading import read_cohort

    return _shape(read_cohort(path.read_bytes(), path.name).table)


def run_named(path: Path) -> str:
    """Read what the study names and run it: flow, score, matching, balance, survival and response."""
    from analysis.cohort.reading_stores import read_stored_cohort
    from analysis.cohort.uses import columns_to_read
    from analysis.settings import StudySettings
    from analysis.study import run

    settings = StudySettings.model_validate(STUDY)
    cohort = read_stored_cohort(path, wanted=partial(columns_to_read, settings))
    began = time.perf_counter()
    result = run(
        cohort, settings, progress=lambda stage: print(f"{stage} {time.perf_counter() - began:.1f}", file=sys.stderr)
    )
    return f"{len(cohort.table):,} patients, {result.design.sets.n_sets:,} pairs"


WORK: dict[str, Callable[[Path], str]] = {work.__name__: work for work in (read_named, read_all, read_text, run_named)}


def _shape(table: Any) -> str:
    return f"{table.shape[0]:,} rows of {table.shape[1]} columns, {table.memory_usage(index=False).sum() / 1e6:,.0f} MB"


def child(name: str, path: Path) -> None:
    """Do one piece of work and print what it took."""
    before = _imported()
    began, busy = time.perf_counter(), time.process_time()
    found = WORK[name](path)
    taken = {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - busy,
        "peak_mb": _memory("VmHWM") - before,
        "found": found,
    }
    print(json.dumps(taken))


def _imported() -> float:
    """Import what every one of these processes needs; its memory from then on, in MB, where its peak begins anew."""
    import duckdb

    import analysis.cohort.reading
    import analysis.cohort.reading_stores
    import analysis.cohort.uses
    import analysis.study

    assert all((duckdb, analysis.cohort.reading, analysis.cohort.reading_stores, analysis.cohort.uses, analysis.study))
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    return _memory("VmRSS")


def _memory(which: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(which)) / 1e3


def measured(name: str, path: Path, repeats: int) -> dict[str, Any]:
    """The median of repeated work, each in a process of its own."""
    runs = []
    for _ in range(repeats):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scaling", "--child", name, str(path)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    keys = ("seconds", "processor", "peak_mb")
    return {"found": runs[0]["found"], **{key: median(run[key] for run in runs) for key in keys}}


def reading_figures(folder: Path, n: int, n_columns: int, works: tuple[str, ...], repeats: int) -> Iterator[Figure]:
    """Make one file, read it in every way, and give what each took."""
    path = folder / f"{n}x{n_columns}.parquet"
    print(f"making {n:,} x {n_columns} …", file=sys.stderr)
    make(path, n, n_columns)
    size = f"{n:,} patients, {n_columns} columns"
    yield {"name": f"{size}: file", "figure": round(path.stat().st_size / 1e6), "unit": "MB", "how": "Parquet, Snappy"}
    if "read_text" in works:
        import duckdb

        with duckdb.connect() as connection:
            connection.execute(f"COPY (FROM '{path}') TO '{path.with_suffix('.csv')}'")
    for name in works:
        taken = measured(name, path.with_suffix(".csv") if name == "read_text" else path, repeats)
        print(size, name, taken, file=sys.stderr)
        how = f"{WORK[name].__doc__} {taken['found']}. Median of {repeats}, each a process of its own."
        yield {"name": f"{size}: {name}", "figure": round(taken["seconds"], 2), "unit": "s", "how": how}
        yield {
            "name": f"{size}: {name}",
            "figure": round(taken["processor"], 2),
            "unit": "s of the processors",
            "how": how,
        }
        how = f"Most memory at one time, above that of the process with its libraries. {how}"
        yield {"name": f"{size}: {name}", "figure": round(taken["peak_mb"]), "unit": "MB", "how": how}
    for made in folder.iterdir():
        made.unlink()


def sweep_figures(n: int, n_specifications: int, repeats: int) -> Iterator[Figure]:
    """A specification curve in this process, in processes, and on a Dask cluster of this machine."""
    import distributed

    from analysis.cohort.reading import read_cohort
    from analysis.robustness.curve import specification_curve
    from analysis.robustness.specifications import specifications
    from analysis.study import study_patients
    from benchmarks.cohorts import STUDY as SYNTHETIC
    from benchmarks.cohorts import synthetic_cohort

    patients = study_patients(read_cohort(synthetic_cohort(n).to_csv(index=False).encode(), "c.csv"), SYNTHETIC)
    listed = specifications(SYNTHETIC)[:n_specifications]

    def timed(**where: Any) -> float:
        specification_curve(patients, listed[:WARMING], **where)  # every process is started and has its kernels
        runs = []
        for _ in range(repeats):
            began = time.perf_counter()
            specification_curve(patients, listed, **where)
            runs.append(time.perf_counter() - began)
        return median(runs)

    seconds = {"1 process": timed(n_jobs=1), "2 processes": timed(n_jobs=2)}
    for workers in (1, 2):
        with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as cluster:
            name = f"Dask, {workers} {'worker' if workers == 1 else 'workers'}"
            seconds[name] = timed(dask_address=cluster.scheduler_address)
    how = f"{len(listed)} specifications of {n:,} patients; median of {repeats} after the processes were warm"
    for name, taken in seconds.items():
        print(name, taken, file=sys.stderr)
        yield {"name": f"sweep, {n:,} patients: {name}", "figure": round(taken, 2), "unit": "s", "how": how}
        ratio = round(seconds["1 process"] / taken, 2)
        yield {"name": f"sweep, {n:,} patients: {name}", "figure": ratio, "unit": "times one process", "how": how}


def main() -> None:
    """Measure and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--child", nargs=2, metavar=("WORK", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--large", action="store_true", help="also 10,000,000 patients; 3 GB of disk, 6 GB of memory")
    parser.add_argument("--only", choices=("reading", "sweep"))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="for the files that are made; the system's temporary folder when absent"
    )
    given = parser.parse_args()
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return
    figures: list[Figure] = []
    if given.only != "sweep":
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            here = Path(folder)
            works: tuple[str, ...] = ("read_named", "read_all", "read_text", "run_named")
            figures += reading_figures(here, 1_000_000, 20, works, given.repeats)
            figures += reading_figures(here, 1_000_000, 200, ("read_named", "read_all"), given.repeats)
            if given.large:
                figures += reading_figures(here, 10_000_000, 200, ("read_named", "run_named"), 1)
    if given.only != "reading":
        figures += sweep_figures(20_000, 400, given.repeats)
    load = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors when done"
    figures.append({"name": "the machine", "figure": round(os.getloadavg()[0], 1), "unit": "load average", "how": load})
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Wrote {RESULTS.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
