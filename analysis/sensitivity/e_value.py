"""How strong an unmeasured confounder would have to be to explain an effect away: the E-value."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from analysis.errors import EstimationError, SettingsError
from analysis.notes import Note
from analysis.outcomes.clustered_rates import ClusteredRates
from analysis.outcomes.proportion import normal_quantile
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import phrase
from analysis.sensitivity.effect import NAMES, NO_DIFFERENCE, NO_RATIO, nearest_limit, ratio_of, refuse_measure

Measure = Literal["hazard_ratio", "risk_ratio", "odds_ratio"]

# An outcome of fewer patients than this share, by the end of follow-up, is rare (VanderWeele & Ding 2017).
RARE_OUTCOME = 0.15

_MEASURES = get_args(Measure)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EValue:
    """The least strength, as a risk ratio, that one confounder must have with both treatment and outcome.

    Attributes
    ----------
    measure : {"hazard_ratio", "risk_ratio", "odds_ratio", "rate_difference"}
    estimate : float or None
        E-value of the estimate, ≥ 1: a confounder that weak or weaker in both associations cannot have made the
        estimate out of no effect. None where no finite confounder could.
    limit : float or None
        E-value of the confidence limit nearest to no effect; 1 where the interval holds no effect. None where the
        limit is not known, or no finite confounder could move it to no effect.
    bias_factor, bias_factor_limit : float or None
        By how much, as a risk ratio ≥ 1, confounding must have moved the estimate, and the limit.
    risk_ratio : float or None
        The estimate on the scale of the risk ratio, treated versus control; None where no control has the outcome.
    rare : bool or None
        Whether the outcome was taken as rare; None where that plays no part.
    method : str
    notes : tuple of Note
    """

    measure: str
    estimate: float | None
    limit: float | None
    bias_factor: float | None
    bias_factor_limit: float | None
    risk_ratio: float | None
    rare: bool | None
    method: str
    notes: tuple[Note, ...]


def e_value_of_bias(bias_factor: float) -> float:
    """Give the strength that both associations of a confounder must reach to bias by a factor, B + √(B(B − 1)).

    Parameters
    ----------
    bias_factor : float
        A risk ratio > 0; below 1 its reciprocal is taken, so that x and 1/x have the same E-value.

    Raises
    ------
    EstimationError
        If the factor is not a positive number.

    Notes
    -----
    VanderWeele & Ding 2017, doi:10.7326/M16-2607.

    Examples
    --------
    >>> round(e_value_of_bias(3.9), 2), round(e_value_of_bias(0.8), 2)
    (7.26, 1.81)
    """
    if not (math.isfinite(bias_factor) and bias_factor > 0.0):
        raise EstimationError(
            phrase(
                "A bias factor must be a finite number above 0; this one is not. Give it as a ratio, "
                "not as its logarithm."
            )
        )
    factor = max(bias_factor, 1.0 / bias_factor)
    return factor + math.sqrt(factor * (factor - 1.0))


def bias_factor_of(e_value: float) -> float:
    """Give the largest factor by which a confounder of this strength in both associations can bias, E²/(2E − 1).

    Examples
    --------
    >>> bias_factor_of(3.0)
    1.8
    """
    return e_value**2 / (2.0 * e_value - 1.0)


def outcome_is_rare(share: float) -> bool:
    """Tell whether an outcome counts as rare: fewer than 15 % of patients have it by the end of follow-up.

    Parameters
    ----------
    share : float
        Of all patients of both arms, in [0, 1]; for survival the Kaplan–Meier estimate at the end of follow-up.

    Raises
    ------
    EstimationError
        If it is no share.
    """
    if not 0.0 <= share <= 1.0:
        raise EstimationError(
            phrase(
                "The share of patients with the outcome must lie between 0 and 1; this one does not. "
                "Divide the patients with the outcome by all patients."
            )
        )
    return share < RARE_OUTCOME


def e_value(effect: Estimate, measure: Measure, *, rare: bool | None = None) -> EValue:
    """Find how strong an unmeasured confounder must be to explain a ratio away, for the estimate and its limit.

    A risk ratio is taken as it is. Where the outcome is rare, so are hazard and odds ratios. Where it is common, an
    odds ratio becomes a risk ratio by its square root, a hazard ratio by (1 − 0.5^√HR) / (1 − 0.5^√(1/HR)). The
    limit is the one nearest to 1; where the interval holds 1 its E-value is 1.

    Parameters
    ----------
    effect : Estimate
        Treated versus control, ≥ 0; limits may be absent.
    measure : {"hazard_ratio", "risk_ratio", "odds_ratio"}
    rare : bool, optional
        Whether fewer than 15 % have the outcome by the end of follow-up (:func:`outcome_is_rare`). Needed for hazard
        and odds ratios.

    Returns
    -------
    EValue

    Raises
    ------
    SettingsError
        If the measure is none of those above, or ``rare`` is missing where it decides.
    EstimationError
        Without an estimate, with a negative one, or with limits that do not surround it.

    Notes
    -----
    VanderWeele & Ding 2017, doi:10.7326/M16-2607; the transformations: VanderWeele 2020, doi:10.1111/biom.13197.

    Examples
    --------
    >>> found = e_value(Estimate(estimate=0.56, ci_lower=0.46, ci_upper=0.69), "hazard_ratio", rare=False)
    >>> round(found.risk_ratio, 3), round(found.estimate, 2), round(found.limit, 2)
    (0.67, 2.35, 1.91)
    """
    refuse_measure(measure, _MEASURES, phrase("an E-value"))
    if rare is None and measure != "risk_ratio":
        raise SettingsError(
            phrase(
                "The E-value of a {measure} must know whether the outcome is rare, because a common "
                "one makes the ratio overstate the risk ratio; nothing was said. Say whether fewer "
                "than 15 % have the outcome.",
                measure=NAMES[measure],
            )
        )
    estimate = ratio_of(effect, NAMES[measure])
    limit = nearest_limit(effect, NO_RATIO)
    ratio = _as_risk_ratio(estimate, measure, rare)
    bias = _bias(ratio)
    bias_limit = None if limit is None else _bias(_as_risk_ratio(limit, measure, rare))
    return EValue(
        measure=measure,
        estimate=None if bias is None else e_value_of_bias(bias),
        limit=None if bias_limit is None else e_value_of_bias(bias_limit),
        bias_factor=bias,
        bias_factor_limit=bias_limit,
        risk_ratio=ratio,
        rare=None if measure == "risk_ratio" else rare,
        method=_method(measure, rare),
        notes=_ratio_notes(bias, limit),
    )


def _as_risk_ratio(ratio: float, measure: str, rare: bool | None) -> float:
    if measure == "risk_ratio" or rare:
        return ratio
    if measure == "odds_ratio":
        return math.sqrt(ratio)
    return _common_hazard_ratio(ratio)


def _common_hazard_ratio(ratio: float) -> float:
    if ratio == 0.0:
        return 0.0
    root, half = math.sqrt(ratio), math.log(0.5)
    return math.expm1(half * root) / math.expm1(half / root)


def _bias(risk_ratio: float) -> float | None:
    return None if risk_ratio == 0.0 else max(risk_ratio, 1.0 / risk_ratio)


def _method(measure: str, rare: bool | None) -> str:
    if measure == "risk_ratio":
        return phrase("E-value of a risk ratio")
    if rare:
        return phrase(
            "E-value of a {measure} taken as a risk ratio, the outcome being rare (below 15 %)", measure=NAMES[measure]
        )
    how = phrase("its square root") if measure == "odds_ratio" else "(1 − 0.5^√HR) / (1 − 0.5^√(1/HR))"
    return phrase(
        "E-value of a {measure} of a common outcome (15 % or more), as the risk ratio {how}",
        measure=NAMES[measure],
        how=how,
    )


def _ratio_notes(bias: float | None, limit: float | None) -> tuple[Note, ...]:
    notes = []
    if bias is None:
        notes.append(_unbounded())
    if limit is None:
        notes.append(
            Note(
                code="e_value_limit_unknown",
                text=phrase("The limit nearest to no effect is not known, so only the estimate has an E-value."),
            )
        )
    elif limit == NO_RATIO:
        notes.append(_holds_no_effect())
    return tuple(notes)


def _unbounded() -> Note:
    return Note(
        code="e_value_unbounded",
        text=phrase(
            "One arm has none of the outcome, so that no finite confounder explains the estimate "
            "away. This reflects how few patients there are, not how certain the effect is: read "
            "it beside the counts."
        ),
    )


def _holds_no_effect() -> Note:
    return Note(
        code="e_value_interval_holds_no_effect",
        text=phrase(
            "The confidence interval holds no effect, so the E-value of its limit is 1: no "
            "confounder is needed to reach no effect."
        ),
    )


def e_value_of_rates(
    rates: ClusteredRates, *, interval: Estimate | None = None, confidence_level: float = 0.95
) -> EValue:
    """Find how strong an unmeasured confounder must be to explain a difference of two rates away.

    A confounder that can bias by the factor B can have lowered the difference to no less than
    (p₁ − B·p₀)·(f + (1 − f)/B), f the share of treated patients; that is 0 at B = p₁/p₀, as for the ratio. For the
    limit, B is the least factor at which the lower confidence limit of that bound reaches 0. Arm sizes being fixed by
    the design, f only scales the bound and its error, and B is Fieller's limit of p₁/p₀; covariances of matched sets
    are respected. Where the treated have the lower rate, the arms change places.

    Parameters
    ----------
    rates : ClusteredRates
        Rates with their variances and covariance, p(1 − p)/n and 0 for independent arms.
    interval : Estimate, optional
        The difference as printed, treated minus control, by whatever method. Where it holds 0 the E-value of the
        limit is 1, so that it never contradicts the interval beside it.
    confidence_level : float
        Between 0 and 1.

    Returns
    -------
    EValue

    Raises
    ------
    EstimationError
        If a rate lies outside 0 to 1, the confidence level does not lie between, or nobody has the outcome.

    Notes
    -----
    Ding & VanderWeele 2016, doi:10.1097/EDE.0000000000000457. The outcome counted matters: the E-value of responding
    is not that of failing to respond.

    Examples
    --------
    >>> rates = ClusteredRates(treated=0.4, control=0.2, variance_treated=0.0012, variance_control=0.0008,
    ...                        covariance=0.0, n_clusters=400)
    >>> found = e_value_of_rates(rates)
    >>> round(found.estimate, 2), round(found.limit, 2)
    (3.41, 2.3)
    """
    _refuse_rates(rates, confidence_level)
    high, low = max(rates.treated, rates.control), min(rates.treated, rates.control)
    bias = None if low == 0.0 else high / low
    notes = [] if bias is not None else [_unbounded()]
    bias_limit = _difference_bias_limit(rates, normal_quantile(confidence_level))
    if interval is not None and nearest_limit(interval, NO_DIFFERENCE) == NO_DIFFERENCE:
        bias_limit = NO_RATIO
    if bias_limit == NO_RATIO:
        notes.append(_holds_no_effect())
    return EValue(
        measure="rate_difference",
        estimate=None if bias is None else e_value_of_bias(bias),
        limit=None if bias_limit is None else e_value_of_bias(bias_limit),
        bias_factor=bias,
        bias_factor_limit=bias_limit,
        risk_ratio=None if rates.control == 0.0 else rates.treated / rates.control,
        rare=None,
        method=phrase(
            "E-value of a rate difference: least bias factor at which the bound on the "
            "difference reaches 0, arm sizes fixed; limit by the delta method"
        ),
        notes=tuple(notes),
    )


def _refuse_rates(rates: ClusteredRates, confidence_level: float) -> None:
    if not 0.0 < confidence_level < 1.0:
        raise EstimationError(
            phrase("The confidence level must lie between 0 and 1; this one does not. Give 0.95 for limits of 95 %.")
        )
    if not (0.0 <= rates.treated <= 1.0 and 0.0 <= rates.control <= 1.0):
        raise EstimationError(
            phrase(
                "Both rates must lie between 0 and 1; at least one does not. Give shares of patients, not percentages."
            )
        )
    if rates.treated == rates.control == 0.0:
        raise EstimationError(
            phrase(
                "A difference of rates has an E-value only when somebody has the outcome; 0 patients "
                "of both arms have it. Report the counts."
            )
        )


def _difference_bias_limit(rates: ClusteredRates, z: float) -> float | None:
    """Least B at which (p₁ − B·p₀) − z·√(V₁ − 2BC + B²V₀) is 0; 1 where it is not above 0 at B = 1."""
    high, high_variance = rates.treated, rates.variance_treated
    low, low_variance = rates.control, rates.variance_control
    if high < low:
        high, high_variance, low, low_variance = low, low_variance, high, high_variance
    error = math.sqrt(max(0.0, rates.contrast_variance(1.0, -1.0)))
    if high - low <= z * error:
        return NO_RATIO
    # Squared, the equation is aB² − 2bB + c = 0; the left side falls from above 0 at B = 1 without turning, so that
    # this one of the two roots is the first it reaches, whatever the sign of a.
    a = low**2 - z**2 * low_variance
    b = high * low - z**2 * rates.covariance
    c = high**2 - z**2 * high_variance
    denominator = b + math.sqrt(max(0.0, b**2 - a * c))
    return None if denominator <= 0.0 and c >= 0.0 else max(NO_RATIO, c / denominator)
