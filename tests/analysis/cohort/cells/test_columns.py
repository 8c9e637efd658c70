"""What a column of text becomes: numbers, dates or labels."""

import random
import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.cohort.cells.columns import (
    Conventions,
    TypedColumn,
    count_numbers,
    numbers_in,
    type_column,
    writes_decimal_commas,
    writes_decimal_points,
)
from analysis.cohort.labels import as_labels
from tests.analysis.cohort.files import read_text


def read(*cells: str | None, name: str = "", infer: bool = True, **conventions: Any) -> TypedColumn:
    text = pa.array(cells, type=pa.string())
    return type_column(text, name=name, infer=infer, conventions=Conventions(**conventions))


def typed(*cells: str | None, **options: Any) -> pd.Series:
    return read(*cells, **options).values


def noticed(column: TypedColumn) -> dict[str, int]:
    return {item.code: item.count for item in column.noticed}


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
        ["1,234", "2"],  # a thousand or a fraction
        ["1,234", "2,5"],
        ["123 456", "234 567"],  # numbers of one length with spaces may be codes
        ["1.234.567", "2"],
        ["<=20", "20-50", ">50"],  # bands
        ["<20", ">50", "30"],
        ["65 kg", "130 lb"],
        ["1a", "2a", "2b"],
        ["T1", "T2", "T1"],
        ["1-2", "3-4"],
        ["0x10", "1"],
        ["1_000", "2"],
        ["1/2", "3"],
        ["1", "2", "3", "4", "see chart"],
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
    assert typed("1", "2", "3", "4", "x", "-").tolist() == ["1", "2", "3", "4", "x", None]


def test_marks_are_counted_and_blanks_are_not() -> None:
    found = read("1", "NaN", "", "na", None, ".")
    assert found.n_marked == 3
    assert found.values.isna().sum() == 5
    assert read("1", "nan", "").n_marked == 1


def test_iso_dates_become_dates_and_impossible_ones_stay_text() -> None:
    dates = typed("2024-01-31", "NA", "2024/2/9", "2023.12.01")
    assert dates.dtype == "datetime64[ns]"
    assert dates.tolist()[0] == pd.Timestamp("2024-01-31")
    assert dates.isna().tolist() == [False, True, False, False]
    assert dates.tolist()[3] == pd.Timestamp("2023-12-01")
    assert typed("2024-02-30", "2024-01-01").dtype == object


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
    assert count_numbers(pd.Series(["1", "2", "x", None], dtype=object)) == (2, 1)
    assert count_numbers(pd.Series(["1", "2", ">5", "3 kg", None], dtype=object)) == (4, 0)
    assert count_numbers(pd.Series(["<=20", "20-50", ">50"], dtype=object)) == (0, 3)
    assert count_numbers(pd.Series([1.0, np.nan])) == (1, 0)
    assert count_numbers(pd.Series([None, None], dtype=object)) == (0, 0)
    assert count_numbers(pd.Series(pd.to_datetime(["2024-01-01", None]))) == (0, 1)


def test_numbers_are_taken_from_a_column_that_stays_text() -> None:
    values = numbers_in(pd.Series(["1", ">5", "7", "8", "see chart", None], dtype=object))
    assert values[:4].tolist() == [1.0, 5.0, 7.0, 8.0]
    assert np.isnan(values[4:]).all()


# --- numbers as people type them ---


def test_limits_are_read_as_the_limit_and_counted() -> None:
    column = read("12", "35.5", ">200000", "7", "<0.5", ">200000", "")
    assert column.values.tolist()[:6] == [12.0, 35.5, 200_000.0, 7.0, 0.5, 200_000.0]
    assert noticed(column) == {"above_limit": 2, "below_limit": 1}


def test_limits_may_fill_most_rows_but_must_be_fewer_than_the_measured_numbers() -> None:
    assert typed(*["<20"] * 50, "120", "3500").tolist() == [20.0] * 50 + [120.0, 3500.0]
    assert typed("120", "<20", ">100").dtype == object


def test_words_for_not_measured_are_missing_among_numbers_and_labels_elsewhere() -> None:
    column = read("1.5", "not done", "2.5", "검사 안함", "-", "unknown")
    assert column.values.isna().tolist() == [False, True, False, True, True, True]
    assert (noticed(column), column.n_marked) == ({"missing_words": 3}, 1)
    assert typed("HBV", "unknown", "HCV").tolist() == ["HBV", "unknown", "HCV"]
    assert typed("모름", "유", "무").tolist() == ["모름", "유", "무"]


def test_one_unit_is_left_away_and_two_leave_text() -> None:
    column = read("65 kg", "70.5kg", "80", "n.d.")
    assert column.values.tolist()[:3] == [65.0, 70.5, 80.0]
    assert [(item.code, item.count, item.detail) for item in column.noticed if item.code == "unit"] == [
        ("unit", 2, "kg")
    ]
    assert noticed(read("65 kg", "130 lb", "70")) == {"mixed_units": 2}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1,234,567", "12,345", "5"], [1_234_567.0, 12_345.0, 5.0]),
        (["1,234", "1.5"], [1234.0, 1.5]),
        (["1,234", "950"], [1234.0, 950.0]),
        (["12 345", "6 789"], [12_345.0, 6789.0]),
        (["12'345", "67'890"], [12_345.0, 67_890.0]),
    ],
)
def test_thousands_where_the_column_shows_what_they_are(cells: list[str], expected: list[float]) -> None:
    column = read(*cells)
    assert column.values.tolist() == expected
    assert noticed(column)["thousands_separators"] >= 1


def test_thousands_in_doubt_are_counted_and_the_file_may_tell() -> None:
    assert noticed(read("1,234", "2,345")) == {"doubtful_thousands": 2}
    assert typed("1,234", "2,345", comma_groups=True).tolist() == [1234.0, 2345.0]
    assert typed("1,234", "2", decimal_comma=True).tolist() == [1.234, 2.0]
    assert typed("1,234", "1,234,567", decimal_comma=True).tolist() == [1234.0, 1_234_567.0]
    assert typed("1.234,5", "2,5", "<0,5", "1,5", decimal_comma=True).tolist() == [1234.5, 2.5, 0.5, 1.5]
    assert noticed(read("1.234", "999", decimal_comma=True)) == {"doubtful_thousands": 1}


def test_a_file_with_a_column_of_decimal_points_has_no_decimal_commas() -> None:
    columns = [pa.array(cells, type=pa.string()) for cells in (["x", "1.5"], ["1.234", "2"], ["1,234"])]
    assert not writes_decimal_points(columns)
    assert writes_decimal_points([*columns, pa.array(["1.5", "NA", "2"], type=pa.string())])


def test_width_signs_and_spaces_make_no_difference() -> None:
    assert typed("５", "−3.5", "＞２０", "1\u00a0234", "7").tolist() == [5.0, -3.5, 20.0, 1234.0, 7.0]


# --- labels ---


def test_spellings_of_one_label_become_the_commonest() -> None:
    column = read("Dead", "dead", "Dead ", "alive", "alive", "ALIVE", "Dead", "alive")
    assert column.values.tolist() == ["Dead"] * 3 + ["alive"] * 3 + ["Dead", "alive"]
    assert noticed(column) == {"merged_labels": 3}
    assert typed("a1", "A1", "b2").tolist() == ["a1", "A1", "b2"]
    assert typed(*["AA", "Aa", "aa"] * 4).nunique() == 3


def test_an_apostrophe_that_keeps_a_number_as_text_is_passed_over() -> None:
    assert typed("'3.8", "3.2", "’4").tolist() == [3.8, 3.2, 4.0]
    assert typed("'2022-07-14", "2022-07-15").dtype.kind == "M"
    assert typed("'007", "3").dtype == object


def test_k_is_a_thousand_among_thousands_only() -> None:
    column = read("160K", "98,000", "210,000", "85k", comma_groups=True)
    assert column.values.tolist() == [160_000, 98_000, 210_000, 85_000]
    assert noticed(column) == {"thousands_separators": 2, "thousands_letter": 2}
    assert noticed(read("160K", "98", "210")) == {"mixed_units": 1}  # perhaps 98 is 98,000, perhaps not
    assert noticed(read("160K", "9000000", "8000000")) == {"mixed_units": 1}
    assert typed("160K", "210K").dtype == object


def test_limits_beside_as_many_different_numbers_are_read_and_bands_are_not() -> None:
    column = read(*["1.0"] * 4, ">5.0")
    assert column.values.tolist() == [1.0, 1.0, 1.0, 1.0, 5.0]
    assert noticed(column) == {"above_limit": 1}
    for bands in (["0", "≥1"], ["1", ">1"], ["<50", "≥50"], ["<2", "2", ">2"], ["1", ">2", ">5"]):
        assert typed(*bands).dtype == object, bands


def test_two_decimal_signs_in_one_column_are_both_read_where_none_can_be_a_thousand() -> None:
    for convention in (False, True):
        column = read("3,7", "3.9", "4", "<0,5", "n.d.", decimal_comma=convention)
        assert column.values.tolist()[:4] == [3.7, 3.9, 4.0, 0.5]
        assert noticed(column) == {"decimal_commas": 2, "decimal_points": 1, "below_limit": 1, "missing_words": 1}
        assert not column.decimal_comma
        left = read("3,7", "3.9", "1,234", decimal_comma=convention)
        assert left.values.dtype == object
        assert noticed(left) == {"unread_commas": 2, "unread_points": 1}
        assert noticed(read("3,7", "12.000", "x", decimal_comma=convention)) == {}


# --- laws ---

cell = st.one_of(
    st.integers(-50, 50).map(str),
    st.floats(-1e6, 1e6).map(repr),
    st.sampled_from(["", "NA", ".", "-", "x", "1,5", "007", "2024-01-31", "nan", "inf", "9007199254740993"]),
)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(cell, min_size=1, max_size=12))
@example(cells=["1.6e-192", "1,5"])
@example(cells=["1.604e-19", "1,5"])
def test_a_column_is_numeric_exactly_when_every_present_cell_is_a_number(cells: list[str]) -> None:
    column = typed(*cells)
    always = {"", "na", "nan"}
    present = [text for text in cells if text.lower() not in always]
    plain = [text for text in present if text not in (".", "-")]
    words = [text for text in plain if text in ("x", "007", "2024-01-31", "9007199254740993")]
    points = [text for text in plain if "." in text and re.fullmatch(r"-?[0-9]+\.[0-9]+(e[-+][0-9]+)?", text)]
    words += [] if points and not any(_may_be_thousand(text) for text in points) else ["1,5"] * plain.count("1,5")
    assert (column.dtype == np.float64) == (bool(plain) and not words)
    assert len(column) == len(cells)
    if column.dtype == np.float64:
        assert column.dropna().tolist() == [float(text.replace(",", ".")) for text in plain]


def _may_be_thousand(text: str) -> bool:
    return re.fullmatch(r"-?[1-9][0-9]{0,2}\.[0-9]{3}(e.*)?", text) is not None


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(cell, min_size=1, max_size=12), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(cells: list[str], order: random.Random) -> None:
    places = list(range(len(cells)))
    order.shuffle(places)
    straight = typed(*cells).tolist()
    shuffled = typed(*[cells[place] for place in places]).tolist()
    assert [repr(value) for value in shuffled] == [repr(straight[place]) for place in places]


messy = st.one_of(
    st.integers(-5, 50).map(str),
    st.sampled_from(["", "NA", ".", "-", "?", "unknown", "not done", "x", "X", "LEN", "len", "ＬＥＮ", "AA", "Aa"]),
    st.sampled_from(
        [">5", "<0.5", "> 1,000", "1,234", "12 345", "3,5", "65 kg", "70kg", "5 mg", "40%", "007", "20-50"]
    ),
    st.sampled_from(["2024-01-31", "2024.2.29", "2024-02-30", "31/12/2023", "03/04/2024", "2024-02", "9999-12-31"]),
    st.sampled_from(["45000", "20240131", "令和4年7月14日", "14-Jul-2022", "22-07-14", "2024-01-31 08:30"]),
)
columns = st.lists(messy, min_size=1, max_size=14)
names = st.sampled_from(["x", "index_date"])


def as_text(values: pd.Series) -> list[str | None]:
    return as_labels(values).tolist()


@settings(max_examples=60, deadline=None)
@given(cells=columns, name=names)
def test_a_column_that_was_read_and_written_is_read_as_the_same(cells: list[str], name: str) -> None:
    once = typed(*cells, name=name)
    again = typed(*as_text(once), name=name)
    if once.notna().any():
        assert again.dtype == once.dtype
    assert as_text(again) == as_text(once)


@settings(max_examples=60, deadline=None)
@given(cells=columns, name=names, order=st.randoms(use_true_random=False), data=st.data())
def test_neither_the_order_of_rows_nor_a_repeated_row_changes_a_type(
    cells: list[str], name: str, order: random.Random, data: st.DataObject
) -> None:
    shuffled = cells.copy()
    order.shuffle(shuffled)
    repeated = [*cells, data.draw(st.sampled_from(cells))]
    expected = typed(*cells, name=name)
    for other in (shuffled, repeated):
        assert typed(*other, name=name).dtype == expected.dtype
    found = typed(*repeated, name=name)
    if expected.dtype != object:
        pd.testing.assert_series_equal(found[: len(cells)], expected)


def test_text_of_a_file_that_stores_types_keeps_its_codes_but_not_its_dates_and_limits() -> None:
    def stored(*cells: str) -> pd.Series:
        return type_column(pa.array(cells), name="value", infer=False).values

    assert stored("1", "2", "1").tolist() == ["1", "2", "1"]
    assert stored("LEN", "SOR", "NA").tolist() == ["LEN", "SOR", None]
    assert stored("2022-07-14", "2022-08-01", "").dtype.kind == "M"
    assert stored("14-Jul-2022", "01-Aug-2022", "").dtype.kind == "M"
    assert stored("3.5", "<0.5", "12", "").tolist()[:3] == [3.5, 0.5, 12.0]
    assert stored("20220714", "20220801", "20220802").tolist() == ["20220714", "20220801", "20220802"]


def test_a_limit_does_not_hide_a_decimal_comma() -> None:
    cohort = read_text("id;arm;crp\n1;A;<0,5\n2;B;1,25\n3;A;2,5\n4;B;3,75\n5;A;4,5\n")
    assert cohort.table["crp"].tolist() == [0.5, 1.25, 2.5, 3.75, 4.5]
