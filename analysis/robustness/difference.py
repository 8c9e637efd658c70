"""The largest standardised difference of the covariates, at many sets of weights of the same patients."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.design.balance.before import measure_term, term_before
from analysis.design.balance.measures import TermMeasures, weigh_arms
from analysis.design.terms import CovariateTerm, covariate_terms
from analysis.settings import BalanceSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LargestDifference:
    """The terms of the balance table as they are before any design, ready to be weighted.

    Attributes
    ----------
    terms : tuple of (CovariateTerm, TermMeasures)
    treated : ndarray of bool, shape (n,)
    convention : BalanceSettings
    """

    terms: tuple[tuple[CovariateTerm, TermMeasures], ...]
    treated: NDArray[np.bool_]
    convention: BalanceSettings

    @classmethod
    def of(
        cls, covariates: pd.DataFrame, treated: NDArray[np.bool_], convention: BalanceSettings
    ) -> "LargestDifference":
        """Measure the terms of complete covariates once."""
        arms = weigh_arms(treated, np.ones(treated.size))
        terms = covariate_terms(covariates, every_level=True)
        return cls(
            terms=tuple((term, measure_term(term, term_before(term, arms), arms)) for term in terms),
            treated=treated,
            convention=convention,
        )

    def under(self, weights: NDArray[np.float64]) -> float | None:
        """The largest |SMD| under these weights; None where no term has one.

        The number of `covariate_balance`, to the last bit, without the rest of its table.

        Examples
        --------
        >>> table, arm = pd.DataFrame({"age": [50.0, 60.0, 40.0, 50.0]}), np.array([True, True, False, False])
        >>> difference = LargestDifference.of(table, arm, BalanceSettings())
        >>> difference.under(np.array([1.0, 0.0, 0.0, 1.0])), round(difference.under(np.ones(4)), 3)
        (0.0, 1.414)
        """
        arms = weigh_arms(self.treated, weights)
        sizes = []
        for term, before in self.terms:
            treated, control = arms.moments(term.values, binary=before.binary)
            found = replace(before, treated_after=treated, control_after=control)
            smd = found.smd(self.convention, after=True)
            sizes += [] if smd is None else [abs(smd)]
        return max(sizes, default=None)
