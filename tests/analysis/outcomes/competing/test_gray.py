"""Gray's test: by hand, against R, by its laws, and where there is nothing to compare."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.competing import gray as module
from analysis.outcomes.competing import gray_test
from analysis.outcomes.logrank import logrank_test
from tests.analysis.outcomes.competing.competing_reference import arrays, cases, competing_cohorts
from tests.analysis.outcomes.survival_reference import CLOSED_FORM


def test_those_with_a_competing_event_stay_in_the_expected_numbers():
    test = gray_test([1, 2, 5, 3, 4], [2, 1, 0, 1, 1], [True, True, True, False, False])
    # Treated risk sets over the event-free share, times 1 − incidence: 3 at 2, then 1/(1/3) · 2/3 = 2 at 3 and at 4;
    # control ones 2, 2 and 1/(1/2) · 1/2 = 1.
    assert test.observed_treated == 1.0
    assert test.expected_treated == pytest.approx(3 / 5 + 2 / 4 + 2 / 3, rel=CLOSED_FORM)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_statistics_equal_cmprsk(case):
    data = arrays(case)
    for cause in (1, 2):
        basic = data["time"], data["cause"], data["treated"]
        plain = gray_test(*basic, cause_of_interest=cause)
        assert plain.chi_square == pytest.approx(case["gray"][cause - 1], rel=1e-9)
        assert plain.p_value == pytest.approx(case["gray_p"][cause - 1], rel=1e-8)
        assert (plain.n_events, plain.n_competing) == tuple(np.sum(basic[1] == k) for k in (cause, 3 - cause))
        for key, column in (("gray_stratified", "stratum"), ("gray_sets", "cluster")):
            test = gray_test(*basic, cause_of_interest=cause, stratum=data[column])
            assert test.chi_square == pytest.approx(case[key][cause - 1], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(competing_cohorts())
def test_without_other_causes_the_score_is_that_of_the_log_rank_test(cohort):
    cause = np.minimum(cohort["cause"], 1)
    try:
        test = gray_test(cohort["time"], cause, cohort["treated"])
        plain = logrank_test(cohort["time"], cause == 1, cohort["treated"])
    except EstimationError:
        return
    assert test.observed_treated - test.expected_treated == pytest.approx(
        plain.observed_treated - plain.expected_treated, abs=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(competing_cohorts())
def test_swapped_arms_and_units_change_nothing(cohort):
    try:
        test = gray_test(cohort["time"], cohort["cause"], cohort["treated"])
    except (EstimationError, SettingsError):
        return
    swapped = gray_test(cohort["time"] * 30.4375, cohort["cause"], ~cohort["treated"])
    assert swapped.chi_square == pytest.approx(test.chi_square, rel=1e-8, abs=1e-10)


def test_an_arm_may_be_over_before_the_other_begins():
    # Only the first four events are contested: expected 4/8, 3/7 … as if the treated were drawn from all still there.
    test = gray_test(np.arange(1.0, 9), np.ones(8, dtype=int), np.repeat([True, False], 4))
    assert test.expected_treated == pytest.approx(4 / 8 + 3 / 7 + 2 / 6 + 1 / 5, rel=CLOSED_FORM)
    assert 0 < test.p_value < 0.05


def test_nothing_to_compare_and_a_cause_nobody_has_are_refused():
    with pytest.raises(EstimationError) as error:
        gray_test([1, 2, 3, 4], [2, 2, 0, 0], [True, False, True, False])
    assert str(error.value) == (
        "Gray's test needs an event of cause 1 while patients of both arms can have one; none was found among 0 such "
        "events. Show the incidences and the numbers of events without a test."
    )
    with pytest.raises(SettingsError) as wrong:
        gray_test([1, 2], [1, 2], [True, False], cause_of_interest=3)
    assert str(wrong.value) == (
        "The cause of interest must be one of the causes found, 1 to 2; 3 was given. Choose one of these."
    )


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
