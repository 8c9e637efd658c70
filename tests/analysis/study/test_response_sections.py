"""Criteria crossed, depth, course over time, adverse events and evaluable patients, before and after a design."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import fisher_exact

from analysis.cohort.adverse_events import AdverseEventData
from analysis.cohort.reading import read_cohort
from analysis.errors import EstimationError
from analysis.outcomes.survival import kaplan_meier
from analysis.settings import MatchingSettings, WeightingSettings
from analysis.study import StudyResult, run
from analysis.study.agreement import criteria_agreement, criteria_pairs
from analysis.study.depth import depth_of_response, lesion_courses
from analysis.study.evaluable import evaluable_responses
from analysis.study.responses_over_time import ending_endpoint, responses_over_time, timed_criteria
from analysis.study.safety import compare_safety
from analysis.study_file import load_study

SAMPLE = Path(__file__).parents[3] / "sample_data"
MONTH = 30.4375


@cache
def sample(*, weighted: bool = False) -> StudyResult:
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    cohort = replace(cohort, scans=read_cohort((SAMPLE / "lesions.csv").read_bytes(), "lesions.csv"))
    settings = load_study((SAMPLE / "study.yaml").read_text(encoding="utf-8"))
    if weighted:
        settings = settings.model_copy(update={"weighting": WeightingSettings()})
    return run(cohort, settings)


def test_the_criteria_are_crossed_in_each_population_and_arm() -> None:
    result = sample()
    assert criteria_pairs(result.patients) == (("mRECIST", "RECIST 1.1"),)
    mrecist, recist = (item.category for item in result.patients.responses)
    for design in (None, result.design):
        kept = np.ones(123, dtype=bool) if design is None else design.weights > 0
        found = criteria_agreement(result.patients, design, result.settings, "mRECIST", "RECIST 1.1")
        assert found.both_arms.n == kept.sum()
        assert found.both_arms.n_agree == (mrecist == recist)[kept].sum()
        assert found.treated is not None
        assert found.control is not None
        np.testing.assert_array_equal(found.treated.table + found.control.table, found.both_arms.table)


def test_depth_orders_patients_by_their_change_and_counts_those_without_one() -> None:
    result = sample()
    found = depth_of_response(result.patients, result.design, "mRECIST")
    assert found is not None
    assert (np.diff(found.change) <= 0).all()
    assert (found.treated.sum() + found.n_unknown_treated, (~found.treated).sum() + found.n_unknown_control) == (25, 25)
    np.testing.assert_array_equal(found.subclass, result.design.subclass[found.row])
    shrank = (found.change <= -30) & found.treated
    assert shrank.sum() == 10  # responders of the arm, none of whom had progressed before


def test_the_depth_of_weighted_patients_is_weighted() -> None:
    result = sample(weighted=True)
    found = depth_of_response(result.patients, result.design, "mRECIST")
    assert found is not None
    assert found.weighted
    change, weights = found.change[found.treated], found.weights[found.treated]
    np.testing.assert_allclose(found.share_treated, weights[change <= -30].sum() / weights.sum())
    below, above = weights[change < found.median_treated].sum(), weights[change > found.median_treated].sum()
    assert max(below, above) <= weights.sum() / 2
    before = depth_of_response(result.patients, None, "mRECIST")
    assert before is not None
    assert not before.weighted
    assert before.median_treated == np.median(before.change[before.treated])
    assert before.median_control == np.median(before.change[~before.treated])


def test_courses_hold_every_scan_after_baseline_from_zero_on() -> None:
    result = sample()
    found = lesion_courses(result.patients, None, result.settings, "RECIST 1.1")
    assert found is not None
    scans = result.patients.scans
    assert scans is not None
    assert found.change.size == scans.day.size - (123 - found.n_treated - found.n_control)
    first = np.r_[True, np.diff(found.row) != 0]
    assert not found.time[first].any()
    assert not found.change[first].any()
    last = np.r_[np.diff(found.row) != 0, True]
    assert not found.progressed[~last].any()  # the sample is scanned up to its progression


@pytest.mark.parametrize("weighted", [False, True])
def test_a_response_lasts_to_progression_or_death_whichever_comes_first(weighted: bool) -> None:
    result = sample(weighted=weighted)
    assert timed_criteria(result.patients) == ("mRECIST", "RECIST 1.1")
    assert ending_endpoint(result.settings) == "PFS"
    found = responses_over_time(result.patients, result.design, result.settings, "mRECIST", "PFS")
    assert found is not None
    compared = result.design.weights > 0
    responders = (result.patients.responses[0].objective_response & compared)[compared]
    courses, treated = found.courses, result.patients.treated[compared]
    np.testing.assert_array_equal(~np.isnan(courses.response), responders)
    pfs = result.patients.endpoints[0]
    ended = (courses.response_end < pfs.time[compared] + 0.01) | ~responders
    assert ended.all()
    lasting = (courses.response_end - courses.response)[responders & treated]
    curve = kaplan_meier(
        lasting,
        pfs.event[compared][responders & treated],
        result.design.weights[compared][responders & treated],
        result.design.cluster[compared][responders & treated],
    )
    assert found.duration.treated is not None
    assert found.duration.treated.median == pytest.approx(curve.median, rel=1e-9)
    assert found.time_to_response.treated.n_responders == (responders & treated).sum()


def test_scans_alone_censor_at_the_last_assessment() -> None:
    result = sample()
    alone = responses_over_time(result.patients, None, result.settings, "mRECIST", None)
    assert alone is not None
    scans = result.patients.scans
    assert scans is not None
    last = np.array([scans.day[scans.patient == row].max() for row in range(123)]) / MONTH
    responded = ~np.isnan(alone.courses.response)
    np.testing.assert_allclose(alone.courses.response_end[responded], last[responded])


def test_a_response_after_the_event_that_ends_it_is_refused_with_its_number() -> None:
    result = sample()
    early = result.patients.endpoints[0]
    broken = replace(early, time=np.full(early.time.size, 0.1), event=np.ones(early.time.size, dtype=bool))
    patients = replace(result.patients, endpoints=(broken,))
    with pytest.raises(EstimationError, match=r"in 28 patients it comes later"):
        responses_over_time(patients, None, result.settings, "mRECIST", "PFS")


def test_evaluable_patients_leave_numerator_and_denominator() -> None:
    result = sample()
    found = evaluable_responses(result.patients, None, result.settings)
    assert found is not None
    assert found.n_left_out["mRECIST"] == (4, 3)
    comparison = found.outcomes.response[0].comparison
    assert comparison is not None
    assert (comparison.treated.n, comparison.control.n) == (52, 64)
    assert comparison.treated.objective_response.count == 21
    after = evaluable_responses(result.patients, result.design, result.settings)
    assert after is not None
    assert after.n_left_out["mRECIST"] == (1, 2)


@pytest.mark.parametrize("matching", [{"ratio": 2}, {"ratio": 2, "replacement": True}, {"ratio": 2, "min_ratio": 2}])
def test_adverse_events_are_weighted_where_sets_leave_unequal_weights(matching: dict[str, object]) -> None:
    settings = sample().settings.model_copy(update={"matching": MatchingSettings.model_validate(matching)})
    cohort = read_cohort((SAMPLE / "cohort.csv").read_bytes(), "cohort.csv")
    scans = read_cohort((SAMPLE / "lesions.csv").read_bytes(), "lesions.csv")
    result = run(replace(cohort, scans=scans), settings)
    grades = np.random.default_rng(4).choice(4, 123, p=[0.5, 0.2, 0.2, 0.1])
    patients = replace(result.patients, adverse_events=(AdverseEventData(name="rash", grade=grades),))
    found = compare_safety(patients, result.design, result.settings)
    assert found is not None
    weights, control = result.design.weights, ~patients.treated
    shares = [np.average(grades[arm] >= 1, weights=weights[arm]) for arm in (~control, control)]
    line = found.any_grade[1]
    assert (line.treated.rate.rate, line.control.rate.rate) == pytest.approx(shares, rel=1e-12)
    assert line.risk_difference.estimate == pytest.approx(shares[0] - shares[1], rel=1e-12)
    assert line.test == ("Fisher exact" if "min_ratio" in matching else "Robust Wald")


def test_adverse_events_use_the_test_of_the_design() -> None:
    rng = np.random.default_rng(4)
    grades = rng.choice(6, 123, p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
    for weighted, test in ((False, "McNemar exact"), (True, "Robust Wald")):
        result = sample(weighted=weighted)
        assert compare_safety(result.patients, None, result.settings) is None
        patients = replace(result.patients, adverse_events=(AdverseEventData(name="rash", grade=grades),))
        before = compare_safety(patients, None, result.settings)
        after = compare_safety(patients, result.design, result.settings)
        assert before is not None
        assert after is not None
        assert after.any_grade[1].test == test
        treated = patients.treated
        table = [[(grades[arm] >= 3).sum(), (grades[arm] < 3).sum()] for arm in (treated, ~treated)]
        assert before.severe[1].p_value == pytest.approx(fisher_exact(table)[1], rel=1e-9)
