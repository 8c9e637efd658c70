"""What the figure of a specification curve shows, before anything is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.phrases import join_phrases, phrase
from analysis.robustness.result import SIGNIFICANT, SpecificationCurve, SpecificationResult
from charts.lettering import clean_label
from charts.specification_curve.words import (
    DIMENSIONS,
    MEASURE_WORDS,
    choice_words,
    effect_words,
    estimate_words,
    specification_words,
    unit_words,
)
from charts.style import format_count, format_level, format_number, format_p_limit
from charts.ticks import round_ticks, tick_names

RATIOS = (
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    1.0,
    1.2,
    1.5,
    2.0,
    2.5,
    3.0,
    4.0,
    5.0,
    10.0,
    20.0,
    50.0,
)
"""Ratios that may be marked on an axis."""

_MOST_LEVELS = 7
_CUT_SHARE = 0.03
"""Limits of this share of specifications on either side may run over the edge."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChoiceRow:
    """One option of one choice, and where along the curve it was taken.

    Attributes
    ----------
    dimension, option : str
    first : bool
        Whether it is the first option of its choice.
    places : (k,) int64
        Places along the curve, from 0.
    """

    dimension: str
    option: str
    first: bool
    places: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveContent:
    """The curve from the lowest to the highest estimate.

    Attributes
    ----------
    estimate, lower, upper : (n,) float64
        On the axis; limits cut at its ends, NaN where there are none.
    low : (n,) bool
        p < 0.05.
    chosen : int or None
        Place of the study's own analysis.
    rows : tuple of ChoiceRow
        From top to bottom; choices that do not vary are left out.
    hover : tuple of lines for each place
    log : bool
        Whether the axis is that of a ratio.
    range, levels, level_text
        Of the axis.
    """

    estimate: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    low: NDArray[np.bool_]
    chosen: int | None
    rows: tuple[ChoiceRow, ...]
    hover: tuple[tuple[str, ...], ...]
    nothing: float
    log: bool
    range: tuple[float, float]
    levels: tuple[float, ...]
    level_text: tuple[str, ...]
    title: str
    chosen_words: str
    low_words: str
    other_words: str
    note: str

    @property
    def n(self) -> int:
        """Specifications along the curve."""
        return int(self.estimate.size)


def curve_content(curve: SpecificationCurve, *, time_unit: str, most_levels: int = _MOST_LEVELS) -> CurveContent:
    """Gather the sorted estimates and the choices beneath them."""
    order = curve.in_order
    estimate = _values(order, lambda item: item.estimate)
    lower, upper = _values(order, lambda item: item.ci_lower), _values(order, lambda item: item.ci_upper)
    log = curve.measure == "hazard_ratio"
    ends = _ends(estimate, lower, upper, curve.nothing, log=log)
    levels = effect_levels(ends, log=log, most=most_levels)
    low = np.array([item.p_value is not None and item.p_value < SIGNIFICANT for item in order], dtype=bool)
    chosen = next((place for place, item in enumerate(order) if curve.of(item).chosen), None)
    return CurveContent(
        estimate=estimate,
        lower=np.clip(lower, *ends),
        upper=np.clip(upper, *ends),
        low=low,
        chosen=chosen,
        rows=_rows(curve, order),
        hover=tuple(tuple(specification_words(curve, item, time_unit)) for item in order),
        nothing=curve.nothing,
        log=log,
        range=ends,
        levels=levels,
        level_text=level_names(curve, levels),
        title=axis_title(curve, time_unit),
        chosen_words=_chosen_words(curve, order, chosen, time_unit),
        low_words=phrase(
            "{p}: {n} of {of}",
            p=format_p_limit(SIGNIFICANT),
            n=format_count(int(low.sum())),
            of=format_count(low.size),
        ),
        other_words=phrase("Other specifications: {n}", n=format_count(int((~low).sum()))),
        note=_note(curve, order, ends),
    )


def axis_title(curve: SpecificationCurve, time_unit: str) -> str:
    """The effect with its unit, short enough for an upright axis; the figure's note has it in full."""
    unit = unit_words(curve.measure, time_unit)
    return phrase("Difference ({unit})", unit=unit) if unit else MEASURE_WORDS[curve.measure]


def level_names(curve: SpecificationCurve, levels: tuple[float, ...]) -> tuple[str, ...]:
    """Ticks as they are printed; rates in percentage points."""
    if curve.measure == "rate_difference":
        return tuple(format_number(100 * level, "+.4g") if level else "0" for level in levels)
    return tuple(tick_names(levels))


def effect_levels(ends: tuple[float, float], *, log: bool, most: int) -> tuple[float, ...]:
    """Round effects between the ends, always that of a ratio of 1."""
    if not log:
        return round_ticks(*ends, most)
    inside = [ratio for ratio in RATIOS if ends[0] <= ratio <= ends[1]]
    one = inside.index(1.0)
    step = -(-len(inside) // most)
    return tuple(ratio for place, ratio in enumerate(inside) if (place - one) % step == 0)


def _values(
    order: tuple[SpecificationResult, ...], take: Callable[[SpecificationResult], float | None]
) -> NDArray[np.float64]:
    return np.array([np.nan if (value := take(item)) is None else value for item in order], dtype=np.float64)


def _ends(
    estimate: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    nothing: float,
    *,
    log: bool,
) -> tuple[float, float]:
    """The axis: every estimate, no effect, and all but the widest limits."""
    known_low, known_high = lower[np.isfinite(lower)], upper[np.isfinite(upper)]
    low = [nothing, *estimate.tolist()]
    high = [nothing, *estimate.tolist()]
    if known_low.size:
        low.append(float(np.quantile(known_low, _CUT_SHARE)))
        high.append(float(np.quantile(known_high, 1 - _CUT_SHARE)))
    first, last = min(low), max(high)
    if log:
        first, last = max(first, 0.02), min(last, 50.0)
        return first / 1.06, last * 1.06
    pad = 0.04 * (last - first) or 0.1
    return first - pad, last + pad


def _rows(curve: SpecificationCurve, order: tuple[SpecificationResult, ...]) -> tuple[ChoiceRow, ...]:
    taken = [choice_words(curve.of(item).choices) for item in order]
    listed = [choice_words(item.choices) for item in curve.specifications]
    rows: list[ChoiceRow] = []
    for dimension in DIMENSIONS:
        options = _options([words[dimension] for words in listed], dimension)
        if len(options) < 2:
            continue
        for number, option in enumerate(options):
            places = [place for place, words in enumerate(taken) if words[dimension] == option]
            rows.append(
                ChoiceRow(
                    dimension=dimension,
                    option=clean_label(option),
                    first=number == 0,
                    places=np.array(places, dtype=np.int64),
                )
            )
    return tuple(rows)


def _options(found: list[str | None], dimension: str) -> list[str]:
    options = list(dict.fromkeys(option for option in found if option is not None))
    if dimension == "Caliper":
        return sorted(options, key=lambda option: float("inf") if option == "none" else float(option))
    if dimension == "Order":
        return sorted(options, key=lambda option: option == "random")
    return sorted(options) if dimension == "Controls" else options


def _chosen_words(
    curve: SpecificationCurve, order: tuple[SpecificationResult, ...], chosen: int | None, time_unit: str
) -> str:
    if chosen is None:
        return phrase("This study's own analysis has no effect, or was not reached")
    return phrase("{what}: {told}", what=phrase("This study"), told=estimate_words(curve, order[chosen], time_unit))


def _note(curve: SpecificationCurve, order: tuple[SpecificationResult, ...], ends: tuple[float, float]) -> str:
    level = format_level(curve.confidence_level)
    cut = sum(
        (item.ci_lower is not None and item.ci_lower < ends[0])
        or (item.ci_upper is not None and item.ci_upper > ends[1])
        for item in order
    )
    parts = [
        phrase("{sentence}.", sentence=effect_words(curve.measure, curve.endpoint)),
        phrase("Upright lines: {level}, cut at the axis in {n}.", level=level, n=format_count(cut))
        if cut
        else phrase("Upright lines: {level}.", level=level),
    ]
    if not curve.complete:
        n, planned = format_count(len(curve.results)), format_count(len(curve.specifications))
        parts.append(phrase("Partial: {n} of {planned} carried out.", n=n, planned=planned))
    failed = len(curve.results) - len(order)
    if failed:
        parts.append(phrase("{n} could not estimate an effect and are not drawn.", n=format_count(failed)))
    return join_phrases(parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderContent:
    """Effects of random orders in which nothing else differs.

    Attributes
    ----------
    edges : (k + 1,) float64
        Of the bars.
    counts : (k,) int64
    chosen : float or None
        The study's own effect.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    chosen: float | None
    nothing: float
    log: bool
    range: tuple[float, float]
    levels: tuple[float, ...]
    level_text: tuple[str, ...]
    title: str
    chosen_words: str
    order_words: str


def order_content(curve: SpecificationCurve, *, time_unit: str, most_levels: int = _MOST_LEVELS) -> OrderContent:
    """Count the effects of random orders in bars of equal width."""
    order = curve.in_order
    values = _values(tuple(item for item in order if curve.of(item).order_only), lambda item: item.estimate)
    chosen = curve.chosen
    own = None if chosen is None else chosen.estimate
    log = curve.measure == "hazard_ratio"
    marks = np.array([*values, curve.nothing, *([] if own is None else [own])])
    ends = _ends(marks, np.array([]), np.array([]), curve.nothing, log=log)
    scaled = np.log(values) if log else values
    counts, edges = np.histogram(scaled, bins=max(5, min(30, int(np.sqrt(values.size) * 1.5)))) if values.size else (
        np.zeros(0, dtype=np.int64), np.zeros(1)
    )  # fmt: skip
    levels = effect_levels(ends, log=log, most=most_levels)
    return OrderContent(
        edges=np.exp(edges) if log else edges,
        counts=counts.astype(np.int64),
        chosen=own,
        nothing=curve.nothing,
        log=log,
        range=ends,
        levels=levels,
        level_text=level_names(curve, levels),
        title=axis_title(curve, time_unit),
        chosen_words=_chosen_words(
            curve, order, next((place for place, item in enumerate(order) if curve.of(item).chosen), None), time_unit
        ),
        order_words=phrase("{n} random orders of matching, nothing else changed", n=format_count(values.size)),
    )


def specification_rows(curve: SpecificationCurve) -> pd.DataFrame:
    """Every specification in the order of its number, with its choices and what it found.

    Returns
    -------
    DataFrame
        ``number`` from 1; blank where a choice does not exist, nothing was found, or it was not carried out (``done``).
    """
    results = {result.number: result for result in curve.results}
    rows = []
    for item in curve.specifications:
        found, choices = results.get(item.number), item.choices
        words = choice_words(choices)
        rows.append(
            {
                "number": item.number + 1,
                "chosen": item.chosen,
                "order_only": item.order_only,
                "done": found is not None,
                "method": choices["method"],
                "estimand": choices["estimand"],
                "distance": choices["distance"],
                "caliper": words["Caliper"],
                "ratio": choices["ratio"],
                "order": choices["order"],
                "seed": choices["seed"],
                "replacement": choices["replacement"],
                "left_out": "; ".join(choices["left_out"]),
                "estimate": found and found.estimate,
                "ci_lower": found and found.ci_lower,
                "ci_upper": found and found.ci_upper,
                "p_value": found and found.p_value,
                "n_sets": found and found.n_sets,
                "n_treated": found and found.n_treated,
                "n_control": found and found.n_control,
                "effective_sample_size_treated": found and found.effective_sample_size_treated,
                "effective_sample_size_control": found and found.effective_sample_size_control,
                "largest_smd": found and found.largest_smd,
                "failure": found and found.failure,
            }
        )
    table = pd.DataFrame(rows)
    whole = ("ratio", "seed", "n_sets", "n_treated", "n_control")
    numbers = ("estimate", "ci_lower", "ci_upper", "p_value", "effective_sample_size_treated",
               "effective_sample_size_control", "largest_smd")  # fmt: skip
    return table.astype(dict.fromkeys(whole, "Int64") | dict.fromkeys(numbers, "float64"))
