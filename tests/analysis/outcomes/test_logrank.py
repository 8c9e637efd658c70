"""Log-rank tests: by hand, against R, and by their laws."""

import numpy as np
import pytest
from hypothesis import assume, given, settings

from analysis.errors import EstimationError
from analysis.outcomes.logrank import logrank_test, robust_logrank_test, stratified_logrank_test
from tests.analysis.outcomes.survival_reference import CASE_NAMES, CLOSED_FORM, arrays, case_named, cohorts


def test_four_patients_by_hand():
    # Expected: 2/4 + 1/3; variance: 2/4·2/4 + 1/3·2/3.
    test = logrank_test([1, 2, 3, 4], [True] * 4, [True, True, False, False])
    assert test.observed_treated == 2.0
    assert test.expected_treated == pytest.approx(5 / 6, rel=CLOSED_FORM)
    assert test.chi_square == pytest.approx((7 / 6) ** 2 / (1 / 4 + 2 / 9), rel=CLOSED_FORM)
    assert (test.n, test.n_events, test.method) == (4, 4, "Log-rank test")


def test_pairs_by_hand():
    # In each pair the first event has expectation and variance 1/2 and 1/4; the second has one arm at risk only.
    test = stratified_logrank_test(
        [1, 2, 3, 5, 4, 8], [True] * 6, [True, False, True, False, True, False], ["a", "a", "b", "b", "c", "c"]
    )
    assert (test.observed_treated, test.expected_treated) == (3.0, 1.5 + 0 + 0 + 0)
    assert test.chi_square == pytest.approx(1.5**2 / 0.75, rel=CLOSED_FORM)


@pytest.mark.parametrize("name", CASE_NAMES)
def test_all_three_equal_r(name):
    case = case_named(name)
    data = arrays(case)
    basic = (data["time"], data["event"], data["treated"])
    plain = logrank_test(*basic)
    stratified = stratified_logrank_test(*basic, data["cluster"])
    for test, expected in ((plain, case["log_rank"]), (stratified, case["log_rank_stratified"])):
        assert test.chi_square == pytest.approx(expected["chi_square"], rel=CLOSED_FORM)
        assert test.expected_treated == pytest.approx(expected["expected"], rel=CLOSED_FORM)
    robust = {
        "weighted": robust_logrank_test(*basic, data["weights"]),
        "clustered": robust_logrank_test(*basic, data["weights"], data["cluster"]),
        "clustered_unweighted": robust_logrank_test(*basic, None, data["cluster"]),
    }
    for form, test in robust.items():
        assert test.chi_square == pytest.approx(case["cox"][form]["robust_score"], rel=CLOSED_FORM), form


def test_p_value_is_the_upper_tail():
    test = logrank_test([1, 2, 3, 4], [True] * 4, [True, True, False, False])
    # R: pchisq(2.88235294118, 1, lower.tail = FALSE)
    assert test.p_value == pytest.approx(0.0895550744, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(cohorts())
def test_swapped_arms_units_and_order_leave_the_test_alone(cohort):
    time, event, treated = cohort["time"], cohort["event"], cohort["treated"]
    test = _or_none(logrank_test, time, event, treated)
    assume(test is not None)
    for other in (
        logrank_test(time, event, ~treated),
        logrank_test(time / 12, event, treated),
        logrank_test(time[::-1], event[::-1], treated[::-1]),
        stratified_logrank_test(time, event, treated, np.zeros(time.size, dtype=int)),
    ):
        assert other.chi_square == pytest.approx(test.chi_square, rel=1e-9, abs=1e-12)
    robust = _or_none(robust_logrank_test, time, event, treated, cohort["weights"], cohort["cluster"])
    assume(robust is not None)
    swapped = robust_logrank_test(time, event, ~treated, cohort["weights"], cohort["cluster"])
    assert swapped.chi_square == pytest.approx(robust.chi_square, rel=1e-7, abs=1e-9)
    assert robust.chi_square <= np.unique(cohort["cluster"]).size + 1e-9


def _or_none(test, *columns):
    try:
        return test(*columns)
    except EstimationError:
        return None


@pytest.mark.parametrize(
    ("test", "columns", "sentence"),
    [
        (
            logrank_test,
            ([1, 2], [0, 0], [1, 0]),
            "A log-rank test needs an event while patients of both arms are at risk",
        ),
        (
            logrank_test,
            ([1, 2], [0, 1], [1, 0]),
            "A log-rank test needs an event while patients of both arms are at risk",
        ),
        (
            stratified_logrank_test,
            ([1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 2, 2]),
            "A log-rank test needs an event while patients of both arms in one stratum are at risk; none was found "
            "among 4 events.",
        ),
        (robust_logrank_test, ([1, 2], [0, 1], [1, 0]), "A robust log-rank test needs an event while patients of both"),
        (
            logrank_test,
            ([1, 2], [1, 1], [1, 1]),
            "Both arms must hold patients; the control arm has none of the 2 found.",
        ),
        (
            logrank_test,
            ([1, 2], [1, 1], [0, 0]),
            "Both arms must hold patients; the treated arm has none of the 2 found.",
        ),
    ],
)
def test_what_cannot_be_tested_gets_a_sentence(test, columns, sentence):
    with pytest.raises(EstimationError) as caught:
        test(*columns)
    assert str(caught.value).startswith(sentence)
