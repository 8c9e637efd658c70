"""Every way of making arms comparable, from the file to the results: what must hold whichever was chosen."""

import functools
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.reading import read_cohort
from analysis.reporting.csv_files import csv_files
from analysis.reporting.results import results_file
from analysis.settings import StudySettings
from analysis.study import StudyResult, run

REFERENCE = Path(__file__).parents[1] / "reference"

EXACT = 1e-12
"""Relative: sums of the same numbers in another order."""

SOLVED = 1e-6
"""Absolute: means that an iterated fit makes equal."""

ROWS = 300
"""Of the largest cohort: enough for every design, and quick."""

SUBGROUP = {"veteran": "prior", "gbsg": "meno", "rotterdam": "meno"}
OUTCOMES = {"veteran": ["t", "status"], "gbsg": ["t", "status"], "rotterdam": ["os", "death"]}

DESIGNS: dict[str, dict[str, Any]] = {
    "nearest": {"matching": {"method": "nearest"}},
    "nearest for controls": {"matching": {"estimand": "ATC", "order": "largest"}},
    "with replacement": {"matching": {"replacement": True, "ratio": 2}},
    "at least two controls": {"matching": {"ratio": 3, "min_ratio": 2}},
    "mahalanobis": {"matching": {"distance": "mahalanobis", "calipers": [{"column": "age", "width": 8}]}},
    "optimal": {"matching": {"method": "optimal"}},
    "optimal, two controls": {"matching": {"method": "optimal", "ratio": 2, "distance": "probability"}},
    "full": {"matching": {"method": "full"}},
    "full for all": {"matching": {"method": "full", "estimand": "ATE"}},
    "strata": {"matching": {"method": "strata", "exact": ["SUBGROUP"], "coarsen": [{"column": "age", "bins": 4}]}},
    "strata for all": {"matching": {"method": "strata", "exact": ["SUBGROUP"], "estimand": "ATE"}},
    "common range": {"support": {"method": "common_range"}},
    "equipoise": {"support": {"method": "preference"}, "weighting": {"method": "overlap"}},
    "overlap": {"weighting": {"method": "overlap"}},
    "iptw": {"weighting": {"method": "iptw"}},
    "iptw, stabilised and truncated": {"weighting": {"method": "iptw", "stabilised": True, "truncate": 97.5}},
    "iptw for the treated": {"weighting": {"method": "iptw", "estimand": "ATT"}},
    "iptw for controls": {"weighting": {"method": "iptw", "estimand": "ATC"}},
    "matching weights": {"weighting": {"method": "matching"}},
    "entropy": {"weighting": {"method": "entropy"}},
    "entropy for controls": {"weighting": {"method": "entropy", "estimand": "ATC"}},
}
SCORES: dict[str, dict[str, Any]] = {
    "firth": {"propensity": {"model": "firth", "splines": ["age"], "interactions": [["age", "SUBGROUP"]]}},
    "ridge": {"propensity": {"model": "ridge", "folds": 4}},
    "boosting": {"propensity": {"model": "boosting"}, "weighting": {"method": "overlap"}},
    "forest": {"propensity": {"model": "forest", "folds": 3}},
    "column": {"propensity": {"model": "column", "column": "brought"}, "weighting": {"method": "iptw"}},
}
CASES = [("gbsg", name) for name in (*DESIGNS, *SCORES)]
CASES += [(cohort, name) for cohort in ("veteran", "rotterdam") for name in DESIGNS]

case = pytest.mark.parametrize(("cohort", "name"), CASES)


@functools.cache
def table_of(cohort: str) -> pd.DataFrame:
    """A real cohort with a made-up response, a marker that is no covariate, a centre, and a score brought in."""
    table = pd.read_csv(REFERENCE / f"{'rotterdam_hormon' if cohort == 'rotterdam' else cohort}.csv")
    if cohort == "rotterdam":
        table = table.sample(ROWS, random_state=3)
    rng = np.random.default_rng(11)
    n = len(table)
    return table.assign(
        bor=rng.choice(["CR", "PR", "SD", "PD", "NE"], n, p=[0.1, 0.3, 0.3, 0.2, 0.1]),
        marker=np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n).round(3)),
        site=rng.choice(["North", "South", "West"], n),
        brought=(0.1 + 0.8 * rng.random(n)).round(6),
    )


def study_of(cohort: str, name: str, **changes: Any) -> StudySettings:
    file = f"{'rotterdam_hormon' if cohort == 'rotterdam' else cohort}.study.json"
    study = json.loads((REFERENCE / file).read_text())
    del study["matching"]
    study["outcomes"]["survival"] = study["outcomes"]["survival"][:1]
    study["outcomes"]["response"] = [{"name": "RECIST", "column": "bor"}]
    study |= {"balance": {"also": ["marker", "age"]}, "centre": "site"}
    words = json.dumps(DESIGNS.get(name) or SCORES[name]).replace("SUBGROUP", SUBGROUP[cohort])
    return StudySettings.model_validate(study | json.loads(words) | changes)


def run_on(table: pd.DataFrame, settings: StudySettings) -> StudyResult:
    return run(read_cohort(table.to_csv(index=False).encode(), "cohort.csv"), settings)


@functools.cache
def result_of(cohort: str, name: str) -> StudyResult:
    return run_on(table_of(cohort), study_of(cohort, name))


@functools.cache
def document_of(cohort: str, name: str) -> dict[str, Any]:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in the results")

    document: dict[str, Any] = json.loads(results_file(result_of(cohort, name)), parse_constant=refuse)
    return document


@functools.cache
def tables_of(cohort: str, name: str) -> dict[str, pd.DataFrame]:
    files = csv_files(result_of(cohort, name))
    return {
        file.removesuffix(".csv"): pd.read_csv(io.BytesIO(content), float_precision="round_trip")
        for file, content in files.items()
    }


@case
def test_weights_sets_and_reasons_say_the_same(cohort: str, name: str) -> None:
    result = result_of(cohort, name)
    design, treated = result.design, result.patients.treated
    compared = design.weights > 0
    assert design.weights.shape == design.subclass.shape == design.cluster.shape == treated.shape == (design.n,)
    assert np.isfinite(design.weights).all()
    assert (design.weights >= 0).all()
    assert [reason is None for reason in design.reason] == compared.tolist()
    assert (design.n_treated, design.n_control) == ((compared & treated).sum(), (compared & ~treated).sum())
    assert min(design.n_treated, design.n_control) > 0
    for arm, size in (
        (treated, design.effective_sample_size_treated),
        (~treated, design.effective_sample_size_control),
    ):
        weights = design.weights[arm]
        assert size == pytest.approx(weights.sum() ** 2 / np.square(weights).sum(), rel=EXACT)
    if design.support is not None:
        assert not compared[~design.support.kept].any()
    assert (result.flow[-1].treated, result.flow[-1].control) == (design.n_treated, design.n_control)


@case
def test_nobody_is_in_two_sets_and_every_set_has_both_arms(cohort: str, name: str) -> None:
    result, document = result_of(cohort, name), document_of(cohort, name)
    design = result.design
    if document["matching"] is None:
        assert design.kind == "weighting"
        assert (design.subclass == -1).all()
        assert document["weighting"]["method"] == design.method
        return
    assert document["weighting"] is None
    assert ((design.subclass >= 0) == (design.weights > 0)).all()
    for arm in (result.patients.treated, ~result.patients.treated):
        assert design.weights[arm & (design.weights > 0)].mean() == pytest.approx(1.0, rel=EXACT)
    sets = document["matching"]["sets"]
    assert len(sets) == document["matching"]["n_sets"]
    assert all(one["treated_patients"] and one["controls"] for one in sets)
    members = [patient for one in sets for patient in (*one["treated_patients"], *one["controls"])]
    assert set(members) == set(result.patients.identifier[design.weights > 0])
    assert (len(members) == len(set(members))) == design.disjoint_sets


@case
def test_shuffled_outcomes_leave_the_design_alone_to_the_last_bit(cohort: str, name: str) -> None:
    table, result = table_of(cohort), result_of(cohort, name)
    shuffled = table.copy()
    columns = [*OUTCOMES[cohort], "bor"]
    shuffled[columns] = table[columns].to_numpy()[np.random.default_rng(5).permutation(len(table))]
    other = run_on(shuffled, result.settings)
    assert not np.array_equal(other.patients.endpoints[0].time, result.patients.endpoints[0].time)
    assert other.propensity.logit.tobytes() == result.propensity.logit.tobytes()
    for field in ("weights", "subclass", "cluster"):
        assert getattr(other.design, field).tobytes() == getattr(result.design, field).tobytes()
    assert other.balance.to_table().equals(result.balance.to_table())


@case
def test_the_study_in_the_results_gives_the_same_results(cohort: str, name: str) -> None:
    document = document_of(cohort, name)
    settings = StudySettings.model_validate(document["study"])
    again = results_file(run_on(table_of(cohort), settings))
    assert json.loads(again) == document


@case
def test_tables_say_what_the_results_say(cohort: str, name: str) -> None:
    result, document, tables = result_of(cohort, name), document_of(cohort, name), tables_of(cohort, name)
    patients = tables["patients"].set_index(tables["patients"]["id"].astype(str)).loc[result.patients.identifier]
    assert patients["weight"].to_numpy().tobytes() == result.design.weights.tobytes()
    assert ("sets" in tables) == (document["matching"] is not None)
    if "sets" in tables:
        assert tables["sets"]["set"].nunique() == document["matching"]["n_sets"]
    assert tables["balance"]["smd_after"].tolist() == [row["smd_after"] for row in document["balance"]]
    assert tables["balance_other"]["term"].tolist() == ["marker"] == [row["term"] for row in document["balance_other"]]
    for when in ("before", "after"):
        survival = tables["survival"].set_index("population").loc[when]
        view = document["survival"][0][when]
        assert survival["hazard_ratio"] == view["cox"]["hazard_ratio"]
        for test in ("log_rank", "log_rank_robust"):
            p_value = survival[f"{test}_p_value"]
            assert (None if pd.isna(p_value) else p_value) == (view[test] and view[test]["p_value"])
        rates = tables["response"].query("population == @when").set_index("arm")
        for arm in document["response"][0][when]["arms"].values():
            assert rates.loc[arm["label"], "objective_response_rate"] == arm["objective_response"]["rate"]
            assert rates.loc[arm["label"], "n"] == sum(arm["categories"].values()) == arm["n"]
    centres = tables["centres"].query("outcome == 'RECIST' and population == 'before'")
    assert centres["n_treated"].sum() == result.patients.treated.sum()


@case
def test_tests_without_weights_are_null_where_only_the_weights_differ(cohort: str, name: str) -> None:
    result, document = result_of(cohort, name), document_of(cohort, name)
    survival = document["survival"][0]["after"]
    response = document["response"][0]["after"]["objective_response"]
    assert (survival["log_rank"] is not None) == result.design.plain_tests
    assert survival["log_rank_robust"]["p_value"] is not None
    assert response["test"]["name"].startswith("Robust") == (not result.design.plain_tests)
    assert (response["tests"]["pearson"] is not None) == result.design.plain_tests


@pytest.mark.parametrize("cohort", OUTCOMES)
def test_weights_that_balance_by_their_making_do(cohort: str) -> None:
    for name in ("overlap", "entropy", "entropy for controls"):
        assert max(abs(row["smd_after"]) for row in document_of(cohort, name)["balance"]) < SOLVED
    treated = result_of(cohort, "iptw for the treated").patients.treated
    assert (result_of(cohort, "iptw for the treated").design.weights[treated] == 1).all()
    assert (result_of(cohort, "iptw for controls").design.weights[~treated] == 1).all()


def test_what_a_score_is_made_of_stands_in_the_results() -> None:
    found = {name: document_of("gbsg", name)["propensity"] for name in (*SCORES, "nearest")}
    assert {name: model["model"] for name, model in found.items()} == {name: name for name in SCORES} | {
        "nearest": "logistic"
    }
    assert found["ridge"]["penalty"] > 0
    assert (found["ridge"]["n_folds"], found["forest"]["n_folds"], found["nearest"]["n_folds"]) == (4, 3, None)
    assert len(found["firth"]["knots"]["age"]) == 4
    assert found["boosting"]["coefficients"] == found["column"]["coefficients"] == {}
    assert len(tables_of("gbsg", "boosting")["propensity"]) == 0
    assert found["nearest"]["calibration"]["slope"] == pytest.approx(1, abs=SOLVED)
    groups = found["column"]["calibration"]["groups"]
    assert sum(group["n"] for group in groups) == 686


def test_a_hidden_limit_leaves_no_small_count_of_a_design() -> None:
    for name in ("common range", "strata", "iptw, stabilised and truncated", "nearest"):
        settings = study_of("veteran", name, exports={"suppress_below": 10})
        document = json.loads(results_file(run_on(table_of("veteran"), settings)))
        design = document["design"]
        counts = [count for arm in ("treated", "control") for count in design["left_out"][arm].values()]
        counts += [step[arm] for step in document["flow"] for arm in ("treated", "control")]
        counts += [design["support"][f"left_out_{arm}"] for arm in ("treated", "control")] if design["support"] else []
        counts += [row[key] for row in document["centres"]["balance"] for key in row if key.startswith("n_")]
        counts += [row["n_missing"] for row in document["balance_other"]]
        counts += [document["weighting"]["n_truncated"]] if document["weighting"] else []
        assert not [count for count in counts if count is not None and 0 < count < 10]
