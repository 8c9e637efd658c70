"""Reading a file in a process of its own, so that no file can take the application down."""

import atexit
import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.cohort.reading import Cohort, preview_rows, read_cohort, refuse_size, sheet_names, with_shorthands
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError
from analysis.phrases import phrase

if TYPE_CHECKING:
    from analysis.cohort.reading_server import ReadingAnswer

CAN_ISOLATE = hasattr(os, "fork") and hasattr(socket, "send_fds")
"""False on systems that cannot fork; there, files are read in the calling process."""

_SLACK_SECONDS = 5.0
_AS_FOUND = ReadingOptions()


def read_cohort_isolated(
    content: bytes,
    filename: str,
    options: ReadingOptions = _AS_FOUND,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    seconds: float = 60,
    megabytes: int = 4096,
) -> Cohort:
    """Read a cohort as `read_cohort` does, in another process with limited time and memory.

    A workbook of 5 kB can make a parser ask for all memory there is; here that ends a process of its own, and
    becomes a sentence. The first call starts the reading process (about a second, see `start_reading_process`);
    every file after that costs a few milliseconds more than reading it directly.

    Parameters
    ----------
    content : bytes
        The file.
    filename : str
        Its name.
    options, sheet, encoding : optional
        As for `read_cohort`.
    seconds : float, optional
        How long reading may take.
    megabytes : int, optional
        How much memory reading may take, the file included.

    Returns
    -------
    Cohort
        The same as from `read_cohort`.

    Raises
    ------
    CohortInputError
        As `read_cohort`, and when the time or the memory is used up or the file breaks its parser.
    """
    refuse_size(content)
    options = with_shorthands(options, sheet=sheet, encoding=encoding)
    if not CAN_ISOLATE:
        return read_cohort(content, filename, options)
    answer = _answer(content, filename, options, seconds, megabytes)
    if answer.cohort is None:
        raise CohortInputError(*answer.problems)
    return answer.cohort


def preview_rows_isolated(
    content: bytes,
    filename: str,
    options: ReadingOptions = _AS_FOUND,
    n: int = 12,
    *,
    seconds: float = 60,
    megabytes: int = 4096,
) -> tuple[tuple[str, ...], ...]:
    """Give the first rows of a file as `preview_rows` does, in another process with limited time and memory.

    Parameters
    ----------
    content, filename, options, n
        As for `preview_rows`.
    seconds, megabytes : optional
        As for `read_cohort_isolated`.

    Returns
    -------
    tuple of tuple of str
        The same as from `preview_rows`.

    Raises
    ------
    CohortInputError
        As `preview_rows`, and when the time or the memory is used up or the file breaks its parser.
    """
    refuse_size(content)
    if not CAN_ISOLATE:
        return preview_rows(content, filename, options, n)
    answer = _answer(content, filename, options, seconds, megabytes, preview=n)
    if answer.rows is None:
        raise CohortInputError(*answer.problems)
    return answer.rows


def sheet_names_isolated(content: bytes, *, seconds: float = 60, megabytes: int = 4096) -> tuple[str, ...]:
    """Name the worksheets of a file as `sheet_names` does, in another process with limited time and memory.

    Parameters
    ----------
    content : bytes
        Any file.
    seconds, megabytes : optional
        As for `read_cohort_isolated`.

    Returns
    -------
    tuple of str
        The same as from `sheet_names`.

    Raises
    ------
    CohortInputError
        As `sheet_names`, and when the time or the memory is used up or the file breaks its parser.
    """
    refuse_size(content)
    if not CAN_ISOLATE:
        return sheet_names(content)
    answer = _answer(content, "", _AS_FOUND, seconds, megabytes, names_sheets=True)
    if answer.sheets is None:
        raise CohortInputError(*answer.problems)
    return answer.sheets


def _answer(
    content: bytes,
    filename: str,
    options: ReadingOptions,
    seconds: float,
    megabytes: int,
    *,
    preview: int | None = None,
    names_sheets: bool = False,
) -> "ReadingAnswer":
    from analysis.cohort.reading_server import ReadingRequest

    request = ReadingRequest(
        content=content,
        filename=filename,
        options=options,
        seconds=seconds,
        megabytes=megabytes,
        preview=preview,
        names_sheets=names_sheets,
    )
    started = time.monotonic()
    answer = _ask(pickle.dumps(request, protocol=5), seconds)
    if answer is None:
        raise CohortInputError(_too_slow(seconds) if time.monotonic() - started >= seconds else _TOO_MUCH)
    if answer.out_of_memory:
        raise CohortInputError(_TOO_MUCH)
    if answer.bug is not None:
        raise RuntimeError(f"reading the file failed with {answer.bug}")
    return answer


_TOO_MUCH = phrase(
    "The file must be sound and readable within a fixed amount of memory, and reading it "
    "took more or broke off. Keep only the rows and columns the study needs, and save "
    "the table again, best as CSV."
)


def _too_slow(seconds: float) -> str:
    return phrase(
        "The file must be readable within {seconds:g} seconds, and reading it took longer. "
        "Keep only the rows and columns the study needs, and save the table as CSV.",
        seconds=seconds,
    )


def _ask(request: bytes, seconds: float) -> "ReadingAnswer | None":
    """Hand a request to a fork of the reading process; None when the fork ended without an answer."""
    from analysis.cohort.reading_server import receive, send

    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            _reading_process.hand_over(theirs)
        ours.settimeout(seconds + _SLACK_SECONDS)
        try:
            send(ours, request)
            answer: ReadingAnswer = pickle.loads(receive(ours))
        except (EOFError, OSError):  # a broken connection or a timeout
            return None
    return answer


def start_reading_process() -> None:
    """Start the process that reads files, so that the first file need not wait for it."""
    if CAN_ISOLATE:
        _reading_process.start()


_SERVE = "from analysis.cohort.reading_server import serve; serve({})"


class _ReadingProcess:
    """The one reading process of this application, started when first needed and again should it end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        with self._lock:
            self._running_control()

    def hand_over(self, connection: socket.socket) -> None:
        with self._lock:
            try:
                socket.send_fds(self._running_control(), [b"f"], [connection.fileno()])
            except OSError:  # it ended since
                self._stop()
                socket.send_fds(self._running_control(), [b"f"], [connection.fileno()])

    def _running_control(self) -> socket.socket:
        if self._control is not None and self._process is not None and self._process.poll() is None:
            return self._control
        self._stop()
        ours, theirs = socket.socketpair()
        root = Path(__file__).resolve().parents[2]
        search = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVE.format(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": search, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a parser's last words may quote a cell
            )
        self._control = ours
        return ours

    def stop(self) -> None:
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=_SLACK_SECONDS)
        self._control = self._process = None


_reading_process = _ReadingProcess()
atexit.register(_reading_process.stop)
