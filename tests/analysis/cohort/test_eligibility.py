"""Rules of eligibility: who is left after each, in which words, and what is refused."""

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.arms import Arms
from analysis.cohort.eligibility import eligibility_steps, eligible_rows, rule_in_words
from analysis.cohort.findings import Findings
from analysis.settings import EligibilityRule

ARM = ["A", "B", "A", "B", "A", "B", "A", "B", "C", None]
TABLE = pd.DataFrame(
    {
        "age": [17.0, 18, 75, 76, np.nan, 60, 18, 50, 10, 40],
        "start": pd.to_datetime(
            ["2018-05-31", "2018-06-01", "2023-11-30T23:59", "2023-12-01", None, *["2020-01-01"] * 5], format="ISO8601"
        ),
        "stage": pd.Series(["A", "B", "a ", "C", None, "A", "B", "A", "A", "B"], dtype=object),
        "word": pd.Series(["1", "2", "x", "4", "5", "6", "7", "8", "y", "10"], dtype=object),
    }
)


def arms() -> Arms:
    label = np.array(ARM, dtype=object)
    return Arms(label=label, treated=label == "A", control=label == "B")


def apply(*rules: dict[str, Any], table: pd.DataFrame = TABLE) -> tuple[list[list[int]], Findings]:
    """The rows left after each rule, and what was found."""
    findings = Findings()
    steps = eligibility_steps(table, arms(), [EligibilityRule.model_validate(rule) for rule in rules], findings)
    return [np.flatnonzero(step.eligible).tolist() for step in steps], findings


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"column": "age", "at_least": 18}, [1, 2, 3, 5, 6, 7, 9]),
        ({"column": "age", "above": 18}, [2, 3, 5, 7, 9]),
        ({"column": "age", "at_most": 75}, [0, 1, 2, 5, 6, 7, 8, 9]),
        ({"column": "age", "below": 75}, [0, 1, 5, 6, 7, 8, 9]),
        ({"column": "age", "at_least": 18, "at_most": 75}, [1, 2, 5, 6, 7, 9]),
        ({"column": "age", "at_least": 18, "missing": "keep"}, [1, 2, 3, 4, 5, 6, 7, 9]),
        ({"column": "age", "one_of": [18, 60]}, [1, 5, 6]),
        ({"column": "start", "at_least": "2018-06-01", "at_most": "2023-11-30"}, [1, 2, 5, 6, 7, 8, 9]),
        ({"column": "start", "above": "2018-06-01", "below": "2023-11-30"}, [5, 6, 7, 8, 9]),
        ({"column": "stage", "one_of": ["A"]}, [0, 2, 5, 7, 8]),
        ({"column": "stage", "none_of": ["A", "C"]}, [1, 6, 9]),
        ({"column": "stage", "none_of": ["A"], "missing": "keep"}, [1, 3, 4, 6, 9]),
    ],
)
def test_one_rule_by_hand(rule: dict[str, Any], left: list[int]) -> None:
    steps, findings = apply(rule)
    assert steps == [left]
    assert findings.errors == ()


def test_rules_follow_each_other() -> None:
    steps, findings = apply({"column": "age", "at_least": 18}, {"column": "stage", "one_of": ["a", "b"]})
    assert steps == [[1, 2, 3, 5, 6, 7, 9], [1, 2, 5, 6, 7, 9]]
    assert [(note.code, note.text) for note in findings.notes] == [
        ("eligibility_missing", "Eligibility “age at least 18”: 1 patient has no value in “age” and is not eligible."),
        (
            "other_spelling",
            "stage: 8 cells are spelt otherwise than “a”, “b” in case, width or blanks and count as the same.",
        ),
    ]


def test_a_rule_that_leaves_nobody_out_and_values_that_are_kept_are_noted() -> None:
    _, findings = apply({"column": "age", "at_least": 1, "missing": "keep"})
    assert [note.text for note in findings.notes] == [
        "Eligibility “age at least 1 or missing”: 1 patient has no value in “age” and is kept.",
        "Eligibility “age at least 1 or missing”: every patient who reached this rule meets it.",
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"column": "age", "at_least": 18}, "age at least 18"),
        ({"column": "age", "above": 0.5, "at_most": 75}, "age above 0.5 and at most 75"),
        ({"column": "age", "at_least": 18, "at_most": 75.0}, "age from 18 to 75"),
        (
            {"column": "index_date", "at_least": datetime.date(2018, 6, 1), "at_most": "2023-11-30"},
            "index_date from 2018-06-01 to 2023-11-30",
        ),
        ({"column": "d", "at_least": "2018-06-01"}, "d from 2018-06-01"),
        ({"column": "d", "above": "2018-06-01", "below": "2020-01-01"}, "d after 2018-06-01 and before 2020-01-01"),
        ({"column": "d", "at_most": "2018-06-01"}, "d up to 2018-06-01"),
        ({"column": "child_pugh_class", "one_of": ["A"]}, "child_pugh_class is A"),
        ({"column": "stage", "one_of": ["A", "B", 1]}, "stage is A, B or 1"),
        ({"column": "stage", "none_of": ["C", "D"], "missing": "keep"}, "stage is not C or D or missing"),
        ({"column": "ecog", "at_most": 1, "none_of": [9]}, "ecog at most 1 and ecog is not 9"),
        ({"column": "age", "at_least": 18, "reason": "Adults"}, "Adults"),
    ],
)
def test_a_rule_in_words(rule: dict[str, Any], words: str) -> None:
    assert rule_in_words(EligibilityRule.model_validate(rule)) == words


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {"column": "start", "at_least": 18},
            "eligibility: the bounds of “start” are numbers, and the column holds dates. "
            "Write them as dates such as 2024-01-31.",
        ),
        (
            {"column": "age", "at_most": "2024-01-31"},
            "eligibility: the bounds of “age” are dates, and the column holds numbers. "
            "Write them as numbers, or choose a column of dates.",
        ),
        (
            {"column": "word", "at_least": 1},
            "word: all cells must be numbers; 1 of 8 cells is not a number. Correct these cells or leave them blank. "
            "A rule with bounds needs a column of numbers.",
        ),
        (
            {"column": "stage", "at_least": "2020-01-01"},
            "stage: eligibility by date must be a column of dates; 7 of 8 cells are no date such as 2024-01-31. Correct "
            "these cells or leave them blank; where days or months come first, say so in cohort.date_order.",
        ),
        (
            {"column": "stage", "one_of": ["A", "D"], "none_of": ["E"]},
            "eligibility: every label must be in the column “stage”, and “D” is not; it holds “A”, “B” and 2 labels of "
            "fewer than 3 patients. Write the labels as they are there.",
        ),
        (
            {"column": "age", "at_least": 76},
            "The treated arm must have patients left after the eligibility rule “age at least 76”, and none of its 4 "
            "meets it. Change the rule, or choose another arm.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(rule: dict[str, Any], sentence: str) -> None:
    _, findings = apply(rule)
    assert [problem.text for problem in findings.errors] == [sentence]


def test_a_rule_that_cannot_be_applied_leaves_everyone_in_for_the_next_one() -> None:
    steps, findings = apply({"column": "start", "at_least": 18}, {"column": "age", "at_least": 18})
    assert steps == [list(range(10)), [1, 2, 3, 5, 6, 7, 9]]
    assert len(findings.errors) == 1


def test_cells_of_patients_who_are_out_already_cannot_be_at_fault() -> None:
    steps, findings = apply({"column": "stage", "one_of": ["B", "C"]}, {"column": "word", "at_least": 3})
    assert findings.study == []
    assert steps[1] == [3, 6]


def test_dates_kept_as_text_are_dates() -> None:
    table = pd.DataFrame({"d": ["2020-01-31", "2020/2/1", "2020.3.1", None, *["2021-01-01 10:30"] * 6]}, dtype=object)
    steps, findings = apply({"column": "d", "at_most": "2020-02-01", "missing": "keep"}, table=table)
    assert (steps, findings.errors) == ([[0, 1, 3]], ())


def test_no_rules_leave_everyone_in() -> None:
    assert eligible_rows(TABLE, arms(), (), Findings()).all()
    rule = EligibilityRule(column="age", at_least=18)
    assert np.flatnonzero(eligible_rows(TABLE, None, (rule,), Findings())).tolist() == [1, 2, 3, 5, 6, 7, 9]


@settings(max_examples=60, deadline=None)
@given(bounds=st.tuples(st.integers(0, 100), st.integers(0, 100)), data=st.data())
def test_who_is_eligible_does_not_depend_on_the_order_of_rules_or_rows(
    bounds: tuple[int, int], data: st.DataObject
) -> None:
    rules = [
        EligibilityRule(column="age", at_least=bounds[0], missing="keep"),
        EligibilityRule(column="age", at_most=bounds[1]),
        EligibilityRule(column="stage", none_of=("C",)),
    ]
    rows = data.draw(st.permutations(range(len(TABLE))))
    order = data.draw(st.permutations(range(len(rules))))
    one = eligible_rows(TABLE, None, rules, Findings())
    other = eligible_rows(TABLE.iloc[rows], None, [rules[number] for number in order], Findings())
    assert other.tolist() == one[rows].tolist()


CELLS = st.one_of(
    st.none(), st.sampled_from(["A", "a", "1", "2020-01-31", "31/1/2020", "nan", ""]), st.text(max_size=4)
)
COLUMNS = st.one_of(
    st.lists(CELLS, min_size=10, max_size=10).map(lambda cells: pd.Series(cells, dtype=object)),
    st.lists(st.floats(allow_infinity=True) | st.none(), min_size=10, max_size=10).map(
        lambda cells: pd.Series(cells, dtype=float)
    ),
    st.lists(st.none() | st.datetimes(min_value=datetime.datetime(1900, 1, 1)), min_size=10, max_size=10).map(
        lambda cells: pd.Series(pd.to_datetime(cells, errors="coerce"))
    ),
)
BOUNDS = st.none() | st.floats(-10, 10) | st.dates()
LABELS = st.none() | st.lists(st.sampled_from(["A", "1", "2020-01-31", "x"]), min_size=1, max_size=2)


@settings(max_examples=60, deadline=None)
@given(column=COLUMNS, bounds=st.tuples(BOUNDS, BOUNDS), labels=LABELS, missing=st.sampled_from(["keep", "exclude"]))
def test_any_rule_on_any_column_is_applied_or_refused(
    column: pd.Series, bounds: tuple[Any, Any], labels: list[str] | None, missing: Any
) -> None:
    rule = EligibilityRule(column="x", above=bounds[0], at_most=bounds[1], none_of=labels, missing=missing)
    findings = Findings()
    (step,) = eligibility_steps(pd.DataFrame({"x": column}), None, (rule,), findings)
    if findings.errors:
        assert step.eligible.all()
        assert all("x" in problem.text for problem in findings.errors)
    else:
        assert step.eligible[column.isna()].tolist() == [missing == "keep"] * int(column.isna().sum())
