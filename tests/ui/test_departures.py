"""Sessions that left are closed in time; those that come back are not."""

import gc
import weakref
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from ui.access import uploads
from ui.departures import EARLIER_SECONDS, Departures, forget_upload, give_memory_back

PATIENCE = 120.0


class Tabs:
    """A runtime of which only this is asked: who is here."""

    def __init__(self, *here: str) -> None:
        self.here = set(here)
        self.closed: list[str] = []

    def is_active_session(self, session_id: str) -> bool:
        return session_id in self.here

    def close_session(self, session_id: str) -> None:
        self.closed.append(session_id)


def now(work: Callable[[], None]) -> None:
    work()


@pytest.fixture
def tabs() -> Tabs:
    return Tabs("a", "b")


@pytest.fixture
def departures(tabs: Tabs) -> Departures:
    found = Departures(tabs, now, PATIENCE)
    for name in tabs.here:
        found.come(name)
    return found


def test_who_left_is_closed_after_the_time_for_which_a_lost_connection_is_kept(
    tabs: Tabs, departures: Departures
) -> None:
    assert departures.look(0.0) == 0
    tabs.here.remove("a")
    assert departures.look(10.0) == 0
    assert departures.look(10.0 + PATIENCE - EARLIER_SECONDS - 0.1) == 0
    assert departures.look(10.0 + PATIENCE - EARLIER_SECONDS) == 1
    assert tabs.closed == ["a"]
    assert departures.look(1e9) == 0
    assert tabs.closed == ["a"]


def test_who_comes_back_begins_anew(tabs: Tabs, departures: Departures) -> None:
    tabs.here.remove("a")
    departures.look(0.0)
    tabs.here.add("a")
    departures.look(60.0)
    tabs.here.remove("a")
    departures.look(61.0)
    assert departures.look(PATIENCE) == 0
    assert departures.look(61.0 + PATIENCE) == 1


def test_who_comes_back_at_the_last_moment_is_not_closed(tabs: Tabs) -> None:
    later: list[Callable[[], None]] = []
    departures = Departures(tabs, later.append, PATIENCE)
    departures.come("c")
    departures.look(0.0)
    assert departures.look(PATIENCE) == 1
    tabs.here.add("c")
    for work in later:
        work()
    assert tabs.closed == []


def test_streamlit_has_what_is_asked_of_it() -> None:
    assert all(hasattr(Runtime, name) for name in ("is_active_session", "close_session", "_get_async_objs"))


class Visit:
    """Something in a circle with itself, as a session is with what it drew."""

    def __init__(self) -> None:
        self.itself = self


def test_memory_is_given_back_also_of_who_came_before_the_product_was_set_aside() -> None:
    first = Visit()
    kept = weakref.ref(first)
    gc.freeze()
    del first
    gc.collect()
    assert kept() is not None
    give_memory_back()
    assert kept() is None


def test_the_product_is_set_aside_again_only_when_nobody_is_here(tabs: Tabs, departures: Departures) -> None:
    tabs.here.remove("a")
    departures.look(0.0)
    departures.look(PATIENCE)
    assert not departures.is_nobody_here()
    tabs.here.remove("b")
    departures.look(PATIENCE)
    departures.look(2 * PATIENCE)
    assert departures.is_nobody_here()


def test_bytes_of_a_file_that_was_read_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "may_upload", lambda key: True)  # the server's door may be guarded by now
    manager = MemoryUploadedFileManager("upload")
    for name in ("read", "waiting"):
        manager.add_file("a", UploadedFileRec(file_id=name, name="cohort.csv", type="text/csv", data=b"id\n1"))
    context = SimpleNamespace(session_id="a", uploaded_file_mgr=manager)
    monkeypatch.setattr("ui.departures.get_script_run_ctx", lambda: context)
    forget_upload("read")
    assert [file.file_id for file in manager.get_files("a", ["read", "waiting"])] == ["waiting"]
