"""Agreement of two criteria: by hand, against R and published tables, by laws, and what is refused."""

import doctest
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes import agreement as module
from analysis.outcomes.agreement import cohen_kappa, compare_criteria, marginal_tests
from tests.analysis.outcomes.survival_reference import CLOSED_FORM, REFERENCE

# The slopes behind R's error are differences of a quotient, extrapolated once.
NUMERICAL_SLOPES = 1e-7

CASES = json.loads((REFERENCE / "outcomes" / "agreement.json").read_text())["tables"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_kappa_equals_the_delta_method_in_r(case):
    for expected in case["kappas"]:
        kappa = cohen_kappa(np.array(case["table"]), expected["weights"])
        assert kappa.estimate == pytest.approx(expected["estimate"], rel=CLOSED_FORM)
        assert kappa.standard_error == pytest.approx(expected["error"], rel=NUMERICAL_SLOPES)
        assert kappa.ci_upper == pytest.approx(min(1.0, kappa.estimate + 1.959963985 * kappa.standard_error))


@pytest.mark.parametrize("case", [case for case in CASES if len(case["table"]) > 2], ids=lambda case: case["name"])
def test_marginal_tests_equal_r(case):
    bowker, maxwell = marginal_tests(np.array(case["table"]))
    for found, expected in ((bowker, case["bowker"]), (maxwell, case["stuart_maxwell"])):
        assert found.chi_square == pytest.approx(expected["chi_square"], rel=CLOSED_FORM)
        assert found.degrees_of_freedom == expected["df"]
        assert found.p_value == pytest.approx(expected["p_value"], rel=1e-8)


def test_stuart_1955():
    vision = next(case for case in CASES if case["name"] == "distance vision")
    assert marginal_tests(np.array(vision["table"]))[1].chi_square == pytest.approx(11.957, abs=5e-4)


def test_by_hand():
    # Of 8 patients 6 agree; margins (4, 3, 1) and (3, 4, 1): expected (12 + 12 + 1) / 64.
    first = ["PR"] * 4 + ["SD"] * 3 + ["PD"]
    second = ["PR"] * 3 + ["SD", "SD", "SD", "SD", "PD"]
    found = compare_criteria([*first, None, "PR"], [*second, "SD", float("nan")])
    assert (found.n, found.n_left_out, found.n_agree) == (8, 2, 7)
    assert found.kappa.observed == 7 / 8
    assert found.kappa.expected == 25 / 64
    assert found.kappa.estimate == pytest.approx((7 / 8 - 25 / 64) / (1 - 25 / 64))
    assert found.to_table().loc["PR", "SD"] == 1


def test_patients_outside_the_order_leave_only_the_weighted_kappa():
    first, second = ["CR", "PR", "SD", "PD", "NE", "NE"], ["PR", "PR", "SD", "SD", "NE", "SD"]
    found = compare_criteria(first, second)
    assert found.kappa.n == 6
    assert found.weighted_kappa.n == 4
    assert [note.code for note in found.notes] == ["unordered_left_out"]
    assert "leaves out 2 of 6 patients" in found.notes[0].text


def test_one_category_has_no_kappa_and_perfect_agreement_no_limits():
    alike = compare_criteria(["PR"] * 3, ["PR"] * 3)
    assert alike.kappa.estimate is None
    assert [note.code for note in alike.notes] == ["one_category"]
    assert [test.p_value for test in alike.tests] == [1.0, 1.0]
    perfect = compare_criteria(["PR", "SD", "PD"], ["PR", "SD", "PD"])
    assert perfect.kappa.estimate == 1.0
    assert perfect.kappa.ci_lower is None
    assert [test.p_value for test in perfect.tests] == [1.0, 1.0]


def test_two_groups_that_never_mix_lose_a_degree_of_freedom():
    table = np.zeros((4, 4), dtype=int)
    table[0, 1], table[1, 0], table[2, 3], table[3, 2] = 6, 2, 5, 1
    bowker, maxwell = marginal_tests(table)
    assert (maxwell.degrees_of_freedom, bowker.degrees_of_freedom) == (2, 2)
    # Each block is McNemar's: (6 − 2)² / 8 and (5 − 1)² / 6.
    assert maxwell.chi_square == pytest.approx(2 + 16 / 6)
    assert bowker.chi_square == pytest.approx(2 + 16 / 6)


tables = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.integers(0, 9), min_size=k * k, max_size=k * k).map(
        lambda cells: np.array(cells).reshape(k, k)
    )
)


@settings(max_examples=50, deadline=None)
@given(tables)
def test_swapping_the_criteria_changes_nothing(table):
    if table.sum() == 0:
        return
    for weights in ("unweighted", "linear", "quadratic"):
        one, other = cohen_kappa(table, weights), cohen_kappa(table.T, weights)
        assert (one.estimate is None) == (other.estimate is None)
        if one.estimate is not None:
            assert one.estimate == pytest.approx(other.estimate)
            assert -1.0 <= one.estimate <= 1.0
            assert (one.standard_error or 0) == pytest.approx(other.standard_error or 0, abs=1e-7)
    for one, other in zip(marginal_tests(table), marginal_tests(table.T), strict=True):
        assert one.p_value == pytest.approx(other.p_value)
        assert 0.0 <= one.p_value <= 1.0


@settings(max_examples=30, deadline=None)
@given(tables)
def test_both_kappas_are_one_for_two_categories(table):
    two = table[:2, :2]
    if two.sum() == 0:
        return
    assert cohen_kappa(two, "linear").estimate == cohen_kappa(two, "unweighted").estimate


def test_an_order_of_two_needs_no_weights():
    found = compare_criteria(["a", "b", "b"], ["a", "b", "a"], categories=("a", "b"), ordered=("a", "b"))
    assert found.kappa is not None
    assert found.weighted_kappa is None


def test_what_is_refused():
    with pytest.raises(
        EstimationError, match=r"first criterion must be one of CR, PR, SD, PD, NE; 1 of 2 entries are not"
    ):
        compare_criteria(["PR", "progress"], ["PR", "PD"])
    with pytest.raises(EstimationError, match=r"same patients; 1 and 2 entries were found"):
        compare_criteria(["PR"], ["PR", "PD"])
    with pytest.raises(EstimationError, match=r"of 2 patients none has"):
        compare_criteria(["PR", None], [None, "PR"])
    with pytest.raises(SettingsError, match=r"MR are not") as error:
        compare_criteria(["PR"], ["PR"], ordered=("PR", "MR"), weights="cubic")
    assert "'cubic' was given" in str(error.value)


def test_the_examples_in_the_text_hold():
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
