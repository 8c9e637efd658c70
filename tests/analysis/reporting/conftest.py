"""One small study for all tables: 137 real patients, two rows that take no part, a made-up response."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.settings import StudySettings
from analysis.study import StudyResult, run

REFERENCE = Path(__file__).parents[2] / "reference"


def reporting_table() -> pd.DataFrame:
    table = pd.read_csv(REFERENCE / "veteran.csv")
    table["bor"] = np.array(["PR", "SD", "PD", "SD", "CR", "NE"])[table["id"] % 6]
    table["responder"] = (table["id"] % 3 == 0).astype(int)
    table["id"] = "P" + table["id"].astype(str)
    extra = table.tail(2).assign(id=["=X1", "P999"], arm=["other", "test"], age=[60, np.nan])
    return pd.concat([extra.head(1), table, extra.tail(1)], ignore_index=True)


STUDY = {
    "cohort": {"id": "id"},
    "treatment": {"column": "arm", "treated": "test", "control": "standard"},
    "covariates": ["celltype", "karno", "diagtime", "age", "prior"],
    "outcomes": {
        "survival": [{"name": "OS", "time": "t", "event": "status"}],
        "response": [{"name": "RECIST", "column": "bor"}, {"name": "ORR", "responder": "responder"}],
        "times": [3, 6, 12],
    },
}


def reporting_study(**matching: object) -> StudySettings:
    return StudySettings.model_validate(STUDY | {"matching": {"order": "largest"} | matching})


def weighting_study(**changes: object) -> StudySettings:
    """The same study, weighted instead of matched."""
    return StudySettings.model_validate(STUDY | {"weighting": {"method": "overlap"}} | changes)


def run_reporting_study(**matching: object) -> StudyResult:
    return run_study(reporting_study(**matching))


def run_study(settings: StudySettings) -> StudyResult:
    content = reporting_table().to_csv(index=False).encode()
    return run(read_cohort(content, "cohort.csv"), settings)


@pytest.fixture(scope="session")
def result() -> StudyResult:
    return run_reporting_study()


@pytest.fixture(scope="session")
def weighted_result() -> StudyResult:
    """Controls shared between sets, so that weights differ."""
    return run_reporting_study(replacement=True, ratio=2)


@pytest.fixture(scope="session")
def overlap_result() -> StudyResult:
    """Everyone stays and is weighted."""
    return run_study(weighting_study())


@pytest.fixture(scope="session")
def strata_result() -> StudyResult:
    """Sets that patients share without being linked."""
    return run_reporting_study(method="strata", order="closest", exact=["prior"])
