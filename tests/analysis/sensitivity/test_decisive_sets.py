"""Sets that tell the arms apart: by hand, against R's stratified log-rank test, by law, and what is refused."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.sensitivity import decisive_sets as module
from analysis.sensitivity.decisive_sets import pair_sets, response_sets, survival_sets
from tests.analysis.sensitivity.sensitivity_reference import sensitivity_reference

# Halves and quarters are added in R too; only the expected numbers are rounded.
CLOSED_FORM = 1e-10

SURVIVAL = sensitivity_reference()["survival"]


def table(sets):
    return list(
        zip(
            sets.size.tolist(),
            sets.n_treated.tolist(),
            sets.n_outcome.tolist(),
            sets.n_treated_outcome.tolist(),
            strict=True,
        )
    )


def survival_of(rows):
    """Rows of set, treated, time, event."""
    subclass, treated, time, event = (np.array(column) for column in zip(*rows, strict=True))
    return survival_sets(time.astype(float), event.astype(bool), treated.astype(bool), subclass)


def test_responses_by_hand():
    # Set 0 decides for the treated, 1 agrees, 2 has two controls, 3 lacks a control, -1 is outside any.
    subclass = np.array([0, 0, 1, 1, 2, 2, 2, 3, -1, -1])
    treated = np.array([1, 0, 1, 0, 1, 0, 0, 1, 1, 0], dtype=bool)
    outcome = np.array([1, 0, 1, 1, 0, 1, 0, 1, 1, 0], dtype=bool)
    sets = response_sets(outcome, treated, subclass)
    assert sets.n_sets == 3
    assert table(sets) == [(2, 1, 1, 1), (3, 1, 1, 0)]
    assert not sets.pairs


@pytest.mark.parametrize(
    ("treated", "control", "decision"),
    [
        ((5, 1), (8, 1), [(2, 1, 1, 1)]),
        ((8, 1), (5, 1), [(2, 1, 1, 0)]),
        ((8, 0), (5, 1), [(2, 1, 1, 0)]),
        # Censored at the time of the other's event: still followed. Before it: unknown who would have been first.
        ((5, 0), (5, 1), [(2, 1, 1, 0)]),
        ((4, 0), (5, 1), []),
        ((5, 1), (5, 1), []),
        ((5, 1), (5 + 1e-9, 1), []),
        ((5, 0), (8, 0), []),
    ],
)
def test_pairs_by_hand(treated, control, decision):
    # A second pair, always decided for the treated, keeps its place.
    sets = survival_of([(7, 1, *treated), (7, 0, *control), (9, 1, 1, 1), (9, 0, 2, 1)])
    assert sets.n_sets == 2
    assert table(sets) == [*decision, (2, 1, 1, 1)]


def test_only_the_first_event_of_a_larger_set_counts():
    # A control censored at 2 has left; at 3 two controls have the event, beside the treated and another control.
    rows = [(0, 0, 2, 0), (0, 0, 3, 1), (0, 0, 3, 1), (0, 1, 6, 1), (0, 0, 9, 0)]
    assert table(survival_of(rows)) == [(4, 1, 2, 0)]
    # Once the treated has left, nothing can be told.
    assert table(survival_of([(0, 1, 1, 0), *rows[:3], rows[4]])) == []


@pytest.mark.parametrize("case", SURVIVAL, ids=lambda case: case["name"])
def test_decisive_pairs_are_the_stratified_logrank_test(case):
    sets = survival_sets(
        np.array(case["time"], dtype=float),
        np.array(case["event"], dtype=bool),
        np.array(case["treated"], dtype=bool),
        np.array(case["subclass"]),
    )
    n, first = sets.size.size, int(sets.n_treated_outcome.sum())
    assert sets.pairs
    assert first - n / 2 == pytest.approx(case["excess"], rel=CLOSED_FORM)
    assert n / 4 == pytest.approx(case["variance"], rel=CLOSED_FORM)
    assert (2 * first - n) ** 2 / n == pytest.approx(case["chi_squared"], rel=CLOSED_FORM)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_patients_and_unit_of_time_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    subclass = np.concatenate([np.repeat(np.arange(6), 3), [-1, -1]])
    treated = np.tile([True, False, False], 7)[:20]
    time, event = rng.integers(1, 8, 20).astype(float), rng.random(20) < 0.6
    order = rng.permutation(20)
    plain = survival_sets(time, event, treated, subclass)
    shuffled = survival_sets(12 * time[order], event[order], treated[order], subclass[order])
    assert table(plain) == table(shuffled)
    assert table(response_sets(event, treated, subclass)) == table(
        response_sets(event[order], treated[order], subclass[order])
    )


def test_counts_of_pairs():
    sets = pair_sets(3, 1, 10)
    assert (sets.n_sets, sets.size.size, int(sets.n_treated_outcome.sum())) == (10, 4, 3)
    assert pair_sets(3, 1).n_sets == 4


def test_what_cannot_be_used_is_refused():
    flags = np.array([True, False, True])
    with pytest.raises(EstimationError, match="the lengths are 3, 2, 3"):
        response_sets(flags, flags[:2], np.zeros(3, dtype=int))
    with pytest.raises(EstimationError, match="0 sets hold patients of both arms"):
        response_sets(flags, flags, np.full(3, -1))
    with pytest.raises(EstimationError, match="0 sets hold patients of both arms"):
        survival_sets(np.ones(3), flags, flags, np.arange(3))
    with pytest.raises(EstimationError, match="5 and 4 of 8 were given"):
        pair_sets(5, 4, 8)
    with pytest.raises(EstimationError, match="must not be negative"):
        pair_sets(-1, 4)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
