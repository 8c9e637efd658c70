"""A plan's digest changes with every choice of the analysis and with nothing else."""

import hashlib
from typing import Any

import pytest

from analysis.plan import changed_settings, plan_digest
from analysis.settings import StudySettings
from analysis.study_file import load_study, study_yaml

STUDY: dict[str, Any] = {
    "treatment": {"column": "arm", "treated": "B", "control": "A"},
    "covariates": ["age", "sex"],
    "outcomes": {"survival": [{"name": "OS", "time": "t", "event": "e"}]},
}


def study(**changes: Any) -> StudySettings:
    return StudySettings.model_validate(STUDY | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"matching": {"caliper": 0.3}},
        {"matching": {"order": "random", "seed": 1}},
        {"weighting": {"method": "overlap"}},
        {"covariates": ["age"]},
        {"missing": {"method": "indicator"}},
        {"eligibility": [{"column": "age", "at_least": 18}]},
        {"confidence": {"level": 0.9}},
        {"cohort": {"time_unit": "days"}},
        {"cohort": {"sheet": "Second export"}},
        {"cohort": {"table": "second_export"}},
        {"outcomes": STUDY["outcomes"] | {"times": [12]}},
    ],
)
def test_a_choice_of_the_analysis_is_another_plan(changes: dict[str, Any]) -> None:
    assert plan_digest(study(**changes)) != plan_digest(study())


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another"},
        {"cohort": {"file": "other.csv", "encoding": "cp949"}},
        {"gate": {"blinded": True, "largest_smd": 0.2, "plan": "0" * 64}},
        {"exports": {"suppress_below": 10}},
        {"robustness": {"bootstrap": {"replicates": 500}}},
        {"matching": {"caliper": 0.2, "ratio": 1}},
    ],
)
def test_looks_and_defaults_that_are_said_are_the_same_plan(changes: dict[str, Any]) -> None:
    assert plan_digest(study(**changes)) == plan_digest(study())


def test_a_saved_study_is_the_same_plan() -> None:
    for one in (study(), study(weighting={"method": "iptw"}), study(matching={"caliper": None})):
        assert plan_digest(load_study(study_yaml(one))) == plan_digest(one)


def test_what_two_plans_differ_in_is_named_as_in_the_study_file() -> None:
    assert changed_settings(study(), study(title="Another")) == ()
    assert changed_settings(study(), study(matching={"caliper": 0.3}, covariates=["age"])) == (
        ("covariates", "age, sex", "age"),
        ("matching.caliper", "0.2", "0.3"),
    )
    found = changed_settings(study(), study(weighting={"method": "iptw", "stabilised": True}))
    assert ("weighting.method", "–", "iptw") in found
    assert ("weighting.stabilised", "–", "true") in found
    assert ("matching.caliper", "0.2", "–") in found


def test_the_digest_is_of_what_differs_from_the_defaults_in_utf_8() -> None:
    """Written out: plans that were locked elsewhere, or by an earlier version, must have the same digest."""
    found = study(treatment={"column": "arm", "treated": "렌바티닙", "control": "A"}, matching={"caliper": 0.3})
    written = (
        '{"cohort":{},"covariates":[{"column":"age"},{"column":"sex"}],"design":"matching","matching":{"caliper":0.3},'
        '"outcomes":{"survival":[{"event":"e","name":"OS","time":"t"}]},'
        '"treatment":{"column":"arm","control":"A","treated":"렌바티닙"}}'
    )
    assert plan_digest(found) == hashlib.sha256(written.encode()).hexdigest()
