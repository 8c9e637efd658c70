"""What is measured of terms before any design, found once for a table and kept while the table lives."""

import weakref
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.balance.kernel import are_levels, count_levels, distribution_gaps, level_codes
from analysis.design.balance.measures import ArmMoments, TermMeasures, WeightedArms, is_binary, weigh_arms
from analysis.design.terms import CovariateTerm, covariate_terms


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TermBefore:
    """A term among all patients, ready to be weighted.

    Attributes
    ----------
    binary : bool
        A level of a category, or a number of 0 and 1 only.
    levels : ndarray of float64, shape (k,)
        Its distinct values, ascending.
    code : ndarray of int32, shape (n,)
        Each patient's value by its place among them.
    counts : ndarray of int64, shape (k, 2)
        Treated and controls with each value; all 0 for a binary term, whose mean tells it.
    treated, control : ArmMoments
    """

    binary: bool
    levels: NDArray[np.float64]
    code: NDArray[np.int32]
    counts: NDArray[np.int64]
    treated: ArmMoments
    control: ArmMoments


def term_before(term: CovariateTerm, arms: WeightedArms) -> TermBefore:
    """Measure a term among all patients.

    Parameters
    ----------
    term : CovariateTerm
        Without missing values.
    arms : WeightedArms
        Everyone alike.
    """
    values = np.ascontiguousarray(term.values)
    binary = is_binary(term)
    treated, control = arms.moments(values, binary=binary)
    if binary:
        levels, code, counts = np.array([0.0, 1.0]), values.astype(np.int32), np.zeros((2, 2), dtype=np.int64)
    else:
        levels, code = level_codes(values, np.argsort(values))
        counts = count_levels(code, levels.size, arms.arm)
    return TermBefore(binary=binary, levels=levels, code=code, counts=counts, treated=treated, control=control)


def measure_term(term: CovariateTerm, before: TermBefore, arms: WeightedArms, *, n_missing: int = 0) -> TermMeasures:
    """Measure one term in the patients given, in the full sample and under the weights.

    Parameters
    ----------
    term : CovariateTerm
    before : TermBefore
        The same term of the same patients.
    arms : WeightedArms
        Under the design's weights.
    n_missing : int
        Patients of whom nothing is known.
    """
    treated, control = arms.moments(np.ascontiguousarray(term.values), binary=before.binary)
    if before.binary:
        apart, apart_after = abs(before.treated.mean - before.control.mean), abs(treated.mean - control.mean)
        gaps = (apart, apart, apart_after, apart_after)
    else:
        found = distribution_gaps(before.code, before.counts, arms.arm, arms.weight).tolist()
        gaps = (found[0], found[1], found[2], found[3])
    return TermMeasures(
        term=term.name,
        covariate=term.covariate,
        binary=before.binary,
        treated_before=before.treated,
        control_before=before.control,
        treated_after=treated,
        control_after=control,
        gaps=gaps,
        n_missing=n_missing,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kept:
    """What was found in a table for some arms."""

    table: weakref.ref[pd.DataFrame]
    arm: NDArray[np.bool_]
    terms: dict[str, TermBefore]


_TABLES: dict[int, _Kept] = {}


def terms_before(covariates: pd.DataFrame, arm: NDArray[np.bool_]) -> Iterator[tuple[CovariateTerm, TermBefore]]:
    """Every term of a table, and what it is before any design.

    A new caliper changes neither; values are looked at again each time, and measured again only where they differ.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numbers or categoricals, without missing values.
    arm : ndarray of bool, shape (n,)
        True for the treated; both arms hold patients.
    """
    kept = _kept(covariates, arm)
    everyone = None
    for term in covariate_terms(covariates, every_level=True):
        found = kept.get(term.name)
        if found is None or not are_levels(np.ascontiguousarray(term.values), found.levels, found.code):
            everyone = weigh_arms(arm, np.ones(arm.size)) if everyone is None else everyone
            found = kept[term.name] = term_before(term, everyone)
        yield term, found


def _kept(covariates: pd.DataFrame, arm: NDArray[np.bool_]) -> dict[str, TermBefore]:
    key = id(covariates)
    found = _TABLES.get(key)
    if found is None or found.table() is not covariates or not np.array_equal(found.arm, arm):
        table = weakref.ref(covariates, lambda _: _TABLES.pop(key, None))
        found = _TABLES[key] = _Kept(table=table, arm=arm.copy(), terms={})
    return found.terms
