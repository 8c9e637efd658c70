"""What stands in the way of a command, told on standard error."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analysis.errors import AnalysisError

if TYPE_CHECKING:
    from analysis.cohort.findings import Problem
    from analysis.cohort.reading import Cohort
    from analysis.settings import StudySettings


def tell_problems(problems: Sequence[str]) -> None:
    """Print problems on standard error: one as it is, several as a counted list, none as nothing."""
    if not problems:
        return
    if len(problems) == 1:
        print(problems[0], file=sys.stderr)
        return
    print(f"{len(problems)} problems:", file=sys.stderr)
    for problem in problems:
        print(f"- {problem}", file=sys.stderr)


@contextmanager
def notes_of_reading(cohort: "Cohort | None") -> Iterator[None]:
    """Say before a refusal what was noticed on reading, such as columns that had to be renamed."""
    try:
        yield
    except AnalysisError:
        for note in cohort.notes if cohort is not None else ():
            print(f"Note: {note.text}", file=sys.stderr)
        raise


def errors_of_cohort(problems: "Sequence[Problem]", settings: "StudySettings | None") -> list[str]:
    """The errors that the study file itself was not refused for, or only for want of a part that was refused."""
    from analysis.contradictions import contradictions

    told = contradictions(settings) if settings is not None else ()
    return [problem.text for problem in problems if problem.severity == "error" and problem.text not in told]
