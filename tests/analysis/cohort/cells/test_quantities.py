"""One cell that holds a number, in the ways laboratories and hospitals write it."""

import pytest

from analysis.cohort.cells.quantities import NOT_MEASURED, fold_word, read_quantity


@pytest.mark.parametrize(
    ("text", "value", "limit"),
    [
        ("≥400", 400.0, 1),
        (">200000", 200_000.0, 1),
        ("> 1,000", 1000.0, 1),
        ("＞２００", 200.0, 1),
        (">= 5", 5.0, 1),
        ("400 이상", 400.0, 1),
        ("400초과", 400.0, 1),
        ("200以上", 200.0, 1),
        ("more than 50", 50.0, 1),
        ("<0.5", 0.5, -1),
        ("≤5", 5.0, -1),
        ("0.5 미만", 0.5, -1),
        ("0.5이하", 0.5, -1),
        ("2.0以下", 2.0, -1),
        ("2.0未満", 2.0, -1),
        ("less than 0.03", 0.03, -1),
        ("<0.5 mg/dL", 0.5, -1),
        ("5", 5.0, 0),
    ],
)
def test_limits_are_numbers_and_known_to_be_limits(text: str, value: float, limit: int) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.limit) == (value, limit)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("65 kg", 65.0, "kg"),
        ("65kg", 65.0, "kg"),
        ("65.2㎏", 65.2, "kg"),
        ("3.5 g/dL", 3.5, "g/dL"),
        ("3.5G/DL", 3.5, "g/dL"),
        ("45세", 45.0, "세"),
        ("12개월", 12.0, "개월"),
        ("30日", 30.0, "日"),
        ("40 %", 40.0, "%"),
        ("40％", 40.0, "%"),
        ("94 10^9/L", 94.0, "10^9/L"),
        ("94 ×10⁹/L", 94.0, "10^9/L"),
        ("100 103/uL", 100.0, "10^3/uL"),
        ("5,400 /µL", 5400.0, "/uL"),
        ("62y", 62.0, "y"),
    ],
)
def test_a_unit_may_follow(text: str, value: float, unit: str) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    ("text", "value", "separators", "certain", "fraction"),
    [
        ("12,345", 12_345.0, "comma_groups", False, 12.345),
        ("1,234,567", 1_234_567.0, "comma_groups", True, 1_234_567.0),
        ("1,234.5", 1234.5, "comma_groups", True, 1234.5),
        ("12 345", 12_345.0, "other_groups", False, 12_345.0),
        ("12\u00a0345", 12_345.0, "other_groups", False, 12_345.0),
        ("12'345", 12_345.0, "other_groups", True, 12_345.0),
        ("12\u2009345,5", 12_345.5, "other_groups", True, 12_345.5),
        ("1.234,5", 1234.5, "dot_groups", True, 1234.5),
        ("1.234", 1.234, "decimal_point", False, 1.234),
        ("0.234", 0.234, "decimal_point", True, 0.234),
        ("3,5", 3.5, "comma_decimal", True, 3.5),
        ("０．５", 0.5, "decimal_point", True, 0.5),
        ("−3.5", -3.5, "decimal_point", True, -3.5),
        ("–3", -3.0, "plain", True, -3.0),
    ],
)
def test_separators_are_told_apart_and_doubt_is_admitted(
    text: str, value: float, separators: str, certain: bool, fraction: float
) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.separators, found.certain, found.fraction) == (value, separators, certain, fraction)


@pytest.mark.parametrize(
    "text",
    [
        *("007", "1-2", "20-50", "T1", "2a", "2L", "2 L", "3G", "1기", "1차", "10²", "①", "abc", "mg", ">", "1/2"),
        *("120/80", "2022-07-14", "2022.7.14", "2022. 7. 14.", "12:30", "200000<", ">5이하", "1,23,456", "1,2345,6"),
        *("5~10", "1 2", "12 34", "1234567890123456", "00.5", "1_000", "0x10"),
    ],
)
def test_codes_ranges_dates_and_grades_are_no_numbers(text: str) -> None:
    assert read_quantity(text) is None


def test_words_for_what_was_not_measured_are_found_however_they_are_typed() -> None:
    for word in ("Not Done", "N.D.", "UNK", "검사 안함", "용혈", "測定不能", "？", "――", "Ｎ／Ｄ"):
        assert fold_word(word) in NOT_MEASURED
    for word in ("none", "없음", "negative", "PR"):
        assert fold_word(word) not in NOT_MEASURED
    assert all(fold_word(word) == word for word in NOT_MEASURED)
