"""When patients first responded: by a column, by a date, or not told."""

import numpy as np
import pandas as pd

from analysis.cohort.findings import Findings
from analysis.cohort.response_time import read_response_time
from analysis.settings import StudySettings


def study(at: str | None = None, *, landmark: bool = True, dates: bool = False) -> StudySettings:
    values = {
        "treatment": {"column": "arm", "treated": "a", "control": "b"},
        "covariates": ["age"],
        "dates": {"index": "d0", "response": "d1"} if dates else None,
        "outcomes": {
            "response": [{"name": "BOR", "column": "bor"}],
            "landmark": {"time": 3, "response": "BOR", "at": at} if landmark else None,
        },
    }
    return StudySettings.model_validate(values)


TABLE = pd.DataFrame(
    {
        "at": [1.5, None, 2.0],
        "wrong": [1.5, -1.0, 2.0],
        "d0": pd.to_datetime(["2020-01-01"] * 3),
        "d1": pd.to_datetime(["2020-03-01", None, "2020-01-31"]),
    }
)
ROWS = np.array([True, True, False])


def test_a_column_of_times_is_taken_as_it_is() -> None:
    found = read_response_time(TABLE, ROWS, study("at"), Findings())
    np.testing.assert_array_equal(found, [1.5, np.nan])


def test_a_date_becomes_a_time_in_the_cohorts_unit() -> None:
    found = read_response_time(TABLE, ROWS, study(dates=True), Findings())
    np.testing.assert_allclose(found, [60 / 30.4375, np.nan])


def test_nothing_is_read_without_a_landmark_or_where_nothing_tells_it() -> None:
    for settings in (study("at", landmark=False), study(), study("absent")):
        findings = Findings()
        assert read_response_time(TABLE, ROWS, settings, findings) is None
        assert not findings.errors


def test_a_response_before_time_zero_is_refused() -> None:
    findings = Findings()
    assert read_response_time(TABLE, ROWS, study("wrong"), findings) is None
    (problem,) = findings.data
    assert problem.text == (
        "wrong: a response must be seen at the index date or after it; 1 of 2 lies before it. Correct them or leave them "
        "blank."
    )
