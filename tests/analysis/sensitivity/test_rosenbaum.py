"""Rosenbaum bounds: by hand, against R's tails and exact limits, by going through every outcome, by laws, refusals."""

import doctest
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import comb, ndtr

from analysis.errors import EstimationError
from analysis.outcomes.contingency import mcnemar_exact_p
from analysis.sensitivity import rosenbaum as module
from analysis.sensitivity.decisive_sets import DecisiveSets, pair_sets, response_sets
from analysis.sensitivity.rosenbaum import amplification, rosenbaum_bounds
from tests.analysis.sensitivity.sensitivity_reference import sensitivity_reference

# Binomial and convolved tails, summed in another order than R's.
CLOSED_FORM = 1e-10
# R looks for a limit until it moves by less than 1.2e-4 of an odds ratio between 0 and 1, or of its reciprocal.
R_ROOT = 5e-3

CASES = sensitivity_reference()


def sets_of(rows):
    """Rows of size, treated, with outcome, treated with outcome."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return DecisiveSets(
        size=columns[0],
        n_treated=columns[1],
        n_outcome=columns[2],
        n_treated_outcome=columns[3],
        n_sets=len(rows),
        outcome="had the outcome",
    )


def test_a_handful_of_pairs_by_hand():
    # Five pairs all one way: 2·(Γ/(1 + Γ))⁵, which is α where Γ/(1 + Γ) is the fifth root of α/2.
    bounds = rosenbaum_bounds(pair_sets(5, 0), [1.0, 2.0], alpha=0.1)
    assert bounds.p_value == pytest.approx(2 / 32)
    assert bounds.p_upper == pytest.approx([2 / 32, 2 * (2 / 3) ** 5])
    assert bounds.p_lower == pytest.approx([2 / 32, 2 * (1 / 3) ** 5])
    root = 0.05**0.2
    assert bounds.critical_gamma == pytest.approx(root / (1 - root))
    assert (bounds.direction, bounds.treated_outcomes, bounds.expected) == ("more", 5, 2.5)
    assert [note.code for note in bounds.notes] == ["few_decisive_sets"]


def test_a_set_of_one_treated_and_two_controls_by_hand():
    # The treated alone of three: Γ/(Γ + 2); one of two with the outcome among three: 2Γ/(2Γ + 1).
    bounds = rosenbaum_bounds(sets_of([(3, 1, 1, 1), (3, 1, 2, 1)]), [3.0])
    assert bounds.p_value == pytest.approx(2 * (1 / 3) * (2 / 3))
    assert bounds.p_upper[0] == 1.0
    assert bounds.p_lower[0] == pytest.approx(2 * (1 / 7) * (2 / 5))
    assert bounds.critical_gamma is None
    assert bounds.notes[-1].code == "not_significant_without_bias"


@pytest.mark.parametrize("case", CASES["pairs"], ids=lambda case: f"{case['treated_only']}:{case['control_only']}")
def test_pairs_equal_r(case):
    sets = pair_sets(case["treated_only"], case["control_only"])
    for alpha, limit in zip(case["alpha"], case["odds_limit"], strict=True):
        bounds = rosenbaum_bounds(sets, case["gamma"], alpha=alpha)
        np.testing.assert_allclose(bounds.p_upper, case["p_upper"], rtol=CLOSED_FORM)
        np.testing.assert_allclose(bounds.p_lower, case["p_lower"], rtol=CLOSED_FORM)
        # Without significance there is no limit above 1.
        assert bounds.critical_gamma == (pytest.approx(limit, rel=CLOSED_FORM) if limit >= 1 else None)


def test_smoking_and_lung_cancer():
    # The counts of Rosenbaum's example, page 112: a bias of six could explain 110 of 122 pairs, one of four could not.
    bounds = rosenbaum_bounds(pair_sets(110, 12), [4.0, 6.0])
    assert bounds.p_upper[0] / 2 < 0.005
    assert round(bounds.p_upper[1] / 2, 1) == 0.1


@pytest.mark.parametrize("case", CASES["sets"], ids=lambda case: case["name"])
def test_sets_equal_r(case):
    sets = response_sets(
        np.array(case["outcome"], dtype=bool), np.array(case["treated"], dtype=bool), np.array(case["subclass"])
    )
    for alpha, (lower, upper) in zip(case["alpha"], case["limits"], strict=True):
        bounds = rosenbaum_bounds(sets, [1.0, 1.5], alpha=alpha)
        assert bounds.p_value == pytest.approx(min(1, 2 * min(case["p_more"], case["p_fewer"])), rel=CLOSED_FORM)
        limit = lower if bounds.direction == "more" else 1 / upper
        assert bounds.critical_gamma == (pytest.approx(limit, rel=R_ROOT) if limit >= 1 else None)


def every_outcome(rows, odds, observed):
    """The tail, by adding up every combination of counts, each weighed by how many ways and how likely it comes about."""
    choices = []
    for size, treated, outcomes, _ in rows:
        counts = range(max(0, treated + outcomes - size), min(treated, outcomes) + 1)
        weights = [comb(treated, a) * comb(size - treated, outcomes - a) * odds**a for a in counts]
        choices.append([(a, w / sum(weights)) for a, w in zip(counts, weights, strict=True)])
    return sum(
        np.prod([w for _, w in outcome]) for outcome in product(*choices) if sum(a for a, _ in outcome) >= observed
    )


@st.composite
def small_sets(draw):
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        size = draw(st.integers(2, 6))
        treated, outcomes = draw(st.integers(1, size - 1)), draw(st.integers(1, size - 1))
        least, most = max(0, treated + outcomes - size), min(treated, outcomes)
        rows.append((size, treated, outcomes, draw(st.integers(least, most))))
    return rows


@settings(max_examples=50, deadline=None)
@given(small_sets(), st.floats(1.0, 6.0), st.sampled_from([0.05, 0.2]))
def test_every_combination_of_outcomes(rows, gamma, alpha):
    bounds = rosenbaum_bounds(sets_of(rows), [gamma], alpha=alpha)
    if bounds.direction == "fewer":
        rows = [(size, size - treated, outcomes, outcomes - both) for size, treated, outcomes, both in rows]
    observed = sum(row[3] for row in rows)
    tails = [min(1, 2 * every_outcome(rows, odds, observed)) for odds in (1.0, gamma, 1 / gamma)]
    assert [bounds.p_value, bounds.p_upper[0], bounds.p_lower[0]] == pytest.approx(tails)
    if bounds.critical_gamma is None:
        assert tails[0] > alpha
    else:
        assert 2 * every_outcome(rows, bounds.critical_gamma, observed) == pytest.approx(alpha, rel=1e-8)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_more_bias_never_narrows_and_none_is_mcnemar(treated_only, control_only):
    gammas = [1.0, 1.1, 1.7, 3.0, 8.0]
    bounds = rosenbaum_bounds(pair_sets(treated_only, control_only), gammas)
    mirrored = rosenbaum_bounds(pair_sets(control_only, treated_only), gammas)
    assert bounds.p_value == bounds.p_upper[0] == bounds.p_lower[0]
    assert bounds.p_value == pytest.approx(mcnemar_exact_p(treated_only, control_only))
    assert np.all(np.diff(bounds.p_upper) >= 0)
    assert np.all(np.diff(bounds.p_lower) <= 0)
    np.testing.assert_allclose(bounds.p_upper, mirrored.p_upper)
    assert (bounds.critical_gamma is None) == (bounds.p_value > 0.05)
    if bounds.critical_gamma is not None:
        at, just_beyond = rosenbaum_bounds(
            pair_sets(treated_only, control_only), [bounds.critical_gamma, bounds.critical_gamma * 1.001]
        ).p_upper
        assert at == pytest.approx(0.05)
        assert just_beyond > 0.05


def test_many_sets_of_two_kinds_keep_their_precision():
    # 10,000 pairs, of which 5,200 for the treated.
    pairs = [(2, 1, 1, 1)] * 5200 + [(2, 1, 1, 0)] * 4800
    # One treated of three, two with the outcome: a coin with odds 2Γ, 700 of 1,000.
    triples = [(3, 1, 2, 1)] * 700 + [(3, 1, 2, 0)] * 300
    bounds = rosenbaum_bounds(sets_of(pairs + triples), [1.0, 1.05])
    mean, variance = 10000 / 2 + 1000 * 2 / 3, 10000 / 4 + 1000 * 2 / 9
    z = (5900 - 0.5 - mean) / np.sqrt(variance)
    # The normal tail with continuity correction is good to a few percent this far out.
    assert bounds.p_value == pytest.approx(2 * ndtr(-z), rel=0.05)
    assert 1.0 < bounds.critical_gamma < 1.05
    assert bounds.p_upper[1] > 0.05


def test_no_decisive_set_shows_nothing():
    bounds = rosenbaum_bounds(pair_sets(0, 0, 12), [1.0, 2.0])
    assert bounds.p_upper.tolist() == bounds.p_lower.tolist() == [1.0, 1.0]
    assert (bounds.critical_gamma, bounds.n_decisive, bounds.n_sets) == (None, 0, 12)
    assert bounds.notes[0].text.startswith("Only 0 of 12 matched sets tell the arms apart")


@settings(max_examples=30, deadline=None)
@given(st.floats(1.0, 5.0), st.floats(1.01, 5.0))
def test_amplification_gives_gamma_back(gamma, factor):
    treatment = gamma * factor
    outcome = amplification(gamma, treatment)
    assert (treatment * outcome + 1) / (treatment + outcome) == pytest.approx(gamma)


def test_what_cannot_be_used_is_refused():
    with pytest.raises(EstimationError, match="2 of 3 are not") as refused:
        rosenbaum_bounds(pair_sets(5, 0), [0.9, 1.0, float("nan")], alpha=5)
    assert len(refused.value.problems) == 2
    with pytest.raises(EstimationError, match="multiply the odds of treatment by more than Γ"):
        amplification(2.0, 2.0)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_between_one_and_two_levels_nothing_is_significant_and_triples_expect_a_third():
    bounds = rosenbaum_bounds(pair_sets(10, 3))
    assert 0.05 < bounds.p_value < 0.1
    assert "not_significant_without_bias" in [note.code for note in bounds.notes]
    treated = np.array([True, False, False])
    assert rosenbaum_bounds(response_sets(treated, treated, np.zeros(3, dtype=np.int64))).expected == 1 / 3
