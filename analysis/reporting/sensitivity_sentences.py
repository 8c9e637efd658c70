"""What could undo an effect, and what could have been shown, each in a sentence."""

from collections.abc import Sequence

from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import join_phrases, phrase
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

NAMES: dict[Measure, str] = {
    "hazard_ratio": phrase("hazard ratio"),
    "rate_difference": phrase("difference in response"),
}

NOTHING: dict[Measure, str] = {"hazard_ratio": "1", "rate_difference": "0"}
"""What each effect is where treatment does nothing."""

ANOTHER_TEST = phrase("This exact test looks only within sets: its p is another than that of the arms as a whole.")


def effect_words(effect: Estimate, measure: Measure, confidence_level: float) -> str:
    """An effect with its interval, as it stands in a sentence."""
    form = format_ratio if measure == "hazard_ratio" else format_points
    limits = format_interval(effect.ci_lower, effect.ci_upper, form)
    values = {"effect": form(effect.estimate), "level": format_level(confidence_level), "limits": limits}
    if measure == "hazard_ratio":
        return phrase("{effect} ({level} {limits})", **values)
    return phrase("{effect} points ({level} {limits})", **values)


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
    what = phrase(
        "{measure} of {effect}",
        measure=NAMES[effect.measure],
        effect=effect_words(effect.effect, effect.measure, confidence_level),
    )
    nothing = NOTHING[effect.measure]
    if value.estimate is None:
        return phrase(
            "{endpoint}: no finite confounder explains the {effect} away, because one arm has none of the outcome; this is a "
            "matter of few patients, not of certainty.",
            endpoint=effect.endpoint,
            effect=what,
        )
    told = _needed(effect.endpoint, format_ratio(value.estimate), what, adjusted)
    if value.limit is None:
        return phrase("{sentence}.", sentence=told)
    if value.bias_factor_limit == 1.0:
        return phrase(
            "{needed}; its interval holds {nothing} already, without any confounder.", needed=told, nothing=nothing
        )
    return phrase(
        "{needed}; {ratio} each would be enough for its interval to reach {nothing}.",
        needed=told,
        ratio=format_ratio(value.limit),
        nothing=nothing,
    )


def _needed(endpoint: str, ratio: str, effect: str, adjusted: bool) -> str:
    values = {"endpoint": endpoint, "ratio": ratio, "effect": effect}
    if adjusted:
        return phrase(
            "An unmeasured confounder would need to be associated with both treatment and {endpoint} by a risk ratio of at "
            "least {ratio} each, beyond the measured covariates, to explain the {effect} away",
            **values,
        )
    return phrase(
        "An unmeasured confounder would need to be associated with both treatment and {endpoint} by a risk ratio of at least "
        "{ratio} each to explain the {effect} away",
        **values,
    )


def _covariate_sentence(found: EndpointConfounding) -> str:
    compared: CovariateComparison | None = found.covariates
    if compared is None:
        return ""
    strongest, endpoint = compared.strongest, found.effect.endpoint
    if strongest.explains_estimate:
        could = phrase("could explain the effect away")
    elif compared.e_value.bias_factor_limit in (None, 1.0):
        could = phrase("could not explain the estimate away")
    elif strongest.explains_limit:
        could = phrase("could move the interval to no effect, but not explain the estimate away")
    else:
        could = phrase("could not even move the interval to no effect")
    return phrase(
        "The strongest measured covariate, {column}, is associated by a ratio of {treatment} with treatment and of {outcome} "
        "with {endpoint}: an unmeasured confounder as strong {could}.",
        column=strongest.name,
        treatment=format_ratio(strongest.treatment_ratio),
        outcome=format_ratio(strongest.outcome_ratio),
        endpoint=endpoint,
        could=could,
    )


def _bounds_sentence(found: EndpointConfounding) -> str:
    bounds: RosenbaumBounds | None = found.bounds
    if bounds is None:
        return ""
    rest = phrase(
        "({p} without hidden bias; {n:,} of {total:,} sets tell the arms apart). {another}",
        p=format_p_statement(bounds.p_value),
        n=bounds.n_decisive,
        total=bounds.n_sets,
        another=ANOTHER_TEST,
    )
    if bounds.critical_gamma is None:
        return phrase(
            "{endpoint} compared within matched sets is not significant even if nothing was hidden {rest}",
            endpoint=found.effect.endpoint,
            rest=rest,
        )
    return phrase(
        "{endpoint} compared within matched sets stays significant unless partners differed, through something unmeasured, in "
        "their odds of treatment by Γ = {gamma} or more {rest}",
        endpoint=found.effect.endpoint,
        gamma=format_ratio(bounds.critical_gamma),
        rest=rest,
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
    return phrase(
        "Negative control {endpoint}, which treatment cannot change: {measure} {effect}, {p}. {meaning}",
        endpoint=found.name,
        measure=NAMES[measure],
        effect=effect_words(found.effect, measure, found.confidence_level),
        p=format_p_statement(found.p_value),
        meaning=(
            phrase("It shows no sign of something unmeasured, and proves no absence of it.")
            if found.holds_no_effect
            else phrase("The arms differ where they cannot: something unmeasured sets them apart.")
        ),
    )


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
        return phrase(
            "{endpoint}: what could have been shown cannot be said; {n:,} events.",
            endpoint=effect.endpoint,
            n=effect.n_events,
        )
    shown = (found.detectable or found.from_events)[0]
    told = phrase(
        "{endpoint}: {shown} with {power:.0%} power.", endpoint=effect.endpoint, shown=_shown(shown), power=shown.power
    )
    left_open = _left_open(found, confidence_level)
    return join_phrases([told, left_open]) if left_open else told


def _shown(found: DetectableEffect) -> str:
    if found.measure == "hazard_ratio":
        assert found.below is not None and found.above is not None
        return phrase(
            "these patients could have shown a hazard ratio of {below} or less, or of {above} or more",
            below=format_ratio(found.below),
            above=format_ratio(found.above),
        )
    sides = []
    if found.below is not None:
        sides.append(phrase("{difference} points or lower", difference=format_points(found.below)))
    if found.above is not None:
        sides.append(phrase("{difference} points or higher", difference=format_points(found.above)))
    if not sides and "McNemar" in found.method:
        return phrase("so few pairs differ in response that no difference could have been shown")
    if not sides:
        return phrase("these patients could not have shown even the largest possible difference in response")
    return phrase(
        "these patients could have shown a difference in response of {differences}",
        differences=join_phrases(sides, phrase(", or of ")),
    )


def _left_open(found: EndpointPower, confidence_level: float) -> str:
    left, effect = found.not_excluded, found.effect
    if left is None:
        return ""
    result = effect_words(effect.effect, effect.measure, confidence_level)
    if left.significant:
        return phrase(
            "The result, {effect}, is significant: its interval does not hold {nothing}, no effect.",
            effect=result,
            nothing=NOTHING[effect.measure],
        )
    parts = []
    for size, up in ((left.largest_decrease, False), (left.largest_increase, True)):
        if size is None:
            continue
        many = (
            format_percent(size)
            if effect.measure == "hazard_ratio"
            else phrase("{difference:.1f} points", difference=100 * size)
        )
        parts.append(phrase("{size} higher", size=many) if up else phrase("{size} lower", size=many))
    return phrase(
        "The result, {effect}, is not significant, which is no proof of no effect: it cannot exclude {what} up to {sizes}.",
        effect=result,
        what=phrase("a hazard") if effect.measure == "hazard_ratio" else phrase("a response rate"),
        sizes=join_phrases(parts, phrase(" or ", "between names")),
    )
