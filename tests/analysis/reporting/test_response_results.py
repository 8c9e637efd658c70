"""What results hold of response beside its rates, and what is hidden of it."""

import json
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from analysis.cohort.adverse_events import AdverseEventData
from analysis.reporting.csv_files import csv_files
from analysis.reporting.figure_files import distinct_names
from analysis.reporting.response_figures import response_course_figures
from analysis.reporting.response_results import response_document, response_tables
from analysis.reporting.results import results_document
from analysis.reporting.suppressed_response import suppress_response
from analysis.study import StudyResult
from tests.analysis.study.test_response_sections import sample


def with_events() -> StudyResult:
    result = sample()
    grades = np.random.default_rng(3).choice(5, 123, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    rare = np.where(np.arange(123) < 2, 3, 0)
    events = (AdverseEventData(name="rash", grade=grades), AdverseEventData(name="rare", grade=rare))
    return replace(result, patients=replace(result.patients, adverse_events=events))


@pytest.fixture(scope="module")
def document() -> dict:
    return response_document(with_events())


def test_every_population_has_its_entries(document: dict) -> None:
    assert [one["population"] for one in document["agreement"]] == ["before", "after"]
    assert [(one["population"], one["criterion"]) for one in document["response_over_time"]] == [
        (when, criterion) for when in ("before", "after") for criterion in ("mRECIST", "RECIST 1.1")
    ]
    assert [len(one["terms"]) for one in document["adverse_events"]] == [6, 6]
    assert document["scans_sha256"] == sample().patients.scans.sha256
    before = document["response_over_time"][0]
    assert (before["treated"]["n_responders"], before["control"]["n_responders"]) == (21, 7)


def test_results_hold_the_keys_and_files_the_tables() -> None:
    result = sample()
    written = json.loads(json.dumps(results_document(result)))
    assert written["agreement"][0]["both"]["n"] == 123
    assert written["adverse_events"] == []
    files = csv_files(result)
    assert {"agreement.csv", "response_times.csv", "response_evaluable.csv"} <= set(files)
    assert "adverse_events.csv" not in files


def test_tables_say_what_the_document_says(document: dict) -> None:
    tables = response_tables(document)
    assert set(tables) == {"agreement", "response_times", "adverse_events", "response_evaluable"}
    cells = tables["agreement"].query("population == 'after' and arm == 'both'")
    assert cells["patients"].sum() == 50
    assert len(tables["response_times"]) == 8
    assert len(tables["adverse_events"]) == 12


def test_no_small_count_is_left_where_they_are_hidden(document: dict) -> None:
    below = 5
    hidden = suppress_response(deepcopy(document), below)
    assert all(one["both"]["table"] is None for one in hidden["agreement"])
    assert hidden["response_evaluable"] == []
    for one in hidden["adverse_events"]:
        for term in one["terms"]:
            for arm in ("treated", "control"):
                count = term[f"count_{arm}"]
                assert count is None or not 0 < count < below
                assert count is None or not 0 < term[f"n_{arm}"] - count < below
                assert not any(0 < number < below for number in term[f"grades_{arm}"] or ())
    before = hidden["adverse_events"][0]["terms"]
    assert {term["rate_treated"] for term in before if term["term"] == "rare"} == {None}
    kept = [arm for one in hidden["response_over_time"] for arm in (one["treated"], one["control"])]
    assert all(not 0 < (arm["n_responders"] or 0) < below for arm in kept)
    assert "agreement" not in response_tables(hidden)


def test_the_size_of_a_small_arm_is_left_nowhere(document: dict) -> None:
    sizes = document["adverse_events"][1]["n_treated"], document["adverse_events"][1]["n_control"]
    hidden = suppress_response(deepcopy(document), min(sizes) + 1)
    for one in hidden["adverse_events"][1:]:
        assert {row[key] for row in (one, *one["terms"]) for key in ("n_treated", "n_control")} == {None}
    after = [one for one in hidden["agreement"] if one["population"] == "after"]
    assert {one[arm]["n"] for one in after for arm in ("both", "treated", "control")} == {None}
    before = hidden["adverse_events"][0]
    assert (before["n_treated"], before["n_control"]) == (
        document["adverse_events"][0]["n_treated"],
        document["adverse_events"][0]["n_control"],
    )
    kept = next(one for one in hidden["agreement"] if one["population"] == "before")
    assert kept["both"]["n"] == kept["treated"]["n"] + kept["control"]["n"] == 123


def test_nothing_follows_from_what_is_told_elsewhere(document: dict) -> None:
    """Severe events from those of any grade, responders from the rates, an adjusted p-value from a hidden one."""
    mixed = deepcopy(document)
    before = mixed["adverse_events"][0]
    for line in before["terms"]:
        if line["term"] == "rash":
            line |= {"count_treated": 30 if line["lowest_grade"] == 1 else 27, "adjusted_p_value": 0.04}
    assert {line["count_treated"] for line in suppress_response(mixed, 5)["adverse_events"][0]["terms"][1:2]} == {None}
    tied = deepcopy(document)
    for line in tied["adverse_events"][0]["terms"]:
        line["adjusted_p_value"] = 0.04
    kept = [line for line in suppress_response(tied, 5)["adverse_events"][0]["terms"] if line["term"] == "rash"]
    assert [(line["count_treated"] is None, line["adjusted_p_value"]) for line in kept] == [(False, None)] * 2
    told = suppress_response(deepcopy(document), 5, {("RECIST", "before")})["response_over_time"]
    assert [one["treated"]["n_responders"] is None for one in told if one["population"] == "before"] == [True, True]
    refused = deepcopy(document)
    refused["response_over_time"][0]["reason"] = "Times of 3 patients contradict each other."
    assert "3" not in suppress_response(refused, 5)["response_over_time"][0]["reason"]


def test_figures_are_written_before_and_after() -> None:
    names = [name for name, _ in response_course_figures(with_events(), distinct_names)]
    kinds = ("waterfall_mRECIST", "waterfall_RECIST_1_1", "spider_mRECIST", "swimmer_mRECIST", "agreement")
    assert {f"{kind}_{when}" for kind in (*kinds, "adverse_events") for when in ("before", "after")} <= set(names)
    assert len(names) == len(set(names)) == 2 * 8


def test_nothing_is_hidden_unless_asked_for(document: dict) -> None:
    assert suppress_response(deepcopy(document), 0) == document
