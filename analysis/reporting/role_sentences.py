"""A cohort in words: what each column was taken for, and why, as far as it could be guessed."""

from collections.abc import Iterator

from analysis.cohort.checks import is_transposed
from analysis.cohort.findings import Findings
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess
from analysis.cohort.selection import find_patients
from analysis.design.description import describe_design, describe_score
from analysis.reporting.confirmation import confirmation_sentences
from analysis.settings import StudySettings


def size_sentence(cohort: Cohort) -> str:
    """Say how large a cohort is.

    Parameters
    ----------
    cohort : Cohort
        The file as read.

    Returns
    -------
    str
        Its rows and columns.
    """
    rows, columns = cohort.table.shape
    return f"{rows:,} rows, {columns:,} columns."


def role_sentences(cohort: Cohort, guess: RoleGuess) -> list[str]:
    """Say what a cohort holds and what its columns seem to be for.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    guess : RoleGuess
        As guessed from it.

    Returns
    -------
    list of str
        The size, then one line for each role of the guessed study; the size alone where the columns seem to be patients.
        Names of columns and labels of arms and events only,
        no patient's value.
    """
    if is_transposed(cohort):
        return [size_sentence(cohort)]
    return [f"{size_sentence(cohort)} The columns were taken for:", *_roles(guess)]


def study_sentences(cohort: Cohort, settings: StudySettings | None) -> list[str]:
    """Say what a cohort holds and how a study understands it.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    settings : StudySettings or None
        The study; None when nothing of its file was usable.

    Returns
    -------
    list of str
        The size, and where the study fits the cohort one line for each role.
    """
    patients = find_patients(cohort, settings, Findings()) if settings is not None else None
    if settings is None or patients is None:
        return [size_sentence(cohort)]
    lines = confirmation_sentences(cohort, patients, settings)
    lines = (*lines, *_design_lines(settings))
    return [f"{size_sentence(cohort)} By the study file:", *(_line(subject, sentence) for subject, sentence in lines)]


def _design_lines(settings: StudySettings) -> Iterator[tuple[str, str]]:
    """How the arms are to be made comparable, and the columns that are looked at beside the covariates."""
    yield "Score", describe_score(settings.propensity)
    phrase = describe_design(settings)
    yield "Design", phrase[:1].upper() + phrase[1:]
    if settings.balance.also:
        yield "Balance", f"also of {', '.join(settings.balance.also)}, which have no part in the score"
    if settings.centre is not None:
        yield "Centres", f"balance and effects also in each of {settings.centre}"


def _roles(guess: RoleGuess) -> Iterator[str]:
    yield _line("id", guess.id if guess.id is not None else "none found; rows are numbered instead")
    treatment = guess.treatment
    if treatment is None:
        yield _line("treatment", "none found; name the column and its two arms")
    else:
        arms = f"{treatment.treated} compared with {treatment.control}"
        yield _line("treatment", f"{treatment.column}, {arms}: {treatment.reason}")
    yield _line("covariates", ", ".join(guess.covariates) or "none found; name columns known before treatment")
    for endpoint in guess.endpoints:
        source = "from dates" if endpoint.from_dates is not None else f"time {endpoint.time}, event {endpoint.event}"
        yield _line(endpoint.name, f"{source}: {endpoint.reason}")
    for response in guess.responses:
        yield _line(response.name, f"{response.column}: {response.reason}")
    if not guess.endpoints and not guess.responses:
        yield _line("outcomes", "none found; name a time and its event, or a best response")
    yield _line("time unit", f"{guess.time_unit}: {guess.time_unit_reason}")
    for column in guess.columns:
        if column.role in _LEFT_OUT:
            yield _line("left out", f"{column.column}: {column.reason}")
        elif column.type == "date":
            yield _line("date", f"{column.column}: {column.reason}")


_LEFT_OUT = {"ignore", "after", "text", "personal"}


def _line(role: str, words: str) -> str:
    return f"  {role:<10}  {words}"
