"""Differences of cumulative incidence: by hand, against R, by their laws, and what is refused."""

import doctest
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.competing import cumulative_incidence, incidence_differences
from analysis.outcomes.competing import differences as module
from tests.analysis.outcomes.competing.competing_reference import arrays, cases, competing_cohorts
from tests.analysis.outcomes.pbc_reference import figures, patients
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, REFERENCE

# Derivatives by central differences of a thousandth of a cluster's weight.
NUMERIC_SLOPE = 1e-4


def reference(name):
    found = json.loads((REFERENCE / "outcomes" / "incidence_differences.json").read_text())
    return next(case for case in found["cases"] if case["name"] == name)


def test_two_arms_by_hand():
    time, cause = [1, 2, 3, 4, 1, 2, 3, 4], [1, 2, 1, 0, 2, 2, 1, 1]
    row = incidence_differences(time, cause, [True] * 4 + [False] * 4, [3])[0]
    assert (row.treated, row.control, row.difference) == (0.5, 0.25, 0.25)
    # One event at each of three times, among 4, 3 and 2. F = h1 + (1 − h1)(1 − h2)·h3 among the treated, without the first
    # term among controls; its slopes in the h, squared, times their variances 1/n².
    of_treated = (2 / 3) ** 2 / 16 + (3 / 8) ** 2 / 9 + (1 / 2) ** 2 / 4
    of_control = (1 / 3) ** 2 / 16 + (3 / 8) ** 2 / 9 + (1 / 2) ** 2 / 4
    assert row.standard_error == pytest.approx(math.sqrt(of_treated + of_control), rel=CLOSED_FORM)
    assert row.ci_lower == pytest.approx(0.25 - 1.959963984540054 * row.standard_error, rel=CLOSED_FORM)
    assert not row.robust


@pytest.mark.parametrize("form", ["plain", "patients", "clusters", "pairs"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_differences_and_errors_equal_r(case, form):
    data, expected = arrays(case), reference(case["name"])
    options = {
        "plain": {},
        "patients": {"weights": data["weights"]},
        "clusters": {"weights": data["weights"], "cluster": data["cluster"]},
        "pairs": {"cluster": data["cluster"]},
    }[form]
    for k, figures_of_cause in enumerate(expected[form]):
        rows = incidence_differences(
            data["time"], data["cause"], data["treated"], expected["ticks"], cause_of_interest=k + 1, **options
        )
        np.testing.assert_allclose(
            [row.difference for row in rows], figures_of_cause["difference"], rtol=CLOSED_FORM, atol=1e-13
        )
        np.testing.assert_allclose(
            [row.standard_error for row in rows], figures_of_cause["error"], rtol=1e-9, atol=1e-12
        )
        assert {row.robust for row in rows} <= {form != "plain"}


@pytest.mark.parametrize("name", ["died", "transplanted"])
def test_the_trial_of_penicillamine(name):
    cohort, expected = patients(), figures()
    rows = incidence_differences(
        cohort["time"],
        cohort["cause"],
        cohort["treated"],
        expected["ticks"],
        cause_of_interest=1 if name == "died" else 2,
    )
    arms = expected[name]["treated"], expected[name]["control"]
    for k, row in enumerate(rows):
        assert row.difference == pytest.approx(arms[0]["cmprsk"][k] - arms[1]["cmprsk"][k], abs=1e-12)
        variance = sum(arm["cmprsk_variance"][k] for arm in arms)
        assert row.standard_error == pytest.approx(math.sqrt(variance), rel=1e-9, abs=1e-15)
        assert (row.p_value is None) == (variance == 0)


@settings(max_examples=50, deadline=None)
@given(competing_cohorts())
def test_swapped_arms_units_order_and_a_factor_of_the_weights(cohort):
    cohort["cause"][:2] = 1, 2
    reached = min(cohort["time"][cohort["treated"]].max(), cohort["time"][~cohort["treated"]].max())
    ticks = [reached / 2, reached]
    rows = incidence_differences(**cohort, milestones=ticks)
    swapped = incidence_differences(**{**cohort, "treated": ~cohort["treated"]}, milestones=ticks)
    moved = {key: column[::-1] for key, column in cohort.items()}
    moved["time"], moved["weights"] = moved["time"] * 30.4375, moved["weights"] * 7
    days = incidence_differences(**moved, milestones=[tick * 30.4375 for tick in ticks])
    for row, mirrored, other in zip(rows, swapped, days, strict=True):
        if row.ci_lower is not None:
            assert -1 <= row.ci_lower < row.difference < row.ci_upper <= 1
        assert mirrored.difference == -row.difference
        assert mirrored.standard_error == pytest.approx(row.standard_error, rel=1e-9, abs=1e-12)
        assert other.difference == pytest.approx(row.difference, rel=1e-9, abs=1e-12)
        assert other.standard_error == pytest.approx(row.standard_error, rel=1e-7, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(competing_cohorts())
def test_patients_on_their_own_add_the_variances_of_both_arms(cohort):
    """One pass over time for every incidence and one for a single time are the same jackknife."""
    cohort["cause"][:2] = 1, 2
    # Different weights in each arm, so that both arms' own errors are the jackknife's.
    for arm in (True, False):
        rows = np.flatnonzero(cohort["treated"] == arm)
        cohort["weights"][rows] = 1 + np.arange(rows.size) / 4
    del cohort["cluster"]
    reached = min(cohort["time"][cohort["treated"]].max(), cohort["time"][~cohort["treated"]].max())
    both = cumulative_incidence(**cohort)
    row = incidence_differences(**cohort, milestones=[reached])[0]
    variance = 0.0
    for curves in (both.treated, both.control):
        if curves[0].effective_at_risk is None:
            return
        errors = np.concatenate([[0.0], curves[0].standard_error])
        variance += errors[np.searchsorted(curves[0].time, reached, side="right")] ** 2
    assert row.standard_error**2 == pytest.approx(variance, rel=1e-6, abs=1e-10)


def test_clustered_errors_are_slopes_in_the_weight_of_each_cluster():
    cohort = {key: column[:90] for key, column in patients().items()}
    pairs = cohort.pop("pair")

    def difference(weights):
        return incidence_differences(**{**cohort, "weights": weights}, cluster=pairs, milestones=[5])[0]

    slopes = []
    for pair in np.unique(pairs):
        up, down = (difference(np.where(pairs == pair, f, 1.0) * cohort["weights"]).difference for f in (1.001, 0.999))
        slopes.append((up - down) / 0.002)
    assert difference(cohort["weights"]).standard_error == pytest.approx(np.linalg.norm(slopes), rel=NUMERIC_SLOPE)


def test_pairs_that_resemble_each_other_narrow_the_interval():
    time = np.repeat(np.arange(1.0, 21.0), 2)
    time[1::2] += 0.5
    cause, treated = np.repeat(np.tile([1, 2], 10), 2), np.tile([True, False], 20)
    pairs = incidence_differences(time, cause, treated, [12], cluster=np.repeat(np.arange(20), 2))[0]
    apart = incidence_differences(time, cause, treated, [12], cluster=np.arange(40))[0]
    assert pairs.difference == apart.difference
    assert pairs.standard_error < 0.5 * apart.standard_error


def test_nothing_varies_before_the_first_event():
    row = incidence_differences([4, 5, 6, 7], [1, 2, 1, 1], [True, False, True, False], [2])[0]
    assert (row.difference, row.standard_error, row.p_value) == (0.0, 0.0, None)
    assert (row.ci_lower, row.ci_upper) == (None, None)


@pytest.mark.parametrize("options", [{"cluster": [1, 2, 3, 3, 2, 1]}, {"weights": [0.3, 0.7, 1.1, 0.9, 0.2, 1.7]}])
def test_an_arm_of_which_everyone_and_one_of_which_nobody_had_the_event_have_no_interval(options):
    row = incidence_differences([1, 2, 3, 4, 4, 4], [1, 1, 1, 0, 0, 0], [True] * 3 + [False] * 3, [3], **options)[0]
    assert (row.difference, row.standard_error, row.ci_lower, row.p_value) == (pytest.approx(1.0), 0.0, None, None)


def test_impossible_milestones_and_causes_are_refused():
    cohort = ([5, 6, 7, 8], [1, 0, 0, 2], [True, False, False, True])
    with pytest.raises(SettingsError, match="Milestones must be finite times above 0"):
        incidence_differences(*cohort, [math.nan])
    with pytest.raises(EstimationError) as error:
        incidence_differences(*cohort, [5, 7.5])
    assert str(error.value) == (
        "Incidence at a milestone needs follow-up that long; 1 of 2 milestones lie past the follow-up of the control arm. "
        "Choose earlier milestones."
    )
    # Everyone in the treated arm has had an event: past its last time nothing changes.
    assert incidence_differences([5, 6, 7, 8], [1, 2, 0, 2], [True, True, False, False], [7])[0].treated == 0.5
    with pytest.raises(SettingsError, match="The cause of interest must be one of the causes found, 1 to 2; 3"):
        incidence_differences(*cohort, [5], cause_of_interest=3)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
