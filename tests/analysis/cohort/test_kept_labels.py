"""Labels kept beside a table are those of its cells, also when the cells have changed."""

import gc

import numpy as np
import pandas as pd

from analysis.cohort import kept_labels
from analysis.cohort.cells.columns import count_numbers
from analysis.cohort.kept_labels import count_numeric_labels, labels_in
from analysis.cohort.labels import as_labels, code_labels


def table() -> pd.DataFrame:
    return pd.DataFrame({"arm": ["b", None, "a", "b"], "stage": [2.0, np.nan, 1.0, 2.0], "dose": ["5", "x", "5", None]})


def test_labels_are_found_once_and_found_again_when_a_cell_changes() -> None:
    cohort = table()
    first = labels_in(cohort, "arm")
    assert labels_in(cohort, "arm") is first
    cohort.loc[0, "arm"] = "c"
    assert labels_in(cohort, "arm").texts().tolist() == ["c", None, "a", "b"]
    labels_in(cohort, "stage")
    cohort.loc[1, "stage"] = 3.0
    assert labels_in(cohort, "stage").texts().tolist() == ["2", "3", "1", "2"]


def test_nothing_is_kept_of_a_table_that_is_gone() -> None:
    cohort = table()
    labels_in(cohort, "arm")
    key = id(cohort)
    assert key in kept_labels._TABLES
    del cohort
    gc.collect()
    assert key not in kept_labels._TABLES


def test_numbers_among_texts_are_counted_as_in_the_column() -> None:
    for name in ("arm", "dose"):
        assert count_numeric_labels(table(), name) == count_numbers(table()[name])


def test_coded_labels_answer_like_a_series() -> None:
    for name in ("arm", "stage"):
        column = table()[name]
        labels, series = code_labels(column), as_labels(column)
        assert labels.to_series().tolist() == series.tolist()
        assert labels.isna().tolist() == series.isna().tolist()
        assert labels.isin(["b", "2"]).tolist() == series.isin(["b", "2"]).tolist()
        assert labels.present() == series.dropna().unique().tolist()
        rows = np.array([True, True, True, False])
        assert labels[rows].counts().tolist() == [1, 1]
