"""Numbers as they are printed, and the palette."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts import style


@pytest.mark.parametrize(
    ("p_value", "printed"),
    [
        (0.0, "<0.001"),
        (0.00099, "<0.001"),
        (0.001, "0.001"),
        (0.0005, "<0.001"),
        (0.0464, "0.046"),
        (0.05, "0.050"),
        (0.999, "0.999"),
        (0.99901, ">0.999"),
        (1.0, ">0.999"),
        (None, "–"),
    ],
)
def test_a_p_value_has_three_decimals_and_is_never_zero_or_one(p_value: float | None, printed: str) -> None:
    assert style.format_p(p_value) == printed


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1))
def test_every_p_value_is_printed_in_one_of_three_forms(p_value: float) -> None:
    printed = style.format_p(p_value)
    assert re.fullmatch(r"<0\.001|>0\.999|0\.\d{3}", printed)
    assert printed not in ("0.000", "1.000")


@pytest.mark.parametrize(
    ("p_value", "printed"), [(0.04, "p = 0.040"), (0.0, "p < 0.001"), (1.0, "p > 0.999"), (None, "p not estimated")]
)
def test_a_p_value_in_a_sentence_has_its_sign(p_value: float | None, printed: str) -> None:
    assert style.format_p_statement(p_value) == printed


def test_ratios_percentages_and_differences_have_their_decimals() -> None:
    assert style.format_ratio(0.8049) == "0.80"
    assert style.format_ratio(0.001) == "<0.01"
    assert style.format_ratio(0.0) == "0.00"
    assert style.format_ratio(float("inf")) == "∞"
    assert style.format_percent(0.12) == "12.0%"
    assert style.format_smd(-0.127) == "−0.13"
    assert style.format_points(0.28) == "+28.0"


@pytest.mark.parametrize(
    ("unit", "printed", "short"),
    # 2,643.57 of the unit, and a follow-up of 0.1318 of it: v 0.0846 of the other arm the years must not read alike.
    [
        ("days", "2,644", ("0", "0")),
        ("weeks", "2,643.6", ("0.1", "0.1")),
        ("months", "2,643.6", ("0.1", "0.1")),
        ("years", "2,643.57", ("0.13", "0.08")),
        ("fortnights", "2,643.6", ("0.1", "0.1")),
    ],
)
def test_a_time_is_printed_with_the_decimals_of_its_unit(unit: str, printed: str, short: tuple[str, str]) -> None:
    assert style.format_time(2643.57, unit) == printed
    assert (style.format_time(0.1318, unit), style.format_time(0.0846, unit)) == short
    assert style.format_time(None, unit) == "NR"
    assert style.format_interval(0.1318, None, style.time_form(unit)) == f"{short[0]}–NR"


def test_no_sign_is_left_of_a_time_that_rounds_to_zero_in_its_unit() -> None:
    assert [style.format_time(-0.04, unit) for unit in ("days", "months", "years")] == ["0", "0.0", "−0.04"]


@pytest.mark.parametrize("nothing", [-0.0, -0.0001, 0.0001])
def test_what_rounds_to_zero_has_no_sign(nothing: float) -> None:
    assert style.format_smd(nothing) == "0.00"
    assert style.format_percent(nothing / 100) == "0.0%"
    assert style.format_points(nothing / 100) == "0.0"
    assert style.format_time(nothing, "months") == "0.0"


def test_an_interval_is_joined_by_a_dash_unless_a_sign_would_be_misread() -> None:
    assert style.format_interval(0.541, 1.184, style.format_ratio) == "0.54–1.18"
    assert style.format_interval(3.5, None, style.time_form("months")) == "3.5–NR"
    assert style.format_interval(None, None, style.time_form("months")) == "NR–NR"
    assert style.format_interval(None, None, style.format_ratio) == "–"
    assert style.format_interval(-0.031, 0.48, style.format_points) == "−3.1 to +48.0"
    assert style.format_interval(0.001, 4.0, style.format_ratio) == "<0.01 to 4.00"


def test_the_arms_are_okabe_and_itos_blue_and_vermillion_and_differ_by_line_style() -> None:
    assert style.ARM_COLOUR == {"treated": "#0072B2", "control": "#D55E00"}
    assert style.PLOTLY_DASH["treated"] != style.PLOTLY_DASH["control"]
    assert style.PRINT_DASH["treated"] != style.PRINT_DASH["control"]


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK])
def test_lettering_and_lines_stand_out_from_the_page(theme: style.Theme) -> None:
    # WCAG 2.1: 4.5 to 1 for lettering, 3 to 1 for graphics.
    for lettering in (theme.text, theme.muted):
        assert _contrast(lettering, theme.background) >= 4.5
    for line in (theme.before, theme.after, theme.guide, style.TREATED_COLOUR, style.CONTROL_COLOUR):
        assert _contrast(line, theme.background) >= 3.0


@pytest.mark.parametrize("category", style.RESPONSE_CATEGORIES)
def test_lettering_in_a_bar_stands_out_from_its_category(category: str) -> None:
    assert _contrast(style.RESPONSE_LETTERING[category], style.RESPONSE_COLOUR[category]) >= 4.5


def test_response_categories_keep_apart_from_their_neighbours_without_colour() -> None:
    light = [_luminance(style.RESPONSE_COLOUR[category]) for category in ("CR", "PR", "SD", "PD")]
    assert all(abs(first - second) > 0.1 for first, second in itertools.pairwise(light))


def _contrast(first: str, second: str) -> float:
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK])
def test_lettering_can_be_read_on_the_page_and_on_every_bar(theme: style.Theme) -> None:
    # 4.5 to 1 is what WCAG 2 asks of lettering of this size.
    for ink in (theme.text, theme.muted):
        assert style.contrast(ink, theme.background) >= 4.5
    for category, fill in style.RESPONSE_COLOUR.items():
        assert style.contrast(fill, style.RESPONSE_LETTERING[category]) >= 4.5, category
        pale = style.blended(fill, theme.ghost_opacity, theme.background)
        assert style.contrast(pale, style.lettering_on(pale)) >= 4.5, category


def test_contrast_is_that_of_the_web_guidelines() -> None:
    # Two pairs with known ratios: #767676 is the lightest grey that passes on white.
    assert round(style.contrast("#767676", "#FFFFFF"), 2) == 4.54
    assert round(style.contrast("#FFFFFF", "#FF0000"), 2) == 4.00
