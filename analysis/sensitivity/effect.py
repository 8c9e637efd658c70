"""An effect as the analyses of sensitivity take it: checked, and the confidence limit nearest to no effect."""

import math

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase

# What a ratio, and a difference, is where treatment does nothing.
NO_RATIO = 1.0
NO_DIFFERENCE = 0.0

NAMES = {
    "hazard_ratio": phrase("hazard ratio"),
    "risk_ratio": phrase("risk ratio"),
    "odds_ratio": phrase("odds ratio"),
    "rate_difference": phrase("rate difference"),
}


def refuse_measure(measure: str, allowed: tuple[str, ...], what: str) -> None:
    """Refuse a measure of effect that an analysis of sensitivity does not know.

    Raises
    ------
    SettingsError
        With the measures it knows.
    """
    if measure not in allowed:
        raise SettingsError(
            phrase(
                "The measure of {what} must be one of {measures}; '{measure}' was given. Choose one of these.",
                what=what,
                measures=", ".join(allowed),
                measure=measure,
            )
        )


def estimate_of(effect: Estimate, name: str) -> float:
    """Give the estimate of an effect whose estimate and limits, where given, are in order.

    Parameters
    ----------
    effect : Estimate
        Limits may be absent, both or one.
    name : str
        What the effect is called in a sentence, such as ``hazard ratio``.

    Raises
    ------
    EstimationError
        Without an estimate, or when the limits do not surround it.
    """
    if effect.estimate is None or not math.isfinite(effect.estimate):
        raise EstimationError(
            phrase(
                "A {name} must have an estimate before its sensitivity can be examined; it has none. "
                "Report that it could not be estimated.",
                name=name,
            )
        )
    known = [value for value in (effect.ci_lower, effect.estimate, effect.ci_upper) if value is not None]
    if any(math.isnan(value) for value in known) or known != sorted(known):
        raise EstimationError(
            phrase(
                "The confidence limits of a {name} must lie below and above its estimate; these do "
                "not. Give the lower limit first, both on the scale of the estimate.",
                name=name,
            )
        )
    return effect.estimate


def ratio_of(effect: Estimate, name: str) -> float:
    """Give the estimate of a ratio, which with its limits must not be negative."""
    estimate = estimate_of(effect, name)
    if any(value is not None and value < 0.0 for value in (effect.ci_lower, estimate)):
        raise EstimationError(
            phrase(
                "A {name} and its limits must not be negative; at least one is. Give the ratio "
                "itself, not its logarithm.",
                name=name,
            )
        )
    return estimate


def nearest_limit(effect: Estimate, nothing: float) -> float | None:
    """Give the confidence limit on the side of no effect; None where it is not known.

    Where the interval holds no effect, this is ``nothing`` itself: the data already allow it.

    Examples
    --------
    >>> nearest_limit(Estimate(estimate=0.6, ci_lower=0.4, ci_upper=0.9), NO_RATIO)
    0.9
    >>> nearest_limit(Estimate(estimate=0.8, ci_lower=0.5, ci_upper=1.3), NO_RATIO)
    1.0
    """
    if effect.estimate is None:
        return None
    if effect.estimate == nothing:
        return nothing
    below = effect.estimate < nothing
    limit = effect.ci_upper if below else effect.ci_lower
    if limit is None:
        return None
    return min(limit, nothing) if below else max(limit, nothing)
