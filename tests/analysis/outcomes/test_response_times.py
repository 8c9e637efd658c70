"""Time to response and time in response: by hand, against R, by laws, and what is refused."""

import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.outcomes import response_times as module
from analysis.outcomes.response_times import duration_of_response, time_to_response
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, REFERENCE, numbers

R = json.loads((REFERENCE / "outcomes" / "response_times.json").read_text())


def cohort():
    data = {name: numbers(column) for name, column in R["data"].items()}
    return data["response"], data["end"], data["event"] == 1, data["treated"] == 1


@pytest.mark.parametrize("scheme", ["plain", "weighted"])
def test_duration_equals_r(scheme):
    options = {name: R["data"][name] for name in ("weights", "cluster")} if scheme == "weighted" else {}
    found = duration_of_response(*cohort(), **options)
    for arm in ("treated", "control"):
        curve, expected = getattr(found, arm), R[scheme][arm]
        np.testing.assert_allclose(curve.time, expected["time"], rtol=CLOSED_FORM)
        np.testing.assert_allclose(curve.survival, expected["survival"], rtol=CLOSED_FORM, atol=1e-15)
        medians = numbers([curve.median, curve.median_ci_lower, curve.median_ci_upper])
        np.testing.assert_allclose(medians, numbers(expected["median"]), rtol=CLOSED_FORM)
        assert getattr(found, f"n_responders_{arm}") == expected["n"]


def test_time_to_response_equals_r():
    found = time_to_response(*cohort())
    for arm in ("treated", "control"):
        own = getattr(found, arm)
        quartiles = [own.earliest, own.first_quartile, own.median, own.third_quartile, own.latest]
        np.testing.assert_allclose(quartiles, R["plain"][arm]["quartiles"], rtol=CLOSED_FORM)


def test_nobody_responds_in_an_arm():
    found = duration_of_response([2, np.nan], [4, 4], [True, True], [True, False])
    assert found.control is None
    assert [note.code for note in found.notes] == ["responders_only", "no_responders"]
    assert found.notes[1].text == "Nobody responded in the control arm: there is no duration of response."
    times = time_to_response([2, np.nan], [4, 4], [True, True], [True, False])
    assert (times.control.median, times.control.n_ended_without_response) == (None, 1)


def test_patients_of_weight_zero_take_no_part():
    response, end, event, arm = [2, 1, 3, 9], [4, 6, 5, 2], [1, 1, 0, 1], [True, True, False, False]
    found = duration_of_response(response, end, event, arm, weights=[1, 1, 1, 0])
    assert (found.n_responders_treated, found.n_responders_control) == (2, 1)
    assert time_to_response(response, end, event, arm, weights=[1, 1, 1, 0]).control.n == 1


patients = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 9), st.booleans(), st.booleans()),
    min_size=2,
    max_size=30,
)


@settings(max_examples=50, deadline=None)
@given(patients)
def test_every_patient_is_one_of_three(rows):
    response = numbers([row[0] for row in rows])
    end = numbers([row[1] + (row[0] or 0) for row in rows])
    event, arm = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
    times, lasting = time_to_response(response, end, event, arm), duration_of_response(response, end, event, arm)
    for name in ("treated", "control"):
        own, curve = getattr(times, name), getattr(lasting, name)
        assert own.n == own.n_responders + own.n_ended_without_response + own.n_censored
        assert (0 if curve is None else curve.n) == own.n_responders
    assert np.all(times.time <= end)
    later = duration_of_response(response + 3, end + 3, event, arm)
    if lasting.treated is not None:
        np.testing.assert_array_equal(later.treated.survival, lasting.treated.survival)


def test_what_is_refused():
    with pytest.raises(EstimationError) as error:
        duration_of_response([5, -1, 1], [3, 4, np.nan], [1, 1, 1], [True, False, True])
    assert [sentence.split(";")[1].split(".")[0] for sentence in error.value.problems] == [
        " 1 of 3 are not",
        " 1 of 3 are not",
        " in 1 patients it comes later",
    ]
    with pytest.raises(EstimationError, match="response_time 1, end_time 2"):
        time_to_response([5], [3, 4], [1, 1], [True, False])


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
