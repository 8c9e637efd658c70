"""Synthetic cohorts of any size, the same for the same size."""

import numpy as np
import pandas as pd

from analysis.settings import StudySettings

SEED = 20240601

STUDY = StudySettings.model_validate(
    {
        "cohort": {"id": "patient"},
        "treatment": {"column": "arm", "treated": "new", "control": "old"},
        "covariates": ["age", "sex", "stage", "albumin", "bilirubin", "platelets", "tumour_mm", "marker"],
        "outcomes": {
            "survival": [{"name": "OS", "time": "os_months", "event": "os_event"}],
            "response": [{"name": "RECIST", "column": "best_response"}],
            "times": [6, 12, 24],
            "rmst_horizon": 24,
        },
    }
)


def synthetic_cohort(n: int) -> pd.DataFrame:
    """Draw a cohort in which sicker patients are treated more often and die sooner.

    Parameters
    ----------
    n : int
        Patients; about three in ten are treated.

    Returns
    -------
    DataFrame
        Follow-up in whole days divided by the days of a month, so that times are tied as in real registers.
    """
    rng = np.random.default_rng(SEED + n)
    age = np.round(rng.normal(64, 10, n))
    stage = rng.choice(["A", "B", "C"], n, p=[0.2, 0.3, 0.5])
    albumin = np.round(rng.normal(3.6, 0.5, n), 1)
    marker = np.round(rng.lognormal(4, 2, n), 1)
    severity = 0.03 * (age - 64) + 0.6 * (stage == "C") - 0.7 * (albumin - 3.6)
    treated = rng.random(n) < 1 / (1 + np.exp(1.1 - severity))
    death = rng.exponential(500 * np.exp(-0.5 * severity + 0.3 * treated))
    last_visit = rng.uniform(90, 1500, n)
    days = np.maximum(1, np.floor(np.minimum(death, last_visit)))
    shares = np.where(treated[:, None], [0.03, 0.22, 0.40, 0.29, 0.06], [0.01, 0.11, 0.38, 0.43, 0.07])
    best = (rng.random(n)[:, None] > np.cumsum(shares, axis=1)).sum(axis=1).clip(max=4)
    return pd.DataFrame(
        {
            "patient": np.arange(1, n + 1),
            "arm": np.where(treated, "new", "old"),
            "age": age,
            "sex": rng.choice(["F", "M"], n),
            "stage": stage,
            "albumin": albumin,
            "bilirubin": np.round(rng.lognormal(0, 0.5, n), 2),
            "platelets": np.round(rng.normal(150, 50, n)),
            "tumour_mm": np.round(rng.gamma(3, 15, n)),
            "marker": marker,
            "os_months": days / 30.4375,
            "os_event": (death <= last_visit).astype(int),
            "best_response": np.array(["CR", "PR", "SD", "PD", "NE"])[best],
        }
    )


TWO_ENDPOINTS = StudySettings.model_validate(
    STUDY.model_dump()
    | {
        "outcomes": STUDY.outcomes.model_dump()
        | {
            "survival": [
                {"name": "OS", "time": "os_months", "event": "os_event"},
                {"name": "PFS", "time": "pfs_months", "event": "pfs_event"},
            ]
        },
    }
)
"""The study whose recompute is timed: two survival endpoints and a response, before and after matching."""


def two_endpoint_cohort(n: int) -> pd.DataFrame:
    """The synthetic cohort with progression-free survival, and what ended it.

    Parameters
    ----------
    n : int
        Patients.

    Returns
    -------
    DataFrame
        ``pfs_cause`` is 0 censored, 1 progression, 2 death.
    """
    rng = np.random.default_rng([SEED, n, 2])
    table = synthetic_cohort(n)
    days = np.rint(table["os_months"].to_numpy() * 30.4375)
    share = rng.uniform(0.2, 1, n)
    progressed = share < 0.9
    event = np.where(progressed, 1, table["os_event"])
    return table.assign(
        pfs_months=np.maximum(1, np.floor(days * np.where(progressed, share, 1))) / 30.4375,
        pfs_event=event,
        pfs_cause=np.where(progressed, np.where(rng.random(n) < 0.7, 1, 2), 2 * event),
    )
