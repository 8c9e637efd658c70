"""Medians of repeated timings."""

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

REPEATS = 5

LONG = 20.0
"""Seconds; work that takes longer is timed once, as its spread no longer matters."""

Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    """Time a piece of work: the median of five runs after a warm-up, or one run when it is long.

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
    seconds, value = _once(work)
    if seconds > LONG:
        return seconds, value
    runs = []
    for _ in range(REPEATS):
        seconds, value = _once(work)
        runs.append(seconds)
    return statistics.median(runs), value


def _once(work: Callable[[], Value]) -> tuple[float, Value]:
    begin = time.perf_counter()
    value = work()
    return time.perf_counter() - begin, value
