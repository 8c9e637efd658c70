"""Sessions that left are closed in time, and their memory is given back.

Streamlit keeps a session that lost its connection for ``server.disconnectedSessionTTL`` seconds, as it may be the network
only, and lets it go when the next one leaves after that: the last of a day would stay all night, patients included.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from typing import Protocol

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

LOOK_SECONDS = 1.0
EARLIER_SECONDS = 2.5
"""Sessions are closed so much before Streamlit would no longer find them."""


class Sessions(Protocol):
    """What is asked of Streamlit's runtime."""

    def is_active_session(self, session_id: str) -> bool:
        """True while a tab shows it."""
        ...

    def close_session(self, session_id: str) -> None:
        """End it with everything that it holds."""
        ...


class Departures:
    """Who has come, and since when nobody is there.

    Parameters
    ----------
    sessions : Sessions
        The runtime.
    soon : callable
        Calls a function where the runtime wants to be called.
    patience : float
        Seconds for which a session is kept that lost its connection.
    """

    def __init__(self, sessions: Sessions, soon: Callable[[Callable[[], None]], object], patience: float) -> None:
        self._sessions = sessions
        self._soon = soon
        self._patience = max(0.0, patience - EARLIER_SECONDS)
        self._away: dict[str, float | None] = {}

    def come(self, session_id: str) -> None:
        """Remember a session that draws a page."""
        self._away[session_id] = None

    def look(self, now: float) -> int:
        """Close who has been away for long.

        Parameters
        ----------
        now : float
            Seconds, of a clock that only goes forward.

        Returns
        -------
        int
            How many were closed.
        """
        closed = 0
        for session_id, since in list(self._away.items()):
            if self._sessions.is_active_session(session_id):
                self._away[session_id] = None
            elif since is None:
                self._away[session_id] = now
            elif now - since >= self._patience:
                del self._away[session_id]
                self._soon(lambda gone=session_id: self._close(gone))  # type: ignore[misc]
                closed += 1
        return closed

    def is_nobody_here(self) -> bool:
        """True where everybody who came was closed."""
        return not self._away

    def _close(self, session_id: str) -> None:
        if not self._sessions.is_active_session(session_id):  # it may have come back in this very moment
            self._sessions.close_session(session_id)


def watch_departures() -> None:
    """Remember that this session is here; the first one to come has somebody look after all of them."""
    context = get_script_run_ctx()
    if context is not None and Runtime.exists() and type(Runtime.instance()) is Runtime:  # tests have a likeness of it
        _departures().come(context.session_id)


def forget_upload(file_id: str) -> None:
    """Drop the bytes of a file that was read; the server would keep them as long as the session.

    Parameters
    ----------
    file_id : str
        Of the file as Streamlit gave it.
    """
    context = get_script_run_ctx()
    if context is not None and hasattr(context.uploaded_file_mgr, "remove_file"):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file_id)


@st.cache_resource(show_spinner=False)
def _departures() -> Departures:
    runtime = Runtime.instance()
    loop = runtime._get_async_objs().eventloop  # sessions are closed there and nowhere else
    found = Departures(runtime, loop.call_soon_threadsafe, float(st.get_option("server.disconnectedSessionTTL")))
    # What the product itself consists of is never garbage: collections need not look through it. The first visit is set
    # aside with it, until somebody leaves.
    gc.collect()
    gc.freeze()
    threading.Thread(target=_look_after, args=(found,), name="departures", daemon=True).start()
    return found


def _look_after(found: Departures) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        if found.look(time.monotonic()):
            time.sleep(LOOK_SECONDS)  # until they are closed
            give_memory_back()
            if found.is_nobody_here():
                gc.freeze()


def collect_all() -> None:
    """Collect what is in circles, also what was set aside while somebody was already here."""
    gc.unfreeze()
    gc.collect()


def give_memory_back() -> None:
    """Collect what is in circles, and hand free memory to the system where its library can."""
    collect_all()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):
        return
