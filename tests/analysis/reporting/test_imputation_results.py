"""What the imputed sets give together, in the results file, in its table, in print and in sentences."""

import json
from io import BytesIO

import pandas as pd
import pytest

from analysis.cohort.missing import missing_costs
from analysis.reporting.csv_files import csv_files
from analysis.reporting.findings import study_findings
from analysis.reporting.imputation_results import pooled_table
from analysis.reporting.printed.missing import (
    cost_rows,
    imputed_set_rows,
    pooled_response_rows,
    pooled_survival_rows,
)
from analysis.reporting.results import results_document
from analysis.reporting.sentences import (
    missing_sentence,
    pooled_response_sentence,
    pooled_survival_sentence,
    pooled_words,
)
from analysis.reporting.summary import summary_lines
from analysis.reporting.suppressed_results import suppress_results
from analysis.settings import MissingSettings
from analysis.study import StudyResult, run
from charts.style import format_interval, format_p, format_points, format_ratio
from tests.analysis.study.cases import IMPUTED, cohort_of, holed_table, imputed_result, study


@pytest.fixture(scope="module")
def imputed() -> StudyResult:
    return imputed_result()


def test_the_results_file_says_how_it_was_imputed_and_what_all_sets_give(imputed: StudyResult) -> None:
    document = results_document(imputed)["imputation"]
    json.dumps(document, allow_nan=False)
    assert (document["n_sets"], document["n_failed"], document["shown_set"]) == (4, 0, 1)
    assert (document["iterations"], document["seed"]) == (3, 0)
    counts = holed_table()[["age", "ecog", "etiology"]].isna().sum()
    assert document["columns"] == [{"column": name, "missing": int(counts[name])} for name in counts.index]
    assert [item["set"] for item in document["sets"]] == [1, 2, 3, 4]
    assert document["sets"][0]["n_sets"] == imputed.matching.n_sets
    assert set(document["pooled"]) == {"before", "after"}
    (survival,) = document["pooled"]["after"]["survival"]
    ratio = imputed.imputation.after.survival[0].hazard_ratio
    assert survival["hazard_ratio"]["estimate"] == ratio.estimate
    assert survival["hazard_ratio"]["fraction_missing"] == ratio.fraction_missing
    (response,) = document["pooled"]["after"]["response"]
    assert set(response["objective_response"]) == {"treated", "control", "risk_difference", "risk_ratio", "odds_ratio"}


def test_further_effects_stand_in_the_results_and_in_the_table(imputed: StudyResult) -> None:
    found = study_findings(imputed)
    document = results_document(imputed, found)
    after = document["imputation"]["pooled"]["after"]
    assert found.pooled is not None
    effects = found.pooled[1].effects
    assert len(after["effects"]) == len(effects) > 0
    first = after["effects"][0]
    assert (first["outcome"], first["measure"], first["time"]) == ("OS", "milestone_difference", 6)
    assert first["estimate"] == effects[0].estimate.estimate
    files = csv_files(imputed, found)
    rows = pd.read_csv(BytesIO(files["pooled.csv"]))
    told = rows[(rows["population"] == "after") & (rows["measure"] == "milestone_difference")]
    assert told["time"].tolist() == [6, 12]
    assert told["p_value"].iloc[0] == effects[0].estimate.p_value
    json.dumps(document, allow_nan=False)


def test_every_table_says_which_set_its_rows_are_of(imputed: StudyResult, result: StudyResult) -> None:
    files = csv_files(imputed)
    tables = {name: pd.read_csv(BytesIO(content)) for name, content in files.items()}
    assert {name for name, table in tables.items() if "imputed_set" not in table} == {"pooled.csv", "ledger.csv"}
    assert tables["propensity.csv"]["imputed_set"].tolist() == [1] * len(tables["propensity.csv"])
    assert tables["cox.csv"]["imputed_set"].eq(1).all()
    survival = tables["survival.csv"].set_index("population")["imputed_set"]
    assert survival["after"] == 1
    assert pd.isna(survival["before"])
    assert tables["flow.csv"]["imputed_set"].notna().tolist()[-1]
    assert not tables["flow.csv"]["imputed_set"].notna().tolist()[0]
    assert not any(b"imputed_set" in content for content in csv_files(result).values())


def test_what_is_hidden_in_the_shown_set_is_not_told_pooled(imputed: StudyResult) -> None:
    document = suppress_results(results_document(imputed), 10)
    for when in ("before", "after"):
        effects = document["imputation"]["pooled"][when]["effects"]
        tables = {item["outcome"]: item[when]["model"] for item in document["cox_tables"]}
        for effect in effects:
            if effect["measure"] == "multivariable_hazard_ratio":
                (variable,) = [v for v in tables[effect["outcome"]]["variables"] if v["variable"] == effect["variable"]]
                (row,) = [row for row in variable["levels"] if row["level"] == effect["level"]]
                assert row["multivariable"] is not None
        kept = {effect["time"] for effect in effects if effect["measure"] == "milestone_difference"}
        shown = next(item for item in document["differences"] if item["outcome"] == "OS")[when]
        assert kept <= {row["time"] for row in ([] if shown is None else shown["milestones"])}
    whole = results_document(imputed)["imputation"]["pooled"]["after"]["effects"]
    assert len(document["imputation"]["pooled"]["after"]["effects"]) < len(whole)


def test_a_study_without_imputation_has_the_key_with_nothing_in_it(result: StudyResult) -> None:
    assert results_document(result)["imputation"] is None
    assert "pooled.csv" not in csv_files(result)


def test_the_table_has_one_row_for_each_pooled_estimate(imputed: StudyResult) -> None:
    assert "pooled.csv" in csv_files(imputed)
    table = pooled_table(imputed.imputation)
    assert len(table) == 2 * (2 + 2 * 5)
    row = table[(table["outcome"] == "OS") & (table["population"] == "after") & (table["measure"] == "hazard_ratio")]
    ratio = imputed.imputation.after.survival[0].hazard_ratio
    assert row[["estimate", "degrees_of_freedom", "between_variance"]].to_numpy().ravel().tolist() == [
        ratio.estimate,
        ratio.degrees_of_freedom,
        ratio.between,
    ]
    assert table[table["population"] == "before"]["degrees_of_freedom"].isna().all()
    assert all(pd.api.types.is_numeric_dtype(table[name]) for name in table.columns[3:] if name != "scale")


def test_printed_rows_are_the_pooled_estimates_by_the_houses_rules(imputed: StudyResult) -> None:
    rows = pooled_survival_rows({"After": imputed.imputation.after}, "months")
    ratio = imputed.imputation.after.survival[0].hazard_ratio
    assert rows.iloc[0].to_dict() == {
        "Endpoint": "OS",
        "Measure": "Hazard ratio",
        "Matching": "After",
        "Pooled estimate (CI)": f"{format_ratio(ratio.estimate)} "
        f"({format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)})",
        "p": format_p(ratio.p_value),
        "Degrees of freedom": f"{ratio.degrees_of_freedom:.1f}",
        "Missing information": f"{100 * ratio.fraction_missing:.1f}%",
    }
    both = pooled_response_rows({"Before": imputed.imputation.before, "After": imputed.imputation.after}, "new", "old")
    assert len(both) == 2 * 2 * 5
    assert both["Measure"].iloc[0] == "Rate with new, objective response"
    assert set(both[both["Matching"] == "Before"]["Degrees of freedom"]) == {"normal"}
    sets = imputed_set_rows(imputed.imputation)
    assert sets["Matched sets"].tolist() == imputed.imputation.n_matched.tolist()


def test_costs_are_printed_for_each_method() -> None:
    rows = cost_rows(missing_costs(cohort_of(holed_table()), study()), "new", "old")
    assert rows["Method"].tolist() == ["Complete cases", "Missing indicator", "Multiple imputation"]
    kept = rows["Kept: new"].astype(int) + rows["Left out: new"].astype(int)
    assert set(kept) == {int(kept.iloc[0])}
    assert rows["Left out: old"].tolist()[1:] == ["0", "0"]


def test_sentences_name_the_method_the_sets_and_the_pooled_effects(imputed: StudyResult) -> None:
    settings = imputed.settings.missing
    assert missing_sentence(settings, imputed.imputation) == (
        "Missing values of 3 covariates (age, ecog, etiology) were imputed 4 times by chained equations with predictive "
        "mean matching (3 iterations, seed 0) from covariates and treatment; each set was matched and the effects were "
        "pooled by Rubin's rules."
    )
    assert missing_sentence(settings) == "No covariate was missing; nothing was imputed."
    assert missing_sentence(MissingSettings()).startswith("Patients with a missing covariate were left out")
    assert "indicator" in missing_sentence(MissingSettings(method="indicator"))
    words = pooled_words(imputed.imputation)
    assert words == "pooled over 4 imputed sets"
    ratio = imputed.imputation.after.survival[0].hazard_ratio
    interval = format_interval(ratio.ci_lower, ratio.ci_upper, format_ratio)
    survival = pooled_survival_sentence(imputed.imputation.after.survival[0], words, control_label="old")
    assert survival == (
        f"Hazard ratio of OS, pooled over 4 imputed sets: {format_ratio(ratio.estimate)} (95% CI {interval}, old as "
        f"reference); p = {format_p(ratio.p_value)}."
    )
    response = pooled_response_sentence(imputed.imputation.after.response[0], words)
    difference = imputed.imputation.after.response[0].objective_response.risk_difference
    assert f"{format_points(difference.estimate)} points (95% CI " in response
    lines = summary_lines(imputed)
    assert lines[0] == missing_sentence(settings, imputed.imputation)
    assert f"After matching: {survival}" in lines
    assert f"After matching: {response}" in lines


def test_weighted_imputed_sets_are_said_to_be_weighted() -> None:
    settings = study(weighting={"method": "overlap"}, missing=IMPUTED | {"imputations": 2})
    weighted = run(cohort_of(holed_table()), settings)
    assert weighted.imputation is not None
    lines = summary_lines(weighted)
    assert "each set was weighted and the effects were pooled by Rubin's rules" in lines[0]
    assert any(line.startswith("After weighting: Hazard ratio of ") for line in lines)
    assert not any("matching" in line.replace("mean matching", "") or "matched" in line for line in lines)
    document = json.loads(json.dumps(results_document(weighted), allow_nan=False))
    assert [one["n_sets"] for one in document["imputation"]["sets"]] == [0, 0]
    assert "Matched sets" not in imputed_set_rows(weighted.imputation)
    rows = pooled_survival_rows({"After": weighted.imputation.after}, "months", "weighting")
    assert set(rows["Weighting"]) == {"After"}
