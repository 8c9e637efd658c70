"""The options of a run that carry the study out again and again, and what they add to its findings."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from analysis.errors import SettingsError

if TYPE_CHECKING:
    from analysis.cohort.reading import Cohort
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
    run.add_argument(
        "--resume", action="store_true", help="continue these two from the files of an earlier run in the same folder"
    )


def _processes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST_PROCESSES}; found {text[:40]!r}")
    return int(text)


def require_robustness_options(command: argparse.Namespace) -> None:
    """Make sure that no option of the two is given in vain.

    Raises
    ------
    SettingsError
        One is given without them, or two that exclude each other.
    """
    given = {
        "--processes": command.processes is not None,
        "--dask": command.dask is not None,
        "--resume": command.resume,
    }
    in_vain = [name for name, is_given in given.items() if is_given]
    if in_vain and not (command.specifications or command.bootstrap):
        raise SettingsError(
            f"{' and '.join(in_vain)} must come with --specifications or --bootstrap, and neither is given. Add one of "
            f"them, or leave {'it' if len(in_vain) == 1 else 'them'} out."
        )
    if given["--processes"] and given["--dask"]:
        raise SettingsError(
            "Work is shared out among processes of this machine or by a Dask cluster; --processes and --dask ask for "
            "both. Leave one of them out."
        )


def further_findings(
    command: argparse.Namespace, cohort: "Cohort", settings: "StudySettings"
) -> "Callable[[Findings, StudyResult], Findings]":
    """What adds the specification curve and the bootstrap to the findings, where they are asked for.

    Parameters
    ----------
    command : argparse.Namespace
        With what `add_robustness_options` asks for.
    cohort : Cohort
        As it was read.
    settings : StudySettings

    Returns
    -------
    callable
        Of the findings and the result of the run.

    Raises
    ------
    SettingsError
        They cannot be carried out, or not be resumed.
    """
    if not (command.specifications or command.bootstrap):
        return lambda findings, _: findings
    from analysis.reporting.robustness_run import require_robustness, with_robustness

    require_robustness(settings)
    earlier = None
    if command.resume:
        from analysis.command_line.earlier_run import earlier_robustness

        earlier = earlier_robustness(
            command.out, cohort, settings, curve=command.specifications, bootstrap=command.bootstrap
        )
    return partial(
        with_robustness,
        curve=command.specifications,
        bootstrap=command.bootstrap,
        earlier=earlier,
        n_jobs=command.processes,
        dask_address=command.dask,
        silent=command.quiet or not sys.stderr.isatty(),
    )
