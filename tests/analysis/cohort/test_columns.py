"""What a column of text becomes: numbers, dates or labels."""

import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.cohort.columns import count_numbers, type_column, writes_decimal_commas


def typed(*cells: str, **options: bool) -> pd.Series:
    return type_column(pa.array(cells, type=pa.string()), **options).values


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2.5", "-3"], [1.0, 2.5, -3.0]),
        (["+1", ".5", "5."], [1.0, 0.5, 5.0]),
        (["1e3", "2E-2"], [1000.0, 0.02]),
        (["0", "-0", "0.5"], [0.0, 0.0, 0.5]),
        (["Inf", "-inf", "1"], [np.inf, -np.inf, 1.0]),
    ],
)
def test_numbers(cells: list[str], expected: list[float]) -> None:
    column = typed(*cells)
    assert column.dtype == np.float64
    assert column.tolist() == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "008"],  # codes
        ["01", "2", "3"],
        ["9007199254740993", "1"],  # would lose its last digit
        ["12345678901234567890", "1"],
        ["1,234", "2"],  # thousands are not guessed
        ["1 234", "2"],
        ["12%", "13%"],
        ["0x10", "1"],
        ["1_000", "2"],
        ["1/2", "3"],
        ["５", "6"],
        ["1", "2", "3", "4", ">5"],
        ["TRUE", "FALSE"],
    ],
)
def test_what_is_no_number_keeps_the_whole_column_text(cells: list[str]) -> None:
    assert typed(*cells).tolist() == cells


def test_a_column_of_marks_alone_is_empty_text() -> None:
    column = typed("NA", "nan", "")
    assert column.dtype == object
    assert column.tolist() == [None, None, None]


def test_dots_and_dashes_are_missing_among_numbers_only() -> None:
    assert typed("1", ".", "-", "2").isna().tolist() == [False, True, True, False]
    assert typed("+", "-", "+").tolist() == ["+", "-", "+"]
    assert typed("a", ".", "b").tolist() == ["a", ".", "b"]
    assert typed("1", "2", "3", "4", ">5", "-").tolist() == ["1", "2", "3", "4", ">5", None]


def test_marks_are_counted_and_blanks_are_not() -> None:
    found = type_column(pa.array(["1", "NaN", "", "na", None, "."], type=pa.string()))
    assert found.n_marked == 3
    assert found.values.isna().sum() == 5
    assert type_column(pa.array(["1", "nan", ""], type=pa.string())).n_marked == 1


def test_iso_dates_become_dates_and_impossible_ones_stay_text() -> None:
    dates = typed("2024-01-31", "NA", "2024/2/9", "2023.12.01")
    assert dates.dtype == "datetime64[ns]"
    assert dates.tolist()[0] == pd.Timestamp("2024-01-31")
    assert dates.isna().tolist() == [False, True, False, False]
    assert dates.tolist()[3] == pd.Timestamp("2023-12-01")
    assert typed("2024-02-30", "2024-01-01").dtype == object
    assert typed("31.01.2024", "01.02.2024").dtype == object
    assert typed("9999-12-31", "2024-01-01").dtype == object


def test_the_same_word_typed_on_two_systems_is_one_label() -> None:
    column = typed("나이", "\u1102\u1161\u110b\u1175")
    assert column.iloc[0] == column.iloc[1]


def test_labels_of_files_with_types_are_not_turned_into_numbers() -> None:
    assert typed("1", "2", "NA", infer=False).tolist() == ["1", "2", None]


@pytest.mark.parametrize(
    ("column", "certain", "expected"),
    [
        (["1,5", "2"], True, True),
        (["1,234", "2,345"], True, True),
        (["1,234", "2,345"], False, False),
        (["1,25", "2"], False, True),
        (["1,5", "abc"], True, False),
        (["1,5", "NA", "-", ""], True, True),
        (["15", "2"], True, False),
    ],
)
def test_decimal_commas_are_told_from_thousands(column: list[str], certain: bool, expected: bool) -> None:
    assert writes_decimal_commas([pa.array(column, type=pa.string())], certain=certain) == expected


def test_cells_that_are_numbers_are_counted() -> None:
    assert count_numbers(pd.Series(["1", "2", ">5", None], dtype=object)) == (2, 1)
    assert count_numbers(pd.Series([1.0, np.nan])) == (1, 0)
    assert count_numbers(pd.Series([None, None], dtype=object)) == (0, 0)
    assert count_numbers(pd.Series(pd.to_datetime(["2024-01-01", None]))) == (0, 1)


cell = st.one_of(
    st.integers(-50, 50).map(str),
    st.floats(-1e6, 1e6).map(repr),
    st.sampled_from(["", "NA", ".", "-", "x", "1,5", "007", "2024-01-31", "nan", "inf", "9007199254740993"]),
)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(cell, min_size=1, max_size=12))
def test_a_column_is_numeric_exactly_when_every_present_cell_is_a_number(cells: list[str]) -> None:
    column = typed(*cells)
    always = {"", "na", "nan"}
    present = [text for text in cells if text.lower() not in always]
    plain = [text for text in present if text not in (".", "-")]
    words = [text for text in plain if text in ("x", "1,5", "007", "2024-01-31", "9007199254740993")]
    assert (column.dtype == np.float64) == (bool(plain) and not words)
    assert len(column) == len(cells)
    if column.dtype == np.float64:
        assert column.dropna().tolist() == [float(text) for text in plain]


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(cell, min_size=1, max_size=12), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(cells: list[str], order: random.Random) -> None:
    places = list(range(len(cells)))
    order.shuffle(places)
    straight = typed(*cells).tolist()
    shuffled = typed(*[cells[place] for place in places]).tolist()
    assert [repr(value) for value in shuffled] == [repr(straight[place]) for place in places]
