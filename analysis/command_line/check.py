"""The command that reads a cohort, says what was understood and every problem found, and writes nothing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.command_line.exit_codes import DONE, USER_CAN_FIX
from analysis.command_line.input_files import read_named_cohort, read_text, with_scans
from analysis.command_line.problems import errors_of_cohort, tell_problems
from analysis.errors import CohortInputError

if TYPE_CHECKING:
    from analysis.cohort.findings import Problem
    from analysis.notes import Note

HELP = "read a cohort and print every problem found; nothing is written"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The cohort, and the study file it may be checked against."""
    parser.add_argument(
        "cohort", metavar="FILE", type=Path, help="the cohort: text, a workbook, Parquet, SAS, SPSS or Stata"
    )
    parser.add_argument("--study", metavar="STUDY", type=Path, help="check the cohort against this study file too")


def carry_out(command: argparse.Namespace) -> int:
    """Print what was understood of a cohort, then errors, then warnings.

    Parameters
    ----------
    command : argparse.Namespace
        What `add_arguments` asks for.

    Returns
    -------
    int
        An exit code.
    """
    from analysis.study_file import StudyDraft, draft_study

    draft = StudyDraft(settings=None, problems=())
    if command.study is not None:
        draft = draft_study(read_text(command.study, "The study file"))
    try:
        cohort = read_named_cohort(command.cohort, draft.settings)
        if command.study is not None:
            cohort = with_scans(cohort, command.study, draft.settings)
    except CohortInputError as error:
        raise CohortInputError(*draft.problems, *error.problems) from None

    from analysis.cohort.checks import check_cohort
    from analysis.cohort.roles import guess_roles
    from analysis.reporting.role_sentences import role_sentences, size_sentence, study_sentences

    settings, guess = draft.settings, guess_roles(cohort)
    if command.study is None:
        settings = guess.to_settings()
    problems = check_cohort(cohort, settings, guess)
    transposed = [problem for problem in problems if problem.code == "transposed"]
    if transposed:  # its columns are patients, and are not to be spoken of one by one
        print(size_sentence(cohort))
        problems = tuple(transposed)
    else:
        lines = role_sentences(cohort, guess) if command.study is None else study_sentences(cohort, settings)
        print("\n".join(lines))
    errors = list(dict.fromkeys([*draft.problems, *errors_of_cohort(problems, settings)]))
    sys.stdout.flush()
    tell_problems(errors)
    _print_warnings(() if transposed else cohort.notes, problems)
    if errors:
        return USER_CAN_FIX
    if not transposed:
        print("Nothing stands in the way of a run." if settings else "A run needs the roles that were not found.")
    return DONE


def _print_warnings(notes: "Sequence[Note]", problems: "Sequence[Problem]") -> None:
    """What may mislead, of the study and of the file, then how the file was read."""
    from analysis.cohort.cells.cell_notes import LEFT_UNREAD

    misleading = LEFT_UNREAD | _MISLEADING_IN_FILES
    warnings = [problem.text for problem in problems if problem.severity == "warning"]
    warnings += [note.text for note in notes if note.code in misleading]
    for text in dict.fromkeys(warnings):
        print(f"Warning: {text}")
    for text in dict.fromkeys(note.text for note in notes if note.text not in warnings):
        print(f"Note: {text}")


_MISLEADING_IN_FILES = {"hidden_rows", "second_table", "spreadsheet_errors", "unsaved_formulas", "partly_labelled"}
