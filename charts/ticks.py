"""Round places on an axis, and their names."""

from collections.abc import Sequence
from math import ceil, floor, log10

from charts.style import MINUS


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
    return [f"{tick:,.10g}".replace("-", MINUS) for tick in ticks]
