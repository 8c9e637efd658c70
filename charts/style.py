"""Every colour, font, dash, size and number format of the product, so that one arm looks the same everywhere.

The arms follow Okabe and Ito's palette, which keeps apart for the common forms of colour blindness, and differ
by line style too. Numbers follow the printing rules of the statistical conventions; stored values are never
rounded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np

from analysis.cohort.time_units import UNIT_NAMES, time_decimals
from analysis.phrases import join_phrases, phrase
from charts.number_style import MINUS as MINUS
from charts.number_style import number_style_in_force, styled, styled_p
from charts.palette import PaletteColours

Population = Literal["before", "after", "compare"]
Arm = Literal["treated", "control"]
DesignWord = Literal["matching", "weighting"]

# --- Arms ------------------------------------------------------------------------------------------------------

TREATED_COLOUR: Final = "#0072B2"
CONTROL_COLOUR: Final = "#D55E00"
ARM_COLOUR: Final = PaletteColours[Arm](("treated", "control"))
"""The arms' colours in the palette in force: the two above on screen."""
POPULATION_COLOUR: Final = PaletteColours[str](("before", "after"))
"""The populations' colours on paper; a page on screen has its own in its theme."""
PLOTLY_DASH: Final[dict[Arm, str]] = {"treated": "solid", "control": "7px,3px"}
PRINT_DASH: Final[dict[Arm, str | tuple[float, tuple[float, ...]]]] = {"treated": "-", "control": (0, (4.0, 1.6))}

LINE_WIDTH: Final = 2.25
GHOST_WIDTH: Final = 1.5
# On white paper; a dark page has its own in its theme.
GHOST_OPACITY: Final = 0.5
TAIL_OPACITY: Final = 0.45
BAND_OPACITY: Final = 0.16

# --- Response categories, ordered from best to worst, then not evaluable --------------------------------------------

RESPONSE_CATEGORIES: Final = ("CR", "PR", "SD", "PD", "NE")
RESPONSE_NAME: Final = {
    "CR": phrase("complete response"),
    "PR": phrase("partial response"),
    "SD": phrase("stable disease"),
    "PD": phrase("progressive disease"),
    "NE": phrase("not evaluable"),
}
RESPONSE_COLOUR: Final = PaletteColours[str](RESPONSE_CATEGORIES)
RESPONSE_LETTERING: Final = {"CR": "#FFFFFF", "PR": "#10201F", "SD": "#241C04", "PD": "#FFFFFF", "NE": "#14171A"}
RESPONDER_COLOUR: Final = PaletteColours[str](("responder", "non-responder"))
RESPONDER_LETTERING: Final = {"responder": "#FFFFFF", "non-responder": "#241C04"}

# --- Balance ---------------------------------------------------------------------------------------------------

BALANCE_LINES: Final = (0.1, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of a page, chosen so that lettering keeps a contrast of 4.5 to 1 and lines of 3 to 1.

    Attributes
    ----------
    name : {"light", "dark"}
        What the theme is called.
    background : str
        The colour of the page the figure lies on; labels over lines are backed with it.
    text, muted : str
        Lettering, and lettering of lesser weight.
    grid, axis, guide : str
        Grid lines, axis lines, and the dashed guides of medians and thresholds.
    before, after : str
        What was found before matching and after it, where the marks do not stand for an arm.
    band : str
        The shade of a range, such as what chance alone would give.
    ghost_opacity, tail_opacity, band_opacity : float
        Of a population that stands behind another, of a curve where few patients remain, of confidence bands.
    """

    name: Literal["light", "dark"]
    background: str
    text: str
    muted: str
    grid: str
    axis: str
    guide: str
    before: str
    after: str
    band: str
    ghost_opacity: float
    tail_opacity: float
    band_opacity: float


LIGHT: Final = Theme(
    name="light",
    background="#FFFFFF",
    text="#0F1216",
    muted="#57606A",
    grid="#E6E9ED",
    axis="#8A929B",
    guide="#6B737C",
    before="#7C858F",
    after="#00795A",
    band="rgba(110,120,130,0.13)",
    ghost_opacity=GHOST_OPACITY,
    tail_opacity=TAIL_OPACITY,
    band_opacity=BAND_OPACITY,
)
DARK: Final = Theme(
    name="dark",
    background="#0E1117",
    text="#F2F4F7",
    muted="#AEB6C0",
    grid="#2A3038",
    axis="#727B86",
    guide="#9AA3AE",
    before="#9AA3AE",
    after="#2BB98F",
    band="rgba(170,180,190,0.15)",
    ghost_opacity=0.65,
    tail_opacity=0.6,
    band_opacity=0.24,
)
THEMES: Final = {"light": LIGHT, "dark": DARK}

# --- Fonts -----------------------------------------------------------------------------------------------------

_LATIN_FONTS: Final = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial'
)
_KOREAN_FONTS: Final = '"Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", NanumGothic'
_JAPANESE_FONTS: Final = '"Hiragino Sans", "Yu Gothic", Meiryo, "Noto Sans CJK JP", IPAPGothic, IPAGothic'
SCREEN_FONT: Final = f"{_LATIN_FONTS}, {_KOREAN_FONTS}, {_JAPANESE_FONTS}, sans-serif"
JAPANESE_SCREEN_FONT: Final = f"{_LATIN_FONTS}, {_JAPANESE_FONTS}, {_KOREAN_FONTS}, sans-serif"
"""Korean fonts have Han letters too, in Korean shapes: in Japanese the Japanese ones are asked first."""
SCREEN_SIZE: Final = 12
SCREEN_TITLE_SIZE: Final = 13

PRINT_FONT: Final = "DejaVu Sans"
# Tried in this order for letters that the first font lacks, where the machine has them.
PRINT_FALLBACK_FONTS: Final = (
    "NanumGothic",
    "Malgun Gothic",
    "AppleGothic",
    "IPAPGothic",
    "IPAGothic",
    "IPAexGothic",
    "MS Gothic",
    "Yu Gothic",
    "Meiryo",
    "Hiragino Sans",
    "Noto Sans CJK JP",  # Korean letters too
    "Apple SD Gothic Neo",
    "Noto Sans CJK KR",
    "Arial Unicode MS",
)
SMALLEST_PRINT_SIZE: Final = 6.0

# --- Sizes for a journal's page ------------------------------------------------------------------------------------

SINGLE_COLUMN_MM: Final = 85.0
DOUBLE_COLUMN_MM: Final = 175.0
PRINT_RESOLUTION: Final = 300

PLOTLY_CONFIG: Final[dict[str, object]] = {
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": "reset",
}
"""What every interactive figure is shown with: no tool bar, since downloads stand under the figure."""

# --- Numbers ---------------------------------------------------------------------------------------------------

NOT_REACHED: Final = "NR"
NOT_ESTIMATED: Final = "–"


def format_p(p_value: float | None) -> str:
    """A p-value with three decimals, ``<0.001`` and ``>0.999`` at the ends; a dash when it was not estimated.

    Like every ``format_…`` here it follows the number style in force; without one, the house's.

    Examples
    --------
    >>> format_p(0.0463), format_p(0.00004), format_p(0.9997), format_p(None)
    ('0.046', '<0.001', '>0.999', '–')
    """
    return NOT_ESTIMATED if p_value is None else styled_p(p_value)


def format_p_statement(p_value: float | None) -> str:
    """A p-value as it stands in a sentence.

    Examples
    --------
    >>> format_p_statement(0.0463), format_p_statement(0.00004), format_p_statement(None)
    ('p = 0.046', 'p < 0.001', 'p not estimated')
    """
    style = number_style_in_force()
    if p_value is None:
        return phrase("{p} not estimated", p=style.p_letter)
    printed = styled_p(p_value)
    sign, digits = (printed[0], printed[1:]) if printed[0] in "<>" else ("=", printed)
    return f"{style.p_letter} {sign} {digits}" if style.p_spaced else f"{style.p_letter}{sign}{digits}"


def format_time(time: float | None, time_unit: str) -> str:
    """A time with the decimals of its unit; ``NR`` when it was not reached.

    Examples
    --------
    >>> format_time(4.8666, "months"), format_time(0.1318, "years"), format_time(48.13, "days")
    ('4.9', '0.13', '48')
    >>> format_time(None, "months")
    'NR'
    """
    return NOT_REACHED if time is None else _signed(f"{time:,.{time_decimals(time_unit)}f}")


def time_form(time_unit: str) -> Callable[[float | None], str]:
    """`format_time` in one unit, as `format_interval` takes it.

    Examples
    --------
    >>> format_interval(0.1318, None, time_form("years"))
    '0.13–NR'
    """
    return partial(format_time, time_unit=time_unit)


def format_ratio(ratio: float | None) -> str:
    """A hazard, risk or odds ratio with two decimals; a dash when it was not estimated.

    Examples
    --------
    >>> format_ratio(0.7963), format_ratio(0.0021), format_ratio(float("inf")), format_ratio(None)
    ('0.80', '<0.01', '∞', '–')
    """
    if ratio is None:
        return NOT_ESTIMATED
    if ratio == float("inf"):
        return "∞"
    if 0 < ratio < 0.005:
        return styled("<0.01")
    return _signed(f"{ratio:,.2f}")


def format_percent(proportion: float | None) -> str:
    """A proportion as a percentage with one decimal; a dash when it was not estimated.

    Examples
    --------
    >>> format_percent(0.4), format_percent(-0.0004), format_percent(None)
    ('40.0%', '0.0%', '–')
    """
    return NOT_ESTIMATED if proportion is None else _signed(f"{100 * proportion:.1f}%")


def format_points(difference: float | None) -> str:
    """A difference of two proportions in percentage points, its sign always shown, without the unit.

    Examples
    --------
    >>> format_points(0.28), format_points(-0.0312), format_points(None)
    ('+28.0', '−3.1', '–')
    """
    return NOT_ESTIMATED if difference is None else _signed(f"{100 * difference:+.1f}")


def format_smd(smd: float | None) -> str:
    """A standardised mean difference with two decimals; a dash when it was not estimated.

    Examples
    --------
    >>> format_smd(-0.1249), format_smd(-0.001), format_smd(None)
    ('−0.12', '0.00', '–')
    """
    return NOT_ESTIMATED if smd is None else _signed(f"{smd:.2f}")


def format_count(count: int) -> str:
    """A number of patients, with a comma between thousands.

    Examples
    --------
    >>> format_count(2643)
    '2,643'
    """
    return styled(f"{count:,d}")


def format_number(number: float, spec: str) -> str:
    """A number in a format of Python's, with a true minus sign.

    Examples
    --------
    >>> format_number(2643.51, ",.1f"), format_number(-0.25, "g")
    ('2,643.5', '−0.25')
    """
    return styled(f"{number:{spec}}".replace("-", MINUS))


def format_tick(tick: float) -> str:
    """A round number beside an axis, with no more decimals than it has.

    Examples
    --------
    >>> format_tick(1500.0), format_tick(-0.5)
    ('1,500', '−0.5')
    """
    return format_number(tick, ",.10g")


def format_setting(value: float) -> str:
    """A number of the settings as it was typed: every digit of it, no more, and nothing between thousands.

    Examples
    --------
    >>> format_setting(0.2), format_setting(-2.6), format_setting(1e6), format_setting(0.00001)
    ('0.2', '−2.6', '1000000', '0.00001')
    """
    return styled(np.format_float_positional(value, trim="-").replace("-", MINUS))


def format_points_tick(difference: float) -> str:
    """A round difference in percentage points beside an axis.

    Examples
    --------
    >>> format_points_tick(-0.1), format_points_tick(0.125)
    ('−10', '+12.5')
    """
    return format_points(difference).removesuffix(f"{number_style_in_force().decimal_mark}0")


def format_p_limit(limit: float) -> str:
    """That a p-value is below a limit.

    Examples
    --------
    >>> format_p_limit(0.05)
    'p < 0.05'
    """
    style = number_style_in_force()
    digits = f"{limit:g}" if style.p_leading_zero else f"{limit:g}".removeprefix("0")
    blank = " " if style.p_spaced else ""
    return f"{style.p_letter}{blank}<{blank}{digits.replace('.', style.decimal_mark)}"


def format_interval(lower: float | None, upper: float | None, form: Callable[[float | None], str]) -> str:
    """Two limits in the form of their estimate, joined by a dash, or by ``to`` where a sign would be misread.

    Examples
    --------
    >>> format_interval(0.541, 1.184, format_ratio), format_interval(-0.03, 0.48, format_points)
    ('0.54–1.18', '−3.0 to +48.0')
    >>> format_interval(0.211, 0.613, format_percent)
    '21.1–61.3%'
    """
    style = number_style_in_force()
    if lower is None and upper is None and form(None) == NOT_ESTIMATED:
        return NOT_ESTIMATED
    first, second = form(lower), form(upper)
    unclear = any(sign in first + second for sign in (MINUS, "+", "<")) or NOT_ESTIMATED in (first, second)
    if unclear:
        return phrase("{first} to {second}", first=first, second=second)
    once = first.removesuffix(style.percent) if second.endswith(style.percent) else first
    if style.interval == "word":
        return phrase("{first} to {second}", first=once, second=second)
    return f"{once}{style.dash}{second}"


def format_level(confidence_level: float) -> str:
    """The name of an interval.

    Examples
    --------
    >>> format_level(0.95), format_level(0.999)
    ('95% CI', '99.9% CI')
    """
    return phrase("{percent} CI", percent=styled(f"{100 * confidence_level:.6g}%"))


def faded(colour: str, opacity: float) -> str:
    """A colour of the palette at an opacity from 0 to 1, as CSS writes it.

    Examples
    --------
    >>> faded("#0072B2", 0.5)
    'rgba(0,114,178,0.5)'
    """
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def blended(colour: str, opacity: float, background: str) -> str:
    """The colour that is seen where one of the palette lies on a background at an opacity from 0 to 1.

    Examples
    --------
    >>> blended("#000000", 0.5, "#FFFFFF")
    '#808080'
    """
    pairs = [(int(colour[at : at + 2], 16), int(background[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(opacity * over + (1 - opacity) * under):02X}" for over, under in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours from 1 to 21, as WCAG 2 defines it.

    Examples
    --------
    >>> round(contrast("#000000", "#FFFFFF"), 2)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lettering_on(fill: str) -> str:
    """White or nearly black, whichever is easier to read on this colour.

    Examples
    --------
    >>> lettering_on("#01665E"), lettering_on("#E3D3A4")
    ('#FFFFFF', '#14171A')
    """
    return max(("#FFFFFF", "#14171A"), key=lambda ink: contrast(fill, ink))


def population_prefix(population: Literal["before", "after"], *, compared: bool, shown_set: str = "") -> str:
    """What a sentence in a figure begins with: the population where two are shown, and the imputed set it is of.

    Examples
    --------
    >>> population_prefix("after", compared=True, shown_set="imputed set 1 of 20")
    'after, imputed set 1 of 20: '
    >>> population_prefix("before", compared=False, shown_set="imputed set 1 of 20")
    ''
    """
    words = [WHEN_NAME[population]] if compared else []
    words += [shown_set] if shown_set and population == "after" else []
    return phrase("{words}: ", words=join_phrases(words, ", ")) if words else ""


def versus(treated: str, control: str) -> str:
    """Both arms, the treated one first.

    Examples
    --------
    >>> versus("LEN", "SOR")
    'LEN v SOR'
    """
    return phrase("{treated} v {control}", treated=treated, control=control)


def unit_name(time_unit: str) -> str:
    """A unit of time as a reader is told it.

    Examples
    --------
    >>> unit_name("months"), unit_name("cycles")
    ('months', 'cycles')
    """
    return UNIT_NAMES.get(time_unit, time_unit)


def population_name(population: Population, design_word: DesignWord = "matching") -> str:
    """A population in words, by what made it.

    Examples
    --------
    >>> population_name("before"), population_name("compare", "weighting")
    ('before matching', 'before and after weighting')
    """
    return _POPULATION_NAME[population, design_word]


WHEN_NAME: Final[dict[str, str]] = {"before": phrase("before"), "after": phrase("after")}
"""A population by itself."""
ARM_NAME: Final[dict[str, str]] = {"treated": phrase("treated"), "control": phrase("control")}
"""An arm by itself."""

_POPULATION_NAME: Final = {
    ("before", "matching"): phrase("before matching"),
    ("after", "matching"): phrase("after matching"),
    ("compare", "matching"): phrase("before and after matching"),
    ("before", "weighting"): phrase("before weighting"),
    ("after", "weighting"): phrase("after weighting"),
    ("compare", "weighting"): phrase("before and after weighting"),
}


def _signed(printed: str) -> str:
    """Print a true minus sign and no sign before a zero, in the number style in force."""
    if not printed.strip("+-0.,%"):
        printed = printed.lstrip("+-")
    return styled(printed.replace("-", MINUS))
