"""Time zero: treatment that begins later or earlier, and arms of different years."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.cohort.checks import check_cohort
from analysis.cohort.roles import guess_roles
from analysis.settings import DatesSettings
from tests.analysis.cohort.guards.cohorts import (
    DATES,
    INDEX,
    N,
    moved,
    problems,
    sound_cohort,
    sound_study,
    stamps,
    told,
)


def test_a_sound_cohort_raises_nothing() -> None:
    assert problems(sound_cohort()) == ()


def test_treatment_that_begins_after_time_zero() -> None:
    """Every second patient is treated (A): ten of these thirty start three weeks late."""
    late = moved(INDEX, [2 * number for number in range(10)], 21)
    assert told("immortal_time", sound_cohort(start_date=late)) == [
        (
            "start_date",
            "start_date: treatment must begin at time zero (“start_date” and “index_date”); in 10 of 60 patients it "
            "begins more than 7 days later: “A” 10 of 30 (median 21 days), “B” 0 of 30. Nobody can die "
            "before a treatment that they lived to receive, so survival looks longer than it is. Count time from the "
            "start of treatment in both arms.",
        )
    ]


def test_a_week_is_no_delay() -> None:
    assert told("immortal_time", sound_cohort(start_date=moved(INDEX, slice(None), 7))) == []
    assert len(told("immortal_time", sound_cohort(start_date=moved(INDEX, [0], 8)))) == 1


def test_treatment_that_began_long_before_time_zero() -> None:
    early = moved(INDEX, slice(0, 20), -60)
    [(column, text)] = told("prevalent_users", sound_cohort(start_date=early))
    assert column == "start_date"
    assert (
        "begins more than 7 days earlier: “A” 10 of 30 (median 60 days), “B” 10 of 30 (median 60 days). Whoever" in text
    )
    assert text.endswith(
        "Whoever died or progressed in between is not in the file, and those who are look better. Count time from the "
        "start of treatment in both arms."
    )


def test_a_time_zero_that_differs_between_the_arms() -> None:
    shifted = moved(INDEX, slice(0, N, 2), 5)
    assert told("time_zero_differs", sound_cohort(start_date=shifted)) == [
        (
            "index_date",
            "index_date: time zero must be the same moment in both arms (“start_date” and “index_date”); from it to the "
            "start of treatment there are 5 days at the median in “A” and 0 in “B”, and the arm with the longer wait "
            "seems to live longer by as much. Count time from the start of treatment in both arms.",
        )
    ]
    assert told("time_zero_differs", sound_cohort(start_date=moved(INDEX, slice(None), 5))) == []


def test_guessed_dates_are_told_as_guessed() -> None:
    dates = DatesSettings(index="index_date", treatment_start="start_date")
    guess = replace(guess_roles(sound_cohort()), dates=dates)
    cohort = sound_cohort(start_date=moved(INDEX, [0], 30))
    texts = [item.text for item in check_cohort(cohort, sound_study(dates=None), guess)]
    assert any("(by their names “start_date” and “index_date”)" in text for text in texts)


@pytest.mark.parametrize(("gap", "fires"), [(0, False), (900, True)])
def test_arms_treated_one_after_the_other(gap: int, fires: bool) -> None:
    index = moved(INDEX, slice(0, N, 2), gap)
    cohort = sound_cohort(index_date=index, start_date=index)
    found = told("treatment_eras", cohort, sound_study(dates={"index": "index_date"}))
    if not fires:
        assert found == []
        return
    [(column, text)] = found
    assert column == "index_date"
    assert text.startswith(
        "index_date: both arms must be treated in the same years, and “A” began later than “B” in 100 % of all pairs "
        "of a patient from each (medians "
    )
    assert text.endswith(
        "; what else became better in the meantime would count as the effect of the drug. Keep to the years of both by "
        "an eligibility rule on “index_date”, or name it as a limitation."
    )


def test_missing_and_unused_dates_are_no_problem() -> None:
    nothing = stamps(np.full(N, "NaT", dtype="datetime64[D]"))
    assert told("immortal_time", sound_cohort(start_date=nothing)) == []
    assert told("immortal_time", sound_cohort(start_date=moved(INDEX, [0], 30)), sound_study(dates=None)) == []
    same = sound_study(dates=DATES | {"treatment_start": "index_date"})
    assert told("immortal_time", sound_cohort(), same) == []
