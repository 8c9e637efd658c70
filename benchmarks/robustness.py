"""How long the specification curve of a cohort takes, in one process and in several."""

from dataclasses import dataclass, replace
from time import perf_counter

import pandas as pd

from analysis.cohort.reading import read_cohort
from analysis.robustness.curve import specification_curve
from analysis.robustness.specifications import specifications
from analysis.study import study_patients
from benchmarks.cohorts import STUDY


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTimes:
    """Seconds of a whole curve.

    Attributes
    ----------
    n, specifications : int
        Patients, and specifications of the default settings.
    seconds : dict of int to float
        By number of processes, which had been started.
    """

    n: int
    specifications: int
    seconds: dict[int, float]


def time_curve(table: pd.DataFrame, processes: tuple[int, ...] = (1, 2), *, at_most: int | None = None) -> CurveTimes:
    """Time the default specification curve of a cohort.

    Parameters
    ----------
    table : DataFrame
        From :func:`~benchmarks.cohorts.synthetic_cohort`.
    processes : tuple of int
        Once for each number, after the processes were started and had loaded the kernels.
    at_most : int, optional
        Only the first specifications.
    """
    patients = study_patients(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), STUDY)
    listed = specifications(STUDY)[:at_most]
    last = [replace(item, number=number) for number, item in enumerate(listed[-20:])]
    seconds = {}
    for n_jobs in processes:
        specification_curve(patients, last, n_jobs=n_jobs)
        start = perf_counter()
        specification_curve(patients, listed, n_jobs=n_jobs)
        seconds[n_jobs] = perf_counter() - start
    return CurveTimes(n=len(table), specifications=len(listed), seconds=seconds)
