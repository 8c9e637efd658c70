"""Which unmeasured confounder would tip the answer: an effect adjusted for one that is there or is not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase
from analysis.sensitivity.effect import (
    NAMES,
    NO_DIFFERENCE,
    NO_RATIO,
    estimate_of,
    nearest_limit,
    ratio_of,
    refuse_measure,
)

Measure = Literal["hazard_ratio", "risk_ratio", "rate_difference"]

_MEASURES = get_args(Measure)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TippingPoints:
    """An effect adjusted for a confounder that is there or not, over how common and how strong it may be.

    Attributes
    ----------
    measure : {"hazard_ratio", "risk_ratio", "rate_difference"}
    strengths : (g,) float64
        What the confounder does to the outcome: a ratio > 0, or for a rate difference a difference in [−1, 1].
    prevalence_treated : (h,) float64
        Share of treated patients who have it, [0, 1].
    prevalence_control : float
        Share of controls who have it, [0, 1].
    adjusted, adjusted_lower, adjusted_upper : (h, g) float64
        The effect and its limits free of that confounder; limits None where not known.
    tipping_strengths, tipping_strengths_limit : tuple of h (float or None)
        The strength at which the adjusted estimate, and its limit nearest to no effect, reach no effect: the contour
        of the plot. None where no strength does it at that prevalence. Where the interval holds no effect already,
        the strength for the limit is that of no confounder.
    method : str
    notes : tuple of Note
    """

    measure: Measure
    strengths: NDArray[np.float64]
    prevalence_treated: NDArray[np.float64]
    prevalence_control: float
    adjusted: NDArray[np.float64]
    adjusted_lower: NDArray[np.float64] | None
    adjusted_upper: NDArray[np.float64] | None
    tipping_strengths: tuple[float | None, ...]
    tipping_strengths_limit: tuple[float | None, ...] | None
    method: str
    notes: tuple[Note, ...]


def tipping_points(
    effect: Estimate,
    measure: Measure,
    *,
    strengths: Sequence[float] | NDArray[np.float64],
    prevalence_treated: Sequence[float] | NDArray[np.float64],
    prevalence_control: float,
) -> TippingPoints:
    """Adjust an effect for every unmeasured confounder of a grid, and find where it tips.

    A ratio is divided by (γp₁ + 1 − p₁)/(γp₀ + 1 − p₀), a difference reduced by δ(p₁ − p₀): p₁ and p₀ the
    confounder's prevalence among treated and controls, γ its ratio, δ its difference, the same in both arms. The
    confounder is taken as unrelated to what was measured, given treatment. Limits are adjusted by the same amount:
    prevalence and strength are supposed, not estimated.

    Parameters
    ----------
    effect : Estimate
        Treated versus control; limits may be absent.
    measure : {"hazard_ratio", "risk_ratio", "rate_difference"}
    strengths : (g,) numbers
    prevalence_treated : (h,) numbers
    prevalence_control : float

    Returns
    -------
    TippingPoints

    Raises
    ------
    SettingsError
        If the measure is none of those above.
    EstimationError
        Without an estimate, or when a prevalence or strength is impossible.

    Notes
    -----
    Lin, Psaty & Kronmal 1998, doi:10.2307/2533848. For hazard ratios the formula holds for a rare outcome and
    approximately otherwise.

    Examples
    --------
    >>> effect = Estimate(estimate=0.6, ci_lower=0.4, ci_upper=0.9)
    >>> found = tipping_points(effect, "hazard_ratio", strengths=[1, 3], prevalence_treated=[0.1], prevalence_control=0.4)
    >>> [round(float(ratio), 2) for ratio in found.adjusted[0]], round(found.tipping_strengths_limit[0], 2)
    ([0.6, 0.9], 1.38)
    """
    refuse_measure(measure, _MEASURES, phrase("a tipping point"))
    difference = measure == "rate_difference"
    nothing = NO_DIFFERENCE if difference else NO_RATIO
    estimate = (estimate_of if difference else ratio_of)(effect, NAMES[measure])
    strength = np.asarray(strengths, dtype=np.float64)
    treated = np.asarray(prevalence_treated, dtype=np.float64)
    _refuse(strength, treated, prevalence_control, difference)
    adjust = adjusted_difference if difference else adjusted_ratio
    tip = tipping_difference if difference else tipping_ratio
    limit = nearest_limit(effect, nothing)

    def surface(value: float | None) -> NDArray[np.float64] | None:
        if value is None:
            return None
        return adjust(value, strength[None, :], treated[:, None], prevalence_control)

    def contour(value: float) -> tuple[float | None, ...]:
        return tuple(tip(value, float(share), prevalence_control) for share in treated)

    adjusted = surface(estimate)
    assert adjusted is not None
    return TippingPoints(
        measure=measure,
        strengths=strength,
        prevalence_treated=treated,
        prevalence_control=prevalence_control,
        adjusted=adjusted,
        adjusted_lower=surface(effect.ci_lower),
        adjusted_upper=surface(effect.ci_upper),
        tipping_strengths=contour(estimate),
        tipping_strengths_limit=None if limit is None else contour(limit),
        method=phrase(
            "{measure} adjusted for an unmeasured confounder that is present or absent", measure=NAMES[measure]
        ),
        notes=_notes(measure, limit == nothing),
    )


def _refuse(strength: NDArray[np.float64], treated: NDArray[np.float64], control: float, difference: bool) -> None:
    problems = []
    shares = np.append(treated.ravel(), control)
    wrong = int(np.count_nonzero(~((shares >= 0.0) & (shares <= 1.0))))
    if wrong:
        problems.append(
            phrase(
                "Every prevalence of a confounder must lie between 0 and 1; {wrong} of {n} do "
                "not. Give shares of patients, not percentages.",
                wrong=wrong,
                n=shares.size,
            )
        )
    if difference:
        wrong = int(np.count_nonzero(~((strength >= -1.0) & (strength <= 1.0))))
        what = phrase("difference in rates between −1 and 1")
    else:
        wrong = int(np.count_nonzero(~(np.isfinite(strength) & (strength > 0.0))))
        what = phrase("finite ratio above 0")
    if wrong:
        problems.append(
            phrase(
                "What a confounder does to the outcome must be a {what}; {wrong} of {n} strengths "
                "are not. Give them on the scale of the effect.",
                what=what,
                wrong=wrong,
                n=strength.size,
            )
        )
    if strength.ndim != 1 or treated.ndim != 1 or strength.size == 0 or treated.size == 0:
        problems.append(
            phrase(
                "A grid of confounders needs at least one strength and one prevalence, each in a "
                "row; {n_strengths} and {n_shares} were given. Give both axes of the plot.",
                n_strengths=strength.size,
                n_shares=treated.size,
            )
        )
    if problems:
        raise EstimationError(*problems)


def _notes(measure: str, holds_no_effect: bool) -> tuple[Note, ...]:
    notes = []
    if measure == "hazard_ratio":
        notes.append(
            Note(
                code="tipping_hazard_ratio_approximate",
                text=phrase(
                    "The adjustment of a hazard ratio is exact for a rare outcome and approximate for a "
                    "common one, where those with the confounder leave the patients at risk sooner."
                ),
            )
        )
    if holds_no_effect:
        notes.append(
            Note(
                code="tipping_interval_holds_no_effect",
                text=phrase("The confidence interval holds no effect already: no confounder is needed to reach it."),
            )
        )
    return tuple(notes)


def adjusted_ratio(
    ratio: float, strength: NDArray[np.float64], prevalence_treated: NDArray[np.float64], prevalence_control: float
) -> NDArray[np.float64]:
    """Free a ratio of a confounder: ratio × (γp₀ + 1 − p₀)/(γp₁ + 1 − p₁); arrays combine by NumPy's rules."""
    return np.asarray(
        ratio * (1.0 + (strength - 1.0) * prevalence_control) / (1.0 + (strength - 1.0) * prevalence_treated)
    )


def adjusted_difference(
    difference: float, strength: NDArray[np.float64], prevalence_treated: NDArray[np.float64], prevalence_control: float
) -> NDArray[np.float64]:
    """Free a difference of a confounder: difference − δ(p₁ − p₀); arrays combine by NumPy's rules."""
    return np.asarray(difference - strength * (prevalence_treated - prevalence_control))


def tipping_ratio(ratio: float, prevalence_treated: float, prevalence_control: float) -> float | None:
    """Give the ratio γ of a confounder at which a ratio of this size becomes 1; None where none does.

    Examples
    --------
    >>> round(tipping_ratio(1.09, 0.25, 0.10), 2)
    1.64
    """
    if ratio == NO_RATIO:
        return NO_RATIO
    slope = ratio * prevalence_control - prevalence_treated
    if slope == 0.0:
        return None
    strength = 1.0 + (1.0 - ratio) / slope
    return strength if math.isfinite(strength) and strength > 0.0 else None


def tipping_difference(difference: float, prevalence_treated: float, prevalence_control: float) -> float | None:
    """Give the difference δ a confounder must make for a difference of this size to become 0; None beyond ±1.

    Examples
    --------
    >>> round(tipping_difference(0.2, 0.6, 0.2), 3)
    0.5
    """
    if difference == NO_DIFFERENCE:
        return NO_DIFFERENCE
    apart = prevalence_treated - prevalence_control
    if abs(difference) > abs(apart):
        return None
    return difference / apart


def tipping_prevalence(ratio: float, strength: float, prevalence_control: float) -> float | None:
    """Give the prevalence among treated patients at which a confounder of this ratio makes a ratio 1; None where none.

    Parameters
    ----------
    ratio, strength : float
        The observed ratio, and the confounder's, both > 0.
    prevalence_control : float
        In [0, 1].

    Examples
    --------
    >>> round(tipping_prevalence(1.5, 3.0, 0.2), 2)
    0.55
    """
    if strength == NO_RATIO:
        return prevalence_control if ratio == NO_RATIO else None
    prevalence = (ratio * (1.0 + (strength - 1.0) * prevalence_control) - 1.0) / (strength - 1.0)
    return prevalence if 0.0 <= prevalence <= 1.0 else None
