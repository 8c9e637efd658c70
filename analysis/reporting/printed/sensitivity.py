"""Unmeasured confounding and power as printed tables."""

from collections.abc import Mapping

import pandas as pd

from analysis.design.description import design_name
from analysis.outcomes.rate_effects import Estimate
from analysis.phrases import join_phrases, phrase
from analysis.sensitivity.measured_covariates import CovariateBias, CovariateComparison
from analysis.sensitivity.power import DetectableEffect
from analysis.study.sensitivity import EndpointConfounding, EndpointPower, Measure, StudyConfounding
from charts.style import (
    NOT_ESTIMATED,
    DesignWord,
    format_interval,
    format_level,
    format_p,
    format_percent,
    format_points,
    format_ratio,
)

NOT_FINITE = "∞"
"""An E-value that no finite confounder reaches."""


def e_value_rows(
    populations: Mapping[str, StudyConfounding], design_word: DesignWord, confidence_level: float
) -> pd.DataFrame:
    """Each endpoint's effect with its E-values, beside the strongest covariate and the critical Γ.

    Parameters
    ----------
    populations : mapping of str to StudyConfounding
        By heading, such as ``After``.
    design_word : {"matching", "weighting"}
    confidence_level : float

    Returns
    -------
    DataFrame
        Text only.
    """
    endpoints = [item.effect.endpoint for one in populations.values() for item in one.endpoints]
    rows = []
    for place in range(len(endpoints) // max(1, len(populations))):
        for heading, one in populations.items():
            found = one.endpoints[place]
            rows.append(
                {
                    phrase("Endpoint"): found.effect.endpoint,
                    design_name(design_word).capitalize(): heading,
                    phrase("Effect ({level})", level=format_level(confidence_level)): effect_cell(
                        found.effect.effect, found.effect.measure
                    ),
                    phrase("E-value"): _e_value(found, limit=False),
                    phrase("E-value of limit"): _e_value(found, limit=True),
                    phrase("Strongest measured"): _strongest(found),
                    "Γ": _gamma(found),
                }
            )
    return pd.DataFrame(rows)


def effect_cell(effect: Estimate, measure: Measure) -> str:
    """An effect with its limits, percentage points for rates."""
    if effect.estimate is None:
        return NOT_ESTIMATED
    form = format_ratio if measure == "hazard_ratio" else format_points
    return form(effect.estimate) + " (" + format_interval(effect.ci_lower, effect.ci_upper, form) + ")"


def _e_value(found: EndpointConfounding, *, limit: bool) -> str:
    if found.e_value is None:
        return NOT_ESTIMATED
    value = found.e_value.limit if limit else found.e_value.estimate
    if value is not None:
        return format_ratio(value)
    unknown = any(note.code == "e_value_limit_unknown" for note in found.e_value.notes)
    return NOT_ESTIMATED if limit and unknown else NOT_FINITE


def _strongest(found: EndpointConfounding) -> str:
    if found.covariates is None:
        return NOT_ESTIMATED
    strongest = found.covariates.strongest
    ratios = f"{format_ratio(strongest.treatment_ratio)} × {format_ratio(strongest.outcome_ratio)}"
    return f"{strongest.name} ({ratios})"


def _gamma(found: EndpointConfounding) -> str:
    bounds = found.bounds
    if bounds is None:
        return NOT_ESTIMATED
    return f"p {format_p(bounds.p_value)}" if bounds.critical_gamma is None else format_ratio(bounds.critical_gamma)


def covariate_rows(compared: CovariateComparison) -> pd.DataFrame:
    """Every measured covariate with its associations, and whether one as strong would be enough."""
    return pd.DataFrame(
        [
            {
                phrase("Covariate"): item.name,
                phrase("With treatment"): format_ratio(item.treatment_ratio),
                phrase("With outcome"): format_ratio(item.outcome_ratio),
                phrase("Most bias"): format_ratio(item.bias_factor),
                phrase("As E-value"): format_ratio(item.e_value),
                phrase("Enough for"): _enough(item, compared),
            }
            for item in compared.covariates
        ]
    )


def _enough(item: CovariateBias, compared: CovariateComparison) -> str:
    if item.explains_estimate:
        return phrase("estimate", "enough for")
    if compared.e_value.bias_factor_limit in (None, 1.0):
        return phrase("not the estimate", "enough for")
    return phrase("limit", "enough for") if item.explains_limit else phrase("neither", "enough for")


def bounds_rows(endpoints: Mapping[str, EndpointConfounding]) -> pd.DataFrame:
    """The largest p-value that hidden bias of each size could have given, an endpoint a row."""
    rows = []
    for name, found in endpoints.items():
        bounds = found.bounds
        if bounds is not None:
            sets = phrase("{n} of {total}", n=f"{bounds.n_decisive:,}", total=f"{bounds.n_sets:,}")
            row = {phrase("Endpoint"): name, phrase("Decisive sets"): sets}
            pairs = zip(bounds.gammas, bounds.p_upper, strict=True)
            rows.append(row | {f"Γ {gamma:g}": format_p(float(p_value)) for gamma, p_value in pairs})
    return pd.DataFrame(rows)


def power_rows(populations: Mapping[str, tuple[EndpointPower, ...]], design_word: DesignWord) -> pd.DataFrame:
    """What each population could have shown of each endpoint, and what its interval leaves open.

    Parameters
    ----------
    populations : mapping of str to tuple of EndpointPower
        By heading, such as ``After``; the same endpoints in each.
    design_word : {"matching", "weighting"}

    Returns
    -------
    DataFrame
        Text only; differences in percentage points.
    """
    rows = []
    for together in zip(*populations.values(), strict=True):
        for heading, found in zip(populations, together, strict=True):
            effect = found.effect
            rows.append(
                {
                    phrase("Endpoint"): effect.endpoint,
                    design_name(design_word).capitalize(): heading,
                    phrase("Events/n"): f"{effect.n_events:,}/{effect.n_treated + effect.n_control:,}",
                    **{
                        phrase("{power:.0%} power", power=power): _side_by_side(found.detectable, power)
                        for power in (0.8, 0.9)
                    },
                    phrase("80%, from events"): _side_by_side(found.from_events, 0.8),
                    phrase("Cannot exclude"): _open(found),
                }
            )
    return pd.DataFrame(rows)


def _side_by_side(effects: tuple[DetectableEffect, ...], power: float) -> str:
    found = next((item for item in effects if item.power == power), None)
    if found is None:
        return NOT_ESTIMATED
    form = format_ratio if found.measure == "hazard_ratio" else format_points
    sides = [f"≤ {form(found.below)}"] if found.below is not None else []
    sides += [f"≥ {form(found.above)}"] if found.above is not None else []
    return ", ".join(sides) or phrase("none", "an effect")


def _open(found: EndpointPower) -> str:
    left = found.not_excluded
    if left is None:
        return NOT_ESTIMATED
    if left.significant:
        return phrase("significant")
    parts = []
    for size, sign in ((left.largest_decrease, "−"), (left.largest_increase, "+")):
        if size is not None:
            size_words = format_percent(size) if left.measure == "ratio" else f"{100 * size:.1f}"
            parts.append(f"{sign}{size_words}")
    return join_phrases(parts, phrase(" to ", "a range"))
