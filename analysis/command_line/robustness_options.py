"""The options of a run that carry the study out again and again, and what they add to its findings."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.reporting.findings import Findings
    from analysis.settings import StudySettings
    from analysis.study import StudyResult

MOST_PROCESSES = 512


def add_robustness_options(run: argparse.ArgumentParser) -> None:
    """Add the options that ask for a specification curve and a bootstrap."""
    run.add_argument(
        "--specifications",
        action="store_true",
        help="also carry out the other analyses that robustness.specifications lists; Ctrl-C keeps what is done",
    )
    run.add_argument("--bootstrap", action="store_true", help="also bootstrap the effect, as robustness.bootstrap says")
    run.add_argument(
        "--processes", metavar="N", type=_processes, help="for these two; as many as suit the work when absent"
    )
    run.add_argument("--dask", metavar="ADDRESS", help="of a running Dask scheduler that shares them out instead")


def _processes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST_PROCESSES}; found {text[:40]!r}")
    return int(text)


def further_findings(
    command: argparse.Namespace, settings: "StudySettings"
) -> "Callable[[Findings, StudyResult], Findings]":
    """What adds the specification curve and the bootstrap to the findings, where they are asked for."""
    if not (command.specifications or command.bootstrap):
        return lambda findings, _: findings
    from analysis.reporting.robustness_run import require_robustness, with_robustness

    require_robustness(settings)
    return partial(
        with_robustness,
        curve=command.specifications,
        bootstrap=command.bootstrap,
        n_jobs=command.processes,
        dask_address=command.dask,
        silent=command.quiet or not sys.stderr.isatty(),
    )
