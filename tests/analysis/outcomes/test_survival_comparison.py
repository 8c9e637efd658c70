"""Two arms compared on survival: real cohorts before and after matching against R, by laws, and what cannot be done."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given, settings

from analysis.errors import EstimationError
from analysis.outcomes.cox import cox_hazard_ratio, proportional_hazards_test
from analysis.outcomes.logrank import logrank_test, robust_logrank_test, stratified_logrank_test
from analysis.outcomes.rmst import rmst_comparison
from analysis.outcomes.survival import kaplan_meier
from analysis.outcomes.survival_comparison import compare_survival
from tests.analysis.outcomes.survival_reference import REFERENCE, cohorts

COHORTS = ("gbsg", "veteran", "rotterdam_hormon")
# The reference files hold 13 digits.
CLOSED_FORM = 1e-10
# R's default stops when the log-likelihood changes by less than one part in 10⁹.
ITERATED = 1e-6
# A small p-value magnifies the error of its statistic: by the square of z.
ITERATED_P_VALUE = 1e-5


def real_cohort(name):
    study = json.loads((REFERENCE / f"{name}.study.json").read_text())
    reference = json.loads((REFERENCE / f"{name}.json").read_text())
    with open(REFERENCE / f"{name}.csv", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return study, reference, rows


def matched_sets(reference, rows):
    """Set number of each row, −1 when unmatched, from the pairs the reference lists."""
    place = {row["id"]: number for number, row in enumerate(rows)}
    sets = np.full(len(rows), -1)
    for number, pair in enumerate(reference["pairs"]):
        sets[[place[str(pair["treated"])], place[str(pair["control"])]]] = number
    return sets


CASES = [(name, number) for name, endpoints in zip(COHORTS, (1, 1, 2), strict=True) for number in range(endpoints)]


@pytest.mark.parametrize("population", ["before", "after"])
@pytest.mark.parametrize(("name", "number"), CASES)
def test_real_cohorts_equal_r(name, number, population):
    study, reference, rows = real_cohort(name)
    endpoint = study["outcomes"]["survival"][number]
    expected = reference["survival"][number][population]
    assert expected is not None
    sets = matched_sets(reference, rows)
    chosen = sets >= 0 if population == "after" else np.ones(len(rows), dtype=bool)
    column = lambda name: np.array([row[name] for row in rows])[chosen]  # noqa: E731
    matching = {"weights": np.ones(chosen.sum()), "cluster": sets[chosen]} if population == "after" else {}
    comparison = compare_survival(
        column(endpoint["time"]).astype(float),
        column(endpoint["event"]) == "1",
        column("arm") == study["treatment"]["treated"],
        times=study["outcomes"]["times"],
        rmst_horizon=study["outcomes"]["rmst_horizon"],
        **matching,
    )
    for arm in ("treated", "control"):
        compare_arm(getattr(comparison, arm), expected["arms"][study["treatment"][arm]])
    for test in ("log_rank", "log_rank_stratified", "log_rank_robust"):
        compare_test(getattr(comparison, test), expected[test])
    compare_contrasts(comparison, expected)
    assert comparison.matched == (population == "after")
    assert (comparison.cox_stratified is None) == (population == "before")


def compare_arm(arm, expected):
    assert (arm.n, arm.n_events) == (expected["n"], expected["events"])
    for ours, theirs in (("median", "median"), ("median_ci_lower", "lower"), ("median_ci_upper", "upper")):
        assert equal_or_absent(getattr(arm.curve, ours), expected[theirs]), ours
    assert len(arm.at) == len(expected["at"])
    for row, at in zip(arm.at, expected["at"], strict=True):
        assert (row.time, row.at_risk) == (at["time"], at["at_risk"])
        for ours, theirs in (("survival", "survival"), ("ci_lower", "lower"), ("ci_upper", "upper")):
            assert equal_or_absent(getattr(row, ours), at[theirs]), ours


def equal_or_absent(found, expected):
    return found is None if expected is None else found == pytest.approx(expected, rel=CLOSED_FORM)


def compare_test(test, expected):
    if expected is None:
        assert test is None
        return
    assert test.chi_square == pytest.approx(expected["chi_square"], rel=CLOSED_FORM)
    # R takes 1 − pchisq, which keeps 16 decimals, not 16 digits.
    assert test.p_value == pytest.approx(expected["p"], rel=CLOSED_FORM, abs=1e-15)


def compare_contrasts(comparison, expected):
    cox = comparison.cox
    for ours, theirs in (("hazard_ratio", "hazard_ratio"), ("ci_lower", "lower"), ("ci_upper", "upper")):
        assert getattr(cox, ours) == pytest.approx(expected["cox"][theirs], rel=ITERATED), ours
    assert cox.p_value == pytest.approx(expected["cox"]["p"], rel=ITERATED_P_VALUE)
    assert comparison.proportional_hazards.p_value == pytest.approx(expected["schoenfeld_p"], rel=ITERATED_P_VALUE)
    means = [comparison.rmst.treated, comparison.rmst.control]
    assert means == pytest.approx(expected["rmst"], rel=CLOSED_FORM)
    assert equal_or_absent(comparison.follow_up_median, expected["follow_up_median"])


@settings(max_examples=50, deadline=None)
@given(cohorts(smallest=8))
def test_the_comparison_is_its_parts(cohort):
    basic = (cohort["time"], cohort["event"], cohort["treated"])
    weighted = {"weights": cohort["weights"], "cluster": cohort["cluster"]}
    comparison = compare_survival(*basic, **weighted)
    parts = {
        "log_rank": (logrank_test, basic, {}, "chi_square"),
        "log_rank_stratified": (stratified_logrank_test, (*basic, cohort["cluster"]), {}, "chi_square"),
        "log_rank_robust": (robust_logrank_test, basic, weighted, "chi_square"),
        "cox": (cox_hazard_ratio, basic, weighted, "standard_error"),
        "cox_stratified": (cox_hazard_ratio, basic, {"stratum": cohort["cluster"]}, "standard_error"),
        "proportional_hazards": (proportional_hazards_test, basic, {}, "p_value"),
        "rmst": (rmst_comparison, basic, weighted, "standard_error"),
    }
    for name, (estimate, columns, options, field) in parts.items():
        whole = getattr(comparison, name)
        try:
            alone = estimate(*columns, **options)
        except EstimationError:
            assert whole is None
            assert comparison.notes
            continue
        if whole is not None:
            assert getattr(whole, field) == pytest.approx(getattr(alone, field), rel=1e-9, abs=1e-12)
    treated = cohort["treated"]
    curve = kaplan_meier(
        cohort["time"][treated], cohort["event"][treated], cohort["weights"][treated], cohort["cluster"][treated]
    )
    np.testing.assert_allclose(comparison.treated.curve.ci_lower, curve.ci_lower, rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(cohorts(smallest=8))
def test_weights_of_one_without_clusters_change_nothing(cohort):
    basic = (cohort["time"], cohort["event"], cohort["treated"])
    plain = compare_survival(*basic)
    ones = compare_survival(*basic, weights=np.ones(cohort["time"].size))
    assert (plain.log_rank_robust, plain.log_rank_stratified, plain.cox_stratified) == (None, None, None)
    assert (ones.log_rank_robust, ones.matched) == (None, False)
    assert (plain.rmst.ci_lower, plain.rmst.ci_upper) == (ones.rmst.ci_lower, ones.rmst.ci_upper)
    assert plain.follow_up_median == ones.follow_up_median
    assert [note.code for note in plain.notes] == [note.code for note in ones.notes]


def test_follow_up_is_the_median_of_censoring():
    comparison = compare_survival([1, 2, 3, 4], [True, False, False, False], [True, True, False, False])
    # Censored at 2, 3 and 4 of 3, 2 and 1 still observed: 2/3, 1/3, 0.
    assert comparison.follow_up_median == 3.0
    assert comparison.treated.follow_up_median == 2.0


def test_arm_of_unit_weights_keeps_greenwood_beside_a_weighted_one():
    time, event = np.arange(1.0, 13.0), np.ones(12, dtype=bool)
    treated = np.arange(12) % 3 == 0
    weights = np.where(treated, 1.0, np.tile([0.5, 1.5], 6))
    comparison = compare_survival(time, event, treated, weights=weights, cluster=np.arange(12) // 3)
    assert "Greenwood" in comparison.treated.curve.method
    assert "over clusters" in comparison.control.curve.method
    assert comparison.treated.curve.effective_at_risk is None


def test_clusters_that_are_patients_are_no_strata():
    time, event, treated = np.arange(1.0, 13.0), np.ones(12, dtype=bool), np.arange(12) % 2 == 0
    comparison = compare_survival(time, event, treated, cluster=np.arange(12), stratify=False)
    assert (comparison.log_rank_stratified, comparison.cox_stratified) == (None, None)
    assert comparison.log_rank_robust is not None
    assert comparison.matched


def codes(comparison):
    return [note.code for note in comparison.notes]


def test_no_event_at_all_leaves_curves_and_means():
    comparison = compare_survival([1, 2, 3, 4], [False] * 4, [True, True, False, False], cluster=[1, 2, 1, 2])
    assert codes(comparison) == ["no_events", "no_events", "log_rank_not_estimable", "hazard_ratio_not_estimable"]
    absent = ("log_rank", "log_rank_stratified", "log_rank_robust", "cox", "cox_stratified", "proportional_hazards")
    assert [getattr(comparison, name) for name in absent] == [None] * 6
    assert (comparison.rmst.treated, comparison.rmst.p_value) == (2.0, None)
    assert comparison.treated.curve.survival.tolist() == [1.0, 1.0]


def test_events_in_one_arm_only_leave_the_log_rank_test():
    comparison = compare_survival(
        [1, 2, 3, 4, 5, 6], [True, True, True, False, False, False], [True, True, True, False, False, False]
    )
    assert comparison.log_rank is not None
    assert comparison.cox is None
    text = next(note.text for note in comparison.notes if note.code == "hazard_ratio_not_estimable")
    assert "Only the treated arm has such events among the 3 found" in text


def test_few_events_few_at_risk_and_a_far_horizon_are_told():
    comparison = compare_survival(
        [1, 2, 3, 4, 5, 6, 7, 8],
        [True, False] * 4,
        [True, False, False, True, True, False, False, True],
        times=[2, 9],
        rmst_horizon=24,
    )
    assert codes(comparison)[:4] == ["few_events", "few_events", "few_at_risk", "few_at_risk"]
    assert "rmst_not_estimable" in codes(comparison)
    assert comparison.rmst is None
    few = [note.text for note in comparison.notes if note.code == "few_at_risk"]
    assert few[0].startswith(
        "Fewer than 10 patients of the treated arm were at risk at these times (number at risk): 2 (3), 9 (0)."
    )


def test_crossing_hazards_are_doubted():
    rng = np.random.default_rng(5)
    early, late = rng.exponential(2, 150), 4 + rng.exponential(1, 150)
    comparison = compare_survival(
        np.concatenate([early, late]), np.ones(300, dtype=bool), np.repeat([True, False], 150), times=[1]
    )
    assert codes(comparison) == ["doubtful_proportional_hazards"]
    assert "p < 0.001" in comparison.notes[0].text


def test_an_empty_arm_is_refused():
    with pytest.raises(EstimationError, match="the control arm has none of the 3 found"):
        compare_survival([1, 2, 3], [True] * 3, [True] * 3)


def test_another_event_that_came_first_is_no_lack_of_follow_up() -> None:
    """Of 1+ 2c 3 4+ (c competing) only 1 and 4 are censored: reverse Kaplan–Meier falls to 3/4 at 1 and to 0 at 4."""
    time, event, competing = [1, 2, 3, 4] * 2, [False, False, True, False] * 2, [False, True, False, False] * 2
    treated = [True] * 4 + [False] * 4
    plain = compare_survival(time, event, treated)
    known = compare_survival(time, event, treated, competing=competing)
    assert (plain.treated.follow_up_median, plain.follow_up_median) == (3.0, 3.0)
    assert (known.treated.follow_up_median, known.control.follow_up_median, known.follow_up_median) == (4.0, 4.0, 4.0)
    assert known.treated.curve.survival.tolist() == plain.treated.curve.survival.tolist()
    assert known.cox is not None
    assert plain.cox is not None
    assert known.cox.hazard_ratio == plain.cox.hazard_ratio


def test_the_order_of_patients_does_not_change_who_competed() -> None:
    random = np.random.default_rng(5)
    time, cause = random.integers(1, 30, 60).astype(float), random.integers(0, 3, 60)
    treated, weights = random.random(60) < 0.5, random.integers(0, 2, 60).astype(float)
    order = random.permutation(60)
    one = compare_survival(time, cause == 1, treated, weights=weights, competing=cause == 2)
    other = compare_survival(
        time[order], cause[order] == 1, treated[order], weights=weights[order], competing=cause[order] == 2
    )
    assert one.follow_up_median == other.follow_up_median
    kept = weights > 0
    reverse = kaplan_meier(time[kept], (cause == 0)[kept])
    assert one.follow_up_median == reverse.median
