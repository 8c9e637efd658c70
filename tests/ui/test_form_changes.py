"""Each correction on the Data page is a function of the form: what it changes, and what it leaves alone."""

from dataclasses import replace

import pytest

from analysis.settings import LandmarkSettings, StudySettings
from ui.form import COVARIATE, EVENT, RESPONSE, TIME, UNUSED, StudyForm, form_from_settings, settings_from_form
from ui.form.changes import (
    built_from_dates,
    with_blank_censored,
    with_blank_unknown,
    with_competing,
    with_cutpoints,
    with_date,
    with_observed,
    with_part,
    with_role,
    with_subgroups,
    with_swapped_arms,
    with_treatment,
    with_unit,
    without_outcome,
)
from ui.form.columns import DEATH_DATE, INDEX_DATE, KNOWN_LATER, RESPONDER, split_endpoints
from ui.form.design import consistent
from ui.form.study import shown_role

COLUMNS = ["id", "arm", "other arm", "age", "dose", "os", "dead", "os_days", "d0", "d1", "d2", "bor"]


@pytest.fixture
def form() -> StudyForm:
    study = StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "B", "control": "A"},
            "covariates": ["age"],
            "outcomes": {
                "survival": [{"name": "OS", "time": "os", "event": "dead", "observed": ["yes"], "unit": "days"}],
                "response": [{"name": "OS", "column": "bor"}],
            },
        }
    )
    return form_from_settings(COLUMNS, study)


def roles(form: StudyForm) -> dict[str, str]:
    return {item.column: shown_role(form, item) for item in form.roles if shown_role(form, item) != UNUSED}


def settings(form: StudyForm) -> StudySettings:
    found, problems = settings_from_form(form)
    assert problems == ()
    assert found is not None
    return found


def test_arms_change_places_and_back(form: StudyForm) -> None:
    swapped = with_swapped_arms(form)
    assert (swapped.treated, swapped.control) == ("A", "B")
    assert with_swapped_arms(swapped) == form


def test_another_treatment_releases_the_first_column(form: StudyForm) -> None:
    changed = with_treatment(form, "other arm", "x", "y")
    assert roles(changed)["other arm"] == "Treatment"
    assert "arm" not in roles(changed)
    assert (changed.treated, changed.control) == ("x", "y")


def test_another_time_column_takes_the_endpoint_with_it(form: StudyForm) -> None:
    survival = settings(with_part(form, "OS", TIME, "os_days")).outcomes.survival[0]
    assert (survival.time, survival.event, survival.unit) == ("os_days", "dead", "days")


def test_another_event_column_has_its_own_coding(form: StudyForm) -> None:
    survival = settings(with_part(form, "OS", EVENT, "dose")).outcomes.survival[0]
    assert (survival.event, survival.observed) == ("dose", None)


def test_a_unit_is_said_though_it_be_the_studys_own_as_a_name_may_state_another(form: StudyForm) -> None:
    assert with_unit(form, "OS", "weeks").units == {"OS": "weeks"}
    assert with_unit(form, "OS", "months").units == {"OS": "months"}
    assert with_unit(form, "OS", None).units == {}


def test_labels_of_the_event_can_be_said_and_unsaid(form: StudyForm) -> None:
    assert with_observed(form, "OS", ("no",)).observed == {"OS": ("no",)}
    assert with_observed(form, "OS", ()).observed == {}


def test_blank_cells_mean_no_event_until_the_column_is_another(form: StudyForm) -> None:
    said = with_blank_censored(form, "OS", ("yes",))
    survival = settings(said).outcomes.survival[0]
    assert (survival.observed, survival.blank) == (("yes",), "censored")
    assert settings(with_blank_unknown(said, "OS")).outcomes.survival[0].blank == "unknown"
    assert with_part(said, "OS", EVENT, "bor").blank_censored == frozenset()
    assert without_outcome(said, "OS", (TIME, EVENT)).blank_censored == frozenset()


def test_a_survival_endpoint_goes_without_the_response_of_the_same_name(form: StudyForm) -> None:
    changed = without_outcome(form, "OS", (TIME, EVENT))
    assert roles(changed) == {"arm": "Treatment", "age": COVARIATE, "bor": RESPONSE}
    assert (changed.observed, changed.units) == ({}, {})


def test_a_response_goes_without_the_survival_endpoint_of_the_same_name(form: StudyForm) -> None:
    changed = without_outcome(form, "OS", (RESPONSE,))
    assert settings(changed).outcomes.response == ()
    assert settings(changed).outcomes.survival == settings(form).outcomes.survival


def test_an_endpoint_from_dates_takes_the_place_of_the_one_from_columns(form: StudyForm) -> None:
    for part, column in (("index", "d0"), ("death", "d1"), ("last_contact", "d2")):
        form = with_date(form, part, column)
    found = settings(built_from_dates(form, "OS", "os"))
    assert [(item.name, item.time, item.from_dates) for item in found.outcomes.survival] == [("OS", None, "os")]
    assert found.dates is not None
    assert (found.dates.index, found.dates.death, found.dates.last_contact) == ("d0", "d1", "d2")


def test_the_table_gives_dates_their_role_and_takes_it_back(form: StudyForm) -> None:
    dated = with_role(with_role(form, "d0", INDEX_DATE), "d1", DEATH_DATE)
    assert (dated.dates.index, dated.dates.death) == ("d0", "d1")
    assert roles(dated)["d0"] == INDEX_DATE
    moved = with_role(dated, "d2", INDEX_DATE)
    assert moved.dates.index == "d2"
    assert "d0" not in roles(moved)
    assert with_role(moved, "d2", KNOWN_LATER).dates.index is None


def test_a_covariate_that_becomes_a_date_is_no_covariate_any_more(form: StudyForm) -> None:
    assert with_date(form, "index", "age").columns(COVARIATE) == ()


def test_who_died_may_be_told_by_the_event_of_an_endpoint(form: StudyForm) -> None:
    changed = with_date(form, "died", "dead")
    assert changed.dates.died == "dead"
    assert changed.column(EVENT, "OS") == "dead"


def test_dates_without_time_zero_are_kept_and_make_no_study(form: StudyForm) -> None:
    waiting = built_from_dates(with_date(form, "death", "d1"), "OS", "os")
    found, problems = settings_from_form(waiting)
    assert found is None
    assert (
        "Endpoints built from dates need the index date, at which time begins. Choose its column under Dates."
        in problems
    )


@pytest.mark.parametrize(
    ("text", "names"), [("OS", ("OS",)), (" OS ; PFS;OS;; ", ("OS", "PFS")), ("", ()), (" ; ", ())]
)
def test_a_cell_of_endpoints_falls_into_names(text: str, names: tuple[str, ...]) -> None:
    assert split_endpoints(text) == names


def test_subgroups_keep_their_cutpoints_as_long_as_they_stay(form: StudyForm) -> None:
    cut = with_cutpoints(with_subgroups(form, ["age", "dose"]), "age", (50.0, 65.0))
    assert [(item.column, item.cutpoints) for item in cut.subgroups] == [("age", (50.0, 65.0)), ("dose", None)]
    moved = with_subgroups(cut, ["dose", "age", "age"])
    assert [(item.column, item.cutpoints) for item in moved.subgroups] == [("dose", None), ("age", (50.0, 65.0))]
    again = with_subgroups(with_subgroups(cut, ["dose"]), ["age"])
    assert [item.cutpoints for item in again.subgroups] == [None]
    found, problems = settings_from_form(moved)
    assert problems == ()
    assert found is not None
    assert found.outcomes.subgroups == moved.subgroups


def test_subgroups_of_an_outcome_are_refused_in_a_sentence(form: StudyForm) -> None:
    found, problems = settings_from_form(with_subgroups(form, ["dead"]))
    assert found is None
    assert any("outcomes.subgroups must name columns known before treatment; 'dead' is" in text for text in problems)


def test_a_negative_control_goes_with_its_endpoint(form: StudyForm) -> None:
    named = replace(with_role(form, "dose", RESPONDER, ["fracture"]), negative_control="fracture")
    assert consistent(named) == named
    assert settings(named).outcomes.negative_control == "fracture"
    assert consistent(without_outcome(named, "fracture", (RESPONSE, RESPONDER))).negative_control is None
    # Two endpoints are called OS, and alone it would leave nothing to compare.
    assert consistent(replace(form, negative_control="OS")).negative_control is None
    alone = without_outcome(without_outcome(named, "OS", (TIME, EVENT)), "OS", (RESPONSE, RESPONDER))
    assert consistent(alone).negative_control is None


def test_competing_labels_and_a_landmark_go_with_what_they_belong_to(form: StudyForm) -> None:
    form = replace(form, competing={"OS": ("lost",)}, landmark=LandmarkSettings(time=3, response="mRECIST", at="t"))
    assert with_competing(form, "OS", ()).competing == {}
    assert with_competing(form, "PFS", ("death",)).competing == {"OS": ("lost",), "PFS": ("death",)}
    assert without_outcome(form, "OS", (TIME, EVENT)).competing == {}
    assert without_outcome(form, "mRECIST", (RESPONSE, RESPONDER)).landmark is None
    assert without_outcome(form, "RECIST", (RESPONSE, RESPONDER)).landmark == form.landmark
