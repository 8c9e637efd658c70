"""What a control or a part of a page sets off: nothing where its visit is over, and a fault of it is noted and told."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import streamlit as st

from ui.access import visits
from ui.faults import keep_fault, report_fault


@dataclass(frozen=True, slots=True, eq=False)
class AtAnyTime:
    """An act that is done although the visit is over: signing in and out, and beginning again.

    Attributes
    ----------
    act : callable
    """

    act: Callable[..., object]

    def __call__(self, *positional: Any, **named: Any) -> None:
        """Do it."""
        self.act(*positional, **named)


def act_of_control(act: Callable[..., object], key: str | None = None) -> Callable[..., None]:
    """An act as Streamlit may call it.

    A browser tells of its controls also after the session was wiped. They then hold nothing, and Streamlit, which finds
    each of them changed, calls what they set off.

    Parameters
    ----------
    act : callable
        What is done when a person uses the control.
    key : str, optional
        The control's, where it has a value: without one in the session, nobody has cleared it, and nothing is done.
    """

    @wraps(act)
    def done(*positional: Any, **named: Any) -> None:
        visit = visits.present_visit()
        with visits.running(visit):
            is_open = not visits.is_over(visit) and (key is None or _holds(key))
            if not is_open and not isinstance(act, AtAnyTime):
                return
            try:
                act(*positional, **named)
            except Exception as error:
                keep_fault(error)

    return done


def part_of_page(draw: Callable[..., object]) -> Callable[..., None]:
    """A part of a page that is drawn by itself; once its visit is over, the whole page is drawn, which says so."""

    @wraps(draw)  # Streamlit knows a part by its name
    def drawn(*positional: Any, **named: Any) -> None:
        visit = visits.present_visit()
        with visits.running(visit, is_use=False):
            if visits.is_over(visit):
                st.rerun()
            try:
                draw(*positional, **named)
            except Exception as error:
                report_fault(error)

    return drawn


def _holds(key: str) -> bool:
    from ui import session

    return session.holds(key)
