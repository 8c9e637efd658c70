"""What a Kaplan–Meier figure shows, before anything is drawn: curves, sentences, ticks and the patients at risk."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.outcomes.survival import KaplanMeierCurve, SurvivalAt, survival_at
from analysis.outcomes.survival_comparison import ArmSurvival, SurvivalComparison
from charts.lettering import NO_BREAK, clean_label, short_label, unbroken
from charts.style import (
    Arm,
    DesignWord,
    Population,
    format_count,
    format_interval,
    format_level,
    format_months,
    format_p_statement,
    format_ratio,
    population_name,
    population_prefix,
)
from charts.ticks import time_ticks

TAIL_AT_RISK = 10
TAIL_SHARE = 0.1

# Half a pixel of a curve 1,000 pixels high; a curve of more steps than this is thinned to that precision.
STEPS_DRAWN_EXACTLY = 1_000
CURVE_PRECISION = 1 / 2_000
# The edge of a shade needs less.
EDGES_DRAWN_EXACTLY = 300
EDGE_PRECISION = 1 / 500
CENSOR_MARKS = 200
"""The most censoring marks that can stand apart on an axis."""
LABEL_IN_SENTENCE = 20
"""Ems of an arm's label where it is only named again."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """A step function: ``level`` holds from ``time`` to the next; levels in percent of patients."""

    time: NDArray[np.float64]
    level: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnCurve:
    """One arm of one population, as it is drawn.

    Attributes
    ----------
    arm, population, when, ghost, label
        Which patients; the population in words; whether they stand behind others; the arm's label as written.
    legend : str
        Label, patients, events and median in words.
    line, tail : Steps
        Where enough patients remain, and after that; ``tail`` is None where that never happens.
    lower, upper : Steps or None
        The limits, as far as they are defined; None for a ghost.
    point : arrays
        For each step of ``line`` and then ``tail``: percent, its limits (not a number where undefined) and patients at
        risk, for what a pointer shows.
    censor_time, censor_level, censor_count : arrays
        Where patients were censored, at what level and how many.
    median : float or None
    at : tuple of SurvivalAt
        Counts at each tick.
    """

    arm: Arm
    population: Literal["before", "after"]
    when: str
    ghost: bool
    label: str
    legend: str
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
    median: float | None
    level_name: str
    at: tuple[SurvivalAt, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalContent:
    """Everything a Kaplan–Meier figure shows.

    Attributes
    ----------
    curves : tuple of DrawnCurve
        In the order they are drawn, ghosts first; ``listed`` has ghosts last.
    ticks : tuple of float
        On the time axis.
    end : float
        Where the time axis ends.
    sentences : tuple of str
        The hazard ratio with its reference arm, and each test by its name, for each population shown.
    note : str
        What bands and lighter lines mean.
    told : {"all", "front"}
        Whether legend and table tell of every curve, or only of those that do not stand behind others.
    """

    curves: tuple[DrawnCurve, ...]
    ticks: tuple[float, ...]
    end: float
    sentences: tuple[str, ...]
    note: str
    told: Literal["all", "front"] = "all"

    @property
    def listed(self) -> tuple[DrawnCurve, ...]:
        """The curves in the order a reader is told of them, treated before control."""
        told = [curve for curve in self.curves if self.told == "all" or not curve.ghost]
        return tuple(sorted(told, key=lambda curve: (curve.ghost, curve.arm == "control")))


def survival_content(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    time_unit: str,
    most_ticks: int,
    compact: bool = False,
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> SurvivalContent:
    """Gather what the chosen population shows; the population behind comes first in a comparison.

    ``compact`` is for an overview that says elsewhere what the sentences say, and which population stands behind.
    """
    labels: dict[Arm, str] = {"treated": clean_label(treated_label), "control": clean_label(control_label)}
    shown = chosen_populations(before, after, population, design_word)
    # All that is given counts, shown or not: switching between views moves the curves and not the scale.
    given = [comparison for comparison in (before, after) if comparison is not None]
    # Follow-up of nothing but zeros still needs an axis.
    end = max(float(_arm(comparison, arm).curve.time[-1]) for comparison in given for arm in labels) or 1.0
    ticks = time_ticks(end, time_unit, most_ticks)
    curves = tuple(
        _drawn_curve(
            _arm(comparison, arm),
            arm,
            name,
            labels[arm],
            ticks,
            end,
            population == "compare",
            compact,
            population_name(name, design_word),
        )
        for name, comparison in shown
        for arm in labels
    )
    if compact:
        return SurvivalContent(curves=curves, ticks=ticks, end=end, sentences=(), note="", told="front")
    sentences = tuple(
        contrast_sentence(comparison, labels, population_prefix(name, compared=len(shown) > 1, shown_set=shown_set))
        for name, comparison in reversed(shown)
    )
    return SurvivalContent(curves=curves, ticks=ticks, end=end, sentences=sentences, note=_note(curves))


def chosen_populations(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None,
    population: Population,
    design_word: DesignWord = "matching",
) -> list[tuple[Literal["before", "after"], SurvivalComparison]]:
    """The comparisons that a population view shows, in the order they are drawn.

    Raises
    ------
    ValueError
        When the view needs a comparison that was not given.
    """
    names: tuple[Literal["before", "after"], ...] = ("before", "after") if population == "compare" else (population,)
    given = {"before": before, "after": after}
    chosen = []
    for name in names:
        comparison = given[name]
        if comparison is None:
            raise ValueError(f"The view {population!r} needs the comparison {name} {design_word}, and there is none.")
        chosen.append((name, comparison))
    return chosen


def _arm(comparison: SurvivalComparison, arm: Arm) -> ArmSurvival:
    return comparison.treated if arm == "treated" else comparison.control


def _drawn_curve(
    arm_survival: ArmSurvival,
    arm: Arm,
    population: Literal["before", "after"],
    label: str,
    ticks: tuple[float, ...],
    end: float,
    compared: bool,
    compact: bool,
    when: str,
) -> DrawnCurve:
    curve = arm_survival.curve
    ghost = compared and population == "before"
    tail_row = None if ghost else _tail_row(curve)
    times, levels, limits, at_risk = _curve_steps(curve, tail_row)
    tail_start = float("inf") if tail_row is None else float(curve.time[tail_row]) if tail_row >= 0 else 0.0
    in_line = times <= tail_start
    from_tail = times >= tail_start
    keep_line, keep_tail = (
        _thinned(levels, wanted, STEPS_DRAWN_EXACTLY, CURVE_PRECISION) for wanted in (in_line, from_tail)
    )
    lower, upper = (None, None) if ghost else _band(times, limits)
    censored = np.flatnonzero(curve.n_censored > 0)
    marks = censored[_standing_apart(curve.time[censored], end)] if not ghost else censored[:0]
    return DrawnCurve(
        arm=arm,
        population=population,
        when=when,
        ghost=ghost,
        label=label,
        legend=_legend(arm_survival, _legend_name(label, population, compared, compact), compact),
        line=Steps(time=times[keep_line], level=levels[keep_line]),
        tail=Steps(time=times[keep_tail], level=levels[keep_tail]) if from_tail.sum() > 1 else None,
        lower=lower,
        upper=upper,
        line_limits=limits[keep_line],
        line_at_risk=at_risk[keep_line],
        tail_limits=limits[keep_tail],
        tail_at_risk=at_risk[keep_tail],
        censor_time=curve.time[marks],
        censor_level=100 * curve.survival[marks],
        censor_count=curve.n_censored[marks],
        median=curve.median,
        level_name=format_level(curve.confidence_level),
        at=survival_at(curve, ticks),
    )


def _curve_steps(
    curve: KaplanMeierCurve, tail_row: int | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Times at which the curve starts, falls, grows thin and ends; level and limits in percent; patients at risk."""
    falls = np.flatnonzero(np.diff(curve.survival, prepend=1.0) != 0)
    turns = [curve.time.size - 1] if tail_row is None or tail_row < 0 else [tail_row, curve.time.size - 1]
    rows = np.union1d(falls, turns).astype(np.int64)
    times = np.concatenate([[0.0], curve.time[rows]])
    levels = 100 * np.concatenate([[1.0], curve.survival[rows]])
    defined = np.concatenate([[True], curve.ci_defined[rows]])
    limits = 100 * np.column_stack(
        [np.concatenate([[1.0], curve.ci_lower[rows]]), np.concatenate([[1.0], curve.ci_upper[rows]])]
    )
    limits[~defined] = np.nan
    limits[~defined & (levels >= 100)] = 100.0
    at_risk = np.concatenate([[curve.n], curve.n_at_risk[rows]]).astype(np.int64)
    return times, levels, limits, at_risk


def _tail_row(curve: KaplanMeierCurve) -> int | None:
    """The row after which fewer than 10 patients, or 10 % of the arm, are at risk; −1 for all along, None for never."""
    few = curve.n_at_risk < max(TAIL_AT_RISK, TAIL_SHARE * curve.n)
    return int(np.argmax(few)) - 1 if few.any() else None


def _thinned(
    levels: NDArray[np.float64], wanted: NDArray[np.bool_], exactly: int, precision: float
) -> NDArray[np.int64]:
    """Rows of the wanted steps; of very many, one for each small part of the axis that the curve falls through."""
    rows = np.flatnonzero(wanted)
    if rows.size <= exactly:
        return rows
    cell = np.floor(levels[rows] / (100 * precision))
    keep = np.flatnonzero(np.diff(cell, prepend=np.inf) != 0)
    return rows[np.union1d(keep, [rows.size - 1])]


def _band(times: NDArray[np.float64], limits: NDArray[np.float64]) -> tuple[Steps | None, Steps | None]:
    """The limits up to where they are first undefined."""
    undefined = np.isnan(limits).any(axis=1)
    last = int(np.argmax(undefined)) if undefined.any() else times.size
    if last < 2:
        return None, None
    # The last defined limits hold until the next step, where they end.
    ends = times[last] if last < times.size else times[-1]
    sides = []
    for side in (0, 1):
        rows = _thinned(limits[:last, side], np.ones(last, dtype=bool), EDGES_DRAWN_EXACTLY, EDGE_PRECISION)
        sides.append(
            Steps(time=np.append(times[rows], ends), level=np.append(limits[rows, side], limits[last - 1, side]))
        )
    return sides[0], sides[1]


def outline(lower: Steps, upper: Steps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of the area between two step functions, along the lower and back along the upper."""
    sides = [(np.repeat(steps.time, 2)[1:], np.repeat(steps.level, 2)[:-1]) for steps in (lower, upper)]
    (low_x, low_y), (high_x, high_y) = sides
    return np.concatenate([low_x, high_x[::-1]]), np.concatenate([low_y, high_y[::-1]])


def _standing_apart(times: NDArray[np.float64], end: float) -> NDArray[np.int64]:
    """Rows of the marks that are drawn: all of them, or one for each place where a mark can be told from the next."""
    if times.size <= CENSOR_MARKS:
        return np.arange(times.size)
    return np.unique(np.floor(times / end * CENSOR_MARKS), return_index=True)[1]


def _legend_name(label: str, population: str, compared: bool, compact: bool) -> str:
    if compact:
        return short_label(label, LABEL_IN_SENTENCE)
    return f"{label}, {population}" if compared else label


def _legend(arm: ArmSurvival, name: str, compact: bool) -> str:
    """Who a curve is, how many they are and had events, and their median, in the unit of the time axis."""
    curve = arm.curve
    limits = format_interval(curve.median_ci_lower, curve.median_ci_upper, format_months)
    interval = f" ({limits})" if compact else f" ({format_level(curve.confidence_level)} {limits})"
    if curve.median_ci_lower is None and curve.median_ci_upper is None:
        interval = ""
    events = "" if compact else f"{format_count(arm.n_events)} {'event' if arm.n_events == 1 else 'events'},"
    words = (f"{name}:", f"n = {format_count(arm.n)},", events, f"median {format_months(curve.median)}{interval}")
    return " ".join([words[0], *(unbroken(part) for part in words[1:] if part)])


def _note(curves: tuple[DrawnCurve, ...]) -> str:
    note = f"Bands: {curves[0].level_name}." if any(curve.lower is not None for curve in curves) else ""
    if any(curve.tail is not None for curve in curves):
        few = f"fewer than {TAIL_AT_RISK} patients (or {100 * TAIL_SHARE:.0f}%) at risk."
        note = f"{note} Lighter line: {few}".strip()
    return note


def contrast_sentence(comparison: SurvivalComparison, labels: dict[Arm, str], prefix: str) -> str:
    """The hazard ratio with its interval and reference arm, then every test by its name."""
    parts = []
    if comparison.cox is not None:
        cox = comparison.cox
        level = format_level(comparison.treated.curve.confidence_level)
        limits = format_interval(cox.ci_lower, cox.ci_upper, format_ratio)
        interval = unbroken(f"({level} {limits}{', robust' if cox.robust else ''})")
        ratio = unbroken(f"hazard ratio {format_ratio(cox.hazard_ratio)}")
        arms = " v ".join(short_label(labels[arm], LABEL_IN_SENTENCE) for arm in ("treated", "control"))
        parts.append(f"{ratio} {interval}, {arms}")
    tests = (
        ("log-rank", comparison.log_rank),
        ("robust by set" if comparison.log_rank is not None else "robust log-rank", comparison.log_rank_robust),
        ("stratified by set", comparison.log_rank_stratified),
    )
    parts.extend(unbroken(f"{name} {format_p_statement(test.p_value)}") for name, test in tests if test is not None)
    sentence = prefix + ("; ".join(parts) or "too few events to compare the arms")
    return sentence[:1].upper() + sentence[1:]


def describe_survival(
    before: SurvivalComparison | None,
    after: SurvivalComparison | None = None,
    *,
    population: Population,
    treated_label: str,
    control_label: str,
    outcome: str,
    time_unit: str = "months",
    shown_set: str = "",
    design_word: DesignWord = "matching",
) -> str:
    """The figure in a sentence or two, for readers who do not see it: medians, hazard ratio and tests."""
    content = survival_content(
        before,
        after,
        population=population,
        treated_label=treated_label,
        control_label=control_label,
        time_unit=time_unit,
        most_ticks=4,
        shown_set=shown_set,
        design_word=design_word,
    )
    arms = "; ".join(curve.legend for curve in content.listed).replace(NO_BREAK, " ")
    contrasts = ". ".join(content.sentences).replace(NO_BREAK, " ")
    where = population_name(population, design_word)
    return f"Kaplan–Meier curves of {clean_label(outcome)} {where}, in {clean_label(time_unit)}. {arms}. {contrasts}."
