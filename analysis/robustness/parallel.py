"""Many independent pieces of work: here, in processes of this machine, or on a Dask cluster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_address
from itertools import islice
from threading import Event
from typing import Any, TypeVar
from urllib.parse import urlsplit

import joblib
from threadpoolctl import ThreadpoolController

from analysis.errors import SettingsError
from analysis.phrases import phrase

Piece = TypeVar("Piece")
Found = TypeVar("Found")

SECONDS = 10
"""To wait for a scheduler, and for its first worker."""

WORTH_PROCESSES = 400_000
"""Patients times pieces below which the start of processes takes longer than the work."""


def suitable_jobs(n_jobs: int | None, n_patients: int, n_pieces: int) -> int:
    """The number of processes asked for, or one that suits the work; 1 stays in this process.

    >>> suitable_jobs(3, 123, 1000), suitable_jobs(None, 123, 1000)
    (3, 1)
    """
    if n_jobs is not None:
        return n_jobs
    return 1 if n_patients * n_pieces < WORTH_PROCESSES else int(joblib.cpu_count())


def work_through(
    task: Callable[[Piece], Found],
    pieces: Iterable[Piece],
    *,
    n_jobs: int = 1,
    dask_address: str | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[Found]:
    """Do a task for every piece and give what is found as it is ready.

    Linear algebra runs on one thread wherever a piece is worked on, so that its numbers do not depend on where that is.

    Parameters
    ----------
    task : callable
        A function of a module, of one piece.
    pieces : iterable
        Taken as they are needed, ahead of the work by a few.
    n_jobs : int
        Processes; 1 works in this one, and −1 takes all processors.
    dask_address : str, optional
        Of a running Dask scheduler, which then shares out the work; needs the package ``distributed``. It and its
        workers are on this machine, or are spoken to over TLS.
    cancelled : callable, optional
        Asked after every piece. When it says yes no further piece is begun; those begun are finished and given.

    Yields
    ------
    object
        What the task found; in the order of the pieces in this process, in any order elsewhere.

    Raises
    ------
    SettingsError
        There is no ``distributed``, no scheduler answers at the address, or patients' data would travel in clear.

    Examples
    --------
    >>> list(work_through(abs, [-1, 2]))
    [1, 2]
    """
    stop = cancelled or _never
    if n_jobs == 1 and dask_address is None:
        for piece in pieces:
            if stop():
                return
            yield _on_one_thread(task, piece)
        return
    if stop():
        return
    if dask_address is not None:
        yield from _on_cluster(task, pieces, dask_address, stop)
        return
    stopped = Event()

    def wanted() -> Iterator[Any]:
        for piece in pieces:
            if stopped.is_set():
                return
            yield joblib.delayed(_on_one_thread)(task, piece)

    # Arrays are copied to the processes: compiled loops do not take those that may only be read.
    jobs = joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1, max_nbytes=None)
    for found in jobs(wanted()):
        yield found
        if stop():
            stopped.set()


def _never() -> bool:
    return False


def _on_one_thread(task: Callable[[Piece], Found], piece: Piece) -> Found:
    with _libraries().limit(limits=1, user_api="blas"):
        return task(piece)


@cache
def _libraries() -> ThreadpoolController:
    """Those of linear algebra in this process, which are loaded with this package; to find them takes milliseconds."""
    return ThreadpoolController()


AHEAD = 2
"""Pieces for each thread of a cluster: one is worked on, the next is there already."""


def _on_cluster(
    task: Callable[[Piece], Found], pieces: Iterable[Piece], address: str, stop: Callable[[], bool]
) -> Iterator[Found]:
    """Not through joblib, which works here and not there where a cluster has one thread."""
    with _cluster(address) as client:
        from distributed import as_completed

        coming = iter(pieces)
        begun: Any = as_completed(loop=client.loop)  # type: ignore[no-untyped-call]

        def begin(n: int) -> None:
            for piece in islice(coming, n):
                held = client.scatter(piece, hash=False)
                begun.add(client.submit(_on_one_thread, task, held, pure=False))

        begin(AHEAD * sum(client.nthreads().values()))
        stopped = False
        for done in begun:
            yield done.result()
            stopped = stopped or stop()
            if not stopped:
                begin(1)


def is_private(address: str) -> bool:
    """Whether what is sent to a Dask address stays on this machine, or is encrypted on its way.

    >>> [is_private(address) for address in ("tls://10.0.0.5:8786", "tcp://127.0.0.1:8786", "10.0.0.5:8786")]
    [True, True, False]
    """
    scheme, _, place = address.rpartition("://")
    if scheme == "tls":
        return True
    try:
        host = urlsplit(f"//{place}").hostname or ""
        return scheme in ("", "tcp") and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


@contextmanager
def _cluster(address: str) -> Iterator[Any]:
    if not is_private(address):
        raise SettingsError(_in_clear(phrase("the address given is on another machine and does not begin with tls://")))
    try:
        from dask.distributed import Client
    except ImportError:
        raise SettingsError(
            phrase(
                "Work on a Dask cluster needs the package distributed, which is not installed. "
                "Install it, or give no address and use the processors of this machine."
            )
        ) from None
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError):  # the last where no certificate is known for an encrypted connection
        raise SettingsError(
            phrase(
                "A Dask scheduler must answer at the address given; none did. Start one with dask "
                "scheduler --host 127.0.0.1 and give its address, such as tcp://127.0.0.1:8786, or "
                "give none. For one at tls:// the certificates must be named in Dask's configuration "
                "(distributed.comm.tls)."
            )
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS)
        except TimeoutError:
            raise SettingsError(
                phrase(
                    "A Dask cluster must have a worker, and the one at the address given has none. Start "
                    "one with dask worker and the scheduler's address."
                )
            ) from None
        told = client.scheduler_info(n_workers=-1)
        if not all(map(is_private, (told["address"], *told["workers"]))):
            raise SettingsError(
                _in_clear(phrase("the scheduler or one of its workers listens on a network without it"))
            )
        yield client


def _in_clear(found: str) -> str:
    return phrase(
        "Patients' data leave this machine over encrypted connections only, and {found}. Start "
        "scheduler and workers with certificates (dask scheduler --tls-ca-file … --tls-cert "
        "… --tls-key …) and give the address that begins with tls://, or start them on this "
        "machine with --host 127.0.0.1.",
        found=found,
    )
