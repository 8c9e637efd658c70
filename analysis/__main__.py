"""The command line: run a study, check a cohort, print the schema of the study file, recompute known answers."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

# Libraries are imported where they are needed: a slip in a file's name is answered at once.
from analysis.errors import AnalysisError, CohortInputError, SettingsError

if TYPE_CHECKING:
    from analysis.cohort.findings import Problem
    from analysis.cohort.reading import Cohort
    from analysis.notes import Note
    from analysis.reporting.findings import Findings
    from analysis.settings import StudySettings
    from analysis.study import StudyResult
    from analysis.study_file import StudyDraft

DONE, BUG, USER_CAN_FIX, INTERRUPTED = 0, 1, 2, 130

FIGURE_FORMATS = ("png", "svg", "pdf", "eps", "tiff", "pptx")

MOST_PROCESSES = 512


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the process when absent.

    Returns
    -------
    int
        0 done, 2 the user can fix it, 1 a bug or a known answer that differs, 130 interrupted. With 2, standard error
        says what must hold, what was found and what to do, and nothing has been written.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a label that the terminal cannot show must not stop a run
            stream.reconfigure(errors="backslashreplace")
    command = _parser().parse_args(arguments)
    try:
        code: int = command.carry_out(command) or DONE
        sys.stdout.flush()
    except AnalysisError as error:
        _tell(error.problems)
        return USER_CAN_FIX
    except BrokenPipeError:  # whoever read the words, such as `head`, has read enough; files are written before words
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        # Only where it happened: the text of an unforeseen error could hold a patient's value.
        print("".join(traceback.format_tb(error.__traceback__)), file=sys.stderr)
        print(f"This is a bug ({type(error).__name__}); please report the lines above.", file=sys.stderr)
        return BUG
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="Propensity-score matching with survival and response, before and after, from one study file.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a study and write its results")
    run.add_argument("study", metavar="STUDY", type=Path, help="the study file, YAML or JSON")
    run.add_argument("--cohort", metavar="FILE", type=Path, help="the cohort, instead of the one the study file names")
    run.add_argument("--out", metavar="FOLDER", type=Path, default=Path("results"), help="default: results")
    run.add_argument(
        "--figures",
        metavar="FORMATS",
        type=_figure_formats,
        default=(),
        help="also write the figures, in one or more of " + ",".join(FIGURE_FORMATS),
    )
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
    run.add_argument("--quiet", action="store_true", help="print nothing but problems")
    run.set_defaults(carry_out=_run)

    check = commands.add_parser("check", help="read a cohort and print every problem found; nothing is written")
    check.add_argument(
        "cohort", metavar="FILE", type=Path, help="the cohort: text, a workbook, Parquet, SAS, SPSS or Stata"
    )
    check.add_argument("--study", metavar="STUDY", type=Path, help="check the cohort against this study file too")
    check.set_defaults(carry_out=_check)

    schema = commands.add_parser("schema", help="print the JSON Schema of the study file")
    schema.set_defaults(carry_out=_schema)

    known = commands.add_parser("validate", help="recompute known answers here; exit code 1 when one differs")
    known.add_argument("--json", action="store_true", help="print every value compared, as JSON")
    known.set_defaults(carry_out=_validate)
    return parser


def _figure_formats(text: str) -> tuple[str, ...]:
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not formats or not set(formats) <= set(FIGURE_FORMATS):
        raise argparse.ArgumentTypeError(f"must be one or more of {','.join(FIGURE_FORMATS)}; found {text[:40]!r}")
    return formats


def _processes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {MOST_PROCESSES}; found {text[:40]!r}")
    return int(text)


def _tell(problems: Sequence[str]) -> None:
    if not problems:
        return
    if len(problems) == 1:
        print(problems[0], file=sys.stderr)
        return
    print(f"{len(problems)} problems:", file=sys.stderr)
    for problem in problems:
        print(f"- {problem}", file=sys.stderr)


def _run(command: argparse.Namespace) -> int:
    from analysis.study_file import draft_study

    draft = draft_study(_read_text(command.study, "The study file"))
    problems = list(draft.problems)
    cohort = _cohort_of(command, draft, problems)
    problems += _unwritable(command.out)
    if problems or cohort is None or draft.settings is None:
        with _notes_of_reading(cohort):
            raise SettingsError(*dict.fromkeys([*problems, *_problems_of_columns(cohort, draft.settings)]))

    from analysis.reporting.findings import study_findings
    from analysis.reporting.folder import write_folder
    from analysis.study import STAGES, run

    further = _further(command, draft.settings)

    with _progress(len(STAGES) + 1, silent=command.quiet or not sys.stderr.isatty()) as (begin, part):
        with _notes_of_reading(cohort):
            result = run(cohort, draft.settings, progress=begin, part=part)
        begin("writing")
        findings = further(study_findings(result), result)
        names = write_folder(command.out, _files(result, findings, cohort, command.figures))
    if not command.quiet:
        _summarise(result, findings, names, command.out)
    partial = findings.robustness is not None and findings.robustness.partial
    return INTERRUPTED if partial else DONE


def _further(command: argparse.Namespace, settings: "StudySettings") -> "Callable[[Findings, StudyResult], Findings]":
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
        cohort = _read_cohort(path, draft.settings)
        return _with_scans(cohort, command.study, draft.settings)
    except CohortInputError as error:
        problems += error.problems
        return None


def _with_scans(cohort: "Cohort", study: Path, settings: "StudySettings | None") -> "Cohort":
    """The cohort with the file of scans that stands beside the study file, where it names one."""
    asked = settings.scans if settings is not None else None
    if asked is None or asked.file is None:
        return cohort
    from dataclasses import replace

    from analysis.cohort.isolation import read_cohort_isolated
    from analysis.cohort.reading_options import ReadingOptions

    path = study.parent / asked.file
    content = _read_bytes(path, "The file of scans")
    order = settings.cohort.date_order if settings is not None else None
    try:
        return replace(cohort, scans=read_cohort_isolated(content, path.name, ReadingOptions(date_order=order)))
    except CohortInputError as error:
        raise CohortInputError(*(f"{path.name}, the file of scans: {problem}" for problem in error.problems)) from error


@contextmanager
def _notes_of_reading(cohort: "Cohort | None") -> Iterator[None]:
    """Say before a refusal what was noticed on reading, such as columns that had to be renamed."""
    try:
        yield
    except AnalysisError:
        for note in cohort.notes if cohort is not None else ():
            print(f"Note: {note.text}", file=sys.stderr)
        raise


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

    return _errors(check_cohort(cohort, settings), settings)


def _errors(problems: "Sequence[Problem]", settings: "StudySettings | None") -> list[str]:
    """The errors that the study file itself was not refused for, or only for want of a part that was refused."""
    from analysis.contradictions import contradictions

    told = contradictions(settings) if settings is not None else ()
    return [problem.text for problem in problems if problem.severity == "error" and problem.text not in told]


def _files(
    result: "StudyResult", findings: "Findings", cohort: "Cohort", figure_formats: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    from analysis.reporting.csv_files import csv_files
    from analysis.reporting.results import results_file

    yield "results.json", results_file(result, findings)
    yield from csv_files(result, findings).items()
    if figure_formats:
        from analysis.cohort.missing import missing_by_arm
        from analysis.reporting.figure_files import figure_files

        yield from figure_files(result, figure_formats, missing_by_arm(cohort, result.settings), findings)


def _summarise(result: "StudyResult", findings: "Findings", names: tuple[str, ...], folder: Path) -> None:
    from analysis.reporting.robustness_results import robustness_lines
    from analysis.reporting.summary import summary_lines

    for line in summary_lines(result, findings):
        print(line)
    for line in robustness_lines(findings.robustness, result.settings.cohort.time_unit):
        print(line)
    print(f"Wrote {len(names)} files into {folder}.")


def _check(command: argparse.Namespace) -> int:
    from analysis.study_file import StudyDraft, draft_study

    draft = StudyDraft(settings=None, problems=())
    if command.study is not None:
        draft = draft_study(_read_text(command.study, "The study file"))
    try:
        cohort = _read_cohort(command.cohort, draft.settings)
        if command.study is not None:
            cohort = _with_scans(cohort, command.study, draft.settings)
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
    errors = list(dict.fromkeys([*draft.problems, *_errors(problems, settings)]))
    sys.stdout.flush()
    _tell(errors)
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


def _schema(command: argparse.Namespace) -> None:
    import json

    from analysis.study_file import study_schema

    print(json.dumps(study_schema(), indent=2))


def _validate(command: argparse.Namespace) -> int:
    from tqdm import tqdm

    from analysis.validation import validate, validation_json, validation_lines

    looks = {"bar_format": "{desc:<44.44} {bar} {n}/{total}", "ncols": 80, "leave": False}
    with tqdm(disable=command.json or not sys.stderr.isatty(), mininterval=0, **looks) as bar:

        def begin(done: int, n: int, name: str) -> None:
            bar.total = n
            bar.set_description_str(name, refresh=False)
            bar.update(done - bar.n)

        validation = validate(begin)
    print(
        validation_json(validation).decode("utf-8").rstrip()
        if command.json
        else "\n".join(validation_lines(validation))
    )
    return DONE if validation.passes else BUG


def _read_cohort(path: Path, settings: "StudySettings | None") -> "Cohort":
    """Read the cohort as the study file says that it is to be read."""
    from analysis.cohort.formats.file_format import find_format
    from analysis.cohort.reading import read_cohort
    from analysis.cohort.reading_options import ReadingOptions

    content = _read_bytes(path, "The cohort's file")
    options = ReadingOptions()
    if settings is not None:
        told = settings.cohort
        options = ReadingOptions(
            sheet=told.sheet, header_row=told.header_row, encoding=told.encoding, date_order=told.date_order
        )
    if content and find_format(content) != "csv":  # a few kB can ask for all the memory there is, or break a parser
        from analysis.cohort.isolation import read_cohort_isolated

        return read_cohort_isolated(content, path.name, options)
    return read_cohort(content, path.name, options)


def _read_text(path: Path, what: str) -> str:
    from analysis.study_file import MAXIMUM_STUDY_CHARACTERS

    content = _read_bytes(path, what, limit=4 * MAXIMUM_STUDY_CHARACTERS)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError(
            f"{what} must be YAML or JSON in UTF-8; {path.name} is not such a text. Is it the cohort's file?"
        ) from None


def _read_bytes(path: Path, what: str, *, limit: int | None = None) -> bytes:
    """A file that the user named; messages say its own name and never its folder."""
    kind = CohortInputError if limit is None else SettingsError
    try:
        if path.is_dir():
            raise kind(f"{what} must be a file; {path.name or 'the path given'} is a folder.")
        size = path.stat().st_size
        largest = limit or _largest_cohort()
        if size > largest:
            raise kind(
                f"{what} may have up to {largest // 1_000_000} MB; {path.name} has {size // 1_000_000:,} MB. "
                + ("Keep only the columns the study needs." if limit is None else "Is it the cohort's file?")
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise kind(f"{what} must exist; {path.name} was not found. Check its name and its folder.") from None
    except PermissionError:
        raise kind(f"{what} must be readable; {path.name} may not be read by you. Ask for permission.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one"
        raise kind(f"{what} must be readable; {path.name[:60]} could not be read ({reason}).") from None


def _largest_cohort() -> int:
    from analysis.cohort.formats.table import FILE_SIZE_LIMIT

    return FILE_SIZE_LIMIT


@contextmanager
def _progress(steps: int, *, silent: bool) -> Iterator[tuple[Callable[[str], None], Callable[[float], None]]]:
    """A bar on a terminal that names the step under way, and how much of a long one is done; nothing elsewhere."""
    from tqdm import tqdm

    looks = {"bar_format": "{desc:<14} {bar} {n}/{total}", "ncols": 60, "leave": False}
    with tqdm(total=steps, disable=silent, mininterval=0, **looks) as bar:

        def begin(step: str) -> None:
            bar.set_description_str(step, refresh=False)
            bar.update()

        def part(share: float) -> None:
            bar.set_description_str(f"imputation {share:.0%}")

        yield begin, part


if __name__ == "__main__":
    sys.exit(main())
