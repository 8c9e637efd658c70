from dataclasses import replace
from pathlib import Path

import pytest

from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from ui.data.questions import LIKELY, SURE, Question, certainty_of, questions
from ui.form import form_from_guess
from ui.form.changes import with_swapped_arms, with_unit
from ui.workspace import Workspace

REFERENCE = Path(__file__).resolve().parents[2] / "reference"


@pytest.fixture
def desk() -> Workspace:
    cohort = read_cohort((REFERENCE / "gbsg.csv").read_bytes(), "gbsg.csv")
    return Workspace(cohort, "gbsg.csv", form_from_guess(guess_roles(cohort)))


def asked(desk: Workspace, key: str) -> Question:
    return next(item for item in questions(desk) if item.answer.key == key)


def test_one_question_is_asked_for_each_thing_that_was_understood(desk: Workspace) -> None:
    names = [item.answer.key for item in questions(desk)]
    assert names[0] == "treatment"
    assert [name.split()[0] for name in names] == ["treatment", "survival", "covariates", "id"]


def test_scores_become_words() -> None:
    assert [certainty_of(score) for score in (1.0, SURE, LIKELY, LIKELY - 0.01, 0.0)] == [
        "sure",
        "sure",
        "likely",
        "doubtful",
        "doubtful",
    ]


def test_what_a_person_says_is_no_guess_any_more(desk: Workspace) -> None:
    assert asked(desk, "treatment").certainty != "set"
    desk.change(with_swapped_arms(desk.form))
    assert asked(desk, "treatment").certainty == "set"
    assert not asked(desk, "treatment").is_open
    desk.undo()
    assert asked(desk, "treatment").certainty != "set"


def test_a_confirmation_holds_for_the_answer_that_was_confirmed(desk: Workspace) -> None:
    answer = next(item.answer for item in questions(desk) if item.answer.kind == "survival")
    desk.confirm(answer.key, answer.content)
    assert asked(desk, answer.key).confirmed
    desk.change(with_unit(desk.form, answer.name, "years"))
    assert not asked(desk, answer.key).confirmed
    desk.undo()
    assert asked(desk, answer.key).confirmed


def test_the_order_of_covariates_is_no_other_answer(desk: Workspace) -> None:
    before = asked(desk, "covariates").answer.content
    desk.change(replace(desk.form, covariate_order=tuple(reversed(desk.form.covariate_order))))
    assert asked(desk, "covariates").answer.content == before


def test_a_doubtful_guess_is_open_until_it_is_confirmed(desk: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.data.questions.LIKELY", 1.01)
    monkeypatch.setattr("ui.data.questions.SURE", 1.02)
    open_ = [item for item in questions(desk) if item.is_open]
    assert len(open_) == 4
    for item in open_:
        desk.confirm(item.answer.key, item.answer.content)
    assert not [item for item in questions(desk) if item.is_open]
