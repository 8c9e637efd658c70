"""Scans, changes and adverse events in the form: kept on the way there and back, and let go of with their response."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.settings import ScansSettings, StudySettings
from ui.data.scans import guess_scans
from ui.form import form_from_settings, response_names, settings_from_form
from ui.form.changes import (
    with_adverse_events,
    with_change,
    with_covariates,
    with_part,
    with_response_from_scans,
    with_role,
    with_scans,
    without_outcome,
)
from ui.form.columns import ADVERSE_EVENT, COVARIATE, EVENT, RESPONDER, RESPONSE
from ui.form.study import adverse_events_in_order

STUDY = StudySettings.model_validate(
    {
        "cohort": {"id": "id"},
        "treatment": {"column": "arm", "treated": "A", "control": "B"},
        "covariates": ["age"],
        "scans": {"file": "scans.csv", "id": "id", "date": "day", "sum": "size", "confirmed": True},
        "outcomes": {
            "response": [
                {"name": "by reader", "column": "bor", "change": "shrinkage"},
                {"name": "by scans", "scans": "recist"},
            ],
            "adverse_events": ["rash", {"column": "hfs", "name": "Hand-foot reaction"}],
        },
    }
)
COLUMNS = ("id", "arm", "age", "bor", "shrinkage", "rash", "hfs")


def test_the_form_holds_what_the_study_says() -> None:
    form = form_from_settings(COLUMNS, STUDY)
    assert response_names(form) == ("by reader", "by scans")
    assert settings_from_form(form) == (STUDY, ())


def test_a_response_takes_its_change_and_its_scans_with_it() -> None:
    form = form_from_settings(COLUMNS, STUDY)
    for name in ("by reader", "by scans"):
        form = without_outcome(form, name, (RESPONSE, RESPONDER))
    assert (dict(form.response_changes), dict(form.response_scans)) == ({}, {})
    assert any("At least one outcome is needed" in text for text in settings_from_form(form)[1])


def test_a_column_of_changes_is_no_covariate_any_more() -> None:
    form = with_change(form_from_settings((*COLUMNS, "sld"), STUDY), "by reader", "age")
    assert form.columns("Covariate") == ()
    assert dict(form.response_changes) == {"by reader": "age"}
    assert dict(with_change(form, "by reader", None).response_changes) == {}


def test_without_scans_no_response_follows_from_them() -> None:
    form = with_scans(form_from_settings(COLUMNS, STUDY), None)
    assert response_names(form) == ("by reader",)
    again = with_response_from_scans(replace(form, scans=STUDY.scans), "by reader", "recist")
    settings, problems = settings_from_form(again)
    assert problems == ()
    assert settings is not None
    assert [(item.name, item.scans, item.column) for item in settings.outcomes.response] == [
        ("by reader", "recist", None)
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "ID,Scan date,SLD (mm),Viable (mm),New lesions",
            {"date": "Scan date", "sum": "SLD (mm)", "viable_sum": "Viable (mm)", "new_lesion": "New lesions"},
        ),
        ("ID,day,sum_mm", {"date": "day", "sum": "sum_mm"}),
    ],
)
def test_columns_of_scans_are_guessed_by_their_names(header: str, expected: dict) -> None:
    names = header.split(",")
    table = pd.DataFrame([["1", "2024-01-05", "10", "8", "0"][: len(names)]], columns=names)
    found = guess_scans(read_cohort(table.to_csv(index=False).encode(), "scans.csv"), "ID", "scans.csv")
    assert found == ScansSettings(file="scans.csv", id="ID", **expected)


def test_a_column_becomes_an_adverse_event_and_stays_one_alone() -> None:
    form = with_role(form_from_settings((*COLUMNS, "ae_pain"), STUDY), "ae_pain", ADVERSE_EVENT)
    form = with_role(form, "rash", ADVERSE_EVENT, ("Rash, any",))
    settings, problems = settings_from_form(form)
    assert problems == ()
    assert settings is not None
    assert [(item.column, item.name) for item in settings.outcomes.adverse_events] == [
        ("rash", "Rash, any"),
        ("hfs", "Hand-foot reaction"),
        ("ae_pain", None),
    ]
    fewer = with_adverse_events(form, ("ae_pain", "hfs"))
    assert [item.column for item in adverse_events_in_order(fewer)] == ["ae_pain", "hfs"]
    assert with_covariates(fewer, ("age", "hfs", "rash")).columns(COVARIATE) == ("age", "rash")


EVENT_AS_RESPONSE = STUDY.model_copy(
    update={
        "scans": None,
        "outcomes": STUDY.outcomes.model_validate(
            {
                "survival": [{"name": "RFS", "time": "t", "event": "status"}],
                "response": [{"name": "Event", "responder": "status"}],
            }
        ),
    }
)


def test_an_event_may_tell_responders_besides() -> None:
    form = form_from_settings((*COLUMNS, "t", "status"), EVENT_AS_RESPONSE)
    assert form.columns(EVENT) == ("status",)
    assert (form.column(RESPONDER, "Event"), form.columns(RESPONDER)) == ("status", ())
    assert settings_from_form(form) == (EVENT_AS_RESPONSE, ())
    dropped = without_outcome(form, "Event", (RESPONSE, RESPONDER))
    assert response_names(dropped) == ()
    assert settings_from_form(with_part(dropped, "Event", RESPONDER, "status")) == (EVENT_AS_RESPONSE, ())


def test_one_column_tells_a_response() -> None:
    form = form_from_settings((*COLUMNS, "t", "status"), EVENT_AS_RESPONSE)
    twice = with_role(form, "rash", RESPONDER, ("Event",))
    assert "Response Event needs one column; 2 have that role. Keep one." in settings_from_form(twice)[1]
