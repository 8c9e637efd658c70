"""Particles as the last sound of a word or a number asks for them."""

import re
from typing import Final

_CLOSED_DIGITS: Final = "013678"
"""Digits whose names end in a consonant: 영, 일, 삼, 육, 칠, 팔."""
_CLOSED_LETTERS: Final = "lmnr"
"""Latin letters whose names end in a consonant: 엘, 엠, 엔, 알."""
_RIEUL_ENDINGS: Final = "178lr"
_TAIL = re.compile(r"(?:\s*\([^()]*\)|\s*[\ue000].*?[\ue001])+$")
_HANGUL = (0xAC00, 0xD7A3)


def with_particle(word: str, particles: str) -> str:
    """A word with the particle that belongs to it.

    Parameters
    ----------
    word : str
        What stands in brackets at its end, or is a mark of a source, is not heard.
    particles : str
        The one after a consonant and the one after a vowel, with a stroke between: ``"을/를"``, ``"이었다/였다"``.

    Examples
    --------
    >>> with_particle("RFS", "은/는"), with_particle("무진행생존기간(PFS)", "은/는"), with_particle("0.54", "이었다/였다")
    ('RFS는', '무진행생존기간(PFS)은', '0.54였다')
    >>> with_particle("30.9%", "이었다/였다"), with_particle("랜덤 포레스트", "으로/로"), with_particle("방법", "으로/로")
    ('30.9%였다', '랜덤 포레스트로', '방법으로')
    """
    after_consonant, after_vowel = particles.split("/")
    heard = _TAIL.sub("", word)
    last = heard[-1:].casefold()
    closed, rieul = _closed(last)
    if particles == "으로/로" and rieul:
        closed = False
    return f"{word}{after_consonant if closed else after_vowel}"


def _closed(letter: str) -> tuple[bool, bool]:
    """Whether a letter's name ends in a consonant, and whether that is a rieul."""
    if letter and _HANGUL[0] <= ord(letter) <= _HANGUL[1]:
        final = (ord(letter) - _HANGUL[0]) % 28
        return final > 0, final == 8
    return letter in _CLOSED_DIGITS or letter in _CLOSED_LETTERS, letter in _RIEUL_ENDINGS


_MARK = re.compile(r"⟨([^⟩]+)⟩")


def with_particles(text: str) -> str:
    """A text in which pairs of particles in angle brackets stand after the words that decide between them.

    Examples
    --------
    >>> with_particles("위험비는 0.54(95% CI 0.29–0.99)⟨이었다/였다⟩.")
    '위험비는 0.54(95% CI 0.29–0.99)였다.'
    """
    while (found := _MARK.search(text)) is not None:
        text = with_particle(text[: found.start()], found.group(1)) + text[found.end() :]
    return text
