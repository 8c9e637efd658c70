"""Standardised differences at many sets of weights, all of the same patients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.balance.convention import divisor
from analysis.design.balance.measures import ArmMoments, arm_moments, is_binary
from analysis.design.terms import covariate_terms
from analysis.settings import BalanceSettings
from analysis.study.caliper_path.balance_kernel import weighted_sums
from analysis.study.caliper_path.result import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathBalance:
    """The terms of the balance table, ready to be weighted.

    Attributes
    ----------
    terms : tuple of str
    offsets : ndarray of float64, shape (n, q)
        Values less the term's mean among all patients.
    binary : tuple of bool
    treated : ndarray of bool, shape (n,)
    convention : BalanceSettings
    divisors : ndarray of float64, shape (q,)
        Of all patients; NaN where there is none.
    smd_before : ndarray of float64, shape (q,)
    """

    terms: tuple[str, ...]
    offsets: Floats
    binary: tuple[bool, ...]
    treated: NDArray[np.bool_]
    convention: BalanceSettings
    divisors: Floats
    smd_before: Floats

    def smd(self, weights: Floats) -> Floats:
        """Standardised differences under these weights; NaN where an arm has nobody or a term no divisor.

        As in ``covariate_balance``, of which this is the part that a path needs.
        """
        totals, sums = weighted_sums(self.offsets, self.treated, weights)
        if totals.min() == 0.0:
            return np.full(len(self.terms), np.nan)
        means = sums / totals[:, None]
        divisors = self.divisors if self.convention.after == "fixed" else self._recomputed(weights)
        smd: Floats = (means[0] - means[1]) / divisors
        return smd

    def _recomputed(self, weights: Floats) -> Floats:
        rows = [np.flatnonzero((weights > 0) & arm) for arm in (self.treated, ~self.treated)]
        return np.array(
            [
                _divisor(
                    [arm_moments(self._values(term, row), weights[row], binary=self.binary[term]) for row in rows],
                    self.binary[term],
                    self.convention,
                )
                for term in range(len(self.terms))
            ]
        )

    def _values(self, term: int, row: NDArray[np.int64]) -> Floats:
        column = self.offsets[row, term]
        # A share needs its zeros and ones back.
        return (column > 0).astype(np.float64) if self.binary[term] else column


def path_balance(covariates: pd.DataFrame, treated: NDArray[np.bool_], convention: BalanceSettings) -> PathBalance:
    """Make the terms once.

    Parameters
    ----------
    covariates : DataFrame, shape (n, p)
        Numeric columns and categoricals, without missing values.
    treated : ndarray of bool, shape (n,)
    convention : BalanceSettings
        What differences are divided by.
    """
    names, columns, binary, divisors, before = [], [], [], [], []
    ones = np.ones(treated.size)
    for term in covariate_terms(covariates, every_level=True):
        share = is_binary(term)
        moments = [arm_moments(term.values[arm], ones[arm], binary=share) for arm in (treated, ~treated)]
        names.append(term.name)
        columns.append(term.values - term.values.mean())
        binary.append(share)
        divisors.append(_divisor(moments, share, convention))
        before.append((moments[0].mean - moments[1].mean) / divisors[-1])
    return PathBalance(
        terms=tuple(names),
        offsets=np.column_stack(columns),
        binary=tuple(binary),
        treated=treated,
        convention=convention,
        divisors=np.array(divisors),
        smd_before=np.array(before),
    )


def _divisor(moments: list[ArmMoments], binary: bool, convention: BalanceSettings) -> float:
    if binary and convention.binary == "raw":
        return 1.0
    found = divisor(moments[0].variance, moments[1].variance, convention)
    return np.nan if found is None else found


def largest_size(smd: Floats) -> float:
    """The largest |SMD|, NaN where there is none.

    >>> largest_size(np.array([0.1, -0.4, np.nan]))
    0.4
    """
    known = np.abs(smd[np.isfinite(smd)])
    return float(known.max()) if known.size else float("nan")
