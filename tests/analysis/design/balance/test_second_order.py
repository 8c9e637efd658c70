"""Squares and products: by hand, against R, and their limits."""

import numpy as np
import pandas as pd
import pytest

from analysis.design.balance import second_order_balance
from analysis.settings import BalanceSettings
from tests.analysis.design.cohorts import reference_cohort
from tests.analysis.design.references import reference

# Squares lose a few digits of the fifteen that R printed.
TOLERANCE = 1e-9


@pytest.mark.parametrize("name", ["gbsg", "veteran"])
def test_squares_and_products_equal_r(name):
    cohort, expected = reference_cohort(name), reference("balance", name)
    found = second_order_balance(cohort.covariates, cohort.treated, expected["weights"])
    assert found.terms == tuple(expected["second_order"])
    differences = np.array([found.smd_before, found.smd_after]).T
    expected_differences = np.array(list(expected["second_order"].values()))
    assert differences == pytest.approx(expected_differences, rel=TOLERANCE, abs=TOLERANCE)


def test_which_terms_there_are():
    table = pd.DataFrame(
        {
            "age": [50.0, 70.0, 58.0, 62.0, 61.0, 59.0],
            "ecog": [1.0, 0.0, 1.0, 0.0, 1.0, 0.0],
            "sex": pd.Categorical(list("MFMFFM")),
            "grade": pd.Categorical(list("ABCABC")),
        }
    )
    found = second_order_balance(table, [True] * 3 + [False] * 3, np.ones(6))
    # No square of an indicator, no product of two grades; ecog × grade=A and B are M and F of one patient each.
    assert found.terms[:4] == ("age²", "age × ecog", "age × sex=M", "age × grade=A")
    assert found.covariate[:4] == ("age", "age × ecog", "age × sex", "age × grade")
    assert "grade=A × grade=B" not in found.terms
    assert "ecog²" not in found.terms
    kinds = dict(zip(found.terms, found.kind, strict=True))
    assert (kinds["age × sex=M"], kinds["ecog × sex=M"]) == ("continuous", "binary")


def test_a_product_that_is_the_same_in_everyone_is_left_out():
    table = pd.DataFrame({"ecog": [1.0, 0.0, 1.0, 0.0], "fit": [0.0, 1.0, 0.0, 1.0]})
    found = second_order_balance(table, [True, True, False, False], np.ones(4))
    assert found.terms == ()
    assert found.largest_smd_after is None


def test_terms_beyond_the_limit_are_counted():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(rng.normal(size=(20, 5)), columns=list("abcde"))
    treated = np.arange(20) < 9
    found = second_order_balance(table, treated, np.ones(20), BalanceSettings(denominator="treated"), most_terms=7)
    assert found.terms == ("a²", "b²", "c²", "d²", "e²", "a × b", "a × c")
    assert found.notes[0].text.startswith(
        "The covariates have 15 squares and products; balance is given for the first 7,"
    )
    assert not second_order_balance(table, treated, np.ones(20), most_terms=15).notes
