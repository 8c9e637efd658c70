"""How long a fresh process takes until it can compute, and until it has computed."""

import json
import statistics
import subprocess
import sys

from benchmarks.child import ROOT
from benchmarks.clock import REPEATS

IMPORT = "import of the analysis"
FIRST_STUDY = "import, kernels and first study of 123 patients"

_PROGRAM = """
import json, time, warnings
warnings.simplefilter("ignore")
begin = time.perf_counter()
import analysis.study, analysis.cohort.reading
imported = time.perf_counter() - begin
from benchmarks.cohorts import TWO_ENDPOINTS, two_endpoint_cohort
content = two_endpoint_cohort(123).to_csv(index=False).encode()
begin = time.perf_counter()
analysis.study.run(analysis.cohort.reading.read_cohort(content, "cohort.csv"), TWO_ENDPOINTS)
print(json.dumps([imported, imported + time.perf_counter() - begin]))
"""


def time_startup() -> dict[str, float]:
    """Time fresh processes whose kernels were compiled before.

    Returns
    -------
    dict
        Median seconds of the clock, of five processes after a first.
    """
    runs = [_once() for _ in range(REPEATS + 1)][1:]
    imported, studied = zip(*runs, strict=True)
    return {IMPORT: statistics.median(imported), FIRST_STUDY: statistics.median(studied)}


def _once() -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    imported, studied = json.loads(done.stdout)
    return imported, studied
