"""How far each step of the Data page is: done, something to check, or something that stops the study."""

from dataclasses import dataclass
from typing import Literal

from analysis.phrases import join_phrases, phrase
from ui.data.problems import study_problems
from ui.data.questions import questions
from ui.data.words import number_of
from ui.exhibits.missing import missing_picture
from ui.form.columns import IDLE_ROLES
from ui.form.gaps import missing_parts
from ui.form.study import shown_role
from ui.workspace import StudyState, Workspace

State = Literal["done", "check", "stop", "idle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The state of one step.

    Attributes
    ----------
    state : {"done", "check", "stop", "idle"}
        ``idle`` where there is nothing to do.
    count : int
        How many things to check, or that stop the study.
    words : str
        The state in a few words.
    """

    state: State
    words: str
    count: int = 0


def step_marks(desk: Workspace, state: StudyState) -> dict[str, Mark]:
    """By step, how far it is."""
    return {
        "Confirm": _confirm(desk),
        "Columns": _columns(desk),
        "Dates": _dates(desk),
        "Eligibility": _eligibility(desk),
        "Missing values": _missing(desk, state),
        "Checks": _checks(desk, state),
    }


def _confirm(desk: Workspace) -> Mark:
    gaps = sum(1 for _ in missing_parts(desk.form))
    if gaps:
        return _stop(gaps)
    doubtful = sum(item.is_open for item in questions(desk))
    return _check(doubtful) if doubtful else Mark(state="done", words=phrase("done", "a step"))


def _columns(desk: Workspace) -> Mark:
    used = sum(shown_role(desk.form, item) not in IDLE_ROLES for item in desk.form.roles)
    return Mark(
        state="idle",
        words=phrase("{used} of {columns} used", used=used, columns=number_of(len(desk.form.roles), "column")),
    )


def _dates(desk: Workspace) -> Mark:
    built = desk.form.from_dates
    if not built:
        return Mark(state="idle", words=phrase("no endpoint is built from dates"))
    if desk.form.dates.index is None:
        return _stop(1)
    return Mark(state="done", words=phrase("{endpoints} built from dates", endpoints=", ".join(built)))


def _eligibility(desk: Workspace) -> Mark:
    rules = len(desk.form.eligibility)
    if not rules:
        return Mark(state="idle", words=phrase("no rules: every patient of the arms is in"))
    return Mark(state="done", words=number_of(rules, "rule"))


def _missing(desk: Workspace, state: StudyState) -> Mark:
    if state.settings is None:
        return Mark(state="idle", words=phrase("known once the covariates are"))
    settings = state.settings
    picture = missing_picture(desk, settings)
    if picture is None or not picture.columns:
        return Mark(state="done", words=phrase("no covariate has a missing value"))
    count = len(picture.columns)
    if settings.missing.method == "complete_case" and desk.confirmed.get("missing") != "complete_case":
        return _check(count)
    return Mark(
        state="done", words=join_phrases((number_of(count, "covariate"), METHODS[settings.missing.method]), ", ")
    )


METHODS = {
    "complete_case": phrase("complete cases"),
    "indicator": phrase("marked by an indicator"),
    "multiple_imputation": phrase("imputed several times"),
}


def _checks(desk: Workspace, state: StudyState) -> Mark:
    found = study_problems(desk, state)
    if found.stopping:
        return _stop(len(found.stopping))
    return _check(len(found.warnings)) if found.warnings else Mark(state="done", words=phrase("nothing was found"))


def _check(count: int) -> Mark:
    return Mark(state="check", count=count, words=phrase("please check ({count})", count=count))


def _stop(count: int) -> Mark:
    return Mark(state="stop", count=count, words=phrase("stops the study ({count})", count=count))
