"""Cox tables, subgroups and the board of endpoints in the results file and in tables, small counts hidden or not."""

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.reporting.model_results import model_tables, models_document, study_models
from analysis.reporting.results import results_file
from analysis.reporting.suppressed_models import suppress_models
from analysis.settings import ExportSettings, StudySettings
from analysis.study import StudyResult
from analysis.study.cox_tables import endpoint_cox_table
from tests.analysis.reporting.conftest import STUDY, run_study

SUBGROUPS = ["celltype", {"column": "karno", "cutpoints": [40, 70]}, "prior"]


@pytest.fixture(scope="module")
def with_subgroups() -> StudyResult:
    endpoints: Any = STUDY["outcomes"]
    outcomes = {**endpoints, "subgroups": SUBGROUPS, "multiplicity": "holm"}
    return run_study(StudySettings.model_validate({**STUDY, "outcomes": outcomes}))


def hiding(result: StudyResult, below: int) -> StudyResult:
    exports = ExportSettings(suppress_below=below)
    return replace(result, settings=result.settings.model_copy(update={"exports": exports}))


def test_tables_hold_the_numbers_of_the_results(with_subgroups: StudyResult) -> None:
    tables = model_tables(with_subgroups)
    found = endpoint_cox_table(with_subgroups.patients, None, with_subgroups.settings, "OS").table
    assert found is not None
    cox = tables["cox"].query("population == 'before'")
    assert cox["variable"].iloc[0] == "arm"
    assert cox["n"].iloc[:2].sum() == found.n
    shown = cox["multivariable_hazard_ratio"].dropna().tolist()
    assert shown == [
        row.multivariable.hazard_ratio for item in found.variables for row in item.rows if row.multivariable is not None
    ]
    assert len(tables["endpoints"]) == 2 * 3
    assert set(tables["subgroups"]["subgroup"].dropna()) == {"celltype", "karno", "prior"}


def test_levels_of_a_subgroup_sum_to_all_patients(with_subgroups: StudyResult) -> None:
    for endpoint in models_document(study_models(with_subgroups))["subgroups"]:
        for when in ("before", "after"):
            for column in endpoint[when]["columns"]:
                for key in ("n_treated", "n_control", "events_treated", "events_control"):
                    assert sum(level[key] for level in column["levels"]) == endpoint[when]["overall"][key]


def test_a_study_without_subgroups_has_no_table_of_them(result: StudyResult) -> None:
    assert models_document(study_models(result))["subgroups"] == []
    assert "subgroups" not in model_tables(result)


@pytest.mark.parametrize("below", [5, 12, 30])
def test_no_small_count_stays_or_follows_from_a_sum(with_subgroups: StudyResult, below: int) -> None:
    document = json.loads(results_file(hiding(with_subgroups, below)))
    for table in document["cox_tables"]:
        for when in ("before", "after"):
            model = table[when]["model"]
            for variable in () if model is None else model["variables"]:
                counts = [row["n"] for row in variable["levels"]]
                assert all(count is None for count in counts) or None not in counts
                for row in variable["levels"]:
                    kept = (row["n"] or 0, row["events"] or 0, (row["n"] or 0) - (row["events"] or 0))
                    assert not any(0 < count < below for count in kept)
                    assert row["n"] is not None or row["multivariable"] is None
    rows = [
        row
        for endpoint in document["subgroups"]
        for when in ("before", "after")
        for row in (
            endpoint[when]["overall"],
            *(level for item in endpoint[when]["columns"] for level in item["levels"]),
        )
    ]
    rows += [item[when] for item in document["endpoint_board"]["endpoints"] for when in ("before", "after")]
    for row in rows:
        if row is None or row["n_treated"] is None:
            assert row is None or row["estimate"] is row["events_control"] is None
            continue
        for arm in ("treated", "control"):
            n, events = row[f"n_{arm}"], row[f"events_{arm}"]
            assert not any(0 < count < below for count in (n, events, n - events))


@pytest.mark.parametrize("below", [5, 12, 30])
def test_tables_hide_what_the_results_hide(with_subgroups: StudyResult, below: int) -> None:
    result = hiding(with_subgroups, below)
    document, tables = json.loads(results_file(result)), model_tables(result)
    board = tables["endpoints"].set_index(["outcome", "measure", "population"])
    for item in document["endpoint_board"]["endpoints"]:
        for when in ("before", "after"):
            row = board.loc[(item["outcome"], item["measure"], when)]
            for key in ("n_treated", "events_treated", "estimate", "adjusted_p_value"):
                assert (None if pd.isna(row[key]) else row[key]) == item[when][key]
    for endpoint in document["subgroups"]:
        for when in ("before", "after"):
            shown = [level["n_treated"] for item in endpoint[when]["columns"] for level in item["levels"]]
            rows = tables["subgroups"].query("outcome == @endpoint['outcome'] and population == @when")
            written = rows[rows["subgroup"].notna()]["n_treated"].tolist()
            assert [None if pd.isna(count) else count for count in written] == shown


def test_patients_without_a_value_do_not_follow_from_the_levels() -> None:
    def row(n: int, events: int, **more: Any) -> dict[str, Any]:
        counts = {"n_treated": n, "n_control": n, "events_treated": events, "events_control": events}
        return {"level": "a", **counts, "estimate": 0.5, **more}

    column: dict[str, Any] = {
        "column": "stage",
        "missing": 8,
        "reason": None,
        "interaction": {},
        "levels": [row(20, 10), row(26, 12)],
    }
    view: dict[str, Any] = {"overall": row(50, 22), "columns": [column], "notes": []}
    empty: dict[str, Any] = {"overall": None, "columns": [], "notes": []}
    document = {
        "cox_tables": [],
        "subgroups": [{"outcome": "OS", "before": view, "after": empty}],
        "endpoint_board": {"endpoints": []},
    }
    suppress_models(document, (), 5)
    assert column["missing"] is column["interaction"] is None
    assert [level["n_treated"] for level in column["levels"]] == [None, None]
    assert view["overall"]["n_treated"] == 50


def test_an_adjusted_p_value_that_is_a_hidden_endpoints_is_hidden_too() -> None:
    def effect(events: int, adjusted: float) -> dict[str, Any]:
        counts = {"n_treated": 50, "n_control": 50, "events_treated": events, "events_control": events}
        return {**counts, "p_value": 0.02, "adjusted_p_value": adjusted}

    kept, tied, alone = effect(3, 0.04), effect(20, 0.04), effect(20, 0.06)
    found = [
        {"outcome": name, "before": one, "after": None} for name, one in zip("abc", (kept, tied, alone), strict=True)
    ]
    suppress_models({"cox_tables": [], "subgroups": [], "endpoint_board": {"endpoints": found}}, (), 5)
    assert [kept["p_value"], tied["p_value"], tied["adjusted_p_value"], alone["adjusted_p_value"]] == [
        None,
        0.02,
        None,
        0.06,
    ]
