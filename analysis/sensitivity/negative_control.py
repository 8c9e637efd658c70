"""An outcome that treatment cannot change, used as a test of the comparison itself."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from scipy.special import ndtr

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.proportion import normal_quantile
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase
from analysis.sensitivity.effect import NAMES, NO_DIFFERENCE, NO_RATIO, estimate_of, ratio_of, refuse_measure

Measure = Literal["hazard_ratio", "risk_ratio", "odds_ratio", "rate_difference"]

_MEASURES = get_args(Measure)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NegativeControl:
    """How far an outcome that treatment cannot change lies from no effect.

    Attributes
    ----------
    name : str
        Of the outcome.
    measure : {"hazard_ratio", "risk_ratio", "odds_ratio", "rate_difference"}
    effect : Estimate
        As estimated, treated versus control.
    distance, standard_error : float
        From no effect: of the logarithm for ratios, of the difference itself for rates.
    p_value : float
        Wald test of no effect, from distance and error.
    holds_no_effect : bool
        Whether the confidence interval holds no effect, as it should.
    confidence_level : float
    method : str
    notes : tuple of Note
    """

    name: str
    measure: Measure
    effect: Estimate
    distance: float
    standard_error: float
    p_value: float
    holds_no_effect: bool
    confidence_level: float
    method: str
    notes: tuple[Note, ...]


def negative_control(
    name: str,
    effect: Estimate,
    measure: Measure,
    *,
    standard_error: float | None = None,
    confidence_level: float = 0.95,
) -> NegativeControl:
    """Compare the effect on a negative-control outcome with no effect.

    Whatever lies behind an effect that treatment cannot have - patients chosen by how they would fare, care that goes
    along with treatment - may lie behind the effect of interest too, where both outcomes share their causes. An effect
    near none does not prove that nothing is hidden, least of all where its interval is wide. No estimate is corrected.

    Parameters
    ----------
    name : str
        Of the outcome.
    effect : Estimate
        With both limits.
    measure : {"hazard_ratio", "risk_ratio", "odds_ratio", "rate_difference"}
    standard_error : float, optional
        Of the logarithm of a ratio, or of a difference, > 0. Without it half the width of the interval over z, which is
        exact where the interval is symmetric on that scale.
    confidence_level : float
        Of the limits.

    Returns
    -------
    NegativeControl

    Raises
    ------
    SettingsError
        If the measure is none of those above.
    EstimationError
        If estimate or limits are missing, not in order or not positive (ratios), or without width.

    Notes
    -----
    Lipsitch, Tchetgen Tchetgen & Cohen 2010, doi:10.1097/EDE.0b013e3181d61eeb.

    Examples
    --------
    >>> fracture = negative_control("fracture", Estimate(estimate=1.5, ci_lower=1.1, ci_upper=2.045), "hazard_ratio")
    >>> round(fracture.distance, 3), round(fracture.p_value, 3), fracture.holds_no_effect
    (0.405, 0.01, False)
    """
    refuse_measure(measure, _MEASURES, phrase("a negative control"))
    ratio = measure != "rate_difference"
    estimate = (ratio_of if ratio else estimate_of)(effect, NAMES[measure])
    lower, upper = effect.ci_lower, effect.ci_upper
    unusable = lower is None or upper is None or not math.isfinite(upper) or (ratio and lower <= 0.0)
    if lower is None or upper is None or unusable or not lower < upper:
        raise EstimationError(
            phrase(
                "A negative control must have a confidence interval with two limits on the scale it "
                "is tested on; this one has not. Choose an outcome that enough patients of both arms "
                "have."
            )
        )
    scale = math.log if ratio else float
    error = standard_error if standard_error is not None else _error(scale(lower), scale(upper), confidence_level)
    if not (math.isfinite(error) and error > 0.0):
        raise EstimationError(
            phrase(
                "The standard error of a negative control must be a number above 0; this one is not. "
                "Give that of the logarithm for a ratio, or leave it out."
            )
        )
    nothing = NO_RATIO if ratio else NO_DIFFERENCE
    distance = scale(estimate) - scale(nothing)
    holds = lower <= nothing <= upper
    return NegativeControl(
        name=name,
        measure=measure,
        effect=effect,
        distance=distance,
        standard_error=error,
        p_value=2.0 * float(ndtr(-abs(distance) / error)),
        holds_no_effect=holds,
        confidence_level=confidence_level,
        method=phrase(
            "{measure} of an outcome that treatment cannot change, Wald test of no effect", measure=NAMES[measure]
        ),
        notes=() if holds else (_differs(name),),
    )


def _error(lower: float, upper: float, confidence_level: float) -> float:
    return (upper - lower) / (2.0 * normal_quantile(confidence_level))


def _differs(name: str) -> Note:
    return Note(
        code="negative_control_differs",
        text=phrase(
            "The arms differ in {name}, which treatment cannot change: something unmeasured sets them apart.", name=name
        ),
    )
