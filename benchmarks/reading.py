"""Reading and checking a hospital's file, beside what pandas alone needs to read it."""

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.cohort.checks import check_cohort
from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from analysis.settings import StudySettings
from benchmarks.clock import timed
from benchmarks.cohorts import SEED, STUDY, synthetic_cohort


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTimes:
    """Seconds for one file.

    Attributes
    ----------
    n, columns : int
        Its size.
    megabytes : float
        Of text.
    pandas, reading, guessing, checking : float
        ``pandas.read_csv`` with its defaults; the product's reading with types, dates and notes; roles; all checks.
    """

    n: int
    columns: int
    megabytes: float
    pandas: float
    reading: float
    guessing: float
    checking: float


def time_reading(n: int) -> ReadingTimes:
    """Time reading, guessing and checking a file of n patients and 20 columns.

    Parameters
    ----------
    n : int
        Patients.

    Returns
    -------
    ReadingTimes
        Medians of five after a warm-up.
    """
    table = hospital_cohort(n)
    content = table.to_csv(index=False).encode()
    pandas, _ = timed(lambda: pd.read_csv(io.BytesIO(content)))
    reading, cohort = timed(lambda: read_cohort(content, "cohort.csv"))
    guessing, guess = timed(lambda: guess_roles(cohort))
    checking, _ = timed(lambda: check_cohort(cohort, HOSPITAL_STUDY, guess))
    return ReadingTimes(
        n=n,
        columns=table.shape[1],
        megabytes=len(content) / 1e6,
        pandas=pandas,
        reading=reading,
        guessing=guessing,
        checking=checking,
    )


HOSPITAL_STUDY = StudySettings.model_validate(
    STUDY.model_dump()
    | {
        "dates": {"index": "index_date", "treatment_start": "treatment_start", "last_contact": "last_contact_date"},
        "outcomes": STUDY.outcomes.model_dump()
        | {
            "survival": [
                {"name": "OS", "time": "os_months", "event": "os_event"},
                {"name": "PFS", "time": "pfs_months", "event": "pfs_event"},
            ]
        },
    }
)


def hospital_cohort(n: int) -> pd.DataFrame:
    """The synthetic cohort with the dates and second endpoint of a hospital's file.

    Parameters
    ----------
    n : int
        Patients.

    Returns
    -------
    DataFrame
        20 columns.
    """
    rng = np.random.default_rng(SEED - n)
    table = synthetic_cohort(n)
    index = np.datetime64("2015-01-01") + rng.integers(0, 2500, n).astype("timedelta64[D]")
    days = np.rint(table["os_months"].to_numpy() * 30.4375).astype("timedelta64[D]")
    share = rng.uniform(0.2, 1, n)
    return table.assign(
        ecog=rng.integers(0, 3, n),
        weight_kg=rng.normal(65, 11, n).clip(35, 150).round(1),
        pfs_months=(table["os_months"] * share).round(2),
        pfs_event=np.where(share < 0.9, 1, table["os_event"]),
        index_date=index,
        treatment_start=index + rng.integers(0, 4, n).astype("timedelta64[D]"),
        last_contact_date=index + days,
    )
