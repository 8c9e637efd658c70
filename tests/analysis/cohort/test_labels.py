"""Labels: the text by which a study file names what is in a cell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analysis.cohort.labels import as_labels, describe_labels
from analysis.settings import TreatmentSettings


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pd.Series([17.0, 0.5, -0.0, 1e20, np.nan]), ["17", "0.5", "0", "100000000000000000000", None]),
        (pd.Series(["LEN", None, "a b"], dtype=object), ["LEN", None, "a b"]),
        (pd.Series([True, False]), ["True", "False"]),
        (pd.Series(pd.to_datetime(["2024-01-31", None])), ["2024-01-31", None]),
        (
            pd.Series(pd.to_datetime(["2024-01-31 08:30", "2024-02-01 00:00"])),
            ["2024-01-31T08:30:00", "2024-02-01T00:00:00"],
        ),
        (pd.Series([None, None], dtype=object), [None, None]),
        (pd.Series([], dtype="float64"), []),
    ],
)
def test_labels_of_each_kind_of_cell(column: pd.Series, expected: list[str | None]) -> None:
    labels = as_labels(column)
    assert labels.tolist() == expected
    assert labels.dtype == object


def test_index_and_name_are_kept() -> None:
    labels = as_labels(pd.Series([1.0, 2.0], index=[5, 9], name="arm"))
    assert labels.index.tolist() == [5, 9]
    assert labels.name == "arm"


@examples(max_examples=60, deadline=None)
@given(number=st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_in_a_study_file_is_the_label_of_the_same_number_in_a_cell(number: float) -> None:
    label = as_labels(pd.Series([float(number)])).iloc[0]
    assert float(label) == float(number)
    study = TreatmentSettings.model_validate({"column": "arm", "treated": float(number), "control": "x"})
    assert study.treated == ("0" if number == 0 else label)


def test_labels_are_named_in_messages_only_when_many_patients_share_them() -> None:
    labels = pd.Series(["LEN"] * 5 + ["SOR"] * 3 + ["Kim"], dtype=object)
    assert describe_labels(labels) == "“LEN”, “SOR” and 1 label of fewer than 3 patients"
    assert describe_labels(pd.Series(["Kim", "Lee"], dtype=object)) == "2 labels of fewer than 3 patients"
    assert describe_labels(pd.Series([f"P{number % 13}" for number in range(130)])) == "13 different labels"
    assert describe_labels(pd.Series(["A"] * 4)) == "“A”"
    assert describe_labels(pd.Series([None], dtype=object)) == "no label"
