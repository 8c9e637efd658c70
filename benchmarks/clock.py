"""Medians of repeated timings, in seconds of the processor.

What is compared runs on one thread, so that its processor time is what passes on a machine that does nothing else; on one
that does, the time that passes would measure the others.
"""

import math
import statistics
import time
from collections.abc import Callable
from typing import TypeVar

REPEATS = 5

LONG = 20.0
"""Seconds; work that takes longer is timed once, as its spread no longer matters."""

UNWARMED = 2.0
"""Seconds; the first run of work that takes longer is one of the five, as warming up no longer matters."""

READING = 0.02
"""Seconds; shorter work is repeated within one reading of the clock."""

MOST_WITHIN = 200

Value = TypeVar("Value")
Made = TypeVar("Made")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    """Time a piece of work: the median of five readings after a warm-up, or one run when it is long.

    Parameters
    ----------
    work : callable
        Called without arguments.

    Returns
    -------
    seconds : float
        The median.
    value
        What the last run returned.
    """
    seconds, value, _ = timed_runs(work)
    return seconds, value


def timed_runs(work: Callable[[], Value], repeats: int = REPEATS) -> tuple[float, Value, int]:
    """As `timed`, and how many readings the median is of.

    Parameters
    ----------
    work : callable
        Called without arguments.
    repeats : int
        Readings of the clock.

    Returns
    -------
    seconds : float
        The median.
    value
        What the last run returned.
    n_readings : int
        ``repeats``, or 1.
    """
    seconds, value = _once(work, 1)
    if seconds > LONG:
        return seconds, value, 1
    runs = [seconds] if seconds > UNWARMED else []
    within = 1
    if not runs:
        seconds, value = _once(work, 1)
        within = min(MOST_WITHIN, max(1, math.ceil(READING / max(seconds, 1e-7))))
    while len(runs) < repeats:
        seconds, value = _once(work, within)
        runs.append(seconds)
    return statistics.median(runs), value, repeats


def timed_afresh(make: Callable[[], Made], work: Callable[[Made], Value]) -> tuple[float, Value, int]:
    """As `timed_runs`, of work that is given something new each time, whose making is not timed.

    Parameters
    ----------
    make : callable
        Called before every run.
    work : callable
        Called with what was made.
    """
    runs = []
    for _ in range(REPEATS + 1):
        made = make()
        begin = time.process_time()
        value = work(made)
        runs.append(time.process_time() - begin)
    return statistics.median(runs[1:]), value, REPEATS


def _once(work: Callable[[], Value], within: int) -> tuple[float, Value]:
    begin = time.process_time()
    for _ in range(within):
        value = work()
    return (time.process_time() - begin) / within, value
