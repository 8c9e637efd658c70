"""Labels, columns and files' names as Streamlit shows them letter by letter, wherever it would read Markdown."""

import re

_MARKS = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|$:~^]|&(?=#?\w+;)|(?<!.)=")
"""What a backslash before it makes a letter."""

_MADE_OF_LETTERS = re.compile(
    r":(?=[\w+/-]*[^\W\d][\w+/-]*(?::|\Z))|(?<=http:)(?=//)|(?<=https:)(?=//)|(?<=www)(?=\.)|@(?=[\w-])"
    r"|(?<!\S)[<>~-](?=[-=>]{1,2}(?!\S))",
    re.IGNORECASE,
)
"""Where an icon or an emoji, a link or an arrow would be made."""

_WORD_JOINER = "\u2060"
"""Nothing that is seen or spoken, and no place to break a line."""


def letter_by_letter(text: str) -> str:
    """A text in which Markdown, HTML, icons, emoji, links, arrows and formulas mean nothing.

    A backslash is what Markdown asks for. Icons, emoji, links and arrows are made afterwards, of what Markdown has already
    taken for letters: there a word joiner keeps the letters apart. Other texts are shown, and copied, as they are.

    Parameters
    ----------
    text : str
        Of any origin. Line breaks are blanks: no paragraph, list or code begins in it.

    Examples
    --------
    >>> letter_by_letter("grade [3](http)"), letter_by_letter("R&D, 12 mg")
    ('grade \\\\[3\\\\]\\\\(http\\\\)', 'R&D, 12 mg')
    """
    one_line = re.sub(r"\s*[\r\n]+\s*", " ", text).strip()
    return _MARKS.sub(r"\\\g<0>", _MADE_OF_LETTERS.sub(rf"\g<0>{_WORD_JOINER}", one_line))
