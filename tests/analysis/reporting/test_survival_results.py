"""Differences, competing risks and landmarks in the results, with small counts hidden."""

import json
from dataclasses import replace
from typing import Any

import pytest

from analysis.outcomes.milestones import MilestoneDifference
from analysis.reporting.absolute_effects import mean_sentence, middle_milestone, milestone_sentence, without_event_words
from analysis.reporting.csv_files import csv_files
from analysis.reporting.figure_files import figure_files
from analysis.reporting.printed.competing import competing_rows, incidence_rows, incidence_sentence
from analysis.reporting.printed.differences import difference_rows
from analysis.reporting.results import results_document, results_file
from analysis.settings import SurvivalEndpoint
from analysis.study.competing import compare_competing
from analysis.study.differences import endpoint_differences
from charts.style import format_interval, format_p_statement, format_points
from tests.analysis.study.outcome_cases import outcome_result


def keyed(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {item["outcome"]: item for item in items}


def test_the_document_holds_what_the_study_found() -> None:
    result = outcome_result()
    document = results_document(result)
    assert (list(keyed(document["differences"])), list(keyed(document["competing_risks"]))) == (["OS"], ["TTP"])
    assert list(keyed(document["landmark"])) == ["OS"]
    after = endpoint_differences(result.patients, result.design, result.settings, "OS")
    told = document["differences"][0]["after"]
    assert [row["difference"] for row in told["milestones"]] == [row.difference for row in after.milestones]
    assert (told["rmst"]["horizon"], told["resamples"]) == (after.horizon, 400)
    found = compare_competing(result.patients, result.design, result.settings, "TTP")
    event = document["competing_risks"][0]["after"]["event"]
    assert event["fine_gray"]["hazard_ratio"] == found.event.fine_gray.hazard_ratio
    assert [moment["control"]["events"] for moment in event["at"]] == [pair[1].events for pair in found.event.at]
    apart = [moment["difference"] for moment in event["at"]]
    assert [one["ci_upper"] for one in apart] == [row.ci_upper for row in found.event.differences]
    codes = [note["code"] for note in document["notes"]]
    assert "milestone_past_follow_up" in codes
    json.dumps(document, allow_nan=False)


def test_tables_have_a_row_for_every_estimate() -> None:
    files = {name: content.decode("utf-8-sig").splitlines() for name, content in csv_files(outcome_result()).items()}
    assert len(files["differences.csv"]) == 1 + 2 * (2 + 2)
    # Two causes in two populations: both ratios, Gray's tests (one before, two after), two milestones of two arms
    # and the difference.
    assert len(files["competing_risks.csv"]) == 1 + 2 * (2 + 1 + 6) + 2 * (2 + 2 + 6)
    assert len(files["landmark.csv"]) == 1 + 2


@pytest.mark.parametrize("below", [5, 20, 60])
def test_small_counts_are_hidden(below: int) -> None:
    document = json.loads(results_file(outcome_result(below=below)))
    counts: list[int] = []
    for item in document["competing_risks"]:
        for when in ("before", "after"):
            view = item[when] or {"event": {"at": []}, "competing": {"at": []}}
            for cause in ("event", "competing"):
                for moment in view[cause]["at"]:
                    for arm in ("treated", "control"):
                        counts += [moment[arm][key] for key in ("at_risk", "events", "competing", "censored")]
    for item in document["landmark"]:
        for when in ("before", "after"):
            groups = (item[when] or {"groups": {}})["groups"].values()
            counts += [group[key] for group in groups for key in ("n", "events")]
    assert all(count == 0 or count >= below for count in counts)
    shown = {item["outcome"]: item for item in document["survival"]}["OS"]
    for when in ("before", "after"):
        rows = (keyed(document["differences"])["OS"][when] or {"milestones": []})["milestones"]
        hidden = {at["time"] for arm in shown[when]["arms"].values() for at in arm["at"] if at["survival"] is None}
        assert not hidden & {row["time"] for row in rows}


@pytest.mark.parametrize("below", [3, 5, 20])
def test_no_small_count_of_a_landmark_or_of_competing_events_follows_from_sums(below: int) -> None:
    document, plain = results_file(outcome_result(below=below)), results_document(outcome_result())
    hidden = json.loads(document)
    for when in ("before", "after"):
        view, told = keyed(hidden["landmark"])["OS"][when], keyed(plain["survival"])["OS"][when]["arms"]
        if view is not None:
            groups, later = view["groups"], view["n_responded_later"]
            events = sum(arm["events"] for arm in told.values())
            rate = plain["response"][0][when]["arms"]
            responders = sum(arm["objective_response"]["count"] for arm in rate.values())
            follow = [
                sum(arm["n"] for arm in told.values())
                - view["n"]
                - view["n_events_before"]
                - view["n_censored_before"],
                events - view["n_events_before"] - sum(group["events"] for group in groups.values()),
                responders - groups["responded"]["n"] - later,
                groups["others"]["n"] - later,
            ]
            assert not any(0 < count < below for count in follow)
        found = keyed(hidden["competing_risks"])["TTP"][when]
        for arm in ("treated", "control") if found is not None else ():
            rest = found[f"n_{arm}"] - sum(found[cause][f"events_{arm}"] for cause in ("event", "competing"))
            assert not 0 < rest < below


def test_an_endpoint_with_competing_events_is_drawn_as_incidence() -> None:
    names = [name for name, _ in figure_files(outcome_result(), ["svg"])]
    assert {"incidence_TTP_before.svg", "incidence_TTP_after.svg", "survival_OS_after.svg"} <= set(names)
    assert not any(name.startswith("survival_TTP") for name in names)


def test_printed_tables_and_sentences_have_the_results_numbers() -> None:
    result = outcome_result()
    differences = {
        heading: endpoint_differences(result.patients, design, result.settings, "OS")
        for heading, design in (("Before", None), ("After", result.design))
    }
    rows = difference_rows(differences, "months")
    assert rows["Difference"].tolist()[0] == "At 6 months (points)"
    assert rows["After: p"].tolist() == ["–"] * 4
    assert rows["Before: arms"].tolist()[0] == "65.5% v 54.8%"
    assert middle_milestone(differences["Before"]).time == 6
    found = compare_competing(result.patients, None, result.settings, "TTP")
    moments = incidence_rows({"Before": found}, "TTP", "new", "old", "months")
    assert moments["Before: events"].tolist()[:3] == [*(f"{arm.events}" for arm in found.event.at[0]), "–"]
    apart = found.event.differences[0]
    assert moments["Before: incidence (CI)"].tolist()[2] == (
        f"{format_points(apart.difference)} ({format_interval(apart.ci_lower, apart.ci_upper, format_points)}), "
        f"{format_p_statement(apart.p_value)}"
    )
    assert incidence_rows({"Before": None}, "TTP", "new", "old", "months").empty
    assert "Gray’s test p" in competing_rows({"Before": found}, "TTP")["Estimate"].tolist()
    sentence = incidence_sentence(found, "new", "old", "months")
    assert sentence.startswith("Cumulative incidence of TTP, other events competing: at 6 months ")
    assert f"(difference {format_points(apart.difference)} points, 95% CI " in sentence
    told = mean_sentence(result.before.survival[1].comparison, "months")
    assert told.endswith("this difference is the one to read, the hazard ratio an average over follow-up.")


def test_who_is_alive_is_said_of_overall_survival_alone() -> None:
    assert without_event_words(SurvivalEndpoint(name="OS", time="t", event="e")) == "alive"
    assert without_event_words(SurvivalEndpoint(name="x", from_dates="os")) == "alive"
    assert without_event_words(SurvivalEndpoint(name="전체 생존기간", time="t", event="e")) == "alive"
    assert without_event_words(SurvivalEndpoint(name="PFS", time="t", event="e")) == "progression-free"
    assert without_event_words(SurvivalEndpoint(name="RFS", time="t", event="e")) == "without the event"
    assert without_event_words(SurvivalEndpoint(name="OS", from_dates="ttp")) == "without the event"


def test_whole_percent_are_said_only_where_they_add_up() -> None:
    found = milestone(treated=0.377, control=0.232, ci_lower=-0.178, ci_upper=0.443)
    assert milestone_sentence(found, "alive", "months", "LEN v SOR") == (
        "At 6 months 37.7% v 23.2% alive (LEN v SOR), difference 14.5 points (95% CI −17.8 to 44.3)."
    )


def test_where_nobody_had_the_event_no_interval_is_told() -> None:
    found = milestone(treated=1.0, control=1.0, ci_lower=0.0, ci_upper=0.0)
    assert "difference 0 points (no interval" in milestone_sentence(found, "alive", "months")
    result = outcome_result()
    told = endpoint_differences(result.patients, None, result.settings, "OS")
    bare = replace(
        told, milestones=(found,), median=replace(told.median, difference=None, ci_lower=None, ci_upper=None)
    )
    rows = difference_rows({"Before": told, "After": bare}, "months").set_index("Difference")["After: difference (CI)"]
    assert rows.iloc[0] == "0.0 (–)"
    assert rows["At 12 months (points)"] == rows["Median (months)"] == "–"


def milestone(*, treated: float, control: float, ci_lower: float, ci_upper: float) -> MilestoneDifference:
    return MilestoneDifference(
        time=6, treated=treated, control=control, difference=treated - control, ci_lower=ci_lower, ci_upper=ci_upper,
        p_value=None, standard_error=0.1, at_risk_treated=9, at_risk_control=5, confidence_level=0.95, method="",
    )  # fmt: skip
