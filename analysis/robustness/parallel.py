"""Many independent pieces of work: here, in processes of this machine, or on a Dask cluster."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Event
from typing import Any, TypeVar

import joblib
from threadpoolctl import threadpool_limits

from analysis.errors import SettingsError

Piece = TypeVar("Piece")
Found = TypeVar("Found")

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
        Of a running Dask scheduler, which then shares out the work; needs the package ``distributed``.
    cancelled : callable, optional
        Asked after every piece. When it says yes no further piece is begun; those begun are finished and given.

    Yields
    ------
    object
        What the task found; in the order of the pieces in this process, in any order elsewhere.

    Raises
    ------
    SettingsError
        There is no ``distributed``, or no scheduler answers at the address.

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
    stopped = Event()

    def wanted() -> Iterator[Any]:
        for piece in pieces:
            if stopped.is_set():
                return
            yield joblib.delayed(_on_one_thread)(task, piece)

    if stop():
        return
    with _backend(dask_address):
        # Arrays are copied to the processes: compiled loops do not take those that may only be read.
        jobs = joblib.Parallel(
            n_jobs=-1 if dask_address else n_jobs, return_as="generator_unordered", batch_size=1, max_nbytes=None
        )
        for found in jobs(wanted()):
            yield found
            if stop():
                stopped.set()


def _never() -> bool:
    return False


def _on_one_thread(task: Callable[[Piece], Found], piece: Piece) -> Found:
    with threadpool_limits(limits=1, user_api="blas"):
        return task(piece)


def _backend(dask_address: str | None) -> AbstractContextManager[Any]:
    return ExitStack() if dask_address is None else _dask(dask_address)


@contextmanager
def _dask(address: str) -> Iterator[None]:
    try:
        from dask.distributed import Client
    except ImportError:
        raise SettingsError(
            "Work on a Dask cluster needs the package distributed, which is not installed. Install it, or give no "
            "address and use the processors of this machine."
        ) from None
    try:
        client = Client(address, timeout=10, set_as_default=True)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise SettingsError(
            "A Dask scheduler must answer at the address given; none did. Start one with dask scheduler and give its "
            "address, such as tcp://127.0.0.1:8786, or give none."
        ) from None
    with client, joblib.parallel_config(backend="dask"):
        yield
