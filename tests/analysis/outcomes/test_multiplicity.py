"""p-values adjusted for several tests: against R's p.adjust, by laws, and what is refused."""

import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes import multiplicity as module
from analysis.outcomes.multiplicity import METHODS, adjust_p_values
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, REFERENCE

CASES = json.loads((REFERENCE / "outcomes" / "agreement.json").read_text())["p_values"]
ADJUSTMENTS = [name for name in METHODS if name != "none"]

p_values = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12)


@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_adjusted_equal_r(case, adjustment):
    expected = np.atleast_1d(case[adjustment])
    np.testing.assert_allclose(adjust_p_values(case["p"], adjustment).adjusted, expected, rtol=CLOSED_FORM)


@settings(max_examples=50, deadline=None)
@given(p_values)
def test_order_and_bounds(values):
    known = [p for p in values if p is not None]
    found = {name: adjust_p_values(values, name).adjusted for name in METHODS}
    for position, p in enumerate(values):
        row = [found[name][position] for name in ("none", "benjamini-hochberg", "hochberg", "holm")]
        if p is None:
            assert row == [None] * 4
        else:
            assert p == row[0] <= row[1] * (1 + 1e-12)
            assert row[1] <= row[2] * (1 + 1e-12)
            assert row[2] <= row[3] * (1 + 1e-12)
            assert row[3] <= min(1.0, p * len(known)) * (1 + 1e-12)
    assert adjust_p_values(values).n_tests == len(known)


@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
def test_a_test_without_p_value_does_not_count(adjustment):
    with_gap = adjust_p_values([0.02, None, 0.01], adjustment)
    assert with_gap.adjusted == (0.02, None, pytest.approx(0.02))
    assert with_gap.n_tests == 2


def test_impossible_p_values_and_unknown_adjustments_are_refused():
    with pytest.raises(EstimationError, match=r"between 0 and 1; 2 of 3 do not"):
        adjust_p_values([0.5, 1.2, float("nan")])
    with pytest.raises(SettingsError, match=r"one of none, holm, hochberg, benjamini-hochberg; 'sidak' was given"):
        adjust_p_values([0.5], "sidak")


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
