"""Follow-up that differs between the arms, by the reverse Kaplan–Meier median."""

import numpy as np
import pytest

from analysis.cohort.guards.follow_up import median_follow_up
from analysis.outcomes.survival import kaplan_meier
from tests.analysis.cohort.guards.cohorts import DAYS, N, sound_cohort, sound_study, told


@pytest.mark.parametrize(
    ("time", "event", "median"),
    [
        ([1.0, 2, 3, 4], [False, True, False, False], 3.0),  # three quarters are left at 1, half of those at 3
        ([2.0, 2.0], [True, False], 2.0),  # the event leaves first, so one of one is lost
        ([1.0, 2.0], [True, True], None),
    ],
)
def test_the_median_by_hand(time: list[float], event: list[bool], median: float | None) -> None:
    assert median_follow_up(np.array(time), np.array(event)) == median


@pytest.mark.parametrize("seed", range(5))
def test_the_median_is_that_of_the_survival_exhibit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, event = rng.exponential(10, 137), rng.random(137) < 0.4
    assert median_follow_up(time, event) == kaplan_meier(time, ~event).median


def test_arms_followed_for_different_times() -> None:
    time = np.where(np.arange(N) % 2 == 0, 6.0, 24.0)
    study = sound_study(dates=None)
    cohort = sound_cohort(os_months=time, pfs_months=DAYS / 100, pfs_event=[1] * (N - 2) + [0, 0])
    assert told("follow_up_differs", cohort, study) == [
        (
            None,
            "OS: the arms should be followed equally long, and median follow-up is 4.0 times as long in the arm “B”. "
            "Compare the arms only up to the time both were followed.",
        )
    ]
    assert told("follow_up_differs", sound_cohort(), study) == []
