"""The files that a run writes, and the options that ask for more of them: each option stands beside its files."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.cohort.reading import Cohort
    from analysis.reporting.findings import Findings
    from analysis.study import StudyResult

FIGURE_FORMATS = ("png", "svg", "pdf", "eps", "tiff", "pptx")
REPORT_FORMATS = ("html", "docx", "pptx")


def add_file_options(run: argparse.ArgumentParser) -> None:
    """Add the options that ask for further files."""
    run.add_argument(
        "--figures",
        metavar="FORMATS",
        type=partial(_formats, known=FIGURE_FORMATS),
        default=(),
        help="also write the figures, in one or more of " + ",".join(FIGURE_FORMATS),
    )
    run.add_argument(
        "--report",
        metavar="FORMATS",
        type=partial(_formats, known=REPORT_FORMATS),
        default=(),
        help="also write the whole report, as a page, a Word document or slides: one or more of "
        + ",".join(REPORT_FORMATS),
    )


def _formats(text: str, known: Sequence[str]) -> tuple[str, ...]:
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not formats or not set(formats) <= set(known):
        raise argparse.ArgumentTypeError(f"must be one or more of {','.join(known)}; found {text[:40]!r}")
    return formats


def run_files(
    command: argparse.Namespace,
    result: "StudyResult",
    findings: "Findings",
    cohort: "Cohort",
    on_progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Every file of a run, made one at a time.

    Parameters
    ----------
    command : argparse.Namespace
        With what `add_file_options` asks for.
    result : StudyResult
    findings : Findings
    cohort : Cohort
        As it was read.
    on_progress : callable, optional
        Called with what of a report is being made, how much is done and how much there is.

    Yields
    ------
    name : str
    content : bytes
    """
    from analysis.reporting.csv_files import csv_files
    from analysis.reporting.results import results_file

    yield "results.json", results_file(result, findings)
    yield from csv_files(result, findings).items()
    if not (command.figures or command.report):
        return
    from analysis.cohort.missing import missing_by_arm

    missing = missing_by_arm(cohort, result.settings)
    if command.figures:
        from analysis.reporting.figure_files import figure_files

        yield from figure_files(result, command.figures, missing, findings)
    if command.report:
        from analysis.manuscript.documents import report_files
        from analysis.manuscript.publication import Publication
        from analysis.study.ledger import ledger_of_run

        publication = Publication(
            result=result,
            findings=findings,
            ledger=ledger_of_run(result),
            missing=missing,
            cohort_file=_name_of_cohort(command, result),
        )
        yield from report_files(publication, command.report, on_progress)


def _name_of_cohort(command: argparse.Namespace, result: "StudyResult") -> str | None:
    """The name of the cohort's file without its folder."""
    if command.cohort is not None:
        name: str = command.cohort.name
        return name
    named = result.settings.cohort.file
    return None if named is None else PurePath(named).name
