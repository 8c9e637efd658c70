"""``python -m benchmarks.memory N``: how much memory a study of n patients takes at most, beside its table.

The process loads all that a study needs, runs one of 123 patients so that its kernels are in memory, and notes what it
holds. Then it reads the cohort from its file and runs the study. The peak is what the system says the process held at
most (``ru_maxrss``), less what it held before. Where the system lets a process begin its peak again, the run alone is
measured as well, above what is held once the cohort has been read.
"""

import gc
import json
import resource
import sys
import tempfile
import warnings
from pathlib import Path

from analysis.cohort.reading import read_cohort
from analysis.study import run
from benchmarks.material import prepare
from benchmarks.programs.product import recompute
from benchmarks.reading import HOSPITAL_STUDY, hospital_cohort

MEGABYTE = 2**20


def measure_memory(n: int) -> dict[str, float | int | None]:
    """Measure a study of n patients and 20 columns.

    Parameters
    ----------
    n : int
        Patients.

    Returns
    -------
    dict
        Megabytes: ``table`` as pandas holds it, ``file``, ``reading_and_run`` and ``run``; the last None where the
        system cannot tell.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cohort.csv")
        hospital_cohort(n).to_csv(path, index=False)
        recompute(prepare(123), HOSPITAL_STUDY)
        run(read_cohort(hospital_cohort(123).to_csv(index=False).encode(), "cohort.csv"), HOSPITAL_STUDY)
        gc.collect()
        begun = _begin_again()
        before = _held()
        cohort = read_cohort(path.read_bytes(), "cohort.csv")
        read = _held()
        table = float(cohort.table.memory_usage(deep=True).sum()) / MEGABYTE
        reading_peak = _peak()
        begun = _begin_again() and begun
        result = run(cohort, HOSPITAL_STUDY)
        run_peak = _peak()
        return {
            "n": n,
            "columns": cohort.table.shape[1],
            "pairs": result.design.n_treated,
            "table": table,
            "file": path.stat().st_size / MEGABYTE,
            "reading_and_run": max(reading_peak, run_peak) - before,
            "run": run_peak - read if begun else None,
        }


def _held() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / MEGABYTE


def _peak() -> float:
    """Megabytes that it held at most, since the peak was begun again where that was possible."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _begin_again() -> bool:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return _peak() <= 1.1 * _held() + 8


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(measure_memory(int(sys.argv[1]))))
