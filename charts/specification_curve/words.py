"""A specification curve in words: names of effects and choices, and the sentences that sum it up."""

from collections.abc import Mapping
from typing import Any

from analysis.design_contradictions import MATCHED_SETTINGS
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
)
from charts.style import format_time as _format_time

MEASURE_WORDS: dict[Measure, str] = {
    "hazard_ratio": "Hazard ratio",
    "rmst_difference": "Difference of restricted means",
    "rate_difference": "Difference of response rates",
}

METHOD_WORDS = {
    "nearest": "Nearest",
    "optimal": "Optimal",
    "full": "Full",
    "exact": "Exact strata",
    "coarsened": "Coarsened strata",
    "weighting: iptw": "IPTW",
    "weighting: overlap": "Overlap weights",
    "weighting: matching": "Matching weights",
    "weighting: entropy": "Entropy balancing",
}

DISTANCE_WORDS = {"mahalanobis": "Mahalanobis"}
"""Names of distances that are not words of the study file."""

DIMENSIONS = ("Method", "Estimand", "Distance", "Caliper", "Controls", "Order", "Replacement", "Covariates")
"""In this order below the curve and in the table."""


def effect_words(measure: Measure, endpoint: str) -> str:
    """The effect and its endpoint as a heading.

    Examples
    --------
    >>> effect_words("hazard_ratio", "OS")
    'Hazard ratio of OS'
    """
    return f"{MEASURE_WORDS[measure]} of {clean_label(endpoint)}"


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
    return "percentage points" if measure == "rate_difference" else clean_label(time_unit)


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
    return {
        "Method": METHOD_WORDS.get(method, method),
        "Estimand": choices["estimand"],
        "Distance": DISTANCE_WORDS.get(choices["distance"], choices["distance"]),
        "Caliper": None if not has_caliper else "none" if caliper is None else f"{caliper:g}",
        "Controls": None if ratio is None else f"1:{ratio}",
        "Order": choices["order"],
        "Replacement": None if replacement is None else "with" if replacement else "without",
        "Covariates": "without " + ", ".join(map(clean_label, choices["left_out"])) if choices["left_out"] else "all",
    }


def specification_words(curve: SpecificationCurve, result: SpecificationResult, time_unit: str) -> list[str]:
    """Lines that say what one specification is and what it found."""
    specification = curve.of(result)
    choices = specification.choices
    chosen = "This study" if specification.chosen else f"Specification {format_count(result.number + 1)}"
    words = [f"{name.lower()} {text}" for name, text in choice_words(choices).items() if text and name != "Method"]
    seed = "" if choices["seed"] is None else f", seed {choices['seed']}"
    smd = "" if result.largest_smd is None else f"; largest |SMD| {format_number(result.largest_smd, '.2f')}"
    sets = (
        f"effective {format_number(result.effective_sample_size_treated, ',.1f')} v "
        f"{format_number(result.effective_sample_size_control, ',.1f')}"
        if result.n_sets is None
        else f"{format_count(result.n_sets)} sets"
    )
    return [
        f"{chosen}: {estimate_words(curve, result, time_unit)}",
        f"{choice_words(choices)['Method']}: {', '.join(words)}{seed}",
        f"{sets}{smd}",
    ]


def estimate_words(curve: SpecificationCurve, result: SpecificationResult, time_unit: str) -> str:
    """One estimate with its limits and p-value."""

    def form(value: float | None) -> str:
        return format_effect(curve.measure, value, time_unit)

    unit = unit_words(curve.measure, time_unit)
    limits = f"{format_level(curve.confidence_level)} {format_interval(result.ci_lower, result.ci_upper, form)}"
    value = f"{form(result.estimate)} {unit}".strip()
    return f"{value} ({limits}; {format_p_statement(result.p_value)})"


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
        sentences.append("None of them could estimate an effect.")
    else:
        sentences += _agreement(curve, found, found.spread)
        sentences.append(_range(curve, found.spread, "all of them", time_unit))
    if found.random_order is not None:
        sentences.append(_order(curve, found.random_order, time_unit))
    for reason, count in found.failures[:3]:
        sentences.append(f"{_count(count, 'specification')} could not estimate an effect: {reason}")
    return tuple(sentences)


def _count(count: int, noun: str) -> str:
    return f"{format_count(count)} {noun}{'' if count == 1 else 's'}"


def _done(summary: CurveSummary) -> str:
    if summary.n_done == summary.n_planned:
        were = "was" if summary.n_done == 1 else "were"
        return f"{_count(summary.n_done, 'specification')} {were} carried out."
    return (
        f"Partial: {format_count(summary.n_done)} of {_count(summary.n_planned, 'specification')} were carried out; "
        "what follows is of those."
    )


def _agreement(curve: SpecificationCurve, summary: CurveSummary, spread: EstimateSpread) -> list[str]:
    sentences = []
    if summary.n_same_sign is not None:
        sentences.append(
            f"{_share(summary.n_same_sign, spread.n)} estimates lie on the same side of no effect as this study's."
        )
    below, above = _sides(curve)
    sentences.append(
        f"{format_p_limit(SIGNIFICANT)} {below} in {_share(spread.n_below, spread.n)}, {above} in "
        f"{_share(spread.n_above, spread.n)}."
    )
    return sentences


def _sides(curve: SpecificationCurve) -> tuple[str, str]:
    if curve.measure == "hazard_ratio":
        return "with a ratio below 1", "with one above 1"
    return "with a difference below 0", "with one above 0"


def _share(count: int, of: int) -> str:
    percent = f"{100 * count / of:.0f}%"
    if count < of and percent == "100%":
        percent = ">99%"
    elif count and percent == "0%":
        percent = "<1%"
    return f"{format_count(count)} of {format_count(of)} ({percent})"


def _range(curve: SpecificationCurve, spread: EstimateSpread, whose: str, time_unit: str) -> str:
    low, mid, high = (
        format_effect(curve.measure, value, time_unit) for value in (spread.lowest, spread.median, spread.highest)
    )
    unit = unit_words(curve.measure, time_unit)
    return f"{effect_words(curve.measure, curve.endpoint)} in {whose}: from {low} to {high}{unit and ' ' + unit}, median {mid}."


def _order(curve: SpecificationCurve, spread: EstimateSpread, time_unit: str) -> str:
    low, high = (format_effect(curve.measure, value, time_unit) for value in (spread.lowest, spread.highest))
    n_low = spread.n_below + spread.n_above
    unit = unit_words(curve.measure, time_unit)
    chosen = next((item for item in curve.specifications if item.chosen), None)
    has_order = chosen is None or chosen.choices["order"] is not None
    whose = "The order of matching alone" if has_order else "In nearest matching without replacement, the order alone"
    return (
        f"{whose}, {_count(spread.n, 'random order')}, moves it from {low} to {high}"
        f"{unit and ' ' + unit}; {format_p_limit(SIGNIFICANT)} in {_share(n_low, spread.n)}."
    )


def describe_specifications(curve: SpecificationCurve, time_unit: str) -> str:
    """The figure in a few sentences, for readers who do not see it."""
    chosen = curve.chosen
    words = (
        "" if chosen is None or chosen.estimate is None else f" This study: {estimate_words(curve, chosen, time_unit)}."
    )
    title = effect_words(curve.measure, curve.endpoint)
    return f"Specification curve. {title}, sorted.{words} " + " ".join(curve_sentences(curve, time_unit))


def describe_orders(curve: SpecificationCurve, time_unit: str) -> str:
    """The figure of random orders in a sentence."""
    spread = summarise_curve(curve).random_order
    title = effect_words(curve.measure, curve.endpoint)
    return f"Histogram. {title}. {_order(curve, spread, time_unit) if spread is not None else 'No random orders.'}"
