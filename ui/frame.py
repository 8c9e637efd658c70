"""What surrounds every page: the check that it runs inside the app, its looks, and what is said of a bug."""

import importlib
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import streamlit as st
from starlette.formparsers import MultiPartParser
from streamlit.navigation.page import Page
from streamlit.runtime.scriptrunner import StopException

from analysis.cohort.formats.table import FILE_SIZE_LIMIT
from analysis.phrases import phrase
from ui.access import gate, visits, watching
from ui.faults import draw_kept_fault, report_fault
from ui.language import language, said
from ui.logs import keep_values_out_of_logs

PICTURES = Path(__file__).resolve().parent / "pictures"

FREE_OF_OUTCOMES = ("data", "matching", "report")
"""Pages that are drawn while outcomes are covered, and cover by themselves what follows from one; no other page is."""

_STYLE = (Path(__file__).resolve().parent / "style.css").read_text(encoding="utf-8")
_FONTS = {
    code: f":root {{ --mce-letters: {families}; }}"
    for code, families in {
        "ko": '"Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", NanumGothic',
        "ja": '"Hiragino Sans", "Yu Gothic", Meiryo, "Noto Sans JP", "Noto Sans CJK JP", IPAPGothic, IPAGothic',
    }.items()
}
"""Korean and Japanese write some letters of the same number differently: each has its own fonts, those of the computer."""
_frame = threading.local()
"""Whether the page of this run stands inside the frame. A run is one thread; a run that is stopped leaves no trace here,
while the session's state would refuse to be written then."""

MultiPartParser.spool_max_size = 2 * FILE_SIZE_LIMIT
"""Uploads stay in memory while they arrive: the server would write those above a megabyte into a temporary file."""
keep_values_out_of_logs()


def ensure_frame() -> None:
    """Make sure that a page runs inside the app; the first line of every page.

    Streamlit runs a page's file by itself when its address is opened before the app has run once in the process.
    The app is then run instead, which draws the page inside its frame.
    """
    if not getattr(_frame, "is_drawn", False):
        importlib.import_module("app").main()
        st.stop()


def run_page(page: Page, pages: Sequence[Page], *, with_sidebar: bool) -> None:
    """Run a page inside the frame, and say so where it fails by a fault of the product.

    Parameters
    ----------
    page : streamlit.navigation.page.Page
        The page that the navigation chose.
    pages : sequence of Page
        All of them, in the order of the menu.
    with_sidebar : bool
        Whether the study's settings stand beside it.
    """
    draw_style()
    visit = visits.present_visit()
    with visits.running(visit):
        if gate.let_in():
            _run_inside(page, pages, visit, with_sidebar=with_sidebar)


def _run_inside(page: Page, pages: Sequence[Page], visit: visits.Visit | None, *, with_sidebar: bool) -> None:
    """Run a page of a visit that was let in."""
    load_product()
    from ui import session, sidebar
    from ui.departures import watch_departures
    from ui.guide import keys
    from ui.guide.steps import draw_waiting_guide
    from ui.ledger.cover import draw_covered_page

    _frame.is_drawn = True
    try:
        keys.turn_page(pages)
        watch_departures()
        gate.draw_account()
        draw_kept_fault()
        session.workspace()
        is_covered = with_sidebar and session.begin_page()
        if with_sidebar:
            sidebar.draw_sidebar()
        if is_covered and page.url_path not in FREE_OF_OUTCOMES:
            draw_covered_page(page.title)
        else:
            with suppress(StopException), watching.watched(page.url_path):  # a page that has said all stops
                page.run()
        draw_waiting_guide()
        keys.draw_keys(pages, page, with_sidebar=with_sidebar)
    except Exception as error:  # a bug: say so on the screen, and log it without a word from the patients' data
        if visits.is_over(visit):  # signed out in another tab, so wiped under this run: the gate says so
            st.rerun()
        report_fault(error)
    finally:
        _frame.is_drawn = False


def load_product() -> None:
    """Import what computes and draws: seconds in a fresh process, with a word on screen, nothing after that."""
    if "ui.sidebar" not in sys.modules:
        with st.spinner(said(phrase("Starting: loading the statistics …"))):
            importlib.import_module("ui.sidebar")


def draw_style() -> None:
    """Give the page its spacing and the look of the product's own elements."""
    st.html(f"<style>{_STYLE}{_FONTS.get(language(), '')}</style>")
