"""Cumulative incidence: by hand, against R, by its laws, and for columns that cannot be."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.competing import cumulative_incidence, incidence_at
from analysis.outcomes.competing import incidence as module
from analysis.outcomes.survival import kaplan_meier
from tests.analysis.outcomes.competing.competing_reference import arrays, cases, competing_cohorts
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, numbers

# An error that ought to be 0 is the root of a variance's rounding.
ROUNDED_ERROR = 1e-7


def test_four_patients_by_hand():
    curve = cumulative_incidence([1, 2, 3, 4, 9], [1, 2, 0, 1, 0], [True] * 4 + [False]).treated[0]
    np.testing.assert_allclose(curve.incidence, [0.25, 0.25, 0.25, 0.75])
    np.testing.assert_allclose(curve.event_free, [0.75, 0.5, 0.5, 0.0])
    # One event among four at risk: 1/16. Later, the delta method in the three increments.
    assert curve.standard_error[0] == pytest.approx(0.25, rel=CLOSED_FORM)
    assert curve.standard_error[3] ** 2 == pytest.approx(
        _by_partial_derivatives(np.array([4, 3, 1]), np.array([1, 2, 1])), rel=CLOSED_FORM
    )
    assert curve.n_competing.tolist() == [0, 1, 0, 0]


def _by_partial_derivatives(at_risk, cause):
    """Delta method of F in the increments, each 1/n with variance 1/n²."""

    def incidence(increments):
        survival, total = 1.0, 0.0
        for step, which in zip(increments, cause, strict=True):
            total += survival * step if which == 1 else 0.0
            survival *= 1.0 - step
        return total

    steps = 1.0 / at_risk
    variance = 0.0
    for j in range(len(steps)):
        up, down = steps.copy(), steps.copy()
        up[j] += 1e-3
        down[j] -= 1e-3
        variance += ((incidence(up) - incidence(down)) / 2e-3) ** 2 * steps[j] ** 2
    return variance


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_counts_give_cmprsk(case):
    data = arrays(case)
    both = cumulative_incidence(data["time"], data["cause"], data["treated"])
    for group, expected, variance in zip(case["groups"], case["incidence"], case["variance"], strict=True):
        arm, cause = map(int, group.split())
        curve = (both.treated if arm else both.control)[cause - 1]
        rows = incidence_at(curve, case["ticks"])
        for row, level, square in zip(rows, numbers(expected), numbers(variance), strict=True):
            if np.isnan(level):  # past the last time, where R shows nothing
                continue
            assert row.incidence == pytest.approx(level, rel=CLOSED_FORM, abs=1e-14)
            last = np.searchsorted(curve.time, row.time, side="right") - 1
            if last >= 0:
                assert curve.standard_error[last] ** 2 == pytest.approx(square, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("unit", ["patients", "clusters"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_weights_and_clusters_give_survfit(case, unit):
    data = arrays(case)
    cluster = {"cluster": data["cluster"]} if unit == "clusters" else {}
    both = cumulative_incidence(data["time"], data["cause"], data["treated"], weights=data["weights"], **cluster)
    for arm, curves in (("1", both.treated), ("0", both.control)):
        expected = case["weighted"][arm]
        for k, curve in enumerate(curves):
            for i, row in enumerate(incidence_at(curve, case["ticks"])):
                last = np.searchsorted(curve.time, row.time, side="right") - 1
                assert row.incidence == pytest.approx(expected["incidence"][i][k], rel=CLOSED_FORM, abs=1e-14)
                if last >= 0:
                    error = expected[unit][i][k]
                    assert curve.standard_error[last] == pytest.approx(error, rel=1e-7, abs=1e-9)
                if unit == "patients" and row.ci_lower is not None:
                    assert row.ci_lower == pytest.approx(expected["lower"][i][k], rel=1e-7)
                    assert row.ci_upper == pytest.approx(expected["upper"][i][k], rel=1e-7)


@settings(max_examples=40, deadline=None)
@given(competing_cohorts())
def test_causes_and_event_free_share_sum_to_one_and_counts_to_n(cohort):
    cohort["cause"][:2] = 1, 2
    both = cumulative_incidence(**cohort)
    for curves in (both.treated, both.control):
        total = sum(curve.incidence for curve in curves) + curves[0].event_free
        np.testing.assert_allclose(total, 1.0, rtol=0, atol=1e-12)
        for curve in curves:
            assert (np.diff(curve.incidence) >= 0).all()
            for row in incidence_at(curve, [0, 3, 7.5, 99]):
                assert row.at_risk + row.events + row.competing + row.censored == curve.n


@settings(max_examples=40, deadline=None)
@given(competing_cohorts())
def test_one_cause_alone_is_one_minus_kaplan_meier(cohort):
    cohort["cause"] = np.minimum(cohort["cause"], 1)
    curve = cumulative_incidence(**cohort).treated[0]
    arm = {key: column[cohort["treated"]] for key, column in cohort.items()}
    kept = kaplan_meier(arm["time"], arm["cause"] == 1, weights=arm["weights"], cluster=arm["cluster"])
    np.testing.assert_allclose(curve.incidence, 1 - kept.survival, atol=1e-12)
    if kept.effective_at_risk is not None:
        np.testing.assert_allclose(curve.standard_error, kept.standard_error, rtol=1e-6, atol=1e-7)


@settings(max_examples=30, deadline=None)
@given(competing_cohorts())
def test_units_order_and_a_factor_of_the_weights_change_nothing(cohort):
    curve = cumulative_incidence(**cohort).treated[0]
    other = {key: column[::-1] for key, column in cohort.items()}
    other["time"], other["weights"] = other["time"] * 30.4375, other["weights"] * 7
    moved = cumulative_incidence(**other).treated[0]
    np.testing.assert_allclose(moved.incidence, curve.incidence, rtol=1e-9)
    np.testing.assert_allclose(moved.standard_error, curve.standard_error, rtol=1e-6, atol=ROUNDED_ERROR)


def test_a_cause_without_events_has_a_note():
    both = cumulative_incidence([1, 2, 3, 4], [1, 0, 2, 0], [True, True, False, False])
    assert [note.code for note in both.treated[1].notes] == ["no_events"]
    assert both.treated[0].notes == ()


def test_impossible_causes_times_and_ticks_are_refused():
    with pytest.raises(EstimationError) as error:
        cumulative_incidence([1, -2, 3], [0, 1.5, -1], [True, False, True])
    assert error.value.problems == (
        "Every cause must be a whole number of at least 0; 2 of 3 are not. "
        "Give 0 for censored patients and 1, 2, … for what happened first.",
        "Every time must be a finite number of at least 0; 1 of 3 times are not. "
        "Correct them in the file or leave these patients out of this endpoint.",
    )
    with pytest.raises(EstimationError, match="Causes must be whole numbers; another kind of value was found"):
        cumulative_incidence([1, 2], ["death", "none"], [True, False])
    curve = cumulative_incidence([1, 2], [1, 0], [True, False]).treated[0]
    with pytest.raises(SettingsError, match="Times at which incidence is read must be finite and at least 0"):
        incidence_at(curve, [-1])


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
