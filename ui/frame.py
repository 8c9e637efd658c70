"""What surrounds every page: the check that it runs inside the app, its looks, and what is said of a bug."""

import importlib
import logging
import traceback
from pathlib import Path

import streamlit as st

from ui import session

PICTURES = Path(__file__).resolve().parent / "pictures"

_STYLE = (Path(__file__).resolve().parent / "style.css").read_text(encoding="utf-8")

_log = logging.getLogger("matched_cohort_explorer")


def ensure_frame() -> None:
    """Make sure that a page runs inside the app; the first line of every page.

    Streamlit runs a page's file by itself when its address is opened before the app has run once in the process.
    The app is then run instead, which draws the page inside its frame.
    """
    if not session.in_frame():
        importlib.import_module("app").main()
        st.stop()


def draw_style() -> None:
    """Give the page its spacing and the look of the product's own elements."""
    st.html(f"<style>{_STYLE}</style>")


def report_bug(error: Exception) -> None:
    """Say on the screen that the product failed, and log where, without the error's text.

    The text of an error can quote a cell of the cohort; its type and the places in the code cannot.
    """
    places = [
        f"{Path(place.filename).name}:{place.lineno} {place.name}"
        for place in traceback.extract_tb(error.__traceback__)
    ]
    _log.error("%s at %s", type(error).__name__, " < ".join(reversed(places[-8:])))
    st.error(
        "Something went wrong that is not your doing. Your cohort and your study are still here: undo the last "
        f"change, or choose another page. For the maintainers: {type(error).__name__} at {places[-1]}.",
        icon=":material/error:",
    )
