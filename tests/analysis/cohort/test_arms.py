"""Which arm a row belongs to."""

from typing import Any

import pytest

from analysis.cohort.arms import assign_arms
from analysis.cohort.findings import Findings
from analysis.settings import TreatmentSettings
from tests.analysis.cohort.files import cohort_of


def assign(values: list[Any], treated: Any = "A", control: Any = "B") -> tuple[Any, Findings]:
    findings = Findings()
    treatment = TreatmentSettings(column="arm", treated=treated, control=control)
    return assign_arms(cohort_of(arm=values).table["arm"], treatment, findings), findings


def test_rows_fall_into_two_arms_other_arms_and_none() -> None:
    arms, findings = assign(["A", "B", "C", None, "A"])
    assert arms.treated.tolist() == [True, False, False, False, True]
    assert arms.control.tolist() == [False, True, False, False, False]
    assert arms.label.tolist() == ["A", "B", "C", None, "A"]
    assert [note.text for note in findings.notes] == [
        "1 patient has no treatment in “arm” and cannot be in either arm.",
        "arm: 1 of 5 rows holds neither “A” nor “B” but 1 label of fewer than 3 patients, and cannot be in either arm.",
    ]


def test_numbers_and_truth_values_are_labels_too() -> None:
    arms, _ = assign([1, 0, 1], treated=1, control=0)
    assert arms.treated.tolist() == [True, False, True]
    arms, _ = assign(["True", "False"], treated=True, control=False)
    assert arms.treated.tolist() == [True, False]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            ["A", "A", None],
            "The treatment column “arm” must hold two arms; all patients have the same label. "
            "Choose the column that tells the arms apart.",
        ),
        (
            [None, None],
            "The treatment column “arm” must hold two arms; it is empty. Choose the column that tells the arms apart.",
        ),
    ],
)
def test_one_arm_is_a_fault_of_the_data(values: list[Any], sentence: str) -> None:
    arms, findings = assign(values)
    assert arms is None
    assert [problem.text for problem in findings.data] == [sentence]


def test_a_label_that_is_not_there_is_a_fault_of_the_study() -> None:
    arms, findings = assign(["LEN"] * 3 + ["SOR"] * 3, treated="lenv", control="SOR")
    assert arms is None
    assert [problem.text for problem in findings.study] == [
        "treatment.treated must be a label of the column “arm”, and “lenv” is not in it; it holds “LEN” and “SOR”. "
        "Name one of the labels as it is written there."
    ]


def test_the_labels_of_a_column_of_names_are_not_told() -> None:
    _, findings = assign([f"name {row}" for row in range(40)])
    assert len(findings.study) == 2
    assert "it holds 40 different labels" in findings.study[0].text
    assert "name" not in findings.study[0].text.replace("Name one", "")


def test_a_label_is_found_however_it_is_spelt_and_the_other_spellings_are_told() -> None:
    arms, findings = assign(["Len ", "LEN", "sor", "SOR", "ＬＥＮ", "CABO"], treated="LEN", control="SOR")
    assert arms is not None
    assert arms.treated.tolist() == [True, True, False, False, True, False]
    assert arms.label.tolist() == ["LEN", "LEN", "SOR", "SOR", "LEN", "CABO"]
    assert [note.text for note in findings.notes] == [
        "arm: 2 cells are spelt otherwise than “LEN” in case, width or blanks and count as the same.",
        "arm: 1 cell is spelt otherwise than “SOR” in case, width or blanks and counts as the same.",
        "arm: 1 of 6 rows holds neither “LEN” nor “SOR” but 1 label of fewer than 3 patients, and cannot be in either arm.",
    ]


def test_labels_that_stand_for_neither_arm_are_counted_and_named() -> None:
    _, findings = assign(["A", "B"] * 4 + ["C"] * 3)
    assert [note.text for note in findings.notes] == [
        "arm: 3 of 11 rows hold neither “A” nor “B” but “C”, and cannot be in either arm."
    ]


def test_arms_that_differ_in_case_only_are_two_arms() -> None:
    arms, findings = assign(["A", "a", "A", "a"], treated="A", control="a")
    assert arms is not None
    assert arms.treated.tolist() == [True, False, True, False]
    assert findings.notes == []
