"""A column of dates: the order of day and month is the column's, the file's or a person's, never a guess."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from analysis.cohort.cells.columns import Conventions, type_column
from analysis.cohort.cells.date_column import find_date_order, names_a_date, read_date_column
from analysis.cohort.cells.typed_column import TypedColumn, of_values


def read(*cells: str, name: str = "", **conventions: Any) -> TypedColumn:
    return type_column(pa.array(cells, type=pa.string()), name=name, conventions=Conventions(**conventions))


def days(column: TypedColumn) -> list[str | None]:
    assert column.values.dtype == "datetime64[ns]"
    return [None if pd.isna(day) else day.strftime("%Y-%m-%d") for day in column.values]


def noticed(column: TypedColumn) -> dict[str, int]:
    return {item.code: item.count for item in column.noticed}


def details(column: TypedColumn) -> list[tuple[str, int, str]]:
    return [(item.code, item.count, item.detail) for item in column.noticed]


def test_mixed_forms_are_all_read_and_counted() -> None:
    column = read(
        "2022-07-14", "2022. 7. 15.", "2022년 7월 16일", "44759", "令和4年7月18日", "19-Jul-2022", "2022-07-20"
    )
    assert days(column) == [f"2022-07-{day}" for day in range(14, 21)]
    assert details(column) == [
        ("date_form", 2, "2022-07-14"),
        ("date_form", 1, "2022.7.14"),
        ("date_form", 1, "2022년 7월 14일"),
        ("date_form", 1, "令和4年7月14日"),
        ("date_form", 1, "14-Jul-2022"),
        ("date_form", 1, "Excel day numbers"),
    ]
    assert read("2022-07-14", "2022-07-15").noticed == ()


@pytest.mark.parametrize(
    ("cells", "options", "expected", "why"),
    [
        (("14/07/2022", "03/04/2022"), {}, ["2022-07-14", "2022-04-03"], ("day_first", 2, "column")),
        (("7/14/2022", "3/4/2022"), {}, ["2022-07-14", "2022-03-04"], ("month_first", 2, "column")),
        (("03/04/2022", "3.4.2022"), {"file_order": "day_first"}, ["2022-04-03"] * 2, ("day_first", 2, "file")),
        (("03/04/2022",), {"date_order": "month_first"}, ["2022-03-04"], ("month_first", 1, "setting")),
        (("03/04/2022",), {"date_order": "day_first", "file_order": "month_first"}, ["2022-04-03"], ("day_first", 1, "setting")),
        (("7/14/2022", "3/4/2022"), {"date_order": "day_first"}, ["2022-07-14", "2022-03-04"], ("month_first", 2, "column")),
    ],
)  # fmt: skip
def test_day_and_month(cells: tuple[str, ...], options: Any, expected: list[str], why: tuple[str, int, str]) -> None:
    column = read(*cells, **options)
    assert days(column) == expected
    assert why in details(column)


def test_without_a_sign_of_the_order_the_column_stays_text() -> None:
    column = read("03/04/2022", "05/06/2022", "")
    assert column.values.tolist() == ["03/04/2022", "05/06/2022", None]
    assert noticed(column) == {"ambiguous_dates": 2}
    assert noticed(read("14/07/2022", "07/14/2022")) == {"ambiguous_dates": 2}
    assert days(read("05/05/2022", "06/06/2022")) == ["2022-05-05", "2022-06-06"]


def test_the_order_of_a_file_is_that_of_all_columns_which_show_one() -> None:
    day, month, none = (pa.array([text]) for text in ("14/07/2022", "7/14/2022", "03/04/2022"))
    assert find_date_order([none, day]) == "day_first"
    assert find_date_order([none, month]) == "month_first"
    assert find_date_order([day, month]) is None
    assert find_date_order([none, pa.array(["LEN", "SOR"])]) is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("99-07-14", "22-07-31"), ["1999-07-14", "2022-07-31"]),
        (("14.7.99", "31.7.22"), ["1999-07-14", "2022-07-31"]),
        (("7/14/99", "7/31/22"), ["1999-07-14", "2022-07-31"]),
    ],
)
def test_two_digit_years_are_read_where_one_order_is_possible(cells: tuple[str, str], expected: list[str]) -> None:
    column = read(*cells, name="visit date")
    assert days(column) == expected
    assert noticed(column)["two_digit_years"] == 2


def test_two_digit_years_in_several_possible_orders_stay_text() -> None:
    assert noticed(read("22-07-14", "21-03-05", name="visit date")) == {"ambiguous_dates": 2}
    assert read("11-07-31", "12-01-30", name="code").values.dtype == object


def test_impossible_dates_are_missing_when_few_and_leave_text_when_many() -> None:
    good = [f"2022-07-{day:02d}" for day in range(1, 32)]
    column = read(*good, "2022-02-30", "2022-02-30")
    assert days(column) == [*good, None, None]
    assert noticed(column) == {"impossible_dates": 2}
    spoilt = read("2022-07-14", "2022-07-15", "2022-02-30")
    assert spoilt.values.tolist() == ["2022-07-14", "2022-07-15", "2022-02-30"]
    assert noticed(spoilt) == {"text_among_dates": 1}


def test_partial_dates_are_missing_and_no_day_is_guessed() -> None:
    column = read("2022-07-14", "2022-07-15", "2022-07", "2022년 7월", "2022-07-16", "2022-07-UK")
    assert days(column) == ["2022-07-14", "2022-07-15", None, None, "2022-07-16", None]
    assert noticed(column) == {"partial_dates": 3}
    assert read("2022-07", "2022-08").values.dtype == object


def test_years_for_never_and_words_for_none_are_missing() -> None:
    column = read("2022-07-14", "9999-12-31", "1900-01-01", "alive", "2022-07-15", "-", "unknown", "alive")
    assert days(column) == ["2022-07-14", None, None, None, "2022-07-15", None, None, None]
    assert (noticed(column), column.n_marked) == ({"missing_words": 3, "never_dates": 2}, 1)


def test_text_among_dates_leaves_text_and_is_counted() -> None:
    cells = [*(f"2022-07-{day}" for day in range(10, 20)), "see chart"]
    column = read(*cells)
    assert column.values.tolist() == cells
    assert noticed(column) == {"text_among_dates": 1}


def test_times_of_day_are_kept_where_there_are_any() -> None:
    column = read("2022. 7. 14. 오후 1:45", "2022-07-15")
    assert column.values.tolist() == [pd.Timestamp("2022-07-14 13:45"), pd.Timestamp("2022-07-15")]
    assert days(read("2022-07-14 00:00:00", "2022.7.15 00:00")) == ["2022-07-14", "2022-07-15"]


def test_bare_numbers_are_days_only_where_the_name_or_the_other_cells_say_so() -> None:
    assert days(read("44756", "44757", "NA", name="index_date")) == ["2022-07-14", "2022-07-15", None]
    assert days(read("44756", "44757.5", name="사망일")) == ["2022-07-14", "2022-07-15"]
    assert read("44756", "44757", name="platelets").values.dtype == np.float64
    assert read("44756", "51000", "2022-07-14", name="platelets").values.dtype == object
    assert days(read("44756", "2022-07-15")) == ["2022-07-14", "2022-07-15"]


def test_eight_digits_are_days_by_name_or_when_all_of_three_and_more_are() -> None:
    assert days(read("20220714", "20220715", name="visit_date")) == ["2022-07-14", "2022-07-15"]
    assert days(read("20220714", "20220715", "20231231", name="x")) == ["2022-07-14", "2022-07-15", "2023-12-31"]
    assert read("20220714", "20220715", name="x").values.dtype == np.float64
    assert read("20220714", "20220715", "20231231", name="patient_id").values.dtype == np.float64
    assert read("20220714", "20220715", "20231331", name="x").values.dtype == np.float64


@pytest.mark.parametrize("name", ["index_date", "birthdate", "사망일", "최종추적일자", "登録日", "DateOfDeath"])
def test_names_that_speak_of_dates(name: str) -> None:
    assert names_a_date(name)


@pytest.mark.parametrize("name", ["age", "candidate", "os_days", "platelets", "치료군"])
def test_names_that_do_not(name: str) -> None:
    assert not names_a_date(name)


def test_columns_that_already_have_a_type_are_looked_at_too() -> None:
    numbers = of_values(pd.Series([44756.0, np.nan, 44757.0]), "index_date")
    assert days(numbers) == ["2022-07-14", None, "2022-07-15"]
    dates = of_values(pd.Series(pd.to_datetime(["2022-07-14", "1900-01-01"])), "index_date")
    assert days(dates) == ["2022-07-14", None]
    assert noticed(dates) == {"never_dates": 1}
    assert of_values(pd.Series([1.0, 2.0]), "index_date").values.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("cells", [["LEN", "SOR"], ["S0000001", "T2"], ["1.5", "2.5", "x"], ["12-3-45", "1-2-3"]])
def test_other_columns_are_none_of_dates(cells: list[str]) -> None:
    assert read_date_column(pa.array(cells, type=pa.string())) is None


AMBIGUOUS_SHORT = ["03/04/22", "12/05/21", "23/04/22"]


def test_what_a_person_says_settles_two_digit_years_too() -> None:
    cells = pa.array([*AMBIGUOUS_SHORT, "2022-01-31"])
    assert read_date_column(cells).status == "ambiguous"
    said = read_date_column(cells, date_order="day_first")
    assert said.status == "dates"
    assert said.values.astype("datetime64[D]").astype(str).tolist()[:3] == ["2022-04-03", "2021-05-12", "2022-04-23"]
    assert set(said.form) == {"day_first_short", "hyphens"}
    assert read_date_column(cells, date_order="month_first").status == "ambiguous"  # there is no 23rd month


def test_a_day_before_the_name_of_a_month_shows_where_the_day_stands() -> None:
    found = read_date_column(pa.array([*AMBIGUOUS_SHORT, "14-Jul-22"]))
    assert found.status == "dates"
    assert found.values.astype("datetime64[D]").astype(str).tolist()[2:] == ["2022-04-23", "2022-07-14"]
