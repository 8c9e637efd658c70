"""Lettering on paper: fonts that the machine has, letters that they can draw, and how wide a text becomes.

Matplotlib reads formulas between dollar signs and draws only letters of the fonts it is given; a label must show
what was written. The library is loaded when the first figure is printed, as pages on screen do not need it.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from charts.lettering import ELLIPSIS, clean_label
from charts.style import PRINT_FALLBACK_FONTS, PRINT_FONT

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

MISSING_LETTER = "\u25a1"
MILLIMETRES_PER_POINT = 25.4 / 72.0
_VARIATION_SELECTOR = "\ufe0f"
_LATIN = 0x250
"""Below it the first font has every letter."""


def print_text(label: str) -> str:
    """A label that Matplotlib shows letter by letter; a letter that no font here has becomes an empty square.

    Examples
    --------
    >>> print(print_text("cost $5 and $6"))
    cost \\$5 and \\$6
    """
    drawable = drawable_letters()
    letters = (letter for letter in clean_label(label) if letter != _VARIATION_SELECTOR)
    return "".join(letter if ord(letter) in drawable else MISSING_LETTER for letter in letters).replace("$", "\\$")


def missing_letters(texts: Iterable[str]) -> str:
    """The letters of labels that no font of a printed figure has here, each once, as they come.

    Examples
    --------
    >>> missing_letters(["LEN 0.54–1.18", "é µ"])
    ''
    """
    letters = dict.fromkeys(
        letter for text in texts for letter in clean_label(str(text)) if letter != _VARIATION_SELECTOR
    )
    if all(ord(letter) < _LATIN for letter in letters):  # without loading a font
        return ""
    return "".join(letter for letter in letters if ord(letter) not in drawable_letters())


@cache
def print_fonts() -> tuple[str, ...]:
    """The fonts of a printed figure that this machine has, the first of them bundled with Matplotlib."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return (PRINT_FONT, *(name for name in PRINT_FALLBACK_FONTS if name in installed and _has_outlines(name)))


def _has_outlines(family: str) -> bool:
    """Whether a font's letters are curves that every kind of file can carry: TrueType's, or PostScript's redrawn as such."""
    from fontTools.ttLib import TTFont, TTLibError
    from matplotlib import font_manager

    try:
        path = font_manager.findfont(font_manager.FontProperties(family=family), fallback_to_default=False)
        with TTFont(path, fontNumber=getattr(path, "face_index", 0), lazy=True) as font:
            return "glyf" in font or "CFF " in font
    except (OSError, ValueError, TTLibError):  # listed earlier, and no longer there or no longer sound
        return False


@cache
def drawable_letters() -> frozenset[int]:
    """The code points that at least one of the fonts of a printed figure can draw."""
    return frozenset().union(*(_letters_of(family) for family in print_fonts()))


@cache
def _letters_of(family: str) -> frozenset[int]:
    from matplotlib import font_manager

    path = font_manager.findfont(font_manager.FontProperties(family=family), fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def print_font(size: float, *, bold: bool = False) -> "FontProperties":
    """The font of a printed figure at a size in points, with fall-backs for Korean and Japanese letters."""
    from matplotlib.font_manager import FontProperties

    # The fall-backs have no bold cut; what they draw stays regular.
    family = [PRINT_FONT] if bold else list(print_fonts())
    return FontProperties(family=family, size=size, weight="bold" if bold else "normal")


def is_in_first_font(label: str) -> bool:
    """Whether every letter is in the first font, the only one with a bold cut."""
    return all(ord(letter) in _letters_of(PRINT_FONT) for letter in label)


@lru_cache(maxsize=4096)
def printed_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text will be on paper, in millimetres."""
    from matplotlib.textpath import TextToPath

    shown = print_text(text)
    font = print_font(size, bold=bold and is_in_first_font(shown))
    width, _, _ = TextToPath().get_text_width_height_descent(shown.replace("\\$", "S"), font, ismath=False)
    return float(width) * MILLIMETRES_PER_POINT


def cut_print(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """A text cut to `width` millimetres at a size in points, with an ellipsis where something is missing."""
    text = clean_label(text)
    if printed_width(text, size, bold=bold) <= width:
        return text
    while text and printed_width(text + ELLIPSIS, size, bold=bold) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrap_print(text: str, width: float, size: float) -> list[str]:
    """A text in lines no wider than `width` millimetres at a size in points, words kept whole where they fit."""
    lines: list[str] = []
    line = ""
    for word in clean_label(text).split(" "):
        candidate = f"{line} {word}" if line else word
        if printed_width(candidate, size) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        line = word
        while printed_width(line, size) > width and len(line) > 1:
            kept = max(1, int(len(line) * width / printed_width(line, size)))
            while kept > 1 and printed_width(line[:kept], size) > width:
                kept -= 1
            lines.append(line[:kept])
            line = line[kept:]
    return [*lines, line]
