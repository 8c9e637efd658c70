"""Fine–Gray and cause-specific ratios: by hand, against R, by their laws, and where there is no ratio."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.competing import cause_specific_hazard_ratio, fine_gray
from analysis.outcomes.competing import hazards as module
from analysis.outcomes.cox import cox_hazard_ratio
from tests.analysis.outcomes.competing.competing_reference import arrays, cases, competing_cohorts
from tests.analysis.outcomes.survival_reference import ITERATED

# crr stops its search when the likelihood gains less than a millionth of itself.
CRR = 2e-5


def test_two_events_by_hand():
    # Risk sets at 2 and 3, the competing event of 1 (treated) staying: 2 of 4 treated, then 1 of 3 treated.
    ratio = fine_gray([1, 2, 3, 4], [2, 1, 1, 0], [True, False, True, False])
    # Score: −2x/(2x + 2) + 1 − 2x/(2x + 1) = 0 for the ratio x has 1 = x/(x + 1) + 2x/(2x + 1), so 2x² = 1.
    assert ratio.hazard_ratio == pytest.approx(math.sqrt(0.5), rel=1e-9)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_patients_without_weights_give_crr(case):
    data = arrays(case)
    for cause, expected in enumerate(case["crr"], start=1):
        if abs(expected["coefficient"]) > 10:
            continue
        ratio = fine_gray(data["time"], data["cause"], data["treated"], cause_of_interest=cause)
        assert ratio.log_hazard_ratio == pytest.approx(expected["coefficient"], rel=CRR, abs=1e-7)
        assert ratio.standard_error == pytest.approx(expected["error"], rel=CRR)


@pytest.mark.parametrize("case", [case for case in cases() if case["fine_gray_rows"]], ids=lambda case: case["name"])
def test_weights_and_clusters_give_coxph_on_the_rows_of_finegray(case):
    data, expected = arrays(case), case["fine_gray_rows"]
    basic = {key: data[key] for key in ("time", "cause", "treated", "weights")}
    for unit, cluster in (("patients", {}), ("clusters", {"cluster": data["cluster"]})):
        ratio = fine_gray(**basic, **cluster, censoring="known")
        assert ratio.log_hazard_ratio == pytest.approx(expected["coefficient"], rel=ITERATED)
        assert ratio.standard_error == pytest.approx(expected[unit], rel=ITERATED)
        assert fine_gray(**basic, **cluster).log_hazard_ratio == ratio.log_hazard_ratio


@settings(max_examples=40, deadline=None)
@given(competing_cohorts(smallest=12))
def test_whole_weights_are_patients_counted_again(cohort):
    times = np.ceil(cohort["weights"]).astype(int)
    rows = np.repeat(np.arange(times.size), times)
    basic = [cohort[key] for key in ("time", "cause", "treated")]
    try:
        ratio = fine_gray(*basic, weights=times, cluster=cohort["cluster"])
    except (EstimationError, SettingsError):
        return
    again = fine_gray(*(column[rows] for column in basic), cluster=cohort["cluster"][rows])
    assert again.log_hazard_ratio == pytest.approx(ratio.log_hazard_ratio, rel=1e-7, abs=1e-9)
    assert again.standard_error == pytest.approx(ratio.standard_error, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(competing_cohorts(smallest=12))
def test_swapped_arms_units_and_order(cohort):
    try:
        ratio = fine_gray(**cohort)
    except (EstimationError, SettingsError):
        return
    other = {key: column[::-1] for key, column in cohort.items()}
    swapped = fine_gray(**{**other, "treated": ~other["treated"], "time": other["time"] * 30.4375})
    assert swapped.log_hazard_ratio == pytest.approx(-ratio.log_hazard_ratio, rel=1e-7, abs=1e-9)
    assert swapped.standard_error == pytest.approx(ratio.standard_error, rel=1e-6)


def test_cause_specific_ratio_is_cox_with_other_causes_censored():
    data = arrays(cases()[0])
    ratio = cause_specific_hazard_ratio(data["time"], data["cause"], data["treated"], cause_of_interest=2)
    plain = cox_hazard_ratio(data["time"], data["cause"] == 2, data["treated"])
    assert (ratio.hazard_ratio, ratio.n_events) == (plain.hazard_ratio, plain.n_events)


def test_too_few_events_one_arm_and_wrong_options_are_refused():
    with pytest.raises(EstimationError) as few:
        fine_gray([1, 2, 3], [1, 2, 0], [True, False, True])
    assert str(few.value) == (
        "A subdistribution hazard ratio needs at least two events of the cause; 1 of 3 patients had one of cause 1. "
        "Show the numbers of events and the incidences instead."
    )
    with pytest.raises(EstimationError, match="Only the treated arm has such events among the 2 found"):
        fine_gray([1, 2, 3, 4], [1, 1, 2, 0], [True, True, False, False])
    with pytest.raises(EstimationError, match="needs clusters that differ; those found do not"):
        fine_gray([1, 2, 3, 4], [1, 1, 1, 1], [True, False, True, False], cluster=[1, 1, 1, 1])
    with pytest.raises(SettingsError, match="Censoring must be 'estimated' or 'known'; 'none' was given"):
        fine_gray([1, 2], [1, 1], [True, False], censoring="none")
    with pytest.raises(SettingsError, match="1 to 1; 2 was given"):
        cause_specific_hazard_ratio([1, 2], [1, 1], [True, False], cause_of_interest=2)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
