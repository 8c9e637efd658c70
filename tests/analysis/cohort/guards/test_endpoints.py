"""Endpoints that contradict each other, few events, and units."""

from typing import Any

import numpy as np
import pytest

from analysis.cohort.findings import Remedy
from tests.analysis.cohort.files import cohort_of, study_of
from tests.analysis.cohort.guards.cohorts import DAYS, EVENT, N, problems, sound_cohort, sound_study, told

OS = (DAYS / 30.4375).round(2)


def test_a_longer_pfs_by_whatever_name() -> None:
    outcomes = {
        "survival": [
            {"name": "Progression-free survival", "time": "pfs_months", "event": "pfs_event"},
            {"name": "Overall survival", "time": "os_months", "event": "os_event"},
        ]
    }
    pfs = OS / 2
    pfs[[3, 5, 7]] = OS[[3, 5, 7]] + 0.1
    assert told("longer_than_survival", sound_cohort(pfs_months=pfs), sound_study(outcomes=outcomes)) == [
        (
            "pfs_months",
            "Progression-free survival cannot last longer than Overall survival; 3 of 60 patients have a longer "
            "Progression-free survival. Check both times.",
        )
    ]


def test_a_death_that_pfs_does_not_count() -> None:
    event, pfs = np.ones(N, dtype=int), OS / 2
    event[[0, 1, 2]], pfs[[0, 1, 2]] = 0, OS[[0, 1, 2]]  # the third is alive
    assert told("death_not_counted", sound_cohort(pfs_months=pfs, pfs_event=event)) == [
        (
            "pfs_event",
            "PFS must count a death as an event, and 2 of 30 deaths in OS are censored in PFS at the same time or "
            "later; PFS looks longer than it is. Set the event of these patients.",
        )
    ]


def test_time_to_progression_may_be_censored_at_death() -> None:
    outcomes = {
        "survival": [
            {"name": "TTP", "time": "pfs_months", "event": "pfs_event"},
            {"name": "OS", "time": "os_months", "event": "os_event"},
        ]
    }
    cohort = sound_cohort(pfs_months=OS, pfs_event=np.tile([0, 1, 1, 1], N // 4))
    assert told("death_not_counted", cohort, sound_study(outcomes=outcomes)) == []


def test_an_event_of_pfs_without_a_progression_or_a_death() -> None:
    progression = sound_cohort().table["pd_date"].copy()
    progression[:4] = None  # two dead, two alive
    assert told("progression_without_date", sound_cohort(pd_date=progression)) == [
        (
            "pfs_event",
            "PFS: an event must be a progression or a death; 2 of 59 events belong to patients alive without a date in "
            "pd_date, and PFS looks shorter than it is. Add the date, or censor them.",
        )
    ]


def test_one_endpoint_under_two_names() -> None:
    [found] = [
        item for item in problems(sound_cohort(pfs_months=OS, pfs_event=EVENT)) if item.code == "endpoint_repeated"
    ]
    assert found.text == (
        "PFS and OS must be different endpoints, and all 60 patients have the same time and event in both; one result "
        "would be shown twice. Check the columns of both, or drop one."
    )
    assert found.remedy == Remedy(kind="drop_endpoint", column="OS", words="Drop OS")


def test_a_best_response_of_progression_is_one() -> None:
    outcomes = {
        **sound_study().outcomes.model_dump(),
        "response": [{"name": "RECIST", "column": "bor"}],
    }
    bor = np.tile(["PD", "SD", "PR", "SD"], N // 4)
    event = np.ones(N, dtype=int)
    event[[0, 1, 2]] = 0
    cohort = sound_cohort(bor=bor, pfs_event=event)
    assert told("progression_not_counted", cohort, sound_study(outcomes=outcomes)) == [
        (
            "pfs_event",
            "PFS: whose best response is PD has progressed, and 1 of 15 such patients is censored in PFS, which looks "
            "longer than it is. Set the event, or correct the response.",
        )
    ]
    assert told("progression_not_counted", sound_cohort(bor=bor), sound_study(outcomes=outcomes)) == []


def simple(**columns: Any) -> list[tuple[str, str]]:
    base: dict[str, Any] = {
        "arm": ["A", "B"] * (N // 2),
        "age": np.random.default_rng(1).integers(40, 80, N),
        "time": OS,
        "event": EVENT,
    }
    found = problems(cohort_of(**(base | columns)), study_of())
    return [(item.code, item.text) for item in found]


def test_few_events_in_an_arm() -> None:
    event = np.zeros(N, dtype=int)
    event[:12] = 1
    event[40:60:2] = 1  # A has 6 + 10, B has 6
    assert simple(event=event) == [
        (
            "few_events",
            "OS: 6 events in the arm “B” (30 patients); below 10 a hazard ratio can hardly tell benefit from harm. Read "
            "its interval, not its estimate.",
        )
    ]


def test_many_times_of_zero() -> None:
    time = OS.copy()
    time[:6] = 0
    study = study_of(outcomes={**study_of().outcomes.model_dump(), "zero_times": "keep"})
    cohort = cohort_of(arm=["A", "B"] * 30, age=np.arange(N) % 23, time=time, event=EVENT)
    assert told("zero_times_many", cohort, study) == [
        (
            "time",
            "OS: a time of 0 means nobody was watched, and 6 of 60 times are 0 (10 %); so many are missing follow-up "
            "rather than deaths on the first day. Check when time zero was, or leave such times blank.",
        )
    ]


def test_a_refused_time_of_zero_can_be_kept() -> None:
    [error] = [
        item
        for item in problems(
            cohort_of(arm=["A", "B"] * 30, age=np.arange(N) % 23, time=np.r_[0, OS[1:]], event=EVENT), study_of()
        )
        if item.severity == "error"
    ]
    assert error.code == "zero_times"
    assert error.remedy == Remedy(kind="keep_zero_times", column="time", words="Keep times of 0")


@pytest.mark.parametrize(
    ("column", "unit", "code", "sentence"),
    [
        (
            "os_days",
            "months",
            "unit_contradiction",
            "os_days: its name says days, and it is read as months; every median and time axis of OS would be wrong by "
            "that factor. Choose days for OS.",
        ),
        (
            "t",
            "months",
            "unit_doubt",
            "t: read as months, 2 of 60 times are longer than 50 years; the file may count in a shorter unit. Choose the "
            "unit the column is written in.",
        ),
    ],
)
def test_units_that_do_not_fit(column: str, unit: str, code: str, sentence: str) -> None:
    outcomes = {"survival": [{"name": "OS", "time": column, "event": "event"}]}
    study = study_of(cohort={"time_unit": unit}, outcomes=outcomes)
    cohort = cohort_of(arm=["A", "B"] * 30, age=np.arange(N) % 23, event=EVENT, **{column: DAYS.astype(float)})
    assert told(code, cohort, study) == [(column, sentence)]


def test_months_read_as_days() -> None:
    study = study_of(cohort={"time_unit": "days"})
    base = {"arm": ["A", "B"] * 30, "age": np.arange(N) % 23, "event": EVENT}
    [(_, text)] = told("unit_doubt", cohort_of(**base, time=OS), study)
    fractions = int((OS % 1 != 0).sum())
    assert text == (
        f"time: read as days, {fractions} of 60 times are no whole number and half of all lie below 100; the file may "
        "count in months. Choose the unit the column is written in."
    )
    assert told("unit_doubt", cohort_of(**base, time=DAYS), study) == []


def test_days_are_days_though_something_else_stops_the_study() -> None:
    cohort = sound_cohort(os_days=DAYS * 2.0, id=["P1"] * 2 + [f"P{number}" for number in range(2, N)])
    endpoint = {"name": "OS", "time": "os_days", "event": "os_event", "unit": "days"}
    settings = sound_study(outcomes={"survival": [endpoint]})
    assert any(problem.severity == "error" for problem in problems(cohort, settings))
    assert told("unit_doubt", cohort, settings) == []
