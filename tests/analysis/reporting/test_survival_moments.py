"""Medians, survival and mean times that a curve cannot give: past follow-up, and where other events compete."""

import io

import pandas as pd
import pytest

from analysis.outcomes.survival_comparison import SurvivalComparison, compare_survival
from analysis.reporting.csv_files import csv_files
from analysis.reporting.outcome_tables import at_risk_table, curves_table, survival_table
from analysis.reporting.printed.survival import step_table
from analysis.reporting.results import results_document
from analysis.reporting.suppressed_results import suppress_results
from analysis.reporting.survival_moments import is_past_follow_up, moment_values
from tests.analysis.study.outcome_cases import outcome_result

WHEN = ("before", "after")


@pytest.fixture(scope="module")
def short() -> SurvivalComparison:
    """Treated 2+ 4 6+, control 1 3 5: at 6 one treated patient is at risk, at 7 nobody; at 6 all controls had the event.

    The treated curve stays at 1/2 from 4 on (1 of 2 at risk), the control curve ends at 0.
    """
    return compare_survival(
        [2, 4, 6, 1, 3, 5], [0, 1, 0, 1, 1, 1], [True, True, True, False, False, False], times=[4.5, 6, 7]
    )


def test_past_follow_up_is_after_the_last_time_of_an_arm_with_patients_left(short: SurvivalComparison) -> None:
    assert [is_past_follow_up(short.treated, moment) for moment in short.treated.at] == [False, False, True]
    assert [is_past_follow_up(short.control, moment) for moment in short.control.at] == [False] * 3


def test_survival_past_follow_up_is_carried_forward_and_said_to_be(short: SurvivalComparison) -> None:
    treated, control = (
        [moment_values(arm, moment, competing=False) for moment in arm.at] for arm in (short.treated, short.control)
    )
    assert [row["survival"] for row in treated] == [0.5, 0.5, 0.5]
    assert treated[2]["ci_lower"] == treated[1]["ci_lower"]
    assert [row["past_follow_up"] for row in treated] == [False, False, True]
    assert [(row["at_risk"], row["events"], row["censored"]) for row in treated] == [(1, 1, 1), (1, 1, 1), (0, 1, 2)]
    # Everyone had the event: survival is known to be 0, however late it is asked for.
    assert [row["survival"] for row in control[1:]] == [0.0, 0.0]


def test_where_other_events_compete_counts_are_all_that_a_milestone_gives(short: SurvivalComparison) -> None:
    moment = next(iter(short.treated.at))
    row = moment_values(short.treated, moment, competing=True)
    assert {key: row[key] for key in ("survival", "ci_lower", "ci_upper")} == dict.fromkeys(
        ("survival", "ci_lower", "ci_upper")
    )
    assert (row["at_risk"], row["events"], row["censored"], row["past_follow_up"]) == (1, 1, 1, False)


def test_the_results_file_gives_no_survival_of_an_endpoint_with_competing_events() -> None:
    document = results_document(outcome_result())
    competing, plain = document["survival"]
    for when in WHEN:
        view = competing[when]
        assert view["rmst"] is None
        assert view["cox"]["hazard_ratio"] > 0
        for arm in view["arms"].values():
            assert arm["median"] is None
            assert arm["median_ci_lower"] is None
            assert [row["survival"] for row in arm["at"]] == [None] * 3
            assert [row["at_risk"] for row in arm["at"]] == sorted((row["at_risk"] for row in arm["at"]), reverse=True)
        assert plain[when]["rmst"]["difference"] is not None
        assert plain[when]["arms"]["treated"]["median"] is not None
    told = [(note["outcome"], note["population"]) for note in document["notes"] if note["code"] == "competing_events"]
    assert told == [("TTP", when) for when in WHEN]


def test_the_cause_specific_ratio_is_the_same_in_both_places() -> None:
    document = results_document(outcome_result())
    for when in WHEN:
        found = document["competing_risks"][0][when]["event"]["cause_specific"]
        assert document["survival"][0][when]["cox"]["hazard_ratio"] == pytest.approx(found["hazard_ratio"], rel=1e-12)


def test_tables_leave_the_same_cells_blank() -> None:
    result = outcome_result()
    survival = survival_table(result).set_index("outcome")
    gone = [name for name in survival if name.startswith(("median_", "rmst_"))]
    assert survival.loc["TTP", gone].isna().all(axis=None)
    assert survival.loc["TTP", ["hazard_ratio", "log_rank_p_value", "events_treated"]].notna().all(axis=None)
    assert survival.loc["OS", ["median_treated", "rmst_difference"]].notna().all(axis=None)
    at_risk, curves = at_risk_table(result), curves_table(result)
    for table, counts in ((at_risk, ["at_risk", "events"]), (curves, ["n_at_risk", "n_events"])):
        rivalled = table["outcome"] == "TTP"
        assert table.loc[rivalled, ["survival", "ci_lower", "ci_upper"]].isna().all(axis=None)
        assert table.loc[rivalled, counts].notna().all(axis=None)
        assert table.loc[~rivalled, "survival"].notna().any()
    steps = step_table({"Before": result.before.survival[0].comparison}, "A", "B", competing=True)
    assert steps["survival"].isna().all()
    assert steps["n_at_risk"].max() > 1


def test_a_milestone_past_follow_up_is_marked_in_the_file_of_those_at_risk() -> None:
    result = outcome_result()
    content = csv_files(result)["at_risk.csv"].decode("utf-8-sig")
    table = pd.read_csv(io.StringIO(content))
    late = table[table["past_follow_up"]]
    assert set(late["time"]) == {40}
    assert (late["at_risk"] == 0).all()
    marked = [
        row["past_follow_up"]
        for item in results_document(result)["survival"]
        for when in WHEN
        for arm in item[when]["arms"].values()
        for row in arm["at"]
    ]
    assert sum(marked) == len(late) > 0


def test_a_hidden_milestone_does_not_say_that_nobody_was_followed_to_it() -> None:
    document = suppress_results(results_document(outcome_result()), 8)
    rows = [
        row
        for item in document["survival"]
        for when in WHEN
        for arm in item[when]["arms"].values()
        for row in arm["at"]
    ]
    hidden = [row for row in rows if row["at_risk"] is None]
    assert hidden
    assert all(row["past_follow_up"] is None for row in hidden)
    tables = csv_files(outcome_result(below=8))
    table = pd.read_csv(io.StringIO(tables["at_risk.csv"].decode("utf-8-sig")))
    covered = ~table["at_risk"].astype(str).str.isdigit()
    assert covered.any()
    assert table.loc[covered, "past_follow_up"].isna().all()
