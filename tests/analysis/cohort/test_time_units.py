"""Times from one unit to another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.time_units import DAYS, convert_times, describe_conversion

TWO_ROUNDINGS = 4.5e-16
"""A product and a quotient, each off by half a unit in the last place at most."""

UNITS = st.sampled_from(sorted(DAYS))


@pytest.mark.parametrize(
    ("written", "wanted", "time", "converted"),
    [
        ("days", "months", 365.25, 12.0),
        ("days", "weeks", 21.0, 3.0),
        ("weeks", "days", 3.0, 21.0),
        ("years", "months", 1.5, 18.0),
        ("months", "years", 18.0, 1.5),
        ("years", "days", 2.0, 730.5),
        ("weeks", "months", 30.4375, 7.0),
    ],
)
def test_conversions_by_hand(written: str, wanted: str, time: float, converted: float) -> None:
    assert convert_times(np.array([time]), written, wanted).tolist() == [converted]


def test_equal_units_leave_every_bit_alone() -> None:
    time = np.array([0.1, np.nan, np.inf])
    assert convert_times(time, "months", "months") is time


@settings(max_examples=60, deadline=None)
@given(written=UNITS, wanted=UNITS, time=st.lists(st.floats(1e-3, 1e6), max_size=8))
def test_there_and_back_is_the_same_time(written: str, wanted: str, time: list[float]) -> None:
    given_times = np.array(time)
    back = convert_times(convert_times(given_times, written, wanted), wanted, written)
    np.testing.assert_allclose(back, given_times, rtol=TWO_ROUNDINGS)


def test_the_length_is_said() -> None:
    assert describe_conversion("days", "months") == "1 month = 30.4375 days"
    assert describe_conversion("years", "months") == "1 year = 12 months"
    assert describe_conversion("weeks", "months") == "1 month = 4.348214 weeks"
