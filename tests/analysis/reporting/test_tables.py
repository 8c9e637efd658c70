"""Tables of the design: every row read is there, and the numbers are the result's."""

import numpy as np
import pandas as pd

from analysis.reporting.tables import balance_table, flow_table, patients_table, propensity_table, sets_table
from analysis.study import StudyResult
from tests.analysis.reporting.conftest import reporting_table


def patients(result: StudyResult) -> pd.DataFrame:
    return patients_table(result.patients, result.propensity, result.design)


def test_flow(result: StudyResult) -> None:
    table = flow_table(result.flow)
    assert table.values.tolist() == [
        ["read", 69, 69, 1],
        ["complete covariates", 68, 69, 0],
        ["matched", 54, 54, 0],
    ]


def test_every_row_of_the_file_is_a_patient_of_the_table(result: StudyResult) -> None:
    table = patients(result)
    assert list(table) == ["id", "arm", "propensity_score", "logit", "set", "weight", "reason"]
    assert table["id"].tolist() == reporting_table()["id"].tolist()
    assert table["arm"].tolist() == reporting_table()["arm"].tolist()


def test_patients_left_out_before_matching_have_a_reason_and_no_number(result: StudyResult) -> None:
    table = patients(result).set_index("id")
    assert table.loc["=X1", "reason"] == "other arm"
    assert table.loc["P999", "reason"] == "missing covariate: age"
    assert table.loc[["=X1", "P999"], ["propensity_score", "logit", "set", "weight"]].isna().all().all()


def test_a_patient_is_in_a_set_or_has_a_reason(result: StudyResult) -> None:
    table = patients(result)
    in_set = table["set"].notna()
    assert (in_set == table["reason"].isna()).all()
    assert (in_set == (table["weight"].fillna(0) > 0)).all()
    assert in_set.sum() == 108
    assert sorted(table.loc[in_set, "set"].unique()) == list(range(1, 55))
    assert (table.loc[in_set].groupby("set")["arm"].nunique() == 2).all()


def test_scores_are_the_models(result: StudyResult) -> None:
    table = patients(result).set_index("id").loc[result.patients.identifier]
    assert table["propensity_score"].to_numpy().tobytes() == result.propensity.propensity_score.tobytes()
    assert np.allclose(np.log(table["propensity_score"] / (1 - table["propensity_score"])), table["logit"], rtol=1e-9)


def test_sets_name_the_patients_of_the_patients_table(result: StudyResult) -> None:
    sets = sets_table(result.patients, result.matching)
    numbers = patients(result).set_index("id")["set"]
    assert len(sets) == 54
    assert sets["set"].is_monotonic_increasing
    assert (numbers.loc[sets["treated"]].to_numpy() == sets["set"].to_numpy()).all()
    assert (numbers.loc[sets["control"]].to_numpy() == sets["set"].to_numpy()).all()
    assert (sets["distance"] <= result.matching.caliper_width).all()


def test_a_control_of_several_sets_stands_in_the_first_and_in_all_of_the_sets_table(
    weighted_result: StudyResult,
) -> None:
    sets = sets_table(weighted_result.patients, weighted_result.matching)
    first = sets.groupby("control")["set"].min()
    shared = sets["control"].value_counts() > 1
    assert shared.any()
    numbers = patients(weighted_result).set_index("id")["set"]
    assert (numbers.loc[first.index].to_numpy() == first.to_numpy()).all()


def test_sets_without_links_have_a_row_for_each_member(strata_result: StudyResult) -> None:
    sets = sets_table(strata_result.patients, strata_result.matching)
    assert list(sets) == ["set", "arm", "id"]
    assert sorted(sets["id"]) == sorted(strata_result.patients.identifier)
    numbers = patients(strata_result).set_index("id")
    assert (numbers.loc[sets["id"], "set"].to_numpy() == sets["set"].to_numpy()).all()
    assert (numbers.loc[sets["id"], "arm"].to_numpy() == sets["arm"].to_numpy()).all()
    assert sets["set"].is_monotonic_increasing
    assert sets.groupby("set")["arm"].agg(list).map(lambda arms: arms == sorted(arms, key="standard".__eq__)).all()


def test_weighted_patients_have_a_weight_and_no_set(overlap_result: StudyResult) -> None:
    table = patients(overlap_result).set_index("id").loc[overlap_result.patients.identifier]
    assert table["set"].isna().all()
    assert table["weight"].to_numpy().tobytes() == overlap_result.design.weights.tobytes()


def test_propensity(result: StudyResult) -> None:
    table = propensity_table(result.propensity)
    assert table["term"].tolist()[:2] == ["(Intercept)", "celltype=large"]
    assert table["coefficient"].to_numpy().tobytes() == result.propensity.coefficients.tobytes()


def test_balance_has_every_level_and_both_sides_of_matching(result: StudyResult) -> None:
    table = balance_table(result.balance)
    assert table["term"].tolist() == [
        *(f"celltype={level}" for level in ("adeno", "large", "smallcell", "squamous")),
        *("karno", "diagtime", "age", "prior"),
    ]
    assert {"smd_before", "smd_after", "variance_ratio_before", "ks_after"} <= set(table)
    assert (table.dtypes[3:] == "float64").all()
    assert table.loc[table["kind"] == "binary", "variance_ratio_after"].isna().all()
