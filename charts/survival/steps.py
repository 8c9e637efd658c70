"""Step functions with their limits and counts, cut to what a figure can show."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.outcomes.competing import CumulativeIncidence
from analysis.outcomes.cumulative_hazard import CumulativeHazard
from analysis.outcomes.survival import KaplanMeierCurve

View = Literal["survival", "events", "hazard"]
"""Patients without the event, patients with it, or the cumulative hazard."""

TAIL_AT_RISK = 10
TAIL_SHARE = 0.1

# Half a pixel of a curve 1,000 pixels high; a curve of more steps than this is thinned to that precision.
STEPS_DRAWN_EXACTLY = 1_000
CURVE_PRECISION = 1 / 2_000
CENSOR_MARKS = 200
"""The most censoring marks that can stand apart on an axis."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """A step function: ``level`` holds from ``time`` to the next; levels in percent of patients, or as they are."""

    time: NDArray[np.float64]
    level: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepFunction:
    """One arm's curve of any kind, as its result has it.

    Attributes
    ----------
    time, level, lower, upper : (k,) float64
        In percent of patients, or as they are.
    defined : (k,) bool
        Where both limits exist.
    n_at_risk, n_censored : (k,) int64
    start : float
        The level before the first time.
    n : int
    """

    time: NDArray[np.float64]
    level: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    defined: NDArray[np.bool_]
    n_at_risk: NDArray[np.int64]
    n_censored: NDArray[np.int64]
    start: float
    n: int


def survival_steps(curve: KaplanMeierCurve, *, events: bool = False) -> StepFunction:
    """A curve of patients without the event, or of those with it."""
    levels = [100 * values for values in (curve.survival, curve.ci_lower, curve.ci_upper)]
    level, lower, upper = (100 - levels[0], 100 - levels[2], 100 - levels[1]) if events else levels
    return StepFunction(
        time=curve.time,
        level=level,
        lower=lower,
        upper=upper,
        defined=curve.ci_defined,
        n_at_risk=curve.n_at_risk,
        n_censored=curve.n_censored,
        start=0.0 if events else 100.0,
        n=curve.n,
    )


def hazard_steps(curve: KaplanMeierCurve, hazard: CumulativeHazard) -> StepFunction:
    """The cumulative hazard of the patients of a curve."""
    return StepFunction(
        time=hazard.time,
        level=hazard.hazard,
        lower=hazard.ci_lower,
        upper=hazard.ci_upper,
        defined=hazard.ci_defined,
        n_at_risk=hazard.n_at_risk,
        n_censored=curve.n_censored,
        start=0.0,
        n=hazard.n,
    )


def incidence_steps(incidence: CumulativeIncidence) -> StepFunction:
    """The share of patients with one cause."""
    return StepFunction(
        time=incidence.time,
        level=100 * incidence.incidence,
        lower=100 * incidence.ci_lower,
        upper=100 * incidence.ci_upper,
        defined=incidence.ci_defined,
        n_at_risk=incidence.n_at_risk,
        n_censored=incidence.n_censored,
        start=0.0,
        n=incidence.n,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnSteps:
    """A step function as it is drawn: its line, its lighter tail, its band and its censoring marks."""

    line: Steps
    tail: Steps | None
    lower: Steps | None
    upper: Steps | None
    line_limits: NDArray[np.float64]
    line_at_risk: NDArray[np.int64]
    tail_limits: NDArray[np.float64]
    tail_at_risk: NDArray[np.int64]
    censor_time: NDArray[np.float64]
    censor_level: NDArray[np.float64]
    censor_count: NDArray[np.int64]


def drawn_steps(curve: StepFunction, *, ghost: bool, end: float, top: float) -> DrawnSteps:
    """Cut a curve where few remain, thin what is too fine for an axis from 0 to ``top``, and take its marks."""
    tail_row = None if ghost else _tail_row(curve)
    times, levels, limits, at_risk = _curve_steps(curve, tail_row)
    tail_start = float("inf") if tail_row is None else float(curve.time[tail_row]) if tail_row >= 0 else 0.0
    in_line = times <= tail_start
    from_tail = times >= tail_start
    keep_line, keep_tail = (
        _thinned(levels, wanted, STEPS_DRAWN_EXACTLY, top * CURVE_PRECISION) for wanted in (in_line, from_tail)
    )
    lower, upper = (None, None) if ghost else _band(times, limits, top)
    censored = np.flatnonzero(curve.n_censored > 0)
    marks = censored[_standing_apart(curve.time[censored], end)] if not ghost else censored[:0]
    return DrawnSteps(
        line=Steps(time=times[keep_line], level=levels[keep_line]),
        tail=Steps(time=times[keep_tail], level=levels[keep_tail]) if from_tail.sum() > 1 else None,
        lower=lower,
        upper=upper,
        line_limits=limits[keep_line],
        line_at_risk=at_risk[keep_line],
        tail_limits=limits[keep_tail],
        tail_at_risk=at_risk[keep_tail],
        censor_time=curve.time[marks],
        censor_level=curve.level[marks],
        censor_count=curve.n_censored[marks],
    )


def _tail_row(curve: StepFunction) -> int | None:
    """The row after which fewer than 10 patients, or 10 % of the arm, are at risk; −1 for all along, None for never."""
    few = curve.n_at_risk < max(TAIL_AT_RISK, TAIL_SHARE * curve.n)
    return int(np.argmax(few)) - 1 if few.any() else None


def _curve_steps(
    curve: StepFunction, tail_row: int | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Times at which the curve starts, turns, grows thin and ends; level and limits; patients at risk."""
    turns = np.flatnonzero(np.diff(curve.level, prepend=curve.start) != 0)
    ends = [curve.time.size - 1] if tail_row is None or tail_row < 0 else [tail_row, curve.time.size - 1]
    rows = np.union1d(turns, ends).astype(np.int64)
    times = np.concatenate([[0.0], curve.time[rows]])
    levels = np.concatenate([[curve.start], curve.level[rows]])
    defined = np.concatenate([[True], curve.defined[rows]])
    limits = np.column_stack([np.concatenate([[curve.start], side[rows]]) for side in (curve.lower, curve.upper)])
    limits[~defined] = np.nan
    limits[~defined & (levels == curve.start)] = curve.start
    at_risk = np.concatenate([[curve.n], curve.n_at_risk[rows]]).astype(np.int64)
    return times, levels, limits, at_risk


def _thinned(
    levels: NDArray[np.float64], wanted: NDArray[np.bool_], exactly: int, precision: float
) -> NDArray[np.int64]:
    """Rows of the wanted steps; of very many, one for each small part of the axis that the curve runs through."""
    rows = np.flatnonzero(wanted)
    if rows.size <= exactly:
        return rows
    cell = np.floor(levels[rows] / precision)
    keep = np.flatnonzero(np.diff(cell, prepend=np.inf) != 0)
    return rows[np.union1d(keep, [rows.size - 1])]


def _band(times: NDArray[np.float64], limits: NDArray[np.float64], top: float) -> tuple[Steps | None, Steps | None]:
    """The limits up to where they are first undefined."""
    undefined = np.isnan(limits).any(axis=1)
    last = int(np.argmax(undefined)) if undefined.any() else times.size
    if last < 2:
        return None, None
    # The last defined limits hold until the next step, where they end.
    ends = times[last] if last < times.size else times[-1]
    sides = []
    for side in (0, 1):
        every = np.ones(last, dtype=bool)
        rows = _thinned(limits[:last, side], every, STEPS_DRAWN_EXACTLY, top * CURVE_PRECISION)
        sides.append(
            Steps(time=np.append(times[rows], ends), level=np.append(limits[rows, side], limits[last - 1, side]))
        )
    return sides[0], sides[1]


def _standing_apart(times: NDArray[np.float64], end: float) -> NDArray[np.int64]:
    """Rows of the marks that are drawn: all of them, or one for each place where a mark can be told from the next."""
    if times.size <= CENSOR_MARKS:
        return np.arange(times.size)
    return np.unique(np.floor(times / end * CENSOR_MARKS), return_index=True)[1]


def outline(lower: Steps, upper: Steps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of the area between two step functions, along the lower and back along the upper."""
    sides = [(np.repeat(steps.time, 2)[1:], np.repeat(steps.level, 2)[:-1]) for steps in (lower, upper)]
    (low_x, low_y), (high_x, high_y) = sides
    return np.concatenate([low_x, high_x[::-1]]), np.concatenate([low_y, high_y[::-1]])
