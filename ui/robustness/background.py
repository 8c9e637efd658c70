"""Long work beside the page: one run at a time on the server, with progress, stopped when nobody waits for it."""

import threading
import time
import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Literal

from analysis.errors import AnalysisError
from ui.audit import metrics

Work = Callable[[Callable[[int, int], None], Callable[[], bool]], Any]
"""Takes what to call with the number done and that of all, and what to ask whether to stop; gives what it found."""

Stage = Literal["waiting", "running", "over"]

ABSENT_SECONDS = 30.0
"""A session that was away for longer is taken to have ended; a page that reconnects is back within seconds."""

LET_OTHERS = 0.005
"""Seconds of rest after every piece: others who wait for the interpreter get it."""

_TURN = threading.BoundedSemaphore(1)
"""Processes are shared: two runs at once would each take twice as long, and stop each other's."""


@dataclass(slots=True, eq=False)
class _Shared:
    """What the thread knows: nothing of the session, so that a forgotten run can be seen to be forgotten."""

    stop: threading.Event = field(default_factory=threading.Event)
    stage: Stage = "waiting"
    done: int = 0
    planned: int = 0
    found: Any = None
    error: Exception | None = None


class BackgroundRun:
    """Work in a thread of its own.

    It is stopped when this object is forgotten, such as with its session, when the session has ended, or by
    ``cancel``; what it found until then is kept.

    Parameters
    ----------
    work : callable
        What is done. It must not hold this object, and must not touch Streamlit.
    key : hashable
        What it is of.
    present : callable, optional
        Whether the session is still there.

    Examples
    --------
    >>> run = BackgroundRun(lambda progress, cancelled: progress(1, 1) or "found", key="a")
    >>> run.wait()
    >>> run.stage, run.done, run.found
    ('over', 1, 'found')
    """

    def __init__(self, work: Work, key: Hashable, present: Callable[[], bool] | None = None) -> None:
        self.key = key
        self._shared = _Shared()
        self._forgotten = weakref.finalize(self, self._shared.stop.set)
        self._forgotten.atexit = False
        self._thread = threading.Thread(target=_carry_out, args=(self._shared, work, present), daemon=True)
        self._thread.start()

    @property
    def stage(self) -> Stage:
        """``waiting`` for another run on the server, ``running``, or ``over``."""
        return self._shared.stage

    @property
    def done(self) -> int:
        """How many are done."""
        return self._shared.done

    @property
    def planned(self) -> int:
        """How many there are; 0 until that is known."""
        return self._shared.planned

    @property
    def found(self) -> Any:
        """What was found, partial when cancelled; None while it is not over, or where nothing could be found.

        Raises
        ------
        Exception
            What the work raised, in the thread of whoever asks.
        """
        if self._shared.error is not None:
            raise self._shared.error
        return self._shared.found

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing could be found, in sentences; none where something was, or where the product failed."""
        error = self._shared.error
        return error.problems if isinstance(error, AnalysisError) else ()

    def cancel(self) -> None:
        """Stop soon, and keep what was found."""
        self._shared.stop.set()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until it is over."""
        self._thread.join(seconds)


def _carry_out(shared: _Shared, work: Work, present: Callable[[], bool] | None) -> None:
    cancelled = _absence(shared, present)

    def progress(done: int, planned: int) -> None:
        shared.done, shared.planned = done, planned
        time.sleep(LET_OTHERS)

    try:
        while not _TURN.acquire(timeout=0.2):
            if cancelled():
                return
        try:
            shared.stage = "running"
            if not cancelled():
                with metrics.RUNS.time():
                    shared.found = work(progress, cancelled)
        finally:
            _TURN.release()
    except Exception as error:  # told to whoever looks at the run
        shared.error = error
    finally:
        shared.stage = "over"


def _absence(shared: _Shared, present: Callable[[], bool] | None) -> Callable[[], bool]:
    """Whether to stop: asked to, forgotten, or the session away for too long."""
    seen = time.monotonic()

    def cancelled() -> bool:
        nonlocal seen
        if shared.stop.is_set() or present is None:
            return shared.stop.is_set()
        now = time.monotonic()
        if present():
            seen = now
        return now - seen > ABSENT_SECONDS

    return cancelled
