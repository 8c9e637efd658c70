"""The E-value beside what was measured: how much bias the strongest measured covariate could have caused."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.phrases import phrase
from analysis.sensitivity.e_value import EValue, e_value_of_bias


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredCovariate:
    """A covariate with its two associations, each a risk ratio > 0 on either side of 1.

    Attributes
    ----------
    name : str
    treatment_ratio : float
        How many times as common a level is in one arm as in the other, before matching (:func:`level_ratio`).
    outcome_ratio : float
        How many times as often the outcome happens at one level as at another, given treatment and the other
        covariates; a hazard or odds ratio of a common outcome is converted first.
    """

    name: str
    treatment_ratio: float
    outcome_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovariateBias:
    """The bias a measured covariate could cause if it were left out.

    Attributes
    ----------
    name : str
    treatment_ratio, outcome_ratio : float
        Both turned to ≥ 1.
    bias_factor : float
        The most by which it could move a risk ratio, ≥ 1.
    e_value : float
        The strength of a confounder with two equal associations and the same bias factor.
    explains_estimate, explains_limit : bool or None
        Whether a confounder like this one would be enough to move the estimate, or its limit, to no effect. None where
        the E-value itself is not known.
    """

    name: str
    treatment_ratio: float
    outcome_ratio: float
    bias_factor: float
    e_value: float
    explains_estimate: bool | None
    explains_limit: bool | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CovariateComparison:
    """Measured covariates as a scale for the unmeasured one, the strongest first."""

    covariates: tuple[CovariateBias, ...]
    e_value: EValue
    method: str
    notes: tuple[Note, ...]

    @property
    def strongest(self) -> CovariateBias:
        """The covariate with the largest bias factor."""
        return self.covariates[0]


def compare_with_covariates(e_value: EValue, covariates: Sequence[MeasuredCovariate]) -> CovariateComparison:
    """Ask of each measured covariate: would an unmeasured one just as strong explain the effect away?

    Its bias factor is a·b/(a + b − 1) of its two associations a and b. A covariate that biases by less than the effect
    needs cannot explain it, even though one of its associations may exceed the E-value.

    Parameters
    ----------
    e_value : EValue
    covariates : sequence of MeasuredCovariate
        At least one.

    Returns
    -------
    CovariateComparison
        Ties in the bias factor keep the order given.

    Raises
    ------
    EstimationError
        Without covariates, or when an association is not a positive number.

    Notes
    -----
    Bounding factor: Ding & VanderWeele 2016, doi:10.1097/EDE.0000000000000457. Measured covariates as a scale:
    McGowan & Greevy 2020, arXiv:2011.07030, who take the change of the estimate instead
    (:func:`e_value_of_omission`).

    Examples
    --------
    >>> from analysis.outcomes.rate_effects import Estimate
    >>> from analysis.sensitivity.e_value import e_value
    >>> effect = e_value(Estimate(estimate=2.0, ci_lower=1.2, ci_upper=3.3), "risk_ratio")
    >>> stage = MeasuredCovariate(name="stage", treatment_ratio=0.5, outcome_ratio=3.0)
    >>> strongest = compare_with_covariates(effect, [stage]).strongest
    >>> strongest.bias_factor, strongest.explains_estimate, strongest.explains_limit
    (1.5, False, True)
    """
    if not covariates:
        raise EstimationError(
            phrase(
                "A comparison with measured covariates needs at least one; 0 were given. Leave the "
                "comparison out where nothing was measured."
            )
        )
    wrong = sum(not _positive(c.treatment_ratio) or not _positive(c.outcome_ratio) for c in covariates)
    if wrong:
        raise EstimationError(
            phrase(
                "Both associations of a measured covariate must be finite ratios above 0; {wrong} of "
                "{n_covariates} covariates have one that is not. Leave out covariates with a level "
                "that only one arm has.",
                wrong=wrong,
                n_covariates=len(covariates),
            )
        )
    biases = sorted((_bias(covariate, e_value) for covariate in covariates), key=lambda bias: -bias.bias_factor)
    return CovariateComparison(
        covariates=tuple(biases),
        e_value=e_value,
        method=phrase("bias factor of each measured covariate from its associations with treatment and outcome"),
        notes=_notes(biases[0]),
    )


def _positive(ratio: float) -> bool:
    return math.isfinite(ratio) and ratio > 0.0


def _bias(covariate: MeasuredCovariate, e_value: EValue) -> CovariateBias:
    treatment = max(covariate.treatment_ratio, 1.0 / covariate.treatment_ratio)
    outcome = max(covariate.outcome_ratio, 1.0 / covariate.outcome_ratio)
    factor = bias_factor(treatment, outcome)
    return CovariateBias(
        name=covariate.name,
        treatment_ratio=treatment,
        outcome_ratio=outcome,
        bias_factor=factor,
        e_value=e_value_of_bias(factor),
        explains_estimate=None if e_value.bias_factor is None else factor >= e_value.bias_factor,
        explains_limit=None if e_value.bias_factor_limit is None else factor >= e_value.bias_factor_limit,
    )


def _notes(strongest: CovariateBias) -> tuple[Note, ...]:
    if not strongest.explains_limit:
        return ()
    what = phrase("estimate") if strongest.explains_estimate else phrase("confidence limit")
    return (
        Note(
            code="covariate_as_strong_explains",
            text=phrase(
                "An unmeasured confounder as strong as {name} could move the {what} to no effect.",
                name=strongest.name,
                what=what,
            ),
        ),
    )


def bias_factor(treatment_ratio: float, outcome_ratio: float) -> float:
    """Give the most by which a confounder can multiply a risk ratio, a·b/(a + b − 1) for associations a, b ≥ 1.

    Notes
    -----
    Ding & VanderWeele 2016, doi:10.1097/EDE.0000000000000457.

    Examples
    --------
    >>> bias_factor(2.0, 3.0)
    1.5
    """
    # Divided through, so that very strong associations do not overflow.
    return treatment_ratio / (1.0 + (treatment_ratio - 1.0) / outcome_ratio)


def level_ratio(share_treated: ArrayLike, share_control: ArrayLike) -> float | None:
    """Give the largest ratio between the arms of a level's share: how strongly a covariate goes with treatment.

    Parameters
    ----------
    share_treated, share_control : (k,) numbers
        Share of each arm's patients at each of the k levels, adding up to 1; a column of numbers is cut into levels
        first.

    Returns
    -------
    float or None
        At least 1. None where a level is found in one arm only: then no number bounds it.

    Raises
    ------
    EstimationError
        If the shares are not those of one and the same levels.

    Examples
    --------
    >>> level_ratio([0.6, 0.4], [0.3, 0.7])
    2.0
    """
    treated, control = np.asarray(share_treated, dtype=np.float64), np.asarray(share_control, dtype=np.float64)
    sound = treated.ndim == 1 and treated.size > 0 and treated.shape == control.shape
    if not sound or any(np.any(shares < 0) or abs(shares.sum() - 1.0) > 1e-6 for shares in (treated, control)):
        raise EstimationError(
            phrase(
                "The shares of a covariate's levels must be given for the same levels in both arms "
                "and add up to 1 in each; these do not ({n_treated} and {n_control} levels). Divide the "
                "patients at each level by the arm's.",
                n_treated=treated.size,
                n_control=control.size,
            )
        )
    found = (treated > 0) | (control > 0)
    treated, control = treated[found], control[found]
    if np.any(treated == 0) or np.any(control == 0):
        return None
    return float(max(np.max(treated / control), np.max(control / treated)))


def e_value_of_omission(ratio_with: float, ratio_without: float) -> float:
    """Give the E-value of what leaving a covariate out does to a ratio: the observed covariate E-value.

    Parameters
    ----------
    ratio_with, ratio_without : float
        The effect as a risk ratio > 0, with the covariate in the model of the score and without it.

    Notes
    -----
    McGowan & Greevy 2020, arXiv:2011.07030.

    Examples
    --------
    >>> round(e_value_of_omission(0.6, 0.5), 2)
    1.69
    """
    if not (_positive(ratio_with) and _positive(ratio_without)):
        raise EstimationError(
            phrase("Both ratios must be finite and above 0; at least one is not. Give ratios, not their logarithms.")
        )
    return e_value_of_bias(ratio_without / ratio_with)
