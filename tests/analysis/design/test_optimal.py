"""Optimal matching against every matching there is, against dense assignment, and along and off the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from analysis.design import candidates, optimal
from analysis.design.caliper import ColumnCaliper
from analysis.design.matched_sets import SET_DISSOLVED
from analysis.design.matching import match_nearest
from analysis.design.optimal import CONTROL_GIVEN_AWAY, TREATED_GIVEN_AWAY, match_optimal
from analysis.design.propensity import fit_propensity
from analysis.errors import EstimationError, SettingsError
from tests.analysis.design.best_sets import best_matching, check_sets, pair_table, small_cases
from tests.analysis.design.cohorts import NAMES, reference_cohort

SUMS = 1e-9
"""Totals of at most some hundred distances, added in another order."""


def figures(sets) -> tuple[int, int, float]:
    return sets.n_sets, sets.link_distance.size, float(sets.link_distance.sum())


@settings(max_examples=50, deadline=None)
@given(small_cases(), st.integers(1, 3), st.sampled_from(("ATT", "ATC")))
def test_no_other_sets_keep_more_or_are_closer(case, ratio, estimand):
    distance, treated, options = case
    allowed = pair_table(distance, treated, **options)
    if estimand == "ATT":
        focal, others, pairs = np.flatnonzero(treated), np.flatnonzero(~treated), allowed
    else:
        focal, others = np.flatnonzero(~treated), np.flatnonzero(treated)
        pairs = {(other, one): cost for (one, other), cost in allowed.items()}
    expected = best_matching(pairs, focal.tolist(), others.tolist(), ratio)
    if not allowed:
        with pytest.raises(EstimationError):
            match_optimal(distance, treated, ratio=ratio, estimand=estimand, **options)
        return
    sets = match_optimal(distance, treated, ratio=ratio, estimand=estimand, **options)
    assert figures(sets)[:2] == expected[:2]
    assert figures(sets)[2] == pytest.approx(expected[2], abs=SUMS)
    check_sets(sets, treated, allowed)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.sampled_from((None, 0.05, 0.3)), st.integers(1, 3))
def test_the_line_and_the_assignment_agree(seed, ratio, caliper, n_strata):
    rng = np.random.default_rng(seed)
    treated = rng.random(120) < 0.4
    distance = np.round(rng.normal(size=120) + treated, rng.integers(1, 9))
    options = {"caliper": caliper, "ratio": ratio, "strata": rng.integers(0, n_strata, 120)}
    line = match_optimal(distance, treated, **options)
    # A metric of one column is the same distance, and is solved as an assignment.
    assignment = match_optimal(distance, treated, metric=distance[:, None], **options)
    assert figures(line)[:2] == figures(assignment)[:2]
    assert figures(line)[2] == pytest.approx(figures(assignment)[2], abs=SUMS)
    assert line.reason.tolist().count(None) == assignment.reason.tolist().count(None)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_without_a_caliper_it_is_the_dense_assignment(seed, in_a_plane):
    rng = np.random.default_rng(seed)
    treated = rng.random(150) < 0.5
    distance, metric = rng.normal(size=150), rng.normal(size=(150, 2))
    sets = match_optimal(distance, treated, caliper=None, metric=metric if in_a_plane else None)
    points = metric if in_a_plane else distance[:, None]
    cost = np.sqrt(((points[treated][:, None] - points[~treated][None]) ** 2).sum(axis=2))
    rows, columns = linear_sum_assignment(cost)
    assert sets.n_sets == rows.size
    assert sets.link_distance.sum() == pytest.approx(cost[rows, columns].sum(), rel=SUMS)


@pytest.mark.parametrize("name", NAMES)
def test_pairs_of_the_real_cohorts_are_the_dense_assignment_within_the_caliper(name):
    cohort = reference_cohort(name)
    logit = fit_propensity(cohort.covariates, cohort.treated).logit
    caliper = cohort.matching["caliper"]
    sets = match_optimal(logit, cohort.treated, caliper=caliper)
    apart = np.abs(logit[cohort.treated][:, None] - logit[~cohort.treated][None])
    # A pair outside the caliper costs more than all pairs inside can.
    forbidden = min(apart.shape) * sets.caliper_width + 1.0
    rows, columns = linear_sum_assignment(np.where(apart <= sets.caliper_width, apart, forbidden))
    kept = apart[rows, columns] <= sets.caliper_width
    assert sets.n_sets == np.count_nonzero(kept)
    assert sets.link_distance.sum() == pytest.approx(apart[rows, columns][kept].sum(), rel=SUMS)
    nearest = match_nearest(logit, cohort.treated, caliper=caliper)
    assert sets.n_sets >= nearest.n_sets


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from((0.02, 0.2, 1.0)))
def test_never_fewer_patients_than_the_nearest_nor_farther_at_as_many_links(seed, ratio, caliper):
    rng = np.random.default_rng(seed)
    treated = rng.random(200) < 0.3
    distance = rng.normal(size=200) + 0.5 * treated
    best = match_optimal(distance, treated, caliper=caliper, ratio=ratio)
    nearest = match_nearest(distance, treated, caliper=caliper, ratio=ratio)
    assert best.n_treated >= nearest.n_treated
    assert best.link_distance.size >= nearest.link_distance.size
    if figures(best)[:2] == figures(nearest)[:2]:
        assert best.link_distance.sum() <= nearest.link_distance.sum() + SUMS


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from((1, 40, 1000)))
def test_the_way_back_in_blocks_is_the_way_back_at_once(seed, ratio, cells):
    rng = np.random.default_rng(seed)
    treated = rng.random(80) < 0.4
    distance, strata = np.round(rng.normal(size=80), 1) + treated, rng.integers(0, 3, 80)
    options = {"caliper": 0.3, "ratio": ratio, "strata": strata}
    at_once = match_optimal(distance, treated, **options)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(optimal, "BLOCK_CELLS", cells)
        in_blocks = match_optimal(distance, treated, **options)
    assert at_once.treated_row.tolist() == in_blocks.treated_row.tolist()
    assert at_once.control_row.tolist() == in_blocks.control_row.tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.booleans())
def test_without_ties_the_order_of_rows_does_not_matter(seed, ratio, in_a_plane):
    rng = np.random.default_rng(seed)
    treated, distance = rng.random(100) < 0.4, rng.normal(size=100)
    metric, shuffled = rng.normal(size=(100, 2)), rng.permutation(100)
    first = match_optimal(distance, treated, caliper=0.5, ratio=ratio, metric=metric if in_a_plane else None)
    again = match_optimal(
        distance[shuffled],
        treated[shuffled],
        caliper=0.5,
        ratio=ratio,
        metric=metric[shuffled] if in_a_plane else None,
    )
    found = zip(shuffled[again.treated_row].tolist(), shuffled[again.control_row].tolist(), strict=True)
    assert set(found) == set(zip(first.treated_row.tolist(), first.control_row.tolist(), strict=True))


def test_of_equally_close_pairs_along_a_score_none_cross():
    # 0–2 and 1–3 are as close in total as 0–3 and 1–2, and the farther of the two is nearer.
    sets = match_optimal([1.0, 0.0, 2.0, 3.0], [True, True, False, False], caliper=None)
    assert sets.control_row.tolist() == [3, 2]


def test_three_pairs_by_hand():
    # Nearest first takes 2–2.1 and 1–1.2 and leaves 0 with 9; one place further each, all three are near.
    distance = [0.0, 1.0, 2.0, 0.9, 2.1, 1.2, 9.0]
    treated = [True, True, True, False, False, False, False]
    sets = match_optimal(distance, treated, caliper=None)
    assert sets.control_row.tolist() == [3, 5, 4]
    np.testing.assert_allclose(sets.link_distance, [0.9, 0.2, 0.1])
    assert sets.subclass.tolist() == [0, 1, 2, 0, 2, 1, -1]
    assert sets.reason[6] == "not needed as a match"
    assert (sets.method, sets.ratio, sets.replacement, sets.notes) == ("optimal", 1, False, ())


def test_who_lost_every_control_to_others_is_told_so():
    sets = match_optimal([0.0, 0.1, 0.2], [True, True, False], caliper=None)
    assert sets.reason.tolist() == [CONTROL_GIVEN_AWAY, None, None]


def test_a_second_control_never_costs_another_patient_her_first():
    # The control at 1.5 is within reach of both; the patient at 1 has two others, she at 2 has none.
    distance = [1.0, 2.0, 0.5, 1.4, 1.5]
    treated = [True, True, False, False, False]
    sets = match_optimal(distance, treated, caliper=0.55, caliper_scale="raw", ratio=3)
    assert sets.treated_row.tolist() == [0, 0, 1]
    assert sets.control_row.tolist() == [3, 2, 4]
    assert [note.text for note in sets.notes] == ["2 of 2 sets have fewer than 3 controls."]


def test_small_sets_are_dissolved_with_a_reason():
    distance = [0.0, 5.0, 0.1, 0.2, 5.1]
    treated = [True, True, False, False, False]
    sets = match_optimal(distance, treated, caliper=1.0, caliper_scale="raw", ratio=2, min_ratio=2)
    assert sets.subclass.tolist() == [0, -1, 0, 0, -1]
    assert sets.reason.tolist() == [None, SET_DISSOLVED, None, None, SET_DISSOLVED]
    with pytest.raises(EstimationError) as refused:
        match_optimal(distance[1:], treated[1:], caliper=0.05, caliper_scale="raw", ratio=2, min_ratio=2)
    assert str(refused.value).startswith("A pair needs a treated and a control patient at most 0.05 apart; there is")
    with pytest.raises(EstimationError) as refused:
        match_optimal([0.0, 0.1], [True, False], caliper=None, ratio=2, min_ratio=2)
    assert str(refused.value) == (
        "A set needs at least 2 patients beside the one it is built around; of 1 sets none has more than 1. Ask for "
        "fewer or widen the caliper."
    )


def test_sets_round_controls_mirror_those_round_the_treated():
    rng = np.random.default_rng(3)
    treated, distance = rng.random(60) < 0.6, rng.normal(size=60)
    sets = match_optimal(distance, treated, caliper=0.3, ratio=2, estimand="ATC")
    mirrored = match_optimal(distance, ~treated, caliper=0.3, ratio=2)
    assert sets.control_row.tolist() == mirrored.treated_row.tolist()
    assert sets.treated_row.tolist() == mirrored.control_row.tolist()
    np.testing.assert_array_equal(sets.weights, mirrored.weights)
    assert set(sets.reason[treated]) == {None, "no control within the caliper", "not needed as a match"}
    assert set(sets.reason[~treated]) <= {None, "no treated patient within the caliper", TREATED_GIVEN_AWAY}


def test_a_caliper_on_a_column_is_inclusive_in_decimals():
    age = ColumnCaliper(column="age", values=np.array([1.1, 1.0, 1.3]), width=0.1)
    sets = match_optimal([0.0, 0.5, 0.1], [True, False, False], caliper=None, calipers=[age])
    assert sets.control_row.tolist() == [1]
    assert sets.reason[2] == "no treated patient within the caliper"


def test_twenty_thousand_patients_finish_on_the_line_and_in_a_plane():
    rng = np.random.default_rng(11)
    n = 20_000
    treated = rng.random(n) < 0.4
    distance = rng.normal(size=n) + 0.5 * treated
    line = match_optimal(distance, treated, caliper=0.2, ratio=2)
    nearest = match_nearest(distance, treated, caliper=0.2, ratio=2)
    assert line.n_treated >= nearest.n_treated
    assert np.unique(line.control_row).size == line.control_row.size
    assert (line.link_distance <= line.caliper_width).all()
    plane = match_optimal(distance, treated, caliper=0.02, metric=rng.normal(size=(n, 3)))
    assert (np.abs(distance[plane.treated_row] - distance[plane.control_row]) <= plane.caliper_width).all()


def test_too_many_pairs_are_counted_and_refused(monkeypatch):
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 7)
    distance, treated = np.arange(6.0), np.arange(6) % 2 == 0
    with pytest.raises(EstimationError) as refused:
        match_optimal(distance, treated, caliper=None, ratio=2, metric=distance[:, None])
    assert str(refused.value) == (
        "Optimal matching may choose among 3 pairs within the caliper, and there are 9. Narrow the caliper, or match to "
        "the nearest."
    )
    monkeypatch.setattr(candidates, "MOST_COMPARED", 8)
    monkeypatch.setattr(optimal, "MOST_COMPARED", 8)
    for metric in (None, distance[:, None]):
        with pytest.raises(EstimationError, match=r"among [48] pairs within the caliper, and there are [89]\."):
            match_optimal(distance, treated, caliper=None, ratio=2, metric=metric)


def test_settings_out_of_range_are_all_named():
    with pytest.raises(SettingsError) as refused:
        match_optimal([0.0, 1.0], [True, False], caliper=None, ratio=0, min_ratio=2, estimand="ATE")
    assert len(refused.value.problems) == 3
    with pytest.raises(SettingsError) as refused:
        match_optimal([0.0, 1.0], [True, False], caliper=-1, caliper_scale="iqr")
    assert len(refused.value.problems) == 2


def test_patients_who_cannot_be_compared_are_counted():
    age = ColumnCaliper(column="age", values=np.array([np.nan, 60.0, 61.0]), width=5.0)
    with pytest.raises(EstimationError) as refused:
        match_optimal([np.inf, 0.0, 1.0], [True, True, True], caliper=None, calipers=[age])
    assert refused.value.problems == (
        "Matching needs a finite distance for every patient; 1 of 3 have none. Check the propensity model.",
        "A caliper needs a finite number for every patient; in column age 1 of 3 have none. Leave these patients out "
        "or drop this caliper.",
        "Matching needs patients in both arms; found 3 treated and 0 control. Check the treatment column and its two "
        "arms.",
    )


def test_strata_that_share_no_arm_are_refused():
    with pytest.raises(EstimationError, match="no stratum holds both arms"):
        match_optimal([0.0, 1.0], [True, False], caliper=None, strata=[0, 1])
