"""Full matching against every cover there is, against a linear programme, and along and off the line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import coo_array

from analysis.design import candidates, full
from analysis.design.full import match_full
from analysis.design.optimal import match_optimal
from analysis.errors import EstimationError, SettingsError
from tests.analysis.design.best_sets import best_cover, check_sets, pair_table, small_cases

SUMS = 1e-9
"""Totals of at most some hundred distances, added in another order."""

ARMS = st.sampled_from(([True, False, True, False, False, True], [True, False, False, False, True], [True, False] * 3))


@settings(max_examples=50, deadline=None)
@given(small_cases(arms=ARMS.map(list)), st.sampled_from(("ATT", "ATC", "ATE")))
def test_no_other_cover_is_closer(case, estimand):
    distance, treated, options = case
    allowed = pair_table(distance, treated, **options)
    if not allowed:
        with pytest.raises(EstimationError):
            match_full(distance, treated, estimand=estimand, **options)
        return
    sets = match_full(distance, treated, estimand=estimand, **options)
    assert np.flatnonzero(sets.subclass >= 0).tolist() == sorted({row for pair in allowed for row in pair})
    assert sets.link_distance.sum() == pytest.approx(best_cover(allowed), abs=SUMS)
    check_sets(sets, treated, allowed)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from((0.1, 0.5, None)), st.booleans(), st.integers(1, 3))
def test_equals_the_linear_programme_of_covers(seed, caliper, in_a_plane, n_strata):
    rng = np.random.default_rng(seed)
    n = 90
    treated = rng.random(n) < rng.choice([0.1, 0.3, 0.5])
    treated[:2] = [True, False]
    distance = np.round(rng.normal(size=n) + treated, 2)
    options = {"caliper": caliper, "strata": rng.integers(0, n_strata, n)}
    if in_a_plane:
        options["metric"] = np.round(rng.normal(size=(n, 2)), 1)
    allowed = pair_table(distance, treated, **options)
    if not allowed:
        return
    sets = match_full(distance, treated, **options)
    assert sets.link_distance.sum() == pytest.approx(least_cover(allowed, n), rel=SUMS, abs=SUMS)
    check_sets(sets, treated, allowed)


def least_cover(allowed, n) -> float:
    """HiGHS: of all shares of links by which everyone in reach has at least one, the least total distance."""
    pairs = np.array(list(allowed))
    links = np.arange(len(pairs))
    covers = coo_array((np.ones(2 * links.size), (pairs.T.ravel(), np.tile(links, 2))), shape=(n, links.size)).tocsr()
    solved = linprog(
        list(allowed.values()), A_ub=-covers[np.unique(pairs)], b_ub=-np.ones(np.unique(pairs).size), method="highs"
    )
    assert solved.status == 0
    return solved.fun


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from((0.05, 0.3, None)), st.sampled_from((1, 50, 10**6)))
def test_the_line_and_the_assignment_agree(seed, caliper, cells):
    rng = np.random.default_rng(seed)
    treated = rng.random(200) < 0.3
    distance = np.round(rng.normal(size=200) + treated, rng.integers(1, 9))
    options = {"caliper": caliper, "strata": rng.integers(0, 3, 200)}
    with pytest.MonkeyPatch.context() as patched:
        # The way back may be kept in blocks of any size.
        patched.setattr(full, "BLOCK_CELLS", cells)
        line = match_full(distance, treated, **options)
    assignment = match_full(distance, treated, metric=distance[:, None], **options)
    assert line.link_distance.sum() == pytest.approx(assignment.link_distance.sum(), abs=SUMS)
    assert line.reason.tolist() == assignment.reason.tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_neither_rows_nor_the_estimand_change_the_sets(seed, in_a_plane):
    rng = np.random.default_rng(seed)
    treated, distance = rng.random(100) < 0.4, rng.normal(size=100)
    metric, shuffled = rng.normal(size=(100, 2)), rng.permutation(100)
    first = match_full(distance, treated, caliper=0.5, metric=metric if in_a_plane else None)
    again = match_full(
        distance[shuffled],
        treated[shuffled],
        caliper=0.5,
        estimand="ATC",
        metric=metric[shuffled] if in_a_plane else None,
    )
    found = zip(shuffled[again.treated_row].tolist(), shuffled[again.control_row].tolist(), strict=True)
    assert set(found) == set(zip(first.treated_row.tolist(), first.control_row.tolist(), strict=True))


def test_two_sets_by_hand():
    # A control between two patients serves both; the patient far right has two controls of her own.
    distance = [0.0, 0.2, 5.0, 0.1, 4.9, 5.2, 9.0]
    treated = [True, True, True, False, False, False, False]
    sets = match_full(distance, treated, caliper=1.0, caliper_scale="raw", estimand="ATT")
    assert sets.subclass.tolist() == [0, 0, 1, 0, 1, 1, -1]
    assert sets.treated_row.tolist() == [0, 1, 2, 2]
    assert sets.control_row.tolist() == [3, 3, 4, 5]
    assert sets.reason[6] == "no treated patient within the caliper"
    assert sets.ratio is None
    # Controls weigh 2, 1/2 and 1/2 before they are scaled to a mean of 1.
    np.testing.assert_allclose(sets.weights, [1, 1, 1, 2, 0.5, 0.5, 0])
    assert sets.effective_sample_size_control == pytest.approx(9 / 4.5)
    # To stand for the controls: treated patients weigh 1/2, 1/2 and 2.
    sets = match_full(distance, treated, caliper=1.0, caliper_scale="raw", estimand="ATC")
    np.testing.assert_allclose(sets.weights, [0.5, 0.5, 2, 1, 1, 1, 0])
    # To stand for all: 3/2, 3/2, 3 among the treated, whose mean is 2, and 3, 3/2, 3/2 among the controls.
    sets = match_full(distance, treated, caliper=1.0, caliper_scale="raw", estimand="ATE")
    np.testing.assert_allclose(sets.weights, [0.75, 0.75, 1.5, 1.5, 0.75, 0.75, 0])


def test_tied_patients_fall_into_stars():
    sets = match_full([0.0] * 6, [True, True, True, False, False, False], caliper=None, metric=np.zeros((6, 2)))
    check_sets(sets, np.arange(6) < 3, dict.fromkeys(((i, j) for i in range(3) for j in range(3, 6)), 0.0))


def test_a_patient_who_carries_many_is_noted():
    distance = np.concatenate(([0.0, 50.0], np.full(12, 0.1), [50.0]))
    sets = match_full(distance, np.arange(15) < 2, caliper=1.0, caliper_scale="raw")
    assert [(note.code, note.text) for note in sets.notes] == [
        ("large_sets", "1 set hangs on one treated patient with more than 10 controls, the largest with 12.")
    ]


def test_everyone_in_reach_is_kept_and_closer_than_in_optimal_pairs():
    rng = np.random.default_rng(4)
    treated = rng.random(300) < 0.4
    distance = rng.normal(size=300) + treated
    sets, pairs = match_full(distance, treated, caliper=0.2), match_optimal(distance, treated, caliper=0.2)
    assert sets.n_treated >= pairs.n_treated
    assert sets.link_distance.mean() < pairs.link_distance.mean()
    assert not set(sets.reason) - {None, "no control within the caliper", "no treated patient within the caliper"}


def test_twenty_thousand_patients_finish_on_the_line_and_in_a_plane():
    rng = np.random.default_rng(11)
    n = 20_000
    treated = rng.random(n) < 0.4
    distance = rng.normal(size=n) + 0.5 * treated
    for metric in (None, rng.normal(size=(n, 3))):
        sets = match_full(distance, treated, caliper=0.05, estimand="ATE", metric=metric)
        members = np.bincount(sets.subclass[sets.subclass >= 0], weights=treated[sets.subclass >= 0])
        sizes = np.bincount(sets.subclass[sets.subclass >= 0])
        assert (np.minimum(members, sizes - members) == 1).all()
        assert sets.link_distance.size == sizes.sum() - sizes.size


def test_too_many_pairs_are_refused(monkeypatch):
    distance, treated = np.arange(8.0), np.arange(8) % 2 == 0
    monkeypatch.setattr(full, "MOST_COMPARED", 6)
    with pytest.raises(EstimationError, match="among 6 pairs within the caliper, and there are 7"):
        match_full(distance, treated, caliper=None)
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 6)
    with pytest.raises(EstimationError, match="among 6 pairs within the caliper, and there are 7"):
        match_full(distance, treated, caliper=None, metric=distance[:, None])


def test_an_unknown_estimand_and_no_pair_are_refused():
    with pytest.raises(SettingsError, match="must be ATT, ATC or ATE"):
        match_full([0.0, 1.0], [True, False], caliper=None, estimand="ATO")
    for metric in (None, np.array([[0.0], [1.0]])):
        with pytest.raises(EstimationError, match=r"at most 0\.1 apart; there is none"):
            match_full([0.0, 1.0], [True, False], caliper=0.1, caliper_scale="raw", metric=metric)
