"""Everything that stops a study, that should be looked at, and that is good to know, each once."""

from dataclasses import dataclass

from analysis.cohort.checks import check_cohort
from analysis.cohort.findings import Problem
from analysis.phrases import phrase
from ui.workspace import StudyState, Workspace

OF_ONE_ARM = ("no_events", "few_events", "not_evaluable_differs", "follow_up_differs")
"""Findings that tell the outcome of one arm."""

UNTIL_SEEN = phrase(
    "Whether either arm has too few events, and whether both were followed and assessed "
    "alike, is said once a page has shown outcomes: until then the study can be kept "
    "blinded."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyProblems:
    """What was found in a cohort and its study.

    Attributes
    ----------
    stopping, warnings : tuple of Problem
        In the order they were found, each sentence once.
    notes : tuple of str
        What does not need to be mended.
    """

    stopping: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...]


def study_problems(desk: Workspace, state: StudyState) -> StudyProblems:
    """Collect what the form, the checks of the cohort and the stages of the study say."""
    checked: tuple[Problem, ...] = desk.kept(
        ("checks", repr(desk.form)), lambda: check_cohort(desk.cohort, state.settings, desk.guess())
    )
    unseen = not desk.has_shown_outcomes
    if unseen:
        checked = tuple(item for item in checked if item.code not in OF_ONE_ARM)
    errors = [item for item in checked if item.severity == "error"]
    warnings = [item for item in checked if item.severity == "warning"]
    said = {item.text for item in errors}
    errors = [*(_plain(text, "error") for text in state.problems if text not in said), *errors]
    warnings += [_plain(text, "warning") for text in state.design_problems]
    notes = [*desk.cohort.notes, *(state.patients.notes if state.patients else ())]
    told = {item.text for item in (*errors, *warnings)}
    waiting = (UNTIL_SEEN,) if unseen and state.settings is not None else ()
    return StudyProblems(
        stopping=_once(errors),
        warnings=_once(warnings),
        notes=(*waiting, *dict.fromkeys(note.text for note in notes if note.text not in told)),
    )


def _plain(text: str, severity: str) -> Problem:
    return Problem(severity="error" if severity == "error" else "warning", column=None, text=text)


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    by_text = {item.text: item for item in reversed(problems)}
    return tuple(item for item in problems if by_text.pop(item.text, None) is not None)
