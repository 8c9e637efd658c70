"""Who was left out: whom the design compares, beside whom it started with, in each arm."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.design.balance import effective_sample_size
from analysis.design.balance.convention import USUAL
from analysis.design.balance.measures import arm_moments, checked_arrays, is_binary, root
from analysis.design.balance.result import largest_size
from analysis.design.terms import CovariateTerm, covariate_terms
from analysis.phrases import phrase
from analysis.settings import BalanceSettings

Entries = tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmLeftOut:
    """One arm's patients as it was, those compared, and those left out; one entry per term.

    Attributes
    ----------
    n_original, n_compared, n_left_out : int
        Patients of the arm; those with a weight above 0; the others.
    effective_sample_size : float
        (Σw)²/Σw² of those compared.
    mean_original : tuple of float
        Means (shares of a level) of all patients of the arm, each counted once.
    mean_compared : tuple of float
        The same of those compared, under the design's weights: whom the effect refers to.
    mean_left_out : tuple of float or None
        The same of those left out, each counted once; None when nobody was.
    smd_compared : tuple of float or None
        Compared − original, over the standard deviation of the arm's original patients: how far the design has moved.
    smd_left_out : tuple of float or None
        Left out − compared, over the same.
    largest_smd_compared, largest_smd_left_out : float or None
        Largest absolute value of these.
    moved : tuple of int
        Positions of the terms, the one that moved most (by |``smd_compared``|) first; without those that cannot be told.
    """

    n_original: int
    n_compared: int
    n_left_out: int
    effective_sample_size: float
    mean_original: tuple[float, ...]
    mean_compared: tuple[float, ...]
    mean_left_out: Entries
    smd_compared: Entries
    smd_left_out: Entries
    largest_smd_compared: float | None
    largest_smd_left_out: float | None
    moved: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeftOut:
    """Who was left out of each arm, and how the effect's patients differ from the arm's.

    Attributes
    ----------
    terms, covariate, kind : tuple of str
        As in ``CovariateBalance``.
    treated, control : ArmLeftOut
        The two arms.
    method : str
        What differences are divided by.
    """

    terms: tuple[str, ...]
    covariate: tuple[str, ...]
    kind: tuple[str, ...]
    treated: ArmLeftOut
    control: ArmLeftOut
    method: str

    def to_table(self) -> pd.DataFrame:
        """One row per arm and term: means of the original, the compared and the left out, and both differences."""
        tables = []
        for label, arm in (("treated", self.treated), ("control", self.control)):
            columns = {
                "arm": [label] * len(self.terms),
                "term": self.terms,
                "covariate": self.covariate,
                "mean_original": arm.mean_original,
                "mean_compared": arm.mean_compared,
                "mean_left_out": pd.Series(arm.mean_left_out, dtype=object),
                "smd_compared": pd.Series(arm.smd_compared, dtype=object),
                "smd_left_out": pd.Series(arm.smd_left_out, dtype=object),
            }
            tables.append(pd.DataFrame(columns))
        return pd.concat(tables, ignore_index=True)


def compare_left_out(
    covariates: pd.DataFrame, treated: ArrayLike, weights: ArrayLike, convention: BalanceSettings | None = None
) -> LeftOut:
    """Compare, in each arm, the patients as they were with those compared and those left out.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals, without missing values.
    treated : array_like of bool, shape (n,)
        True for the treated arm.
    weights : array_like of float, shape (n,)
        Weights of the design, 0 for a patient left out.
    convention : BalanceSettings, optional
        Only whether shares are standardised or left as differences of proportions. The divisor is always the standard
        deviation of the arm's own original patients, as patients of one arm are compared.

    Returns
    -------
    LeftOut

    Raises
    ------
    EstimationError
        An arm is empty, or all its weights are 0.

    Notes
    -----
    Weighting leaves nobody out and yet moves both arms: ``smd_compared`` tells by how much.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [50.0, 60.0, 70.0, 40.0, 50.0]})
    >>> found = compare_left_out(table, [True, True, True, False, False], [1.0, 1.0, 0.0, 1.0, 1.0])
    >>> found.treated.n_left_out, found.treated.mean_compared, found.treated.smd_compared, found.treated.smd_left_out
    (1, (55.0,), (-0.5,), (1.5,))
    >>> found.control.n_left_out, found.control.smd_compared, found.control.smd_left_out
    (0, (0.0,), (None,))
    """
    arm, weight = checked_arrays(covariates, treated, weights)
    raw = (USUAL if convention is None else convention).binary == "raw"
    divided_by = phrase("standard deviation of the arm's original patients")
    names: list[tuple[str, str, str]] = []
    rows: tuple[list[_Term], list[_Term]] = ([], [])
    for term in covariate_terms(covariates, every_level=True):
        binary = is_binary(term)
        names.append((term.name, term.covariate, "binary" if binary else "continuous"))
        for found, members in zip(rows, (arm, ~arm), strict=True):
            found.append(_compare_term(term, members, weight, binary=binary, raw=raw))
    return LeftOut(
        terms=tuple(name for name, _, _ in names),
        covariate=tuple(column for _, column, _ in names),
        kind=tuple(kind for _, _, kind in names),
        treated=_collect(rows[0], weight[arm]),
        control=_collect(rows[1], weight[~arm]),
        method=phrase("{divisor}; shares as differences of proportions", divisor=divided_by) if raw else divided_by,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Term:
    original: float
    compared: float
    left_out: float | None
    spread: float | None

    def difference(self, one: float | None, other: float) -> float | None:
        return None if one is None or not self.spread else (one - other) / self.spread


def _compare_term(
    term: CovariateTerm, members: NDArray[np.bool_], weight: NDArray[np.float64], *, binary: bool, raw: bool
) -> _Term:
    values, weight = term.values[members], weight[members]
    original = arm_moments(values, np.ones(values.size), binary=binary)
    out = (weight == 0).astype(np.float64)
    return _Term(
        original=original.mean,
        compared=arm_moments(values, weight, binary=binary).mean,
        left_out=arm_moments(values, out, binary=binary).mean if out.any() else None,
        spread=1.0 if binary and raw else root(original.variance),
    )


def _collect(terms: list[_Term], weight: NDArray[np.float64]) -> ArmLeftOut:
    n_compared = int((weight > 0).sum())
    compared = tuple(term.difference(term.compared, term.original) for term in terms)
    left_out = tuple(term.difference(term.left_out, term.compared) for term in terms)
    sizes = [(position, abs(smd)) for position, smd in enumerate(compared) if smd is not None]
    return ArmLeftOut(
        n_original=weight.size,
        n_compared=n_compared,
        n_left_out=weight.size - n_compared,
        effective_sample_size=effective_sample_size(weight),
        mean_original=tuple(term.original for term in terms),
        mean_compared=tuple(term.compared for term in terms),
        mean_left_out=tuple(term.left_out for term in terms),
        smd_compared=compared,
        smd_left_out=left_out,
        largest_smd_compared=largest_size(compared),
        largest_smd_left_out=largest_size(left_out),
        moved=tuple(position for position, _ in sorted(sizes, key=lambda pair: -pair[1])),
    )
