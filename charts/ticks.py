"""Round places on an axis, and their names."""

from collections.abc import Sequence
from math import ceil, floor, log10

import numpy as np

from charts.style import format_tick


def round_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """Round numbers from `low` to `high`, at most `most` of them.

    Examples
    --------
    >>> round_ticks(0.0, 137.0, 4)
    (0.0, 50.0, 100.0)
    """
    if high <= low:
        return (low,)
    power = 10.0 ** (floor(log10(high - low)) - 1)
    for step in (power * part for part in (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)):
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return tuple(float(f"{step * number:.10g}") for number in range(first, last + 1))
    return (low,)


def tick_names(ticks: Sequence[float]) -> list[str]:
    """Ticks as they are printed, with a true minus sign.

    Examples
    --------
    >>> tick_names([-0.5, 0.0, 1500.0])
    ['−0.5', '0', '1,500']
    """
    return [format_tick(tick) for tick in ticks]


def time_ticks(end: float, time_unit: str, most: int) -> tuple[float, ...]:
    """Round times from 0 to `end`, at most `most` of them, in steps that suit the unit.

    Examples
    --------
    >>> time_ticks(33.2, "months", 8)
    (0.0, 6.0, 12.0, 18.0, 24.0, 30.0)
    """
    unit = time_unit.strip().lower().rstrip("s")
    steps = [power * step for power in 10.0 ** np.arange(-4, 9) for step in (1.0, 2.0, 5.0)]
    if unit in ("month", "mo"):
        steps = [step for step in steps if step < 1] + [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 48.0, 60.0, 120.0, 240.0]
    elif unit == "day":
        steps = [step for step in steps if step < 1] + [1.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 360.0, 720.0, 1800.0]
    elif unit == "week":
        steps = [step for step in steps if step < 1] + [1.0, 2.0, 4.0, 13.0, 26.0, 52.0, 104.0, 260.0]
    step = next((step for step in steps if np.floor(end / step + 1e-9) < most), end / max(1, most - 1))
    return tuple(float(round(step * row, 10)) for row in range(int(np.floor(end / step + 1e-9)) + 1))
