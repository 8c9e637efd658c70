"""Missing covariates are counted by arm and pattern, every remedy says what it costs, and the indicator marks them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.missing import (
    MissingPattern,
    mark_missing,
    marked_covariates,
    missing_by_arm,
    missing_costs,
)
from analysis.cohort.reading import Cohort, read_cohort
from analysis.cohort.selection import select_patients
from analysis.settings import CovariateSettings, StudySettings

ROWS = """id,arm,age,sex,ecog,os,dead
1,A,60,F,0,5,1
2,A,,F,1,6,1
3,A,70,,1,7,0
4,A,,,0,8,1
5,B,65,M,0,9,1
6,B,,M,1,4,0
7,B,72,F,0,3,1
8,B,58,M,1,2,1
9,C,,,0,2,1
"""


def cohort(text: str = ROWS) -> Cohort:
    return read_cohort(text.encode(), "cohort.csv")


def study(**changes: object) -> StudySettings:
    return StudySettings.model_validate(
        {
            "cohort": {"id": "id"},
            "treatment": {"column": "arm", "treated": "A", "control": "B"},
            "covariates": ["age", "sex", "ecog"],
            "outcomes": {"survival": [{"name": "OS", "time": "os", "event": "dead"}]},
        }
        | changes
    )


def test_missing_values_are_counted_in_both_arms_and_in_no_other() -> None:
    picture = missing_by_arm(cohort(), study())
    assert picture is not None
    assert (picture.columns, picture.n_covariates) == (("age", "sex"), 3)
    assert (picture.n_treated, picture.n_control) == (4, 4)
    assert picture.missing_treated.tolist() == [2, 2]
    assert picture.missing_control.tolist() == [1, 0]
    assert picture.patterns == (
        MissingPattern(columns=(), treated=1, control=3),
        MissingPattern(columns=("age",), treated=1, control=1),
        MissingPattern(columns=("age", "sex"), treated=1, control=0),
        MissingPattern(columns=("sex",), treated=1, control=0),
    )


def test_each_remedy_says_how_many_patients_it_keeps() -> None:
    costs = missing_costs(cohort(), study())
    counts = {cost.method: (cost.treated, cost.control, cost.lost_treated, cost.lost_control) for cost in costs}
    assert counts == {
        "complete_case": (1, 3, 3, 1),
        "indicator": (4, 4, 0, 0),
        "multiple_imputation": (4, 4, 0, 0),
    }
    assert {cost.n_columns_with_missing for cost in costs} == {2}
    assert len({cost.explanation for cost in costs}) == 3


def test_a_column_of_exact_matching_must_be_known_whatever_the_remedy() -> None:
    costs = missing_costs(cohort(), study(matching={"exact": ["sex"]}))
    assert [(cost.treated, cost.lost_treated) for cost in costs] == [(1, 3), (2, 2), (2, 2)]


def test_who_is_not_eligible_is_not_counted() -> None:
    settings = study(eligibility=[{"column": "ecog", "at_most": 0}])
    picture = missing_by_arm(cohort(), settings)
    assert picture is not None
    assert (picture.n_treated, picture.n_control, picture.missing_treated.tolist()) == (2, 2, [1, 1])
    assert [cost.treated for cost in missing_costs(cohort(), settings)] == [1, 2, 2]


def test_without_arms_there_is_nothing_to_count() -> None:
    settings = study(treatment={"column": "group", "treated": "A", "control": "B"})
    assert missing_by_arm(cohort(), settings) is None
    assert missing_costs(cohort(), settings) == ()


@pytest.mark.parametrize("method", ["complete_case", "indicator", "multiple_imputation"])
def test_the_cost_is_what_selection_then_keeps(method: str) -> None:
    rng = np.random.default_rng(8)
    n = 60
    table = pd.DataFrame(
        {
            "id": np.arange(n),
            "arm": np.where(rng.random(n) < 0.5, "A", "B"),
            "age": np.where(rng.random(n) < 0.2, np.nan, rng.normal(60, 9, n).round()),
            "sex": np.where(rng.random(n) < 0.1, None, rng.choice(["F", "M"], n)),
            "ecog": rng.choice(["0", "1"], n),
            "os": rng.exponential(9, n).round(1) + 0.1,
            "dead": rng.integers(0, 2, n),
        }
    )
    file = cohort(table.to_csv(index=False))
    settings = study(missing={"method": method})
    (cost,) = (cost for cost in missing_costs(file, settings) if cost.method == method)
    patients = select_patients(file, settings)
    assert (cost.treated, cost.control) == (int(patients.treated.sum()), int((~patients.treated).sum()))
    assert patients.incomplete == (method == "multiple_imputation")
    assert bool(patients.covariates.isna().to_numpy().any()) == patients.incomplete


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=4, max_size=30))
def test_patterns_add_up_to_the_patients_and_to_each_column(absent: list[list[bool]]) -> None:
    table = pd.DataFrame(np.where(absent, np.nan, 1.0), columns=["age", "sex", "ecog"])
    table.loc[len(table)] = [1.0, 2.0, 3.0]
    table["arm"] = np.where(np.arange(len(table)) % 2, "A", "B")
    picture = missing_by_arm(cohort(table.to_csv(index=False)), study(cohort={}))
    assert picture is not None
    assert sum(pattern.treated for pattern in picture.patterns) == picture.n_treated
    assert sum(pattern.control for pattern in picture.patterns) == picture.n_control
    assert len({pattern.columns for pattern in picture.patterns}) == len(picture.patterns)
    for name, count in zip(picture.columns, picture.missing_treated, strict=True):
        assert sum(pattern.treated for pattern in picture.patterns if name in pattern.columns) == count


def test_a_missing_number_becomes_the_mean_and_is_marked_and_a_missing_category_a_level() -> None:
    values = {
        "age": pd.Series([60.0, np.nan, 75.0]),
        "sex": pd.Series(["F", None, "M"], dtype=object),
        "ecog": pd.Series([0.0, 1.0, 1.0]),
        "stratum": pd.Series(["x", None, "y"], dtype=object),
    }
    covariates = tuple(CovariateSettings(column=name) for name in ("age", "sex", "ecog"))
    marked = mark_missing(values, covariates)
    assert list(marked) == ["age", "age (missing)", "sex", "ecog", "stratum"]
    assert marked["age"].tolist() == [60.0, 67.5, 75.0]
    assert marked["age (missing)"].tolist() == [0.0, 1.0, 0.0]
    assert marked["sex"].tolist() == ["F", "missing", "M"]
    assert marked["ecog"] is values["ecog"]
    assert marked["stratum"] is values["stratum"]
    assert [item.column for item in marked_covariates(marked, covariates)] == ["age", "age (missing)", "sex", "ecog"]


def test_the_unknown_level_is_never_the_reference() -> None:
    rows = ROWS.replace("F", "yes").replace("M", "no").replace("no", "unrecorded")
    patients = select_patients(cohort(rows), study(missing={"method": "indicator"}, covariates=["sex", "ecog"]))
    assert patients.covariates["sex"].cat.categories.tolist() == ["unrecorded", "yes", "missing"]
