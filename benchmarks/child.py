"""Programs that run in a process of their own, say a line of JSON at a time, and are ended when they take too long."""

import json
import os
import queue
import resource
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

ONE_THREAD = {
    f"{name}_NUM_THREADS": "1"
    for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR", "VECLIB_MAXIMUM", "R_DATATABLE")
}

SHARE_OF_MEMORY = 0.7
"""A program may have this share of what is free when it starts; one that asks for more is refused it."""


class TooLongError(Exception):
    """The program said nothing for as long as it was given."""


class OutOfMemoryError(Exception):
    """The program needed more memory than it was allowed."""


class Child:
    """A process that prints lines of JSON.

    Parameters
    ----------
    command : sequence of str
        Run in the project's folder, on one thread.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        _limit_memory(self._process.pid)
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: list[str] = []
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._note_errors)]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put(None)

    def _note_errors(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            self._errors.extend(lines)

    def tell(self, said: dict[str, Any]) -> None:
        """Give the process a line of JSON, the only one that it gets."""
        assert self._process.stdin is not None
        with self._process.stdin as line:
            line.write(json.dumps(said) + "\n")

    def next(self, seconds: float) -> dict[str, Any] | None:
        """The next thing the process says; None when it has ended.

        Raises
        ------
        TooLongError
            It said nothing within ``seconds``; it has been ended.
        OutOfMemoryError
            It was refused memory, or ended by the system.
        RuntimeError
            It failed in another way.
        """
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            self.stop()
            raise TooLongError from None
        if line is not None:
            found: dict[str, Any] = json.loads(line)
            return found
        status = self._ended()
        if status == 0:
            return None
        said = "".join(self._errors)
        if status < 0 or any(word in said for word in ("MemoryError", "cannot allocate", "Unable to allocate")):
            raise OutOfMemoryError
        raise RuntimeError(f"{self._process.args} ended with {status}:\n{said}")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._ended()

    def _ended(self) -> int:
        status = self._process.wait()
        for thread in self._threads:
            thread.join()
        assert self._process.stdin is not None
        self._process.stdin.close()
        return status


def _limit_memory(pid: int) -> None:
    """Refuse the process more than its share, where the system can."""
    if hasattr(resource, "prlimit"):
        allowed = int(SHARE_OF_MEMORY * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"))
        resource.prlimit(pid, resource.RLIMIT_AS, (allowed, allowed))
