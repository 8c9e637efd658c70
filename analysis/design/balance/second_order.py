"""Balance of squares and products: whether the arms also agree in spread and in how covariates go together."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analysis.design.balance.before import measure_term, term_before
from analysis.design.balance.convention import USUAL
from analysis.design.balance.measures import checked_arrays, is_binary, weigh_arms
from analysis.design.balance.result import CovariateBalance, collect_balance
from analysis.design.terms import CovariateTerm, covariate_terms
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

MOST_TERMS = 500
"""Squares and products measured; more are more than anyone reads, and each takes as long as a covariate."""


def second_order_balance(
    covariates: pd.DataFrame,
    treated: ArrayLike,
    weights: ArrayLike,
    convention: BalanceSettings | None = None,
    *,
    most_terms: int = MOST_TERMS,
) -> CovariateBalance:
    """Measure how alike the arms are in the squares of numbers and in all products of two terms.

    Parameters
    ----------
    covariates, treated, weights, convention
        As in ``covariate_balance``.
    most_terms : int
        Squares come first, then products in the order of the columns; terms beyond this number are not measured, and
        a note says so.

    Returns
    -------
    CovariateBalance
        Terms are named ``age²`` and ``age × sex=M``; ``covariate`` is the column, or ``age × sex``. Terms that are
        the same in every patient are left out.

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.

    Notes
    -----
    Numbers are centred first, at their mean in the full sample: x² of an age about 60 would only repeat age, and a
    product with a level would repeat the level. Numbers of 0 and 1 only and levels of categories are multiplied as
    they are and have no square; two levels of one category have no product. Austin & Stuart 2015,
    doi:10.1002/sim.6607.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 70.0, 58.0, 62.0], "ecog": [1.0, 0.0, 1.0, 0.0]})
    >>> balance = second_order_balance(table, [True, True, False, False], np.ones(4))
    >>> balance.terms, balance.mean_treated_before, balance.mean_control_before
    (('age²', 'age × ecog'), (100.0, -5.0), (4.0, -1.0))
    """
    arm, weight = checked_arrays(covariates, treated, weights)
    terms = [_centred(term) for term in covariate_terms(covariates, every_level=True)]
    n_terms = sum(1 for _ in _pairs(terms))
    found = (_product(one, other) for one, other in islice(_pairs(terms), most_terms))
    everyone, arms = weigh_arms(arm, np.ones(arm.size)), weigh_arms(arm, weight)
    measures = [measure_term(term, term_before(term, everyone), arms) for term in found if np.ptp(term.values) > 0]
    return collect_balance(
        measures, arm, weight, USUAL if convention is None else convention, _cap_note(n_terms, most_terms)
    )


def _centred(term: CovariateTerm) -> CovariateTerm:
    return term if is_binary(term) else replace(term, values=term.values - term.values.mean())


def _pairs(terms: list[CovariateTerm]) -> Iterator[tuple[CovariateTerm, CovariateTerm]]:
    """A term with itself for its square, then every two terms of different columns."""
    yield from ((term, term) for term in terms if not is_binary(term))
    yield from (pair for pair in combinations(terms, 2) if pair[0].covariate != pair[1].covariate)


def _product(one: CovariateTerm, other: CovariateTerm) -> CovariateTerm:
    square = one is other
    return CovariateTerm(
        name=f"{one.name}²" if square else f"{one.name} × {other.name}",
        covariate=one.covariate if square else f"{one.covariate} × {other.covariate}",
        level=None,
        values=one.values * other.values,
    )


def _cap_note(n_terms: int, most_terms: int) -> tuple[Note, ...]:
    if n_terms <= most_terms:
        return ()
    text = phrase(
        "The covariates have {n_terms:,} squares and products; balance is given for the "
        "first {most_terms:,}, squares before products, in the order of the columns.",
        n_terms=n_terms,
        most_terms=most_terms,
    )
    return (Note(code="second_order_terms_left_out", text=text),)
