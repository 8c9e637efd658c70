"""Numbers as every language's sentences print them, in the number style in force."""

from collections.abc import Callable

from analysis.manuscript.text.facts.values import Effect
from charts.number_style import styled
from charts.style import (
    format_interval,
    format_points,
    format_ratio,
    format_setting,
    time_form,
)


def plain(value: float) -> str:
    """A number of the settings as it was typed.

    Examples
    --------
    >>> plain(0.2), plain(12.0), plain(-2.6)
    ('0.2', '12', '−2.6')
    """
    return format_setting(value)


def decimals(value: float, places: int) -> str:
    """A number with so many decimals, such as the width of a caliper or a C-statistic."""
    return styled(f"{value:,.{places}f}")


def limits(effect: Effect, form: Callable[[float | None], str], word: str) -> str:
    """Both limits in the form of their estimate, joined by a dash, or by ``word`` where a sign would be misread."""
    return format_interval(effect.ci_lower, effect.ci_upper, form).replace(" to ", word)


def measure_form(measure: str, time_unit: str) -> Callable[[float | None], str]:
    """How an effect of this measure is printed."""
    if measure == "hazard_ratio":
        return format_ratio
    return time_form(time_unit) if measure == "rmst_difference" else format_points
