"""What journals, palettes and styles of numbers are called on screen; names of journals stay as they are."""

from typing import Final

from analysis.phrases import phrase

_WORDS: Final = (
    phrase("House"),
    phrase("Any journal (85 and 175 mm)"),
    phrase("The Lancet family"),
    phrase("Lancet family"),
    phrase("Nature family"),
    phrase("SI and ISO 80000-1"),
    phrase('Plain, limits joined by "to"'),
    phrase("Journals of Korean societies"),
    phrase("House (Okabe–Ito)"),
    phrase("Grey"),
    phrase("Slate and amber, as in JAMA"),
    phrase("Deep blue and brick, as in NEJM"),
    phrase("Navy and red, as in The Lancet"),
    phrase("Indigo and coral, as in Nature"),
    phrase("Night blue and ochre, as in JCO"),
)
TITLES: Final = {words: words for words in _WORDS}
"""By its English text, each title that is no name."""


def title_in_words(title: str) -> str:
    """A title as a reader may be told it in another language.

    Examples
    --------
    >>> title_in_words("Grey"), title_in_words("JAMA Oncology")
    ('Grey', 'JAMA Oncology')
    """
    return TITLES.get(title, title)
