"""The specification curve and the bootstrap of a finished run, with progress, and kept as far as they came when stopped."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import joblib
from tqdm import tqdm

from analysis.reporting.findings import Findings
from analysis.reporting.robustness_results import RobustnessFindings
from analysis.robustness.bootstrap import bootstrap_study, require_bootstrap
from analysis.robustness.curve import specification_curve
from analysis.robustness.effect import asked_effect
from analysis.robustness.parallel import suitable_jobs
from analysis.robustness.specifications import specifications
from analysis.settings import StudySettings
from analysis.study import StudyResult


def require_robustness(settings: StudySettings) -> None:
    """Make sure, before a run, that its specifications can be listed and its effect exists.

    Raises
    ------
    SettingsError
        They cannot.
    """
    asked_effect(settings)
    specifications(settings)


def find_robustness(
    result: StudyResult,
    *,
    curve: bool,
    bootstrap: bool,
    earlier: RobustnessFindings | None = None,
    n_jobs: int | None = None,
    dask_address: str | None = None,
    on_progress: Callable[[str, int, int], None],
    cancelled: Callable[[], bool],
) -> RobustnessFindings:
    """Carry out every specification of a run, draw it again and again, or both.

    Parameters
    ----------
    result : StudyResult
        One run; where covariates were imputed, the set that is shown is analysed.
    curve, bootstrap : bool
        Which of them.
    earlier : RobustnessFindings, optional
        Of the same run, stopped; what it holds is not done again.
    n_jobs, dask_address
        As in `specification_curve`.
    on_progress : callable
        Called with ``specifications`` or ``replicates``, what is done of them, and how many there are.
    cancelled : callable
        Asked often; once it says yes, what is done is kept and nothing further begun.

    Returns
    -------
    RobustnessFindings
        Partial where it was cancelled.
    """
    patients, settings = result.patients, result.settings
    if bootstrap:
        require_bootstrap(patients, settings)
    listed = specifications(settings)
    n_most = max(len(listed) if curve else 0, settings.robustness.bootstrap.replicates if bootstrap else 0)
    if dask_address is None:
        _start_processes(suitable_jobs(n_jobs, patients.treated.size, n_most))
    shared: dict[str, Any] = {"n_jobs": n_jobs, "dask_address": dask_address, "cancelled": cancelled}

    def watch(what: str) -> Callable[[int, int], None]:
        return lambda done, of: on_progress(what, done, of)

    begun = earlier or RobustnessFindings()
    found = drawn = None
    if curve:
        found = specification_curve(
            patients, listed, earlier=begun.curve, on_progress=watch("specifications"), **shared
        )
    if bootstrap and not cancelled():
        drawn = bootstrap_study(patients, settings, earlier=begun.bootstrap, on_progress=watch("replicates"), **shared)
    return RobustnessFindings(curve=found, bootstrap=drawn)


def with_robustness(findings: Findings, result: StudyResult, *, silent: bool, **asked: Any) -> Findings:
    """The findings of a run on the command line with what was asked for beside it.

    Parameters
    ----------
    findings : Findings
    result : StudyResult
    silent : bool
        Whether no progress is shown.
    **asked
        Passed on to `find_robustness`.

    Returns
    -------
    Findings
        With ``robustness``, partial after Ctrl-C.
    """
    looks = {"bar_format": "{desc:<14} {bar} {n}/{total}", "ncols": 60, "leave": False}
    with tqdm(disable=silent, mininterval=0.1, **looks) as bar, stopped_by_interrupt() as cancelled:

        def show(what: str, done: int, of: int) -> None:
            if silent:
                return
            if bar.desc.strip(": ") != what:
                bar.reset(total=of)
                bar.set_description_str(what, refresh=False)
            bar.update(done - bar.n)

        found = find_robustness(result, on_progress=show, cancelled=cancelled, **asked)
    return replace(findings, robustness=found)


def _start_processes(n_jobs: int) -> None:
    """Start the processes deaf to Ctrl-C, which a terminal sends to them too: this one tells them when to stop."""
    if n_jobs == 1 or threading.current_thread() is not threading.main_thread():
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        joblib.Parallel(n_jobs=n_jobs, max_nbytes=None)(joblib.delayed(_loaded)() for _ in range(2 * abs(n_jobs)))
    finally:
        signal.signal(signal.SIGINT, before)


def _loaded() -> int:
    """A first task that loads this module and all it needs.

    A process is measured after its first task; one that grows much beyond that is taken to leak, and ended with a warning.
    """
    return os.getpid()


@contextmanager
def stopped_by_interrupt() -> Iterator[Callable[[], bool]]:
    """Take the first Ctrl-C as the wish to stop and keep what is done; the second one interrupts as usual.

    Yields
    ------
    callable
        Whether to stop.
    """
    stop = threading.Event()

    def take(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        print("\nStopping: what is done is kept. Once more to give it up.", file=sys.stderr)

    before = signal.signal(signal.SIGINT, take)
    try:
        yield stop.is_set
    finally:
        signal.signal(signal.SIGINT, before)
