"""All endpoints beside each other, with p-values adjusted for their number."""

import numpy as np
import pytest

from analysis.outcomes.multiplicity import Adjustment
from analysis.study import StudyResult, run
from analysis.study.cox_tables import endpoint_cox_table
from analysis.study.endpoint_board import EndpointBoard, endpoint_board
from analysis.study.subgroups import compare_subgroups
from tests.analysis.study.cases import cohort_of, study, whole_table


def result(adjustment: Adjustment = "holm") -> StudyResult:
    table = whole_table()
    outcomes = {
        "survival": [
            {"name": "OS", "time": "os", "event": "dead"},
            {"name": "none", "time": "os", "event": "one_arm"},
        ],
        "response": [{"name": "OS", "column": "bor"}],
        "multiplicity": adjustment,
    }
    table = table.assign(one_arm=((table["arm"] == "old") & (table["dead"] == 1)).astype(int))
    return run(cohort_of(table), study(missing={"method": "complete_case"}, outcomes=outcomes))


def board(found: StudyResult) -> EndpointBoard:
    return endpoint_board(found.before, found.after, found.settings.outcomes, found.settings.confidence.level)


def test_effects_are_those_of_the_study_and_same_names_stay_apart() -> None:
    found = result()
    survival, one_arm, response = board(found).endpoints
    comparison = found.after.survival[0].comparison
    assert comparison is not None
    assert comparison.cox is not None
    assert survival.after is not None
    assert (survival.after.estimate, survival.after.p_value) == (comparison.cox.hazard_ratio, comparison.cox.p_value)
    assert (survival.after.events_treated, survival.after.n_treated) == (
        comparison.treated.n_events,
        comparison.treated.n,
    )
    rates = found.after.response[0].comparison
    assert rates is not None
    assert response.after is not None
    assert response.name == survival.name == "OS"
    assert (response.measure, response.after.test) == ("risk_difference", rates.objective_response.test.name)
    assert one_arm.after is not None
    assert one_arm.after.estimate is one_arm.after.p_value is None


def test_an_endpoint_without_a_test_does_not_count_among_the_tests() -> None:
    found = board(result())
    assert (found.n_tests_before, found.n_tests_after) == (2, 2)
    effects = [item.before for item in found.endpoints if item.before is not None and item.before.p_value is not None]
    first, second = sorted(effects, key=lambda effect: effect.p_value or 0.0)
    assert first.p_value is not None
    assert second.p_value is not None
    assert first.adjusted_p_value == pytest.approx(min(1.0, 2 * first.p_value))
    assert second.adjusted_p_value == pytest.approx(max(min(1.0, 2 * first.p_value), second.p_value))


def test_no_adjustment_leaves_p_values_as_they_are() -> None:
    for item in board(result("none")).endpoints:
        for effect in (item.before, item.after):
            assert effect is None or effect.adjusted_p_value == effect.p_value


def test_without_a_design_there_is_nothing_after() -> None:
    found = result()
    alone = endpoint_board(found.before, None, found.settings.outcomes, 0.95)
    assert [item.after for item in alone.endpoints] == [None] * 3
    assert alone.n_tests_after == 0


def test_a_hazard_ratio_with_competing_events_is_named_cause_specific() -> None:
    table = whole_table()
    table["status"] = np.where(table["dead"] == 1, "died", np.where(table.index % 3 == 0, "transplant", "alive"))
    endpoint = {"name": "OS", "time": "os", "event": "status", "observed": ["died"], "competing": ["transplant"]}
    settings = study(missing={"method": "complete_case"}, outcomes={"survival": [endpoint]})
    found = run(cohort_of(table), settings)
    assert [item.cause_specific for item in board(found).endpoints] == [True]
    cox = endpoint_cox_table(found.patients, found.design, settings, "OS")
    subgroups = compare_subgroups(found.patients, None, settings, "OS")
    assert [item.notes[0].code for item in (cox, subgroups)] == ["cause_specific"] * 2
    assert [item.cause_specific for item in board(result()).endpoints] == [False] * 3
