from dataclasses import replace
from pathlib import Path

import pytest

from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from analysis.settings import StudySettings
from analysis.study_file import load_study
from ui.form import (
    COVARIATE,
    EVENT,
    ID,
    RESPONSE,
    TIME,
    TREATMENT,
    UNUSED,
    StudyForm,
    endpoint_names,
    form_from_guess,
    form_from_settings,
    settings_from_form,
    with_covariates,
)
from ui.form.columns import FREE_TEXT

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
COLUMNS = ["id", "arm", "age", "sex", "os", "dead", "pfs", "progressed", "bor", "note"]


def study(**changes: object) -> StudySettings:
    values = {
        "cohort": {"id": "id", "file": "cohort.csv"},
        "treatment": {"column": "arm", "treated": "B", "control": "A"},
        "covariates": ["age", {"column": "sex", "type": "categorical", "reference": "M"}],
        "outcomes": {
            "survival": [
                {"name": "OS", "time": "os", "event": "dead", "observed": ["yes"]},
                {"name": "PFS", "time": "pfs", "event": "progressed"},
            ],
            "response": [{"name": "RECIST", "column": "bor"}],
            "times": [6, 12],
        },
    }
    return StudySettings.model_validate(values | changes)


def form(**changes: object) -> StudyForm:
    return form_from_settings(COLUMNS, study(**changes))


def test_a_study_becomes_a_form_and_the_same_study_again() -> None:
    settings, problems = settings_from_form(form())
    assert problems == ()
    assert settings == study()


@pytest.mark.parametrize("name", ["veteran", "gbsg", "rotterdam_hormon"])
def test_saved_studies_load_back_to_the_same_settings(name: str) -> None:
    saved = load_study((REFERENCE / f"{name}.study.json").read_text())
    columns = (REFERENCE / f"{name}.csv").read_text().split("\n", 1)[0].replace('"', "").split(",")
    settings, problems = settings_from_form(form_from_settings(columns, saved))
    assert problems == ()
    assert settings == saved


def test_covariates_and_endpoints_keep_the_order_of_the_study_not_of_the_file() -> None:
    reordered = study(
        covariates=["sex", "age"],
        outcomes={
            "survival": [
                {"name": "PFS", "time": "pfs", "event": "progressed"},
                {"name": "OS", "time": "os", "event": "dead"},
            ],
            "response": [{"name": "second", "responder": "note"}, {"name": "first", "column": "bor"}],
        },
    )
    settings, problems = settings_from_form(form_from_settings(COLUMNS, reordered))
    assert problems == ()
    assert settings == reordered


def test_columns_may_come_one_by_one() -> None:
    assert form_from_settings(iter(COLUMNS), study()) == form()


def test_endpoints_that_share_a_column_keep_it() -> None:
    shared = {
        "survival": [
            {"name": "Relapse", "time": "os", "event": "progressed"},
            {"name": "Death", "time": "os", "event": "dead"},
        ]
    }
    shared_form = form(outcomes=shared)
    settings, problems = settings_from_form(shared_form)
    assert problems == ()
    assert settings is not None
    assert [(item.name, item.time, item.event) for item in settings.outcomes.survival] == [
        ("Relapse", "os", "progressed"),
        ("Death", "os", "dead"),
    ]
    assert endpoint_names(shared_form) == ("Relapse", "Death")


def test_each_column_shows_its_role() -> None:
    roles = {item.column: item.role for item in form().roles}
    assert roles == {
        "id": ID,
        "arm": TREATMENT,
        "age": COVARIATE,
        "sex": COVARIATE,
        "os": TIME,
        "dead": EVENT,
        "pfs": TIME,
        "progressed": EVENT,
        "bor": RESPONSE,
        "note": UNUSED,
    }


def test_a_column_the_cohort_lacks_stays_in_the_form_so_that_the_check_can_name_it() -> None:
    shorter = form_from_settings(["id", "arm", "age"], study())
    assert [item.column for item in shorter.roles if item.role == TIME] == ["os", "pfs"]


def test_choosing_covariates_leaves_other_roles_alone() -> None:
    changed = with_covariates(form(), ["age", "note", "arm"])
    assert changed.columns(COVARIATE) == ("age", "note")
    assert changed.columns(TREATMENT) == ("arm",)


def blank() -> StudyForm:
    return replace(form(), roles=tuple(replace(item, role=UNUSED, endpoints=()) for item in form().roles))


def with_role(start: StudyForm, column: str, role: str, *endpoints: str) -> StudyForm:
    roles = tuple(
        replace(item, role=role, endpoints=endpoints) if item.column == column else item for item in start.roles
    )
    return replace(start, roles=roles)


def test_a_blank_form_says_everything_that_is_missing_at_once() -> None:
    settings, problems = settings_from_form(blank())
    assert settings is None
    assert problems == (
        "One column must be the treatment; none has that role yet. Give it in the table of columns.",
        "At least one column must be a covariate, by which the arms are made comparable; none has that role yet.",
        "At least one outcome is needed: a time with its event, or a response. None has that role yet.",
    )


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            with_role(form(), "dead", UNUSED),
            "Endpoint OS has a column for 'Time to event' but none for 'Event'. Give both the same name.",
        ),
        (
            with_role(form(), "note", TIME, "OS"),
            "Endpoint OS needs one column for 'Time to event'; 2 have that role. Keep one.",
        ),
        (
            with_role(form(), "note", RESPONSE),
            "The endpoint of column 'note' needs a name, such as OS, PFS or ORR. Type it in the table.",
        ),
        (with_role(form(), "note", TREATMENT), "One column can be the treatment; 2 have that role. Keep one."),
        (with_role(form(), "note", ID), "One column can be the patient's id; 2 have that role. Keep one."),
        (
            replace(form(), treated=None),
            "The treated and the control arm must be named. Choose both beside the table of columns.",
        ),
        (
            replace(form(), treated="A"),
            "treatment.treated and treatment.control must be two different labels; both are the same.",
        ),
    ],
)
def test_an_incomplete_form_says_what_it_lacks(changed: StudyForm, sentence: str) -> None:
    settings, problems = settings_from_form(changed)
    assert settings is None
    assert sentence in problems


def test_a_guess_that_is_not_yet_a_study_still_shows_what_was_found() -> None:
    lines = [
        "id,arm,os_months,os_event,note",
        *(f"P{row},{'AB'[row % 2]},{row + 1.5},{row % 2},x{row}" for row in range(40)),
    ]
    guess = guess_roles(read_cohort("\n".join(lines).encode(), "cohort.csv"))
    assert guess.to_settings() is None
    shown = form_from_guess(guess)
    assert {item.column: item.role for item in shown.roles if item.role != UNUSED} == {
        "id": ID,
        "arm": TREATMENT,
        "os_months": TIME,
        "os_event": EVENT,
        "note": FREE_TEXT,
    }
    settings, problems = settings_from_form(shown)
    assert settings is None
    assert problems == (
        "At least one column must be a covariate, by which the arms are made comparable; none has that role yet.",
    )


def test_a_guess_without_covariates_asks_for_them_alone_where_endpoints_come_from_dates() -> None:
    lines = [
        "id,arm,start_of_treatment_date,last_contact_date,status",
        *(
            f"P{row},{'AB'[row % 2]},2020-01-{row % 28 + 1:02d},2021-03-01,{('dead', 'alive')[row % 3 > 0]}"
            for row in range(40)
        ),
    ]
    shown = form_from_guess(guess_roles(read_cohort("\n".join(lines).encode(), "cohort.csv")))
    assert shown.from_dates == {"OS": "os"}
    assert shown.dates.died == "status"
    assert settings_from_form(shown)[1] == (
        "At least one column must be a covariate, by which the arms are made comparable; none has that role yet.",
    )


def test_a_whole_guess_becomes_the_study_it_stands_for() -> None:
    guess = guess_roles(read_cohort((REFERENCE / "gbsg.csv").read_bytes(), "gbsg.csv"))
    settings, problems = settings_from_form(form_from_guess(guess))
    assert problems == ()
    assert settings == guess.to_settings()
