"""A piece of work that a program does, and how its numbers are read from what it gives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Values = dict[str, list[float]]
"""Numbers by what they are (``coefficients``, ``survival``, …); NaN where a number does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is timed, and what is not.

    Attributes
    ----------
    run : callable
        Timed.
    read : callable
        Takes what ``run`` gave; not timed.
    """

    run: Callable[[], Any]
    read: Callable[[Any], Values]
