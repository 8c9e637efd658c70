"""Cox regression on treatment and the test of proportional hazards: by hand, against R and lifelines, by laws."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lifelines import CoxPHFitter

from analysis.errors import EstimationError
from analysis.outcomes.cox import cox_hazard_ratio, proportional_hazards_test
from tests.analysis.outcomes.survival_reference import CASE_NAMES, ITERATED, arrays, case_named, cohorts

FORMS = {
    "plain": (),
    "weighted": ("weights",),
    "clustered": ("weights", "cluster"),
    "clustered_unweighted": ("cluster",),
    "stratified": ("stratum",),
    "stratified_weighted": ("weights", "cluster", "stratum"),
}
# R flags a likelihood without a maximum by a coefficient that ran away.
RUNAWAY = 10.0


def test_four_patients_by_hand():
    # Treated shares of risk at the events: h/(h+1), h/(h+2), h/(h+1), 0; they sum to 2, so h² − h − 4 = 0.
    ratio = cox_hazard_ratio([1, 2, 3, 4], [True] * 4, [True, False, True, False])
    h = (1 + math.sqrt(17)) / 2
    assert ratio.hazard_ratio == pytest.approx(h, rel=ITERATED)
    information = 2 * h / (2 * h + 2) * 2 / (2 * h + 2) + 2 * h / (h + 2) ** 2 + h / (h + 1) ** 2
    assert ratio.standard_error == pytest.approx(1 / math.sqrt(information), rel=ITERATED)
    assert (ratio.n, ratio.n_events, ratio.robust) == (4, 4, False)


def test_pairs_by_hand():
    # In pairs only the order within each counts: 3 pairs in which the treated patient was first, 1 the other way.
    time, treated, pair = [1, 2, 3, 5, 4, 8, 9, 7], [1, 0] * 4, [1, 1, 2, 2, 3, 3, 4, 4]
    ratio = cox_hazard_ratio(time, [1] * 8, treated, stratum=pair)
    assert ratio.hazard_ratio == pytest.approx(3.0, rel=ITERATED)
    assert ratio.standard_error == pytest.approx(math.sqrt(1 / 3 + 1), rel=ITERATED)
    assert "conditional on strata" in ratio.method


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CASE_NAMES)
def test_hazard_ratios_equal_r(name, form):
    case = case_named(name)
    data = arrays(case)
    data["stratum"] = data["cluster"]
    columns = {key: data[key] for key in FORMS[form]}
    expected = case["cox"][form]
    if abs(expected["log_hazard_ratio"]) > RUNAWAY:
        with pytest.raises(EstimationError, match="no finite ratio exists"):
            cox_hazard_ratio(data["time"], data["event"], data["treated"], **columns)
        return
    ratio = cox_hazard_ratio(data["time"], data["event"], data["treated"], **columns)
    assert ratio.log_hazard_ratio == pytest.approx(expected["log_hazard_ratio"], rel=ITERATED)
    assert ratio.standard_error == pytest.approx(expected["error"], rel=ITERATED)
    assert ratio.hazard_ratio == pytest.approx(expected["hazard_ratio"], rel=ITERATED)
    assert ratio.ci_lower == pytest.approx(expected["lower"], rel=ITERATED)
    assert ratio.ci_upper == pytest.approx(expected["upper"], rel=ITERATED)
    assert ratio.p_value == pytest.approx(expected["p"], rel=1e-7)
    assert ratio.robust == (form not in ("plain", "stratified"))


@pytest.mark.parametrize("name", CASE_NAMES)
def test_proportional_hazards_test_equals_r(name):
    case = case_named(name)
    data = arrays(case)
    test = proportional_hazards_test(data["time"], data["event"], data["treated"])
    assert test.chi_square == pytest.approx(case["zph"]["chi_square"], rel=1e-7)
    assert test.p_value == pytest.approx(case["zph"]["p"], rel=1e-7)


def test_without_weights_lifelines_agrees():
    data = arrays(case_named("heavy ties"))
    table = pd.DataFrame({key: data[key].astype(float) for key in ("time", "event", "treated")})
    fitter = CoxPHFitter().fit(table, "time", "event", fit_options={"precision": 1e-10})
    ratio = cox_hazard_ratio(data["time"], data["event"], data["treated"])
    assert ratio.log_hazard_ratio == pytest.approx(fitter.params_["treated"], rel=1e-6)
    assert ratio.standard_error == pytest.approx(fitter.standard_errors_["treated"], rel=1e-6)


def test_a_far_away_maximum_is_reached():
    # One early event among 400 controls against 400 events of treated patients, all at risk together.
    time = np.concatenate([np.arange(1, 401), [0.5], np.full(399, 500)])
    event = np.concatenate([np.ones(401), np.zeros(399)]).astype(bool)
    treated = np.arange(800) < 400
    ratio = cox_hazard_ratio(time, event, treated)
    assert ratio.log_hazard_ratio > 5
    assert cox_hazard_ratio(time, event, ~treated).log_hazard_ratio == pytest.approx(-ratio.log_hazard_ratio, rel=1e-9)


def _estimable(cohort, **columns):
    try:
        return cox_hazard_ratio(cohort["time"], cohort["event"], cohort["treated"], **columns)
    except EstimationError:
        return None


@settings(max_examples=50, deadline=None)
@given(cohorts())
def test_swapped_arms_invert_the_ratio_and_units_do_not_matter(cohort):
    columns = {key: cohort[key] for key in ("weights", "cluster")}
    ratio = _estimable(cohort, **columns)
    assume(ratio is not None)
    swapped = _estimable({**cohort, "treated": ~cohort["treated"]}, **columns)
    assert swapped.log_hazard_ratio == pytest.approx(-ratio.log_hazard_ratio, rel=1e-7, abs=1e-9)
    assert swapped.ci_lower == pytest.approx(1 / ratio.ci_upper, rel=1e-6)
    assert swapped.p_value == pytest.approx(ratio.p_value, rel=1e-5, abs=1e-9)
    days = _estimable({**cohort, "time": cohort["time"] * 30.4375}, **columns)
    assert (days.log_hazard_ratio, days.standard_error) == (ratio.log_hazard_ratio, ratio.standard_error)
    backwards = {key: column[::-1] for key, column in cohort.items()}
    again = _estimable(backwards, weights=backwards["weights"], cluster=backwards["cluster"])
    assert again.log_hazard_ratio == pytest.approx(ratio.log_hazard_ratio, rel=1e-7, abs=1e-9)
    assert again.standard_error == pytest.approx(ratio.standard_error, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.floats(0.1, 50))
def test_scaled_weights_and_weights_of_one_change_nothing(cohort, factor):
    weighted = _estimable(cohort, weights=cohort["weights"])
    assume(weighted is not None)
    scaled = _estimable(cohort, weights=cohort["weights"] * factor)
    assert scaled.log_hazard_ratio == pytest.approx(weighted.log_hazard_ratio, rel=1e-7, abs=1e-9)
    assert scaled.standard_error == pytest.approx(weighted.standard_error, rel=1e-6)
    plain, ones = _estimable(cohort), _estimable(cohort, weights=np.ones(cohort["time"].size))
    assert (plain.hazard_ratio, plain.standard_error, plain.robust) == (
        ones.hazard_ratio,
        ones.standard_error,
        ones.robust,
    )


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.data())
def test_integer_weights_are_repeated_rows_where_no_events_tie(cohort, data):
    n = cohort["time"].size
    cohort = {**cohort, "time": cohort["time"] + np.arange(n) / 100}
    times = np.array(data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)))
    times[cohort["event"]] = 1  # repeated events tie with themselves, which Efron's rule treats as ties
    weighted = _estimable(cohort, weights=times)
    assume(weighted is not None)
    repeated = _estimable({key: np.repeat(column, times) for key, column in cohort.items()})
    assert repeated.log_hazard_ratio == pytest.approx(weighted.log_hazard_ratio, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    ("time", "event", "treated", "sentence"),
    [
        (
            [1, 2, 3, 4],
            [0, 0, 0, 0],
            [1, 1, 0, 0],
            "A hazard ratio needs at least two events; 0 of 4 patients had one.",
        ),
        (
            [1, 2, 3, 4],
            [1, 0, 0, 0],
            [1, 1, 0, 0],
            "A hazard ratio needs at least two events; 1 of 4 patients had one.",
        ),
        ([1, 2, 3, 4], [1, 1, 0, 0], [1, 1, 0, 0], "Only the treated arm has such events among the 2 found"),
        ([1, 2, 3, 4], [0, 0, 1, 1], [1, 1, 0, 0], "Neither arm has such events among the 2 found"),
        # Every treated patient has the event before any control does: the ratio grows without end.
        ([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 0, 0], "Only the treated arm has such events among the 4 found"),
        ([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 1, 1], "Only the control arm has such events among the 4 found"),
    ],
)
def test_what_cannot_be_estimated_gets_a_sentence(time, event, treated, sentence):
    with pytest.raises(EstimationError) as caught:
        cox_hazard_ratio(time, event, treated)
    assert sentence in str(caught.value)


def test_a_limit_beyond_every_number_stays_finite():
    time, event, treated = [1, 2, 3, 4, 5, 6, 7, 8], [1, 0, 0, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 1]
    ratio = cox_hazard_ratio(time, event, treated, weights=[1e11, 1, 1e4, 1e-9, 1e-10, 1e-11, 1e9, 1e9])
    assert ratio.standard_error > 1e3
    assert ratio.ci_lower == 0
    assert ratio.ci_upper > 1e300
    assert math.isfinite(ratio.ci_upper)


def test_one_cluster_has_no_robust_error():
    with pytest.raises(EstimationError, match="needs clusters that differ"):
        cox_hazard_ratio([1, 2, 3, 4], [1] * 4, [1, 0, 1, 0], cluster=[7] * 4)


def test_one_event_time_says_nothing_about_proportionality():
    with pytest.raises(EstimationError, match="needs events at two times or more"):
        proportional_hazards_test([1, 1, 2, 2], [1, 1, 0, 0], [1, 0, 1, 0])
