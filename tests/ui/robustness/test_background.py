"""Work beside the page: progress, cancelling, forgetting, and one run at a time."""

import gc
import threading
from collections.abc import Callable

import pytest

from analysis.errors import EstimationError
from ui.robustness import background
from ui.robustness.background import BackgroundRun


def until_stopped(begun: threading.Event) -> background.Work:
    """Work that goes on until it is told to stop, and then says so."""

    def work(progress: Callable[[int, int], None], cancelled: Callable[[], bool]) -> str:
        begun.set()
        while not cancelled():
            progress(1, 2)
        return "partial"

    return work


def test_a_cancelled_run_keeps_what_it_found() -> None:
    begun = threading.Event()
    run = BackgroundRun(until_stopped(begun), key=1)
    assert begun.wait(10)
    assert run.stage == "running"
    run.cancel()
    run.wait()
    assert (run.stage, run.found, run.done, run.planned) == ("over", "partial", 1, 2)


def test_a_forgotten_run_stops() -> None:
    begun = threading.Event()
    run = BackgroundRun(until_stopped(begun), key=1)
    thread = run._thread
    assert begun.wait(10)
    del run
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_a_run_stops_when_its_session_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "ABSENT_SECONDS", 0.05)
    run = BackgroundRun(until_stopped(threading.Event()), key=1, present=lambda: False)
    run.wait(10)
    assert run.stage == "over"


def test_a_second_run_waits_for_the_first_and_can_be_cancelled_meanwhile() -> None:
    begun, never = threading.Event(), threading.Event()
    first = BackgroundRun(until_stopped(begun), key=1)
    assert begun.wait(10)
    second, third = (BackgroundRun(until_stopped(never), key=key) for key in (2, 3))
    assert (second.stage, third.stage) == ("waiting", "waiting")
    second.cancel()
    second.wait(10)
    assert (second.stage, second.found) == ("over", None)
    assert not never.is_set()
    first.cancel()
    assert never.wait(10)
    third.cancel()
    third.wait(10)
    assert third.found == "partial"


def test_what_the_data_refuse_is_told_and_a_bug_is_raised() -> None:
    def refuse(*_: object) -> None:
        raise EstimationError("Too few sets.")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    refused, failed = BackgroundRun(refuse, key=1), BackgroundRun(fail, key=2)
    refused.wait()
    failed.wait()
    assert refused.problems == ("Too few sets.",)
    assert failed.problems == ()
    with pytest.raises(ZeroDivisionError):
        _ = failed.found
