"""Small counts are hidden, and stay hidden from anyone who adds and subtracts what is left."""

import csv
import io
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.reading import read_cohort
from analysis.reporting.csv_files import csv_files
from analysis.reporting.figure_files import figure_files
from analysis.reporting.results import results_document, results_file
from analysis.reporting.small_counts import flow_has_small_counts
from analysis.reporting.suppressed_design import hidden_centres
from analysis.reporting.suppressed_results import suppress_balance, suppress_results
from analysis.reporting.suppression import (
    CATEGORIES,
    RATES,
    hidden_events,
    hidden_milestones,
    hidden_parts,
    hidden_responses,
    hidden_steps,
    suppress_sentence,
)
from analysis.settings import ExportSettings, MissingSettings
from analysis.study import StudyResult, run
from tests.analysis.reporting.conftest import reporting_study, reporting_table, run_study, weighting_study

BELOW = 10


@pytest.fixture(scope="module")
def hidden_result() -> StudyResult:
    study = reporting_study().model_copy(update={"exports": ExportSettings(suppress_below=BELOW)})
    return run(read_cohort(reporting_table().to_csv(index=False).encode(), "cohort.csv"), study)


@pytest.fixture(scope="module")
def document(hidden_result: StudyResult) -> dict[str, Any]:
    return json.loads(results_file(hidden_result))


def small(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < BELOW


def tables(result: StudyResult) -> dict[str, list[dict[str, str]]]:
    return {
        name: list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        for name, content in csv_files(result).items()
    }


def test_steps_of_a_flow_by_hand() -> None:
    assert hidden_steps([70, 68, 56, 25], 5) == [True, False, False, False]
    assert hidden_steps([70, 60, 56, 25], 5) == [False, True, False, False]
    assert hidden_steps([70, 60, 50, 25], 5) == [False] * 4
    assert hidden_steps([3, 0, 0, 0], 5) == [True, False, False, False]
    assert hidden_steps([30, 26, 25], 0) == [False] * 3
    assert hidden_steps([56, 56, 4], 5) == [False, False, True]


def test_a_common_support_stands_between_two_given_numbers() -> None:
    assert hidden_steps([80, 60, 50, 25], 5, support=True) == [False] * 4
    assert hidden_steps([80, 60, 57, 25], 5, support=True) == [False, False, True, False]
    assert hidden_steps([80, 60, 28, 25], 5, support=True) == [False, False, True, False]
    assert hidden_steps([62, 60, 57, 25], 5, support=True) == [True, False, True, False]


def test_small_numbers_of_a_design_cannot_be_worked_out() -> None:
    settings = weighting_study(
        covariates=["karno", "age"],
        support={"method": "score", "lower": 0.4, "upper": 0.6},
        weighting={"method": "iptw", "truncate": 97.5},
        balance={"also": ["celltype"]},
        centre="celltype",
    )
    result = run_study(settings)
    plain = results_document(result)
    assert 0 < plain["weighting"]["n_truncated"] < 15
    document = suppress_results(plain, 15)
    design, support = document["design"], document["design"]["support"]
    assert design["sentence"].startswith("Inverse probability".lower()[:7])
    assert "moved" not in design["sentence"]
    for arm in ("treated", "control"):
        step = document["flow"][-2][arm]
        assert (step is None) == (support[f"left_out_{arm}"] is None)
        assert (step is None) == (None in design["left_out"][arm].values())
    hidden_support = None in support.values()
    note = next(note for note in document["notes"] if note["code"] == "outside_support")
    assert hidden_support == (note["text"] == "This note names a count below 15 and is not given.")
    assert document["weighting"]["n_truncated"] is None
    assert document["propensity"]["calibration"]["groups"] is None
    shown = {row["centre"] for row in document["centres"]["balance"] if row["n_treated_before"] is not None}
    hidden = result.settings.model_copy(update={"exports": ExportSettings(suppress_below=15)})
    written = tables(replace(result, settings=hidden))
    assert {row["centre"] for row in written["centres.csv"]} == shown
    assert len(shown) <= 2


def test_the_number_in_the_score_does_not_tell_a_small_arm(result: StudyResult) -> None:
    document = results_document(result)
    sizes = [document["flow"][-2][arm] for arm in ("treated", "control")]
    kept = suppress_results(json.loads(json.dumps(document)), min(sizes))
    assert kept["propensity"]["n"] == sum(sizes)
    hidden = suppress_results(json.loads(json.dumps(document)), min(sizes) + 1)
    assert hidden["propensity"]["n"] is None


def test_one_small_centre_takes_the_smallest_of_the_others_with_it() -> None:
    counts = {"A": [40, 30], "B": [3, 12], "C": [9, 20]}
    assert hidden_centres(counts, 5) == {"B", "C"}
    assert hidden_centres(counts, 3) == hidden_centres(counts, 0) == set()


def test_events_are_hidden_with_either_part() -> None:
    assert [hidden_events(25, events, 5) for events in (0, 1, 4, 5, 20, 21, 24, 25)] == [
        *(False, True, True, False, False, True, True, False),
    ]


def test_milestones_by_hand() -> None:
    rows = [(20, 5, 0), (18, 7, 0), (10, 10, 5), (0, 20, 5)]
    assert hidden_milestones(rows, 25, 20, 5) == [False, True, False, False]
    assert hidden_milestones([(25, 0, 0), (21, 4, 0)], 25, 20, 5) == [False, True]
    # 18 of 20 events so far would leave 2 to come.
    assert hidden_milestones([(2, 18, 5)], 25, 20, 2) == [False]
    assert hidden_milestones([(6, 14, 5)], 25, 16, 5) == [True]


def test_parts_of_a_total() -> None:
    assert hidden_parts({"a": 3, "b": 20, "c": 9}, 5) == {"a", "c"}
    assert hidden_parts({"a": 3, "b": 0}, 5) == {"a", "b"}
    assert hidden_parts({"a": 3, "b": 2, "c": 9}, 5) == {"a", "b"}
    assert hidden_parts({"a": 30}, 5) == set()


counts_of_an_arm = st.lists(st.integers(0, 14), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= 5)


@settings(max_examples=60, deadline=None)
@given(counts_of_an_arm, st.sampled_from([3, 5]))
def test_a_hidden_count_of_responses_has_more_than_one_solution(counts: list[int], below: int) -> None:
    categories = dict(zip(CATEGORIES, counts, strict=True))
    n = sum(counts)
    rates = {name: sum(categories[category] for category in members) for name, members in RATES.items()}
    hidden = hidden_responses(categories, rates, n, below)
    shown = {name: count for name, count in {**categories, **rates}.items() if name not in hidden}
    assert not any(
        0 < count < below or (0 < n - rates.get(name, 0) < below and name in rates) for name, count in shown.items()
    )
    sensitive = [name for name, count in categories.items() if 0 < count < below]
    solutions = _solutions(shown, n)
    for name in sensitive:
        assert len({solution[CATEGORIES.index(name)] for solution in solutions}) > 1 or _only_by_bounds(shown, n, name)


def _solutions(shown: dict[str, int], n: int) -> list[tuple[int, ...]]:
    ranges = [[shown[name]] if name in shown else range(n + 1) for name in CATEGORIES]
    found = []
    for first in itertools.product(*ranges[:4]):
        last = n - sum(first)
        solution = (*first, last)
        if last in ranges[4] and all(
            sum(solution[CATEGORIES.index(member)] for member in members) == shown[name]
            for name, members in RATES.items()
            if name in shown
        ):
            found.append(solution)
    return found


def _only_by_bounds(shown: dict[str, int], n: int, name: str) -> bool:
    """A sum may leave a single solution only because counts are not negative: then the sum itself is all it is."""
    vector = np.array([float(category == name) for category in CATEGORIES])
    known = [np.ones(5)] + [np.array([float(c in RATES.get(key, (key,))) for c in CATEGORIES]) for key in shown]
    return np.linalg.matrix_rank(np.vstack([*known, vector])) > np.linalg.matrix_rank(np.vstack(known))


def test_no_small_count_is_left_in_the_results_file(document: dict[str, Any]) -> None:
    assert document["suppressed_below"] == BELOW
    assert document["matching"]["sets"] is None
    counts = [step[arm] for step in document["flow"] for arm in ("treated", "control", "other")]
    counts += [*document["matching"]["unmatched"].values(), *document["matching"]["unmatched_controls"].values()]
    for endpoint in document["survival"]:
        for arm in [arm for when in ("before", "after") for arm in endpoint[when]["arms"].values()]:
            counts += [
                arm["n"],
                arm["events"],
                *(at[key] for at in arm["at"] for key in ("at_risk", "events", "censored")),
            ]
            if arm["events"] is not None:
                counts.append(arm["n"] - arm["events"])
    for endpoint in document["response"]:
        for arm in [arm for when in ("before", "after") for arm in endpoint[when]["arms"].values()]:
            counts += [arm["n"], arm["objective_response"]["count"], *(arm["categories"] or {}).values()]
    assert any(count is None for count in counts)
    assert not any(small(count) for count in counts)


def test_a_hidden_rate_takes_its_limits_and_its_contrast_with_it(result: StudyResult) -> None:
    document = suppress_results(results_document(result), 25)
    seen = 0
    for endpoint in document["response"]:
        for view in (endpoint["before"], endpoint["after"]):
            for rate in ("objective_response", "disease_control"):
                arms = [arm[rate] for arm in view["arms"].values() if arm[rate] is not None]
                if any(arm["count"] is None for arm in arms):
                    seen += 1
                    assert view[rate] is None
                    assert all(set(arm.values()) == {None} for arm in arms if arm["count"] is None)
    assert seen


def test_the_tables_say_less_than_and_leave_single_patients_out(hidden_result: StudyResult) -> None:
    files = tables(hidden_result)
    assert not {"patients.csv", "sets.csv", "curves.csv"} & files.keys()
    at_risk = files["at_risk.csv"]
    assert any(row["at_risk"] == f"<{BELOW}" for row in at_risk)
    for row in at_risk:
        hidden = [not row[name].isdigit() for name in ("at_risk", "events", "censored")]
        assert all(hidden) or not any(hidden)
        assert bool(row["survival"]) != all(hidden)
    cells = [
        cell
        for name in ("flow.csv", "at_risk.csv")
        for row in files[name]
        for key, cell in row.items()
        if key != "time"
    ]
    cells += [row[name] for row in files["response.csv"] for name in CATEGORIES]
    assert not any(cell.isdigit() and small(int(cell)) for cell in cells)


def test_tables_and_document_hide_the_same_milestones(hidden_result: StudyResult, document: dict[str, Any]) -> None:
    shown = {
        (row["outcome"], row["population"], row["arm"], float(row["time"])): row["at_risk"]
        for row in tables(hidden_result)["at_risk.csv"]
    }
    for endpoint in document["survival"]:
        for when in ("before", "after"):
            for arm in endpoint[when]["arms"].values():
                for at in arm["at"]:
                    cell = shown[(endpoint["outcome"], when, arm["label"], at["time"])]
                    assert (at["at_risk"] is None) == (not cell.isdigit())


def test_without_a_limit_nothing_changes(result: StudyResult) -> None:
    assert json.loads(results_file(result)) == json.loads(json.dumps(results_document(result)))
    assert "suppressed_below" not in results_document(result)
    assert {"patients.csv", "sets.csv", "curves.csv"} <= csv_files(result).keys()
    assert suppress_results({"flow": 1}, 1) == {"flow": 1}


def test_few_events_take_every_estimate_of_the_endpoint(result: StudyResult) -> None:
    plain = results_document(result)
    arm = plain["survival"][0]["after"]["arms"]["treated"]
    arm["events"] = 3
    hidden = suppress_results(plain, 5)["survival"][0]["after"]
    assert [hidden[name] for name in ("cox", "log_rank", "rmst", "log_rank_robust")] == [None] * 4
    assert hidden["arms"]["treated"]["median"] is None
    assert hidden["arms"]["control"]["events"] is not None


@pytest.fixture(scope="module")
def imputed_result() -> StudyResult:
    table = reporting_table()
    table.loc[table.index % 9 == 0, "karno"] = np.nan
    missing = MissingSettings(method="multiple_imputation", imputations=2, iterations=2)
    study = reporting_study().model_copy(update={"missing": missing})
    return run(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), study)


def test_what_imputed_sets_give_together_is_hidden_with_what_one_gives(imputed_result: StudyResult) -> None:
    plain = results_document(imputed_result)
    assert plain["imputation"]["pooled"]["after"]["response"][0]["objective_response"] is not None
    document = suppress_results(plain, 25)
    for endpoint, pooled in zip(
        document["response"], document["imputation"]["pooled"]["after"]["response"], strict=True
    ):
        for rate in RATES:
            if endpoint["after"][rate] is None:
                assert pooled[rate] is None
    assert document["imputation"]["n_sets"] == 2
    assert document["imputation"]["columns"][0]["missing"] is None
    changed = replace(
        imputed_result,
        settings=imputed_result.settings.model_copy(update={"exports": ExportSettings(suppress_below=25)}),
    )
    measures = {row["measure"] for row in tables(changed)["pooled.csv"] if row["outcome"] == "RECIST"}
    assert "objective_response_treated" not in measures
    assert "objective_response_treated" in {row["measure"] for row in tables(imputed_result)["pooled.csv"]}


def test_rare_levels_lose_their_balance_and_the_next_one_with_them() -> None:
    def row(covariate: str, level: str, share: float, kind: str = "binary") -> dict[str, Any]:
        means = {f"mean_{arm}_{when}": share for arm in ("treated", "control") for when in ("before", "after")}
        return {
            "term": f"{covariate}={level}",
            "covariate": covariate,
            "kind": kind,
            "smd_before": 0.1,
            "smd_after": 0.2,
        } | means

    sizes = {f"{arm}_{when}": 100 for arm in ("treated", "control") for when in ("before", "after")}
    rows = [
        row("etiology", "B", 0.7),
        row("etiology", "C", 0.27),
        row("etiology", "D", 0.03),
        row("age", "", 61.0, "continuous"),
    ]
    suppressed = suppress_balance(rows, sizes, 5)
    assert [item["smd_before"] for item in suppressed] == [0.1, None, None, 0.1]
    assert [item["mean_treated_after"] for item in suppressed] == [0.7, None, None, 61.0]


def test_sentences_that_name_a_small_number_are_not_given() -> None:
    assert (
        suppress_sentence("3 patients of 56 have no response.", 5)
        == "This note names a count below 5 and is not given."
    )
    assert suppress_sentence("13 patients of 56 have none.", 5) == "13 patients of 56 have none."
    assert suppress_sentence("The hazard ratio is 0.3 (95 % CI).", 5) == "The hazard ratio is 0.3 (95 % CI)."


def test_no_figure_prints_a_hidden_count(hidden_result: StudyResult, result: StudyResult) -> None:
    names = {name for name, _ in figure_files(hidden_result, ["svg"])}
    assert {"balance_before_and_after.svg", "survival_OS_after.svg"} <= names
    assert not {"flow_of_patients.svg", "response_after.svg"} & names
    drawings = dict(figure_files(hidden_result, ["svg"]))
    assert b"At risk" not in drawings["survival_OS_after.svg"]
    assert not flow_has_small_counts(result.patients, result.design, 0)
    assert flow_has_small_counts(result.patients, result.design, BELOW)


def leaves(value: Any) -> Iterator[Any]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if children is None:
        yield value
    else:
        for child in children:
            yield from leaves(child)


def test_no_identifier_is_left_in_any_file(hidden_result: StudyResult, document: dict[str, Any]) -> None:
    identifiers = set(hidden_result.patients.identifier.tolist()) | set(hidden_result.patients.excluded["identifier"])
    assert not identifiers & {leaf for leaf in leaves(document) if isinstance(leaf, str)}
    cells = {cell for rows in tables(hidden_result).values() for row in rows for cell in row.values()}
    assert not identifiers & cells


def test_numbers_stay_numbers_where_nothing_was_hidden(hidden_result: StudyResult) -> None:
    balance = pd.DataFrame(tables(hidden_result)["balance.csv"])
    age = balance[balance["term"] == "age"].iloc[0]
    assert float(age["mean_treated_before"]) == pytest.approx(
        hidden_result.balance.mean_treated_before[hidden_result.balance.terms.index("age")]
    )
