"""What a person is asked to confirm: each answer the form gives, and how sure the guess at it was."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.cohort.roles import RoleGuess
from ui.form import COVARIATE, EVENT, ID, RESPONDER, RESPONSE, TIME, TREATMENT, StudyForm
from ui.form.dates import chosen_columns
from ui.form.study import covariates_in_order, endpoint_names, response_names
from ui.workspace import Workspace

Certainty = Literal["sure", "likely", "doubtful", "set"]

SURE = 0.85
LIKELY = 0.6
"""Scores of a guess from which it counts as sure, and as likely; below that a person is asked to check it."""

Kind = Literal["treatment", "survival", "response", "covariates", "id", "dates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One thing that the form says about the cohort.

    Attributes
    ----------
    kind : str
        What it is about.
    name : str
        The endpoint, for outcomes; empty for others.
    content : hashable
        All that the answer says: two answers are the same when their contents are.
    columns : tuple of str
        The columns it speaks of.
    """

    kind: Kind
    name: str = ""
    content: Hashable
    columns: tuple[str, ...]

    @property
    def key(self) -> str:
        """What the answer is called on screen's memory: the same for every answer to one question."""
        return f"{self.kind} {self.name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An answer of the form, with how far it can be relied on.

    Attributes
    ----------
    answer : Answer
        As the form has it.
    certainty : {"sure", "likely", "doubtful", "set"}
        How sure the guess was; ``set`` where a person or a study file said otherwise than the guess.
    confirmed : bool
        True when a person has confirmed just this answer.
    """

    answer: Answer
    certainty: Certainty
    confirmed: bool

    @property
    def is_open(self) -> bool:
        """True when a person should look at it."""
        return self.certainty == "doubtful" and not self.confirmed


def certainty_of(score: float) -> Certainty:
    """A score of the guess in a word."""
    return "sure" if score >= SURE else "likely" if score >= LIKELY else "doubtful"


def questions(desk: Workspace) -> tuple[Question, ...]:
    """Every answer of the study on the desk, in the order in which a person reads them."""
    guessed = {answer.key: answer for answer in answers(desk.guessed_form())}
    return tuple(
        Question(
            answer=answer,
            certainty=_certainty(answer, guessed.get(answer.key), desk),
            confirmed=desk.confirmed.get(answer.key) == answer.content,
        )
        for answer in answers(desk.form)
    )


def answers(form: StudyForm) -> Iterator[Answer]:
    """What a form says about the cohort, one answer to a question."""
    treatment = form.columns(TREATMENT)
    yield Answer(kind="treatment", content=(treatment, form.treated, form.control), columns=treatment)
    for name in endpoint_names(form):
        yield _survival(form, name)
    for name in response_names(form):
        columns = tuple(form.column(role, name) for role in (RESPONSE, RESPONDER))
        named = tuple(column for column in columns if column is not None)
        content = (*columns, form.response_scans.get(name), form.response_changes.get(name))
        yield Answer(kind="response", name=name, content=content, columns=named)
    covariates = covariates_in_order(form)
    yield Answer(
        kind="covariates",
        content=frozenset((item.column, item.kind, item.reference) for item in covariates),
        columns=tuple(item.column for item in covariates),
    )
    identifiers = form.columns(ID)
    yield Answer(kind="id", content=identifiers, columns=identifiers)
    dates = tuple(dict.fromkeys(chosen_columns(form.dates)))
    if dates:
        yield Answer(kind="dates", content=form.dates, columns=dates)


def _survival(form: StudyForm, name: str) -> Answer:
    if name in form.from_dates:
        columns = tuple(dict.fromkeys(chosen_columns(form.dates)))
        return Answer(kind="survival", name=name, content=(form.from_dates[name], form.dates), columns=columns)
    columns = tuple(column for role in (TIME, EVENT) if (column := form.column(role, name)) is not None)
    unit = form.units.get(name, form.time_unit)
    return Answer(
        kind="survival",
        name=name,
        content=(columns, form.observed.get(name), name in form.blank_censored, unit),
        columns=columns,
    )


def _certainty(answer: Answer, guessed: Answer | None, desk: Workspace) -> Certainty:
    if desk.is_sample or guessed is None or guessed.content != answer.content:
        return "set"
    return certainty_of(_score(answer, desk.guess()))


def _score(answer: Answer, guess: RoleGuess) -> float:
    """How sure the guess is of an answer: as sure as of its most doubtful part."""
    scores = {item.column: item.score for item in guess.columns}
    found = [scores[name] for name in answer.columns if name in scores]
    if answer.kind == "treatment" and guess.treatment is not None:
        found.append(guess.treatment.arms_score)
    if answer.kind == "survival":
        found += [item.score for item in guess.endpoints if item.name == answer.name]
    if answer.kind == "id" and not found:
        return 1.0  # rows are numbered: nothing was taken for anything
    return min(found, default=0.0)


def doubtful_covariates(desk: Workspace) -> tuple[str, ...]:
    """Covariates that the guess was not sure of."""
    scores = {item.column: item.score for item in desk.guess().columns if item.role == "covariate"}
    return tuple(name for name in desk.form.columns(COVARIATE) if scores.get(name, 1.0) < LIKELY)
