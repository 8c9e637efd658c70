"""What could undo the effects of a study and what it could have shown: by hand, by other figures of the study, by law."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.design.design import Design
from analysis.outcomes.cox_table import cox_table
from analysis.sensitivity.e_value import e_value_of_bias
from analysis.settings import StudySettings
from analysis.study import StudyResult, run
from analysis.study.sensitivity import (
    EndpointConfounding,
    StudyConfounding,
    endpoint_tipping,
    study_confounding,
    study_power,
)
from analysis.study.sensitivity.associations import covariate_associations
from tests.analysis.study.cases import cohort_of, study, whole_table
from tests.analysis.study.outcome_cases import outcome_result

CLOSED_FORM = 1e-9
"""The same formula written twice."""

PENALISED = 2e-3
"""Firth's penalty moves a coefficient by a share of 1/n, here of 5,000."""

ITERATED = 1e-6
"""Both fits go on until nothing changes."""


@cache
def result_of(design: str = "pairs", negative_control: str | None = None) -> StudyResult:
    designs: dict[str, dict[str, Any]] = {
        "pairs": {},
        "sets": {"matching": {"ratio": 2}},
        "replacement": {"matching": {"ratio": 2, "replacement": True}},
        "weighting": {"weighting": {"method": "overlap"}},
    }
    values = study(missing={"method": "complete_case"}, **designs[design]).model_dump(exclude_unset=True)
    values["outcomes"]["negative_control"] = negative_control
    return run(cohort_of(whole_table(200)), StudySettings.model_validate(values))


def examined(result: StudyResult, when: str = "after") -> StudyConfounding:
    design: Design | None = None if when == "before" else result.design
    return study_confounding(
        result.patients, design, result.settings, result.before if design is None else result.after
    )


def endpoint(result: StudyResult, name: str, when: str = "after") -> EndpointConfounding:
    return next(item for item in examined(result, when).endpoints if item.effect.endpoint == name)


@pytest.mark.parametrize("design", ["pairs", "sets", "weighting"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_the_e_value_is_of_the_printed_hazard_ratio(design: str, when: str) -> None:
    result = result_of(design)
    found = endpoint(result, "OS", when)
    comparison = (result.before if when == "before" else result.after).survival[0].comparison
    assert comparison is not None
    assert comparison.cox is not None
    ratio = comparison.cox.hazard_ratio
    assert found.e_value is not None
    assert found.e_value.rare is False
    risk_ratio = (1 - 0.5 ** np.sqrt(ratio)) / (1 - 0.5 ** np.sqrt(1 / ratio))
    assert found.e_value.estimate == pytest.approx(e_value_of_bias(risk_ratio), rel=CLOSED_FORM)


def test_the_e_value_of_a_difference_is_that_of_the_ratio_of_rates() -> None:
    result = result_of()
    found = endpoint(result, "RECIST")
    comparison = result.after.response[0].comparison
    assert comparison is not None
    rates = (comparison.treated.objective_response.rate, comparison.control.objective_response.rate)
    assert found.e_value is not None
    assert found.e_value.estimate == pytest.approx(e_value_of_bias(rates[0] / rates[1]), rel=CLOSED_FORM)
    difference = comparison.objective_response.risk_difference
    holds = difference.ci_lower <= 0 <= difference.ci_upper  # type: ignore[operator]
    assert (found.e_value.limit == 1.0) == holds


def test_associations_by_hand() -> None:
    """The same odds ratio of 6 in both arms; the level in 2/3 of the treated and 1/2 of the controls."""
    # Treated with the level 1200 of 2000, without 200 of 1000; controls with it 800 of 1000, without 400 of 1000.
    cells = [(True, 1.0, 2000, 1200), (True, 0.0, 1000, 200), (False, 1.0, 1000, 800), (False, 0.0, 1000, 400)]
    arm, level, responded = (
        np.concatenate([made(*cell) for cell in cells])
        for made in (
            lambda treated, _level, n, _count: np.full(n, treated),
            lambda _treated, level, n, _count: np.full(n, level),
            lambda _treated, _level, n, count: np.arange(n) < count,
        )
    )
    patients = result_of().patients
    response = replace(patients.responses[0], objective_response=responded, known=np.ones(arm.size, dtype=bool))
    made_up = replace(patients, treated=arm, covariates=pd.DataFrame({"level": level}), responses=(response,))
    (found,) = covariate_associations(made_up, "RECIST", "rate_difference", rare=True).covariates
    assert found.treatment_ratio == pytest.approx(1.5, rel=CLOSED_FORM)
    assert found.outcome_ratio == pytest.approx(6.0, rel=PENALISED)
    (common,) = covariate_associations(made_up, "RECIST", "rate_difference", rare=False).covariates
    assert common.outcome_ratio == pytest.approx(np.sqrt(6.0), rel=PENALISED)


def test_associations_with_survival_are_those_of_the_cox_model() -> None:
    patients = result_of().patients
    table = patients.covariates[["etiology"]].assign(treated=patients.treated)
    os = patients.endpoints[0]
    rows = cox_table(os.time, os.event, table).variables[0].rows
    logs = [0.0, *(row.multivariable.log_hazard_ratio for row in rows if row.multivariable is not None)]
    found = covariate_associations(
        replace(patients, covariates=patients.covariates[["etiology"]]), "OS", "hazard_ratio", rare=True
    )
    assert found.covariates[0].outcome_ratio == pytest.approx(np.exp(max(logs) - min(logs)), rel=ITERATED)


def test_a_covariate_with_a_level_in_one_arm_alone_is_left_out_by_name() -> None:
    patients = result_of().patients
    lone = patients.covariates.assign(
        lone=(patients.treated & (np.arange(patients.treated.size) % 3 == 0)).astype(float)
    )
    found = covariate_associations(replace(patients, covariates=lone), "OS", "hazard_ratio", rare=False)
    assert found.left_out == ("lone",)
    assert "lone" not in {item.name for item in found.covariates}


def test_associations_are_the_same_before_and_after() -> None:
    before, after = (endpoint(result_of(), "OS", when).covariates for when in ("before", "after"))
    assert before is not None
    assert after is not None
    ratios = [{item.name: item.bias_factor for item in one.covariates} for one in (before, after)]
    assert ratios[0].keys() == ratios[1].keys()
    assert before.strongest.bias_factor == max(ratios[0].values())


def test_bounds_without_hidden_bias_are_mcnemars_exact_test() -> None:
    result = result_of()
    comparison = result.after.response[0].comparison
    assert comparison is not None
    bounds = endpoint(result, "RECIST").bounds
    assert bounds is not None
    assert bounds.p_value == pytest.approx(comparison.objective_response.tests["mcnemar_exact"], rel=CLOSED_FORM)
    assert bounds.n_sets == result.design.n_treated


@pytest.mark.parametrize(
    ("design", "when", "why"),
    [
        ("pairs", "before", "before the design there are none"),
        ("weighting", "after", "weighted patients are in none"),
        ("replacement", "after", "with replacement a patient is in several"),
    ],
)
def test_bounds_need_disjoint_sets_and_say_so(design: str, when: str, why: str) -> None:
    for item in examined(result_of(design), when).endpoints:
        assert item.bounds is None
        assert any(why in note.text for note in item.notes)
    assert all(item.bounds is not None for item in examined(result_of("sets")).endpoints)


def test_competing_events_are_not_counted_as_the_event() -> None:
    result = outcome_result()
    found = endpoint(result, "TTP", "before")
    ttp = result.patients.endpoints[0]
    assert found.share is not None
    assert found.share < 1.0 - np.mean(ttp.cause[ttp.known] == 2)
    assert any(note.code == "cause_specific" for note in found.notes)


def test_the_negative_control_stands_apart() -> None:
    found = examined(result_of(negative_control="RECIST"))
    assert [item.effect.endpoint for item in found.endpoints] == ["OS"]
    assert found.negative_control is not None
    assert found.control_effect is not None
    assert found.negative_control.effect is found.control_effect.effect
    assert examined(result_of()).negative_control is None


def test_tipping_points_grow_with_the_share_of_controls() -> None:
    effect = endpoint(result_of(), "OS").effect
    ratio = effect.effect.estimate
    assert ratio is not None
    assert ratio != 1.0
    for share in (0.2, 0.5, 0.8):
        points = endpoint_tipping(effect, share)
        place = 0 if ratio < 1 else -1
        strength = points.tipping_strengths[place]
        there = 0.0 if ratio < 1 else 1.0
        if strength is not None:
            bias = (1 + (strength - 1) * there) / (1 + (strength - 1) * share)
            assert ratio / bias == pytest.approx(1.0, rel=CLOSED_FORM)


@pytest.mark.parametrize("design", ["pairs", "sets", "weighting"])
def test_power_rests_on_the_error_of_the_analysis(design: str) -> None:
    result = result_of(design)
    survival, response = study_power(result.patients, result.design, result.settings, result.after)
    comparison = result.after.survival[0].comparison
    assert comparison is not None
    assert comparison.cox is not None
    # 1.959964 + 0.841621 standard errors.
    expected = np.exp(-2.801585 * comparison.cox.standard_error)
    assert survival.detectable[0].below == pytest.approx(expected, rel=ITERATED)
    assert bool(survival.from_events) == (design == "pairs")
    assert ("McNemar" in response.detectable[0].method) == (design == "pairs")
    assert survival.not_excluded is not None
    assert survival.not_excluded.significant == (comparison.cox.p_value < 0.05)


def test_what_could_not_be_compared_says_why() -> None:
    result = result_of()
    hollow = replace(
        result.after, survival=(replace(result.after.survival[0], comparison=None),), response=result.after.response
    )
    found = study_confounding(result.patients, result.design, result.settings, hollow).endpoints[0]
    assert found.e_value is found.bounds is found.tipping is None
    assert found.notes
    power = study_power(result.patients, result.design, result.settings, hollow)[0]
    assert power.detectable == power.from_events == ()
