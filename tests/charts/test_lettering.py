"""Labels: shown letter by letter on screen, and fitted to their room."""

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.phrases import phrase
from charts.canvas import screen_layout
from charts.lettering import (
    NO_BREAK,
    breaking,
    clean_label,
    label_width,
    lettered_in,
    plotly_text,
    short_label,
    short_middle,
    unbroken,
    wrap_label,
)
from charts.style import LIGHT
from tests.charts.cases import AWKWARD


def test_white_space_becomes_single_blanks_and_control_letters_go() -> None:
    assert clean_label("  LEN\t\n 12\u0000 mg\u202e\u2067 ") == "LEN 12 mg"


def test_what_no_line_break_divides_may_break_again_in_a_description() -> None:
    assert unbroken("12 of 40") == f"12{NO_BREAK}of{NO_BREAK}40"
    assert breaking(unbroken("12 of 40")) == "12 of 40"


def test_a_figure_in_japanese_asks_japanese_fonts_before_korean_ones() -> None:
    def families() -> str:
        return str(screen_layout(LIGHT, height=100, left=0, right=0, top=0, bottom=0)["font"]["family"])

    assert families().index("Malgun Gothic") < families().index("Hiragino Sans")
    with lettered_in("ja"):
        assert families().index("Hiragino Sans") < families().index("Malgun Gothic")
    assert families().index("Malgun Gothic") < families().index("Hiragino Sans")


def test_joined_emoji_and_accents_stay_whole() -> None:
    assert clean_label("👩‍⚕️ e\u0301") == "👩‍⚕️ e\u0301"


def test_a_phrase_with_nothing_to_clean_keeps_what_it_was_made_of() -> None:
    label = phrase("Response by {time} {unit}", time="6", unit="months")
    assert clean_label(label) is label
    assert short_label(label, 40) is label


def test_plotly_reads_no_markup_no_formula_and_no_hover_field_in_a_label() -> None:
    safe = plotly_text(AWKWARD)
    assert not set(safe) & set("<>$%{}")
    assert unescape(safe) == AWKWARD


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_label_survives_escaping(label: str) -> None:
    assert unescape(plotly_text(label)) == clean_label(label)
    assert not set(plotly_text(label)) & set("<>$%{}")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.floats(4, 40))
def test_wrapped_lines_fit_and_lose_no_letter(label: str, most: float) -> None:
    lines = wrap_label(label, most)
    assert all(label_width(line) <= most for line in lines)
    assert "".join(lines).replace(" ", "") == clean_label(label).replace(" ", "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.floats(4, 40))
def test_a_cut_label_fits_and_says_that_something_is_missing(label: str, most: float) -> None:
    cut = short_label(label, most)
    assert label_width(cut) <= most
    assert cut == clean_label(label) or cut.endswith("…")


def test_japanese_is_broken_between_its_letters_and_numbers_stay_whole() -> None:
    assert wrap_label("LEN 治療群：40例中12例、中央値 −35.2%", 8) == ["LEN 治療群：40", "例中12例、中央", "値 −35.2%"]
    assert wrap_label("生存割合と中央値、", 8.5) == ["生存割合と中央", "値、"]
    assert wrap_label("• マッチングに不要: 37", 9.6) == ["• マッチングに不", "要: 37"]
    assert wrap_label("• マッチングに不要:\N{NO-BREAK SPACE}37", 9.6) == ["• マッチングに不", "要:\N{NO-BREAK SPACE}37"]


def test_the_last_of_a_limited_number_of_lines_is_cut() -> None:
    assert wrap_label("one two three four five six seven", 6, lines=2) == ["one two", "three four…"]


def test_parts_that_belong_together_stay_on_one_line() -> None:
    assert unbroken("p = 0.046") == f"p{NO_BREAK}={NO_BREAK}0.046"
    assert wrap_label(f"log-rank {unbroken('p = 0.046')}", 9) == ["log-rank", f"p{NO_BREAK}={NO_BREAK}0.046"]


@pytest.mark.parametrize(("wide", "narrow"), [("한국어", "abc"), ("WWW", "lll")])
def test_wide_letters_take_more_room(wide: str, narrow: str) -> None:
    assert label_width(wide) > label_width(narrow)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.floats(3, 30))
def test_a_label_cut_in_its_middle_fits_its_room(label: str, most: float) -> None:
    short, whole = short_middle(label, most), clean_label(label)
    assert label_width(short) <= most
    if label_width(whole) <= most:
        assert short == whole
    else:
        assert "…" in short


def test_names_that_begin_alike_still_differ_when_cut() -> None:
    names = [f"a_covariate_with_a_long_name_{number}" for number in range(40)]
    assert len({short_middle(name, 10) for name in names}) == 40
