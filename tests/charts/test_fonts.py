"""Lettering on paper."""

import logging
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from charts.fonts import (
    MISSING_LETTER,
    cut_print,
    drawable_letters,
    missing_letters,
    print_fonts,
    print_text,
    printed_width,
    wrap_print,
)
from charts.page import PrintedPage


def test_the_first_font_is_the_one_that_comes_with_matplotlib() -> None:
    assert print_fonts()[0] == "DejaVu Sans"
    assert {ord(letter) for letter in "LEN 95% CI 0.54–1.18 ≥ µ é ß −"} <= drawable_letters()


def test_dollar_signs_are_printed_and_never_read_as_a_formula() -> None:
    page = PrintedPage(85, 20)
    page.write("cost $x^2$ and $5", 2, 10)
    (text,) = page.figure.texts
    shown, is_formula = text._preprocess_math(text.get_text())
    assert (shown, is_formula) == ("cost $x^2$ and $5", False)


def test_a_letter_that_no_font_has_becomes_an_empty_square_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert print_text("dose \U0001fa7a") == f"dose {MISSING_LETTER}"
    page = PrintedPage(85, 20)
    page.write("dose \U0001fa7a 한국 日本", 2, 10, bold=True)
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        FigureCanvasAgg(page.figure).draw()
    assert not caplog.records


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="abcdef $WM12 ", max_size=60), st.floats(8, 60))
def test_printed_lines_fit_their_width_and_lose_no_letter(text: str, width: float) -> None:
    lines = wrap_print(text, width, 7.0)
    assert all(printed_width(line, 7.0) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert printed_width(cut_print(text, width, 7.0), 7.0) <= width


def test_missing_letters_are_named_once_and_those_of_the_first_font_never() -> None:
    assert missing_letters(["LEN ≥ 0.54–1.18 é µ β"]) == ""
    assert missing_letters(["a \U0001fa7a b", "\U0001fa7a\ufe0f \U0001fa7b"]) == "\U0001fa7a\U0001fa7b"
