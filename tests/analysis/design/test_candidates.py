"""The allowed pairs against every pair there is."""

import numpy as np
from hypothesis import given, settings

from analysis.design.candidates import allowed_pairs, line_up, pair_rules
from tests.analysis.design.best_sets import pair_table, small_cases


@settings(max_examples=50, deadline=None)
@given(small_cases(most=20))
def test_the_pairs_listed_are_those_that_keep_every_rule(case):
    distance, treated, options = case
    allowed = pair_table(distance, treated, **options)
    rules = pair_rules(distance, treated, **({"calipers": (), "metric": None} | options))
    line = line_up(rules, rules.arm)
    pairs = allowed_pairs(rules, line)
    found = zip(line.rows[pairs.one].tolist(), line.other_rows[pairs.other].tolist(), strict=True)
    listed = dict(zip(found, pairs.cost.tolist(), strict=True))
    assert listed.keys() == allowed.keys()
    np.testing.assert_allclose([listed[pair] for pair in allowed], list(allowed.values()), rtol=1e-14)
    for row, cheapest in zip(line.rows.tolist(), pairs.cheapest.tolist(), strict=True):
        assert cheapest == min((cost for (one, _), cost in listed.items() if one == row), default=np.inf)
    for row, cheapest in zip(line.other_rows.tolist(), pairs.other_cheapest.tolist(), strict=True):
        assert cheapest == min((cost for (_, other), cost in listed.items() if other == row), default=np.inf)


@settings(max_examples=30, deadline=None)
@given(small_cases(most=20))
def test_for_a_cover_only_pairs_that_save_are_listed(case):
    distance, treated, options = case
    rules = pair_rules(distance, treated, **({"calipers": (), "metric": None} | options))
    line = line_up(rules, rules.arm)
    everything, saving = allowed_pairs(rules, line), allowed_pairs(rules, line, covering=True)
    both = everything.cheapest[everything.one] + everything.other_cheapest[everything.other]
    saves = everything.cost < both
    assert saving.one.tolist() == everything.one[saves].tolist()
    assert saving.other.tolist() == everything.other[saves].tolist()


def test_calipers_are_inclusive_and_strata_pure():
    rules = pair_rules(
        [0.0, 0.5, 0.75, 0.5],
        [True, False, False, False],
        caliper=0.5,
        caliper_scale="raw",
        strata=["a", "a", "a", "b"],
        calipers=(),
        metric=None,
    )
    line = line_up(rules, rules.arm)
    assert line.other_rows[line.first[0] : line.after[0]].tolist() == [1]
    assert rules.has_other.tolist() == [True, True, True, False]
    assert [reach.tolist() for reach in line.in_reach] == [[True], [True, False, False]]
