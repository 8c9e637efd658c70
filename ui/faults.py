"""A fault of the product: told to the person in a sentence of its own, to the operator by its kind and its place."""

import logging

import streamlit as st

from analysis.phrases import phrase
from ui.access import watching
from ui.language import said
from ui.logs import places_of

_log = logging.getLogger("matched_cohort_explorer")
_KEPT = "fault of a control"


def report_fault(error: Exception) -> None:
    """Say on the screen that the product failed, and note where, without the error's text.

    The text of an error can quote a cell of the cohort; its type and the places in the code cannot.
    """
    _draw(*_noted(error))


def keep_fault(error: Exception) -> None:
    """Note a fault of what a control sets off, and say so when the page is drawn, which follows at once."""
    from ui import session

    session.remember(_KEPT, _noted(error))


def draw_kept_fault() -> None:
    """Say what `keep_fault` has kept, once."""
    from ui import session

    kept: tuple[str, str] | None = session.remembered(_KEPT)
    if kept is not None:
        session.remember(_KEPT, None)
        _draw(*kept)


def _noted(error: Exception) -> tuple[str, str]:
    """The kind and the place of a fault, once they are written down."""
    watching.note_failure(error)
    places = places_of(error)
    _log.error("%s at %s", type(error).__name__, " < ".join(places))
    return type(error).__name__, places[0]


def _draw(kind: str, place: str) -> None:
    st.error(
        said(
            phrase(
                "Something went wrong that is not your doing. Your cohort and your study are still here: undo the last "
                "change, or choose another page. For the maintainers: {error} at {place}.",
                error=kind,
                place=place,
            )
        ),
        icon=":material/error:",
    )
