"""Comparisons within sets from counts of each kind of risk set are those from every risk set."""

import numpy as np
from hypothesis import given, settings

from analysis.outcomes.cox_kernel import RiskSets, logrank_sums, score_and_information
from analysis.outcomes.follow_up import sort_follow_up
from analysis.outcomes.logrank import arm_risk_sets
from analysis.outcomes.stratum_kernel import SMALL, stratum_sums
from tests.analysis.outcomes.survival_reference import cohorts

ROUNDING = 1e-12
"""The same terms in another order."""


def sums(follow_up):
    return stratum_sums(follow_up.event, follow_up.treated, follow_up.starts, follow_up.cluster, follow_up.n_clusters)


def test_pairs_come_by_kind():
    # In two pairs the treated patient has the event first, in one the control; the last event of a pair has no partner.
    time, event = [1, 2, 3, 4, 1, 2], [True, True, True, True, False, True]
    treated, cluster = [True, False, True, False, True, False], [1, 1, 2, 2, 3, 3]
    observed, expected, variance, amounts, n_events = sums(sort_follow_up(time, event, treated, cluster=cluster))
    assert (observed, expected, variance) == (2.0, 1.0, 0.5)
    np.testing.assert_array_equal(amounts, [[2.0], [2.0], [2.0], [0.0]])
    np.testing.assert_array_equal(n_events, [1])


@settings(max_examples=50, deadline=None)
@given(cohorts())
def test_sums_and_likelihood_are_those_of_every_risk_set(cohort):
    check(cohort["time"], cohort["event"], cohort["treated"], cohort["cluster"])


def test_large_strata_too():
    rng = np.random.default_rng(7)
    n = 40 * SMALL
    time, event = rng.integers(1, 30, n), rng.random(n) < 0.7
    check(time, event, rng.random(n) < 0.4, rng.integers(0, 9, n) // 4)


def check(time, event, treated, cluster):
    found = sums(sort_follow_up(time, event, treated, cluster=cluster))
    every = arm_risk_sets(sort_follow_up(time, event, treated, stratum=cluster))
    np.testing.assert_allclose(found[:3], logrank_sums(every), rtol=ROUNDING, atol=ROUNDING)
    by_kind = RiskSets(*found[3], found[4])
    for beta in (-1.5, 0.0, 0.4):
        ours, theirs = score_and_information(by_kind, beta), score_and_information(every, beta)
        np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=ROUNDING * time.size)
