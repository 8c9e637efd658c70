"""Dates that contradict each other, the cut-off, or the times in the file."""

import numpy as np
import pytest

from tests.analysis.cohort.guards.cohorts import (
    DATES,
    EVENT,
    INDEX,
    LAST,
    NO_DATE,
    PROGRESSION,
    N,
    moved,
    sound_cohort,
    sound_study,
    stamps,
    told,
)

DEATH = np.where(EVENT == 1, LAST, NO_DATE)
ALIVE = [2, 3]
DEAD = [0, 1]


@pytest.mark.parametrize(
    ("code", "changes", "sentence"),
    [
        (
            "death_before_index",
            {"death_date": moved(DEATH, DEAD, -900)},
            "death_date must not lie before index_date, and it does in 2 of 30 patients with both dates; nobody can die "
            "before time zero, and such a patient has a negative survival time. Correct one of the two dates.",
        ),
        (
            "follow_up_before_index",
            {"last_contact_date": moved(LAST, ALIVE, -900)},
            "last_contact_date must not lie before index_date, and it does in 2 of 60 patients with both dates; "
            "follow-up cannot end before it begins, and such a patient has a negative survival time. Correct one of the "
            "two dates.",
        ),
        (
            "progression_before_index",
            {"pd_date": moved(PROGRESSION, ALIVE, -900)},
            "pd_date must not lie before index_date, and it does in 2 of 60 patients with both dates; a progression "
            "before time zero belongs to an earlier treatment. Correct one of the two dates.",
        ),
        (
            "response_before_index",
            {"response_date": moved(INDEX, ALIVE, -1)},
            "response_date must not lie before index_date, and it does in 2 of 60 patients with both dates; a response "
            "before time zero belongs to an earlier treatment. Correct one of the two dates.",
        ),
        (
            "death_before_treatment",
            {"start_date": moved(INDEX, DEAD, 900)},
            "death_date must not lie before start_date, and it does in 2 of 30 patients with both dates; a patient who "
            "died before treatment was never in that arm. Correct one of the two dates.",
        ),
        (
            "death_before_progression",
            {"pd_date": moved(LAST, DEAD, 1)},
            "death_date must not lie before pd_date, and it does in 2 of 30 patients with both dates; nothing can "
            "progress after death, and one of the two endpoints is wrong. Correct one of the two dates.",
        ),
        (
            "response_after_death",
            {"response_date": moved(INDEX, DEAD, 900)},
            "death_date must not lie before response_date, and it does in 2 of 30 patients with both dates; nobody can "
            "respond after death, and either the response or the death is wrong. Correct one of the two dates.",
        ),
        (
            "contact_after_death",
            {"last_contact_date": moved(LAST, DEAD, 1)},
            "death_date must not lie before last_contact_date, and it does in 2 of 30 patients with both dates; a "
            "patient who has died cannot be seen again, and survival is wrong by the difference. Correct one of the two "
            "dates.",
        ),
        (
            "contact_before_progression",
            {"pd_date": moved(LAST, ALIVE, 1)},
            "last_contact_date must not lie before pd_date, and it does in 2 of 30 patients with both dates; the "
            "patient was still seen after the last contact, so that follow-up is cut short. Correct one of the two "
            "dates.",
        ),
        (
            "contact_before_response",
            {"response_date": moved(LAST, ALIVE, 1)},
            "last_contact_date must not lie before response_date, and it does in 2 of 30 patients with both dates; the "
            "patient was still seen after the last contact, so that follow-up is cut short. Correct one of the two "
            "dates.",
        ),
    ],
)
def test_dates_in_an_order_that_cannot_be(code: str, changes: dict[str, object], sentence: str) -> None:
    assert [text for _, text in told(code, sound_cohort(**changes))] == [sentence]


def test_the_same_day_is_in_order() -> None:
    """A death on the day of progression, a last contact on the day of death: both happen."""
    cohort = sound_cohort(pd_date=stamps(LAST), response_date=stamps(LAST))
    for code in ("death_before_progression", "response_after_death", "contact_before_progression"):
        assert told(code, cohort) == []


def test_assessments_have_their_places() -> None:
    study = sound_study(dates=DATES | {"last_assessment": "scan_date"})
    late = sound_cohort(scan_date=moved(LAST, slice(0, 4), 1))
    assert [text for _, text in told("assessment_after_death", late, study)] == [
        "death_date must not lie before scan_date, and it does in 2 of 30 patients with both dates; nobody can be "
        "scanned after death, and one of the two endpoints is wrong. Correct one of the two dates."
    ]
    assert len(told("contact_before_assessment", late, study)) == 1


def test_dates_of_another_century() -> None:
    index = INDEX.copy()
    index[[4, 5]] = np.datetime64("1900-01-05")
    assert told("date_implausible", sound_cohort(index_date=stamps(index), start_date=stamps(INDEX))) == [
        (
            "index_date",
            "index_date: a date of a study must lie in its years; 2 of 60 dates lie before 1950, as a small number or a "
            "two-digit year becomes in a spreadsheet. Correct or blank them.",
        )
    ]


def test_the_cut_off() -> None:
    study = sound_study(dates=DATES | {"cutoff": "2020-06-30"})
    after = int((np.datetime64("2020-06-30") < INDEX).sum())
    later = int((np.datetime64("2020-06-30") < LAST).sum())
    assert told("index_after_cutoff", sound_cohort(), study) == [
        (
            "index_date",
            f"index_date: time zero must lie before the data cut-off, and in {after} of 60 patients it lies after it; of "
            "them nothing has been observed. Correct the cut-off, or leave them out by an eligibility rule.",
        )
    ]
    assert told("cutoff_early", sound_cohort(), study) == [
        (
            "last_contact_date",
            f"last_contact_date: the data cut-off lies before the last contact of {later} of 60 patients, and what was "
            "seen of them after it is not used. Check the cut-off.",
        )
    ]
    generous = sound_study(dates=DATES | {"cutoff": "2024-12-31"})
    assert told("index_after_cutoff", sound_cohort(), generous) == told("cutoff_early", sound_cohort(), generous) == []


def test_a_time_that_its_dates_deny() -> None:
    months = ((LAST - INDEX).astype(float) / 30.4375).round(2)
    months[[2, 3, 6]] += 12
    assert told("time_against_dates", sound_cohort(os_months=months)) == [
        (
            "os_months",
            "os_months: it must be the time from index_date to death_date or last_contact_date, and it differs by more "
            "than a month in 3 of 60 patients; either a date is wrong or time is counted from another day. Correct them, "
            "or build the endpoint from its dates.",
        )
    ]
    assert told("time_against_dates", sound_cohort(os_months=months.round(0) + 0.4 * (months % 1 > 2))) != []


def test_columns_that_are_no_dates_are_left_alone() -> None:
    text = ["2020-01-01"] * (N - 1) + ["soon"]
    assert told("date_implausible", sound_cohort(pd_date=text, index_date=text), sound_study(dates=None)) == []
