"""Tables of the outcomes: counts that add up, numbers that are the result's."""

from dataclasses import replace

import pandas as pd
import pytest

from analysis.reporting.outcome_tables import (
    at_risk_table,
    curves_table,
    response_contrasts_table,
    response_table,
    survival_table,
)
from analysis.study import PopulationOutcomes, StudyResult


def test_survival_has_a_row_for_each_population(result: StudyResult) -> None:
    table = survival_table(result).set_index("population")
    assert table.index.tolist() == ["before", "after"]
    assert table["n_treated"].tolist() == [68, 54]
    after = result.after.survival[0].comparison
    assert after is not None
    assert after.cox is not None
    assert after.rmst is not None
    assert table.loc["after", "hazard_ratio"] == after.cox.hazard_ratio
    assert table.loc["after", "median_treated"] == after.treated.curve.median
    assert table.loc["after", "rmst_difference"] == after.rmst.difference
    assert pd.isna(table.loc["before", "log_rank_stratified_p_value"])
    assert table.loc["after", "log_rank_stratified_p_value"] > 0


def test_patients_at_risk_with_an_event_or_censored_sum_to_the_arm(result: StudyResult) -> None:
    table = at_risk_table(result)
    assert len(table) == 2 * 2 * 3
    sizes = table["at_risk"] + table["events"] + table["censored"]
    assert sizes.tolist() == [68] * 3 + [69] * 3 + [54] * 6
    assert table["arm"].unique().tolist() == ["test", "standard"]


def test_curves_hold_every_step(result: StudyResult) -> None:
    table = curves_table(result)
    comparison = result.before.survival[0].comparison
    assert comparison is not None
    rows = table[(table["population"] == "before") & (table["arm"] == "test")]
    assert rows["survival"].to_numpy().tobytes() == comparison.treated.curve.survival.tobytes()
    assert rows["n_events"].sum() == comparison.treated.n_events


def test_response_counts_sum_to_the_arm(result: StudyResult) -> None:
    table = response_table(result)
    assert table[["outcome", "population", "arm"]].values.tolist() == [
        [outcome, population, arm]
        for population in ("before", "after")
        for outcome in ("RECIST", "ORR")
        for arm in ("test", "standard")
    ]
    recist = table[table["outcome"] == "RECIST"]
    assert (recist[["CR", "PR", "SD", "PD", "NE"]].sum(axis=1) == recist["n"]).all()
    assert (recist["objective_response_count"] == recist["CR"] + recist["PR"]).all()
    assert recist["objective_response_rate"].tolist() == pytest.approx(
        (recist["objective_response_count"] / recist["n"]).astype(float).tolist()
    )


def test_what_a_column_of_responders_does_not_say_is_missing(result: StudyResult) -> None:
    responders = response_table(result).set_index("outcome").loc["ORR"]
    assert responders[["CR", "NE", "disease_control_rate"]].isna().all().all()


def test_contrasts_name_their_test(result: StudyResult) -> None:
    table = response_contrasts_table(result)
    recist = table[(table["outcome"] == "RECIST") & (table["rate"] == "objective_response")]
    before = recist[recist["population"] == "before"]
    assert before["measure"].tolist() == ["risk_difference", "risk_ratio", "odds_ratio"]
    after = recist[recist["population"] == "after"]
    assert after["measure"].tolist() == ["risk_difference", "risk_ratio", "odds_ratio", "paired_difference"]
    assert set(table["test"]) <= {"Fisher exact", "Pearson chi-squared"}
    assert ((table["ci_lower"] <= table["estimate"]) & (table["estimate"] <= table["ci_upper"])).all()


def test_weighted_populations_say_their_effective_numbers(weighted_result: StudyResult) -> None:
    table = at_risk_table(weighted_result)
    controls = table[(table["population"] == "after") & (table["arm"] == "standard")]
    assert (controls["effective_at_risk"] <= controls["at_risk"]).all()
    assert table.loc[table["population"] == "before", "effective_at_risk"].isna().all()


def test_weighted_arms_have_whole_counts_and_effective_numbers_beside_them(overlap_result: StudyResult) -> None:
    survival = survival_table(overlap_result).set_index("population")
    assert survival["n_treated"].tolist() == [68, 68]
    assert survival["events_treated"].tolist() == [64, 64]
    effective = overlap_result.design.effective_sample_size_treated
    assert survival.loc["after", "effective_n_treated"] == pytest.approx(effective, rel=1e-12)
    assert pd.isna(survival.loc["before", "effective_n_treated"])
    assert pd.isna(survival.loc["after", "log_rank_p_value"])
    assert 0 < survival.loc["after", "log_rank_robust_p_value"] < 1
    recist = response_table(overlap_result).query("outcome == 'RECIST' and population == 'after'")
    assert recist["objective_response_count"].tolist() == [23, 22]
    assert (recist["effective_n"] < recist["n"]).all()
    assert (recist["objective_response_rate"] != recist["objective_response_count"] / recist["n"]).all()
    assert set(response_contrasts_table(overlap_result).query("population == 'after'")["test"]) == {"Robust Wald"}


def test_a_study_without_outcomes_of_a_kind_has_empty_tables_of_it(result: StudyResult) -> None:
    nothing = PopulationOutcomes(survival=(), response=())
    empty = replace(result, before=nothing, after=nothing)
    for table in (survival_table, at_risk_table, curves_table, response_table, response_contrasts_table):
        assert len(table(empty)) == 0
