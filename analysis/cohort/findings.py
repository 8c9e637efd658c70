"""Everything found wrong in one look at a study and its cohort, collected before anything is refused."""

from dataclasses import dataclass, field
from typing import Literal

from analysis.errors import CohortInputError, SettingsError
from analysis.notes import Note

RemedyKind = Literal["remove_covariate", "keep_zero_times", "swap_event", "drop_endpoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change of the study's settings that mends a problem, for a person to accept with one click.

    Attributes
    ----------
    kind : {"remove_covariate", "keep_zero_times", "swap_event", "drop_endpoint"}
        What is done.
    column : str or None
        The covariate's column, or the endpoint's name.
    words : str
        What a button says.
    """

    kind: RemedyKind
    column: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing a person should mend or know before the study is run.

    Attributes
    ----------
    severity : {"error", "warning"}
        An error stops a run, a warning does not.
    column : str or None
        The column it concerns.
    text : str
        The sentence: what must hold, what was found, what to do. Never a patient's value or identifier.
    code : str
        Which rule found it, such as ``immortal_time``; empty where the rule has no name.
    remedy : Remedy or None
        The one change that mends it, where there is one.
    """

    severity: Literal["error", "warning"]
    column: str | None
    text: str
    code: str = ""
    remedy: Remedy | None = None


@dataclass(slots=True)
class Findings:
    """A collector of problems and notes.

    Problems of the study file (an unknown column, a label that is not there) and of the data (text among
    numbers, a negative time) are told apart, because they are mended in different places.

    Attributes
    ----------
    study, data : list of Problem
        Errors of either kind, in the order they were found.
    notes : list of Note
        What does not stop a run.
    """

    study: list[Problem] = field(default_factory=list)
    data: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def refuse_study(self, column: str | None, text: str) -> None:
        """Add an error of the study file."""
        self.study.append(Problem(severity="error", column=column, text=text))

    def refuse_data(self, column: str | None, text: str) -> None:
        """Add an error of the cohort's data."""
        self.data.append(Problem(severity="error", column=column, text=text))

    def note(self, code: str, text: str) -> None:
        """Add something to know that stops nothing."""
        self.notes.append(Note(code=code, text=text))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Errors of the study file, then those of the data."""
        return (*self.study, *self.data)

    def raise_errors(self) -> None:
        """Refuse what was found, all of it in one error.

        Raises
        ------
        SettingsError
            When the study file is at fault in anything; the data's problems are in the same error.
        CohortInputError
            When only the data are at fault.
        """
        texts = dict.fromkeys(problem.text for problem in self.errors)
        if self.study:
            raise SettingsError(*texts)
        if self.data:
            raise CohortInputError(*texts)
