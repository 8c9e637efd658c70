"""Whole studies on real public cohorts give the figures of R, from the file to the last test.

``veteran``, ``gbsg`` and ``rotterdam_hormon`` were matched by MatchIt 4.7.2; ``gbsg_two_controls`` and
``gbsg_replacement`` by the R script beside their figures; ``gbsg_overlap`` and ``gbsg_iptw`` are weighted. All survival
figures are those of R's package survival, weighted rates those of package survey.
"""

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from analysis.cohort.reading import read_cohort
from analysis.reporting.results import results_document
from analysis.study import StudyResult, run
from analysis.study_file import load_study

REFERENCE = Path(__file__).parents[1] / "reference"

CLOSED_FORM = 1e-10
"""Relative: the same formula on the same patients."""

ITERATED = 1e-6
"""Relative: fits that stop by rules of their own, and what rests on them."""

P_OF_A_FIT = 2e-5
"""Relative: an error of a z statistic moves its p-value by about z squared times as much."""

SOLVED = 1e-8
"""Absolute: differences of means that a fit makes vanish."""

PRINTED = 1e-12
"""Absolute: the reference files print twelve decimal places."""

MATCHED_BY_MATCHIT = ("veteran", "gbsg", "rotterdam_hormon")
UNEQUAL_SETS = ("gbsg_two_controls", "gbsg_replacement")
WEIGHTED = ("gbsg_overlap", "gbsg_iptw")

VIEWS = [(name, view) for name in MATCHED_BY_MATCHIT for view in ("before", "after")] + [
    (name, "after") for name in (*UNEQUAL_SETS, *WEIGHTED)
]


@functools.cache
def reference(name: str) -> dict[str, Any]:
    return json.loads((REFERENCE / f"{name}.json").read_text())


@functools.cache
def result(name: str) -> StudyResult:
    settings = load_study((REFERENCE / f"{name}.study.json").read_text())
    assert settings.cohort.file is not None
    content = (REFERENCE / settings.cohort.file).read_bytes()
    return run(read_cohort(content, settings.cohort.file), settings)


@functools.cache
def document(name: str) -> dict[str, Any]:
    return results_document(result(name))


def after(name: str) -> float:
    """Relative: sets are the same on both sides, weights come from a score that was fitted on each."""
    return ITERATED if name in WEIGHTED else CLOSED_FORM


def survival(name: str, view: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Ours and R's figures of each endpoint."""
    pairs = zip(document(name)["survival"], reference(name)["survival"], strict=True)
    assert [ours["outcome"] for ours in document(name)["survival"]] == [r["name"] for r in reference(name)["survival"]]
    return [(ours[view], theirs[view]) for ours, theirs in pairs]


def near(value: Any, tolerance: float) -> Any:
    return pytest.approx(value, rel=tolerance, abs=PRINTED) if value is not None else None


def in_r(term: str) -> str:
    """R joins a column and its level without a sign."""
    return term.replace("=", "", 1)


@pytest.mark.parametrize("name", MATCHED_BY_MATCHIT + UNEQUAL_SETS + WEIGHTED)
def test_propensity_coefficients(name: str) -> None:
    coefficients = {in_r(term): value for term, value in document(name)["propensity"]["coefficients"].items()}
    assert coefficients == near(reference(name)["propensity"], ITERATED)


@pytest.mark.parametrize("name", MATCHED_BY_MATCHIT + UNEQUAL_SETS)
def test_caliper_width(name: str) -> None:
    assert document(name)["matching"]["caliper_width"] == near(reference(name)["caliper_width"], ITERATED)


@pytest.mark.parametrize("name", MATCHED_BY_MATCHIT + UNEQUAL_SETS)
def test_the_same_patients_are_matched_with_each_other(name: str) -> None:
    ours = {
        (item["treated"], control): distance
        for item in document(name)["matching"]["sets"]
        for control, distance in zip(item["controls"], item["distances"], strict=True)
    }
    theirs = {(str(pair["treated"]), str(pair["control"])): pair["distance"] for pair in reference(name)["pairs"]}
    assert ours.keys() == theirs.keys()
    assert ours == pytest.approx(theirs, abs=ITERATED)


@pytest.mark.parametrize("name", MATCHED_BY_MATCHIT + UNEQUAL_SETS)
def test_flow_of_patients(name: str) -> None:
    steps = {step["step"]: (step["treated"], step["control"]) for step in document(name)["flow"]}
    n, matched = reference(name)["n"], reference(name)["matched"]
    assert steps["complete covariates"] == (n["treated"], n["control"])
    assert steps["matched"] == (matched["treated"], matched["control"])
    unmatched = document(name)["matching"]["unmatched"]
    assert sum(unmatched.values()) == n["treated"] - matched["treated"]


@pytest.mark.parametrize("name", UNEQUAL_SETS + WEIGHTED)
def test_effective_sample_size(name: str) -> None:
    assert document(name)["design"]["effective_sample_size"] == near(reference(name)["effective"], after(name))


@pytest.mark.parametrize("name", WEIGHTED)
def test_the_weight_of_every_patient(name: str) -> None:
    found = result(name)
    ours = dict(zip(found.patients.identifier, found.design.weights, strict=True))
    assert ours == near({str(row["id"]): row["weight"] for row in reference(name)["weights"]}, ITERATED)


@pytest.mark.parametrize("name", MATCHED_BY_MATCHIT + UNEQUAL_SETS + WEIGHTED)
@pytest.mark.parametrize("view", ["before", "after"])
def test_standardised_mean_differences(name: str, view: str) -> None:
    ours = {in_r(row["term"]): row[f"smd_{view}"] for row in document(name)["balance"]}
    for term, smd in reference(name)["smd"][view].items():
        # Overlap weights leave nothing but the rounding of an iterated fit.
        nothing = SOLVED if name == "gbsg_overlap" and view == "after" else PRINTED
        assert ours[term] == pytest.approx(smd, rel=CLOSED_FORM if view == "before" else after(name), abs=nothing), term


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_curves_and_medians(name: str, view: str) -> None:
    for ours, theirs in survival(name, view):
        arms = {arm["label"]: arm for arm in ours["arms"].values()}
        assert arms.keys() == theirs["arms"].keys()
        for label, expected in theirs["arms"].items():
            arm = arms[label]
            assert (arm["n"], arm["events"]) == (expected["n"], expected["events"])
            limits = (arm["median"], arm["median_ci_lower"], arm["median_ci_upper"])
            for value, limit in zip(limits, (expected["median"], expected["lower"], expected["upper"]), strict=True):
                assert value == near(limit, after(name))
            for at, expected_at in zip(arm["at"], expected["at"], strict=True):
                assert at["time"] == expected_at["time"]
                assert at["survival"] == near(expected_at["survival"], after(name))
                assert at["ci_lower"] == near(expected_at["lower"], after(name))
                assert at["ci_upper"] == near(expected_at["upper"], after(name))


@pytest.mark.parametrize(("name", "view"), [item for item in VIEWS if item[0] in MATCHED_BY_MATCHIT])
def test_patients_at_risk(name: str, view: str) -> None:
    for ours, theirs in survival(name, view):
        for arm in ours["arms"].values():
            for at, expected in zip(arm["at"], theirs["arms"][arm["label"]]["at"], strict=True):
                assert at["at_risk"] == expected["at_risk"]
                assert at["at_risk"] + at["events"] + at["censored"] == arm["n"]


@pytest.mark.parametrize(("name", "view"), VIEWS)
@pytest.mark.parametrize("test", ["log_rank", "log_rank_stratified", "log_rank_robust"])
def test_log_rank_tests(name: str, view: str, test: str) -> None:
    for ours, theirs in survival(name, view):
        expected = theirs[test]
        if expected is None or expected == {}:
            assert ours[test] is None
        else:
            assert ours[test]["chi_square"] == near(expected["chi_square"], after(name))
            assert ours[test]["p_value"] == near(expected["p"], after(name))


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_cox_hazard_ratio(name: str, view: str) -> None:
    for ours, theirs in survival(name, view):
        cox, expected = ours["cox"], theirs["cox"]
        found = [cox["hazard_ratio"], cox["ci_lower"], cox["ci_upper"]]
        assert found == near([expected[key] for key in ("hazard_ratio", "lower", "upper")], ITERATED)
        assert cox["p_value"] == near(expected["p"], P_OF_A_FIT)


@pytest.mark.parametrize(("name", "view"), VIEWS)
def test_proportional_hazards_rmst_and_follow_up(name: str, view: str) -> None:
    for ours, theirs in survival(name, view):
        assert ours["schoenfeld_p_value"] == near(theirs["schoenfeld_p"], ITERATED)
        assert [ours["rmst"]["treated"], ours["rmst"]["control"]] == near(theirs["rmst"], after(name))
        assert ours["rmst"]["difference"] == near(theirs["rmst"][0] - theirs["rmst"][1], after(name))
        assert ours["follow_up_median"] == near(theirs["follow_up_median"], after(name))


@pytest.mark.parametrize("name", WEIGHTED)
def test_weighted_rates_their_limits_and_their_test(name: str) -> None:
    for ours, theirs in zip(document(name)["response"], reference(name)["response"], strict=True):
        assert ours["outcome"] == theirs["name"]
        view, expected = ours["after"], theirs["after"]
        for arm in ("treated", "control"):
            rate = view["arms"][arm]["objective_response"]
            assert [rate["rate"], rate["ci_lower"], rate["ci_upper"]] == near(list(expected[arm].values()), ITERATED)
        difference, test = view["objective_response"]["risk_difference"], view["objective_response"]["test"]
        assert list(difference.values()) == near(list(expected["difference"].values()), ITERATED)
        assert (test["name"], test["p_value"]) == ("Robust Wald", near(expected["p"], P_OF_A_FIT))
