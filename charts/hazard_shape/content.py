"""What a figure of the hazard ratio over follow-up shows, before anything is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.outcomes.smoothed_hazard_ratio import SmoothedHazardRatio
from analysis.phrases import join_phrases, phrase
from charts.lettering import breaking, clean_label, short_label, unbroken
from charts.style import format_count, format_level, format_p_statement, format_ratio, format_time, unit_name, versus
from charts.ticks import tick_names

LABEL_ON_AXIS = 6
"""Ems; both labels and what stands before them must fit beside an axis as high as the figure is drawn."""
RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
WIDEST = np.log(100.0)
"""A ratio beyond a hundred, either way, is not drawn to its place."""
MOST_POINTS = 2_000
"""More residuals than this say no more than a part of them, evenly taken."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HazardShapeContent:
    """The smooth with its band and the residuals, as ratios.

    Attributes
    ----------
    position, ratio, lower, upper : (k,) float64
        The smooth on the axis of events.
    at, residual, residual_time : (d,) float64
        The residuals, those beyond the axis left out; ``n_beyond`` of them.
    constant : float
        The ratio of the Cox model.
    ticks, tick_text
        Positions of round times, and the times.
    range : (float, float)
        Ends of the upright axis.
    levels : tuple of float
        Ratios at which it is marked.
    """

    position: NDArray[np.float64]
    time: NDArray[np.float64]
    ratio: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    at: NDArray[np.float64]
    residual: NDArray[np.float64]
    residual_time: NDArray[np.float64]
    n_beyond: int
    constant: float
    ticks: tuple[float, ...]
    tick_text: tuple[str, ...]
    range: tuple[float, float]
    levels: tuple[float, ...]
    sentence: str
    note: str
    title: str
    time_title: str
    level_name: str


def hazard_shape_content(
    smooth: SmoothedHazardRatio,
    *,
    treated_label: str,
    control_label: str,
    time_unit: str,
    p_value: float | None = None,
    most_ticks: int = 8,
) -> HazardShapeContent:
    """Gather the smooth and the residuals; ``p_value`` is that of the test of proportional hazards."""
    low, high = _reach(smooth)
    every = max(1, -(-smooth.residual.size // MOST_POINTS))
    rows = np.arange(0, smooth.residual.size, every)
    inside = rows[(smooth.residual[rows] >= low) & (smooth.residual[rows] <= high)]
    arms = versus(
        short_label(clean_label(treated_label), LABEL_ON_AXIS), short_label(clean_label(control_label), LABEL_ON_AXIS)
    )
    ticks = _ticks(smooth, most_ticks)
    return HazardShapeContent(
        position=smooth.position,
        time=smooth.time,
        ratio=np.exp(smooth.log_hazard_ratio),
        lower=np.exp(np.maximum(smooth.ci_lower, low)),
        upper=np.exp(np.minimum(smooth.ci_upper, high)),
        at=smooth.event_position[inside],
        residual=np.exp(smooth.residual[inside]),
        residual_time=smooth.event_time[inside],
        n_beyond=rows.size - inside.size,
        constant=float(np.exp(smooth.constant)),
        ticks=tuple(position for position, _ in ticks),
        tick_text=tuple(tick_names([time for _, time in ticks])),
        range=(float(np.exp(low)), float(np.exp(high))),
        levels=tuple(ratio for ratio in RATIOS if low <= np.log(ratio) <= high),
        sentence=_sentence(smooth, p_value),
        note=_note(smooth, rows.size - inside.size),
        title=phrase("Hazard ratio, {arms}", arms=arms),
        time_title=phrase("Time ({unit}), events evenly spread", unit=short_label(unit_name(time_unit), 20)),
        level_name=format_level(smooth.confidence_level),
    )


def _reach(smooth: SmoothedHazardRatio) -> tuple[float, float]:
    """Ends of the axis on the logarithm: the smooth with most of its band, the constant and no effect."""
    curve = smooth.log_hazard_ratio
    wide = 2.0 * max(float(np.ptp(curve)), 1.0)
    low = min(0.0, float(np.maximum(smooth.ci_lower, curve.min() - wide).min()))
    high = max(0.0, float(np.minimum(smooth.ci_upper, curve.max() + wide).max()))
    return max(low - 0.3, -WIDEST), min(high + 0.3, WIDEST)


def _ticks(smooth: SmoothedHazardRatio, most: int) -> list[tuple[float, float]]:
    """Positions of round times that stand apart; events crowd where there are many."""
    span = float(smooth.position[-1] - smooth.position[0])
    first, last = float(smooth.time[0]), float(smooth.time[-1])
    step = next(
        step
        for power in 10.0 ** np.arange(-4, 9)
        for step in (power, 2 * power, 5 * power)
        if (last - first) / step <= 24
    )
    chosen: list[tuple[float, float]] = []
    for number in range(int(np.ceil(first / step)), int(np.floor(last / step)) + 1):
        position = float(np.interp(step * number, smooth.time, smooth.position))
        if not chosen or position - chosen[-1][0] >= span / most:
            chosen.append((position, round(step * number, 10)))
    return chosen or [(float(smooth.position[0]), first)]


def _sentence(smooth: SmoothedHazardRatio, p_value: float | None) -> str:
    parts = [unbroken(phrase("Cox hazard ratio {ratio};", ratio=format_ratio(float(np.exp(smooth.constant)))))]
    if p_value is not None:
        p = unbroken(format_p_statement(p_value))
        parts.append(phrase("test of proportional hazards (Schoenfeld) {p};", p=p))
    parts.append(unbroken(phrase("{n} events.", n=format_count(smooth.n_events))))
    return join_phrases(parts)


def _note(smooth: SmoothedHazardRatio, n_beyond: int) -> str:
    band = phrase("Band: {level} of the smooth.", level=format_level(smooth.confidence_level))
    n = format_count(n_beyond)
    if n_beyond == 1:
        dots = phrase("Dots: scaled Schoenfeld residuals; {n} lies beyond the axis.", n=n)
    elif n_beyond:
        dots = phrase("Dots: scaled Schoenfeld residuals; {n} lie beyond the axis.", n=n)
    else:
        dots = phrase("Dots: scaled Schoenfeld residuals.")
    return join_phrases((band, dots))


def hazard_shape_table(smooths: Sequence[tuple[str, SmoothedHazardRatio]]) -> pd.DataFrame:
    """The smooth as rows: population, time, hazard ratio and its limits."""
    tables = [
        pd.DataFrame(
            {
                "population": name,
                "time": smooth.time,
                "hazard_ratio": np.exp(smooth.log_hazard_ratio),
                "ci_lower": np.exp(smooth.ci_lower),
                "ci_upper": np.exp(smooth.ci_upper),
            }
        )
        for name, smooth in smooths
    ]
    columns = ["population", "time", "hazard_ratio", "ci_lower", "ci_upper"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def describe_hazard_shape(
    smooth: SmoothedHazardRatio,
    *,
    outcome: str,
    treated_label: str,
    control_label: str,
    time_unit: str,
    p_value: float | None = None,
) -> str:
    """The figure in a sentence or two, for readers who do not see it: the smooth at its start, middle and end."""
    places = (0, smooth.time.size // 2, smooth.time.size - 1)
    values = [
        phrase(
            "{ratio} at {time}",
            ratio=format_ratio(float(np.exp(smooth.log_hazard_ratio[place]))),
            time=format_time(float(smooth.time[place]), time_unit),
        )
        for place in places
    ]
    what = phrase(
        "Hazard ratio of {endpoint} over follow-up, {arms}: {values} {unit}.",
        endpoint=clean_label(outcome),
        arms=versus(clean_label(treated_label), clean_label(control_label)),
        values=join_phrases(values, ", "),
        unit=unit_name(time_unit),
    )
    return breaking(join_phrases((what, _sentence(smooth, p_value))))
