"""The speed that was set out to be reached, and whether it was."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.comparison import TASKS
from benchmarks.results import Results
from benchmarks.side_by_side import BOUND, EXPECTED, LONGER
from benchmarks.stages import AFTER, AGAIN, BEFORE, BOOTSTRAP_SETS, CALIPER, FIRST, PATIENTS, READING, SWEEP

RECOMPUTE = {123: 0.005, 10_000: 0.015, 100_000: 0.120, 1_000_000: 1.5}
"""Seconds at most, by patients; a moved caliper has a third of it."""

RATIO_R, RATIO_LIFELINES, AT = 50.0, 100.0, 10_000
RATIO_AT = 100_000
BOOTSTRAP_SECONDS, SWEEP_SECONDS = 1.0, 1.5
EXPONENT, FROM, TO = 1.15, 10_000, 1_000_000
TABLES = 3.0

FAST_STAGES = {
    "matching, every order": tuple(task for task in TASKS if task.startswith("match_")),
    "Kaplan–Meier": ("kaplan_meier",),
    "log-rank test": ("log_rank",),
    "clustered Cox regression": ("cox",),
    "balance table": ("balance",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target and what was measured.

    Attributes
    ----------
    name, target, figure : str
        As printed.
    met : bool or None
        None where it was not measured.
    how : str
        What the figure is of.
    """

    name: str
    target: str
    figure: str
    met: bool | None
    how: str = ""


def judge(results: Results) -> list[Target]:
    """Hold a run against every target.

    Parameters
    ----------
    results : Results
    """
    return [
        *_seconds_targets(results),
        *_whole_ratios(results),
        _never_slower(results),
        *(target for name, tasks in FAST_STAGES.items() for target in _stage_ratios(results, name, tasks)),
        _at_most("1,000 bootstrap samples of the sample study", _stage(results, 0, BOOTSTRAP_SETS), BOOTSTRAP_SECONDS),
        _at_most("sweep of 50 calipers at 100,000", _stage(results, RATIO_AT, SWEEP), SWEEP_SECONDS),
        _growth(results),
        _memory(results),
    ]


def _seconds_targets(results: Results) -> Iterator[Target]:
    for n, seconds in RECOMPUTE.items():
        yield _at_most(f"whole recompute, {n:,} patients", _stage(results, n, AGAIN), seconds)
    for n, seconds in RECOMPUTE.items():
        yield _at_most(f"a moved caliper, {n:,} patients", _stage(results, n, CALIPER), seconds / 3)


def _stage(results: Results, n: int, name: str) -> float | None:
    return results.own(n, name)


def _at_most(name: str, seconds: float | None, most: float) -> Target:
    return Target(
        name=name,
        target=f"≤ {in_words(most)}",
        figure="not measured" if seconds is None else in_words(seconds),
        met=None if seconds is None else seconds <= most,
    )


def in_words(seconds: float) -> str:
    """Seconds or milliseconds, to three digits."""
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def times(ratio: float) -> str:
    """A ratio to two or three digits."""
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.1f}×"


def ratios(results: Results, n: int, task: str) -> dict[str, tuple[float, bool]]:
    """By program, how many times the product's time it needs, and whether that is only the least it can be.

    Parameters
    ----------
    results : Results
    n : int
        Patients.
    task : str
    """
    own = results.own(n, task)
    if own is None:
        return {}
    found = {}
    for other in results.others(n, task):
        if other.seconds is not None:
            found[other.by] = (other.seconds / own, False)
        elif other.reason in (LONGER, EXPECTED):
            found[other.by] = (BOUND / own, True)
    return found


def _whole_ratios(results: Results) -> Iterator[Target]:
    for by, least in (("the R path", RATIO_R), ("the lifelines path", RATIO_LIFELINES)):
        name = f"whole pipeline against {by}, {AT:,} patients"
        found = ratios(results, AT, "whole").get(by)
        first = results.own(AT, FIRST)
        again = results.own(AT, "whole")
        how = ""
        if found is not None and first and again:
            how = f"{times(found[0] * again / first)} against the first recompute after reading"
        yield _at_least(name, found, least, how)


def _at_least(name: str, found: tuple[float, bool] | None, least: float, how: str = "") -> Target:
    if found is None:
        return Target(name=name, target=f"≥ {least:g}×", figure="not measured", met=None, how=how)
    ratio, only_least = found
    met: bool | None = ratio >= least
    if only_least and not met:
        met = None
    figure = f"more than {times(ratio)}" if only_least else times(ratio)
    return Target(name=name, target=f"≥ {least:g}×", figure=figure, met=met, how=how)


def _never_slower(results: Results) -> Target:
    found = [
        (ratio, f"{TASKS[task]}, {n:,} patients, {by}")
        for n in results.sizes
        for task in TASKS
        for by, (ratio, _) in ratios(results, n, task).items()
        if is_r(by)
    ]
    name, target = "no stage slower than R at any size", "≥ 1×"
    if not found:
        return Target(name=name, target=target, figure="not measured", met=None)
    ratio, where = min(found)
    return Target(name=name, target=target, figure=times(ratio), met=ratio >= 1, how=f"the nearest: {where}")


def is_r(by: str) -> bool:
    """Whether a program's task is done in R."""
    return by.startswith(("R ", "R,", "the R path"))


def _stage_ratios(results: Results, name: str, tasks: tuple[str, ...]) -> Iterator[Target]:
    functions: dict[str, list[tuple[float, bool, str]]] = {}
    for task in tasks:
        for by, (ratio, only_least) in ratios(results, RATIO_AT, task).items():
            if is_r(by):
                functions.setdefault(by, []).append((ratio, only_least, TASKS[task]))
    if not functions:
        yield _at_least(f"{name} against R, {RATIO_AT:,} patients", None, RATIO_R)
    for by, found in functions.items():
        ratio, only_least, where = min(found)
        how = f"the nearest: {where}" if len(tasks) > 1 else ""
        yield _at_least(f"{name} against {by}, {RATIO_AT:,} patients", (ratio, only_least), RATIO_R, how)


def growth(results: Results, task: str, smaller: int, larger: int) -> float | None:
    """The exponent of growth of the product's time between two sizes; 1 is twice the time for twice the patients.

    Parameters
    ----------
    results : Results
    task : str
    smaller, larger : int
        Patients.
    """
    few, many = results.own(smaller, task), results.own(larger, task)
    if not few or not many:
        return None
    return math.log(many / few) / math.log(larger / smaller)


def grown_tasks() -> dict[str, str]:
    """Everything whose growth is told, and its words."""
    own = (READING, PATIENTS, BEFORE, AFTER, CALIPER, FIRST, AGAIN)
    return {**{task: words for task, words in TASKS.items() if task != "whole"}, **dict(zip(own, own, strict=True))}


def _growth(results: Results) -> Target:
    found = [
        (exponent, words)
        for task, words in grown_tasks().items()
        if (exponent := growth(results, task, FROM, TO)) is not None
    ]
    name, target = f"growth from {FROM:,} to {TO:,} patients, every stage", f"exponent ≤ {EXPONENT}"
    if not found:
        return Target(name=name, target=target, figure="not measured", met=None)
    exponent, words = max(found)
    above = sum(item[0] > EXPONENT for item in found)
    how = f"the steepest: {words}" + (f"; {above} of {len(found)} stages above" if above else "")
    return Target(name=name, target=target, figure=f"{exponent:.2f}", met=exponent <= EXPONENT, how=how)


def _memory(results: Results) -> Target:
    name, target = "peak memory at 1,000,000 × 20 columns, reading and run", f"≤ {TABLES:g} tables"
    measured = results.memory
    if measured is None or measured["n"] != TO:
        return Target(name=name, target=target, figure="not measured", met=None)
    tables = measured["reading_and_run"] / measured["table"]
    return Target(name=name, target=target, figure=f"{tables:.1f} tables", met=tables <= TABLES)
