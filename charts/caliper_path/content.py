"""What a caliper path shows, before anything is drawn: panels of lines over the calipers, and the two that are marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.phrases import join_phrases, phrase, without_stop
from analysis.study.caliper_path import CaliperPath
from charts.lettering import breaking, clean_label, short_label, unbroken
from charts.style import (
    BALANCE_LINES,
    Arm,
    format_count,
    format_interval,
    format_level,
    format_number,
    format_points,
    format_points_tick,
    format_ratio,
    format_smd,
    format_tick,
    versus,
)
from charts.ticks import round_ticks

LABEL_IN_SENTENCE = 12
_WIDE_RANGE = 20.0
"""Calipers that differ by more than this factor are drawn on a logarithmic axis."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathLine:
    """One line of a panel; None where there is no number. ``arm`` is None for what belongs to both."""

    values: tuple[float | None, ...]
    arm: Arm | None = None
    lower: tuple[float | None, ...] | None = None
    upper: tuple[float | None, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PathPanel:
    """One quantity over the calipers.

    Attributes
    ----------
    name : {"kept", "balance", "size", "effect"}
        What it is.
    title : str
        The same in words.
    lines : tuple of PathLine
        What is drawn.
    guide : float or None
        A level that matters: a difference of 0.1, or no effect.
    log : bool
        Whether the axis is logarithmic.
    ticks : tuple of float
        On the axis of the quantity.
    range : tuple of float
        Where that axis starts and ends.
    """

    name: Literal["kept", "balance", "size", "effect"]
    title: str
    lines: tuple[PathLine, ...]
    guide: float | None
    log: bool
    ticks: tuple[float, ...]
    range: tuple[float, float]

    def tick_text(self, tick: float) -> str:
        """A tick's name; a difference is in points with its sign."""
        if self.name != "effect" or self.log:
            return format_tick(tick)
        return format_points_tick(tick)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaliperPathContent:
    """The panels from top to bottom, the calipers they share, and the sentences above them."""

    caliper: tuple[float, ...]
    panels: tuple[PathPanel, ...]
    current: int | None
    knee: int | None
    sentences: tuple[str, ...]
    axis_title: str
    log: bool
    ticks: tuple[float, ...]

    @property
    def marks(self) -> tuple[tuple[str, float], ...]:
        """The name and the caliper of each line through all panels, the smaller caliper first."""
        named = ((phrase("now"), self.current), (phrase("suggested"), self.knee))
        if self.current is not None and self.current == self.knee:
            named = ((phrase("now, as suggested"), self.current), ("", None))
        found = [(name, self.caliper[row]) for name, row in named if row is not None]
        return tuple(sorted(found, key=lambda mark: mark[1]))

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the axis of calipers, with a little air."""
        low, high = min(self.caliper), max(self.caliper)
        if self.log:
            air = (high / low) ** 0.02
            return low / air, high * air
        air = 0.02 * (high - low) or 0.5
        return low - air, high + air


def caliper_path_content(
    path: CaliperPath,
    *,
    unit: str,
    treated_label: str,
    control_label: str,
) -> CaliperPathContent | None:
    """Gather the panels; None while there is no caliper at which a set could be formed."""
    if len(path.caliper) == 0:
        return None
    calipers = tuple(float(width) for width in path.caliper)
    log = min(calipers) > 0 and max(calipers) / min(calipers) > _WIDE_RANGE
    arms = versus(short_label(treated_label, LABEL_IN_SENTENCE), short_label(control_label, LABEL_IN_SENTENCE))
    panels = [_kept_panel(path), _balance_panel(path), _size_panel(path)]
    effect = _effect_panel(path, arms)
    return CaliperPathContent(
        caliper=calipers,
        panels=(*panels, effect) if effect is not None else tuple(panels),
        current=path.current,
        knee=path.knee,
        sentences=_sentences(path),
        axis_title=phrase("Caliper ({unit})", unit=clean_label(unit)) if unit else phrase("Caliper"),
        log=log,
        ticks=_log_ticks(min(calipers), max(calipers)) if log else round_ticks(min(calipers), max(calipers), 7),
    )


def _kept_panel(path: CaliperPath) -> PathPanel:
    values = _numbers(path.n_sets)
    return _panel("kept", _kept_words(path), (PathLine(values=values),), guide=None)


def _kept_words(path: CaliperPath) -> str:
    return phrase("Pairs kept") if set_word(path) == "pair" else phrase("Sets kept")


def _balance_panel(path: CaliperPath) -> PathPanel:
    line = PathLine(values=_numbers(path.largest_smd))
    return _panel("balance", phrase("Largest difference, absolute SMD"), (line,), guide=BALANCE_LINES[0])


def _size_panel(path: CaliperPath) -> PathPanel:
    lines = (
        PathLine(values=_numbers(path.effective_sample_size_treated), arm="treated"),
        PathLine(values=_numbers(path.effective_sample_size_control), arm="control"),
    )
    return _panel("size", phrase("Effective sample size"), lines, guide=None)


def _effect_panel(path: CaliperPath, arms: str) -> PathPanel | None:
    if path.measure is None or all(value is None for value in path.estimate):
        return None
    line = PathLine(values=_numbers(path.estimate), lower=_numbers(path.ci_lower), upper=_numbers(path.ci_upper))
    fields = {"arms": arms, "level": format_level(path.confidence_level)}
    endpoint = short_label(path.endpoint, LABEL_IN_SENTENCE) if path.endpoint else ""
    if path.measure == "hazard_ratio":
        title = (
            phrase("Hazard ratio of {endpoint}, {arms} ({level})", endpoint=endpoint, **fields)
            if endpoint
            else phrase("Hazard ratio, {arms} ({level})", **fields)
        )
        return _panel("effect", title, (line,), guide=1.0, log=True)
    title = (
        phrase("Difference of {endpoint} in points, {arms} ({level})", endpoint=endpoint, **fields)
        if endpoint
        else phrase("Difference in points, {arms} ({level})", **fields)
    )
    return _panel("effect", title, (line,), guide=0.0)


def _numbers(values: Sequence[float | None] | NDArray[np.float64] | NDArray[np.int64]) -> tuple[float | None, ...]:
    """Numbers, and None for what is not one."""
    return tuple(None if value is None or not np.isfinite(value) else float(value) for value in values)


def _panel(
    name: Literal["kept", "balance", "size", "effect"],
    title: str,
    lines: tuple[PathLine, ...],
    *,
    guide: float | None,
    log: bool = False,
) -> PathPanel:
    drawn = [one for line in lines for one in (line.values, line.lower or (), line.upper or ())]
    found = [value for values in drawn for value in values if value is not None and (value > 0 or not log)]
    reach = [*found, *([] if guide is None else [guide]), *([0.0] if name != "effect" else [])]
    low, high = min(reach), max(reach)
    if log:
        low, high = max(low / 1.05, 0.02), min(high * 1.05, 50.0)
        return PathPanel(
            name=name, title=title, lines=lines, guide=guide, log=True, ticks=_log_ticks(low, high), range=(low, high)
        )
    air = 0.06 * (high - low) or 0.5
    bottom = low - air if name == "effect" else 0.0
    ticks = round_ticks(low, high, 5)
    return PathPanel(
        name=name, title=title, lines=lines, guide=guide, log=False, ticks=ticks, range=(bottom, high + air)
    )


def _log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Numbers of the 1–2–5 series within a range, thinned to powers of ten where there are many."""
    powers = [10.0**power for power in range(floor(log10(low)), floor(log10(high)) + 1)]
    for series in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        ticks = [round(step * power, 12) for power in powers for step in series if low <= step * power <= high]
        if len(ticks) <= 8:
            break
    if len(ticks) >= 3:
        return tuple(ticks)
    finer = [round(step * power, 12) for power in powers for step in (0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)]
    return tuple(dict.fromkeys(tick for tick in finer if low <= tick <= high))


def _sentences(path: CaliperPath) -> tuple[str, ...]:
    sentences = []
    if path.current is not None:
        sentences.append(phrase("Now {told}.", told=caliper_words(path, path.current)))
    if path.knee is not None:
        words = (
            phrase("Suggested {told}", told=caliper_words(path, path.knee))
            if path.knee != path.current
            else phrase("As suggested")
        )
        if path.knee_reason:
            words = phrase("{told}: {reason}", told=words, reason=without_stop(path.knee_reason))
        sentences.append(phrase("{sentence}.", sentence=words))
    return tuple(sentences)


def caliper_words(path: CaliperPath, row: int) -> str:
    """A caliper with what it keeps, how alike the arms are and the effect, in words."""
    sets = int(path.n_sets[row])
    largest = _numbers(path.largest_smd[row : row + 1])[0]
    parts = [unbroken(_counted(path, sets)), unbroken(phrase("largest difference {smd}", smd=format_smd(largest)))]
    effect = effect_words(path, row)
    told = join_phrases((*parts, effect) if effect else parts, ", ")
    return join_phrases((f"{format_width(float(path.caliper[row]))}:", told))


def _counted(path: CaliperPath, count: int) -> str:
    n = format_count(count)
    if set_word(path) == "pair":
        return phrase("{n} pair", n=n) if count == 1 else phrase("{n} pairs", n=n)
    return phrase("{n} set", n=n) if count == 1 else phrase("{n} sets", n=n)


def set_word(path: CaliperPath) -> Literal["pair", "set"]:
    """What is formed: pairs where each has one patient of either arm."""
    pairs = np.array_equal(path.n_treated, path.n_sets) and np.array_equal(path.n_control, path.n_sets)
    return "pair" if pairs else "set"


def effect_words(path: CaliperPath, row: int) -> str:
    """The effect at a caliper with its limits; empty without an endpoint."""
    if path.measure is None:
        return ""
    estimate, lower, upper = path.estimate[row], path.ci_lower[row], path.ci_upper[row]
    if path.measure == "hazard_ratio":
        words = phrase("hazard ratio {ratio}", ratio=format_ratio(estimate))
        limits = format_interval(lower, upper, format_ratio)
    else:
        points = format_points(estimate)
        words = (
            phrase("difference {points}", points=points)
            if estimate is None
            else phrase("difference {points} points", points=points)
        )
        limits = format_interval(lower, upper, format_points)
    if estimate is None or (lower is None and upper is None):
        return unbroken(words)
    return unbroken(phrase("{effect} ({limits})", effect=words, limits=limits))


def format_width(caliper: float) -> str:
    """A caliper with three significant digits.

    Examples
    --------
    >>> format_width(0.2), format_width(0.012345), format_width(12.0)
    ('0.2', '0.0123', '12')
    """
    return format_number(caliper, ".3g")


def segments(line: PathLine) -> list[list[int]]:
    """Runs of calipers at which both limits are given."""
    runs: list[list[int]] = [[]]
    for row, (low, high) in enumerate(zip(line.lower or (), line.upper or (), strict=True)):
        if low is None or high is None:
            runs.append([])
        else:
            runs[-1].append(row)
    return [run for run in runs if len(run) > 1]


def caliper_path_table(path: CaliperPath) -> pd.DataFrame:
    """The figure's numbers: one row for each caliper; what could not be estimated is empty."""
    table = {
        "caliper": path.caliper,
        "sets": path.n_sets,
        "treated": path.n_treated,
        "control": path.n_control,
        "effective_sample_size_treated": path.effective_sample_size_treated,
        "effective_sample_size_control": path.effective_sample_size_control,
        "largest_smd": pd.Series(_numbers(path.largest_smd), dtype=object),
    }
    if path.measure is not None:
        effect = {"": path.estimate, "_ci_lower": path.ci_lower, "_ci_upper": path.ci_upper}
        table |= {f"{path.measure}{part}": pd.Series(values, dtype=object) for part, values in effect.items()}
    marked = [
        ", ".join(name for name, place in (("current", path.current), ("suggested", path.knee)) if place == row)
        for row in range(len(path.caliper))
    ]
    return pd.DataFrame({**table, "marked": marked})


def describe_caliper_path(path: CaliperPath, *, unit: str = "") -> str:
    """The figure in a sentence or two, for readers who do not see it: the ends of the path and the calipers marked."""
    if len(path.caliper) == 0:
        return phrase("No caliper forms a set.")
    first, last = 0, len(path.caliper) - 1
    fields = {"kept": _kept_words(path), "n": len(path.caliper)}
    words = (
        phrase("{kept}, balance, sizes and effect over {n} calipers in {unit}.", unit=unit, **fields)
        if unit
        else phrase("{kept}, balance, sizes and effect over {n} calipers.", **fields)
    )
    ends = phrase("From {first}, to {last}.", first=caliper_words(path, first), last=caliper_words(path, last))
    return breaking(join_phrases([words, ends, *_sentences(path)]))
