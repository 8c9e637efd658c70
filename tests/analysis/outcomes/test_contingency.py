"""Tests of two-by-two tables."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from analysis.outcomes.contingency import (
    TwoByTwo,
    fisher_p,
    likelihood_ratio_p,
    mcnemar_exact_p,
    mcnemar_mid_p,
    pearson_p,
    too_small_for_chi_squared,
    yates_p,
)

# Closed forms; R prints 15 digits of chi-squared tails.
R_TOLERANCE = 1e-10

# R sums factorial-based probabilities, which in tables of thousands differ in the ninth digit.
FISHER_TOLERANCE = 1e-8

# treated count, treated n, control count, control n: chisq.test(correct = FALSE), chisq.test, fisher.test, G test in R
IN_R = {
    (10, 25, 3, 25): (0.0240149127613459, 0.0530544285688799, 0.0506710401904936, 0.0212172501049504),
    (3, 25, 2, 25): (0.637351888233937, 1.0, 1.0, 0.63632618610076),
    (21, 56, 7, 67): (0.000366290718675641, 0.000815883663784355, 0.000473835268532746, 0.000311909577020593),
    (7, 56, 4, 67): (0.206298143422463, 0.343858915299266, 0.224589127350701, 0.206162797353776),
    (0, 12, 5, 14): (0.0212506027444433, 0.0711670459797013, 0.0424749163879599, 0.0072598953007695),
    (9, 9, 4, 7): (0.0293451081748419, 0.125215972680867, 0.0625, 0.0152984470554766),
    (130, 300, 90, 310): (0.000235697156275339, 0.000326904363015725, 0.000281088325261663, 0.000228933838677067),
    (1, 40, 9, 500): (0.75201084724492, 0.999999999999979, 0.539922131606298, 0.763072187879391),
    (5200, 10400, 4900, 10100): (0.0334692133090472, 0.0346489439108211, 0.0337053616939913, 0.0334655808354405),
}


def two_by_two(treated_count, treated_n, control_count, control_n):
    return TwoByTwo(treated_count=treated_count, treated_n=treated_n, control_count=control_count, control_n=control_n)


@pytest.mark.parametrize(("counts", "p_values"), IN_R.items())
def test_tests_are_those_of_r(counts, p_values):
    table = two_by_two(*counts)
    pearson, yates, fisher, likelihood_ratio = p_values
    assert pearson_p(table) == pytest.approx(pearson, rel=R_TOLERANCE)
    # A correction that eats the whole deviation leaves a p-value within rounding of 1.
    assert yates_p(table) == pytest.approx(yates, rel=R_TOLERANCE)
    assert fisher_p(table) == pytest.approx(fisher, rel=FISHER_TOLERANCE)
    assert likelihood_ratio_p(table) == pytest.approx(likelihood_ratio, rel=R_TOLERANCE)


def test_worked_figures_of_the_published_response_tables():
    mrecist, recist = two_by_two(10, 25, 3, 25), two_by_two(3, 25, 2, 25)
    assert round(pearson_p(mrecist), 4) == 0.0240
    assert round(yates_p(mrecist), 4) == 0.0531
    assert round(fisher_p(mrecist), 4) == 0.0507
    assert round(likelihood_ratio_p(mrecist), 4) == 0.0212
    assert fisher_p(recist) == 1.0
    assert round(pearson_p(recist), 3) == 0.637


def test_fisher_by_hand():
    # Lady tasting tea, 3 of 4 right: tables 0, 1, 3, 4 of probability (1, 16, 16, 1)/70 are no more likely than hers.
    assert fisher_p(two_by_two(3, 4, 1, 4)) == pytest.approx(34 / 70)


def test_fisher_counts_equally_likely_tables_of_the_other_side():
    # Tables 0 and 3 of 3 responders among 5 and 5 are equally likely, whatever rounding says.
    assert fisher_p(two_by_two(0, 5, 3, 5)) == pytest.approx(2 * 10 / 120)


def test_fisher_holds_in_a_table_of_two_million():
    # 1,500,000 tables are possible here; the normal approximation is good to four digits.
    table = two_by_two(500_500, 1_000_000, 499_000, 1_000_000)
    assert fisher_p(table) == pytest.approx(yates_p(table), rel=1e-4)


@pytest.mark.parametrize("counts", [(0, 10, 0, 10), (10, 10, 7, 7)])
def test_no_variation_leaves_only_fisher(counts):
    table = two_by_two(*counts)
    assert pearson_p(table) is None
    assert yates_p(table) is None
    assert likelihood_ratio_p(table) is None
    assert fisher_p(table) == 1.0
    assert too_small_for_chi_squared(table)


def test_equal_rates_have_p_of_one():
    table = two_by_two(1, 5, 1, 5)
    assert [test(table) for test in (pearson_p, yates_p, likelihood_ratio_p, fisher_p)] == [1.0] * 4


def test_chi_squared_needs_five_expected_in_every_cell():
    assert not too_small_for_chi_squared(two_by_two(5, 10, 5, 10))
    # 5 of 14 expected without the outcome; as 14 · (1 − 18/28) it would come out below 5.
    assert not too_small_for_chi_squared(two_by_two(9, 14, 9, 14))
    assert too_small_for_chi_squared(two_by_two(5, 10, 4, 10))
    assert too_small_for_chi_squared(two_by_two(10, 10, 6, 10))


# Fagerland, Lydersen & Laake 2013, tables 1 and 2: airway response in 21 children; R's binom.test for the others.
@pytest.mark.parametrize(
    ("treated_only", "control_only", "exact", "mid"),
    [(1, 7, 0.0703125, 0.0390625), (6, 16, 0.0524787902832032, 0.034690)],
)
def test_paired_tests_as_published(treated_only, control_only, exact, mid):
    assert mcnemar_exact_p(treated_only, control_only) == pytest.approx(exact, rel=R_TOLERANCE)
    assert mcnemar_mid_p(treated_only, control_only) == pytest.approx(mid, abs=5e-7)


def test_paired_tests_by_hand():
    # 0 of 2: exact 2 · 1/4, mid-p 1/2 − 1/4. 1 of 2, an even split: exact 1, mid-p 1 − (1/2)/2.
    assert (mcnemar_exact_p(0, 2), mcnemar_mid_p(0, 2)) == (0.5, 0.25)
    assert (mcnemar_exact_p(1, 1), mcnemar_mid_p(1, 1)) == (1.0, 0.75)
    assert (mcnemar_exact_p(0, 0), mcnemar_mid_p(0, 0)) == (1.0, 1.0)


tables = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(
    lambda n: st.builds(two_by_two, st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_arms_and_outcome_may_be_exchanged(table):
    exchanged = two_by_two(table.control_count, table.control_n, table.treated_count, table.treated_n)
    negated = two_by_two(
        table.treated_n - table.treated_count, table.treated_n, table.control_n - table.control_count, table.control_n
    )
    for test in (pearson_p, yates_p, likelihood_ratio_p, fisher_p):
        p = test(table)
        if p is None:
            assert test(exchanged) is None
            assert test(negated) is None
        else:
            assert 0 <= p <= 1
            assert test(exchanged) == pytest.approx(p, rel=1e-9)
            assert test(negated) == pytest.approx(p, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_fisher_adds_the_hypergeometric_tables_no_more_likely(table):
    responders = table.treated_count + table.control_count
    probability = hypergeom.pmf(
        np.arange(table.treated_n + 1), table.treated_n + table.control_n, responders, table.treated_n
    )
    observed = probability[table.treated_count]
    assert fisher_p(table) == pytest.approx(math.fsum(probability[probability <= observed * (1 + 1e-7)]), rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 80), st.integers(0, 80))
def test_mid_p_never_exceeds_exact(treated_only, control_only):
    exact, mid = mcnemar_exact_p(treated_only, control_only), mcnemar_mid_p(treated_only, control_only)
    assert 0 < mid <= exact <= 1
    assert mcnemar_exact_p(control_only, treated_only) == exact
    assert mcnemar_mid_p(control_only, treated_only) == mid
