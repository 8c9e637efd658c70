"""Classes of numbers and strata of classes, against pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design.coarsening import coarsened_strata
from analysis.errors import EstimationError
from analysis.settings import Coarsening

TENTHS = st.integers(-50, 50).map(lambda number: number / 10)


@settings(max_examples=50, deadline=None)
@given(st.lists(TENTHS, min_size=2, max_size=30), st.lists(TENTHS, min_size=1, max_size=4, unique=True).map(sorted))
def test_cutpoints_are_the_classes_of_pandas(values, points):
    found = coarsened_strata(pd.DataFrame({"x": values}), [Coarsening(column="x", cutpoints=tuple(points))])
    codes = pd.cut(pd.Series(values), [-np.inf, *points, np.inf], labels=False)
    assert found.tolist() == pd.factorize(codes, sort=True)[0].tolist()


@settings(max_examples=50, deadline=None)
@given(st.lists(TENTHS, min_size=2, max_size=30).filter(lambda values: min(values) < max(values)), st.integers(2, 20))
def test_bins_are_the_classes_of_pandas(values, bins):
    found = coarsened_strata(pd.DataFrame({"x": values}), [Coarsening(column="x", bins=bins)])
    codes = pd.cut(pd.Series(values), bins, labels=False)
    assert found.tolist() == pd.factorize(codes, sort=True)[0].tolist()


def test_a_value_at_a_cutpoint_lies_below_it():
    columns = pd.DataFrame({"age": [49.9, 50.0, 50.1, 65.0, 65.1]})
    assert coarsened_strata(columns, [Coarsening(column="age", cutpoints=(50.0, 65.0))]).tolist() == [0, 0, 1, 1, 2]


def test_strata_are_the_groups_of_all_columns():
    rng = np.random.default_rng(2)
    columns = pd.DataFrame(
        {
            "sex": pd.Categorical(rng.choice(["m", "f"], 200), categories=["m", "f"]),
            "stage": rng.integers(1, 4, 200),
            "centre": rng.choice(["a", "b", "c"], 200),
            "age": rng.normal(60, 10, 200),
        }
    )
    found = coarsened_strata(columns, [Coarsening(column="age", bins=4)])
    cut = columns.assign(age=pd.cut(columns["age"], 4, labels=False))
    groups = cut.groupby(list(cut.columns), observed=True, sort=True).ngroup()
    assert found.tolist() == groups.tolist()


def test_a_column_of_one_value_is_one_class():
    columns = pd.DataFrame({"age": [60.0, 60.0]})
    assert coarsened_strata(columns, [Coarsening(column="age", bins=5)]).tolist() == [0, 0]


def test_many_columns_of_many_levels_stay_apart():
    rows = np.random.default_rng(1).permutation(1000)
    columns = pd.DataFrame({f"x{i}": np.roll(rows, i) for i in range(30)})
    assert np.unique(coarsened_strata(columns, [])).size == 1000


def test_missing_values_and_labels_are_counted():
    columns = pd.DataFrame({"age": [60.0, np.nan, np.inf], "stage": ["A", None, "B"], "afp": ["1", "2", "3"]})
    with pytest.raises(EstimationError) as refused:
        coarsened_strata(columns, [Coarsening(column="age", bins=2), Coarsening(column="afp", bins=2)])
    assert refused.value.problems == (
        "Strata need a value for every patient; in column age 2 of 3 have none. Leave these patients out or drop this "
        "column.",
        "Strata need a value for every patient; in column stage 1 of 3 have none. Leave these patients out or drop "
        "this column.",
        "Only numbers can be cut into classes; column afp holds labels. Match exactly on it, or leave it out.",
    )


def test_a_column_that_is_not_there_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="not among the columns"):
        coarsened_strata(pd.DataFrame({"age": [1.0]}), [Coarsening(column="afp", bins=2)])


def test_bins_of_a_range_beyond_the_largest_number() -> None:
    ends = pd.DataFrame({"x": [-1e308, -1.0, 1e308]})
    assert coarsened_strata(ends, [Coarsening(column="x", bins=2)]).tolist() == [0, 0, 1]
