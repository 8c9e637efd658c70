"""The files that a run writes, and the options that ask for more of them: each option stands beside its files."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.cohort.reading import Cohort
    from analysis.reporting.findings import Findings
    from analysis.study import StudyResult

FIGURE_FORMATS = ("png", "svg", "pdf", "eps", "tiff", "pptx")


def add_file_options(run: argparse.ArgumentParser) -> None:
    """Add the options that ask for further files."""
    run.add_argument(
        "--figures",
        metavar="FORMATS",
        type=_figure_formats,
        default=(),
        help="also write the figures, in one or more of " + ",".join(FIGURE_FORMATS),
    )


def _figure_formats(text: str) -> tuple[str, ...]:
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not formats or not set(formats) <= set(FIGURE_FORMATS):
        raise argparse.ArgumentTypeError(f"must be one or more of {','.join(FIGURE_FORMATS)}; found {text[:40]!r}")
    return formats


def run_files(
    command: argparse.Namespace, result: "StudyResult", findings: "Findings", cohort: "Cohort"
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

    Yields
    ------
    name : str
    content : bytes
    """
    from analysis.reporting.csv_files import csv_files
    from analysis.reporting.results import results_file

    yield "results.json", results_file(result, findings)
    yield from csv_files(result, findings).items()
    if command.figures:
        from analysis.cohort.missing import missing_by_arm
        from analysis.reporting.figure_files import figure_files

        yield from figure_files(result, command.figures, missing_by_arm(cohort, result.settings), findings)
