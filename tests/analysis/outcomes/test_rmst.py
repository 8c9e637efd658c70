"""Restricted mean survival time: by hand, against R, and by its laws."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.rmst import rmst_comparison
from tests.analysis.outcomes.survival_reference import CASE_NAMES, CLOSED_FORM, arrays, case_named, cohorts


def test_four_patients_by_hand():
    means = rmst_comparison([1, 3, 2, 4], [True] * 4, [False, False, True, True], horizon=3)
    assert (means.treated, means.control, means.difference) == (2.5, 2.0, 0.5)
    # Greenwood: each arm's first event leaves 1/2 of an area of (3 − t)/2, over 2·1 at risk.
    variance = 0.5**2 / 2 + 1.0**2 / 2
    assert means.standard_error == pytest.approx(math.sqrt(variance), rel=CLOSED_FORM)
    assert means.ci_lower == pytest.approx(0.5 - 1.959963984540054 * math.sqrt(variance), rel=CLOSED_FORM)
    assert not means.robust


def test_horizon_is_the_earlier_of_the_last_times_unless_given():
    means = rmst_comparison([1, 5, 2, 9], [True, False, True, False], [True, True, False, False])
    assert means.horizon == 5.0


def test_horizon_may_pass_the_end_of_a_curve_that_reached_zero():
    means = rmst_comparison([1, 2, 2, 9], [True, True, True, False], [True, True, False, False], horizon=8)
    assert means.treated == 1.5


@pytest.mark.parametrize("name", CASE_NAMES)
def test_means_and_errors_equal_r(name):
    case = case_named(name)
    data = arrays(case)
    basic = (data["time"], data["event"], data["treated"])
    expected = case["rmst"]
    forms = {
        "plain": rmst_comparison(*basic, horizon=expected["horizon"]),
        "weighted": rmst_comparison(*basic, horizon=expected["horizon"], weights=data["weights"]),
        "clustered": rmst_comparison(
            *basic, horizon=expected["horizon"], weights=data["weights"], cluster=data["cluster"]
        ),
    }
    for form, means in forms.items():
        level = expected["plain" if form == "plain" else "weighted"]
        assert means.treated == pytest.approx(level["treated"], rel=CLOSED_FORM)
        assert means.control == pytest.approx(level["control"], rel=CLOSED_FORM)
        assert means.standard_error == pytest.approx(expected[form]["error"], rel=CLOSED_FORM)
        assert means.robust == (form != "plain")


def test_pairs_that_resemble_each_other_narrow_the_interval():
    time = np.repeat(np.arange(1.0, 21.0), 2)
    time[1::2] += 0.5
    treated = np.tile([True, False], 20)
    event = np.ones(40, dtype=bool)
    pairs = rmst_comparison(time, event, treated, horizon=15, cluster=np.repeat(np.arange(20), 2))
    apart = rmst_comparison(time, event, treated, horizon=15, cluster=np.arange(40))
    assert pairs.difference == apart.difference
    assert pairs.standard_error < 0.2 * apart.standard_error


@settings(max_examples=50, deadline=None)
@given(cohorts())
def test_swapped_arms_units_and_order(cohort):
    columns = {key: cohort[key] for key in ("weights", "cluster")}
    means = rmst_comparison(cohort["time"], cohort["event"], cohort["treated"], **columns)
    assert 0.0 <= means.treated <= means.horizon
    swapped = rmst_comparison(cohort["time"], cohort["event"], ~cohort["treated"], **columns)
    assert swapped.difference == -means.difference
    assert swapped.standard_error == pytest.approx(means.standard_error, rel=1e-9, abs=1e-12)
    backwards = {key: column[::-1] for key, column in cohort.items()}
    days = rmst_comparison(
        backwards["time"] * 30.4375,
        backwards["event"],
        backwards["treated"],
        weights=backwards["weights"],
        cluster=backwards["cluster"],
    )
    assert days.difference == pytest.approx(means.difference * 30.4375, rel=1e-9, abs=1e-9)
    assert days.standard_error == pytest.approx(means.standard_error * 30.4375, rel=1e-7, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(cohorts())
def test_the_horizon_after_all_deaths_gives_the_mean(cohort):
    event = np.ones(cohort["time"].size, dtype=bool)
    means = rmst_comparison(cohort["time"], event, cohort["treated"], horizon=20)
    assert means.treated == pytest.approx(cohort["time"][cohort["treated"]].mean(), rel=1e-9)
    assume(means.standard_error > 0)
    n = np.count_nonzero(cohort["treated"])
    m = cohort["time"].size - n
    spread = cohort["time"][cohort["treated"]].var() / n + cohort["time"][~cohort["treated"]].var() / m
    assert means.standard_error == pytest.approx(math.sqrt(spread), rel=1e-7)


@pytest.mark.parametrize(
    ("error", "time", "horizon", "sentence"),
    [
        (
            EstimationError,
            [1, 5, 2, 9],
            6,
            "The horizon of the restricted mean must not lie past the follow-up of either",
        ),
        (
            SettingsError,
            [1, 5, 2, 9],
            0,
            "The horizon of the restricted mean must be a finite time above 0; 0 was given.",
        ),
        (
            SettingsError,
            [1, 5, 2, 9],
            math.nan,
            "The horizon of the restricted mean must be a finite time above 0; nan",
        ),
        (EstimationError, [0, 0, 2, 9], None, "A restricted mean needs follow-up after time 0 in both arms"),
    ],
)
def test_impossible_horizons_get_a_sentence(error, time, horizon, sentence):
    with pytest.raises(error) as caught:
        rmst_comparison(time, [True, False, True, False], [True, True, False, False], horizon=horizon)
    assert str(caught.value).startswith(sentence)


def test_no_spread_means_no_p_value():
    means = rmst_comparison([1, 1, 2, 2], [True] * 4, [True, True, False, False], horizon=2)
    assert (means.difference, means.standard_error, means.p_value) == (-1.0, 0.0, None)
