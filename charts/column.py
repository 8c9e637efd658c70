"""The width that printed figures have here and now: one or two columns of a journal, or each figure's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from matplotlib.figure import Figure

P = ParamSpec("P")

_IN_FORCE: ContextVar[float | None] = ContextVar("column_width", default=None)


@contextmanager
def column_width(millimetres: float | None) -> Iterator[None]:
    """Print every figure inside this wide, unless its own call says how wide; None for each figure's own."""
    token = _IN_FORCE.set(millimetres)
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def in_column(draw: "Callable[P, Figure]") -> "Callable[P, Figure]":
    """A publication figure whose ``width`` is that of the column in force where the call does not give one."""

    @wraps(draw)
    def drawn(*given: P.args, **named: P.kwargs) -> "Figure":
        millimetres = _IN_FORCE.get()
        if millimetres is not None:
            named.setdefault("width", millimetres)
        return draw(*given, **named)

    return drawn
