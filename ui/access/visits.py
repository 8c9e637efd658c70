"""The visits of this process: who is here, since when, doing nothing since when; and the sweeper that wipes what is over."""

import secrets
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.access.identity import Identity
from ui.audit import events
from ui.departures import collect_all

Ending = Literal["idle", "expired", "signed out", "left"]

GRACE_SECONDS = 5.0
"""So long after Streamlit gives a browser that is gone its session no more (two minutes unless set otherwise), it is wiped."""

WARNED_SECONDS = 120.0
"""So long before its end a session is warned, at the earliest after half of its idle time."""


@dataclass(slots=True, eq=False, kw_only=True)
class Visit:
    """One session of one browser tab.

    Attributes
    ----------
    key : str
        Streamlit's name of the session, which opens it: never logged.
    name : str
        Names the visit in the audit log, and opens nothing.
    session : callable
        The server's session, or None once it is gone.
    begun, used, seen : float
        Monotonic seconds: when it began, when a person last did something, when its browser was last connected.
    running : int
        Pages, controls and files at work right now.
    identity : Identity or None
        None where nobody is asked.
    is_in : bool
        True once the gate has let it in.
    ended : str or None
        Why it was wiped.
    refused : set of str
        Refusals already written down.
    cohort, intake : object
        What was written down last: the cohort's digest, and the file that could not be read.
    """

    key: str
    name: str = field(default_factory=lambda: secrets.token_hex(6))
    session: Callable[[], Any]
    begun: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.monotonic)
    seen: float = field(default_factory=time.monotonic)
    running: int = 0
    identity: Identity | None = None
    is_in: bool = False
    ended: Ending | None = None
    refused: set[str] = field(default_factory=set)
    cohort: str | None = None
    intake: Any = None

    @property
    def who(self) -> str:
        """The person as the audit log names people."""
        return "" if self.identity is None else events.named(self.identity.subject, self.identity.email)


_visits: dict[str, Visit] = {}
_signed_out: set[tuple[str, float]] = set()
"""Signings in that were taken back: their cookies may still lie in another browser."""

_lock = threading.RLock()
_idle_seconds = 0.0


def present_visit() -> Visit | None:
    """The visit of the session that asks; None where there is no server."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return None
    session = runtime.get_instance().get_app_session(context.session_id)
    with _lock:
        found = _visits.get(context.session_id)
        if found is None:
            kept = (lambda: None) if session is None else weakref.ref(session)
            found = _visits[context.session_id] = Visit(key=context.session_id, session=kept)
    return found


def begin_again(visit: Visit) -> None:
    """The person of a wiped visit goes on, with nothing."""
    visit.ended, visit.used = None, time.monotonic()


def touch(visit: Visit | None) -> None:
    """A person did something."""
    if visit is not None and visit.ended is None:
        visit.used = visit.seen = time.monotonic()


@contextmanager
def running(visit: Visit | None, *, is_use: bool = True) -> Iterator[None]:
    """While something is at work for a visit, its session is not wiped for idleness, however long that takes.

    Parameters
    ----------
    visit : Visit or None
    is_use : bool
        Whether a person set it off; a part of a page that draws itself again and again is nobody's use.
    """
    if visit is None:
        yield
        return
    with _lock:
        visit.running += 1
    if is_use:
        touch(visit)
    try:
        yield
    finally:
        with _lock:
            visit.running -= 1
        if is_use:
            touch(visit)


def seconds_left(visit: Visit) -> float | None:
    """Seconds until an unused visit is wiped; None where it never is."""
    if not _idle_seconds:
        return None
    return max(0.0, visit.used + _idle_seconds - time.monotonic())


def is_due_a_warning(visit: Visit) -> bool:
    """Whether the end of an unused visit is near."""
    left = seconds_left(visit)
    return left is not None and left <= min(WARNED_SECONDS, _idle_seconds / 2)


def poll_seconds() -> float | None:
    """How often an open page asks whether its session is still there; None where none is ever wiped."""
    return min(20.0, max(1.0, _idle_seconds / 6)) if _idle_seconds else None


def is_over(visit: Visit | None) -> bool:
    """Whether a visit has ended, or its person must sign in anew."""
    if visit is None:
        return False
    identity = visit.identity
    return visit.ended is not None or (
        identity is not None and (time.time() >= identity.until or identity.sign_in in _signed_out)
    )


def was_signed_out(identity: Identity) -> bool:
    """Whether this signing in was taken back here."""
    return identity.sign_in in _signed_out


def may_upload(key: str) -> bool:
    """Whether the gate has let this session in, and it is not over."""
    found = _visits.get(key)
    return found is not None and found.is_in and not is_over(found)


def sign_out(visit: Visit | None) -> None:
    """End every visit that came with the same signing in; the present one is wiped by its own page."""
    if visit is None or visit.identity is None:
        return
    with _lock:
        _signed_out.add(visit.identity.sign_in)
        others = [one for one in _visits.values() if one is not visit and one.identity is not None]
        same = [one for one in others if one.identity and one.identity.sign_in == visit.identity.sign_in]
    events.signed_out(visit.who, visit.name, time.monotonic() - visit.begun)
    visit.ended = "signed out"
    for one in same:
        wipe(one, "signed out")


def open_visits() -> int:
    """How many visits have a browser and were let in."""
    with _lock:
        return sum(one.is_in and one.ended is None for one in _visits.values())


def wipe(visit: Visit, why: Ending) -> None:
    """Forget everything of a session: cohort, results, uploaded bytes, prepared downloads; runs beside it stop."""
    visit.ended = why
    present = visit.session()
    if visit.is_in:
        events.ended(visit.who, visit.name, why, time.monotonic() - visit.begun)
    if present is not None and visit.is_in:
        from ui import session

        session.wipe(present)
    if runtime.exists():
        server = runtime.get_instance()
        server.uploaded_file_mgr.remove_session_files(visit.key)
        server.media_file_mgr.clear_session_refs(visit.key)
        server.media_file_mgr.remove_orphaned_files()
    visit.cohort = visit.intake = None
    collect_all()


def sweep() -> None:
    """Wipe the visits that are over, and forget those whose session is gone."""
    now, server = time.monotonic(), runtime.get_instance() if runtime.exists() else None
    absent = float(config.get_option("server.disconnectedSessionTTL")) + GRACE_SECONDS
    with _lock:
        found = list(_visits.values())
    for visit in found:
        connected = server is not None and server.is_active_session(visit.key)
        if connected:
            visit.seen = now
        _end(visit, _why_over(visit, now))
        if not connected and (visit.session() is None or now - visit.seen > absent) and not visit.running:
            with _lock:
                _visits.pop(visit.key, None)
            _end(visit, "left")
    oldest = time.time() - 31 * 24 * 3600.0  # a cookie lives for thirty days
    _signed_out.difference_update([one for one in _signed_out.copy() if one[1] < oldest])


def _why_over(visit: Visit, now: float) -> Ending | None:
    if is_over(visit):
        return "expired"
    return "idle" if _idle_seconds and now - visit.used >= _idle_seconds and visit.is_in else None


def _end(visit: Visit, why: Ending | None) -> None:
    """Wipe a visit at which nothing is at work; what begins from now on finds it ended."""
    with _lock:
        if why is None or visit.ended is not None or visit.running:
            return
        visit.ended = why
    wipe(visit, why)


def start_sweeping(idle: float) -> None:
    """Sweep from now on, in a thread of its own: what an absent browser does not ask for is wiped all the same.

    Parameters
    ----------
    idle : float
        Seconds after which an unused session is wiped; 0 never.
    """
    global _idle_seconds
    _idle_seconds = idle
    pause = min(5.0, max(0.2, idle / 10)) if idle else 5.0

    def sweep_for_ever() -> None:
        while True:
            time.sleep(pause)
            try:
                sweep()
            except Exception as error:  # one visit that cannot be wiped must not keep the others
                events.failed("", "", error)

    threading.Thread(target=sweep_for_ever, name="sweeper of idle sessions", daemon=True).start()
