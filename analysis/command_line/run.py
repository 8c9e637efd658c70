"""The command that runs a study and writes its results."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.command_line.exit_codes import DONE, INTERRUPTED
from analysis.command_line.input_files import read_named_cohort, read_text, with_scans
from analysis.command_line.problems import errors_of_cohort, notes_of_reading
from analysis.command_line.progress import Part, shown_progress
from analysis.command_line.robustness_options import (
    add_robustness_options,
    further_findings,
    require_robustness_options,
)
from analysis.command_line.run_files import add_file_options, run_files
from analysis.errors import CohortInputError, SettingsError

if TYPE_CHECKING:
    from analysis.cohort.reading import Cohort
    from analysis.reporting.findings import Findings
    from analysis.settings import StudySettings
    from analysis.study import StudyResult
    from analysis.study_file import StudyDraft

HELP = "run a study and write its results"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files in and out, and what is asked for beside the results."""
    parser.add_argument("study", metavar="STUDY", type=Path, help="the study file, YAML or JSON")
    parser.add_argument(
        "--cohort", metavar="FILE", type=Path, help="the cohort, instead of the one the study file names"
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=Path("results"), help="default: results")
    add_file_options(parser)
    add_robustness_options(parser)
    parser.add_argument("--quiet", action="store_true", help="print nothing but problems")


def carry_out(command: argparse.Namespace) -> int:
    """Run the study and write its files, all or none.

    Parameters
    ----------
    command : argparse.Namespace
        What `add_arguments` asks for.

    Returns
    -------
    int
        An exit code.
    """
    require_robustness_options(command)

    from analysis.study_file import draft_study

    draft = draft_study(read_text(command.study, "The study file"))
    problems = list(draft.problems)
    cohort = _cohort_of(command, draft, problems)
    problems += _unwritable(command.out)
    if problems or cohort is None or draft.settings is None:
        with notes_of_reading(cohort):
            raise SettingsError(*dict.fromkeys([*problems, *_problems_of_columns(cohort, draft.settings)]))

    from analysis.reporting.findings import study_findings
    from analysis.reporting.folder import write_folder
    from analysis.study import STAGES, run

    further = further_findings(command, cohort, draft.settings)

    with shown_progress(len(STAGES) + 1, silent=command.quiet or not sys.stderr.isatty()) as (begin, part):
        with notes_of_reading(cohort):
            result = run(cohort, draft.settings, progress=begin, part=part)
        begin("writing")
        findings = further(study_findings(result), result)
        names = write_folder(command.out, run_files(command, result, findings, cohort, _shown(part)))
    if not command.quiet:
        _summarise(result, findings, names, command.out)
    partial = findings.robustness is not None and findings.robustness.partial
    return INTERRUPTED if partial else DONE


def _shown(part: Part) -> Callable[[str, int, int], None]:
    """Shows how much of a report is done."""
    return lambda _, done, planned: part(done / max(planned, 1), "report")


def _cohort_of(command: argparse.Namespace, draft: "StudyDraft", problems: list[str]) -> "Cohort | None":
    """The cohort of a run; what is wrong with it joins the problems of the study file."""
    path: Path | None = command.cohort
    if path is None and draft.settings is not None and draft.settings.cohort.file is not None:
        path = command.study.parent / draft.settings.cohort.file
    if path is None:
        if not draft.problems:
            problems.append("A run needs a cohort; none is named. Add cohort.file to the study file or give --cohort.")
        return None
    try:
        cohort = read_named_cohort(path, draft.settings)
        return with_scans(cohort, command.study, draft.settings)
    except CohortInputError as error:
        problems += error.problems
        return None


def _unwritable(folder: Path) -> list[str]:
    """Found out before the run, not after it."""
    from analysis.reporting.folder import can_write

    if can_write(folder):
        return []
    return ["The folder for results must be one you may write into; this one is not. Name another with --out."]


def _problems_of_columns(cohort: "Cohort | None", settings: "StudySettings | None") -> list[str]:
    """What a study asks of the cohort in vain, beside what the study file itself was refused for."""
    if cohort is None or settings is None:
        return []
    from analysis.cohort.checks import check_cohort

    return errors_of_cohort(check_cohort(cohort, settings), settings)


def _summarise(result: "StudyResult", findings: "Findings", names: tuple[str, ...], folder: Path) -> None:
    from analysis.reporting.robustness_results import robustness_lines
    from analysis.reporting.summary import summary_lines

    for line in summary_lines(result, findings):
        print(line)
    for line in robustness_lines(findings.robustness, result.settings.cohort.time_unit):
        print(line)
    print(f"Wrote {len(names)} files into {folder}.")
