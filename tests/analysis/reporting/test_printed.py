"""Printed tables and sentences: the numbers of the results, by the house's printing rules."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import Cohort, read_cohort
from analysis.reporting.confirmation import confirmation_sentences
from analysis.reporting.outcome_tables import response_rows
from analysis.reporting.printed.design import balance_rows, left_out_table, model_table, printed_sets
from analysis.reporting.printed.response import all_tests_table, category_table, rate_table
from analysis.reporting.printed.survival import contrast_rows, endpoint_table, milestone_rows, step_table
from analysis.reporting.sentences import response_sentence, survival_sentence
from analysis.settings import MatchingSettings
from analysis.study import StudyResult, run
from analysis.study_file import load_study

ROOT = Path(__file__).resolve().parents[3]
ARMS = ("LEN", "SOR")


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return read_cohort((ROOT / "sample_data" / "cohort.csv").read_bytes(), "cohort.csv")


@pytest.fixture(scope="module")
def study(cohort: Cohort) -> Callable[..., StudyResult]:
    settings = load_study((ROOT / "sample_data" / "study.yaml").read_text(encoding="utf-8"))

    def carried_out(**changes: object) -> StudyResult:
        return run(cohort, settings.model_copy(update={"matching": MatchingSettings.model_validate(changes)}))

    return carried_out


@pytest.fixture(scope="module")
def sample(study: Callable[..., StudyResult]) -> StudyResult:
    return study()


@pytest.fixture(scope="module")
def two_controls(study: Callable[..., StudyResult]) -> StudyResult:
    return study(ratio=2)


def test_endpoints_stand_in_one_row_before_and_after(sample: StudyResult) -> None:
    table = endpoint_table({"Before": sample.before, "After": sample.after}, *ARMS, "months")
    assert table.to_dict("records")[0] == {
        "Endpoint": "PFS",
        "Before: events, LEN v SOR": "52/56 v 63/67",
        "Before: median": "4.9 v 3.3",
        "Before: HR": "0.51 (0.35–0.74)",
        "Before: p": "<0.001",
        "After: events, LEN v SOR": "23/25 v 22/25",
        "After: median": "4.8 v 3.3",
        "After: HR": "0.54 (0.29–0.99)",
        "After: p": "0.046",
    }
    assert table["Endpoint"].tolist() == ["PFS", "OS"]


def test_an_endpoint_without_a_comparison_is_dashed(sample: StudyResult) -> None:
    empty = replace(sample.after, survival=tuple(replace(item, comparison=None) for item in sample.after.survival))
    row = endpoint_table({"After": empty}, *ARMS, "months").iloc[0]
    assert set(row.drop("Endpoint")) == {"–"}


def test_milestones_count_those_at_risk_in_the_file(sample: StudyResult, cohort: Cohort) -> None:
    comparisons = {"Before": sample.before.survival[1].comparison, "After": sample.after.survival[1].comparison}
    table = milestone_rows(comparisons, *ARMS, "months")
    assert table["Survival"].tolist() == [
        *("Median, months",) * 2,
        *("At 6 months",) * 2,
        *("At 12 months",) * 2,
        *("At 18 months",) * 2,
    ]
    assert table["Arm"].tolist() == ["LEN", "SOR"] * 4
    assert table["Before: estimate (CI)"][0] == "13.2 (7.4–14.9)"
    for arm, counts in table.groupby("Arm")["Before: at risk"]:
        times = cohort.table.loc[cohort.table["arm"] == arm, "os_months"]
        assert counts.tolist()[1:] == [str((times >= time).sum()) for time in (6, 12, 18)]


def test_no_survival_is_printed_at_a_time_that_nobody_was_followed_to(sample: StudyResult) -> None:
    comparison = sample.before.survival[1].comparison
    assert comparison is not None
    late = tuple(replace(moment, time=moment.time + 500) for moment in comparison.treated.at)
    table = milestone_rows(
        {"Before": replace(comparison, treated=replace(comparison.treated, at=late))}, *ARMS, "months"
    )
    assert table.iloc[-1]["Before: estimate (CI)"] == "past follow-up"


def test_where_others_compete_no_mean_time_is_printed(sample: StudyResult) -> None:
    comparisons = {"Before": sample.before.survival[0].comparison}
    with_mean, without = (contrast_rows(comparisons, "months", competing=competing) for competing in (False, True))
    assert set(with_mean["Estimate"]) - set(without["Estimate"]) == {"Difference in mean survival time (months)"}


def test_every_test_stands_by_its_name_and_a_dash_where_it_does_not_apply(sample: StudyResult) -> None:
    comparisons = {"Before": sample.before.survival[0].comparison, "After": sample.after.survival[0].comparison}
    table = contrast_rows(comparisons, "months").set_index("Estimate")
    after = sample.after.survival[0].comparison
    assert after is not None
    assert after.log_rank_robust is not None
    assert table.loc["Log-rank p"].tolist() == ["<0.001", "0.046"]
    assert table.loc["Log-rank p, stratified by matched set"].tolist() == ["–", "0.201"]
    assert table.loc["Log-rank p, robust"].tolist() == ["–", f"{after.log_rank_robust.p_value:.3f}"]
    assert table.loc["Hazard ratio within matched sets (conditional)", "Before"] == "–"
    assert table.loc["Follow-up, median (months, reverse KM)", "Before"] == f"{_follow_up(sample):.1f}"


def _follow_up(sample: StudyResult) -> float:
    comparison = sample.before.survival[0].comparison
    assert comparison is not None
    assert comparison.follow_up_median is not None
    return comparison.follow_up_median


def test_the_figure_s_data_are_the_curves_steps(sample: StudyResult) -> None:
    comparison = sample.after.survival[0].comparison
    assert comparison is not None
    steps = step_table({"After": comparison}, *ARMS)
    treated = steps[steps["arm"] == "LEN"]
    np.testing.assert_array_equal(treated["survival"], comparison.treated.curve.survival)
    np.testing.assert_array_equal(treated["time"], comparison.treated.curve.time)
    assert set(steps["matching"]) == {"after"}
    assert step_table({"After": None}, *ARMS).empty


def test_weighted_patients_have_no_rows_of_sets_and_a_robust_p(overlap_result: StudyResult) -> None:
    before, after = (outcomes.survival[0].comparison for outcomes in (overlap_result.before, overlap_result.after))
    assert after is not None
    assert after.log_rank_robust is not None
    populations = {"Before": overlap_result.before, "After": overlap_result.after}
    row = endpoint_table(populations, "test", "standard", "months").iloc[0]
    assert row["After: p"] == f"{after.log_rank_robust.p_value:.3f} (robust)"
    assert "(robust)" not in row["Before: p"]
    table = contrast_rows({"Before": before, "After": after}, "months", within_sets=False).set_index("Estimate")
    assert table.loc["Log-rank p", "After"] == table.loc["Log-rank p, robust", "Before"] == "–"
    assert not any("set" in name for name in table.index)
    at_risk = milestone_rows({"After": after}, "test", "standard", "months")["After: at risk"]
    assert at_risk[0] == "68 (effective 63.7) at the start"
    assert "weighting" in step_table({"After": after}, "test", "standard", "weighting")


def test_weighted_rates_are_marked_beside_whole_counts(overlap_result: StudyResult) -> None:
    populations = {"Before": overlap_result.before, "After": overlap_result.after}
    table = rate_table(populations, "test", "standard", "weighting").set_index(["Endpoint", "Rate", "Weighting"])
    row = table.loc[("RECIST", "Objective response", "After")]
    assert row["test"] == "23/68, weighted 33.5% (23.0–45.8%)"
    assert row["p (test)"] == "0.991 (robust)"
    tests = all_tests_table(populations, design_word="weighting").set_index(["Endpoint", "Rate", "Weighting"])
    assert tests.loc[("RECIST", "Objective response", "After"), "Pearson"] == "–"
    assert tests.loc[("RECIST", "Objective response", "After"), "Robust Wald"] == "0.991"
    assert "Robust Wald" not in all_tests_table({"Before": overlap_result.before})
    categories = category_table(populations, "test", "standard", "weighting").set_index(["Weighting", "Arm"])
    assert categories.loc[("After", "test"), "CR"] == "12 (16.7%)"
    assert categories.loc[("After", "test"), "n (effective)"] == "68 (63.7)"
    assert categories.loc[("Before", "test"), "CR"] == "12 (17.6%)"


def test_rates_name_their_test(sample: StudyResult) -> None:
    table = rate_table({"After": sample.after}, *ARMS, "months").set_index(["Endpoint", "Rate"])
    row = table.loc[("mRECIST", "Objective response")]
    assert row["LEN"] == "10/25, 40.0% (21.1–61.3%)"
    assert row["SOR"] == "3/25, 12.0% (2.5–31.2%)"
    assert row["p (test)"] == "0.024 (Pearson)"
    assert table.loc[("RECIST 1.1", "Objective response"), "p (test)"] == ">0.999 (Fisher)"


def test_every_test_of_the_worked_example(sample: StudyResult) -> None:
    # 10/25 v 3/25: Pearson 0.0240, Yates 0.0531, Fisher 0.0507, likelihood ratio 0.0212.
    row = all_tests_table({"After": sample.after}).iloc[0]
    assert [row[name] for name in ("Pearson", "Yates", "Fisher", "Likelihood ratio")] == [
        "0.024",
        "0.053",
        "0.051",
        "0.021",
    ]
    exact = all_tests_table({"After": sample.after}, form=lambda p: p).iloc[0]
    assert exact["Yates"] == pytest.approx(0.0531, abs=5e-5)
    assert all_tests_table({"Before": sample.before})["McNemar"].tolist() == ["–"] * 4


def test_categories_and_their_shares(sample: StudyResult, two_controls: StudyResult) -> None:
    row = category_table({"After": sample.after}, *ARMS, "months").iloc[0]
    assert row[["CR", "PR", "SD", "PD", "NE"]].tolist() == [
        "0 (0.0%)",
        "10 (40.0%)",
        "12 (48.0%)",
        "2 (8.0%)",
        "1 (4.0%)",
    ]
    weighted = response_rows({"after": two_controls.after}, *ARMS)
    control = weighted[(weighted["outcome"] == "mRECIST") & (weighted["arm"] == "SOR")].iloc[0]
    names = ["CR", "PR", "SD", "PD", "NE"]
    assert sum(control[f"{name}_share"] for name in names) == pytest.approx(1.0, abs=1e-12)
    # Sets of one and of two controls: a weighted share is no plain one.
    assert control["SD_share"] != pytest.approx(control["SD"] / control["n"], abs=1e-3)
    response = two_controls.patients.responses[0]
    chosen = ~two_controls.patients.treated & (two_controls.matching.weights > 0)
    weights = two_controls.matching.weights[chosen]
    stable = response.category is not None and response.category[chosen] == "SD"
    assert control["SD_share"] == pytest.approx(weights[stable].sum() / weights.sum(), rel=1e-12)


def test_balance_prints_shares_means_and_differences(sample: StudyResult, cohort: Cohort) -> None:
    table = balance_rows(sample.balance, *ARMS).set_index("Term")
    men = cohort.table["sex"] == "M"
    share = men[cohort.table["arm"] == "LEN"].mean()
    assert table.loc["sex=M", "Before: LEN"] == f"{100 * share:.1f}%"
    assert table.loc["age", "Before: SMD"] == "0.94"
    assert table.loc["sex=M", "Before: VR"] == "–"
    assert not [name for name in balance_rows(sample.balance, *ARMS, before=False).columns if "Before" in name]


def test_everyone_left_out_has_a_reason(sample: StudyResult) -> None:
    table = left_out_table(sample.patients, sample.design).set_index("Reason")
    assert table["LEN"].sum() == 56 - 25
    assert table["SOR"].sum() == 67 - 25
    assert table.loc["No control within the caliper"].tolist() == [14, 0]
    missing = pd.DataFrame({"row": [5], "identifier": ["x"], "arm": ["LEN"], "reason": ["missing covariate: age"]})
    with_missing = left_out_table(replace(sample.patients, excluded=missing), None)
    assert with_missing.to_dict("records") == [{"Reason": "Missing covariate: age", "LEN": 1, "SOR": 0}]


def test_the_least_alike_set_stands_first(sample: StudyResult) -> None:
    table = printed_sets(sample.patients, sample.propensity, sample.matching, most=3)
    assert len(table) == 3
    assert table["Distance"].is_monotonic_decreasing
    assert table["Distance"][0] == sample.matching.link_distance.max()


def test_odds_ratios_with_wald_limits_by_hand(sample: StudyResult) -> None:
    place = sample.propensity.terms.index("age")
    coefficient, error = sample.propensity.coefficients[place], sample.propensity.standard_errors[place]
    row = model_table(sample.propensity).set_index("Term").loc["age"]
    assert row["Odds ratio"] == f"{np.exp(coefficient):.2f}"
    assert row["95% CI"] == f"{np.exp(coefficient - 1.96 * error):.2f}–{np.exp(coefficient + 1.96 * error):.2f}"
    assert len(model_table(sample.propensity)) == len(sample.propensity.terms) - 1


def test_the_outcomes_in_words(sample: StudyResult, two_controls: StudyResult) -> None:
    labels = {"treated_label": "LEN", "control_label": "SOR"}
    survival, response = sample.after.survival[1].comparison, sample.after.response[0].comparison
    weighted = two_controls.after.response[0].comparison
    assert survival is not None
    assert response is not None
    assert weighted is not None
    assert survival_sentence("OS", survival, **labels, time_unit="months") == (
        "Median OS was 11.4 months with LEN and 7.9 months with SOR; hazard ratio 0.63 (95% CI 0.30–1.34, SOR as reference); "
        "log-rank p = 0.197."
    )
    assert response_sentence("mRECIST", response, **labels) == (
        "Objective response by mRECIST was 10 of 25 (40.0%) with LEN and 3 of 25 (12.0%) with SOR; difference +28.0 points "
        "(95% CI +3.5 to +48.8); Pearson chi-squared p = 0.024."
    )
    assert "weighted) with SOR" in response_sentence("mRECIST", weighted, **labels)
    assert "of the unweighted counts" in response_sentence("mRECIST", weighted, **labels)


def test_the_confirm_card_counts_the_file(sample: StudyResult, cohort: Cohort) -> None:
    with (ROOT / "sample_data" / "cohort.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    progressed = sum(row["pfs_event"] == "1" for row in rows)
    said = dict(confirmation_sentences(cohort, sample.patients, sample.settings))
    assert said["Treatment"] == "LEN (56) compared with SOR (67, the reference), from column arm"
    assert said["PFS"] == (
        f"Event = '1' ({progressed}) · censored = '0' ({len(rows) - progressed}) · time in months (pfs_months)"
    )
    assert said["mRECIST"].startswith("Responders 28 of 123 · CR 2, PR 26")
    assert "etiology (4 categories)" in said["Covariates"]
