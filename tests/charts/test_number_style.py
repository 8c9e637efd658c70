"""Numbers in the styles of journals: what each prints, and that none ever prints another number."""

import re
import threading
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import SettingsError
from charts import style
from charts.number_style import (
    FOLDER,
    NUMBER_STYLES,
    NumberStyle,
    number_style,
    number_style_in_force,
    p_decimals,
    read_journal_file,
    styled,
)

ALL = sorted(NUMBER_STYLES)


def read_back(printed: str, written: NumberStyle) -> float:
    """The number that a reader of a style understands."""
    plain = printed.replace(written.percent, "").replace(style.MINUS, "-")
    if written.thousands:
        plain = plain.replace(written.thousands, "")
    return float(plain.replace(written.decimal_mark, "."))


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=50, deadline=None)
@given(number=st.floats(-1e7, 1e7, allow_nan=False), proportion=st.floats(-1, 1))
def test_every_style_prints_the_houses_number(name: str, number: float, proportion: float) -> None:
    house = NUMBER_STYLES["house"]
    forms = [
        (style.format_percent, proportion),
        (style.format_points, proportion),
        (style.format_smd, number),
        (style.format_ratio, abs(number)),
        (style.format_count, int(number)),
        (lambda value: style.format_time(value, "months"), number),
        (style.format_tick, round(number, 1)),
    ]
    for form, value in forms:
        plain = form(value)  # type: ignore[operator]
        with number_style(name) as written:
            printed = form(value)  # type: ignore[operator]
        assert read_back(printed.lstrip("<"), written) == read_back(plain.lstrip("<"), house)
        assert printed.startswith("<") == plain.startswith("<")


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=50, deadline=None)
@given(p_value=st.one_of(st.floats(0, 1), st.floats(0, 0.06), st.floats(0.0494, 0.0506)))
def test_a_p_value_is_rounded_as_the_style_says_and_never_across_five_percent(name: str, p_value: float) -> None:
    with number_style(name) as written:
        printed = style.format_p(p_value)
    if printed[0] in "<>":
        limit = read_back(printed[1:], written)
        assert p_value < limit if printed[0] == "<" else p_value > limit
        return
    assert read_back(printed, written) == round(p_value, p_decimals(p_value, written))
    assert printed.startswith("0") == written.p_leading_zero
    assert 0 < read_back(printed, written) < 1
    exact = written.p_rule != "three decimals" and not 0.04999 <= p_value < 0.05
    if exact or not 0.0495 <= p_value < 0.0505:
        assert (read_back(printed, written) < 0.05) == (p_value < 0.05)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("house", "p = 0.046; p < 0.001; 0.54–1.18; −3.0 to +48.0; 40.0%; 2,643; 12,345; 95% CI"),
        ("ama", "P = .046; P < .001; 0.54-1.18; −3.0 to +48.0; 40.0%; 2643; 12\u202f345; 95% CI"),
        ("nejm", "P=0.046; P<0.001; 0.54 to 1.18; −3.0 to +48.0; 40.0%; 2643; 12,345; 95% CI"),
        ("lancet", "p=0·046; p<0·0001; 0·54–1·18; −3·0 to +48·0; 40·0%; 2643; 12\u202f345; 95% CI"),
        ("nature", "P = 0.046; P < 0.001; 0.54–1.18; −3.0 to +48.0; 40.0%; 2,643; 12,345; 95% CI"),
        (
            "iso",
            "p = 0.046; p < 0.001; 0.54 to 1.18; −3.0 to +48.0; 40.0\u202f%; 2643; 12\u202f345; 95\u202f% CI",
        ),
        ("plain", "p = 0.046; p < 0.001; 0.54 to 1.18; −3.0 to +48.0; 40.0%; 2643; 12345; 95% CI"),
        ("korea", "P=0.046; P<0.001; 0.54–1.18; −3.0 to +48.0; 40.0%; 2,643; 12,345; 95% CI"),
    ],
)
def test_each_style_prints_as_its_journals_do(name: str, printed: str) -> None:
    with number_style(name):
        parts = [
            style.format_p_statement(0.0464),
            style.format_p_statement(0.00004),
            style.format_interval(0.541, 1.184, style.format_ratio),
            style.format_interval(-0.03, 0.48, style.format_points),
            style.format_percent(0.4),
            style.format_count(2643),
            style.format_count(12345),
            style.format_level(0.95),
        ]
    assert "; ".join(parts) == printed


def test_p_values_have_the_digits_of_their_size() -> None:
    with number_style("ama"):
        assert [style.format_p(p) for p in (0.312, 0.0504, 0.0496, 0.049, 0.0096, 0.0032, 0.992)] == [
            ".31",
            ".050",
            ".0496",
            ".049",
            ".010",
            ".003",
            ">.99",
        ]
    with number_style("lancet"):
        assert [style.format_p(p) for p in (0.312, 0.0996, 0.0032, 0.00012, 0.995)] == [
            "0·31",
            "0·10",
            "0·0032",
            "0·00012",
            ">0·99",
        ]


def test_an_interval_of_percentages_has_one_sign() -> None:
    with number_style("iso"):
        assert style.format_interval(0.211, 0.613, style.format_percent) == "21.1 to 61.3\u202f%"
    with number_style("lancet"):
        assert style.format_interval(0.211, 0.613, style.format_percent) == "21·1–61·3%"
        assert style.format_interval(13.6, None, style.time_form("months")) == "13·6–NR"


def test_a_style_ends_with_its_block_even_after_an_error_and_does_not_reach_other_threads() -> None:
    with pytest.raises(ZeroDivisionError), number_style("lancet"):
        _ = 1 / 0
    assert number_style_in_force().name == "house"
    found: list[str] = []
    with number_style("lancet"), number_style("ama"):
        thread = threading.Thread(target=lambda: found.append(style.format_p(0.3)))
        thread.start()
        thread.join()
        assert style.format_p(0.3) == ".30"
    assert found == ["0.300"]


def test_an_unknown_style_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(SettingsError, match=r"must be one of house, ama, .*; found 'vogue'"), number_style("vogue"):
        pass


def test_every_style_says_where_it_is_from_and_sets_only_what_a_style_has() -> None:
    known = {field.name for field in fields(NumberStyle)} - {"name"}
    for name, rules in read_journal_file("number_styles.yaml").items():
        assert set(rules) <= known
        assert len(rules["source"]) > 20
        if rules["verified"] and name != "house":
            assert re.search(r"doi:10\.|https://", rules["source"])
    assert (FOLDER / "number_styles.yaml").is_file()


def test_the_house_changes_nothing() -> None:
    assert styled("2,643.5%") == "2,643.5%"


def test_thousands_begin_at_ten_thousand_itself_and_the_largest_p_value_is_still_written_out() -> None:
    with number_style("nejm"):
        assert (style.format_count(9_999), style.format_count(10_000)) == ("9999", "10,000")
        assert (style.format_p(0.99), style.format_p(0.9901)) == ("0.99", ">0.99")
        assert (style.format_p(0.0451), style.format_p(0.0549), style.format_p(0.0551)) == ("0.045", "0.055", "0.06")
    assert (style.format_p(0.001), style.format_p(0.999)) == ("0.001", "0.999")


def test_settings_stand_as_they_were_typed_in_every_style() -> None:
    assert [style.format_setting(value) for value in (2020.0, 1e6, 0.25, 1e-5)] == [
        "2020",
        "1000000",
        "0.25",
        "0.00001",
    ]
    with number_style("lancet"):
        assert style.format_setting(-2.6) == "−2·6"
