"""The results file: its keys, its nulls, its ids."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from analysis.reporting.csv_files import csv_files
from analysis.reporting.results import results_document, results_file
from analysis.reporting.software import software_versions
from analysis.settings import StudySettings
from analysis.study import StudyResult
from tests.analysis.reporting.conftest import reporting_study, reporting_table, run_study, weighting_study

KEYS = [
    *("format", "study", "software", "cohort_sha256", "notes", "flow"),
    *("propensity", "matching", "balance", "survival", "response"),
]
VIEW = {
    *("arms", "log_rank", "log_rank_stratified", "log_rank_robust", "cox", "cox_stratified"),
    *("schoenfeld_p_value", "rmst", "follow_up_median"),
}
ARM = {"label", "n", "events", "median", "median_ci_lower", "median_ci_upper", "at"}
AT = {"time", "survival", "ci_lower", "ci_upper", "at_risk", "events", "censored"}


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def test_documented_keys_are_there(result: StudyResult) -> None:
    document = results_document(result)
    assert set(KEYS) <= document.keys()
    assert {"coefficients", "c_statistic", "converged"} <= document["propensity"].keys()
    assert {"caliper_width", "sets", "unmatched"} <= document["matching"].keys()
    balance = {f"{name}_{view}" for name in ("smd", "variance_ratio", "ks") for view in ("before", "after")}
    assert all({"term", *balance} <= row.keys() for row in document["balance"])
    for view in ("before", "after"):
        survival = document["survival"][0][view]
        assert survival.keys() >= VIEW
        assert survival["log_rank"].keys() == {"chi_square", "p_value"}
        assert {"hazard_ratio", "ci_lower", "ci_upper", "p_value"} <= survival["cox"].keys()
        rmst = {"horizon", "treated", "control", "difference", "ci_lower", "ci_upper", "p_value"}
        assert rmst <= survival["rmst"].keys()
        for arm in survival["arms"].values():
            assert arm.keys() >= ARM
            assert all(at.keys() >= AT for at in arm["at"])
        response = document["response"][0][view]
        contrast = response["objective_response"]
        assert {"risk_difference", "risk_ratio", "odds_ratio", "test", "tests"} <= contrast.keys()
        tests = {"pearson", "yates", "fisher", "likelihood_ratio", "mcnemar_exact", "mcnemar_mid_p"}
        assert contrast["tests"].keys() == tests
        assert list(response["arms"]["treated"]["categories"]) == ["CR", "PR", "SD", "PD", "NE"]


def test_only_what_json_can_hold(result: StudyResult, weighted_result: StudyResult) -> None:
    for document in (results_document(result), results_document(weighted_result)):
        for leaf in leaves(document):
            assert type(leaf) in (str, int, float, bool, type(None))
            assert not isinstance(leaf, float) or math.isfinite(leaf)


def test_the_file_is_the_document(result: StudyResult) -> None:
    content = results_file(result)
    assert json.loads(content) == results_document(result)
    assert not re.search(rb"\b(NaN|Infinity)\b", content)


def test_the_study_in_the_results_runs_again(result: StudyResult) -> None:
    assert StudySettings.model_validate(results_document(result)["study"]) == reporting_study()


def test_patients_are_named_by_their_ids(result: StudyResult) -> None:
    ids = set(reporting_table()["id"])
    sets = results_document(result)["matching"]["sets"]
    assert len(sets) == 54
    assert {item["treated"] for item in sets} | {control for item in sets for control in item["controls"]} <= ids
    assert all(len(item["controls"]) == len(item["distances"]) == 1 for item in sets)


def test_reasons_of_the_unmatched_are_counted_by_arm(result: StudyResult) -> None:
    matching = results_document(result)["matching"]
    assert sum(matching["unmatched"].values()) == 68 - 54
    assert sum(matching["unmatched_controls"].values()) == 69 - 54
    assert set(matching["unmatched"]) <= {
        "no control within the caliper",
        "control taken by a closer patient",
        "no control in the same stratum",
    }


def test_what_has_no_meaning_before_matching_is_null(result: StudyResult) -> None:
    before = results_document(result)["survival"][0]["before"]
    assert before["log_rank_stratified"] is before["log_rank_robust"] is before["cox_stratified"] is None
    response = results_document(result)["response"][0]["before"]["objective_response"]
    assert response["tests"]["mcnemar_exact"] is response["paired_difference"] is None


def test_what_a_column_of_responders_does_not_say_is_null(result: StudyResult) -> None:
    view = results_document(result)["response"][1]["after"]
    assert view["disease_control"] is None
    assert view["arms"]["treated"]["categories"] is None


def test_notes_of_outcomes_say_which_and_where(result: StudyResult) -> None:
    notes = results_document(result)["notes"]
    assert all({"code", "text"} <= note.keys() for note in notes)
    of_outcomes = [note for note in notes if "outcome" in note]
    assert of_outcomes
    assert {note["population"] for note in of_outcomes} <= {"before", "after"}


def test_a_weighted_study_has_weights_in_place_of_sets(overlap_result: StudyResult) -> None:
    document = results_document(overlap_result)
    assert document["matching"] is None
    assert document["design"]["kind"] == "weighting"
    assert document["design"]["sentence"] == "overlap weighting (ATO)"
    assert document["weighting"]["effective_sample_size"] == document["design"]["effective_sample_size"]
    after = document["survival"][0]["after"]
    assert after["log_rank"] is after["log_rank_stratified"] is after["cox_stratified"] is None
    assert after["log_rank_robust"].keys() == {"chi_square", "p_value"}
    assert document["response"][0]["after"]["objective_response"]["test"]["name"] == "Robust Wald"
    assert "matching" not in document["study"]


def test_differences_are_told_with_their_convention_and_software() -> None:
    convention = {"denominator": "treated", "binary": "standardised"}
    document = results_document(run_study(weighting_study(balance=convention)))
    told = document["balance_summary"]["convention"]
    assert told["denominator"] == "treated"
    assert told["in_words"] == "standard deviation of the treated arm in the full sample"
    assert "R MatchIt, summary for the ATT" in told["as_in"]
    assert document["balance_other"] is document["centres"] is None


def test_further_columns_and_centres_are_told_beside_the_covariates() -> None:
    settings = weighting_study(
        covariates=["karno", "age"], balance={"also": ["diagtime", "celltype"]}, centre="celltype"
    )
    result = run_study(settings)
    document, files = results_document(result), csv_files(result)
    assert {row["covariate"] for row in document["balance_other"]} == {"diagtime", "celltype"}
    assert {row["n_missing"] for row in document["balance_other"]} == {0}
    assert [row["centre"] for row in document["centres"]["balance"]] == ["adeno", "large", "smallcell", "squamous"]
    assert [row["outcome"] for row in document["centres"]["effects"]] == ["OS", "RECIST", "ORR"]
    assert sum(row["n_treated"] for row in document["centres"]["effects"][0]["before"]) == 68
    assert {"balance_other.csv", "centres.csv"} <= files.keys()


def test_software_is_named_with_its_versions() -> None:
    versions = software_versions()
    assert {"version", "python", "numpy", "scipy", "pandas", "scikit-learn", "numba"} <= versions.keys()
    assert all(re.match(r"\d+\.\d+", version) for version in versions.values())
