"""Landmark analysis: by hand, by its laws, and where it is refused."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes import landmark as module
from analysis.outcomes.landmark import landmark
from tests.analysis.outcomes.survival_reference import cohorts


def test_six_patients_by_hand():
    # At 3: one died at 1, one was lost at 2, one died at the landmark itself; responses at 2 and, too late, at 4.
    kept = landmark(
        [1, 2, 3, 5, 8, 9, 4],
        [True, False, True, True, False, True, True],
        [np.nan, 1, np.nan, 2, 4, np.nan, 3],
        3,
        fewest=4,
    )
    assert kept.rows.tolist() == [3, 4, 5, 6]
    assert kept.time.tolist() == [2.0, 5.0, 6.0, 1.0]
    assert kept.event.tolist() == [True, False, True, True]
    assert kept.known.tolist() == [True, False, False, True]
    assert (kept.n_events_before, kept.n_censored_before, kept.n_known_later) == (2, 1, 1)
    assert [note.text for note in kept.notes] == [
        "Only 2 patients of 4 left at the landmark are in the smaller group: its curve says little."
    ]


@settings(max_examples=50, deadline=None)
@given(cohorts(smallest=12), st.integers(1, 8), st.data())
def test_everyone_is_kept_or_counted_and_the_future_does_not_group(cohort, moment, data):
    time, event = cohort["time"], cohort["event"]
    known_at = np.array([data.draw(st.one_of(st.just(np.nan), st.floats(0, float(t)))) for t in time])
    try:
        kept = landmark(time, event, known_at, moment, fewest=1)
    except EstimationError:
        return
    assert kept.n + kept.n_events_before + kept.n_censored_before == time.size
    assert (kept.time > 0).all()
    np.testing.assert_allclose(kept.time + moment, time[kept.rows])
    # What happens after the landmark changes no group.
    later = np.where(known_at > moment, np.nan, known_at)
    np.testing.assert_array_equal(landmark(time, event, later, moment, fewest=1).known, kept.known)


def test_a_group_of_five_is_large_enough_to_go_unmentioned():
    time = np.arange(1.0, 11.0)
    for size, codes in ((4, ["small_landmark_group"]), (5, [])):
        known_at = np.where(np.arange(10) < size, 0.25, np.nan)
        assert [note.code for note in landmark(time, time > 0, known_at, 0.5).notes] == codes


def test_what_was_known_from_the_start_or_at_the_end_of_observation_counts():
    time = np.arange(1.0, 11.0)
    known_at = np.r_[1.0, np.nan, 0.0, np.full(7, np.nan)]
    assert landmark(time, time > 0, known_at, 0.5).known.tolist() == [False, False, True, *[False] * 7]


def test_few_patients_one_group_and_impossible_columns_are_refused():
    time, event = np.arange(1.0, 13.0), np.ones(12, dtype=bool)
    known_at = np.where(np.arange(12) % 2 == 0, 1.0, np.nan)
    with pytest.raises(EstimationError) as few:
        landmark(time, event, known_at, 6)
    assert str(few.value) == (
        "A landmark analysis needs at least 10 patients under observation after the landmark; 6 of 12 are. "
        "Choose an earlier landmark."
    )
    with pytest.raises(EstimationError, match=r"none of the 11 patients left had it by then\. Choose a later"):
        landmark(time, event, np.full(12, np.nan), 1)
    with pytest.raises(EstimationError, match=r"all the 11 patients left had it by then\. Choose an earlier"):
        landmark(time, event, np.ones(12), 1)
    with pytest.raises(EstimationError) as wrong:
        landmark(time, event, np.r_[-1.0, 5.0, np.full(10, np.nan)], 1)
    assert wrong.value.problems == (
        "When it was first known must be a finite time of at least 0, or missing; 1 of 12 are not. "
        "Correct them in the file, or leave them empty where it never was.",
        "A landmark analysis takes nothing that was first seen after the event or the last contact; in 1 of 12 patients "
        "it was. "
        "Correct the dates of these patients.",
    )
    with pytest.raises(EstimationError, match="the entries found are: time 12, known_at 3"):
        landmark(time, event, [1, 2, 3], 1)
    with pytest.raises(SettingsError, match="The landmark must be a finite time above 0; 0 was given"):
        landmark(time, event, known_at, 0)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
