"""Adverse events in two arms: by hand, against R, by laws, and what is refused."""

import doctest
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError, SettingsError
from analysis.outcomes.multiplicity import adjust_p_values
from analysis.outcomes.safety import comparison, grades
from analysis.outcomes.safety.comparison import compare_adverse_events
from analysis.outcomes.safety.grades import worst_grades, worst_grades_of_columns
from tests.analysis.outcomes.survival_reference import REFERENCE

# R adds factorials where ours multiplies ratios; survey solves a regression where ours takes means.
EXACT_TESTS = 1e-8

R = json.loads((REFERENCE / "outcomes" / "safety.json").read_text())
TREATED, SETS, WEIGHTS = np.array(R["treated"]) == 1, np.array(R["set"]), np.array(R["weights"])
REFERENCE_GRADES = worst_grades_of_columns(R["grade"], R["terms"])


def matched(found):
    rows = {(row.term, row.lowest_grade): row for row in (*found.any_grade, *found.severe)}
    return [(rows[expected["term"], expected["lowest"]], expected) for expected in R["rows"]]


def test_counts_and_fisher_equal_r():
    for row, expected in matched(compare_adverse_events(REFERENCE_GRADES, TREATED)):
        assert (row.treated.rate.count, row.control.rate.count) == (expected["treated"], expected["control"])
        assert row.test == "Fisher exact"
        assert row.p_value == pytest.approx(expected["fisher"], rel=EXACT_TESTS)


def test_exact_mcnemar_equals_r():
    for row, expected in matched(compare_adverse_events(REFERENCE_GRADES, TREATED, subclass=SETS, pairs=True)):
        assert row.test == "McNemar exact"
        assert row.p_value == pytest.approx(expected["mcnemar"], rel=EXACT_TESTS)


def test_weighted_difference_equals_survey():
    found = compare_adverse_events(REFERENCE_GRADES, TREATED, weights=WEIGHTS, cluster=SETS, robust=True)
    for row, expected in matched(found):
        difference, half = row.risk_difference.estimate, 1.959963984540054 * math.sqrt(expected["weighted_variance"])
        assert difference == pytest.approx(expected["weighted_difference"], rel=EXACT_TESTS)
        assert row.risk_difference.ci_upper == pytest.approx(difference + half, rel=EXACT_TESTS)
        assert row.test == "Robust Wald"


def test_a_long_table_by_hand():
    worst = worst_grades([0, 0, 1, 2, 2], ["rash", "rash", "pain", "rash", "pain"], [2, 4, 3, float("nan"), 1], n=4)
    assert worst.terms == ("pain", "rash")
    assert worst.grade.tolist() == [[0, 4], [3, 0], [1, 1], [0, 0]]
    found = compare_adverse_events(worst, [True, True, False, False], order="term")
    assert [row.term for row in found.any_grade] == ["Any adverse event", "pain", "rash"]
    assert [(row.treated.rate.count, row.control.rate.count) for row in found.any_grade] == [(2, 1), (1, 1), (1, 1)]
    assert [(row.treated.rate.count, row.control.rate.count) for row in found.severe] == [(2, 0), (1, 0), (1, 0)]
    assert found.any_grade[0].treated.grades == (0, 0, 1, 1, 0)
    assert [note.code for note in found.notes] == ["several_tests", "unknown_grade"]
    assert found.to_table().shape == (6, 12)


def test_terms_are_ordered_and_several_tests_are_named():
    grades = [[1, 0, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0]]
    worst = worst_grades_of_columns(grades, ["often", "seldom", "one arm"])
    treated = [True, True, False, False]
    by = {order: compare_adverse_events(worst, treated, order=order) for order in ("frequency", "difference", "term")}
    assert [row.term for row in by["frequency"].any_grade[1:]] == ["often", "one arm", "seldom"]
    assert [row.term for row in by["difference"].any_grade[1:]] == ["one arm", "seldom", "often"]
    assert "3 terms are tested side by side" in by["term"].notes[0].text
    holm = compare_adverse_events(worst, treated, adjustment="holm")
    p_values = [row.p_value for row in holm.any_grade[1:]]
    assert [row.adjusted_p_value for row in holm.any_grade[1:]] == list(adjust_p_values(p_values).adjusted)
    assert holm.any_grade[0].adjusted_p_value is None
    assert "any false finding" in holm.notes[0].text


def test_weights_left_unused_and_broken_pairs_are_named():
    found = compare_adverse_events(
        worst_grades_of_columns([[1], [0], [0]], ["rash"]), [True, False, True], weights=[1, 1, 2]
    )
    assert [note.code for note in found.notes] == ["several_tests", "weights_not_used"]
    found = compare_adverse_events(
        worst_grades_of_columns([[1], [0], [0]], ["rash"]), [True, False, True], subclass=[0, 0, 1], pairs=True
    )
    assert found.notes[-1].code == "incomplete_pairs"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.booleans()), min_size=2, max_size=30))
def test_arms_exchanged_and_a_long_table(rows):
    grades = np.array([row[:2] for row in rows])
    treated = np.array([row[2] for row in rows])
    treated[:2] = True, False
    wide = worst_grades_of_columns(grades, ["a", "b"])
    one, other = (compare_adverse_events(wide, arm, order="term") for arm in (treated, ~treated))
    for here, there in zip((*one.any_grade, *one.severe), (*other.any_grade, *other.severe), strict=True):
        assert here.p_value == pytest.approx(there.p_value)
        assert here.risk_difference.estimate == pytest.approx(-there.risk_difference.estimate)
        assert sum(here.treated.grades) == here.treated.rate.count
    for any_grade, severe in zip(one.any_grade, one.severe, strict=True):
        assert severe.treated.rate.count <= any_grade.treated.rate.count <= one.any_grade[0].treated.rate.count
    patient, column = np.nonzero(grades)
    long = worst_grades(patient, np.array(["a", "b"])[column], grades[patient, column], n=len(rows))
    present = [name for name in ("a", "b") if name in long.terms]
    assert long.grade.tolist() == wide.grade[:, [wide.terms.index(name) for name in present]].tolist()


def test_what_is_refused():
    with pytest.raises(EstimationError) as error:
        worst_grades([0, 9], ["rash", None], [6, 2.5], n=2)
    assert [sentence.split(";")[1].split(".")[0] for sentence in error.value.problems] == [
        " 2 of 2 are not",
        " 1 of 2 do not",
        " 1 of 2 have none",
    ]
    with pytest.raises(EstimationError, match="patient 1, term 2, grade 1"):
        worst_grades([0], ["rash", "pain"], [1], n=2)
    with pytest.raises(EstimationError, match="1 terms and a table of shape"):
        worst_grades_of_columns([[1, 2]], ["rash"])
    one = worst_grades_of_columns([[1], [2]], ["rash"])
    with pytest.raises(EstimationError, match="the treated arm has 2, the control arm 0"):
        compare_adverse_events(one, [True, True])
    with pytest.raises(EstimationError, match="each of the 2 patients with grades"):
        compare_adverse_events(one, [True])
    with pytest.raises(EstimationError, match="1 of 2 weights are not"):
        compare_adverse_events(one, [True, False], weights=[1, -1])
    with pytest.raises(SettingsError, match="'grade' was given"):
        compare_adverse_events(one, [True, False], order="grade")


@pytest.mark.parametrize("module", [comparison, grades], ids=lambda module: module.__name__)
def test_the_examples_in_the_text_hold(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
