"""Labels as people wrote them, made safe for the screen and fitted to the room they have.

A label may hold anything: sixty letters, emoji, commas, quotes, ``<b>`` or ``$x$``. Plotly reads markup, formulas
and ``%{...}`` in text; it must show what was written.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from analysis.phrases import as_said, respaced

ELLIPSIS = "…"
NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"
_PLOTLY_SAFE = str.maketrans(
    {"&": "&#38;", "<": "&#60;", ">": "&#62;", "$": "&#36;", "%": "&#37;", "{": "&#123;", "}": "&#125;"}
)
_NARROW = frozenset("iIjl.,:;'|!()[]ftr \u00a0\u202f")
_WIDE = frozenset("mwMWGOQ@%")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
"""Letters of Japanese, which is written without blanks."""
_PARTS = re.compile("[\u3001-\u30ff\u3400-\u9fff\uff01-\uff60]|[^\u3001-\u30ff\u3400-\u9fff\uff01-\uff60]+")
_NEVER_FIRST = frozenset("、。）：；」』％ー:;,.)%")


_LANGUAGE: ContextVar[str] = ContextVar("language of figures", default="en")


@contextmanager
def lettered_in(language: str) -> Iterator[None]:
    """Draw figures inside with the fonts of a language: ``en``, ``ko`` or ``ja``."""
    token = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def lettering_language() -> str:
    """The language whose fonts are asked first."""
    return _LANGUAGE.get()


def clean_label(label: str) -> str:
    """A label on one line: white space as single blanks, without control or direction-changing characters.

    Blanks that do not break stay as they are.

    Examples
    --------
    >>> clean_label("  LEN\\n 12 mg ")
    'LEN 12 mg'
    """
    kept = (
        " " if _is_blank(letter) else letter for letter in as_said(label) if _is_blank(letter) or _is_printable(letter)
    )
    cleaned = " ".join(word for word in "".join(kept).split(" ") if word)
    return label if cleaned == label else cleaned  # the label itself, which may know how it was made


def unbroken(text: str) -> str:
    """A part of a sentence that no line break may divide."""
    return respaced(text, " ", NO_BREAK)


def breaking(text: str) -> str:
    """A text that may break at every blank, as a description does."""
    return respaced(text, NO_BREAK, " ")


def _is_blank(letter: str) -> bool:
    return letter.isspace() and letter not in (NO_BREAK, NARROW_NO_BREAK)


def _is_printable(letter: str) -> bool:
    if "\u202a" <= letter <= "\u202e" or "\u2066" <= letter <= "\u2069":
        return False
    return unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn")


def plotly_text(label: str) -> str:
    """A label that Plotly shows letter by letter: no markup, no formula, no hover field.

    Examples
    --------
    >>> plotly_text("<b>LEN</b> $x$")
    '&#60;b&#62;LEN&#60;/b&#62; &#36;x&#36;'
    """
    return clean_label(label).translate(_PLOTLY_SAFE)


def plotly_lines(label: str, most: float, *, lines: int = 0) -> str:
    """A label wrapped for Plotly to `most` ems, and to at most `lines` lines when that is not 0."""
    return "<br>".join(plotly_text(line) for line in wrap_label(label, most, lines=lines))


def short_label(label: str, most: float) -> str:
    """A label cut to `most` ems (the width of the font's size), with an ellipsis where something is missing."""
    label = clean_label(label)
    if label_width(label) <= most:
        return label
    kept, room = "", most - 1.0
    for letter in label:
        room -= _letter_width(letter)
        if room < 0:
            break
        kept += letter
    return kept.rstrip("\u200d\ufe0f ,;") + ELLIPSIS


def short_middle(label: str, most: float) -> str:
    """A label cut in its middle to `most` ems: names that begin alike still differ at their ends.

    Examples
    --------
    >>> short_middle("covariate_with_a_long_name_12", 10)
    'covariate_…me_12'
    """
    label = clean_label(label)
    if label_width(label) <= most:
        return label
    room, end = 0.4 * (most - 1.0), ""
    for letter in reversed(label):
        room -= _letter_width(letter)
        if room < 0:
            break
        end = letter + end
    start = short_label(label, most - label_width(end))
    return start + end.lstrip("\u200d\ufe0f")


def short_pair(first: str, second: str, most: float = 10.0) -> tuple[str, str]:
    """Two labels for the heads of a table, cut to `most` ems in their middles, and whole where that makes them alike.

    Examples
    --------
    >>> short_pair("atezolizumab and bevacizumab", "SOR", 8)
    ('atezoliz…umab', 'SOR')
    >>> short_pair("atezolizumab, 1st line", "atezolizumab, 2nd line", 8)
    ('atezolizumab, 1st line', 'atezolizumab, 2nd line')
    """
    cut = (short_middle(first, most), short_middle(second, most))
    return (clean_label(first), clean_label(second)) if _look_alike(*cut) else cut


def _look_alike(first: str, second: str) -> bool:
    """Whether what is left of two cut labels does not tell them apart."""
    starts, _, ends = zip(first.partition(ELLIPSIS), second.partition(ELLIPSIS), strict=True)
    head, tail = min(map(len, starts)), min(map(len, ends))
    same_start = starts[0][:head] == starts[1][:head]
    return same_start and ends[0][len(ends[0]) - tail :] == ends[1][len(ends[1]) - tail :]


def wrap_label(label: str, most: float, *, lines: int = 0) -> list[str]:
    """A label in lines of at most `most` ems, broken at blanks where there are any.

    Parameters
    ----------
    label : str
        Any text.
    most : float
        The longest line, in ems.
    lines : int, default 0
        The most lines, the last of them cut; 0 for as many as it takes.

    Examples
    --------
    >>> wrap_label("lenvatinib after atezolizumab", 9)
    ['lenvatinib after', 'atezolizumab']
    """
    wrapped: list[str] = []
    line = ""
    for word in clean_label(label).split(" "):
        candidate = f"{line} {word}" if line else word
        if label_width(candidate) <= most:
            line = candidate
            continue
        if line and not _UNSPACED.search(word):
            wrapped.append(line)
            candidate = word
        *full, line = _broken_word(candidate, most)
        wrapped.extend(full)
    wrapped.append(line)
    if lines and len(wrapped) > lines:
        wrapped = [*wrapped[: lines - 1], short_label(" ".join(wrapped[lines - 1 :]), most)]
    return wrapped


def _broken_word(word: str, most: float) -> list[str]:
    """Pieces of a word that is too long: between any two letters of Japanese, elsewhere only where a part is too long."""
    pieces = [""]
    for part in _PARTS.findall(word):
        for letters in [part] if label_width(part) <= most else part:
            if pieces[-1] and label_width(pieces[-1] + letters) > most:
                taken = pieces[-1][-1] if letters[0] in _NEVER_FIRST and len(pieces[-1]) > 1 else ""
                pieces[-1] = pieces[-1].removesuffix(taken)
                pieces.append(taken)
            pieces[-1] += letters
    return [piece.strip(" ") for piece in pieces]


def label_width(label: str) -> float:
    """How wide a label is on a screen, in ems; an estimate, on the generous side, for any sans-serif font."""
    return sum(_letter_width(letter) for letter in as_said(label))


@cache
def _letter_width(letter: str) -> float:
    if letter in ("\u200d", "\ufe0f") or unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 1.05
    if letter in _NARROW:
        return 0.36
    return 0.95 if letter in _WIDE else 0.69 if letter.isupper() else 0.6
