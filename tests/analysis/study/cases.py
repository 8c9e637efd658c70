"""A small cohort with holes in its covariates, and the study of it."""

from functools import cache

import numpy as np
import pandas as pd

from analysis.cohort.reading import Cohort, read_cohort
from analysis.settings import StudySettings
from analysis.study import StudyResult, run

IMPUTED = {"method": "multiple_imputation", "imputations": 4, "iterations": 3}


def whole_table(n: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(12)
    health = rng.normal(size=n)
    treated = rng.random(n) < 1 / (1 + np.exp(-health))
    time = rng.exponential(12 * np.exp(0.5 * health)).round(1) + 0.1
    return pd.DataFrame(
        {
            "id": [f"P{number}" for number in range(n)],
            "arm": np.where(treated, "new", "old"),
            "age": (60 - 6 * health + 4 * rng.normal(size=n)).round(),
            "ecog": np.clip(np.round(1 - health + rng.normal(size=n)), 0, 3).astype(int),
            "etiology": rng.choice(["HBV", "HCV", "other"], n),
            "albumin": (3.5 + 0.3 * health + 0.2 * rng.normal(size=n)).round(2),
            "os": np.minimum(time, 30.0),
            "dead": (time < 30).astype(int),
            "bor": rng.choice(["CR", "PR", "SD", "PD"], n),
        }
    )


def holed_table() -> pd.DataFrame:
    table = whole_table().astype({"ecog": "float64"})
    rng = np.random.default_rng(13)
    for name in ("age", "ecog", "etiology"):
        table.loc[rng.random(len(table)) < 0.1, name] = None
    return table


def cohort_of(table: pd.DataFrame) -> Cohort:
    return read_cohort(table.to_csv(index=False).encode(), "cohort.csv")


def study(**changes: object) -> StudySettings:
    values: dict = {
        "cohort": {"id": "id"},
        "treatment": {"column": "arm", "treated": "new", "control": "old"},
        "covariates": ["age", {"column": "ecog", "type": "numeric"}, "etiology", "albumin"],
        "missing": IMPUTED,
        "outcomes": {
            "survival": [{"name": "OS", "time": "os", "event": "dead"}],
            "response": [{"name": "RECIST", "column": "bor"}],
            "times": [6, 12],
        },
    }
    return StudySettings.model_validate(values | changes)


@cache
def imputed_result() -> StudyResult:
    return run(cohort_of(holed_table()), study())
