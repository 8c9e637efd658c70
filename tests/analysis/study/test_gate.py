"""Every check of the gate on patients whose numbers can be counted by hand."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analysis.cohort.endpoints import EndpointData
from analysis.cohort.responses import ResponseData
from analysis.cohort.selection import StudyCohort
from analysis.design.balance import covariate_balance
from analysis.settings import GateSettings, StudySettings
from analysis.study.gate import BalanceGate, GateCheck, balance_gate, check_words, gate_sentence

TREATED = np.array([True, True, True, False, False, False])


def gate(weights: list[float], *, estimand: str = "ATT", **thresholds: Any) -> dict[str, GateCheck]:
    """Three treated and three controls; ages 1, 2, 3 and 1, 2, 6; five of six have an event, two respond."""
    patients = hand_made()
    weight = np.array(weights)
    sizes = [float(weight[arm].sum() ** 2 / (weight[arm] ** 2).sum()) for arm in (TREATED, ~TREATED)]
    design: Any = SimpleNamespace(
        weights=weight, estimand=estimand, effective_sample_size_treated=sizes[0],
        effective_sample_size_control=sizes[1],
    )  # fmt: skip
    propensity: Any = SimpleNamespace(equipoise_share_treated=0.75, equipoise_share_control=0.25)
    balance = covariate_balance(patients.covariates, TREATED, weight)
    found = balance_gate(patients, propensity, design, balance, GateSettings(**thresholds))
    return {f"{check.name} {check.where}" if check.name == "events" else check.name: check for check in found.checks}


def hand_made() -> StudyCohort:
    everyone = np.ones(6, dtype=np.bool_)
    event = np.array([True, True, True, True, True, False])
    response = np.array([True, False, False, True, False, False])
    patients: Any = SimpleNamespace(
        treated=TREATED,
        treated_label="B",
        control_label="A",
        covariates=pd.DataFrame({"age": [1.0, 2.0, 3.0, 1.0, 2.0, 6.0]}),
        endpoints=(EndpointData(name="OS", time=np.arange(1.0, 7.0), event=event, known=everyone),),
        responses=(
            ResponseData(name="ORR", category=None, objective_response=response, disease_control=None, known=everyone),
        ),
    )
    return patients


def test_the_numbers_are_those_of_a_hand() -> None:
    found = gate([1, 1, 0, 1, 1, 0])
    assert found["smd"].value == pytest.approx(0.0)  # ages 1 and 2 in both arms
    assert found["variance ratio"].value == pytest.approx(1.0)
    assert (found["overlap"].value, found["overlap"].where) == (0.25, "A")
    assert found["kept"].value == pytest.approx(2 / 3)
    assert found["kept"].where == "B"
    assert found["effective size"].value == 2.0
    assert found["weight share"].value == 0.5
    assert found["events OS"].value == 4.0
    assert found["events ORR"].value == 2.0  # two respond, two do not
    assert [check.verdict for check in found.values()] == [
        *("pass", "pass", "attention", "pass", "attention", "attention", "attention", "attention")
    ]


def test_a_variance_ratio_below_one_counts_by_its_inverse() -> None:
    # Variances 1 among the treated and 7 among the controls (1, 2, 6: mean 3, squares 4 + 1 + 9 over 2).
    found = gate([1, 1, 1, 1, 1, 1])["variance ratio"]
    assert found.value == pytest.approx(7.0)
    assert found.verdict == "attention"


def test_an_unequal_weight_counts_in_size_and_in_share() -> None:
    found = gate([1, 1, 1, 3, 1, 0])
    assert found["effective size"].value == pytest.approx(16 / 10)  # (3 + 1)² over 9 + 1
    assert found["weight share"].value == pytest.approx(0.75)
    assert found["kept"].value == 1.0
    assert gate([1, 1, 1, 3, 1, 0], estimand="ATC")["kept"].value == pytest.approx(2 / 3)
    assert gate([1, 1, 1, 3, 1, 0], estimand="ATE")["kept"].value == pytest.approx(5 / 6)


def test_a_check_that_is_not_asked_for_is_not_made() -> None:
    nothing: dict[str, Any] = dict.fromkeys(set(GateSettings.model_fields) - {"blinded", "plan"})
    assert gate([1, 1, 1, 1, 1, 1], **nothing) == {}
    assert gate_sentence(BalanceGate(checks=())) == "No check of the design was asked for."


def test_the_sentence_names_what_asks_for_attention() -> None:
    checks = tuple(
        gate([1, 1, 0, 1, 1, 0], least_effective_size=2, largest_weight_share=0.5, least_events=None).values()
    )
    assert gate_sentence(BalanceGate(checks=checks)) == (
        "The design passes 5 of 6 checks. For attention: patients in equipoise 25% (A; at least 50%)."
    )
    assert gate_sentence(BalanceGate(checks=checks[:2])) == "The design passes all 2 checks."
    assert check_words(replace(checks[0], value=None)) == "largest |SMD| – (age; at most 0.1)"


@settings(max_examples=40, deadline=None)
@given(
    weights=st.lists(st.floats(0.1, 5), min_size=6, max_size=6), limit=st.floats(0.01, 1), looser=st.floats(1.0, 3.0)
)
def test_a_looser_threshold_never_turns_a_pass_into_attention(
    weights: list[float], limit: float, looser: float
) -> None:
    strict = gate(weights, largest_smd=limit, least_kept=limit, least_events=10 * limit)
    loose = gate(weights, largest_smd=limit * looser, least_kept=limit / looser, least_events=10 * limit / looser)
    for name, check in strict.items():
        assert check.value == loose[name].value
        assert (check.verdict, loose[name].verdict) != ("pass", "attention")


def test_the_default_study_asks_for_every_check() -> None:
    assert StudySettings.model_fields["gate"].default == GateSettings()
    assert all(value is not None for name, value in GateSettings() if name != "plan")


def test_differences_count_by_their_size_and_responders_among_the_patients_kept() -> None:
    # Ages 2 against 3 at the mean, standard deviation √((1 + 7) / 2).
    assert gate([1, 1, 1, 1, 1, 1])["smd"].value == pytest.approx(0.5)
    # Both patients kept respond: nobody is the rarer kind.
    assert gate([1, 0, 0, 1, 0, 0])["events ORR"].value == 0.0
    assert "to the ratio times 2.4." in gate([1, 1, 1, 1, 1, 1], least_events=20)["events OS"].reason


def test_a_spread_of_nothing_in_one_arm_has_no_ratio_and_asks_for_attention() -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        set(GateSettings.model_fields) - {"blinded", "plan", "largest_variance_ratio"}
    )
    balance: Any = SimpleNamespace(terms=("age", "size"), kind=("continuous",) * 2, variance_ratio_after=(1.2, 0.0))
    anything: Any = SimpleNamespace()
    (check,) = balance_gate(hand_made(), anything, anything, balance, GateSettings(**nothing)).checks
    assert (check.value, check.where, check.verdict) == (None, "size", "attention")


def test_of_differences_that_are_alike_but_for_rounding_the_first_in_the_table_is_named() -> None:
    asked: dict[str, Any] = dict.fromkeys(set(GateSettings.model_fields) - {"blinded", "plan", "largest_smd"})
    anything: Any = SimpleNamespace()

    def named(*smd: float | None) -> str | None:
        balance: Any = SimpleNamespace(terms=("sex", "age", "size"), smd_after=smd, chance_smd_after=0.1)
        (check,) = balance_gate(hand_made(), anything, anything, balance, GateSettings(**asked)).checks
        return check.where

    assert named(None, -3e-16, 8e-16) == "age"
    assert named(0.2, -0.2 - 1e-15, 0.1) == "sex"
    assert named(0.2, -0.2 - 1e-9, 0.1) == "age"
    assert named(None, None, None) is None
