"""A cohort of sixty patients about whom nothing need be said, to be spoilt in one place at a time."""

from typing import Any

import numpy as np
import pandas as pd

from analysis.cohort.checks import Problem, check_cohort
from analysis.cohort.reading import Cohort
from analysis.settings import StudySettings
from tests.analysis.cohort.files import cohort_of, study_of

N = 60
RNG = np.random.default_rng(11)
AGE = RNG.integers(40, 80, N).astype(float)
INDEX = np.datetime64("2020-01-06") + RNG.integers(0, 700, N).astype("timedelta64[D]")
DAYS = np.rint(np.linspace(40, 620, N)).astype(int)
EVENT = np.tile([1, 1, 0, 0], N // 4)
LAST = INDEX + DAYS.astype("timedelta64[D]")
PROGRESSION = INDEX + (DAYS // 2).astype("timedelta64[D]")
NO_DATE = np.datetime64("NaT", "D")

DATES = {
    "index": "index_date",
    "treatment_start": "start_date",
    "progression": "pd_date",
    "death": "death_date",
    "last_contact": "last_contact_date",
    "response": "response_date",
}
TWO_ENDPOINTS = {
    "survival": [
        {"name": "PFS", "time": "pfs_months", "event": "pfs_event"},
        {"name": "OS", "time": "os_months", "event": "os_event"},
    ]
}


def sound_cohort(**changes: Any) -> Cohort:
    """Thirty patients in each arm; half of each die, nearly all progress before."""
    columns: dict[str, Any] = {
        "id": [f"P{number}" for number in range(N)],
        "arm": ["A", "B"] * (N // 2),
        "age": AGE,
        "sex": np.tile(["M", "F", "F", "M", "M"], N // 5),
        "index_date": stamps(INDEX),
        "start_date": stamps(INDEX),
        "pd_date": stamps(PROGRESSION),
        "response_date": stamps(INDEX + np.timedelta64(30, "D")),
        "death_date": stamps(np.where(EVENT == 1, LAST, NO_DATE)),
        "last_contact_date": stamps(LAST),
        "pfs_months": ((DAYS // 2) / 30.4375).round(2),
        "pfs_event": [1] * (N - 1) + [0],
        "os_months": (DAYS / 30.4375).round(2),
        "os_event": EVENT,
    }
    return cohort_of(**(columns | changes))


def stamps(days: Any) -> pd.Series:
    return pd.Series(np.asarray(days).astype("datetime64[ns]"))


def moved(days: np.ndarray, rows: slice | list[int], by: int) -> pd.Series:
    """Some dates moved by so many days."""
    later = days.copy()
    later[rows] = later[rows] + np.timedelta64(by, "D")
    return stamps(later)


def sound_study(**changes: Any) -> StudySettings:
    values = {"cohort": {"id": "id"}, "covariates": ["age", "sex"], "outcomes": TWO_ENDPOINTS, "dates": DATES}
    return study_of(**(values | changes))


def problems(cohort: Cohort, study: StudySettings | None = None) -> tuple[Problem, ...]:
    return check_cohort(cohort, study or sound_study())


def told(code: str, cohort: Cohort, study: StudySettings | None = None) -> list[tuple[str | None, str]]:
    """Column and sentence of each problem that one rule found."""
    return [(item.column, item.text) for item in problems(cohort, study) if item.code == code]
