"""The best assignment against every assignment there is."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import assignment
from analysis.design.assignment import assign_pairs
from analysis.errors import EstimationError

SUMS = 1e-9
"""Sums of a handful of costs with one decimal."""


def best_by_trying(first: list[int], second: list[int], cost: list[float]) -> tuple[int, float]:
    """Most pairs, then least cost, over all choices of allowed pairs."""
    best = (0, 0.0)
    for choice in range(1 << len(first)):
        picked = [place for place in range(len(first)) if choice >> place & 1]
        ends = [first[place] for place in picked], [second[place] for place in picked]
        if any(len(set(end)) < len(picked) for end in ends):
            continue
        total = sum(cost[place] for place in picked)
        if len(picked) > best[0] or (len(picked) == best[0] and total < best[1]):
            best = (len(picked), total)
    return best


@given(
    pairs=st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(0, 30).map(lambda tenths: tenths / 10), max_size=9
    )
)
@settings(max_examples=60, deadline=None)
def test_no_other_choice_has_more_pairs_or_costs_less(pairs: dict[tuple[int, int], float]) -> None:
    first, second = [ends[0] for ends in pairs], [ends[1] for ends in pairs]
    cost = list(pairs.values())
    chosen = assign_pairs(np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), np.array(cost), 5, 5)
    assert len({first[place] for place in chosen}) == len({second[place] for place in chosen}) == len(chosen)
    n_pairs, total = best_by_trying(first, second, cost)
    assert len(chosen) == n_pairs
    assert sum(cost[place] for place in chosen) == pytest.approx(total, abs=SUMS)


PAIRS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(pairs=st.dictionaries(PAIRS, st.integers(-20, 10).map(lambda tenths: tenths / 10), min_size=1, max_size=9))
@settings(max_examples=50, deadline=None)
def test_left_to_save_it_takes_no_pair_that_costs(pairs: dict[tuple[int, int], float]) -> None:
    first, second = np.array(list(pairs)).T
    cost = np.array(list(pairs.values()))
    chosen = assign_pairs(first, second, cost, 5, 5, as_many_as_possible=False)
    least = min(
        (
            cost[list(picked)].sum()
            for size in range(len(pairs) + 1)
            for picked in combinations(range(len(pairs)), size)
            if len(set(first[list(picked)])) == len(set(second[list(picked)])) == size
        ),
    )
    assert cost[chosen].sum() == pytest.approx(least, abs=SUMS)


@given(
    pairs=st.dictionaries(PAIRS, st.integers(0, 30).map(lambda tenths: tenths / 10), min_size=1, max_size=9),
    urgent=st.lists(st.booleans(), min_size=5, max_size=5),
)
@settings(max_examples=50, deadline=None)
def test_the_urgent_come_first_and_cost_nobody_a_pair(pairs: dict[tuple[int, int], float], urgent: list[bool]) -> None:
    first, second = np.array(list(pairs)).T
    cost = np.array(list(pairs.values()))
    chosen = assign_pairs(first, second, cost, 5, 5, urgent=np.array(urgent))
    best = (0, 0, 0.0)
    for size in range(len(pairs) + 1):
        for picked in map(list, combinations(range(len(pairs)), size)):
            if len(set(first[picked])) == len(set(second[picked])) == size:
                n_urgent = sum(urgent[person] for person in first[picked])
                best = min(best, (-size, -n_urgent, cost[picked].sum()))
    n_urgent = sum(urgent[person] for person in first[chosen])
    assert (chosen.size, n_urgent) == (-best[0], -best[1])
    assert cost[chosen].sum() == pytest.approx(best[2], abs=SUMS)


def test_more_candidates_than_fit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "MOST_CANDIDATES", 2)
    ends = np.array([0, 0, 1]), np.array([0, 1, 0])
    with pytest.raises(EstimationError) as refused:
        assign_pairs(*ends, np.ones(3), 2, 2)
    assert str(refused.value) == (
        "Optimal matching may choose among 2 pairs within the caliper, and there are 3. Narrow the caliper, or match to "
        "the nearest."
    )
