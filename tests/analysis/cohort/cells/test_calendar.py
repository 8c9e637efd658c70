"""One cell that holds a date, in the ways people and spreadsheets write it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analysis.cohort.cells.calendar import EXCEL_EPOCH, FORMS, full_year, read_date


@pytest.mark.parametrize(
    ("text", "form"),
    [
        *(("2022-07-14", "hyphens"), ("2022–07–14", "hyphens"), ("2022-07-14(목)", "hyphens")),
        *(("2022.07.14", "dots"), ("2022. 7. 14.", "dots"), ("2022. 7. 14", "dots")),
        *(("2022/7/14", "slashes"), ("２０２２／７／１４", "slashes")),
        *(("2022년 7월 14일", "words"), ("2022년7월14일", "words"), ("22년 7월 14일", "words_short")),
        *(("2022年7月14日", "kanji"), ("令和4年7月14日", "era"), ("R4.7.14", "era"), ("平成34年7月14日", "era")),
        *(("20220714", "compact"), ("44756", "day_number"), ("'22.7.14", "short")),
        *(("14-Jul-2022", "month_name"), ("Jul 14, 2022", "month_name"), ("July 14th, 2022", "month_name")),
        *(("14 JULY 2022", "month_name"), ("14JUL2022", "month_name"), ("2022-Jul-14", "month_name")),
        ("14-Jul-22", "month_name_short"),
    ],
)
def test_one_day_in_many_forms(text: str, form: str) -> None:
    found = read_date(text)
    assert (found.kind, found.form, found.numbers, found.seconds) == ("date", form, (2022, 7, 14), 0.0)
    assert form in FORMS


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("令和元年5月1日", (2019, 5, 1)),
        ("H31.4.30", (2019, 4, 30)),
        ("平成元年1月8日", (1989, 1, 8)),
        ("S63/12/31", (1988, 12, 31)),
        ("昭和20年8月15日", (1945, 8, 15)),
        ("大正15年12月24日", (1926, 12, 24)),
    ],
)
def test_years_of_japanese_eras(text: str, numbers: tuple[int, int, int]) -> None:
    assert read_date(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2022-07-14 00:00:00", 0.0),
        ("2022-07-14T13:45:00.5Z", 49_500.5),
        ("2022-07-14 13:45+09:00", 49_500.0),
        ("2022. 7. 14. 오후 1:45", 49_500.0),
        ("2022/7/14 午前 9:05:30", 32_730.0),
        ("Jul 14, 2022 1:45 PM", 49_500.0),
        ("2022-07-14 12:00 am", 0.0),
        ("44756.5", 43_200.0),
    ],
)
def test_times_of_day(text: str, seconds: float) -> None:
    found = read_date(text)
    assert (found.kind, found.numbers, found.seconds) == ("date", (2022, 7, 14), seconds)


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("ordered", ("14/07/2022", "7/14/2022 3:20 PM", "03-04-2022", "3. 4. 2022")),
        ("short", ("22-07-14", "14/7/22", "7.14.22")),
        ("partial", ("2022-07", "2022.7", "2022년 7월", "2022年7月", "2022-07-UK", "2022-UK-UK", "2022-07-00")),
        ("partial", ("07/2022", "Jul 2022", "UNK-JUL-2022", "2022", "2022년", "2022-07-??", "2022-07-99")),
        ("never", ("9999-12-31", "1900-01-01", "0000-00-00", "9999", "99999999", "00000000", "31/12/9999", "0")),
        ("impossible", ("2022-02-30", "2022-13-01", "30-Feb-2022", "20220230", "令和4年2月30日")),
        ("none", ("unknown", "alive", "생존 중", "不明", "-", "해당 없음")),
        ("other", ("abc", "12", "T2", "2022-07-14 25:00", "5.5", "12345678901", "19999", "see chart")),
    ],
)
def test_what_is_not_a_day_has_its_own_kind(kind: str, texts: tuple[str, ...]) -> None:
    assert [read_date(text).kind for text in texts] == [kind] * len(texts)


def test_two_digit_years_are_read_as_spreadsheets_read_them() -> None:
    assert [full_year(year) for year in (0, 29, 30, 99)] == [2000, 2029, 1930, 1999]


WRITERS = (
    lambda day: day.isoformat(),
    lambda day: f"{day.year}. {day.month}. {day.day}.",
    lambda day: f"{day.year}년 {day.month}월 {day.day}일",
    lambda day: f"{day:%d-%b-%Y}",
    lambda day: f"{day:%B} {day.day}, {day.year}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"令和{day.year - 2018}年{day.month}月{day.day}日",
    lambda day: str((day - EXCEL_EPOCH).days),
)


@examples(max_examples=60, deadline=None)
@given(
    day=st.dates(datetime.date(2019, 5, 1), datetime.date(2099, 12, 31)),
    writer=st.sampled_from(WRITERS),
)
def test_a_day_written_in_any_form_is_that_day(day: datetime.date, writer) -> None:  # type: ignore[no-untyped-def]
    found = read_date(writer(day))
    assert (found.kind, found.numbers) == ("date", (day.year, day.month, day.day))
