"""Cumulative hazard: by hand, against R, and by its laws."""

import doctest
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError
from analysis.outcomes import cumulative_hazard as module
from analysis.outcomes.cumulative_hazard import cumulative_hazard
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, REFERENCE, cohorts

CASES = json.loads((REFERENCE / "outcomes" / "cox_table.json").read_text())["cases"]


def test_four_patients_by_hand():
    curve = cumulative_hazard([1, 2, 3, 4], [False, True, True, False])
    np.testing.assert_allclose(curve.hazard, [0, 1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2])
    np.testing.assert_allclose(curve.standard_error[1:3], [1 / 3, math.sqrt(1 / 9 + 1 / 4)])
    assert curve.ci_defined.tolist() == [False, True, True, True]
    assert curve.ci_upper[1] == pytest.approx(math.exp(1.959963984540054) / 3)
    assert np.isnan(curve.ci_lower[0])


@pytest.mark.parametrize("form", ["plain", "weighted", "clustered"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_hazards_and_errors_equal_r(case, form):
    data = case["data"]
    units = {
        "plain": {},
        "weighted": {"weights": data["w"]},
        "clustered": {"weights": data["w"], "cluster": data["cl"]},
    }
    curve = cumulative_hazard(data["time"], data["event"], **units[form])
    expected = case["hazard"][form]
    np.testing.assert_allclose(curve.time, expected["time"])
    np.testing.assert_allclose(curve.hazard, expected["hazard"], rtol=CLOSED_FORM)
    np.testing.assert_allclose(curve.standard_error, expected["error"], rtol=1e-9, atol=1e-14)


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_it_never_falls_and_units_order_and_a_factor_of_the_weights_change_nothing(cohort):
    cohort.pop("treated")
    curve = cumulative_hazard(**cohort)
    assert (np.diff(curve.hazard) >= 0).all()
    other = {key: column[::-1] for key, column in cohort.items()}
    other["time"], other["weights"] = other["time"] * 30.4375, other["weights"] * 12
    moved = cumulative_hazard(**other)
    np.testing.assert_allclose(moved.hazard, curve.hazard, rtol=1e-12)
    np.testing.assert_allclose(moved.standard_error, curve.standard_error, rtol=1e-6, atol=1e-9)
    assert len(curve.to_table()) == curve.time.size


def test_no_event_has_a_note_and_impossible_times_are_refused():
    assert [note.code for note in cumulative_hazard([1, 2], [False, False]).notes] == ["no_events"]
    with pytest.raises(EstimationError, match="Every time must be a finite number of at least 0; 1 of 2 times are not"):
        cumulative_hazard([1, -2], [True, True])


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
