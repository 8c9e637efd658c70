"""A specification curve in words: names of effects and choices, and the sentences that sum it up."""

from collections.abc import Mapping
from typing import Any

from analysis.design_contradictions import MATCHED_SETTINGS
from analysis.phrases import join_phrases, phrase, uncapitalised
from analysis.robustness.effect import Measure
from analysis.robustness.result import (
    SIGNIFICANT,
    CurveSummary,
    EstimateSpread,
    SpecificationCurve,
    SpecificationResult,
    summarise_curve,
)
from charts.lettering import clean_label
from charts.style import (
    format_count,
    format_interval,
    format_level,
    format_number,
    format_p_limit,
    format_p_statement,
    format_points,
    format_ratio,
    unit_name,
)
from charts.style import format_time as _format_time

MEASURE_WORDS: dict[Measure, str] = {
    "hazard_ratio": phrase("Hazard ratio"),
    "rmst_difference": phrase("Difference of restricted means"),
    "rate_difference": phrase("Difference of response rates"),
}

METHOD_WORDS = {
    "nearest": phrase("Nearest"),
    "optimal": phrase("Optimal"),
    "full": phrase("Full"),
    "exact": phrase("Exact strata"),
    "coarsened": phrase("Coarsened strata"),
    "weighting: iptw": "IPTW",
    "weighting: overlap": phrase("Overlap weights"),
    "weighting: matching": phrase("Matching weights"),
    "weighting: entropy": phrase("Entropy balancing"),
}

DISTANCE_WORDS = {
    "logit": phrase("logit", "distance"),
    "probability": phrase("probability", "distance"),
    "mahalanobis": "Mahalanobis",
}
"""Names of distances that are not words of the study file."""

DIMENSIONS = (
    phrase("Method"),
    phrase("Estimand"),
    phrase("Distance"),
    phrase("Caliper"),
    phrase("Controls"),
    phrase("Order"),
    phrase("Replacement"),
    phrase("Covariates"),
)
_ORDER_WORDS = {
    "closest": phrase("closest", "order"),
    "largest": phrase("largest", "order"),
    "smallest": phrase("smallest", "order"),
    "data": phrase("data", "order"),
    "random": phrase("random", "order"),
}
"""In this order below the curve and in the table."""


def effect_words(measure: Measure, endpoint: str) -> str:
    """The effect and its endpoint as a heading.

    Examples
    --------
    >>> effect_words("hazard_ratio", "OS")
    'Hazard ratio of OS'
    """
    return phrase("{measure} of {endpoint}", measure=MEASURE_WORDS[measure], endpoint=clean_label(endpoint))


def format_effect(measure: Measure, value: float | None, time_unit: str) -> str:
    """One effect as it is printed, without its unit.

    Examples
    --------
    >>> format_effect("hazard_ratio", 0.7963, "months"), format_effect("rate_difference", -0.031, "months")
    ('0.80', '−3.1')
    """
    if measure == "hazard_ratio":
        return format_ratio(value)
    if measure == "rate_difference":
        return format_points(value)
    return "–" if value is None else _format_time(value, time_unit)


def unit_words(measure: Measure, time_unit: str) -> str:
    """What an effect is counted in; nothing for a ratio."""
    if measure == "hazard_ratio":
        return ""
    return phrase("percentage points") if measure == "rate_difference" else unit_name(time_unit)


def choice_words(choices: Mapping[str, Any]) -> dict[str, str | None]:
    """The choices of a specification by dimension, in words; None where the choice does not exist.

    Examples
    --------
    >>> found = choice_words({"method": "weighting: overlap", "estimand": "ATO", "distance": None, "caliper": None,
    ...     "ratio": None, "order": None, "seed": None, "replacement": None, "left_out": ("age",)})
    >>> found["Method"], found["Caliper"], found["Covariates"]
    ('Overlap weights', None, 'without age')
    """
    method = choices["method"]
    has_caliper = "caliper" in MATCHED_SETTINGS.get(method, ())
    caliper = choices["caliper"]
    ratio, replacement = choices["ratio"], choices["replacement"]
    left_out = ", ".join(map(clean_label, choices["left_out"]))
    with_or_without = phrase("with", "replacement") if replacement else phrase("without", "replacement")
    options = (
        METHOD_WORDS.get(method, method),
        choices["estimand"],
        DISTANCE_WORDS.get(choices["distance"], choices["distance"]),
        None if not has_caliper else phrase("none", "caliper") if caliper is None else f"{caliper:g}",
        None if ratio is None else f"1:{ratio}",
        _ORDER_WORDS.get(choices["order"], choices["order"]),
        None if replacement is None else with_or_without,
        phrase("without {covariates}", covariates=left_out) if left_out else phrase("all", "covariates"),
    )
    return dict(zip(DIMENSIONS, options, strict=True))


def specification_words(curve: SpecificationCurve, result: SpecificationResult, time_unit: str) -> list[str]:
    """Lines that say what one specification is and what it found."""
    specification = curve.of(result)
    choices = specification.choices
    number = format_count(result.number + 1)
    chosen = phrase("This study") if specification.chosen else phrase("Specification {number}", number=number)
    told = choice_words(choices)
    words = [join_phrases((uncapitalised(name), text)) for name, text in told.items() if text and name != "Method"]
    if choices["seed"] is not None:
        words.append(phrase("seed {seed}", seed=choices["seed"]))
    sets = (
        phrase(
            "effective {treated} v {control}",
            treated=format_number(result.effective_sample_size_treated, ",.1f"),
            control=format_number(result.effective_sample_size_control, ",.1f"),
        )
        if result.n_sets is None
        else phrase("{n} sets", n=format_count(result.n_sets))
    )
    if result.largest_smd is not None:
        sets += phrase("; largest |SMD| {smd}", smd=format_number(result.largest_smd, ".2f"))
    return [
        phrase("{what}: {told}", what=chosen, told=estimate_words(curve, result, time_unit)),
        phrase("{what}: {told}", what=told["Method"], told=join_phrases(words, ", ")),
        sets,
    ]


def estimate_words(curve: SpecificationCurve, result: SpecificationResult, time_unit: str) -> str:
    """One estimate with its limits and p-value."""

    def form(value: float | None) -> str:
        return format_effect(curve.measure, value, time_unit)

    unit = unit_words(curve.measure, time_unit)
    return phrase(
        "{value} ({level} {limits}; {p})",
        value=_with_unit(form(result.estimate), unit),
        level=format_level(curve.confidence_level),
        limits=format_interval(result.ci_lower, result.ci_upper, form),
        p=format_p_statement(result.p_value),
    )


def _with_unit(value: str, unit: str) -> str:
    return join_phrases((value, unit)) if unit else value


def curve_sentences(curve: SpecificationCurve, time_unit: str, summary: CurveSummary | None = None) -> tuple[str, ...]:
    """What a curve says: how many agree with the study, how many lie below 0.05, the range, and the order alone.

    Parameters
    ----------
    curve : SpecificationCurve
    time_unit : str
        As in the study file.
    summary : CurveSummary, optional
        Of the curve, where it is at hand.

    Returns
    -------
    tuple of str
        Whole sentences.
    """
    found = summary or summarise_curve(curve)
    sentences = [_done(found)]
    if found.spread is None:
        sentences.append(phrase("None of them could estimate an effect."))
    else:
        sentences += _agreement(curve, found, found.spread)
        sentences.append(_range(curve, found.spread, time_unit))
    if found.random_order is not None:
        sentences.append(_order(curve, found.random_order, time_unit))
    for reason, count in found.failures[:3]:
        n = format_count(count)
        sentences.append(
            phrase("{n} specification could not estimate an effect: {reason}", n=n, reason=reason)
            if count == 1
            else phrase("{n} specifications could not estimate an effect: {reason}", n=n, reason=reason)
        )
    return tuple(sentences)


def _done(summary: CurveSummary) -> str:
    n, planned = format_count(summary.n_done), format_count(summary.n_planned)
    if summary.n_done == summary.n_planned:
        if summary.n_done == 1:
            return phrase("{n} specification was carried out.", n=n)
        return phrase("{n} specifications were carried out.", n=n)
    if summary.n_planned == 1:
        return phrase(
            "Partial: {n} of {planned} specification were carried out; what follows is of those.", n=n, planned=planned
        )
    return phrase(
        "Partial: {n} of {planned} specifications were carried out; what follows is of those.", n=n, planned=planned
    )


def _agreement(curve: SpecificationCurve, summary: CurveSummary, spread: EstimateSpread) -> list[str]:
    sentences = []
    if summary.n_same_sign is not None:
        same = _share(summary.n_same_sign, spread.n)
        sentences.append(phrase("{share} estimates lie on the same side of no effect as this study's.", share=same))
    fields = {
        "p": format_p_limit(SIGNIFICANT),
        "below": _share(spread.n_below, spread.n),
        "above": _share(spread.n_above, spread.n),
    }
    sentences.append(
        phrase("{p} with a ratio below 1 in {below}, with one above 1 in {above}.", **fields)
        if curve.measure == "hazard_ratio"
        else phrase("{p} with a difference below 0 in {below}, with one above 0 in {above}.", **fields)
    )
    return sentences


def _share(count: int, of: int) -> str:
    percent = f"{100 * count / of:.0f}%"
    if count < of and percent == "100%":
        percent = ">99%"
    elif count and percent == "0%":
        percent = "<1%"
    return phrase("{n} of {of} ({percent})", n=format_count(count), of=format_count(of), percent=percent)


def _range(curve: SpecificationCurve, spread: EstimateSpread, time_unit: str) -> str:
    low, mid, high = (
        format_effect(curve.measure, value, time_unit) for value in (spread.lowest, spread.median, spread.highest)
    )
    unit = unit_words(curve.measure, time_unit)
    return phrase(
        "{effect} in all of them: from {low} to {high}, median {median}.",
        effect=effect_words(curve.measure, curve.endpoint),
        low=low,
        high=_with_unit(high, unit),
        median=mid,
    )


def _order(curve: SpecificationCurve, spread: EstimateSpread, time_unit: str) -> str:
    low, high = (format_effect(curve.measure, value, time_unit) for value in (spread.lowest, spread.highest))
    n_low = spread.n_below + spread.n_above
    unit = unit_words(curve.measure, time_unit)
    chosen = next((item for item in curve.specifications if item.chosen), None)
    has_order = chosen is None or chosen.choices["order"] is not None
    n = format_count(spread.n)
    fields = {
        "orders": phrase("{n} random order", n=n) if spread.n == 1 else phrase("{n} random orders", n=n),
        "low": low,
        "high": _with_unit(high, unit),
        "p": format_p_limit(SIGNIFICANT),
        "share": _share(n_low, spread.n),
    }
    if has_order:
        return phrase("The order of matching alone, {orders}, moves it from {low} to {high}; {p} in {share}.", **fields)
    return phrase(
        "In nearest matching without replacement, the order alone, {orders}, moves it from {low} to {high}; "
        "{p} in {share}.",
        **fields,
    )


def describe_specifications(curve: SpecificationCurve, time_unit: str) -> str:
    """The figure in a few sentences, for readers who do not see it."""
    chosen = curve.chosen
    parts = [phrase("Specification curve. {effect}, sorted.", effect=effect_words(curve.measure, curve.endpoint))]
    if chosen is not None and chosen.estimate is not None:
        parts.append(phrase("This study: {told}.", told=estimate_words(curve, chosen, time_unit)))
    return join_phrases([*parts, *curve_sentences(curve, time_unit)])


def describe_orders(curve: SpecificationCurve, time_unit: str) -> str:
    """The figure of random orders in a sentence."""
    spread = summarise_curve(curve).random_order
    title = effect_words(curve.measure, curve.endpoint)
    told = _order(curve, spread, time_unit) if spread is not None else phrase("No random orders.")
    return join_phrases((phrase("Histogram. {effect}.", effect=title), told))
