"""Nearest-neighbour matching: by hand, against R, and what it refuses."""

import gzip
import json

import numpy as np
import pytest

from analysis.design.caliper import ColumnCaliper
from analysis.design.matching import match_nearest
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from tests.analysis.design.cohorts import NAMES, REFERENCE, reference_cohort
from tests.analysis.design.slow_matching import check_invariants, controls_by_treated

ORDERS = ("closest", "largest", "smallest", "data", "random")

# The standard deviation is summed exactly here and in extended precision by R: the last place may differ.
WIDTH_TOLERANCE = 1e-12
WEIGHT_TOLERANCE = 1e-10
# The real cohorts' figures are printed with 12 digits, from scores that agree to 1e-8.
COHORT_TOLERANCE = 1e-6


def matchit_cases(order: str) -> list[dict]:
    with gzip.open(REFERENCE / "matchit_cases.jsonl.gz", "rt") as lines:
        return [case for case in map(json.loads, lines) if case["order"] == order]


@pytest.mark.parametrize(("order", "n_cases"), [("closest", 222), ("largest", 121), ("smallest", 84), ("data", 149)])
def test_random_matchings_equal_r(order, n_cases):
    cases = matchit_cases(order)
    assert len(cases) == n_cases
    for case in cases:
        treated = np.array(case["treated"], dtype=bool)
        sets = match_nearest(
            case["distance_values"],
            treated,
            caliper=case["caliper"],
            ratio=case["ratio"],
            replacement=case["replacement"],
            order=order,
            strata=case["stratum"],
        )
        assert controls_by_treated(sets, treated) == case["matches"], f"case {case['case']}"
        np.testing.assert_allclose(sets.weights, case["weights"], rtol=0, atol=WEIGHT_TOLERANCE)
        if case["caliper"] is None:
            assert sets.caliper_width is None
        else:
            assert sets.caliper_width == pytest.approx(case["caliper_width"], rel=WIDTH_TOLERANCE)
        check_invariants(sets, case["distance_values"], treated, strata=case["stratum"])


@pytest.mark.parametrize("name", NAMES)
def test_pairs_of_the_real_cohorts_equal_r(name):
    cohort = reference_cohort(name)
    logit = fit_propensity(cohort.covariates, cohort.treated).logit
    sets = match_nearest(logit, cohort.treated, caliper=cohort.matching["caliper"], order=cohort.matching["order"])
    expected = {(pair["treated"], pair["control"]): pair["distance"] for pair in cohort.figures["pairs"]}
    pairs = zip(cohort.identifier[sets.treated_row], cohort.identifier[sets.control_row], strict=True)
    found = dict(zip(pairs, sets.link_distance, strict=True))
    assert found.keys() == expected.keys()
    assert sets.link_distance.sum() == pytest.approx(cohort.figures["total_distance"], rel=COHORT_TOLERANCE)
    assert sets.caliper_width == pytest.approx(cohort.figures["caliper_width"], rel=COHORT_TOLERANCE)
    assert (sets.n_treated, sets.n_control) == tuple(cohort.figures["matched"].values())
    check_invariants(sets, logit, cohort.treated)


def test_matchings_on_covariates_equal_r():
    cases = json.loads((REFERENCE / "design" / "nearest.json").read_text())
    assert len(cases) == 24
    for case in cases:
        covariates, treated = np.array(case["X"]), np.array(case["treated"], dtype=bool)
        spread = covariates.std(axis=0)
        widths = [np.inf] * len(spread) if case["caliper"] is None else spread * case["caliper"]
        sets = match_nearest(
            np.zeros(treated.size),
            treated,
            caliper=None,
            ratio=case["M"],
            min_ratio=case["M"],
            replacement=case["replacement"],
            order="data",
            estimand=case["estimand"],
            calipers=[
                ColumnCaliper(column="", values=values, width=width)
                for values, width in zip(covariates.T, widths, strict=True)
            ],
            metric=covariates / spread,
        )
        found = set(zip(sets.treated_row.tolist(), sets.control_row.tolist(), strict=True))
        assert found == set(zip(case["treated_row"], case["control_row"], strict=True)), f"case {case['case']}"


def test_two_pairs_by_hand():
    sets = match_nearest([0.0, 0.4, 1.0, 1.1], [True, False, True, False], caliper=None)
    assert sets.treated_row.tolist() == [2, 0]
    assert sets.control_row.tolist() == [3, 1]
    assert sets.set_number.tolist() == [1, 0]
    assert sets.subclass.tolist() == [0, 0, 1, 1]
    np.testing.assert_allclose(sets.link_distance, [0.1, 0.4])
    table = sets.to_table()
    assert table["set"].tolist() == [0, 1]
    assert table["treated_row"].tolist() == [0, 2]
    assert table["control_row"].tolist() == [1, 3]


def test_order_decides_who_gets_the_one_control_between_two():
    distance, treated = [0.0, 1.0, 3.0], [True, False, True]
    partner = {
        order: match_nearest(distance, treated, caliper=None, order=order).treated_row.tolist() for order in ORDERS[:4]
    }
    assert partner == {"closest": [0], "largest": [2], "smallest": [0], "data": [0]}


def test_exact_tie_goes_to_fewer_steps_then_left():
    # Both controls are 1 away; two treated patients stand between row 0 and the left one.
    distance = [0.0, -1.0, 1.0, -0.5, -0.5]
    treated = [True, False, False, True, True]
    sets = match_nearest(distance, treated, caliper=None, order="data")
    assert (sets.treated_row[0], sets.control_row[0]) == (0, 2)
    sets = match_nearest([0.0, -1.0, 1.0], [True, False, False], caliper=None, order="data")
    assert sets.control_row.tolist() == [1]


def test_steps_are_counted_from_the_control_last_found_on_that_side():
    # All tied, sorted by row: control 0, control 1, treated 2, control 3. After control 1, one step leads to control 0
    # from there, and one step from the patient to control 3: the left wins.
    sets = match_nearest([0.0] * 4, [False, False, True, False], caliper=None, ratio=3)
    assert sets.control_row.tolist() == [1, 0, 3]


def test_caliper_is_inclusive():
    sets = match_nearest([0.0, 0.25], [True, False], caliper=0.25, caliper_scale="raw")
    assert sets.n_sets == 1
    with pytest.raises(EstimationError):
        match_nearest([0.0, 0.25], [True, False], caliper=np.nextafter(0.25, 0), caliper_scale="raw")


def test_a_caliper_of_nothing_leaves_exact_ties():
    sets = match_nearest([1.0, 1.0, 2.0, 2.5], [True, False, True, False], caliper=0.0)
    assert sets.caliper_width == 0.0
    assert controls_by_treated(sets, np.array([True, False, True, False])) == [[1], []]


def test_weights_of_sets_of_two_sizes_by_hand():
    # Row 0 gets two controls, row 4 one: controls weigh 1/2, 1/2, 1 before they are scaled to a mean of 1.
    distance = [0.0, 0.1, 0.2, 9.9, 10.0]
    treated = [True, False, False, False, True]
    sets = match_nearest(distance, treated, caliper=1.0, caliper_scale="raw", ratio=2)
    np.testing.assert_allclose(sets.weights, [1.0, 0.75, 0.75, 1.5, 1.0])
    assert sets.effective_sample_size_control == pytest.approx(9 / 3.375)
    assert [note.text for note in sets.notes] == ["1 of 2 sets has fewer than 2 controls."]


def test_a_control_in_two_sets_adds_its_weights():
    sets = match_nearest([0.0, 0.1, 0.2, 5.0, 5.1], [True, False, True, True, False], caliper=None, replacement=True)
    np.testing.assert_allclose(sets.weights, [1.0, 4 / 3, 1.0, 1.0, 2 / 3])
    assert sets.subclass.tolist() == [0, 0, 1, 2, 2]
    assert [note.text for note in sets.notes] == ["1 control serves in 2 sets."]


def test_reasons_by_hand():
    distance = [0.0, 0.0, 0.1, 5.0, 9.0, 0.2, 0.0, 0.3]
    treated = [True, False, True, True, False, True, True, False]
    strata = [0, 0, 0, 0, 0, 1, 0, 2]
    sets = match_nearest(distance, treated, caliper=0.5, caliper_scale="raw", strata=strata)
    assert sets.reason.tolist() == [
        None,
        None,
        "control taken by a closer patient",
        "no control within the caliper",
        "no treated patient within the caliper",
        "no control in the same stratum",
        "control taken by a closer patient",
        "no treated patient in the same stratum",
    ]
    assert sets.notes[0].text == "2 of 3 strata hold one arm only; their 2 patients cannot be matched."
    left_over = match_nearest([0.0, 0.1, 0.2], [True, False, False], caliper=None)
    assert left_over.reason.tolist() == [None, None, "not needed as a match"]


def test_random_order_follows_its_seed():
    rng = np.random.default_rng(5)
    distance, treated = rng.normal(size=200), rng.random(200) < 0.6
    first, again, other = (
        match_nearest(distance, treated, caliper=None, order="random", seed=seed).treated_row.tolist()
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first != other


def test_each_control_finds_treated_patients_by_hand():
    # Control 1 takes treated 0 (0.1 away); control 3 has only treated 4, 2 away; control 2 comes too late for 0.
    distance, treated = [0.0, 0.1, 0.3, 5.0, 7.0], [True, False, False, False, True]
    sets = match_nearest(distance, treated, caliper=None, estimand="ATC")
    assert sets.estimand == "ATC"
    assert sets.control_row.tolist() == [1, 3]
    assert sets.treated_row.tolist() == [0, 4]
    assert sets.reason.tolist() == [None, None, "treated patient taken by a closer patient", None, None]
    reused = match_nearest(distance, treated, caliper=None, estimand="ATC", replacement=True)
    assert reused.subclass.tolist() == [0, 0, 1, 2, 2]
    np.testing.assert_allclose(reused.weights, [4 / 3, 1.0, 1.0, 1.0, 2 / 3])
    assert [note.text for note in reused.notes] == ["1 treated patient serves in 2 sets."]


def test_a_control_beyond_a_column_s_caliper_is_passed_over():
    distance, treated = [0.0, 0.1, 0.2, 9.0, 9.1], [True, False, False, True, False]
    age = ColumnCaliper(column="age", values=np.array([60.0, 66.0, 65.0, 50.0, 70.0]), width=5.0)
    sets = match_nearest(distance, treated, caliper=None, calipers=[age])
    assert (sets.treated_row.tolist(), sets.control_row.tolist()) == ([0], [2])
    assert sets.reason.tolist() == [
        None,
        "no treated patient within the caliper",
        None,
        "no control within the caliper",
        "no treated patient within the caliper",
    ]


def test_each_caliper_alone_may_be_met_and_all_together_not():
    # Control 1 is near in age, control 2 in stage, neither in both.
    age = ColumnCaliper(column="age", values=np.array([60.0, 61.0, 80.0, 50.0, 50.0]), width=5.0)
    stage = ColumnCaliper(column="stage", values=np.array([1.0, 3.0, 1.0, 2.0, 2.0]), width=0.0)
    sets = match_nearest([0.0] * 5, [True, False, False, True, False], caliper=0.5, calipers=[age, stage])
    assert sets.reason[:3].tolist() == ["no control within the caliper"] + ["no treated patient within the caliper"] * 2


def test_small_sets_are_dissolved_and_their_controls_not_offered_again():
    # In the first round row 0 takes 1, row 4 takes 3, row 5 takes 2; in the second only 6 is left, which row 4 takes.
    distance, treated = [0.0, 0.1, 1.4, 1.9, 2.0, 1.2, 2.5], [True, False, False, False, True, True, False]
    sets = match_nearest(distance, treated, caliper=1.5, caliper_scale="raw", ratio=2, min_ratio=2)
    assert controls_by_treated(sets, np.array(treated)) == [[], [3, 6], []]
    few, released = "fewer than 2 controls left within the caliper", "matched in a set too small to be kept"
    assert sets.reason.tolist() == [few, released, released, None, None, few, None]
    assert [note.text for note in sets.notes] == [
        "2 sets with fewer than 2 controls were dissolved; nobody in them was offered again."
    ]
    free = match_nearest(distance, treated, caliper=None, ratio=2, min_ratio=2)
    assert "fewer than 2 controls left" in free.reason.tolist()


def test_rows_of_covariates_decide_within_the_caliper_by_hand():
    # For row 0, control 1 is nearest by distance, control 2 by covariates (3-4-5), control 3 nearer but out of the caliper.
    distance, treated = [0.0, 0.1, 0.4, 0.6], [True, False, False, False]
    rows = [[0.0, 0.0], [6.0, 8.0], [3.0, 4.0], [0.0, 1.0]]
    sets = match_nearest(distance, treated, caliper=0.5, caliper_scale="raw", metric=rows, ratio=2)
    assert sets.control_row.tolist() == [2, 1]
    assert sets.link_distance.tolist() == [5.0, 10.0]
    assert sets.caliper_width == 0.5
    assert sets.reason[3] == "no treated patient within the caliper"
    free = match_nearest(distance, treated, caliper=None, metric=rows)
    assert free.control_row.tolist() == [3]


def test_equal_distances_of_covariates_go_to_the_lower_row():
    # By distance control 3 comes first from either side.
    sets = match_nearest(
        [0.0, 2.0, -2.0, 1.0], [True, False, False, False], caliper=None, metric=np.zeros((4, 2)), ratio=3
    )
    assert sets.control_row.tolist() == [1, 2, 3]


def test_no_pair_within_the_caliper_is_refused():
    with pytest.raises(EstimationError, match=r"at most 0\.1 apart; the closest two are 1 apart"):
        match_nearest([0.0, 1.0], [True, False], caliper=0.1, caliper_scale="raw")


def test_no_pair_within_the_calipers_on_columns_is_refused():
    age = ColumnCaliper(column="age", values=np.array([60.0, 80.0]), width=5.0)
    with pytest.raises(EstimationError, match=r"patient alike in age \(within 5\); no pair is\. Widen a caliper"):
        match_nearest([0.0, 1.0], [True, False], caliper=None, calipers=[age])
    with pytest.raises(EstimationError, match=r"at most 2 apart and alike in age \(within 5\); no pair is"):
        match_nearest([0.0, 1.0], [True, False], caliper=2, caliper_scale="raw", calipers=[age])


def test_no_set_of_the_smallest_size_is_refused():
    with pytest.raises(
        EstimationError, match=r"at least 2 controls for a treated patient; the most that were found are 1"
    ):
        match_nearest([0.0, 1.0], [True, False], caliper=None, ratio=2, min_ratio=2)
    with pytest.raises(
        EstimationError, match=r"at least 3 treated patients for a control; the most that were found are 1"
    ):
        match_nearest([0.0, 1.0], [True, False], caliper=None, ratio=3, min_ratio=3, estimand="ATC")


def test_rows_of_covariates_must_be_finite_and_one_per_patient():
    with pytest.raises(EstimationError, match="finite numbers for every patient; 2 of 3 have a missing"):
        match_nearest([0.0] * 3, [True, False, False], caliper=None, metric=[[0.0, np.nan], [np.inf, 1.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="one row per patient"):
        match_nearest([0.0, 1.0], [True, False], caliper=None, metric=[[0.0]])


def test_strata_that_share_no_arm_are_refused():
    with pytest.raises(EstimationError, match="no stratum holds both arms"):
        match_nearest([0.0, 1.0], [True, False], caliper=None, strata=[0, 1])


def test_unknown_distances_and_empty_arms_are_refused_together():
    with pytest.raises(EstimationError) as error:
        match_nearest([np.nan, np.inf, 0.0], [True, True, True], caliper=None)
    assert error.value.problems == (
        "Matching needs a finite distance for every patient; 2 of 3 have none. Check the propensity model.",
        "Matching needs patients in both arms; found 3 treated and 0 control. "
        "Check the treatment column and its two arms.",
    )


def test_settings_out_of_range_are_all_named():
    with pytest.raises(SettingsError) as error:
        match_nearest([0.0, 1.0], [True, False], caliper=-1, caliper_scale="iqr", ratio=0, order="best", estimand="ATE")
    assert len(error.value.problems) == 5
    assert error.value.problems[-1].startswith(
        "Nearest-neighbour matching estimates the effect among the treated (ATT)"
    )
    with pytest.raises(SettingsError, match=r"smallest ratio must lie between 1 and the ratio, 2; it is 3"):
        match_nearest([0.0, 1.0], [True, False], caliper=None, ratio=2, min_ratio=3)
