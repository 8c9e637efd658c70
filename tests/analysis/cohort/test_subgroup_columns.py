"""Columns of subgroups as the file has them: categories, few numbers by value, others to be cut."""

import numpy as np
import pandas as pd
import pytest

from analysis.cohort.findings import Findings
from analysis.cohort.subgroup_columns import read_subgroups
from analysis.settings import StudySettings

TABLE = pd.DataFrame(
    {
        "arm": ["a", "b"] * 4,
        "age": [40.0, 50, 60, 70, 45, 55, 65, None],
        "ecog": [0.0, 1, 0, 2, 1, 0, 1, 0],
        "stage": ["II", "I", None, "II", "I", "II", "I", "II"],
        "t": np.arange(1.0, 9.0),
        "e": [0.0, 1.0] * 4,
    }
)


def settings(*subgroups: object, **covariate: object) -> StudySettings:
    return StudySettings.model_validate(
        {
            "treatment": {"column": "arm", "treated": "a", "control": "b"},
            "covariates": [{"column": "ecog", **covariate}],
            "outcomes": {"survival": [{"name": "OS", "time": "t", "event": "e"}], "subgroups": list(subgroups)},
        }
    )


def read(*subgroups: object, rows: tuple[int, ...] = tuple(range(8)), **covariate: object) -> pd.DataFrame:
    findings = Findings()
    found = read_subgroups(TABLE, np.array(rows), settings(*subgroups, **covariate), findings)
    findings.raise_errors()
    return found


def test_columns_come_in_the_order_of_the_study_with_missing_values_missing() -> None:
    found = read("stage", "age", "ecog")
    assert list(found) == ["stage", "age", "ecog"]
    assert found["stage"].tolist()[:2] == ["II", "I"]
    assert list(found["stage"].cat.categories) == ["I", "II"]
    assert [int(found[name].isna().sum()) for name in found] == [1, 1, 0]
    assert found["age"].dtype == np.float64


def test_numbers_of_few_values_are_levels_unless_they_are_to_be_cut() -> None:
    assert list(read("ecog")["ecog"].cat.categories) == ["0", "1", "2"]
    assert read({"column": "ecog", "cutpoints": [0.5]})["ecog"].dtype == np.float64


def test_a_covariate_keeps_its_type_and_its_reference() -> None:
    assert list(read("ecog", reference="1")["ecog"].cat.categories) == ["1", "0", "2"]


def test_only_the_patients_analysed_are_taken() -> None:
    found = read("age", rows=(1, 3, 4))
    assert list(found.index) == [0, 1, 2]
    assert list(found["age"].cat.categories) == ["45", "50", "70"]


def test_every_refusal_comes_at_once() -> None:
    findings = Findings()
    asked = settings("Age", {"column": "stage", "cutpoints": [1]}, "arm_size")
    read_subgroups(TABLE.assign(arm_size=3.0), np.arange(8), asked, findings)
    sentences = " ".join(problem.text for problem in findings.errors)
    assert (
        "“Age” (outcomes.subgroups) must be a column of the file, and there is none of that name. Is “age” meant?"
        in sentences
    )
    assert "stage" in sentences
    assert "arm_size: a column of outcomes.subgroups must differ between patients" in sentences


@pytest.mark.parametrize("rows", [(), tuple(range(8))])
def test_without_subgroups_there_are_no_columns(rows: tuple[int, ...]) -> None:
    found = read_subgroups(TABLE, np.array(rows, dtype=np.int64), settings(), Findings())
    assert found.shape == (len(rows), 0)
