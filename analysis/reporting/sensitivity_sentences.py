"""What could undo an effect, and what could have been shown, each in a sentence."""

from collections.abc import Sequence

from analysis.outcomes.rate_effects import Estimate
from analysis.sensitivity.measured_covariates import CovariateComparison
from analysis.sensitivity.negative_control import NegativeControl
from analysis.sensitivity.power import DetectableEffect
from analysis.sensitivity.rosenbaum import RosenbaumBounds
from analysis.study.sensitivity import EndpointConfounding, EndpointPower, Measure, StudyConfounding
from charts.style import (
    format_interval,
    format_level,
    format_p_statement,
    format_percent,
    format_points,
    format_ratio,
)

NAMES: dict[Measure, str] = {"hazard_ratio": "hazard ratio", "rate_difference": "difference in response"}

NOTHING: dict[Measure, str] = {"hazard_ratio": "1", "rate_difference": "0"}
"""What each effect is where treatment does nothing."""

ANOTHER_TEST = "This exact test looks only within sets: its p is another than that of the arms as a whole."


def effect_words(effect: Estimate, measure: Measure, confidence_level: float) -> str:
    """An effect with its interval, as it stands in a sentence."""
    form = format_ratio if measure == "hazard_ratio" else format_points
    limits = format_interval(effect.ci_lower, effect.ci_upper, form)
    unit = "" if measure == "hazard_ratio" else " points"
    return f"{form(effect.estimate)}{unit} ({format_level(confidence_level)} {limits})"


def confounding_sentences(
    found: EndpointConfounding, confidence_level: float, *, adjusted: bool = True
) -> tuple[str, ...]:
    """How strong an unmeasured confounder must be, whether anything measured is, and what hidden bias would do.

    Parameters
    ----------
    found : EndpointConfounding
        One endpoint in one population.
    confidence_level : float
        Of the intervals.
    adjusted : bool
        False before the design, where measured covariates confound the effect as well.

    Returns
    -------
    tuple of str
        Empty where the endpoint has no E-value.
    """
    told = [_e_value_sentence(found, confidence_level, adjusted), _covariate_sentence(found), _bounds_sentence(found)]
    return tuple(sentence for sentence in told if sentence)


def _e_value_sentence(found: EndpointConfounding, confidence_level: float, adjusted: bool) -> str:
    value, effect = found.e_value, found.effect
    if value is None:
        return ""
    what = f"{NAMES[effect.measure]} of {effect_words(effect.effect, effect.measure, confidence_level)}"
    nothing = NOTHING[effect.measure]
    if value.estimate is None:
        return (
            f"{effect.endpoint}: no finite confounder explains the {what} away, because one arm has none of the outcome; "
            "this is a matter of few patients, not of certainty."
        )
    beyond = ", beyond the measured covariates," if adjusted else ""
    told = (
        f"An unmeasured confounder would need to be associated with both treatment and {effect.endpoint} by a risk ratio of "
        f"at least {format_ratio(value.estimate)} each{beyond} to explain the {what} away"
    )
    if value.limit is None:
        return f"{told}."
    if value.bias_factor_limit == 1.0:
        return f"{told}; its interval holds {nothing} already, without any confounder."
    return f"{told}; {format_ratio(value.limit)} each would be enough for its interval to reach {nothing}."


def _covariate_sentence(found: EndpointConfounding) -> str:
    compared: CovariateComparison | None = found.covariates
    if compared is None:
        return ""
    strongest, endpoint = compared.strongest, found.effect.endpoint
    told = (
        f"The strongest measured covariate, {strongest.name}, is associated by a ratio of "
        f"{format_ratio(strongest.treatment_ratio)} with treatment and of {format_ratio(strongest.outcome_ratio)} with "
        f"{endpoint}: an unmeasured confounder as strong"
    )
    if strongest.explains_estimate:
        return f"{told} could explain the effect away."
    if compared.e_value.bias_factor_limit not in (None, 1.0):
        could = "move the interval to no effect, but not explain the estimate away"
        return f"{told} could {could if strongest.explains_limit else 'not even move the interval to no effect'}."
    return f"{told} could not explain the estimate away."


def _bounds_sentence(found: EndpointConfounding) -> str:
    bounds: RosenbaumBounds | None = found.bounds
    if bounds is None:
        return ""
    decide = f"{bounds.n_decisive:,} of {bounds.n_sets:,} sets tell the arms apart"
    without = f"{format_p_statement(bounds.p_value)} without hidden bias"
    if bounds.critical_gamma is None:
        return (
            f"{found.effect.endpoint} compared within matched sets is not significant even if nothing was hidden "
            f"({without}; {decide}). {ANOTHER_TEST}"
        )
    return (
        f"{found.effect.endpoint} compared within matched sets stays significant unless partners differed, through something "
        f"unmeasured, in their odds of treatment by Γ = {format_ratio(bounds.critical_gamma)} or more ({without}; {decide}). "
        f"{ANOTHER_TEST}"
    )


def negative_control_sentence(found: NegativeControl) -> str:
    """What the negative control says of the comparison.

    Parameters
    ----------
    found : NegativeControl
        In one population.

    Returns
    -------
    str
    """
    measure: Measure = "rate_difference" if found.measure == "rate_difference" else "hazard_ratio"
    told = (
        f"Negative control {found.name}, which treatment cannot change: {NAMES[measure]} "
        f"{effect_words(found.effect, measure, found.confidence_level)}, {format_p_statement(found.p_value)}"
    )
    if found.holds_no_effect:
        return f"{told}. It shows no sign of something unmeasured, and proves no absence of it."
    return f"{told}. The arms differ where they cannot: something unmeasured sets them apart."


def robustness_sentences(found: StudyConfounding, power: Sequence[EndpointPower]) -> tuple[str, ...]:
    """One sentence an endpoint: what would undo it where it is significant, and where it is not what it leaves open.

    Parameters
    ----------
    found : StudyConfounding
        The population that the design compares.
    power : sequence of EndpointPower
        Of the same population.

    Returns
    -------
    tuple of str
        The negative control last, where the study names one.
    """
    level, told = found.confidence_level, []
    known = {(item.effect.measure, item.effect.endpoint): item for item in found.endpoints}
    for item in power:
        confounding = known.get((item.effect.measure, item.effect.endpoint))
        if confounding is None or item.not_excluded is None:
            continue
        significant = item.not_excluded.significant
        told.append(_e_value_sentence(confounding, level, True) if significant else power_sentence(item, level))
    if found.negative_control is not None:
        told.append(negative_control_sentence(found.negative_control))
    return tuple(sentence for sentence in told if sentence)


def power_sentence(found: EndpointPower, confidence_level: float) -> str:
    """The effects that could have been shown, and what the interval leaves open.

    Parameters
    ----------
    found : EndpointPower
        One endpoint in one population.
    confidence_level : float
        Of the intervals.

    Returns
    -------
    str
    """
    effect = found.effect
    if not found.detectable and not found.from_events:
        return f"{effect.endpoint}: what could have been shown cannot be said; {effect.n_events:,} events."
    shown = (found.detectable or found.from_events)[0]
    told = f"{effect.endpoint}: {_shown(shown)} with {shown.power:.0%} power."
    return f"{told} {_left_open(found, confidence_level)}".strip()


def _shown(found: DetectableEffect) -> str:
    if found.measure == "hazard_ratio":
        assert found.below is not None and found.above is not None
        ratios = f"{format_ratio(found.below)} or less, or of {format_ratio(found.above)} or more"
        return f"these patients could have shown a hazard ratio of {ratios}"
    sides = []
    if found.below is not None:
        sides.append(f"{format_points(found.below)} points or lower")
    if found.above is not None:
        sides.append(f"{format_points(found.above)} points or higher")
    if not sides and "McNemar" in found.method:
        return "so few pairs differ in response that no difference could have been shown"
    if not sides:
        return "these patients could not have shown even the largest possible difference in response"
    return f"these patients could have shown a difference in response of {', or of '.join(sides)}"


def _left_open(found: EndpointPower, confidence_level: float) -> str:
    left, effect = found.not_excluded, found.effect
    if left is None:
        return ""
    told = f"The result, {effect_words(effect.effect, effect.measure, confidence_level)}, is"
    if left.significant:
        return f"{told} significant: its interval does not hold {NOTHING[effect.measure]}, no effect."
    parts = []
    for size, up in ((left.largest_decrease, False), (left.largest_increase, True)):
        if size is None:
            continue
        if effect.measure == "hazard_ratio":
            parts.append(f"{format_percent(size)} {'higher' if up else 'lower'}")
        else:
            parts.append(f"{100 * size:.1f} points {'higher' if up else 'lower'}")
    what = "a hazard" if effect.measure == "hazard_ratio" else "a response rate"
    return (
        f"{told} not significant, which is no proof of no effect: it cannot exclude {what} up to {' or '.join(parts)}."
    )
