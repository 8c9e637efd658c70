"""The weights of each arm in sum: how many patients, what they are worth, and how many have an outcome."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.decimals import settle_decimal
from analysis.outcomes.proportion import EQUAL_WEIGHTS
from analysis.outcomes.rate_kernel import outcome_counts, outcome_weights, weight_limits, weight_sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmWeights:
    """What an arm's weights come to.

    Attributes
    ----------
    n : int
        Patients with a weight above 0.
    size : float
        How many equally weighted patients they are worth, (Σw)² / Σw² (Kish); their number where weights are equal.
    total : float
        Sum of the weights.
    differ : bool
        Whether they differ by more than rounding.
    """

    n: int
    size: float
    total: float
    differ: bool

    def share(self, count: int, weight: float) -> float:
        """The share of those whose number and summed weights are given; plain counts where weights are equal."""
        return weight / self.total if self.differ else count / self.n


def arm_weights(treated: NDArray[np.bool_], weights: NDArray[np.float64]) -> tuple[ArmWeights, ArmWeights]:
    """Sum up the weights of the treated and of the control arm.

    Parameters
    ----------
    treated : (n,) bool
    weights : (n,) float64
        Finite; patients of weight 0 are left out.

    Examples
    --------
    >>> arms = arm_weights(np.array([True, True, True, False]), np.array([0.5, 0.5, 2.0, 1.0]))
    >>> arms[0].n, arms[0].size, arms[0].share(1, 2.0), arms[1].differ
    (3, 2.0, 0.6666666666666666, False)
    """
    n_treated, least_treated, most_treated, n_control, least_control, most_control = weight_limits(treated, weights)
    return (
        _arm(treated, weights, True, n_treated, least_treated, most_treated),
        _arm(treated, weights, False, n_control, least_control, most_control),
    )


def _arm(
    treated: NDArray[np.bool_], weights: NDArray[np.float64], arm: bool, n: int, smallest: float, largest: float
) -> ArmWeights:
    # Weights that are the same but for rounding have the largest as their mean, but for rounding.
    if n == 0 or largest - smallest <= EQUAL_WEIGHTS * largest:
        return ArmWeights(n=n, size=float(n), total=n * largest, differ=False)
    total, size = weight_sums(treated, weights, arm, largest)
    return ArmWeights(n=n, size=settle_decimal(size), total=total, differ=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OutcomeSums:
    """Patients with an outcome in each arm, and their share of it."""

    treated: int
    control: int
    treated_share: float
    control_share: float


def outcome_sums(
    outcome: NDArray[np.bool_],
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    arms: tuple[ArmWeights, ArmWeights],
) -> OutcomeSums:
    """Count the patients with an outcome in both arms, and weigh them where weights differ.

    Parameters
    ----------
    outcome, treated : (n,) bool
    weights : (n,) float64
        0 leaves a patient out.
    arms : tuple of ArmWeights
        Of the same patients; both have some.
    """
    counts = outcome_counts(outcome, treated, weights)
    sums = outcome_weights(outcome, treated, weights) if arms[0].differ or arms[1].differ else (0.0, 0.0)
    return OutcomeSums(
        treated=counts[0],
        control=counts[1],
        treated_share=arms[0].share(counts[0], sums[0]),
        control_share=arms[1].share(counts[1], sums[1]),
    )
