"""Effects pooled over imputed sets equal R's, set by set and pooled; what some set does not give is not pooled."""

import json
import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.imputation import ImputedSets
from analysis.cohort.selection import StudyCohort, select_patients
from analysis.outcomes.pooling import pool_tests
from analysis.settings import StudySettings
from analysis.study import ImputedStudy, impute_study, patients_of_set
from analysis.study.pooled_effects import PooledEffects, pool_effects
from analysis.study.set_effects import Place
from tests.analysis.study.cases import cohort_of

REFERENCE = json.loads(
    (Path(__file__).parents[2] / "reference" / "outcomes" / "pooled_effects.json").read_text(encoding="utf-8")
)

CLOSED_FORM = 1e-8
"""Relative: the file holds 15 digits, of which a denominator keeps fewer where sets hardly differ."""

ITERATED = 1e-6
"""Relative: scores and Cox fits stop at another step than R's."""

PLACES = {
    "milestone_12": Place(endpoint="OS", measure="milestone_difference", time=12),
    "milestone_36": Place(endpoint="OS", measure="milestone_difference", time=36),
    "incidence_12": Place(endpoint="TTP", measure="incidence_difference", time=12, cause="event"),
    "incidence_36": Place(endpoint="TTP", measure="incidence_difference", time=36, cause="event"),
    "cause_specific": Place(endpoint="TTP", measure="cause_specific_hazard_ratio", cause="event"),
    "cause_specific_competing": Place(endpoint="TTP", measure="cause_specific_hazard_ratio", cause="competing"),
    "landmark": Place(endpoint="OS", measure="landmark_hazard_ratio", time=6),
    "subgroup_0": Place(endpoint="OS", measure="subgroup_hazard_ratio", variable="meno", level="0"),
    "subgroup_1": Place(endpoint="OS", measure="subgroup_hazard_ratio", variable="meno", level="1"),
    "rate_0": Place(endpoint="RECIST", measure="subgroup_risk_difference", variable="meno", level="0"),
    "rate_1": Place(endpoint="RECIST", measure="subgroup_risk_difference", variable="meno", level="1"),
    "alone_age": Place(endpoint="OS", measure="univariable_hazard_ratio", variable="age"),
    "together_treated": Place(endpoint="OS", measure="multivariable_hazard_ratio", variable="treated", level="1"),
    "together_age": Place(endpoint="OS", measure="multivariable_hazard_ratio", variable="age"),
    "together_meno": Place(endpoint="OS", measure="multivariable_hazard_ratio", variable="meno", level="1"),
    "rash_any": Place(endpoint=None, measure="adverse_event_risk_difference", variable="Rash", lowest_grade=1),
    "rash_severe": Place(endpoint=None, measure="adverse_event_risk_difference", variable="Rash", lowest_grade=3),
}


def reference_study(**outcomes: Any) -> StudySettings:
    named = {
        "survival": [
            {"name": "OS", "time": "time", "event": "event"},
            {"name": "TTP", "time": "time", "event": "first", "observed": ["progressed"], "competing": ["died"]},
        ],
        "response": [{"name": "RECIST", "column": "response"}],
        "times": [12, 36],
        "landmark": {"time": 6, "response": "RECIST", "at": "response_at"},
        "subgroups": ["meno"],
        "adverse_events": [{"column": "rash", "name": "Rash"}],
    }
    return StudySettings.model_validate(
        {
            "cohort": {"id": "id"},
            "treatment": {"column": "treated", "treated": "1", "control": "0"},
            "covariates": ["age", "nodes", "meno"],
            "missing": {"method": "multiple_imputation", "imputations": 5},
            "weighting": {"method": "overlap"},
            "outcomes": named | outcomes,
        }
    )


@cache
def imputed() -> tuple[StudyCohort, ImputedStudy, StudySettings]:
    """R's five sets in the place of ours."""
    settings, table = reference_study(), pd.DataFrame(REFERENCE["cohort"])
    rows = np.array(REFERENCE["missing"], dtype=np.int64)
    table["age"] = table["age"].astype("float64")
    table.loc[rows, "age"] = np.nan
    patients = select_patients(cohort_of(table), settings)
    sets = ImputedSets(
        n_sets=5, columns=("age",), rows=(rows,), values=(np.array(REFERENCE["drawn"], float),), notes=()
    )
    found = impute_study(patients, sets, settings)
    return patients_of_set(patients, sets, 1), found, settings


@cache
def pooled() -> tuple[PooledEffects, PooledEffects]:
    return pool_effects(*imputed())


@pytest.mark.parametrize("case", REFERENCE["pooled"], ids=lambda case: case["name"])
def test_every_effect_is_pooled_as_in_r(case: dict[str, Any]) -> None:
    found = {effect.place: effect.estimate for effect in pooled()[1].effects}[PLACES[case["name"]]]
    for name in ("pooled", "standard_error", "within", "between", "degrees_of_freedom", "fraction_missing", "p_value"):
        assert getattr(found, name) == pytest.approx(case[name], rel=ITERATED), name
    shown = (case["lower"], case["upper"])
    shown = tuple(map(math.exp, shown)) if found.scale == "log" else shown
    assert (found.ci_lower, found.ci_upper) == pytest.approx(shown, rel=ITERATED)


def test_interaction_is_pooled_as_in_r() -> None:
    (found,) = [item.test for item in pooled()[1].interactions if item.endpoint == "OS"]
    expected = REFERENCE["interaction"]
    assert found.statistic == pytest.approx(expected["statistic"], rel=ITERATED)
    assert found.denominator_degrees_of_freedom == pytest.approx(expected["denominator"], rel=100 * ITERATED)
    assert found.p_value == pytest.approx(expected["p_value"], rel=ITERATED)


@pytest.mark.parametrize("case", REFERENCE["tests"], ids=["three", "two", "three others"])
def test_tests_of_several_coefficients_are_mitmls(case: dict[str, Any]) -> None:
    found = pool_tests(case["coefficients"], case["covariances"])
    names = {"statistic": "statistic", "denominator_degrees_of_freedom": "denominator", "increase": "increase"}
    for ours, theirs in names.items():
        assert getattr(found, ours) == pytest.approx(case[theirs], rel=CLOSED_FORM), ours
    assert found.p_value == pytest.approx(case["p_value"], rel=CLOSED_FORM)
    assert found.degrees_of_freedom == case["degrees_of_freedom"]


def test_sets_that_agree_give_the_test_of_one() -> None:
    contrast, covariance = [0.5, -0.2], [[0.04, 0.01], [0.01, 0.09]]
    one, many = pool_tests([contrast], [covariance]), pool_tests([contrast] * 7, [covariance] * 7)
    assert many.statistic == pytest.approx(one.statistic, rel=CLOSED_FORM)
    assert (many.increase, many.denominator_degrees_of_freedom) == (0.0, None)
    assert many.p_value == pytest.approx(math.exp(-many.statistic), rel=CLOSED_FORM)  # chi-squared with two degrees


def test_before_the_design_only_cox_tables_differ_between_sets() -> None:
    before = pooled()[0].effects
    differ = {effect.place.measure for effect in before if effect.estimate.between > 0}
    assert differ == {"univariable_hazard_ratio", "multivariable_hazard_ratio"}
    same = [effect.estimate for effect in before if effect.place.measure == "subgroup_hazard_ratio"]
    assert [one.degrees_of_freedom for one in same] == [None] * len(same)
    assert {one.n_sets for one in same} == {5}


def test_what_a_set_does_not_give_is_not_pooled_and_said() -> None:
    patients, found, settings = imputed()
    # In one set everybody of one level of meno is left out, so that it has no ratio of that level.
    other = found.designs[1]
    level = patients.covariates["meno"].to_numpy() == 1
    lame = replace(other, weights=np.where(level, 0.0, other.weights))
    _, after = pool_effects(patients, replace(found, designs=(found.designs[0], lame, *found.designs[2:])), settings)
    places = {effect.place for effect in after.effects}
    assert PLACES["subgroup_0"] in places
    assert PLACES["subgroup_1"] not in places
    assert not after.interactions
    texts = [note.text for name, note in after.notes if name == "OS"]
    assert any("up to 1 of 5 imputed sets" in text for text in texts)
