"""The process that reads files for `read_cohort_isolated`: warm, single-threaded, one fork per file.

It is started with a control socket over which it is handed one connected socket per file, and it ends when the
other side closes that. A fork of a process that has only imported
things costs milliseconds, and whatever a hostile file does to the fork, the next one starts clean.
"""

import contextlib
import os
import pickle
import resource
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from analysis.cohort.reading import Cohort, preview_rows, read_cohort, sheet_names
from analysis.cohort.reading_options import ReadingOptions
from analysis.errors import CohortInputError

LENGTH_BYTES = 8
"""Every message begins with its length, so that half a message is known to be half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRequest:
    """One file to read, and what it may cost."""

    content: bytes
    filename: str
    options: ReadingOptions
    seconds: float
    megabytes: int
    preview: int | None = None
    """How many first rows to give instead of the cohort."""
    names_sheets: bool = False
    """Whether to give the worksheets' names instead of the cohort."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAnswer:
    """What came of it: a cohort, first rows or sheets, or the problems of the file, or the place of a bug."""

    cohort: Cohort | None = None
    rows: tuple[tuple[str, ...], ...] | None = None
    sheets: tuple[str, ...] | None = None
    problems: tuple[str, ...] = ()
    out_of_memory: bool = False
    bug: str | None = None


def serve(descriptor: int) -> None:
    """Read files until the other side of the control socket is closed.

    Parameters
    ----------
    descriptor : int
        Of the control socket, which brings one connected socket per file.
    """
    control = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the children
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted command line closes the socket, which is enough
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            with contextlib.suppress(BaseException):
                control.close()
                _serve_one(socket.socket(fileno=descriptors[0]))
            os._exit(0)
        os.close(descriptors[0])


def _serve_one(connection: socket.socket) -> None:
    request: ReadingRequest = pickle.loads(receive(connection))
    _limit(request.seconds, request.megabytes)
    send(connection, pickle.dumps(_answer(request), protocol=5))


def _limit(seconds: float, megabytes: int) -> None:
    signal.setitimer(signal.ITIMER_REAL, seconds)  # its signal ends the process, whatever code is running
    memory = _address_space() + megabytes * 1_000_000
    for limit, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory)):  # no patient data in a core file
        with contextlib.suppress(ValueError, OSError):  # some systems do not enforce it
            resource.setrlimit(limit, (value, value))


def _address_space() -> int:
    """What the process has mapped already, libraries for the most part."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 1_000_000_000


def _answer(request: ReadingRequest) -> ReadingAnswer:
    try:
        if request.names_sheets:
            return ReadingAnswer(sheets=sheet_names(request.content))
        if request.preview is not None:
            rows = preview_rows(request.content, request.filename, request.options, request.preview)
            return ReadingAnswer(rows=rows)
        cohort = read_cohort(request.content, request.filename, request.options)
    except CohortInputError as error:
        return ReadingAnswer(problems=error.problems)
    except MemoryError:
        return ReadingAnswer(out_of_memory=True)
    except BaseException as error:  # also a panic in a parser, which is no Exception
        return ReadingAnswer(bug=_place_of(error))
    return ReadingAnswer(cohort=cohort)


def _place_of(error: BaseException) -> str:
    """The kind of an error and where it was raised: its message may quote a cell."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f" in {Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}"
    return f"{type(error).__name__}{where}"


def send(connection: socket.socket, message: bytes) -> None:
    """Send a whole message.

    Parameters
    ----------
    connection : socket.socket
        A connected socket.
    message : bytes
        What `receive` gives on the other side.
    """
    connection.sendall(len(message).to_bytes(LENGTH_BYTES, "big"))
    connection.sendall(message)


def receive(connection: socket.socket) -> bytes:
    """Receive a whole message.

    Parameters
    ----------
    connection : socket.socket
        A connected socket.

    Returns
    -------
    bytes
        What was sent.

    Raises
    ------
    EOFError
        When the other side closed before all of it had come.
    """
    length = int.from_bytes(_exactly(connection, LENGTH_BYTES), "big")
    return bytes(_exactly(connection, length))


def _exactly(connection: socket.socket, length: int) -> bytearray:
    message = bytearray(length)
    view = memoryview(message)
    filled = 0
    while filled < length:
        count = connection.recv_into(view[filled:])
        if count == 0:
            raise EOFError
        filled += count
    return message
