"""The product's own times: each stage of a run, what a change on the screen computes again, and long runs of many studies.

``python -m benchmarks.stages WHAT [N]`` measures in this process and prints a line of JSON for each time.
"""

import copy
import itertools
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from analysis.cohort.reading import read_cohort
from analysis.cohort.selection import StudyCohort, select_patients
from analysis.design.balance import covariate_balance
from analysis.design.design import design_patients
from analysis.robustness.bootstrap import bootstrap_study
from analysis.settings import StudySettings
from analysis.study import outcomes_after, outcomes_before, study_patients
from analysis.study.caliper_path import caliper_path
from analysis.study_file import load_study
from benchmarks.clock import timed_afresh, timed_runs
from benchmarks.cohorts import TWO_ENDPOINTS, two_endpoint_cohort
from benchmarks.material import Prepared, prepare
from benchmarks.programs.product import recompute

READING = "reading the CSV"
PATIENTS = "patients, arms, covariates and endpoints"
BEFORE = "outcomes before"
AFTER = "outcomes after"
FIRST = "whole recompute, first after reading"
AGAIN = "whole recompute, again"
CALIPER = "a moved caliper: matching, balance, outcomes after"
BOOTSTRAP_SETS = "1,000 bootstrap samples of matched sets"
BOOTSTRAP_PATIENTS = "1,000 bootstrap samples of patients, scored and matched anew"
SWEEP = "sweep of 50 calipers: sets, balance and effect at each"

REPLICATES = 1_000
N_CALIPERS = 50
SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"

Reading = tuple[str, float, int]
"""What was timed, the median in seconds of the processor, and of how many readings."""


def time_stages(n: int) -> Iterator[Reading]:
    """Time the stages of a run on a synthetic cohort of two survival endpoints and a response.

    Parameters
    ----------
    n : int
        Patients.

    Yields
    ------
    name, seconds, n_readings
        Between one recompute and the next, the product keeps the patients in the order of their times; the first
        after reading has nothing kept.
    """
    content = two_endpoint_cohort(n).to_csv(index=False).encode()
    yield _read(READING, timed_runs(lambda: read_cohort(content, "cohort.csv")))
    prepared = prepare(n)
    yield _read(PATIENTS, timed_runs(lambda: select_patients(prepared.cohort, TWO_ENDPOINTS)))
    patients, settings = prepared.patients, TWO_ENDPOINTS
    yield _read(BEFORE, timed_runs(lambda: outcomes_before(patients, settings.outcomes, settings.confidence)))
    design = design_patients(patients, prepared.propensity, settings)
    yield _read(AFTER, timed_runs(lambda: outcomes_after(patients, design, settings.outcomes, settings.confidence)))
    yield _read(CALIPER, timed_runs(_moved_caliper(prepared)))
    yield _read(AGAIN, timed_runs(lambda: recompute(prepared, settings)))
    yield _read(FIRST, timed_afresh(lambda: _fresh(prepared), lambda fresh: recompute(fresh, settings)))


def _read(name: str, timing: tuple[float, object, int]) -> Reading:
    seconds, _, n_readings = timing
    return name, seconds, n_readings


def _moved_caliper(prepared: Prepared) -> Callable[[], None]:
    """To and fro between two calipers, as a hand on the slider; the score is not fitted again."""
    patients = prepared.patients
    settings = itertools.cycle([_with_caliper(0.18), _with_caliper(0.22)])

    def work() -> None:
        moved = next(settings)
        design = design_patients(patients, prepared.propensity, moved)
        covariate_balance(patients.covariates, patients.treated, design.weights, moved.balance)
        outcomes_after(patients, design, moved.outcomes, moved.confidence)

    return work


def _with_caliper(caliper: float) -> StudySettings:
    matching = TWO_ENDPOINTS.matching.model_copy(update={"caliper": caliper})
    return TWO_ENDPOINTS.model_copy(update={"matching": matching})


def _fresh(prepared: Prepared) -> Prepared:
    """The same patients in arrays of their own, so that nothing is known of them."""
    patients = prepared.patients
    names = ("treated", "covariates", "endpoints", "responses")
    return replace(
        prepared, patients=replace(patients, **{name: copy.deepcopy(getattr(patients, name)) for name in names})
    )


def time_bootstrap() -> Iterator[Reading]:
    """Time 1,000 samples of the sample study, on one process: of matched sets, and of patients."""
    patients, settings = sample_study()
    for name, draws in ((BOOTSTRAP_SETS, "sets"), (BOOTSTRAP_PATIENTS, "patients")):
        chosen = settings.robustness.bootstrap.model_copy(update={"draws": draws, "replicates": REPLICATES})
        asked = settings.model_copy(update={"robustness": settings.robustness.model_copy(update={"bootstrap": chosen})})
        yield _read(name, timed_runs(lambda asked=asked: bootstrap_study(patients, asked, n_jobs=1)))


def sample_study() -> tuple[StudyCohort, StudySettings]:
    """The sample study that comes with the product, without its file of scans."""
    settings = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8")).model_copy(update={"scans": None})
    return study_patients(read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv"), settings), settings


def time_sweep(n: int) -> Iterator[Reading]:
    """Time a path over 50 calipers on a synthetic cohort.

    Parameters
    ----------
    n : int
        Patients.
    """
    prepared = prepare(n)
    calipers = [round(0.02 * (step + 1), 3) for step in range(N_CALIPERS)]
    yield _read(
        SWEEP,
        timed_runs(lambda: caliper_path(prepared.patients, prepared.propensity, TWO_ENDPOINTS, calipers=calipers)),
    )


def main(what: str, n: str = "0") -> None:
    """Measure what is named: stages, bootstrap or sweep."""
    warnings.simplefilter("ignore")
    readings = {"stages": lambda: time_stages(int(n)), "bootstrap": time_bootstrap, "sweep": lambda: time_sweep(int(n))}
    for name, seconds, n_readings in readings[what]():
        print(json.dumps({"n": int(n), "name": name, "seconds": seconds, "readings": n_readings}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
