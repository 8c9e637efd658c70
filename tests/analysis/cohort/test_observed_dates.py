"""Columns of dates read for endpoints: what is taken, and each thing that is refused in its own words."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.findings import Findings
from analysis.cohort.observed_dates import dated_endpoints
from analysis.cohort.reading import read_cohort
from analysis.cohort.selection import select_patients
from analysis.errors import CohortInputError
from analysis.settings import StudySettings
from tests.analysis.cohort.files import cohort_of

SAMPLE = Path(__file__).parents[3] / "sample_data"
TWO_DECIMALS = 0.005 + 1e-9
"""The sample's times are rounded to two decimals."""

COLUMNS: dict[str, Any] = {
    "arm": ["A", "B", "A", "B"],
    "age": [60, 61, 62, 63],
    "start": pd.to_datetime(["2020-01-01"] * 4),
    "worse": pd.to_datetime(["2020-03-01", None, None, "2020-02-01"]),
    "died_on": pd.to_datetime(["2020-07-01", "2020-05-01", None, None]),
    "status": ["dead", "dead", "alive", "alive"],
    "seen": pd.to_datetime(["2020-06-01", "2020-04-01", "2020-12-31", "2020-10-01"]),
    "scanned": pd.to_datetime(["2020-03-01", "2020-04-01", "2020-11-30", "2020-02-01"]),
}
DATES = {
    "index": "start",
    "progression": "worse",
    "death": "died_on",
    "last_contact": "seen",
    "last_assessment": "scanned",
}


def dated_study(*kinds: str, dates: dict[str, Any] | None = None, **changes: Any) -> StudySettings:
    return StudySettings.model_validate(
        {
            "cohort": {"time_unit": "days"},
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "covariates": ["age"],
            "dates": DATES if dates is None else dates,
            "outcomes": {"survival": [{"name": kind.upper(), "from_dates": kind} for kind in kinds]},
        }
        | changes
    )


def build(study: StudySettings, **changes: Any) -> tuple[dict[str, Any], Findings]:
    table = cohort_of(**(COLUMNS | changes)).table
    findings = Findings()
    return dated_endpoints(table, np.ones(len(table), dtype=bool), study, findings), findings


def test_four_patients_by_hand() -> None:
    endpoints, findings = build(dated_study("os", "pfs", "ttp"))
    assert findings.errors == ()
    assert endpoints["OS"].time.tolist() == [182, 121, 365, 274]
    assert endpoints["OS"].event.tolist() == [True, True, False, False]
    assert endpoints["PFS"].time.tolist() == [60, 121, 334, 31]
    assert endpoints["PFS"].event.tolist() == [True, True, False, True]
    assert endpoints["TTP"].time.tolist() == [60, 91, 334, 31]
    assert endpoints["TTP"].event.tolist() == [True, False, False, True]
    assert all(endpoint.known.all() for endpoint in endpoints.values())


def test_times_are_in_the_cohorts_unit() -> None:
    endpoints, _ = build(dated_study("os", cohort={"time_unit": "months"}))
    assert endpoints["OS"].time.tolist() == [days / 30.4375 for days in (182, 121, 365, 274)]


def test_a_column_of_labels_says_who_died() -> None:
    dates = {"index": "start", "died": "status", "died_observed": ["Dead"], "last_contact": "seen"}
    endpoints, findings = build(dated_study("os", dates=dates))
    assert findings.errors == ()
    assert endpoints["OS"].time.tolist() == [152, 91, 365, 274]
    assert endpoints["OS"].event.tolist() == [True, True, False, False]


def test_who_cannot_be_dated_is_unknown_and_counted() -> None:
    endpoints, findings = build(
        dated_study("os", "pfs", dates={**DATES, "died": "status"}),
        start=pd.to_datetime([None, "2020-01-01", "2020-01-01", "2020-01-01"]),
        died_on=pd.to_datetime(["2020-07-01", None, None, None]),
        seen=pd.to_datetime(["2020-06-01", None, None, "2020-10-01"]),
    )
    assert endpoints["OS"].known.tolist() == [False, False, False, True]
    assert endpoints["PFS"].known.tolist() == [False, False, True, True]
    assert not (endpoints["OS"].event & ~endpoints["OS"].known).any()
    assert np.isnan(endpoints["OS"].time[:3]).all()
    assert [note.text for note in findings.notes] == [
        "status: 1 patient is dead without a date of death or of last contact; when is not known."
    ]


def test_a_patient_whose_label_is_missing_is_neither_dead_nor_alive() -> None:
    dates = {"index": "start", "progression": "worse", "died": "status", "last_contact": "seen"}
    endpoints, findings = build(dated_study("os", "pfs", dates=dates), status=["dead", None, None, "alive"])
    assert findings.errors == ()
    assert endpoints["OS"].known.tolist() == [True, False, False, True]
    assert endpoints["PFS"].known.tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {
                "died_on": pd.to_datetime(["2019-07-01", "2019-05-01", None, None]),
                "seen": COLUMNS["start"] - pd.Timedelta(days=1),
            },
            [
                "died_on: dates.death must not lie before the index date (start); 2 of 4 patients have it earlier. "
                "Correct the dates or leave them blank.",
                "seen: dates.last_contact must not lie before the index date (start); 4 of 4 patients have it earlier. "
                "Correct the dates or leave them blank.",
            ],
        ),
        (
            {"scanned": ["2020-03-01", "soon", "3/4/2020", None]},
            [
                "scanned: dates.last_assessment must be a column of dates; 2 of 4 cells are no date such as "
                "2024-01-31. Correct these cells or leave them blank; where days or months come first, say so in "
                "cohort.date_order.",
            ],
        ),
        (
            {"worse": [1.0, None, 2.0, 3.0]},
            [
                "worse: dates.progression must be a column of dates; 3 of 4 cells are no date such as 2024-01-31. "
                "Correct these cells or leave them blank; where days or months come first, say so in cohort.date_order.",
            ],
        ),
        (
            {"start": pd.to_datetime([None] * 4)},
            [
                "start: dates.index must hold the day each patient's time starts, and all 4 cells are missing. "
                "Choose another column."
            ],
        ),
    ],
)
def test_dates_that_cannot_be_are_refused_all_at_once(changes: dict[str, Any], sentences: list[str]) -> None:
    endpoints, findings = build(dated_study("os", "pfs"), **changes)
    assert endpoints == {}
    assert [problem.text for problem in findings.errors] == sentences


def test_patients_who_start_after_the_cutoff_are_refused() -> None:
    _, findings = build(dated_study("os", dates={**DATES, "cutoff": "2019-12-31"}))
    assert [problem.text for problem in findings.errors] == [
        "start: the index date must not lie after the data cut-off (2019-12-31); 4 of 4 patients start later. Correct "
        "the dates or the cut-off, or leave these patients out by a rule of eligibility."
    ]


def test_a_date_of_death_of_the_living_is_refused() -> None:
    _, findings = build(
        dated_study("os", dates={**DATES, "died": "status"}), status=["alive", "dead", "alive", "alive"]
    )
    assert [problem.text for problem in findings.errors] == [
        "status: a patient with a date of death (died_on) must be dead; 1 of 4 patients has one and no label of death. "
        "Correct the label or the date."
    ]


@pytest.mark.parametrize("zero_times", ["refuse", "keep"])
def test_events_on_the_index_date_are_times_of_zero(zero_times: str) -> None:
    outcomes = {"survival": [{"name": "OS", "from_dates": "os"}], "zero_times": zero_times}
    died = pd.to_datetime(["2020-01-01", "2020-05-01", None, None])
    _, findings = build(dated_study(outcomes=outcomes), died_on=died)
    if zero_times == "refuse":
        assert [problem.text for problem in findings.errors] == [
            "OS: every time must be above 0; 1 of 4 is 0, the event or the last date being the index date. "
            "Correct them, or keep them with zero_times: keep."
        ]
    else:
        assert [note.text for note in findings.notes] == ["OS: 1 of 4 times is 0 and were kept."]


def test_nobody_known_is_refused() -> None:
    _, findings = build(dated_study("os"), died_on=[None] * 4, seen=[None] * 4)
    assert [problem.text for problem in findings.errors] == [
        "OS needs patients with an index date and an event or a last date without it; none of 4 has both. "
        "Choose other columns of dates."
    ]


def test_dates_with_a_zone_or_a_time_of_day_count_by_the_day() -> None:
    start = pd.to_datetime(["2020-01-01 23:00"] * 4).tz_localize("Asia/Seoul")
    endpoints, findings = build(dated_study("os"), start=start)
    assert findings.errors == ()
    assert endpoints["OS"].time.tolist() == [182, 121, 365, 274]


def test_dates_after_death_are_left_to_the_checks() -> None:
    endpoints, findings = build(dated_study("os", "pfs"), worse=pd.to_datetime(["2020-09-01", None, None, None]))
    assert findings.errors == ()
    assert endpoints["PFS"].time[0] == endpoints["OS"].time[0] == 182


def test_the_samples_survival_follows_from_its_dates() -> None:
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    study = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "LEN", "control": "SOR"},
            "covariates": ["age"],
            "dates": {"index": "index_date", "died": "os_event", "last_contact": "last_contact_date"},
            "outcomes": {"survival": [{"name": "OS", "from_dates": "os"}]},
        }
    )
    patients = select_patients(cohort, study)
    table = cohort.table.iloc[patients.row]
    np.testing.assert_allclose(patients.endpoints[0].time, table["os_months"].to_numpy(), rtol=0, atol=TWO_DECIMALS)
    assert patients.endpoints[0].event.tolist() == (table["os_event"] == 1).tolist()


def test_the_problems_are_the_cohorts() -> None:
    cohort = cohort_of(**(COLUMNS | {"died_on": pd.to_datetime(["2019-07-01", None, None, None])}))
    with pytest.raises(CohortInputError, match=r"dates\.death must not lie before"):
        select_patients(cohort, dated_study("os"))
